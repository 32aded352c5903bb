package check

import (
	"fmt"
	"slices"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var requestAfterBye = &Rule{
	Name:     "request-after-bye",
	Scope:    Dialog,
	Severity: Warning,
	Methods:  []call.Method{call.BYE},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "15.1.1"}, {Standard: "RFC 3261", Section: "15.1.2"}, {Standard: "RFC 5057", Section: "4.1"}},
	Doc: Doc{
		Title: "Request inside a call that BYE has ended",
		Text: `BYE ends the session for who sends it at once, for the other side when it answers. The rule fires when INVITE, UPDATE, INFO or PRACK, or a BYE that nothing explains, comes
in the same dialog behind the 2xx to a BYE. Subscriptions that share the dialog, as those of a REFER, may outlive the call, so SUBSCRIBE, NOTIFY and REFER are not judged. Where the
request gets 481, 481-unknown-dialog says it instead.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		proxy := scenario.Party{Domain: "example.com", Addr: scenario.UDP("192.0.2.10:5060"), Agent: scenario.Kamailio}
		healthy := scenario.Call(scenario.Alice, pbx)
		byes, bye, ended := ofExchange("BYE"), scenario.Request("BYE"), scenario.StatusTo("BYE", 200)
		// again repeats BYE and its answers, and makes another request of the second one.
		again := func(of scenario.Trace, messages int, method, status string) scenario.Trace {
			n := 0
			return of.Repeat(byes, 3*time.Second).With(scenario.Where("the second one", func(m *scenario.Message) bool {
				if m.Method() != "BYE" {
					return false
				}
				n++
				return n > messages
			}), exchangeAs(method, "77"), answeredWith(status))
		}
		return []Scene{
			{
				Name: "INFO three seconds later, and it is accepted", Trace: again(healthy, 2, "INFO", "200 OK"), Ill: true,
				Want: []Sighting{{Severity: Warning, At: scenario.Request("INFO"), Related: []scenario.Select{bye, ended}}},
			},
			{
				Name: "a second BYE", Trace: again(healthy, 2, "BYE", "200 OK"), Ill: true,
				Want: []Sighting{{Severity: Information, At: bye.Nth(2), Related: []scenario.Select{bye, ended}}},
			},
			{
				Name: "both hops of a proxy", Trace: again(scenario.Proxied(scenario.Alice, proxy, scenario.Bob), 4, "INFO", "200 OK"), Ill: true,
				Want: []Sighting{{Severity: Warning, At: scenario.Request("INFO"), Related: []scenario.Select{bye, ended.Nth(2)}}},
			},
			{Name: "nothing behind the BYE", Trace: healthy},
			{Name: "the BYE is sent again", Trace: healthy.Repeat(bye, 500*time.Millisecond).Repeat(ended, 500*time.Millisecond)},
			{Name: "the BYE is challenged", Trace: scenario.Call(scenario.Alice, pbx, scenario.InDialogChallenged(407))},
			{Name: "the NOTIFY of a transfer", Trace: scenario.Transfer(scenario.Alice, pbx, scenario.Bob)},
			{Name: "it gets 481, which has a rule of its own", Trace: again(healthy, 2, "INFO", "481 Call/Transaction Does Not Exist"), Ill: true},
			{Name: "the answer to the BYE is not in the log", Trace: again(healthy, 2, "INFO", "200 OK").Without(ended), Ill: true},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		if s.Guessed {
			return // who came first is the point
		}
		type end struct{ dialog, exchange, final int32 }
		var ends []end // the BYE that was accepted, of each dialog
		for x := range s.Exchanges {
			e := &s.Exchanges[x]
			up := &s.Transactions[e.Upstream]
			r := up.Request
			if r == call.None || s.Messages[r].Dialog == call.None || e.Initial {
				continue
			}
			switch e.Method {
			case call.BYE, call.INVITE, call.UPDATE, call.INFO, call.PRACK:
			default:
				continue
			}
			d := s.Messages[r].Dialog
			k := slices.IndexFunc(ends, func(y end) bool { return y.dialog == d })
			if k < 0 {
				if e.Method == call.BYE && up.Final != call.None && s.Messages[up.Final].Status < 300 && len(ends) < 32 {
					ends = append(ends, end{d, int32(x), up.Final})
				}
				continue
			}
			y := &ends[k]
			if y.exchange == call.None || r < y.final {
				continue
			}
			final := s.FinalOf(int32(x))
			if final != call.None && s.Messages[final].Status == 481 {
				continue
			}
			// What left before the BYE was there may overtake it.
			if gap, ok := s.Since(y.final, r); !ok || gap < 200*time.Millisecond {
				continue
			}
			report(s.afterBye(s.Transactions[s.Exchanges[y.exchange].Upstream].Request, y.final, r, final))
			y.exchange = call.None // once for a dialog
		}
	},
}

func (s *CallSubject) afterBye(bye, ended, r, final int32) Finding {
	m := &s.Messages[r]
	name := s.Name(r)
	who := "the other side"
	if m.From == s.Messages[bye].From {
		who = "the same side"
	}
	gap, _ := s.Since(ended, r)
	f := Finding{
		Severity:    Warning,
		At:          s.At(r),
		Related:     []Related{s.Related(bye, "the BYE"), s.Related(ended, "the BYE is accepted")},
		Title:       fmt.Sprintf("%s in a call that had ended", name),
		Evidence:    fmt.Sprintf("BYE of %s was accepted %s before, and the %s has the tags of that call.", who, Spell(gap), name),
		Consequence: "The other side may answer 481, or hold a call that nobody ends.",
		Next:        "Let the sender drop the call when BYE is sent or answered.",
	}
	if final != call.None {
		f.Evidence += fmt.Sprintf(" It got %s.", s.Name(final))
	} else {
		f.Evidence += " The log has no answer to it."
	}
	if m.Method == call.BYE {
		f.Severity = Information
		f.Consequence = "It does no harm: the call has ended."
	}
	return f
}
