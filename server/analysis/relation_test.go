package analysis_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sipls/server/analysis"
	"sipls/server/scenario"
	"sipls/server/text"
)

// related is a trace as a log, to ask for the relations of its messages.
type related struct {
	t  *testing.T
	tr scenario.Trace
	s  *analysis.Snapshot
}

// inLogs runs a test on a trace in logs of two producers.
func inLogs(t *testing.T, tr scenario.Trace, test func(r *related)) {
	t.Helper()
	for _, f := range []scenario.Format{scenario.Sngrep, scenario.AsteriskFull} {
		t.Run(f.String(), func(t *testing.T) {
			r := &related{t, tr, snapshot("trace.log", tr.Render(f, scenario.WithChatter()))}
			if r.s.Len() != len(tr.Messages) {
				t.Fatalf("%d messages, want %d", r.s.Len(), len(tr.Messages))
			}
			test(r)
		})
	}
}

// at returns the place behind the word in the message that sel picks; "" for the start of the message.
func (r *related) at(sel scenario.Select, word string) text.Offset {
	r.t.Helper()
	m := r.s.Message(r.tr.Index(sel))
	i := bytes.Index(m.Text, []byte(word))
	if i < 0 {
		r.t.Fatalf("no %q in %s", word, m.Text)
	}
	span := m.Start.Text
	span.Off, span.Len = int32(i+len(word)), 1
	from, _ := r.s.Range(m, span)
	return from
}

// messageAt returns the message at a place, as its number and start line.
func (r *related) messageAt(e analysis.Extent) string {
	m, _, ok := r.s.At(e.From)
	if !ok {
		return fmt.Sprintf("no message at %d", e.From)
	}
	return fmt.Sprintf("%d %s", m.ID.Seq, m.Bytes(m.Start.Text))
}

func (r *related) message(sel scenario.Select) string {
	i := r.tr.Index(sel)
	return fmt.Sprintf("%d %s", i, r.tr.Messages[i].Start)
}

// definition checks that a word of a message leads to another message, and to the words there.
func (r *related) definition(sel scenario.Select, word string, to scenario.Select, focus string) {
	r.t.Helper()
	o, ok, err := r.s.Definition(context.Background(), r.at(sel, word))
	if err != nil || !ok {
		r.t.Errorf("%q of %s leads nowhere (%v)", word, r.message(sel), err)
		return
	}
	if got, want := r.messageAt(o.Target), r.message(to); got != want {
		r.t.Errorf("%q of %s leads to %s, want %s", word, r.message(sel), got, want)
	}
	if got := r.s.Document().Slice(o.Focus.From, o.Focus.To); focus != "" && !bytes.HasPrefix(got, []byte(focus)) {
		r.t.Errorf("%q of %s leads to %q, want %q", word, r.message(sel), got, focus)
	}
	if !within(o.Focus, o.Target) {
		r.t.Errorf("%+v is not in %+v", o.Focus, o.Target)
	}
}

// references checks the messages that a word of a message stands for.
func (r *related) references(sel scenario.Select, word string, declaration bool, want ...int) {
	r.t.Helper()
	places, err := r.s.References(context.Background(), r.at(sel, word), declaration, 1000)
	if err != nil {
		r.t.Fatal(err)
	}
	var got []int
	for _, e := range places {
		m, _, _ := r.s.At(e.From)
		got = append(got, int(m.ID.Seq))
	}
	if d := cmp.Diff(want, got); d != "" {
		r.t.Errorf("%q of %s (-want +got):\n%s", word, r.message(sel), d)
	}
}

func indices(t *testing.T, tr scenario.Trace, sel ...scenario.Select) (out []int) {
	t.Helper()
	for _, s := range sel {
		out = append(out, tr.Index(s))
	}
	slices.Sort(out)
	return out
}

func (r *related) all() (out []int) {
	for i := range r.tr.Messages {
		out = append(out, i)
	}
	return out
}

func TestRelationsInACall(t *testing.T) {
	invite, ack, bye := scenario.Request("INVITE"), scenario.Request("ACK"), scenario.Request("BYE")
	tr := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Challenged(407), scenario.Reliable())
	ringing := scenario.Status(180)
	inLogs(t, tr, func(r *related) {
		answered := scenario.StatusTo("INVITE", 200)
		r.definition(scenario.Status(407), "", invite.Nth(1), "INVITE ")
		r.definition(answered, "", invite.Nth(2), "INVITE ")
		r.definition(answered, "branch=", invite.Nth(2), "INVITE ")
		r.definition(answered, "Contact: ", invite.Nth(2), "INVITE ")
		r.definition(answered, "CSeq: ", invite.Nth(2), "INVITE ")
		r.definition(ack.Nth(1), "", scenario.Status(407), "SIP/2.0 407")
		r.definition(ack.Nth(2), "", answered, "SIP/2.0 200")
		r.definition(scenario.Request("PRACK"), "", ringing, "SIP/2.0 180")
		r.definition(scenario.Request("PRACK"), "RAck: ", ringing, "SIP/2.0 180")
		r.definition(bye, "", invite.Nth(2), "INVITE ")
		r.definition(scenario.StatusTo("BYE", 200), "", bye, "BYE ")
		r.definition(invite.Nth(1), "", invite.Nth(1), "INVITE ")
		r.definition(bye, "Call-ID: ", invite.Nth(1), "INVITE ")
		r.definition(invite.Nth(2), "Proxy-Authorization: ", scenario.Status(407), "Digest ")
		r.definition(invite.Nth(2), "nonce=", scenario.Status(407), "Digest ")
		r.definition(bye, "To: <", invite.Nth(2), "INVITE ")

		r.references(answered, "", true, r.all()...)
		r.references(answered, "", false, r.all()[1:]...)
		r.references(answered, "Call-ID: ", true, r.all()...)
		r.references(answered, "branch=", true, indices(t, tr, invite.Nth(2), scenario.Status(100), ringing, answered, ack.Nth(2))...)
		r.references(scenario.Status(407), "CSeq: ", true, indices(t, tr, invite.Nth(1), scenario.Status(407), ack.Nth(1))...)
		r.references(scenario.Status(407), "CSeq: ", false, indices(t, tr, scenario.Status(407), ack.Nth(1))...)
		r.references(invite.Nth(2), "nonce=", true, indices(t, tr, scenario.Status(407), invite.Nth(2), ack.Nth(2))...)
		r.references(scenario.Request("PRACK"), "RAck: ", true, indices(t, tr, scenario.Request("PRACK"), ringing)...)
	})
}

func TestRelationsOfACancelledCall(t *testing.T) {
	tr := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Cancelled())
	invite, cancel := scenario.Request("INVITE"), scenario.Request("CANCEL")
	inLogs(t, tr, func(r *related) {
		r.definition(cancel, "", invite, "INVITE ")
		r.definition(scenario.StatusTo("CANCEL", 200), "", cancel, "CANCEL ")
		r.definition(scenario.Status(487), "", invite, "INVITE ")
		r.definition(scenario.Request("ACK"), "", scenario.Status(487), "SIP/2.0 487")
		r.references(cancel, "branch=", true, r.all()...)
	})
}

func TestRelationsInDialogsOfAFork(t *testing.T) {
	bob, carol := scenario.Bob, scenario.Bob
	carol.User, carol.Addr = "carol", scenario.UDP("192.0.2.77:5060")
	tr := scenario.Forked(scenario.Alice, scenario.PBX(scenario.Kamailio), []scenario.Party{bob, carol})
	answered := scenario.StatusTo("INVITE", 200)
	inLogs(t, tr, func(r *related) {
		for i := range tr.Messages {
			m := r.s.Message(i)
			from, _ := r.s.Range(m, m.Start.Text)
			o, ok, err := r.s.Definition(context.Background(), from)
			if err != nil || !ok {
				t.Errorf("message %d %s leads nowhere", i, tr.Messages[i].Start)
				continue
			}
			to, _, _ := r.s.At(o.Target.From)
			if to.ID.Seq > m.ID.Seq {
				t.Errorf("message %d %s leads to %s", i, tr.Messages[i].Start, r.messageAt(o.Target))
			}
			checkRelations(t, r.s, from)
		}
		// The tag of the phone that was cancelled is not in the messages of the one that answered.
		for _, c := range []struct{ own, other scenario.Select }{{scenario.Status(487), answered}, {answered, scenario.Status(487)}} {
			places, err := r.s.References(context.Background(), r.at(c.own, "\nTo: "), true, 100)
			if err != nil || len(places) != len(tr.Messages) {
				t.Errorf("%d messages in the call (%v)", len(places), err)
			}
			tag := tr.Messages[tr.Index(c.own)].Get("To")
			_, tag, _ = strings.Cut(tag, ";tag=")
			places, err = r.s.References(context.Background(), r.at(c.own, tag[:len(tag)-1]), true, 100)
			if err != nil || len(places) < 2 {
				t.Errorf("%d messages with the tag (%v)", len(places), err)
			}
			for _, e := range places {
				m, _, _ := r.s.At(e.From)
				if to := tr.Messages[m.ID.Seq].Get("To"); strings.Contains(to, ";tag=") && !strings.Contains(to+tr.Messages[m.ID.Seq].Get("From"), tag) {
					t.Errorf("%s is of another dialog than %s", r.messageAt(e), r.message(c.own))
				}
			}
		}
	})
}

// Where branches are not as the standard has them, numbers tell.
func TestRelationsWithOtherBranches(t *testing.T) {
	invite, ack := scenario.Request("INVITE"), scenario.Request("ACK")
	cancelled := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Cancelled()).
		With(scenario.Request("CANCEL"), scenario.ReplaceInHeader("Via", "branch=z9hG4bK", "branch=z9hG4bKother"))
	inLogs(t, cancelled, func(r *related) { r.definition(scenario.Request("CANCEL"), "", invite, "INVITE ") })
	answered := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk))
	same := answered.With(ack, scenario.SetHeader("Via", answered.Messages[answered.Index(invite)].Get("Via")))
	inLogs(t, same, func(r *related) { r.definition(ack, "", scenario.StatusTo("INVITE", 200), "SIP/2.0 200") })
	s := snapshot("shortmsg.log", scenario.Call(scenario.Tester(), scenario.PBX(scenario.Asterisk), scenario.Challenged(407)).Render(scenario.SIPpShortMessages))
	for m := range s.All {
		if string(m.Method()) != "ACK" {
			continue
		}
		from, _ := s.Range(m, m.Start.Text)
		if o, ok, _ := s.Definition(context.Background(), from); !ok || !bytes.HasPrefix(s.Document().Slice(o.Focus.From, o.Focus.To), []byte("SIP/2.0 ")) {
			t.Errorf("an ACK in a log of summaries leads to %q", s.Document().Slice(o.Focus.From, o.Focus.To))
		}
	}
}

// Whatever stands at a place, both answer without a panic and stay within the text.
func checkRelations(t *testing.T, s *analysis.Snapshot, off text.Offset) {
	t.Helper()
	ctx := context.Background()
	all := analysis.Extent{To: s.Document().Len()}
	o, ok, err := s.Definition(ctx, off)
	if err != nil || ok && (!within(o.From, all) || !within(o.Target, all) || !within(o.Focus, o.Target)) {
		t.Errorf("definition at %d: %+v (%v)", off, o, err)
	}
	for _, declaration := range []bool{true, false} {
		places, err := s.References(ctx, off, declaration, 10)
		if err != nil || len(places) > 10 || !slices.IsSortedFunc(places, func(a, b analysis.Extent) int { return int(a.From - b.From) }) {
			t.Errorf("references at %d: %+v (%v)", off, places, err)
		}
		for _, e := range places {
			if !within(e, all) {
				t.Errorf("reference %+v", e)
			}
		}
	}
}

// checkCalls checks what must be true of the messages of the call at a place, of lenses and hints.
func checkCalls(t *testing.T, s *analysis.Snapshot, off text.Offset) {
	t.Helper()
	ctx := context.Background()
	places := s.CallMessages(off, 50)
	alone, ok := s.CallAlone(off)
	if ok != (len(places) > 0) || ok != (len(alone) > 0) {
		t.Errorf("call at %d: %d messages, %d bytes", off, len(places), len(alone))
	}
	for _, next := range []bool{true, false} {
		at, inCall, found := s.NeighbourMessage(off, next)
		if inCall != ok || found && !inCall || found && len(places) < 50 && !slices.Contains(places, at) {
			t.Errorf("neighbour of %d: %+v, %t, %t; %+v", off, at, inCall, found, places)
		}
	}
	hints, err := s.InlayHints(ctx, off, off+2000, 20)
	if err != nil || len(hints) > 20 {
		t.Errorf("%d hints (%v)", len(hints), err)
	}
	for _, h := range hints {
		if h.At < off || h.At > off+2000 || h.Label == "" {
			t.Errorf("hint %+v in [%d, %d)", h, off, off+2000)
		}
	}
	lenses, err := s.CodeLenses(ctx, 20)
	if err != nil || len(lenses) != min(s.Calls().Len(), 20) {
		t.Errorf("%d lenses (%v)", len(lenses), err)
	}
	for _, l := range lenses {
		title, ok := s.LensTitle(l.Message)
		if !ok || title == "" || strings.ContainsAny(title, "\r\n\x1b\x00") || !within(l.At, analysis.Extent{To: s.Document().Len()}) {
			t.Errorf("lens %q at %+v", title, l.At)
		}
	}
	calls, err := s.CallSymbols(ctx, "", 20)
	if err != nil || len(calls) != len(lenses) {
		t.Errorf("%d calls, %d lenses (%v)", len(calls), len(lenses), err)
	}
}

func TestRelationsEnd(t *testing.T) {
	s := snapshot("trace.log", pings(2000, "OPTIONS"))
	ctx, cancel := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
	defer cancel()
	if _, err := s.References(ctx, 60, true, 10); err == nil {
		t.Error("no error of a context that has ended")
	}
}
