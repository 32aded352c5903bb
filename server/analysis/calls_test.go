package analysis_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"sipls/server/analysis"
	"sipls/server/scenario"
	"sipls/server/text"
)

// A call lives on while none of its messages changes, whatever happens to the text around it.
func TestCallsAreKept(t *testing.T) {
	var traces []scenario.Trace
	for i := range uint64(20) {
		traces = append(traces, scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Seed(i+1), scenario.Start(time.Duration(i)*time.Second)))
	}
	s := snapshot("trace.log", scenario.Merge(traces...).Render(scenario.Sngrep))
	before := s.Calls()
	if before.Len() != 20 {
		t.Fatalf("%d calls", before.Len())
	}
	// One byte in the body of a message, and lines in front of all.
	m := s.Message(s.Len() / 2)
	from, _ := s.Range(m, m.Start.Text)
	changed, _ := before.Of(m.ID)
	after := s.Edit([]text.Change{{Start: from + 4, End: from + 5, Text: []byte("x")}})
	// A state that nobody asks about must not break the chain.
	after = after.Edit([]text.Change{{Text: []byte("more\n")}})
	kept := 0
	for c := range after.Calls().Len() {
		for b := range before.Len() {
			if after.Calls().Call(c) == before.Call(b) {
				if b == changed {
					t.Error("the call whose message changed was kept")
				}
				kept++
			}
		}
	}
	if kept != 19 {
		t.Errorf("%d of 19 calls were kept", kept)
	}
}

// Two logs of one call, each with one side of it, are one call when they are joined.
func TestJoin(t *testing.T) {
	tr := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Challenged(407))
	sent := func(by scenario.Endpoint) []byte {
		return tr.Only(scenario.Where("what one side sent", func(m *scenario.Message) bool { return m.From == by })).Render(scenario.Sngrep)
	}
	a, b := snapshot("alice.log", sent(scenario.Alice.Addr)), snapshot("pbx.log", sent(scenario.PBX(scenario.Asterisk).Addr))
	analysis.Join(a, b)
	if a.Calls() != b.Calls() || a.Calls().Len() != 1 {
		t.Fatalf("%d calls", a.Calls().Len())
	}
	calls := a.Calls()
	c := calls.Call(0)
	if len(c.Messages) != len(tr.Messages) || c.Guessed {
		t.Fatalf("%d messages, guessed %t", len(c.Messages), c.Guessed)
	}
	for i := range tr.Messages {
		in, m := calls.Message(0, int32(i))
		if got := string(m.Bytes(m.Start.Text)); got != tr.Messages[i].Start {
			t.Errorf("message %d is %q, want %q", i, got, tr.Messages[i].Start)
		}
		if k := calls.Index(0, m.ID); k != int32(i) || in.Number() != m.ID.Source {
			t.Errorf("message %d has index %d, text %d", i, k, in.Number())
		}
	}
	if r := calls.Result(0); r.Outcome.String() != "answered" {
		t.Errorf("outcome %s", r.Outcome)
	}
}

// manyCalls is a log of n calls, none of which is healthy for all rules.
func manyCalls(tb testing.TB, n int) []byte {
	tb.Helper()
	var b bytes.Buffer
	one := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Rejected(404)).Render(scenario.AsteriskPJSIP)
	id := one[bytes.Index(one, []byte("Call-ID: "))+len("Call-ID: "):]
	id = id[:bytes.IndexAny(id, "\r\n")]
	for i := range n {
		b.Write(bytes.ReplaceAll(one, id, fmt.Appendf(nil, "%d-%s", i, id)))
	}
	return b.Bytes()
}

// TestManyCallsTakeLinearTime compares a log with one with four times as many calls.
func TestManyCallsTakeLinearTime(t *testing.T) {
	took := func(content []byte) time.Duration {
		best := time.Hour
		for range 3 {
			s := snapshot("trace.log", content)
			began := time.Now()
			if _, err := s.Findings(context.Background()); err != nil {
				t.Fatal(err)
			}
			best = min(best, time.Since(began))
		}
		return best
	}
	small, large := took(manyCalls(t, 2000)), took(manyCalls(t, 8000))
	if large > 10*small {
		t.Errorf("%v for four times the calls of %v", large, small)
	}
}

// BenchmarkCalls puts together and judges 100,000 calls.
func BenchmarkCalls(b *testing.B) {
	content := manyCalls(b, 100_000)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		s := snapshot("trace.log", content)
		s.Index()
		b.StartTimer()
		if s.Calls().Len() != 100_000 {
			b.Fatal(s.Calls().Len())
		}
		for c := range s.Calls().Len() {
			s.Calls().Subject(c)
		}
	}
}

// pings is one Call-ID for n OPTIONS or REGISTER and their answers.
func pings(n int, method string) []byte {
	var b bytes.Buffer
	at := time.Date(2026, 11, 22, 5, 47, 0, 0, time.UTC)
	for i := range n / 2 {
		for k, start := range []string{method + " sip:a@example.com SIP/2.0", "SIP/2.0 200 OK"} {
			fmt.Fprintf(&b, "%s 192.0.2.%d:5060 -> 192.0.2.%d:5060\n%s\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK%d\nFrom: <sip:b@example.com>;tag=1\nTo: <sip:a@example.com>%s\nCall-ID: 1\nCSeq: %d %s\nMax-Forwards: 70\nContent-Length: 0\n\n",
				at.Add(time.Duration(i)*30*time.Second).Format("2006/01/02 15:04:05.000000"), 1+k, 2-k, start, i, []string{"", ";tag=2"}[k], i+1, method)
		}
	}
	return b.Bytes()
}

// BenchmarkOneCallOfManyMessages judges 50,000 messages of one Call-ID.
func BenchmarkOneCallOfManyMessages(b *testing.B) {
	for _, method := range []string{"OPTIONS", "REGISTER"} {
		b.Run(method, func(b *testing.B) {
			content := pings(50_000, method)
			b.SetBytes(int64(len(content)))
			for b.Loop() {
				b.StopTimer()
				s := snapshot("trace.log", content)
				s.Index()
				b.StartTimer()
				if s.Calls().Len() != 1 {
					b.Fatal(s.Calls().Len())
				}
				s.Calls().Subject(0)
			}
		})
	}
}
