package check

import (
	"bytes"
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
	"sipls/server/trace"
)

var keepaliveDown = &Rule{
	Name:     "options-keepalive-down",
	Scope:    Trace,
	Severity: Warning,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "11.2"}, {Standard: "RFC 3261", Section: "17.1.2.2"}},
	Doc: Doc{
		Title: "OPTIONS that ask whether a host is there get no 200",
		Text: `The rule reports each target once: where OPTIONS outside of a dialog get no answer for 64*T1 (32 s), with the number of those that do, and, as information, where two or more of them
are all refused with 404, 405, 481, 483 or 501, which proves that the host is there, though strict monitors take it for down. Scanners that nobody wants to answer are not reported. Where the log
holds nothing from the other side at all, and the requests are not sent again either, it may be that answers are not logged, and the finding is weaker.`,
	},
	Scenes: func() []Scene {
		server := scenario.PBX(scenario.Asterisk)
		ping := func(n uint64, o ...scenario.Option) scenario.Trace {
			return scenario.Keepalive(server, scenario.Alice, append(o, scenario.Seed(n), scenario.Start(time.Duration(n)*time.Minute))...)
		}
		lost := scenario.Merge(ping(1), ping(2, scenario.Unanswered()), ping(3, scenario.Unanswered()), ping(5))
		options := scenario.Request("OPTIONS")
		again := scenario.Where("the third OPTIONS", func(m *scenario.Message) bool { return m.Method() == "OPTIONS" && m.At >= 3*time.Minute })
		back := scenario.Where("the last OPTIONS", func(m *scenario.Message) bool { return m.Method() == "OPTIONS" && m.At >= 5*time.Minute })
		later := scenario.Keepalive(scenario.Bob, server, scenario.Start(4*time.Minute), scenario.Seed(9))
		refused := scenario.Merge(ping(1, scenario.Rejected(404)), ping(2, scenario.Rejected(404)))
		scanned := scenario.Keepalive(scenario.Bob, server).Without(scenario.Responses).With(options, scenario.SetHeader("User-Agent", "friendly-scanner"))
		return []Scene{
			{Name: "down for some minutes", Trace: lost, Want: []Sighting{{Severity: Warning, At: options.Nth(2), Related: []scenario.Select{again, back}}}},
			{Name: "never answered", Trace: scenario.Merge(ping(1, scenario.Unanswered()), later), Want: []Sighting{{Severity: Warning, At: options}}},
			{Name: "nothing from the other side is logged", Trace: scenario.Merge(ping(1).Without(scenario.Responses), ping(2).Without(scenario.Responses), ping(3).Without(scenario.Responses)), Want: []Sighting{{Severity: Information, At: options, Related: []scenario.Select{options.Nth(2)}}}},
			{Name: "all refused", Trace: refused, Want: []Sighting{{Severity: Information, At: scenario.Status(404)}}},
			{Name: "all is well", Trace: scenario.Merge(ping(1), ping(2), ping(3), later)},
			{Name: "one is refused, others are not", Trace: scenario.Merge(ping(1, scenario.Rejected(404)), ping(2), ping(3, scenario.Rejected(404)))},
			{Name: "busy is an answer", Trace: scenario.Merge(ping(1, scenario.Rejected(486)), ping(2, scenario.Rejected(486)))},
			{Name: "the log ends too early to tell", Trace: ping(1).Without(scenario.Responses).Repeat(options, repeats[1:4]...)},
			{Name: "a scanner", Trace: scenario.Merge(scanned, later)},
		}
	},
	CheckTrace: checkKeepalives,
}

// pinged is a target of OPTIONS.
type pinged struct {
	answered, lost, refused  int
	firstLost, lastLost      callMessage
	firstRefused, answeredBy callMessage // the first refusal; the first OPTIONS that is answered behind the first lost one
	waited                   time.Duration
	times                    int32 // most retransmissions
	to                       trace.Direction
}

// callMessage is a message of a call of a trace.
type callMessage struct {
	call    int
	message int32
}

func checkKeepalives(t *TraceSubject, report func(Finding)) {
	var targets map[uint64]*pinged
	var order []uint64
	for c, s := range t.Calls {
		if !s.HasMethod(call.OPTIONS) {
			continue
		}
		for x := range s.Exchanges {
			e := &s.Exchanges[x]
			if e.Method != call.OPTIONS || !e.Initial {
				continue
			}
			tx, waited, lost := lostHop(s, e)
			if tx.Request == call.None || !lost && tx.Final == call.None {
				continue
			}
			m := &s.Messages[tx.Request]
			if lost && isScanner(m.Msg) {
				continue
			}
			key := m.Dst
			if key == 0 {
				key = call.IDKey(m.Msg.Bytes(m.Msg.Start.URI))
			}
			p := targets[key]
			if p == nil {
				if targets == nil {
					targets = map[uint64]*pinged{}
				}
				p = &pinged{to: m.Direction}
				targets[key] = p
				order = append(order, key)
			}
			p.add(callMessage{c, tx.Request}, s, tx, lost, waited)
		}
	}
	for _, key := range order {
		if p := targets[key]; p.lost > 0 {
			report(keepaliveLost(t, p))
		} else if p.refused > 1 && p.answered == 0 {
			report(keepaliveRefused(t, p))
		}
	}
}

// lostHop returns the transaction of an exchange that nobody answers, of several the one farthest from the sender, else
// the one closest to it.
func lostHop(s *CallSubject, e *call.Exchange) (tx *call.Transaction, waited time.Duration, lost bool) {
	tx = &s.Transactions[e.Upstream]
	for _, i := range e.Transactions {
		x := &s.Transactions[i]
		if w, ok := s.unanswered(x); ok && (!lost || x.Vias > tx.Vias) {
			tx, waited, lost = x, w, true
		}
	}
	return tx, waited, lost
}

func (p *pinged) add(m callMessage, s *CallSubject, tx *call.Transaction, lost bool, waited time.Duration) {
	if lost {
		if p.lost++; p.lost == 1 {
			p.firstLost, p.waited, p.to = m, waited, s.Messages[m.message].Direction
		}
		p.lastLost = m
		p.times = max(p.times, s.Messages[m.message].Times)
		return
	}
	switch s.Messages[tx.Final].Status {
	case 404, 405, 481, 483, 501:
		if p.refused++; p.refused == 1 {
			p.firstRefused = callMessage{m.call, tx.Final}
		}
	default:
		p.answered++
	}
	if p.lost > 0 && p.answeredBy == (callMessage{}) {
		p.answeredBy = m
	}
}

func keepaliveLost(t *TraceSubject, p *pinged) Finding {
	m := t.Calls[p.firstLost.call].Messages[p.firstLost.message].Msg
	f := Finding{
		Severity:    Warning,
		Certainty:   StrongHint,
		At:          t.At(p.firstLost.call, p.firstLost.message),
		Title:       fmt.Sprintf("OPTIONS to %s without an answer", clip(m.Bytes(m.Start.URI))),
		Evidence:    fmt.Sprintf("In %s nothing comes back%s.", Spell(p.waited), times(p.times)),
		Consequence: "Whoever sends OPTIONS to see whether the host is there takes it for down and sends it no calls.",
		Next:        "See whether the host runs and answers OPTIONS, and whether address, port, transport and firewall are right on both ways.",
	}
	if n := p.lost + p.answered + p.refused; n > 1 {
		f.Evidence = fmt.Sprintf("Of %d OPTIONS to it %d get no answer; after the first one nothing comes back in %s.", n, p.lost, Spell(p.waited))
	}
	if p.lost > 1 {
		f.Related = append(f.Related, t.Related(p.lastLost.call, p.lastLost.message, "the last one without an answer"))
	}
	if p.answeredBy != (callMessage{}) {
		f.Related = append(f.Related, t.Related(p.answeredBy.call, p.answeredBy.message, "the first one behind it that is answered"))
	}
	if p.times < 3 && p.answered+p.refused == 0 && !answersSeen(t, p.to) {
		f.Certainty = WeakHint
		f.Evidence += " The log holds nothing from the other side at all: answers may have come, they are not in this log."
	}
	return f
}

// answersSeen reports whether a response to requests that went in this direction is in the trace.
func answersSeen(t *TraceSubject, to trace.Direction) bool {
	for _, s := range t.Calls {
		for i := range s.Messages {
			if m := &s.Messages[i]; !m.Request && (to == trace.DirectionUnknown || m.Direction != to) {
				return true
			}
		}
	}
	return false
}

func keepaliveRefused(t *TraceSubject, p *pinged) Finding {
	s := t.Calls[p.firstRefused.call]
	return Finding{
		Severity:    Information,
		Certainty:   StrongHint,
		At:          t.At(p.firstRefused.call, p.firstRefused.message),
		Title:       fmt.Sprintf("OPTIONS are answered %s only", s.Name(p.firstRefused.message)),
		Evidence:    fmt.Sprintf("None of %d OPTIONS to this target gets a 2xx, the first one gets %s.", p.refused, s.Name(p.firstRefused.message)),
		Consequence: "The host is there, as any answer proves; a monitor that accepts 200 only takes it for down.",
		Next:        "Let the host answer OPTIONS to itself with 200, ask for an address that it knows, or let the monitor take any answer.",
	}
}

// isScanner reports whether a request calls itself one of the tools that look for open servers.
func isScanner(m *sip.Message) bool {
	agent := bytes.ToLower(m.Value(sip.HeaderUserAgent))
	for _, name := range [...]string{"scan", "sipvicious", "sipcli", "sundayddr", "vaxsipuseragent", "pplsip", "sipsak"} {
		if bytes.Contains(agent, []byte(name)) {
			return true
		}
	}
	return false
}
