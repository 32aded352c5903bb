package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var targetUnreachable = &Rule{
	Name:     "dns-srv-or-target-timeout",
	Scope:    Trace,
	Severity: Warning,
	Cites:    []knowledge.Cite{{Standard: "RFC 3263", Section: "4.2"}, {Standard: "RFC 3261", Section: "17.1.1.2"}, {Standard: "RFC 3261", Section: "17.1.2.2"}, {Standard: "RFC 3261", Section: "8.1.3.1"}},
	Doc: Doc{
		Title: "Request whose target cannot be found or connected to",
		Text: `The rule fires in two cases. A 408, 477, 478, 480, 500, 502, 503 or 504 that the logging program made itself stands right behind a line of the log about a name that cannot be resolved or a
connection that fails, with nothing of another call between; or such a line stands right behind a request that gets no answer. A response says in its reason phrase, Reason or Warning that its target could not be
resolved. Failed TLS connections, and requests that nothing answers for reasons that the log does not tell, have rules of their own.`,
	},
	Scenes: func() []Scene {
		server := scenario.PBX(scenario.Asterisk)
		carrier := scenario.Party{Domain: "example.org", Addr: scenario.UDP("203.0.113.40:5060"), Agent: scenario.Kamailio}
		later := scenario.Keepalive(scenario.Bob, server, scenario.Start(3*time.Minute), scenario.Seed(7))
		invite := scenario.Request("INVITE")
		last := scenario.Where("the last try", func(m *scenario.Message) bool { return m.Method() == "INVITE" && m.At > 31*time.Second })
		lost := scenario.Call(server, carrier, scenario.Unanswered())
		const line = "[Mar 17 09:30:00] ERROR[2871]: netsock2.c:303 ast_sockaddr_resolve: getaddrinfo(\"sip.example.org\", \"(null)\", ...): Name or service not known\n"
		const refused = "[Mar 17 09:30:31] WARNING[2871]: pjproject: sip_transport.c: Error sending request to 203.0.113.40:5060: Connection refused\n"
		const database = "[Mar 17 09:30:00] ERROR[2871]: res_config_mysql.c: Failed to connect database server: Connection refused\n"
		failed := scenario.Call(scenario.Alice, server, scenario.Rejected(503))
		final := scenario.Status(503)
		here := []scenario.Format{scenario.AsteriskFull, scenario.FreeSWITCHSiptrace}
		return []Scene{
			{Name: "a name that does not resolve", Formats: here, Trace: failed.With(final, scenario.LogBefore(line)), Want: []Sighting{{Severity: Warning, At: final, Related: []scenario.Select{invite}}}},
			{
				Name: "478", Trace: scenario.Call(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Rejected(478)).With(scenario.Status(478), scenario.SetReason("Unresolvable destination (478/SL)")),
				Want: []Sighting{{Severity: Warning, At: scenario.Status(478), Related: []scenario.Select{invite}}},
			},
			{
				Name: "a connection is refused", Formats: here, Trace: scenario.Merge(lost, later).With(last, scenario.LogAfter(refused)),
				Want: []Sighting{{Severity: Warning, At: last}},
			},
			{Name: "a call that is answered", Trace: scenario.Merge(scenario.Call(server, carrier), later)},
			{Name: "a 503 alone", Formats: here, Trace: failed},
			{Name: "a line about a database", Formats: here, Trace: failed.With(final, scenario.LogBefore(database))},
			{Name: "a host that is down", Trace: scenario.Merge(lost, later), Ill: true},
		}
	},
	CheckTrace: func(t *TraceSubject, report func(Finding)) {
		for c := range t.Calls {
			if f, ok := unresolvedTarget(t, c); ok {
				report(f)
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
		said := saidIn(m, nameTrouble)
		if said == nil && m.Start.Status == 478 {
			said = m.Bytes(m.Start.Text) // no RFC has it, Kamailio and OpenSIPS say it
		}
		if said != nil {
			f.At = t.At(c, d)
			f.Title = fmt.Sprintf("%s: the target of %s cannot be resolved", s.Name(d), s.Messages[d].Method)
			f.Evidence = fmt.Sprintf("The response itself says so: \"%s\".", quoteLine(said))
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
	f.Certainty = x.certainty
	why := "a name cannot be resolved"
	if x.kind == connectionTrouble {
		why = "a connection failed"
	}
	f.At = t.At(c, x.at)
	f.Title = fmt.Sprintf("%s because %s", s.Name(x.at), why)
	f.Evidence = fmt.Sprintf("The log says in front of it: \"%s\".", quoteLine(x.line))
	if x.behind {
		f.InsteadOf = t.insteadOf(c, x.at)
		f.Consequence = "Most likely the request reached nobody; the program treats it like one that was answered with 503."
		f.Title = fmt.Sprintf("%s without an answer because %s", s.Name(x.at), why)
		f.Evidence = fmt.Sprintf("The log says behind it: \"%s\".", quoteLine(x.line))
	} else if q := s.RequestOf(x.at); q != call.None {
		f.Related = append(f.Related, t.Related(c, q, "the request that it answers"))
	}
	return f, true
}
