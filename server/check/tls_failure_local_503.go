package check

import (
	"fmt"
	"strings"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var tlsFailure = &Rule{
	Name:     "tls-failure-local-503",
	Scope:    Trace,
	Severity: Warning,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "8.1.3.1"}, {Standard: "RFC 3261", Section: "26.3.1"}, {Standard: "RFC 5922", Section: "7.3"}},
	Doc: Doc{
		Title: "Call that failed because a TLS connection could not be made",
		Text: `When no TLS connection comes about, no SIP answer comes either: the sender treats the request as answered with 503, and a server tells its caller so. The rule fires when
the log has a line about a failed handshake or certificate right in front of a 408, 477, 478, 480, 500, 502, 503 or 504 that the logging program made itself, with nothing of another call between, or right behind a
request over TLS or WSS that gets no answer; and when a failure says so itself, in its reason phrase, Reason or Warning. Lines about DTLS, databases and web servers do not count.`,
	},
	Scenes: func() []Scene {
		server := scenario.PBX(scenario.Asterisk)
		const line = "[Mar 17 09:30:00] ERROR[2871]: pjproject: ssl0x7f2c: Handshake failed in connecting to 203.0.113.40:5061: SSL certificate verification error (PJSIP_TLS_ECERTVERIF)\n"
		const dtls = "[Mar 17 09:30:00] ERROR[2871]: res_rtp_asterisk.c: DTLS failure occurred on RTP instance '0x7f2c' due to reason 'certificate verify failed', terminating\n"
		const fine = "[Mar 17 09:30:00] DEBUG[2871]: pjproject: tlsc0x7f2c TLS transport 192.0.2.10:40122 is connected to 203.0.113.40:5061\n"
		failed := scenario.Call(scenario.Alice, server, scenario.Rejected(503))
		trunk := scenario.Party{Domain: "example.org", Addr: scenario.TLS("203.0.113.40:5061"), Agent: scenario.Kamailio}
		me := server
		me.Addr = scenario.TLS("192.0.2.10:5061")
		out := scenario.Register(me, trunk)
		register, final := scenario.Request("REGISTER"), scenario.Status(503)
		other := scenario.Keepalive(scenario.Bob, server, scenario.Start(15*time.Millisecond), scenario.Seed(7))
		here := []scenario.Format{scenario.AsteriskFull, scenario.FreeSWITCHSiptrace}
		return []Scene{
			{
				Name: "the trunk's certificate is refused, the caller gets 503", Formats: here, Trace: failed.With(final, scenario.LogBefore(line)),
				Want: []Sighting{{Severity: Warning, At: final, Related: []scenario.Select{scenario.Request("INVITE")}}},
			},
			{
				Name: "REGISTER over TLS never leaves", Formats: here, Trace: out.Only(register).With(register, scenario.LogAfter(line)),
				Want: []Sighting{{Severity: Warning, At: register}},
			},
			{
				Name: "the answer says it", Trace: failed.With(final, scenario.SetReason("SSL certificate verification error (PJSIP_TLS_ECERTVERIF)")),
				Want: []Sighting{{Severity: Warning, At: final, Related: []scenario.Select{scenario.Request("INVITE")}}},
			},
			{
				Name: "many lines in front of the 503: whose they are is not sure", Formats: here[:1], Trace: failed.With(final, scenario.LogBefore(strings.Repeat(fine, 50)+line+fine)),
				Want: []Sighting{{Severity: Information, At: final, Related: []scenario.Select{scenario.Request("INVITE")}}},
			},
			{Name: "somebody else's connection is refused", Formats: here, Trace: failed.With(final, scenario.LogBefore(strings.Replace(line, "in connecting to", "in accepting from", 1)))},
			{Name: "it rang before", Formats: here, Trace: scenario.Call(scenario.Alice, server, scenario.Rejected(480)).With(scenario.Status(480), scenario.LogBefore(line))},
			{Name: "a 503 alone", Formats: here, Trace: failed},
			{Name: "the connection is made", Formats: here, Trace: out.With(register, scenario.LogAfter(fine))},
			{Name: "the first try fails, the second one does not", Formats: here, Trace: out.With(register, scenario.LogAfter(line))},
			{Name: "a line about media", Formats: here, Trace: failed.With(final, scenario.LogBefore(dtls))},
			{Name: "a message of another call stands between", Formats: here, Trace: scenario.Merge(failed.Delay(final, time.Second).With(final, scenario.LogBefore(line)), other.After(200*time.Millisecond))},
			{Name: "the 503 came from elsewhere", Formats: here, Trace: scenario.Call(server, scenario.Bob, scenario.Rejected(503)).With(final, scenario.LogBefore(line))},
		}
	},
	CheckTrace: func(t *TraceSubject, report func(Finding)) {
		for c, s := range t.Calls {
			if d := s.Result.Decided; d != call.None && s.Messages[d].Status >= 400 {
				if said := saidIn(s.Messages[d].Msg, tlsTrouble); said != nil {
					f := Finding{
						Severity:    Warning,
						Certainty:   StrongHint,
						At:          t.At(c, d),
						Title:       fmt.Sprintf("%s because a TLS connection failed", s.Name(d)),
						Evidence:    fmt.Sprintf("The response itself says so: \"%s\".", quoteLine(said)),
						Consequence: "Most likely whoever made the answer reached nobody: no SIP answer of the element behind it exists.",
						Next:        "Look at the connection from the element that made this answer (Server, Via) to the next one: CA, names in the certificate, clock, TLS versions.",
					}
					if q := s.RequestOf(d); q != call.None {
						f.Related = append(f.Related, t.Related(c, q, "the request that it answers"))
					}
					report(f)
					continue
				}
			}
			x := t.troubleBeside(c)
			if x.kind != tlsTrouble {
				continue
			}
			f := Finding{
				Severity:    Warning,
				Certainty:   x.certainty,
				At:          t.At(c, x.at),
				Title:       fmt.Sprintf("%s because a TLS connection failed", s.Name(x.at)),
				Evidence:    fmt.Sprintf("The log says in front of it: \"%s\".", quoteLine(x.line)),
				Consequence: "Most likely the answer was made here: the request reached nobody, and no SIP answer of the other side exists.",
				Next:        "Trust the CA of the other side, compare the names in its certificate with the domain that is called, and check the clock and the TLS versions on both sides.",
			}
			if x.behind {
				f.InsteadOf = t.insteadOf(c, x.at)
				f.Title = fmt.Sprintf("%s without an answer because a TLS connection failed", s.Name(x.at))
				f.Evidence = fmt.Sprintf("The log says behind it: \"%s\".", quoteLine(x.line))
				f.Consequence = "Most likely the request reached nobody; the program treats it like one that was answered with 503."
			} else if q := s.RequestOf(x.at); q != call.None {
				f.Related = append(f.Related, t.Related(c, q, "the request that it answers"))
			}
			report(f)
		}
	},
}
