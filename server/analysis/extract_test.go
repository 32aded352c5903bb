package analysis_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sipls/server/analysis"
	"sipls/server/scenario"
	"sipls/server/text"
)

// said writes all that a text says of the messages of a call.
func said(x *analysis.Calls, c int) (out []string) {
	for i := range x.Call(c).Messages {
		s, m := x.Message(c, int32(i))
		src, dst := s.Ends(m)
		out = append(out, fmt.Sprintf("%s %s %s %s %s>%s %s %v %v %v %v %q", m.Format.Name, m.Form, s.TimeText(m), m.Envelope.Direction,
			src, dst, s.Transport(m), m.Head, m.Tail, m.Exact, m.Envelope.Size, m.Text))
	}
	return out
}

// checkExtract takes each call out of a text and looks whether it says the same alone.
func checkExtract(t *testing.T, log []byte, name string) {
	t.Helper()
	s := analysis.New(analysis.Source{Name: name}, text.New(log))
	x := s.Calls()
	for c := range x.Len() {
		alone := x.Extract(c)
		n := analysis.New(analysis.Source{Name: name}, text.New(alone)).Calls()
		if n.Len() != 1 {
			t.Errorf("call %d of %s is %d calls in\n%s", c, name, n.Len(), alone)
			continue
		}
		if d := cmp.Diff(said(x, c), said(n, 0)); d != "" {
			t.Errorf("call %d of %s (-in the log +alone):\n%s\nin\n%.3000s", c, name, d, alone)
		}
		before, _ := x.Start(c)
		if after, _ := n.Start(0); after != before {
			t.Errorf("call %d of %s began at %v, alone at %v in\n%.3000s", c, name, before, after, alone)
		}
		if again := n.Extract(0); string(again) != string(alone) {
			t.Errorf("call %d of %s: taken out again it is another text (-once +twice):\n%s", c, name, cmp.Diff(string(alone), string(again)))
		}
	}
}

// A call that is taken out of a log says what it says there, in the logs of all producers.
func TestExtract(t *testing.T) {
	pbx := scenario.PBX(scenario.Asterisk)
	calls := scenario.Merge(
		scenario.Bridge(scenario.Alice, pbx, scenario.Bob, scenario.Challenged(407)),
		scenario.Call(scenario.Alice, pbx, scenario.Rejected(486), scenario.Seed(7), scenario.Start(time.Second)),
		scenario.Register(scenario.Bob, pbx, scenario.Challenged(401), scenario.Seed(8), scenario.Start(2*time.Second)),
		scenario.Call(scenario.Alice, pbx, scenario.Unanswered(), scenario.Seed(9), scenario.Start(3*time.Second)),
	).SeenBy(pbx.Addr.Host)
	for _, f := range scenario.AllFormats() {
		for _, chatter := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/%t", f, chatter), func(t *testing.T) {
				var o []scenario.RenderOption
				if chatter {
					o = append(o, scenario.WithChatter())
				}
				checkExtract(t, calls.Render(f, o...), "trace.log")
			})
		}
	}
}

// Two calls that a log writes line by line between each other are taken apart.
func TestExtractInterleaved(t *testing.T) {
	line := func(n int, s string) string { return fmt.Sprintf("Mar 17 09:30:00 host daemon[%d]: %s\n", n, s) }
	message := func(id string) []string {
		return []string{
			"OPTIONS sip:bob@192.0.2.2 SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK" + id, "Max-Forwards: 70",
			"From: <sip:alice@example.com>;tag=" + id, "To: <sip:bob@example.com>", "Call-ID: " + id, "CSeq: 7 OPTIONS", "Content-Length: 0", "",
		}
	}
	var log string
	a, b := message("one"), message("two")
	for i := range a {
		log += line(1, a[i]) + line(2, b[i])
	}
	log += line(1, "done") + line(2, "done")
	s := snapshot("daemon.log", []byte(log))
	if s.Len() != 2 || s.Calls().Len() != 2 {
		t.Fatalf("%d messages", s.Len())
	}
	for c, id := range []string{"one", "two"} {
		n := snapshot("daemon.log", s.Calls().Extract(c))
		if n.Len() != 1 || string(n.Message(0).CallID()) != id {
			t.Errorf("%s:\n%s", id, n.Document().Bytes())
		}
	}
	if got := string(s.Calls().Extract(0, 1)); snapshot("daemon.log", []byte(got)).Len() != 2 {
		t.Errorf("both:\n%s", got)
	}
}

// What two logs hold of a call is one log in the order of time.
func TestExtractFromSeveralTexts(t *testing.T) {
	tr := scenario.Merge(
		scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Challenged(407)),
		scenario.Call(scenario.Bob, scenario.PBX(scenario.Asterisk), scenario.Seed(7), scenario.Start(time.Second)),
	)
	toPBX := scenario.Where("what goes to the server", func(m *scenario.Message) bool { return m.To.Host == "192.0.2.10" })
	fromPBX := scenario.Where("what comes from it", func(m *scenario.Message) bool { return m.From.Host == "192.0.2.10" })
	a, b := snapshot("a.log", tr.Only(toPBX).Render(scenario.Sngrep)), snapshot("b.log", tr.Only(fromPBX).Render(scenario.Ngrep))
	analysis.Join(a, b)
	x := a.Calls()
	for c := range x.Len() {
		n := snapshot("c.log", x.Extract(c)).Calls()
		if n.Len() != 1 {
			t.Fatalf("%d calls", n.Len())
		}
		if d := cmp.Diff(said(x, c), said(n, 0)); d != "" {
			t.Errorf("call %d (-in the logs +alone):\n%s", c, d)
		}
		if x.Result(c) != n.Result(0) {
			t.Errorf("%+v became %+v", x.Result(c), n.Result(0))
		}
	}
}
