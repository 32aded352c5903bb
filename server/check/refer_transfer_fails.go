package check

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var transferFails = &Rule{
	Name:     "refer-transfer-fails",
	Scope:    Dialog,
	Severity: Warning,
	Methods:  []call.Method{call.REFER},
	Cites:    []knowledge.Cite{{Standard: "RFC 3515", Section: "2.4.2"}, {Standard: "RFC 3515", Section: "2.4.4"}, {Standard: "RFC 3515", Section: "2.4.5"}},
	Doc: Doc{
		Title: "Transfer that fails",
		Text: `A 2xx to REFER says only that the other side tries; how the new call went stands in the body of a NOTIFY, as a status line. The rule reports a REFER that is refused, a NOTIFY that tells of a
failure, and a REFER with a 2xx behind which the log goes on for 64*T1 (32 s) in the same call without any NOTIFY. A target that is busy, does not answer or declines is no defect: that is information. Challenges have rules of
their own; a REFER that asks for no subscription (Refer-Sub: false, RFC 4488) needs no NOTIFY.`,
	},
	Scenes: func() []Scene {
		server := scenario.PBX(scenario.Asterisk)
		transfer := func(o ...scenario.Option) scenario.Trace {
			return scenario.Transfer(scenario.Alice, server, scenario.Bob, o...)
		}
		refer, notify := scenario.Request("REFER"), scenario.Request("NOTIFY")
		said := scenario.Where("the last NOTIFY", func(m *scenario.Message) bool {
			return m.Method() == "NOTIFY" && !m.IsResponse() && bytes.HasPrefix([]byte(m.Get("Subscription-State")), []byte("terminated"))
		})
		ok := scenario.StatusTo("REFER", 200)
		quiet := scenario.Transfer(scenario.Alice, server, scenario.Bob, scenario.ReferResult(503), scenario.Talking(3*time.Minute)).Without(notify).Without(scenario.StatusTo("NOTIFY", 200))
		notAsked := func(m *scenario.Message) { scenario.AddHeader("Refer-Sub", "false")(m) }
		proxied := scenario.Merge(transfer(), scenario.Keepalive(scenario.Bob, server, scenario.Seed(7), scenario.Start(3*time.Minute)))
		return []Scene{
			{Name: "refused", Trace: transfer(scenario.ReferAnswered(405)), Want: []Sighting{{Severity: Warning, At: scenario.StatusTo("REFER", 405), Related: []scenario.Select{refer}}}},
			{Name: "declined", Trace: transfer(scenario.ReferAnswered(603)), Want: []Sighting{{Severity: Information, At: scenario.StatusTo("REFER", 603), Related: []scenario.Select{refer}}}},
			{Name: "the target cannot be reached", Trace: transfer(scenario.ReferResult(503)), Want: []Sighting{{Severity: Warning, At: said, Related: []scenario.Select{refer}}}},
			{Name: "the target is busy", Trace: transfer(scenario.ReferResult(486), scenario.ReferAnswered(202)), Want: []Sighting{{Severity: Information, At: said, Related: []scenario.Select{refer}}}},
			{Name: "by the callee", Trace: transfer(scenario.CalleeTransfers(), scenario.ReferResult(404)), Want: []Sighting{{Severity: Warning, At: said, Related: []scenario.Select{refer}}}},
			{Name: "no NOTIFY", Trace: quiet, Want: []Sighting{{Severity: Warning, At: ok, Related: []scenario.Select{refer}}}},
			{Name: "no NOTIFY was asked for", Trace: quiet.With(refer, notAsked).With(ok, notAsked)},
			{Name: "it works", Trace: transfer()},
			{Name: "it works, and the log goes on", Trace: proxied},
			{Name: "who transfers hangs up before a NOTIFY comes", Trace: transfer().Without(notify).Without(scenario.StatusTo("NOTIFY", 200))},
			{Name: "the log ends behind the 200", Trace: transfer().Only(scenario.Where("up to the 200 to REFER", func(m *scenario.Message) bool { return m.Method() != "NOTIFY" && m.Method() != "BYE" }))},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for x := range s.Exchanges {
			e := &s.Exchanges[x]
			if e.Method != call.REFER {
				continue
			}
			request := s.Transactions[e.Upstream].Request
			final := s.FinalOf(int32(x))
			if request == call.None || final == call.None {
				continue
			}
			if status := s.Messages[final].Status; status >= 300 {
				referRefused(s, request, final, report)
			} else {
				referNotified(s, request, final, report)
			}
		}
	},
}

// whatTargetsDo reports whether a failure is no defect: the callee is busy, away, or does not want.
func whatTargetsDo(status int) bool {
	switch status {
	case 408, 480, 486, 487, 600, 603:
		return true
	}
	return false
}

// referTo returns the target of a REFER for a sentence.
func referTo(s *CallSubject, request int32) string {
	m := s.Messages[request].Msg
	if a, ok := m.Address(sip.HeaderReferTo); ok && a.URI.Len > 0 {
		return clip(m.Bytes(a.URI))
	}
	return "a target that the log does not show"
}

func referRefused(s *CallSubject, request, final int32, report func(Finding)) {
	status := int(s.Messages[final].Status)
	if status < 400 || status == 401 || status == 407 {
		return
	}
	f := Finding{
		Severity:    Warning,
		At:          s.At(final),
		Related:     []Related{s.Related(request, "the REFER")},
		Title:       fmt.Sprintf("Transfer refused: REFER gets %s", s.Name(final)),
		Evidence:    fmt.Sprintf("The REFER to %s gets %s.", referTo(s, request), s.Name(final)),
		Consequence: "The other side makes no new call; the call stays as it is, or hangs up, as whoever asked decides.",
		Next:        "See why the other side refuses.",
	}
	switch status {
	case 405, 501:
		f.Next = "The other side takes no REFER: let it take transfers, or let the server transfer the call itself (attended, by re-INVITE)."
	case 403, 603:
		f.Next = "Allow transfers for this user or trunk at the other side."
	case 481:
		f.Next = "Compare Call-ID and tags of the REFER with those of the call: the other side does not know this dialog."
	case 400, 416, 420:
		f.Next = "Look at Refer-To and Require: the URI stands in < >, a Replaces in it is escaped (%40, %3B, %3D)."
	}
	if whatTargetsDo(status) {
		f.Severity = Information
	}
	report(f)
}

// referNotified looks at what the NOTIFYs for an accepted REFER say.
func referNotified(s *CallSubject, request, final int32, report func(Finding)) {
	d := s.Messages[final].Dialog
	if d == call.None {
		return
	}
	number := s.Messages[request].CSeq
	some, told, others := false, call.None, 0
	end := call.None // a BYE behind the REFER
	var line sip.StartLine
	inside := s.Dialogs[d].Messages
	from, _ := slices.BinarySearch(inside, request+1)
	for _, i := range inside[from:] {
		m := &s.Messages[i]
		if others > 1 {
			break
		}
		switch {
		case !m.Request || m.First != call.None:
		case m.Method == call.BYE && end == call.None:
			end = i
		case m.Method == call.REFER && m.From == s.Messages[request].From && m.CSeq > number:
			if others++; !some {
				return // which of them a NOTIFY is about is not clear
			}
		case m.Method == call.NOTIFY && m.From == s.Messages[final].To && isReferEvent(m.Msg, number, others > 0):
			some = true
			if l, ok := fragmentOf(m.Msg); ok && l.Status >= 200 {
				if told == call.None || l.Status < 300 || l.Status != line.Status {
					told, line = i, l
				}
			}
		}
	}
	switch {
	case told != call.None && line.Status >= 300:
		report(transferFailed(s, request, told, line))
	case !some:
		waited, ok := s.Until(final)
		if end != call.None {
			waited, ok = s.Since(final, end)
		}
		if ok && waited >= call.GivenUp && !withoutSubscription(s.Messages[request].Msg) && !withoutSubscription(s.Messages[final].Msg) {
			f := Finding{
				Severity:    Warning,
				Certainty:   StrongHint,
				At:          s.At(final),
				Related:     []Related{s.Related(request, "the REFER")},
				Title:       "Transfer without any NOTIFY",
				Evidence:    fmt.Sprintf("The REFER to %s gets %s; in %s no NOTIFY tells how the transfer goes.", referTo(s, request), s.Name(final), Spell(waited)),
				Consequence: "Whoever transfers does not learn whether the new call came about: its call hangs, or it reports a failure.",
				Next:        "Let the other side send a NOTIFY at once and one with the result, or see where between the two they get lost.",
			}
			s.Missing(&f)
			report(f)
		}
	}
}

func transferFailed(s *CallSubject, request, told int32, line sip.StartLine) Finding {
	what := fmt.Sprint(line.Status)
	if k := knowledge.LookupStatus(line.Status); k != nil {
		what += " " + k.Phrase
	}
	f := Finding{
		Severity:    Warning,
		At:          s.Place(told, line.Text),
		Related:     []Related{s.Related(request, "the REFER")},
		Title:       "Transfer failed: the new call got " + what,
		Evidence:    fmt.Sprintf("The NOTIFY for the REFER to %s says that the new call got %s.", referTo(s, request), what),
		Consequence: "The transfer did not come about; whoever asked for it has the call back, or nobody has.",
		Next:        "Look for the call to the target in the log of whoever was to make it, and at this answer there.",
	}
	if withReplaces(s.Messages[request].Msg) && line.Status == 481 {
		f.Next = "Compare the Replaces in Refer-To with Call-ID and tags of the call that is to be replaced: the target does not know that dialog."
	}
	if whatTargetsDo(line.Status) {
		f.Severity = Information
		f.Next = "Nothing is wrong with the transfer itself: the target is busy, away, or does not want the call."
	}
	return f
}

// isReferEvent reports whether a NOTIFY is for a REFER with that CSeq number: its Event is refer, with that id, or
// with none where it need not have one.
func isReferEvent(m *sip.Message, number uint32, needsID bool) bool {
	h := m.Header(sip.HeaderEvent)
	if h == nil || !sip.EqualFold(m.FirstToken(sip.HeaderEvent), "refer") {
		return false
	}
	semi := bytes.IndexByte(m.Bytes(h.Value), ';')
	if semi < 0 {
		return !needsID
	}
	params := sip.Span{Off: h.Value.Off + int32(semi) + 1, Len: h.Value.Len - int32(semi) - 1}
	id, ok := m.FindParam(params, ';', "id")
	return !ok && !needsID || ok && string(m.Bytes(id.Value)) == fmt.Sprint(number)
}

// fragmentOf returns the status line in the message/sipfrag body of a NOTIFY.
func fragmentOf(m *sip.Message) (sip.StartLine, bool) {
	for b := range m.Parts() {
		if b.Encoded || !m.IsMediaType(b.Type, "message", "sipfrag") {
			continue
		}
		if f := m.ReadFragment(b.Span); f.HasStart && f.Start.Kind == sip.Response && f.Start.Status != 0 {
			return f.Start, true
		}
	}
	return sip.StartLine{}, false
}

// withoutSubscription reports whether a REFER or its 2xx says that no NOTIFY follows (RFC 4488 section 4).
func withoutSubscription(m *sip.Message) bool {
	return bytes.EqualFold(m.Value(sip.HeaderReferSub), []byte("false")) || m.HasToken(sip.HeaderRequire, "norefersub")
}

// withReplaces reports whether the target of a REFER is to replace another call.
func withReplaces(m *sip.Message) bool {
	a, ok := m.Address(sip.HeaderReferTo)
	return ok && bytes.Contains(bytes.ToLower(m.Bytes(a.URI)), []byte("replaces="))
}
