package check

import (
	"fmt"
	"strconv"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var minSE422 = &Rule{
	Name:     "422-min-se",
	Scope:    Transaction,
	Severity: Error,
	Methods:  []call.Method{call.INVITE, call.UPDATE},
	Statuses: []knowledge.Range{{Lo: 422, Hi: 422}},
	Cites:    []knowledge.Cite{{Standard: "RFC 4028", Section: "7.3"}, {Standard: "RFC 4028", Section: "7.4"}},
	Doc: Doc{
		Title: "422 Session Interval Too Small that leads nowhere",
		Text: `A 422 says in Min-SE how long the session interval has to be at least; the client asks again with that. The rule tells

- a next try that still asks for less (an error when it gets a 422 again), or that leaves Min-SE out or lower and is refused for it;
- a 422 to a request that had asked for enough;
- a 422 after which the client gives up, though the log goes on for 32 s (information: it may).

A 422 without Min-SE and intervals below 90 s are the matter of rules over messages.`,
	},
	Scenes: minSEScenes,
	CheckCall: func(s *CallSubject, report func(Finding)) {
		briefs := s.tooBriefs(422, []call.Method{call.INVITE, call.UPDATE}, s.leastSession, s.askedSession)
		var told [4]bool
		once := func(kind int, f Finding) {
			if !told[kind] {
				told[kind] = true
				report(f)
			}
		}
		for i := range briefs {
			b := &briefs[i]
			challenge := s.Related(b.final, "the 422 with Min-SE")
			request := s.Related(b.request, "the request that it refuses")
			switch {
			case b.asked >= b.least:
				if own, _ := s.interval(b.request, sip.HeaderMinSE); own < b.least && i > 0 && briefs[i-1].retry == b.request {
					continue // a try that left Min-SE out: a proxy may have made the interval smaller
				}
				once(0, Finding{
					Severity:    Warning,
					Certainty:   StrongHint,
					At:          s.At(b.final),
					Related:     []Related{request},
					Title:       "422 though the session interval is long enough",
					Evidence:    fmt.Sprintf("The %s asks for a session interval of %d s, and the 422 demands at least %d s.", s.Name(b.request), b.asked, b.least),
					Consequence: "The client cannot satisfy it: the same request would be refused again.",
					Next:        "See at the server that sent the 422 what it compares; a proxy in between may have made the interval smaller.",
					Cites:       []knowledge.Cite{{Standard: "RFC 4028", Section: "6"}, {Standard: "RFC 4028", Section: "9"}},
				})
			case b.retry == call.None:
				if rest, ok := s.Until(b.final); ok && rest >= call.Timeout && b.asked > 0 && !told[2] && !told[3] {
					f := Finding{
						Severity:    Information,
						Certainty:   StrongHint,
						At:          s.At(b.final),
						Related:     []Related{request},
						Title:       "the client gives up after a 422",
						Evidence:    fmt.Sprintf("The %s asks for a session interval of %d s, the 422 demands at least %d s; in the %s that the log shows after it no other %s follows.", s.Name(b.request), b.asked, b.least, s.goneFor(b.final), s.Name(b.request)),
						Consequence: "The call fails for a timer alone.",
						Next:        fmt.Sprintf("Let the client ask for %d s or more, or leave Session-Expires out.", b.least),
					}
					s.Missing(&f)
					once(1, f)
				}
			case !s.Messages[b.retry].Whole:
			case b.again > 0 && b.again < b.least && b.again >= leastInterval:
				if own, ok := s.interval(b.retry, sip.HeaderMinSE); ok && own > b.again {
					continue // a rule over messages tells it
				}
				f := Finding{
					Severity:    Warning,
					At:          s.Field(b.retry, sip.HeaderSessionExpires),
					Related:     []Related{challenge, request},
					Title:       "the next try still asks for less than the 422 demands",
					Evidence:    fmt.Sprintf("The 422 demands a session interval of at least %d s; the next %s asks for %d s.", b.least, s.Name(b.retry), b.again),
					Consequence: "It is refused again, and the call is not made.",
					Next:        fmt.Sprintf("Make the client take over Min-SE from the 422 and set Session-Expires to %d or more; or configure a longer interval, 1800 s as a rule.", b.least),
				}
				if s.refusedAgain(b.retry, 422) {
					f.Severity = Error
				}
				once(2, f)
			case s.refusedAgain(b.retry, 422):
				own, ok := s.interval(b.retry, sip.HeaderMinSE)
				if again := s.finalBehind(b.retry); own >= b.least || !s.Messages[again].Whole {
					continue // it did as it was told, and somebody further on wants more
				} else if more, known := s.leastSession(again); !known || more > b.least {
					continue
				}
				has := "has Min-SE " + strconv.Itoa(int(own))
				if !ok {
					has = "has no Min-SE"
				}
				once(3, Finding{
					Severity:    Warning,
					At:          s.At(b.retry),
					Related:     []Related{challenge, request},
					Title:       "the next try does not take over Min-SE",
					Evidence:    fmt.Sprintf("The 422 says Min-SE %d; the next %s %s, and gets a 422 again.", b.least, s.Name(b.retry), has),
					Consequence: "The call is not made.",
					Next:        "Make the client repeat the largest Min-SE of all 422 in each try.",
				})
			}
		}
	},
}

// refusedAgain reports whether a request got that code.
func (s *CallSubject) refusedAgain(request int32, code int16) bool {
	if s.Messages[request].Transaction == call.None {
		return false
	}
	final := s.finalBehind(request)
	return final != call.None && s.Messages[final].Status == code
}

func minSEScenes() []Scene {
	pbx := scenario.PBX(scenario.Asterisk)
	good := scenario.Call(scenario.Alice, pbx, scenario.SessionTimer(120, "uac"), scenario.BelowMinSE(600), scenario.Talking(20*time.Second))
	invite := func(n int) scenario.Select { return scenario.Request("INVITE").Nth(n) }
	refusal := scenario.Status(422)
	low := []scenario.Fault{scenario.SetHeader("Session-Expires", "120"), scenario.RemoveHeader("Min-SE")}
	same := good.With(invite(2), low...)
	// The second try gets a 422, too, and is the last one.
	again := same
	again.Messages = same.Messages[:5]
	again = again.With(scenario.Status(100), scenario.SetStart("SIP/2.0 422 Session Interval Too Small"), scenario.SetHeader("To", same.Messages[1].Get("To")+"9"), scenario.SetHeader("Min-SE", "600"))
	gaveUp := good
	gaveUp.Messages = good.Messages[:3]
	later := laterPing(5 * time.Minute)
	proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.SessionTimer(120, "uac"), scenario.BelowMinSE(600))
	related := []scenario.Select{refusal, invite(1)}
	return []Scene{
		{Name: "the same interval again, and again 422", Trace: again, Want: []Sighting{{Severity: Error, At: invite(2), Related: related}}},
		{Name: "the same interval again, which is taken", Trace: same.With(scenario.StatusTo("INVITE", 200), scenario.SetHeader("Session-Expires", "120;refresher=uac")), Want: []Sighting{{Severity: Warning, At: invite(2), Related: related}}},
		{
			Name: "the 422 is sent twice", Trace: again.Repeat(refusal.First(), 500*time.Millisecond),
			Want: []Sighting{{Severity: Error, At: invite(2), Related: related}},
		},
		{
			Name: "Min-SE is not taken over", Trace: again.With(invite(2), scenario.SetHeader("Session-Expires", "600")),
			Want: []Sighting{{Severity: Warning, At: invite(2), Related: related}},
		},
		{
			Name: "a 422 without need", Trace: good.With(invite(1), scenario.SetHeader("Session-Expires", "1800")),
			Want: []Sighting{{Severity: Warning, At: refusal, Related: []scenario.Select{invite(1)}}},
		},
		{
			Name: "the client gives up", Trace: scenario.Merge(gaveUp, later),
			Want: []Sighting{{Severity: Information, At: refusal, Related: []scenario.Select{invite(1)}}},
		},
		{Name: "the next try asks for enough", Trace: good},
		{Name: "through a proxy", Trace: proxied},
		{Name: "the next try asks for no timer", Trace: good.With(invite(2), scenario.RemoveHeader("Session-Expires"))},
		{Name: "the log ends too early to tell", Trace: gaveUp},
		{Name: "the log begins with the 422", Trace: good.Without(invite(1)), Ill: true},
	}
}
