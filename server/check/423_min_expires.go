package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var minExpires423 = &Rule{
	Name:     "423-min-expires",
	Scope:    Transaction,
	Severity: Warning,
	Methods:  []call.Method{call.REGISTER, call.SUBSCRIBE, call.PUBLISH},
	Statuses: []knowledge.Range{{Lo: 423, Hi: 423}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "10.2.8"}, {Standard: "RFC 3261", Section: "21.4.17"}},
	Doc: Doc{
		Title: "423 Interval Too Brief that leads nowhere",
		Text: `A 423 says in Min-Expires for how long one has to register, subscribe or publish at least; the client asks again for that. The rule tells

- a next try that still asks for less;
- a 423 to a request that had asked for enough;
- a 423 after which the client gives up, though the log goes on for 32 s (information: it may).

Each is told once for a call. A 423 without Min-Expires is the matter of a rule over messages.`,
	},
	Scenes: minExpiresScenes,
	CheckCall: func(s *CallSubject, report func(Finding)) {
		briefs := s.tooBriefs(423, []call.Method{call.REGISTER, call.SUBSCRIBE, call.PUBLISH}, s.leastExpires, s.askedExpires)
		less, times := call.None, 0
		var told [2]bool
		for i := range briefs {
			b := &briefs[i]
			request := s.Related(b.request, "the request that it refuses")
			switch {
			case b.asked >= b.least:
				if told[0] {
					continue
				}
				told[0] = true
				report(Finding{
					Severity:    Warning,
					At:          s.At(b.final),
					Related:     []Related{request},
					Title:       "423 though the interval is long enough",
					Evidence:    fmt.Sprintf("The %s asks for %d s, and the 423 demands at least %d s.", s.Name(b.request), b.asked, b.least),
					Consequence: "The client cannot satisfy it: the same request would be refused again.",
					Next:        "See at the server that sent the 423 what it compares.",
					Cites:       []knowledge.Cite{{Standard: "RFC 3261", Section: "10.3"}, {Standard: "RFC 6665", Section: "4.2.1.1"}, {Standard: "RFC 3903", Section: "6"}},
				})
			case b.retry == call.None:
				if rest, ok := s.Until(b.final); !ok || rest < call.Timeout || b.asked == 0 || told[1] || times > 0 {
					continue
				}
				told[1] = true
				f := Finding{
					Severity:    Information,
					Certainty:   StrongHint,
					At:          s.At(b.final),
					Related:     []Related{request},
					Title:       "the client gives up after a 423",
					Evidence:    fmt.Sprintf("The %s asks for %d s, the 423 demands at least %d s; in the %s that the log shows after it no other %s follows.", s.Name(b.request), b.asked, b.least, s.goneFor(b.final), s.Name(b.request)),
					Consequence: "What the request was for is not had: a phone without a registration is not reached.",
					Next:        fmt.Sprintf("Configure the client to ask for %d s or more.", b.least),
				}
				s.Missing(&f)
				report(f)
			case b.again > 0 && b.again < b.least && s.Messages[b.retry].Whole:
				if times++; less == call.None {
					less = int32(i)
				}
			}
		}
		if less == call.None {
			return
		}
		b := &briefs[less]
		f := Finding{
			Severity:    Warning,
			At:          s.At(b.retry),
			Related:     []Related{s.Related(b.final, "the 423 with Min-Expires"), s.Related(b.request, "the request that it refuses")},
			Title:       "the next try still asks for less than the 423 demands",
			Evidence:    fmt.Sprintf("The 423 demands at least %d s; the next %s asks for %d s.", b.least, s.Name(b.retry), b.again),
			Consequence: "It is refused again, over and over.",
			Next:        fmt.Sprintf("Make the client take over Min-Expires from the 423, or configure %d s or more.", b.least),
		}
		if times > 1 {
			f.Evidence += fmt.Sprintf(" So it goes %d times in this call.", times)
		}
		report(f)
	},
}

func minExpiresScenes() []Scene {
	pbx := scenario.PBX(scenario.Asterisk)
	good := scenario.Register(scenario.Alice, pbx, scenario.BelowMinExpires(600))
	watched := scenario.Subscribe(scenario.Alice, pbx, "presence", scenario.BelowMinExpires(600))
	nth := func(n int) scenario.Select { return scenario.Request("REGISTER").Nth(n) }
	refusal := scenario.Status(423)
	refuse := func(t scenario.Trace) scenario.Trace {
		return t.With(nth(2), scenario.SetHeader("Expires", "300")).With(scenario.Status(200), scenario.SetStart("SIP/2.0 423 Interval Too Brief"), scenario.RemoveHeader("Contact"), scenario.SetHeader("Min-Expires", "600"))
	}
	again := refuse(good)
	loop := sameCall(again, refuse(scenario.Register(scenario.Alice, pbx, scenario.BelowMinExpires(600), scenario.Seed(2), scenario.Start(time.Minute))))
	gaveUp := good.Without(nth(2)).Without(scenario.Status(200))
	subscribe := func(n int) scenario.Select { return scenario.Request("SUBSCRIBE").Nth(n) }
	later := laterPing(5 * time.Minute)
	want := []Sighting{{Severity: Warning, At: nth(2), Related: []scenario.Select{refusal, nth(1)}}}
	return []Scene{
		{Name: "the same interval again", Trace: again, Want: want},
		{Name: "the same interval over and over", Trace: loop, Want: want},
		{Name: "the same interval again, and the client gives up", Trace: scenario.Merge(again, later), Want: want},
		{Name: "the 423 is sent twice", Trace: again.Repeat(refusal.First(), 500*time.Millisecond), Want: want},
		{
			Name: "a subscription that asks for the same again", Trace: watched.With(subscribe(2), scenario.SetHeader("Expires", "300")).With(scenario.StatusTo("SUBSCRIBE", 200), scenario.SetHeader("Expires", "300")),
			Want: []Sighting{{Severity: Warning, At: subscribe(2), Related: []scenario.Select{refusal, subscribe(1)}}},
		},
		{
			Name: "a 423 without need", Trace: good.With(nth(1), scenario.SetHeader("Expires", "3600")),
			Want: []Sighting{{Severity: Warning, At: refusal, Related: []scenario.Select{nth(1)}}},
		},
		{
			Name: "the client gives up", Trace: scenario.Merge(gaveUp, later),
			Want: []Sighting{{Severity: Information, At: refusal, Related: []scenario.Select{nth(1)}}},
		},
		{Name: "the next try asks for enough", Trace: good},
		{Name: "a subscription whose next try asks for enough", Trace: watched},
		{Name: "the next try takes the binding away", Trace: good.With(nth(2), scenario.SetHeader("Expires", "0")).With(scenario.Status(200), scenario.RemoveHeader("Contact"))},
		{Name: "the log ends too early to tell", Trace: gaveUp},
		{Name: "the log begins with the 423", Trace: good.Without(nth(1)), Ill: true},
	}
}
