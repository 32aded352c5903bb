package check

import (
	"fmt"
	"strings"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var callFailed = &Rule{
	Name:     "call-failed",
	Scope:    Call,
	Severity: Information,
	Last:     true,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "21"}, {Standard: "RFC 3261", Section: "17.1"}, {Standard: "RFC 3261", Section: "22"}},
	Doc: Doc{
		Title: "Why a call failed, in one place",
		Text: `One summary for each call, registration or other request that failed: on the status line of the response that decided, or on the first request where nothing came
back. It says who made the response, what the root cause is as far as the log shows, what led to it, and what to do next. The root cause is the best finding of
the other rules in this call; where there is none it is read out of the status code, Reason, Warning, and the request.

It stays silent for calls that were answered, busy, cancelled or redirected, where the request that failed is not in the log, and where the log ends before anything
is decided, behind a challenge for example.
'sipls why' tells the same at greater length.`,
	},
	Scenes: callFailedScenes,
	CheckCall: func(s *CallSubject, report func(Finding)) {
		if !s.Failed() {
			return
		}
		d, ok := s.Diagnose()
		if !ok || d.Open || d.Decided != call.None && s.RequestOf(d.Decided) == call.None {
			return
		}
		if d.Finding != nil && d.Finding.Rule.Scope == Message && int32(d.Finding.At.Msg.Seq) == d.At {
			return // the same message says it already
		}
		f := Finding{Severity: Information, Certainty: d.Certainty, At: s.At(d.At), Cites: d.Cites, Title: d.Title, Next: d.Next}
		if d.Finding != nil {
			// That finding tells it at length.
			f.Evidence = fmt.Sprintf("The root cause, as far as the log shows: %s (%s).", lowerFirst(strings.TrimSuffix(d.Cause, ".")), d.Finding.Rule.Name)
			f.Next = "See that finding for the evidence and what to do."
		} else {
			f.Evidence = strings.TrimSpace(d.Cause + " " + d.Evidence)
		}
		f.Evidence = strings.TrimSpace(f.Evidence + " " + d.Origin)
		for _, r := range d.Chain {
			if r.At.Msg != f.At.Msg {
				f.Related = append(f.Related, r)
			}
		}
		report(f)
	},
}

func callFailedScenes() []Scene {
	pbx := scenario.PBX(scenario.Asterisk)
	proxy := scenario.PBX(scenario.Kamailio)
	inv := scenario.Request("INVITE")
	sent := func(by scenario.Party) scenario.Select {
		return scenario.Where("what "+by.Agent.Product+" sent", func(m *scenario.Message) bool { return m.From == by.Addr })
	}
	refusedBy := func(by scenario.Party) scenario.Select {
		return scenario.Where("the 480 of "+by.Agent.Product, func(m *scenario.Message) bool { return m.Status() == 480 && m.From == by.Addr })
	}
	want := func(at scenario.Select, related ...scenario.Select) []Sighting {
		return []Sighting{{Severity: Information, At: at, Related: related}}
	}
	refused := scenario.Call(scenario.Alice, pbx, scenario.Challenged(407), scenario.Rejected(404))
	password := scenario.Register(scenario.Alice, pbx, scenario.WrongPassword())
	silent := scenario.Call(scenario.Alice, pbx, scenario.Unanswered())
	quiet := scenario.Keepalive(scenario.Bob, pbx, scenario.Seed(2), scenario.Start(40*time.Second))
	behind := scenario.Proxied(scenario.Alice, proxy, scenario.Bob, scenario.Rejected(480))
	lost := scenario.Call(scenario.Alice, pbx, scenario.Cancelled())
	lost = scenario.Merge(lost.Without(scenario.StatusTo("INVITE", 487)).Without(scenario.Request("ACK")), scenario.Keepalive(scenario.Bob, pbx, scenario.Seed(2), scenario.Start(5*time.Minute)))
	return []Scene{
		{
			Name: "nobody has the number", Trace: refused, Ill: true,
			Want: want(scenario.Status(404), inv, scenario.Status(407), inv.Nth(2)),
		},
		{
			Name: "a wrong password", Trace: password, Ill: true,
			Want: want(scenario.Status(401).Nth(2), scenario.Request("REGISTER"), scenario.Status(401), scenario.Request("REGISTER").Nth(2)),
		},
		{
			// A log with one direction only may lack the answer.
			Name: "nothing comes back", Trace: scenario.Merge(silent, quiet), Ill: true, Formats: []scenario.Format{scenario.Sngrep, scenario.Ngrep},
			Want: want(inv, scenario.Request("INVITE").Nth(7)),
		},
		{
			Name: "refused behind a proxy", Trace: behind, Ill: true,
			Want: want(refusedBy(proxy), inv, scenario.Status(180), refusedBy(scenario.Bob)),
		},
		{
			Name: "another rule knows why", Trace: lost, Ill: true,
			Want: want(inv, scenario.Status(180), scenario.Request("CANCEL"), scenario.StatusTo("CANCEL", 200)),
		},
		{Name: "an answered call", Trace: scenario.Call(scenario.Alice, pbx, scenario.Challenged(407))},
		{Name: "an answered call through a proxy", Trace: scenario.Proxied(scenario.Alice, proxy, scenario.Bob, scenario.Challenged(407))},
		{Name: "a call to a busy phone", Trace: scenario.Call(scenario.Alice, pbx, scenario.Rejected(486))},
		{Name: "the caller gives up", Trace: scenario.Call(scenario.Alice, pbx, scenario.Cancelled())},
		{Name: "a call sent elsewhere", Trace: scenario.Call(scenario.Alice, pbx, scenario.Rejected(302))},
		{Name: "an accepted registration", Trace: scenario.Register(scenario.Alice, pbx, scenario.Challenged(401), scenario.Refreshes(2, time.Minute))},
		// The log ends behind the challenge, or while it rings: nothing is decided.
		{Name: "a challenge and no more", Trace: refused.Only(scenario.Where("the beginning", func(m *scenario.Message) bool { return m.At <= refused.Messages[1].At })), Ill: true},
		{Name: "it still rings", Trace: scenario.Call(scenario.Alice, pbx).Without(scenario.Request("BYE")).Without(scenario.StatusTo("BYE", 200)).Without(scenario.Status(200)).Without(scenario.Request("ACK"))},
		{Name: "what the caller sent alone", Trace: scenario.Call(scenario.Alice, pbx, scenario.Challenged(407)).Only(sent(scenario.Alice)), Ill: true},
	}
}
