package settings

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
		{"names nobody knows are kept", `{"select":["b","407-*"],"ignore":["a"]}`, Settings{Select: []string{"407-*", "b"}, Ignore: []string{"a"}, MaxDiagnostics: 1000}, nil},
		{"selection that is no list", `{"select":"407-*"}`, Settings{MaxDiagnostics: 1000}, []string{"sipls.select has to be a list of rule names."}},
		{"severities", `{"severity":{"cseq-method":"hint","sdp":"off"}}`, Settings{Severity: map[string]string{"cseq-method": "hint", "sdp": "off"}, MaxDiagnostics: 1000}, nil},
		{"severities that are a list", `{"severity":["hint"]}`, Settings{MaxDiagnostics: 1000}, []string{`sipls.severity has to be an object of rule names and severities: {"NAME": "hint"}.`}},
		{"severity that is a number", `{"severity":{"cseq-method":4}}`, Settings{MaxDiagnostics: 1000}, []string{`sipls.severity has to be an object of rule names and severities: {"NAME": "hint"}.`}},
		{"no object", `[]`, Settings{MaxDiagnostics: 1000}, []string{notAnObject}},
		{"no object in the section", `{"sipls":7}`, Settings{MaxDiagnostics: 1000}, []string{notAnObject}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Default()
			problems := got.Apply([]byte(c.raw))
			c.want.InlayHints, c.want.CodeLens = true, true
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
	s.Apply([]byte(`{"ignore":["cseq-method"]}`))
	s.Apply([]byte(`{"maxDiagnostics":7}`))
	if !slices.Equal(s.Ignore, []string{"cseq-method"}) || s.MaxDiagnostics != 7 {
		t.Errorf("got %+v", s)
	}
}

func TestSwitches(t *testing.T) {
	s := Default()
	if problems := s.Apply([]byte(`{"inlayHints":false,"codeLens":false}`)); problems != nil || s.InlayHints || s.CodeLens {
		t.Errorf("%+v, %v", s, problems)
	}
	if problems := s.Apply([]byte(`{"inlayHints":true,"codeLens":"yes"}`)); len(problems) != 1 || problems[0] != "sipls.codeLens has to be true or false." || !s.InlayHints || s.CodeLens {
		t.Errorf("%+v, %v", s, problems)
	}
}

func TestAs(t *testing.T) {
	s := Default()
	for raw, want := range map[string]string{`{"as":"bare"}`: "bare", `{"as":"log"}`: "log", `{"as":""}`: ""} {
		if problems := s.Apply([]byte(raw)); problems != nil || s.As != want {
			t.Errorf("%s: %q, %v", raw, s.As, problems)
		}
	}
	s.As = "log"
	for _, raw := range []string{`{"as":"scenario"}`, `{"as":7}`} {
		if problems := s.Apply([]byte(raw)); len(problems) != 1 || s.As != "log" {
			t.Errorf("%s: %q, %v", raw, s.As, problems)
		}
	}
}
