package check

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
	"sipls/server/trace"
)

// subjectOf is a call as rules see it, as an observer that notes both ends logged it.
func subjectOf(tr scenario.Trace) *CallSubject {
	var messages []*sip.Message
	var facts []*call.Facts
	base := time.Date(2026, 11, 22, 5, 47, 0, 0, time.UTC)
	for i := range tr.Messages {
		x := &tr.Messages[i]
		m := sip.Parse(x.Wire())
		m.Head.Is, m.Tail.Is, m.Exact = sip.Whole, sip.Whole, true
		f := call.FactsOf(m, call.Context{
			Time: base.Add(x.At).Format("2006-01-02 15:04:05.000000"), Direction: trace.DirectionUnknown, Src: x.From.String(), Dst: x.To.String(),
		})
		messages, facts = append(messages, m), append(facts, &f)
	}
	return NewCallSubject(call.Build(messages, facts, nil), 0)
}

func dumpNegotiations(s *CallSubject) (out []string) {
	name := func(i int32) string {
		if i == call.None {
			return "-"
		}
		m := &s.Messages[i]
		if m.Request {
			return fmt.Sprintf("%d %s", i, m.Method)
		}
		return fmt.Sprintf("%d %d", i, m.Status)
	}
	for _, n := range s.negotiations() {
		var b strings.Builder
		fmt.Fprintf(&b, "dialog %d", n.dialog)
		for _, part := range []struct {
			word string
			at   int32
		}{{"offer", n.offer}, {"preview", n.preview}, {"answer", n.answer}, {"accepted", n.accepted}, {"refused", n.refused}, {"acked", n.acked}} {
			if part.at != call.None {
				fmt.Fprintf(&b, ", %s %s", part.word, name(part.at))
			}
		}
		out = append(out, b.String())
	}
	return out
}

// TestNegotiations walks through the patterns of RFC 6337 section 2.2.
func TestNegotiations(t *testing.T) {
	pbx, proxy := scenario.PBX(scenario.Asterisk), scenario.PBX(scenario.Kamailio)
	carol := scenario.Party{Name: "Carol", User: "1003", Domain: "example.com", Addr: scenario.UDP("198.51.100.23:5060"), Agent: scenario.Baresip, Password: "c"}
	sdp := func(m *scenario.Message) {
		scenario.SetBody("application/sdp", faxSDP("192.0.2.1", 4000))(m)
	}
	reliable := scenario.Call(scenario.Alice, pbx, scenario.EarlyMedia(), scenario.Reliable())
	for _, c := range []struct {
		name  string
		trace scenario.Trace
		want  []string
	}{
		{"INVITE and 2xx", scenario.Call(scenario.Alice, pbx), []string{"dialog 0, offer 0 INVITE, answer 3 200, accepted 3 200"}},
		{"2xx and ACK", scenario.Call(scenario.Alice, pbx, scenario.LateOffer()), []string{"dialog 0, offer 3 200, answer 4 ACK, accepted 3 200, acked 4 ACK"}},
		{"INVITE and 1xx", reliable, []string{"dialog 0, offer 0 INVITE, answer 2 183, accepted 5 200"}},
		{"1xx and PRACK", scenario.Call(scenario.Alice, pbx, scenario.LateOffer(), scenario.Reliable()), []string{"dialog 0, offer 2 180, answer 3 PRACK, accepted 5 200, acked 3 PRACK"}},
		{
			"PRACK and 2xx", reliable.With(scenario.Request("PRACK"), sdp).With(scenario.StatusTo("PRACK", 200), sdp),
			[]string{"dialog 0, offer 0 INVITE, answer 2 183, accepted 5 200", "dialog 0, offer 3 PRACK, answer 4 200, accepted 4 200"},
		},
		{
			"UPDATE and 2xx", scenario.Call(scenario.Alice, pbx, scenario.SessionTimer(90, "uac"), scenario.Talking(50*time.Second)).With(scenario.Request("UPDATE"), sdp).With(scenario.StatusTo("UPDATE", 200), sdp),
			[]string{"dialog 0, offer 0 INVITE, answer 3 200, accepted 3 200", "dialog 0, offer 5 UPDATE, answer 6 200, accepted 6 200"},
		},
		{"a preview", scenario.Call(scenario.Alice, pbx, scenario.EarlyMedia()), []string{"dialog 0, offer 0 INVITE, preview 2 183, answer 3 200, accepted 3 200"}},
		{
			"hold and resume", scenario.Call(scenario.Alice, pbx, scenario.Hold()),
			[]string{"dialog 0, offer 0 INVITE, answer 3 200, accepted 3 200", "dialog 0, offer 5 INVITE, answer 7 200, accepted 7 200", "dialog 0, offer 9 INVITE, answer 11 200, accepted 11 200"},
		},
		{"refused", scenario.Call(scenario.Alice, pbx, scenario.Rejected(488)), []string{"dialog -1, offer 0 INVITE, refused 2 488"}},
		{
			"two hops", scenario.Proxied(scenario.Alice, proxy, scenario.Bob),
			[]string{"dialog 0, offer 0 INVITE, answer 7 200, accepted 7 200", "dialog 0, offer 2 INVITE, answer 6 200, accepted 6 200"},
		},
		{
			"a late offer on two hops", scenario.Proxied(scenario.Alice, proxy, scenario.Bob, scenario.LateOffer()),
			[]string{"dialog 0, offer 7 200, answer 8 ACK, accepted 7 200, acked 8 ACK", "dialog 0, offer 6 200, answer 9 ACK, accepted 6 200, acked 9 ACK"},
		},
		{
			"the 2xx and its ACK came twice", scenario.Call(scenario.Alice, pbx).Repeat(scenario.StatusTo("INVITE", 200), 500*time.Millisecond).Repeat(scenario.Request("ACK"), 500*time.Millisecond),
			[]string{"dialog 0, offer 0 INVITE, answer 3 200, accepted 3 200"},
		},
		{"no request", scenario.Call(scenario.Alice, pbx).Without(scenario.Request("INVITE")), nil},
		{"no answer yet", scenario.Call(scenario.Alice, pbx).Only(scenario.Request("INVITE")), nil},
		{
			"forked", scenario.Forked(scenario.Alice, proxy, []scenario.Party{scenario.Bob, carol}, scenario.EarlyMedia()),
			[]string{
				"dialog 0, offer 0 INVITE, preview 7 183, answer 11 200, accepted 11 200", "dialog 1, offer 0 INVITE",
				"dialog 0, offer 2 INVITE, preview 6 183, answer 10 200, accepted 10 200", "dialog 1, offer 3 INVITE", "dialog 1, offer 3 INVITE, refused 14 487",
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := dumpNegotiations(subjectOf(c.trace))
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}
