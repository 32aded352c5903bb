package check

import (
	"bytes"
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/trace"
)

var targetUnreachable = &Rule{
	Name:     "dns-srv-or-target-timeout",
	Scope:    Trace,
	Severity: Warning,
	Failures: []string{"dns-srv-or-target-timeout"},
	Cites:    []knowledge.Cite{{Standard: "RFC 3263", Section: "4.2"}, {Standard: "RFC 3261", Section: "17.1.1.2"}, {Standard: "RFC 3261", Section: "17.1.2.2"}, {Standard: "RFC 3261", Section: "8.1.3.1"}},
	Doc: Doc{
		Title: "Request whose target cannot be found or never answers",
		Text: `The rule fires in three cases. A request outside of a dialog is sent again and again over UDP, or once over a connection, and gets no answer for 64*T1 (32 s); of several to the same
place the first one is reported, with their number. A 408, 477, 478, 480, 500, 502, 503 or 504 that the logging program made itself stands right behind a line of the log about a name that cannot be resolved or a
connection that fails, with nothing of another call between. A response says in its reason phrase that its target could not be resolved. OPTIONS, large requests and failed TLS connections have rules of their own; a branch of a forked
call that another phone answered, scanners, and requests that were received are not reported.`,
	},
	Scenes: func() []Scene {
		server := scenario.PBX(scenario.Asterisk)
		carrier := scenario.Party{Domain: "example.org", Addr: scenario.UDP("203.0.113.40:5060"), Agent: scenario.Kamailio}
		later := scenario.Keepalive(scenario.Bob, server, scenario.Start(3*time.Minute), scenario.Seed(7))
		invite := scenario.Request("INVITE")
		last := scenario.Where("the last try", func(m *scenario.Message) bool { return m.Method() == "INVITE" && m.At > 31*time.Second })
		lost := scenario.Call(server, carrier, scenario.Unanswered())
		const line = "[Mar 17 09:30:00] ERROR[2871]: netsock2.c:303 ast_sockaddr_resolve: getaddrinfo(\"sip.example.org\", \"(null)\", ...): Name or service not known\n"
		const database = "[Mar 17 09:30:00] ERROR[2871]: res_config_mysql.c: Failed to connect database server: Connection refused\n"
		failed := scenario.Call(scenario.Alice, server, scenario.Rejected(503))
		final := scenario.Status(503)
		here := []scenario.Format{scenario.AsteriskFull, scenario.FreeSWITCHSiptrace}
		bob := scenario.Party{User: "1003", Domain: "example.com", Addr: scenario.UDP("198.51.100.23:5060"), Agent: scenario.Baresip}
		fork := scenario.Forked(scenario.Alice, scenario.PBX(scenario.Kamailio), []scenario.Party{scenario.Bob, bob})
		dead := fork.Without(scenario.Where("from the dead phone or a CANCEL or ACK to it", func(m *scenario.Message) bool {
			return m.From == bob.Addr || m.To == bob.Addr && m.Method() != "INVITE"
		}))
		return []Scene{
			{Name: "INVITE to a host that is down", Trace: scenario.Merge(lost, later), Want: []Sighting{{Severity: Warning, At: invite, Related: []scenario.Select{last}}}},
			{
				Name: "two calls to it", Trace: scenario.Merge(lost, scenario.Call(server, carrier, scenario.Unanswered(), scenario.Seed(2), scenario.Start(time.Minute)), later),
				Want: []Sighting{{Severity: Warning, At: invite, Related: []scenario.Select{last}}},
			},
			{Name: "a name that does not resolve", Formats: here, Trace: failed.With(final, scenario.LogBefore(line)), Want: []Sighting{{Severity: Warning, At: final, Related: []scenario.Select{invite}}}},
			{
				Name: "478", Trace: scenario.Call(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Rejected(478)).With(scenario.Status(478), scenario.SetReason("Unresolvable destination (478/SL)")),
				Want: []Sighting{{Severity: Warning, At: scenario.Status(478), Related: []scenario.Select{invite}}},
			},
			{Name: "a call that is answered", Trace: scenario.Merge(scenario.Call(server, carrier), later)},
			{Name: "a 503 alone", Formats: here, Trace: failed},
			{Name: "a line about a database", Formats: here, Trace: failed.With(final, scenario.LogBefore(database))},
			{Name: "the log ends early", Trace: lost.Only(scenario.Where("of the first seconds", func(m *scenario.Message) bool { return m.At < 20*time.Second }))},
			{Name: "nobody answers what was received", Formats: []scenario.Format{scenario.AsteriskFull, scenario.FreeSWITCHSiptrace}, Trace: scenario.Merge(scenario.Call(scenario.Alice, server, scenario.Unanswered()), later)},
			{Name: "one branch of a fork is dead", Trace: scenario.Merge(dead, scenario.Keepalive(scenario.Bob, scenario.PBX(scenario.Kamailio), scenario.Start(3*time.Minute), scenario.Seed(7)))},
			{Name: "answers are not in the log", Trace: scenario.Merge(scenario.Call(server, carrier).Without(scenario.Responses), later), Ill: true},
		}
	},
	CheckTrace: func(t *TraceSubject, report func(Finding)) {
		silent := map[uint64]*silence{}
		var order []*silence
		for c, s := range t.Calls {
			if f, ok := unresolvedTarget(t, c); ok {
				report(f)
				continue
			}
			for x := range s.Exchanges {
				l, ok := silentTarget(s, &s.Exchanges[x])
				if !ok || t.troubleBeside(c).kind == tlsTrouble {
					continue
				}
				l.call = c
				place := placeOf(c, &s.Messages[l.message])
				if first := silent[place]; first != nil {
					first.more++
					continue
				}
				silent[place] = &l
				order = append(order, &l)
			}
		}
		if order == nil {
			return
		}
		large := map[uint64]bool{}
		for _, l := range largeLost(t) {
			large[placeOf(l.call, &t.Calls[l.call].Messages[l.message])] = true
		}
		for _, l := range order {
			m := &t.Calls[l.call].Messages[l.message]
			if !isLargeUDP(m) || !large[placeOf(l.call, m)] {
				report(l.finding(t))
			}
		}
	},
}

// unresolvedTarget reports a call that failed because a name or a connection did, as the log or the response says.
func unresolvedTarget(t *TraceSubject, c int) (Finding, bool) {
	s := t.Calls[c]
	d := s.Result.Decided
	if q := s.Result.First; int(q) < len(s.Messages) {
		if u, ok := requestURI(s.Messages[q].Msg); ok && endsInInvalid(s.Messages[q].Msg.Bytes(u.Host)) {
			return Finding{}, false
		}
	}
	if d == call.None && s.Result.Exchange == call.None || d != call.None && s.Messages[d].Status < 400 {
		return Finding{}, false
	}
	f := Finding{
		Severity:    Warning,
		Certainty:   StrongHint,
		Consequence: "Most likely the request reached nobody: whoever made the answer found no way to its target.",
		Next:        "Check the name and its NAPTR, SRV and A records, the port (a port in the URI switches SRV off) and the firewall; give the program a second target to go to.",
	}
	if d != call.None {
		m := s.Messages[d].Msg
		if phrase := bytes.ToLower(m.Bytes(m.Start.Reason)); m.Start.Status == 478 || bytes.Contains(phrase, []byte("dns")) || has(phrase, unresolved) {
			f.At = t.At(c, d)
			f.Title = fmt.Sprintf("%s: the target of %s cannot be resolved", s.Name(d), s.Messages[d].Method)
			f.Evidence = fmt.Sprintf("The response itself says so: %s.", clip(m.Bytes(m.Start.Reason)))
			if q := s.RequestOf(d); q != call.None {
				f.Related = append(f.Related, t.Related(c, q, "the request that it answers"))
			}
			return f, true
		}
	}
	x := t.troubleBeside(c)
	if x.kind != nameTrouble && x.kind != connectionTrouble {
		return Finding{}, false
	}
	why := "a name cannot be resolved"
	if x.kind == connectionTrouble {
		why = "a connection failed"
	}
	f.At = t.At(c, x.at)
	f.Title = fmt.Sprintf("%s because %s", s.Name(x.at), why)
	f.Evidence = fmt.Sprintf("The log says in front of it: \"%s\".", quoteLine(x.line))
	if x.behind {
		f.Title = fmt.Sprintf("%s without an answer because %s", s.Name(x.at), why)
		f.Evidence = fmt.Sprintf("The log says behind it: \"%s\".", quoteLine(x.line))
	} else if q := s.RequestOf(x.at); q != call.None {
		f.Related = append(f.Related, t.Related(c, q, "the request that it answers"))
	}
	return f, true
}

// silence is a request outside of a dialog that nobody answers.
type silence struct {
	callMessage
	last   int32 // the last time it was sent
	made   int32 // the failure that the element in between made of it; None
	waited time.Duration
	more   int // requests to the same place that get no answer either
}

// silentTarget returns the request of an exchange that nobody answers; ok is false when there is none, or other rules report it.
func silentTarget(s *CallSubject, e *call.Exchange) (l silence, ok bool) {
	switch e.Method {
	case call.OPTIONS, call.ACK, call.CANCEL, call.BYE, call.PRACK, call.UPDATE, call.INFO:
		return l, false
	}
	if !e.Initial {
		return l, false
	}
	tx, waited, lost := lostHop(s, e)
	if !lost {
		return l, false
	}
	m := &s.Messages[tx.Request]
	if m.Direction == trace.Received || isScanner(m.Msg) {
		return l, false
	}
	if u, ok := requestURI(m.Msg); ok && endsInInvalid(m.Msg.Bytes(u.Host)) {
		return l, false
	}
	if isOver(m.Msg, "UDP") && m.Times < 2 || !isOver(m.Msg, "UDP") && s.OneSided {
		return l, false // who gets no answer sends again: the answers are not in the log
	}
	l = silence{callMessage: callMessage{message: tx.Request}, last: tx.Request, made: call.None, waited: waited}
	for _, i := range e.Transactions {
		other := &s.Transactions[i]
		if other.Final == call.None {
			continue
		}
		switch status := s.Messages[other.Final].Status; {
		case status < 300:
			return l, false // another branch was answered
		case status == 408 || status == 503 || status == 504 || status == 480:
			l.made = other.Final
		}
	}
	for _, i := range tx.Messages {
		if x := &s.Messages[i]; x.Request && x.Retransmitted() {
			l.last = i
		}
	}
	return l, true
}

func (l *silence) finding(t *TraceSubject) Finding {
	s := t.Calls[l.call]
	m := &s.Messages[l.message]
	f := Finding{
		Severity:    Warning,
		Certainty:   StrongHint,
		At:          t.At(l.call, l.message),
		Title:       fmt.Sprintf("%s to %s gets no answer at all", s.Name(l.message), clip(m.Msg.Bytes(m.Msg.Start.URI))),
		Evidence:    fmt.Sprintf("In %s nothing comes back, not even a 100%s.", Spell(l.waited), times(m.Times)),
		Consequence: "Most likely the host is down, the port closed, or the name leads to a wrong address; after 32 s the sender takes it for a 408.",
		Next:        "Check where the name leads (NAPTR, SRV, A; a port in the URI switches SRV off), whether the host listens there, and the firewall on both ways; set up a second target.",
	}
	if m.Method != call.INVITE {
		f.Evidence = fmt.Sprintf("In %s nothing comes back%s.", Spell(l.waited), times(m.Times))
	}
	if l.more > 0 {
		f.Evidence += fmt.Sprintf(" The same happens to %d more requests to this place.", l.more)
	}
	if l.last != l.message {
		f.Related = append(f.Related, t.Related(l.call, l.last, "the last try"))
	}
	if l.made != call.None {
		f.Related = append(f.Related, t.Related(l.call, l.made, "the failure that was made of it"))
	}
	if isOver(m.Msg, "TLS", "WSS") {
		f.Next = "See whether the connection comes about at all (address, port, certificate), whether the host listens there, and the firewall on both ways."
	}
	return f
}
