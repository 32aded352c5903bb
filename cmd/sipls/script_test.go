package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sipls": main})
}

// TestScript runs the program as its users do; the scripts stand in testdata/script.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Cmds:          map[string]func(ts *testscript.TestScript, neg bool, args []string){"crlf": crlf},
	})
}

// crlf gives the files CR LF line ends, as SIP has them.
func crlf(ts *testscript.TestScript, _ bool, files []string) {
	for _, name := range files {
		var out []byte
		for _, c := range []byte(ts.ReadFile(name)) {
			if c == '\n' {
				out = append(out, '\r')
			}
			out = append(out, c)
		}
		ts.Check(os.WriteFile(ts.MkAbs(name), out, 0o600))
	}
}
