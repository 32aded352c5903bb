package settings

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func known(name string) bool { return slices.Contains([]string{"cseq-method", "content-length"}, name) }

func TestApply(t *testing.T) {
	const notAnObject = "The settings of sipls have to be a JSON object."
	for _, c := range []struct {
		name, raw string
		want      Settings
		problems  []string
	}{
		{"nothing set", `{}`, Settings{MaxDiagnostics: 1000}, nil},
		{"null members count as not set", `{"ignore":null,"maxDiagnostics":null}`, Settings{MaxDiagnostics: 1000}, nil},
		{"wrapped in the section", `{"sipls":{"ignore":["cseq-method"]}}`, Settings{Ignore: []string{"cseq-method"}, MaxDiagnostics: 1000}, nil},
		{"names are sorted and counted once", `{"ignore":["cseq-method","content-length","cseq-method"]}`, Settings{Ignore: []string{"content-length", "cseq-method"}, MaxDiagnostics: 1000}, nil},
		{"members of the editor are passed over", `{"path":"/bin/sipls","trace":{"server":"off"},"maxDiagnostics":5}`, Settings{MaxDiagnostics: 5}, nil},
		{"zero shows none", `{"maxDiagnostics":0}`, Settings{}, nil},
		{"negative number", `{"maxDiagnostics":-1}`, Settings{MaxDiagnostics: 1000}, []string{"sipls.maxDiagnostics has to be a whole number, 0 or greater."}},
		{"fraction", `{"maxDiagnostics":1.5,"ignore":["cseq-method"]}`, Settings{Ignore: []string{"cseq-method"}, MaxDiagnostics: 1000}, []string{"sipls.maxDiagnostics has to be a whole number, 0 or greater."}},
		{"list of numbers", `{"ignore":[1]}`, Settings{MaxDiagnostics: 1000}, []string{"sipls.ignore has to be a list of rule names."}},
		{"unknown rules", `{"ignore":["b","cseq-method","a"]}`, Settings{Ignore: []string{"a", "b", "cseq-method"}, MaxDiagnostics: 1000}, []string{`sipls.ignore names rules that do not exist: "a", "b". The name of a rule stands behind each of its findings.`}},
		{"many unknown rules", `{"ignore":["a","b","c","d","e","f","g"]}`, Settings{Ignore: []string{"a", "b", "c", "d", "e", "f", "g"}, MaxDiagnostics: 1000}, []string{`sipls.ignore names rules that do not exist: "a", "b", "c", "d", "e" and 2 more. The name of a rule stands behind each of its findings.`}},
		{"no object", `[]`, Settings{MaxDiagnostics: 1000}, []string{notAnObject}},
		{"no object in the section", `{"sipls":7}`, Settings{MaxDiagnostics: 1000}, []string{notAnObject}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Default()
			problems := got.Apply([]byte(c.raw), known)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("settings (-want +got):\n%s", d)
			}
			if d := cmp.Diff(c.problems, problems); d != "" {
				t.Errorf("problems (-want +got):\n%s", d)
			}
		})
	}
}

func TestApplyKeepsWhatItDoesNotSet(t *testing.T) {
	s := Default()
	s.Apply([]byte(`{"ignore":["cseq-method"]}`), known)
	s.Apply([]byte(`{"maxDiagnostics":7}`), known)
	if !s.Ignores("cseq-method") || s.Ignores("content-length") || s.MaxDiagnostics != 7 {
		t.Errorf("got %+v", s)
	}
}

func TestAs(t *testing.T) {
	s := Default()
	for raw, want := range map[string]string{`{"as":"bare"}`: "bare", `{"as":"log"}`: "log", `{"as":""}`: ""} {
		if problems := s.Apply([]byte(raw), nil); problems != nil || s.As != want {
			t.Errorf("%s: %q, %v", raw, s.As, problems)
		}
	}
	s.As = "log"
	for _, raw := range []string{`{"as":"scenario"}`, `{"as":7}`} {
		if problems := s.Apply([]byte(raw), nil); len(problems) != 1 || s.As != "log" {
			t.Errorf("%s: %q, %v", raw, s.As, problems)
		}
	}
	o := s
	o.As = "bare"
	if s.Equal(&o) {
		t.Error("another way of reading shows other findings")
	}
}
