package check

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var prack100rel = &Rule{
	Name:     "prack-100rel",
	Scope:    Transaction,
	Severity: Error,
	Methods:  []call.Method{call.INVITE},
	Statuses: []knowledge.Range{{Lo: 101, Hi: 199}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3262", Section: "3"}, {Standard: "RFC 3262", Section: "4"}},
	Doc: Doc{
		Title: "Reliable provisional response and PRACK that do not fit",
		Text: `A provisional response with Require: 100rel and RSeq is repeated until a PRACK comes whose RAck repeats its RSeq, CSeq number and method. The rule fires

- when such a response is repeated two times or more and no PRACK for it is in its dialog,
- when a PRACK names an RSeq, a CSeq number or a method that no reliable response of its dialog has,
- when two different reliable responses of one dialog have the same RSeq,
- when the INVITE demands 100rel and a 101 to 199 is not reliable.

An INVITE that does not offer 100rel at all is the matter of require-not-supported.`,
	},
	Scenes: func() []Scene {
		reliable := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Reliable())
		early := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Reliable(), scenario.EarlyMedia())
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Reliable())
		plain := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk))
		invite, prack, ringing := scenario.Request("INVITE"), scenario.Request("PRACK"), scenario.Status(180)
		noPrack := func(t scenario.Trace) scenario.Trace {
			return t.Without(prack).Without(scenario.StatusTo("PRACK", 200))
		}
		gaps := []time.Duration{1200 * time.Millisecond, 3500 * time.Millisecond}
		rack := func(of int, value string) scenario.Fault {
			return func(m *scenario.Message) {
				f := strings.Fields(m.Get("RAck"))
				f[of] = value
				scenario.SetHeader("RAck", strings.Join(f, " "))(m)
			}
		}
		fires := func(severity Severity, at scenario.Select, related ...scenario.Select) []Sighting {
			return []Sighting{{Severity: severity, At: at, Related: related}}
		}
		return []Scene{
			{Name: "no PRACK", Trace: noPrack(reliable).Repeat(ringing, gaps...), Want: fires(Warning, ringing.First(), ringing.Nth(3), invite)},
			{Name: "no PRACK on either hop of a proxy", Trace: noPrack(proxied).Repeat(ringing, gaps...), Want: fires(Warning, ringing.First(), ringing.Nth(5), invite.Nth(2))},
			{Name: "RAck with another RSeq, refused", Trace: reliable.With(prack, rack(0, "99999")).With(scenario.StatusTo("PRACK", 200), scenario.SetStart("SIP/2.0 481 Call/Transaction Does Not Exist")), Want: fires(Error, prack, ringing)},
			{Name: "RAck with another RSeq, accepted", Trace: reliable.With(prack, rack(0, "99999")), Want: fires(Warning, prack, ringing)},
			{Name: "RAck with another CSeq number", Trace: early.With(prack, rack(1, "99")), Want: fires(Error, prack, scenario.Status(183))},
			{Name: "RAck with another method", Trace: early.With(prack, rack(2, "UPDATE")), Want: fires(Error, prack, scenario.Status(183))},
			{Name: "100rel demanded, 180 not reliable", Trace: plain.With(invite, scenario.AddHeader("Require", "100rel")), Want: fires(Warning, ringing, invite)},
			{
				Name: "two responses with one RSeq", Trace: early.Repeat(scenario.Status(183), 2*time.Second).With(scenario.Status(183).Nth(2), scenario.SetStart("SIP/2.0 180 Ringing")),
				Want: fires(Warning, ringing, scenario.Status(183)),
			},
			{Name: "a reliable 180 and its PRACK", Trace: reliable},
			{Name: "a reliable 183 and its PRACK", Trace: early},
			{Name: "through a proxy", Trace: proxied},
			{Name: "the PRACK goes past the log", Trace: noPrack(reliable)},
			{Name: "the first PRACK was lost", Trace: reliable.Repeat(ringing, gaps[0]).Move(prack, gaps[0]).Move(scenario.StatusTo("PRACK", 200), gaps[0])},
			{Name: "captured twice", Trace: reliable.Repeat(scenario.All, 2*time.Millisecond)},
			{Name: "the log begins behind the 180", Trace: reliable.Without(invite).Without(scenario.Status(100)).Without(ringing)},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		var all []reliable1xx
		demanded := false // has been reported
		for i := range s.Messages {
			m := &s.Messages[i]
			if m.Request || m.Method != call.INVITE || m.Status <= 100 || m.Status >= 200 || m.First != call.None || !m.Whole || m.Transaction == call.None {
				continue
			}
			t := &s.Transactions[m.Transaction]
			r, ok := readReliable(s, int32(i))
			if !ok {
				if !demanded && m.Status != 199 && m.Msg.Header(sip.HeaderRSeq) == nil && t.Request != call.None && requires100rel(s, t.Request) {
					demanded = true
					report(notReliable(s, int32(i), t.Request))
				}
				continue
			}
			if m.Dialog == call.None {
				continue
			}
			before := slices.IndexFunc(all, func(o reliable1xx) bool { return o.dialog == r.dialog && o.cseq == r.cseq && o.rseq == r.rseq })
			if before < 0 {
				if len(all) == near {
					return // no call has that many
				}
				all = append(all, r)
				continue
			}
			if o := &s.Messages[all[before].i]; o.Transaction == m.Transaction && o.Status != m.Status {
				report(sameRSeq(s, &all[before], int32(i)))
			}
		}
		if len(all) == 0 {
			return
		}
		matched := checkPRACKs(s, all, report)
		for k := range all {
			if r := &all[k]; !matched[k] {
				withoutPRACK(s, r, report)
			}
		}
	},
}

// reliable1xx is a provisional response that wants a PRACK.
type reliable1xx struct {
	i          int32
	dialog     int32
	rseq, cseq uint64
}

func readReliable(s *CallSubject, i int32) (r reliable1xx, ok bool) {
	m := &s.Messages[i]
	h := m.Msg.Header(sip.HeaderRSeq)
	if h == nil || !lists(m.Msg, sip.HeaderRequire, []byte("100rel")) {
		return r, false
	}
	n, err := m.Msg.Number(h.Value)
	return reliable1xx{i, m.Dialog, n, uint64(m.CSeq)}, err == nil
}

func requires100rel(s *CallSubject, i int32) bool {
	return s.Messages[i].Whole && lists(s.Messages[i].Msg, sip.HeaderRequire, []byte("100rel"))
}

func notReliable(s *CallSubject, i, request int32) Finding {
	return Finding{
		Severity:    Warning,
		At:          s.At(i),
		Related:     []Related{s.Related(request, "the INVITE that demands 100rel")},
		Title:       s.Name(i) + " is not reliable, though the INVITE demands it",
		Evidence:    fmt.Sprintf("The INVITE has Require: 100rel; this %s has neither Require: 100rel nor RSeq.", s.Name(i)),
		Consequence: "The caller sends no PRACK for it; what depends on it, as preconditions and early media, may not begin.",
		Next:        "Make the callee send its 101 to 199 responses reliably, or refuse the INVITE with 420; or demand 100rel no more and list it in Supported.",
		Cites:       []knowledge.Cite{{Standard: "RFC 3262", Section: "3"}},
	}
}

func sameRSeq(s *CallSubject, r *reliable1xx, i int32) Finding {
	return Finding{
		Severity:    Warning,
		At:          s.Field(i, sip.HeaderRSeq),
		Related:     []Related{s.Related(r.i, "the one before with the same RSeq")},
		Title:       fmt.Sprintf("%s has the RSeq of the %s before it", s.Name(i), s.Name(r.i)),
		Evidence:    fmt.Sprintf("Both have RSeq %d; each new reliable response has to have one more than the last.", r.rseq),
		Consequence: "The caller takes it for a repeat and neither reads nor acknowledges it.",
		Next:        "Make the callee count RSeq up by one for each reliable response to the INVITE.",
		Cites:       []knowledge.Cite{{Standard: "RFC 3262", Section: "3"}},
	}
}

// checkPRACKs reports each PRACK that fits no reliable response of its dialog, and tells which responses have one that was meant
// for them.
func checkPRACKs(s *CallSubject, all []reliable1xx, report func(Finding)) (matched []bool) {
	matched = make([]bool, len(all))
	var reported map[uint64]bool // by dialog and CSeq number: a PRACK on its second hop
	for i := range s.Messages {
		p := &s.Messages[i]
		if !p.Request || p.Method != call.PRACK || p.First != call.None || p.Dialog == call.None || !p.Whole {
			continue
		}
		h := p.Msg.Header(sip.HeaderRAck)
		if h == nil {
			continue // what is missing has a rule of its own
		}
		rack, err := p.Msg.ReadRAck(h.Value)
		if err != nil {
			continue
		}
		rseq, _ := p.Msg.Number(rack.Response)
		cseq, _ := p.Msg.Number(rack.CSeq)
		method := string(p.Msg.Bytes(rack.Method))
		meant, fits := call.None, false
		wrong := ""
		for k := range all {
			r := &all[k]
			if r.dialog != p.Dialog || r.i > int32(i) && !s.Guessed {
				continue
			}
			switch {
			case r.rseq == rseq && r.cseq == cseq && method == "INVITE":
				fits, matched[k] = true, true
			case r.rseq == rseq:
				meant, matched[k] = int32(k), true
				wrong = "CSeq number"
				if r.cseq == cseq {
					wrong = "method"
				}
			case wrong == "":
				meant = int32(k)
			}
		}
		if fits || meant == call.None {
			continue
		}
		r := &all[meant]
		matched[meant] = true
		key := uint64(p.Dialog)<<32 | uint64(p.CSeq)
		if reported[key] {
			continue
		}
		if reported == nil {
			reported = map[uint64]bool{}
		}
		reported[key] = true
		f := Finding{
			Severity:    Error,
			At:          s.Field(int32(i), sip.HeaderRAck),
			Related:     []Related{s.Related(r.i, "the reliable response that it is most likely for")},
			Title:       "PRACK does not match the " + s.Name(r.i) + " that it acknowledges",
			Consequence: "The callee answers 481, repeats its response and gives up the call when no right PRACK comes for 64*T1 (32 s).",
			Next:        "Make the caller copy RSeq, CSeq number and method of the response into RAck.",
			Cites:       []knowledge.Cite{{Standard: "RFC 3262", Section: "7.2"}, {Standard: "RFC 3262", Section: "3"}},
		}
		f.Evidence = fmt.Sprintf("RAck is %s; the %s has RSeq %d and CSeq %d INVITE", clip(p.Msg.Bytes(h.Value)), s.Name(r.i), r.rseq, r.cseq)
		if wrong != "" {
			f.Evidence += ": its " + wrong + " differs."
		} else {
			f.Evidence += ", and no reliable response of the dialog has the RSeq of the PRACK."
			refused := p.Transaction != call.None && s.Transactions[p.Transaction].Final != call.None && s.Messages[s.Transactions[p.Transaction].Final].Status == 481
			if !refused && s.Messages[r.i].Times < 2 {
				f.Certainty = StrongHint // the log may lack the response
			}
		}
		report(f)
	}
	return matched
}

// withoutPRACK reports a reliable response that is repeated since no PRACK comes.
func withoutPRACK(s *CallSubject, r *reliable1xx, report func(Finding)) {
	m := &s.Messages[r.i]
	if m.Times < 2 {
		return
	}
	t := &s.Transactions[m.Transaction]
	if t.Request != call.None {
		q := &s.Messages[t.Request]
		if q.Whole && !lists(q.Msg, sip.HeaderSupported, []byte("100rel")) && !lists(q.Msg, sip.HeaderRequire, []byte("100rel")) {
			return // not offered: that has a rule of its own
		}
	}
	last := r.i
	for _, k := range t.Messages {
		if x := &s.Messages[k]; x.First == r.i && !x.Copy {
			last = k
		}
	}
	f := Finding{
		Severity:    Warning,
		At:          s.At(r.i),
		Related:     []Related{s.Related(last, "sent for the last time, still without a PRACK")},
		Title:       "Reliable " + s.Name(r.i) + " never got a PRACK",
		Evidence:    fmt.Sprintf("The %s with RSeq %d was sent %d times, and no PRACK for it stands in its dialog.", s.Name(r.i), r.rseq, m.Times+1),
		Consequence: "The callee repeats it and refuses the call with a 5xx when no PRACK has come for 64*T1 (32 s).",
		Next:        "See whether the caller sends the PRACK, and whether it reaches the Contact of the response by way of its Record-Route values; or use no reliable responses here.",
	}
	if t.Request != call.None {
		f.Related = append(f.Related, s.Related(t.Request, "the INVITE"))
	}
	if t.Final != call.None && s.Messages[t.Final].Status >= 500 {
		if after, ok := s.Since(r.i, t.Final); ok && after >= 25*time.Second {
			f.Evidence += fmt.Sprintf(" %s after it the callee gave up with %s.", Spell(after), s.Name(t.Final))
			f.Related = append(f.Related, s.Related(t.Final, "the callee gives up"))
		}
	}
	s.Missing(&f)
	report(f)
}
