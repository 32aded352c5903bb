package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var reinviteChallengedNotHandled = &Rule{
	Name:     "reinvite-challenged-not-handled",
	Scope:    Dialog,
	Severity: Warning,
	Statuses: []knowledge.Range{{Lo: 401, Hi: 401}, {Lo: 407, Hi: 407}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "22.2"}, {Standard: "RFC 3261", Section: "22.3"}, {Standard: "RFC 3261", Section: "8.1.3.5"}},
	Doc: Doc{
		Title: "Request inside a dialog is challenged and not sent again with credentials",
		Text: `A server may challenge requests inside a dialog, too; the client has to send them again with credentials and the next CSeq number. The rule fires when
32 s behind the challenge nothing with credentials came from that side, or when that side sends its next request in the dialog without having tried again. It
stays silent where the log ends earlier or has no times.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		held := scenario.Call(scenario.Alice, pbx, scenario.Hold(), scenario.InDialogChallenged(401), scenario.Talking(time.Minute))
		hungUp := scenario.Call(scenario.Alice, pbx, scenario.InDialogChallenged(407))
		ended := scenario.Merge(withoutCSeq(hungUp, hungUp.Messages[len(hungUp.Messages)-1].Get("CSeq")), laterPing(5*time.Minute))
		stuck := withoutCSeq(held, held.Messages[held.Index(scenario.Status(401))+2].Get("CSeq"), held.Messages[held.Index(scenario.Status(401))+4].Get("CSeq"))
		return []Scene{
			{
				Name: "the BYE is challenged and not repeated", Trace: ended,
				Want: []Sighting{{Severity: Warning, At: scenario.Status(407), Related: []scenario.Select{scenario.Request("BYE")}}},
			},
			{
				Name: "the hold is challenged and not repeated", Trace: stuck,
				Want: []Sighting{{Severity: Warning, At: scenario.Status(401), Related: []scenario.Select{scenario.Request("INVITE").Nth(2)}}},
			},
			{
				Name: "the same, the challenge sent twice", Trace: ended.Repeat(scenario.Status(407), 500*time.Millisecond),
				Want: []Sighting{{Severity: Warning, At: scenario.Status(407), Related: []scenario.Select{scenario.Request("BYE")}}},
			},
			{
				Name: "the log begins with the call under way", Trace: scenario.Merge(ended.Without(scenario.Request("INVITE")).Without(scenario.StatusTo("INVITE", 100)).Without(scenario.StatusTo("INVITE", 180))),
				Want: []Sighting{{Severity: Warning, At: scenario.Status(407), Related: []scenario.Select{scenario.Request("BYE")}}},
			},
			{Name: "hold, challenged and repeated", Trace: scenario.Merge(held, laterPing(5*time.Minute))},
			{Name: "BYE, challenged and repeated", Trace: scenario.Merge(hungUp, laterPing(5*time.Minute))},
			{Name: "the log ends too early to tell", Trace: withoutCSeq(hungUp, hungUp.Messages[len(hungUp.Messages)-1].Get("CSeq"))},
			{Name: "a call through a proxy", Trace: scenario.Merge(scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Hold(), scenario.InDialogChallenged(407)), laterPing(5*time.Minute))},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for _, o := range s.open(true) {
			m := &s.Messages[o.request]
			if o.foreign != "" || !s.notTriedAgain(&o) {
				continue
			}
			f := Finding{
				Severity:    Warning,
				At:          s.At(o.final),
				Related:     []Related{s.Related(o.request, "the request that is challenged")},
				Title:       fmt.Sprintf("%s inside the dialog challenged, and not sent again", s.Name(o.request)),
				Evidence:    fmt.Sprintf("The %s got %s; in the %s that the log shows after it none with credentials follows from this side.", s.Name(o.request), s.phraseOf(o.final), s.goneFor(o.final)) + o.again(),
				Consequence: "What the request was for does not happen.",
				Next:        "Make the client use the credentials of the call inside the dialog, too, or make the server not challenge requests with a To tag that come along its own Route.",
			}
			switch m.Method {
			case call.INVITE, call.UPDATE:
				f.Consequence = "Hold, transfer or the refresh of the session fails; a session that is not refreshed is ended by the other side."
			case call.BYE:
				f.Consequence = "The call stays up at the other side, and in its billing."
			}
			s.Missing(&f)
			report(f)
		}
	},
}

// notTriedAgain reports whether a client had the time to answer a challenge: it sends something else in the dialog, or the log goes on.
func (s *CallSubject) notTriedAgain(o *openChallenge) bool {
	if rest, ok := s.Until(o.final); ok && rest >= call.Timeout {
		return true
	}
	from := s.Messages[o.request].From
	for i := int(o.final) + 1; i < len(s.Messages); i++ {
		m := &s.Messages[i]
		if m.Request && m.From == from && m.Method != call.ACK && m.Method != call.CANCEL && m.CSeq > s.Messages[o.last].CSeq {
			later, ok := s.Since(o.final, int32(i))
			return ok && later >= 2*time.Second
		}
	}
	return false
}
