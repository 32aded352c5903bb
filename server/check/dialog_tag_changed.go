package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var dialogTagChanged = &Rule{
	Name:     "dialog-tag-changed",
	Scope:    Dialog,
	Severity: Error,
	Failures: []string{"481-unknown-dialog"},
	Methods:  []call.Method{call.BYE, call.INFO, call.INVITE, call.PRACK, call.REFER, call.UPDATE},
	Statuses: []knowledge.Range{{Lo: 200, Hi: 299}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "12.2.1.1"}, {Standard: "RFC 3261", Section: "12"}},
	Doc: Doc{
		Title: "Request inside a call with a tag that the call does not have",
		Text: `Call-ID and the two tags name a dialog; every request inside it has the sender's tag in From and that of the other side in To, unchanged. The rule fires when a request
has one tag of an answered call and another one that no message of this log has given to anybody. Where such a request gets 481, 481-unknown-dialog says it instead; ACK has rules of its own. It stays
silent where the log begins within the call or holds one side of the traffic.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		proxy := scenario.Party{Domain: "example.com", Addr: scenario.UDP("192.0.2.10:5060"), Agent: scenario.Kamailio}
		healthy := scenario.Call(scenario.Alice, pbx, scenario.Hold())
		answered, bye := scenario.StatusTo("INVITE", 200).First(), scenario.Request("BYE")
		retag := func(field string) scenario.Fault { return scenario.ReplaceInHeader(field, "tag=", "tag=0") }
		byes := ofExchange("BYE")
		lost := scenario.Call(scenario.Alice, pbx, scenario.ByeAnswered(481)).With(byes, retag("To"))
		carol := scenario.Party{Name: "Carol", User: "1003", Domain: "example.com", Addr: scenario.UDP("198.51.100.23:5060"), Agent: scenario.Baresip}
		return []Scene{
			{
				Name: "the BYE has another To tag and is not answered", Trace: healthy.With(bye, retag("To")).Without(scenario.StatusTo("BYE", 200)),
				Want: []Sighting{{Severity: Error, At: bye, Related: []scenario.Select{answered}}},
			},
			{
				Name: "the BYE has another From tag and is accepted", Trace: healthy.With(byes, retag("From")),
				Want: []Sighting{{Severity: Warning, At: bye, Related: []scenario.Select{answered}}},
			},
			{
				Name: "both hops of a proxy", Trace: scenario.Proxied(scenario.Alice, proxy, scenario.Bob).With(byes, retag("To")),
				Want: []Sighting{{Severity: Warning, At: bye, Related: []scenario.Select{answered}}},
			},
			{Name: "all tags as they should be", Trace: healthy},
			{Name: "a transfer, whose NOTIFY come in the same dialog", Trace: scenario.Transfer(scenario.Alice, pbx, scenario.Bob)},
			{Name: "a forked call", Trace: scenario.Forked(scenario.Alice, proxy, []scenario.Party{scenario.Bob, carol})},
			{Name: "it is refused with 481, which has a rule of its own", Trace: lost, Ill: true},
			{Name: "the answer is not in the log", Trace: healthy.With(bye, retag("To")).Without(scenario.StatusTo("INVITE", 200)).Without(scenario.StatusTo("BYE", 200)), Ill: true},
			{Name: "the log begins within the call", Trace: healthy.With(bye, retag("To")).Without(scenario.Request("INVITE").First()).Without(scenario.StatusTo("BYE", 200)), Ill: true},
			{Name: "what the caller sent alone", Trace: healthy.With(bye, retag("To")).Only(scenario.Where("a request", func(m *scenario.Message) bool { return !m.IsResponse() }))},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		if len(s.Dialogs) < 2 || s.Partial() {
			return
		}
		tries := 0
		for k := range s.Dialogs {
			d := &s.Dialogs[k]
			if d.Formed != call.None {
				continue
			}
			r := s.strayRequest(d)
			if r == call.None {
				continue
			}
			if tries++; tries > 8 {
				return
			}
			m := &s.Messages[r]
			right, wrong := s.nearestDialog(r)
			if wrong == 0 || right.Confirmed == call.None || right.Confirmed > r || right.Request == call.None || s.Messages[right.Request].Method != call.INVITE {
				continue
			}
			bad := m.To
			if wrong == sip.HeaderFrom {
				bad = m.From
			}
			if s.hasTag(bad) {
				continue // the tags of two legs in one request: nobody can tell which of them is wrong
			}
			final := call.None
			if m.Transaction != call.None {
				final = s.FinalOf(s.Transactions[m.Transaction].Exchange)
			}
			if final != call.None && s.Messages[final].Status == 481 {
				continue
			}
			name := s.Name(r)
			caller, callee := s.dialogTags(right.Confirmed, right)
			f := Finding{
				Severity: Error,
				At:       s.Field(r, wrong),
				Related:  []Related{s.Related(right.Confirmed, "it has the tags of the call")},
				Title:    fmt.Sprintf("%s with another %s tag than the call", name, wrong),
				Evidence: fmt.Sprintf("The call has the tags %s (caller) and %s (callee); the %s tag of this %s is %s, which no other message of the log has given.",
					clip(caller), clip(callee), wrong, name, s.tag(r, wrong)),
				Consequence: "The other side does not find the call: it answers 481 or drops the request.",
				Next:        "Let the sender keep both tags as the 2xx has them: its own in From, that of the other side in To.",
			}
			if final != call.None && s.Messages[final].Status < 300 {
				f.Severity = Warning
				f.Consequence = fmt.Sprintf("This peer accepts it (%s); others answer 481.", s.Name(final))
			}
			report(f)
		}
	},
}

// hasTag reports whether a dialog that the log shows from its beginning has the tag.
func (s *CallSubject) hasTag(tag uint64) bool {
	for i := range s.Dialogs {
		if d := &s.Dialogs[i]; d.Formed != call.None && (d.UAC == tag || d.UAS == tag) {
			return true
		}
	}
	return false
}

// strayRequest returns the first request with the tags of d when one side alone uses them.
func (s *CallSubject) strayRequest(d *call.Dialog) int32 {
	first := call.None
	for _, i := range d.Messages {
		m := &s.Messages[i]
		if !m.Request {
			continue
		}
		if !m.Whole || m.Method == call.NOTIFY || m.Method == call.SUBSCRIBE || m.Method == call.ACK || first != call.None && s.Messages[first].From != m.From {
			return call.None
		}
		if first == call.None {
			first = i
		}
	}
	return first
}
