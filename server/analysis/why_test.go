package analysis_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"sipls/server/call"
	"sipls/server/check"
	"sipls/server/explain"
	"sipls/server/scenario"
)

// whyScenes are calls that failed, each in its own way, and what tells it.
func whyScenes() map[string]scenario.Trace {
	pbx, proxy := scenario.PBX(scenario.Asterisk), scenario.PBX(scenario.Kamailio)
	call := func(opts ...scenario.Option) scenario.Trace { return scenario.Call(scenario.Alice, pbx, opts...) }
	rejected := func(code int, faults ...scenario.Fault) scenario.Trace {
		return call(scenario.Rejected(code)).With(scenario.Status(code), faults...)
	}
	later := scenario.Keepalive(scenario.Alice, pbx, scenario.Start(5*time.Minute), scenario.Seed(7))
	sent := func(by scenario.Endpoint) scenario.Select {
		return scenario.Where("what one side sent", func(m *scenario.Message) bool { return m.From == by })
	}
	hop := func(status string, to scenario.Party) scenario.Select {
		return scenario.Where("on one hop", func(m *scenario.Message) bool { return strings.HasPrefix(m.Start, status) && m.To == to.Addr })
	}
	bridge := scenario.Bridge(scenario.Alice, pbx, scenario.Bob, scenario.Rejected(603))
	inner := scenario.Where("the INVITE of the PBX", func(m *scenario.Message) bool { return m.Method() == "INVITE" && !m.IsResponse() && m.From == pbx.Addr })
	silent := scenario.Proxied(scenario.Alice, proxy, scenario.Bob, scenario.Rejected(408))
	silent = silent.Without(scenario.Status(180)).Without(sent(scenario.Bob.Addr)).Without(scenario.Where("the ACK", func(m *scenario.Message) bool { return m.Method() == "ACK" && m.To == scenario.Bob.Addr }))
	mapped := scenario.Proxied(scenario.Alice, proxy, scenario.Bob, scenario.Rejected(503)).With(hop("SIP/2.0 503", scenario.Alice), scenario.SetStart("SIP/2.0 500 Server Internal Error"))
	register := scenario.Register(scenario.Bob, pbx, scenario.Rejected(403))
	unacknowledged := call(scenario.Talking(32*time.Second), scenario.CalleeHangsUp()).Without(scenario.Request("ACK"))
	unacknowledged = unacknowledged.Repeat(scenario.StatusTo("INVITE", 200), 500*time.Millisecond, 1500*time.Millisecond, 3500*time.Millisecond, 7500*time.Millisecond)
	return map[string]scenario.Trace{
		"answered":              call(scenario.Challenged(407)),
		"wrong-password":        call(scenario.Challenged(407), scenario.WrongPassword()),
		"unknown-user":          rejected(404),
		"registrar-403":         register,
		"silence":               scenario.Merge(call(scenario.Unanswered()), later),
		"silence-one-side":      scenario.Merge(call().Only(sent(scenario.Alice.Addr)), later),
		"behind-proxy":          scenario.Proxied(scenario.Alice, proxy, scenario.Bob, scenario.Rejected(480)),
		"next-hop-silent":       silent,
		"mapped-by-proxy":       mapped,
		"local-503":             rejected(503, scenario.RemoveHeader("Via")),
		"retry-after":           rejected(503),
		"q850":                  rejected(503, scenario.AddHeader("Reason", `Q.850;cause=34;text="No circuit available"`)),
		"no-codec":              rejected(488),
		"bad-extension":         rejected(420),
		"max-forwards":          rejected(483),
		"declined-when-ringing": call(scenario.Rejected(603)),
		"headless":              rejected(404).Without(scenario.Request("INVITE")),
		"challenge-at-the-end":  call(scenario.Challenged(407)).Only(scenario.Where("the beginning", func(m *scenario.Message) bool { return m.At < 5*time.Millisecond })),
		"legs":                  bridge.With(inner, scenario.AddHeader("X-CID", bridge.Messages[0].Get("Call-ID"))),
		"no-ack":                scenario.Merge(unacknowledged, later),
	}
}

// TestWhy reads what is said of each scene from testdata/why.txtar.
func TestWhy(t *testing.T) {
	const golden = "testdata/why.txtar"
	old, err := os.ReadFile(golden)
	if err != nil && !*update {
		t.Fatal(err)
	}
	a := &txtar.Archive{Comment: []byte("What sipls why says of the scenes of why_test.go. -update writes it.\n")}
	scenes := whyScenes()
	for _, name := range slices.Sorted(maps.Keys(scenes)) {
		x := snapshot("trace.log", scenes[name].Render(scenario.Sngrep)).Calls()
		w := x.Why(0)
		a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(explain.Plain(w.Doc()))})
	}
	got := txtar.Format(a)
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(string(old), string(got)); d != "" {
		t.Errorf("-update accepts what changed (-want +got):\n%s", d)
	}
}

// Whatever the rules find, what is said of a call is whole.
func TestWhyOfAllScenes(t *testing.T) {
	for _, r := range check.Rules() {
		if r.Scenes == nil {
			continue
		}
		for _, scene := range r.Scenes() {
			x := snapshot("trace.log", []byte(scene.Render(scene.SceneFormats()[0]))).Calls()
			for c := range x.Len() {
				w := x.Why(c)
				if w.Story == "" || w.What == "" || w.CallID == "" {
					t.Errorf("%s, %s: %+v", r.Name, scene.Name, w)
				}
				d := w.Diagnosis
				if d == nil {
					continue
				}
				if d.Title == "" || d.Cause == "" || d.Next == "" || len(d.Cites) == 0 || len(w.Steps) == 0 {
					t.Errorf("%s, %s: %+v", r.Name, scene.Name, d)
				}
				if d.Decided != call.None && !slices.ContainsFunc(w.Steps, func(s explain.Step) bool { return s.Deciding }) && !w.Came {
					t.Errorf("%s, %s: the deciding message is no step", r.Name, scene.Name)
				}
			}
		}
	}
}
