package analysis_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sipls/server/analysis"
	"sipls/server/scenario"
)

func TestSentence(t *testing.T) {
	pbx := scenario.PBX(scenario.Asterisk)
	for _, c := range []struct {
		trace  scenario.Trace
		format scenario.Format
		want   string
	}{
		{scenario.Call(scenario.Alice, pbx, scenario.Challenged(407), scenario.Talking(42*time.Second)), scenario.Sngrep, "INVITE 1001 -> 2000: 407, answered after 4.08 s, 42 s talk, BYE by caller - 10 messages"},
		{scenario.Call(scenario.Alice, scenario.Bob, scenario.CalleeHangsUp()), scenario.Bare, "INVITE 1001 -> 1002: answered, BYE by callee - 7 messages"},
		{scenario.Call(scenario.Alice, pbx, scenario.Rejected(486)), scenario.Sngrep, "INVITE 1001 -> 2000: busy, 486 Busy Here - 4 messages"},
		{scenario.Call(scenario.Alice, pbx, scenario.Unanswered()), scenario.Sngrep, "INVITE 1001 -> 2000: no answer, nobody answered for 32 s - 7 messages"},
		{scenario.Register(scenario.Alice, pbx, scenario.Challenged(401)), scenario.Sngrep, "REGISTER 1001: 401, registered - 4 messages"},
		{scenario.Register(scenario.Alice, pbx, scenario.WrongPassword()), scenario.Sngrep, "REGISTER 1001: refused, 401 Unauthorized - 4 messages"},
		{scenario.Keepalive(scenario.Alice, pbx), scenario.Sngrep, "OPTIONS 1001 -> example.com: completed - 2 messages"},
		{scenario.Call(scenario.Alice, pbx).Only(scenario.Request("ACK")), scenario.Sngrep, "ACK 1001 -> 2000: in progress, its request is not in the log - 1 message"},
	} {
		x := snapshot("trace.log", c.trace.Render(c.format)).Calls()
		if got := x.Sentence(0); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

func TestMatching(t *testing.T) {
	var traces []scenario.Trace
	for i, id := range []string{"abc@192.0.2.1", "abd@192.0.2.1", "x*y", "xzy"} {
		traces = append(traces, scenario.Keepalive(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Seed(uint64(i+1)), scenario.Start(time.Duration(i)*time.Second)).
			With(scenario.All, scenario.SetHeader("Call-ID", id)))
	}
	x := snapshot("trace.log", scenario.Merge(traces...).Render(scenario.Sngrep)).Calls()
	for id, want := range map[string][]int{
		"abc@192.0.2.1": {0}, "ab*": {0, 1}, "*@192.0.2.1": {0, 1}, "*b*2.1": {0, 1}, "*": {0, 1, 2, 3},
		"x*y": {2}, "x**y": {2, 3}, "abd@1…": {1}, "abc": nil, "": nil, "ABC@192.0.2.1": nil,
	} {
		if d := cmp.Diff(want, x.Matching(id)); d != "" {
			t.Errorf("%q (-want +got):\n%s", id, d)
		}
	}
	for id, want := range map[string][]string{
		"ABC@192.0.2.1": {"abc@192.0.2.1", "abd@192.0.2.1"}, "abc": {"abc@192.0.2.1"}, "<xzy>": {"xzy"}, "nowhere": nil, "": nil,
	} {
		if d := cmp.Diff(want, x.Near(id)); d != "" {
			t.Errorf("near %q (-want +got):\n%s", id, d)
		}
	}
}

// A text says how long it goes on after a call only when it holds a part of it.
func TestQuietOfAnotherText(t *testing.T) {
	pbx := scenario.PBX(scenario.Asterisk)
	lone := scenario.Call(scenario.Alice, pbx).Only(scenario.Request("INVITE"))
	later := scenario.Keepalive(scenario.Bob, pbx, scenario.Seed(9), scenario.Start(time.Hour))
	together := snapshot("a.log", scenario.Merge(lone, later).Render(scenario.Sngrep)).Calls()
	a, b := snapshot("a.log", lone.Render(scenario.Sngrep)), snapshot("b.log", later.Render(scenario.Sngrep))
	analysis.Join(a, b)
	if got := together.Result(0).Outcome.String(); got != "no-answer" {
		t.Errorf("in one log: %s", got)
	}
	if got := a.Calls().Result(0).Outcome.String(); got != "in-progress" {
		t.Errorf("in two logs: %s", got)
	}
}

// Calls of several texts are listed in the order in which they began.
func TestInOrder(t *testing.T) {
	pbx := scenario.PBX(scenario.Asterisk)
	ping := func(n int) scenario.Trace {
		return scenario.Keepalive(scenario.Alice, pbx, scenario.Seed(uint64(n)), scenario.Start(time.Duration(n)*time.Second))
	}
	a := snapshot("a.log", scenario.Merge(ping(2), ping(4)).Render(scenario.Sngrep))
	b := snapshot("b.log", scenario.Merge(ping(1), ping(3)).Render(scenario.Ngrep))
	analysis.Join(a, b)
	if d := cmp.Diff([]int{2, 0, 3, 1}, a.Calls().InOrder()); d != "" {
		t.Error(d)
	}
}
