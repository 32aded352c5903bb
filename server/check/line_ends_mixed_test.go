package check

import (
	"strings"
	"testing"

	"sipls/server/sip"
)

func TestLineEndsMixed(t *testing.T) {
	crlf := strings.ReplaceAll(requestOf("OPTIONS", ""), "\n", "\r\n")
	for _, c := range []struct{ name, text, want string }{
		{"CR LF everywhere", crlf, ""},
		{"LF everywhere", strings.ReplaceAll(crlf, "\r\n", "\n"), ""},
		{"CR everywhere", strings.ReplaceAll(crlf, "\r\n", "\r"), ""},
		{"LF behind one line of CR LF", swap(crlf, "70\r\n", "70\n"), "Max-Forwards: 70"},
		{"CR behind one line of LF", swap(strings.ReplaceAll(crlf, "\r\n", "\n"), "70\n", "70\r"), "Max-Forwards: 70"},
		{"an empty line that ends in LF", strings.TrimSuffix(crlf, "\r\n") + "\n", "\n"},
		{"LF in the body", crlf + "a\nb\r\n", ""},
	} {
		m := sip.Parse([]byte(c.text))
		got := ""
		lineEndsMixed.Check(&Subject{Message: m, Editable: true}, func(f Finding) { got += string(m.Bytes(f.At.At)) })
		if got != c.want {
			t.Errorf("%s: reported on %q, want %q", c.name, got, c.want)
		}
		lineEndsMixed.Check(&Subject{Message: m}, func(Finding) { t.Errorf("%s: reported in a log", c.name) })
	}
}
