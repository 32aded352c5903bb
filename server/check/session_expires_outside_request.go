package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var sessionIntervalGranted = &Rule{
	Name:     "session-expires-outside-request",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Messages: []knowledge.Range{{Lo: 200, Hi: 299}},
	Fields:   []sip.HeaderID{sip.HeaderSessionExpires},
	Cites:    []knowledge.Cite{{Standard: "RFC 4028", Section: "9"}},
	Doc: Doc{
		Title: "2xx with a session interval that the request does not allow",
		Text: `The UAS may shorten the session interval, down to Min-SE of the request; it must not lengthen it. The rule compares Session-Expires of a 2xx to INVITE or UPDATE
with the request it answers, where that is in the text and says ` + "`Supported: timer`" + `: without it a proxy may raise both values on the way.`,
	},
	Cases: func() []Case {
		request := requestOf("INVITE", "Session-Expires: 1800\nMin-SE: 300\n")
		with := func(v string) string {
			return responseTo("INVITE", "200 OK", "Contact: <sip:b@192.0.2.2>\nRequire: timer\nSession-Expires: "+v+";refresher=uac\n")
		}
		return []Case{
			{Name: "longer than asked for", Text: request + with("3600"), Want: []string{"warning: 3600"}, Fixed: request + with("1800")},
			{Name: "shorter than Min-SE", Text: request + with("120"), Want: []string{"warning: 120"}, Fixed: request + with("300")},
			{Name: "between the two", Text: request + with("300")},
			{Name: "a request that does not ask for a timer", Text: requestOf("INVITE", "") + with("3600")},
			{Name: "a request that leaves the timer to proxies", Text: requestOf("INVITE", "Session-Expires: 120\nSupported: replaces\n") + responseTo("INVITE", "200 OK", "Contact: <sip:b@192.0.2.2>\nSession-Expires: 1800;refresher=uas\n")},
			{Name: "the request is not in the text", Text: with("3600")},
			{Name: "cut off", Log: true, Text: inLog(request) + "\n" + inCutLog(responseTo("INVITE", "200 OK", "Contact: <sip:b@192.0.2.2>\nSession-Expires: 3600;refresher=uac\nServer: x\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		if s.Request == nil || s.Request.Head.Is != sip.Whole || !s.Request.HasToken(sip.HeaderSupported, "timer") {
			return
		}
		x, err := m.SessionInterval(m.Header(sip.HeaderSessionExpires).Value)
		if err != nil || x.Seconds < leastInterval {
			return // rules of their own
		}
		most, okMost := intervalOf(s.Request, sip.HeaderSessionExpires)
		least, okLeast := intervalOf(s.Request, sip.HeaderMinSE)
		f := Finding{Severity: Warning, At: at(x.Number)}
		switch {
		case okMost && x.Seconds > most:
			f.Title = "session interval longer than asked for"
			f.Evidence = fmt.Sprintf("The request asks for %d seconds, the response grants %d.", most, x.Seconds)
			f.Consequence = "Proxies on the way, which keep to the request, may end the session before it is refreshed."
			f.Next = "Make the UAS grant at most what was asked for."
			f.detail = most
		case okLeast && x.Seconds < least:
			f.Title = "session interval shorter than Min-SE of the request"
			f.Evidence = fmt.Sprintf("The request allows no less than %d seconds, the response grants %d.", least, x.Seconds)
			f.Consequence = "The caller may end the call, or its refreshes come too late."
			f.Next = "Make the UAS grant Min-SE at least."
			f.detail = least
		default:
			return
		}
		report(f)
	},
	Fix: func(_ *Subject, f *Finding) []Fix {
		seconds := fmt.Sprint(f.detail)
		return []Fix{{Title: "Set Session-Expires to " + seconds, Preferred: true, Edits: []Edit{{At: f.At.At, Text: Literal(seconds)}}}}
	},
}

// intervalOf reads Session-Expires or Min-SE of a message; ok is false where there is none that follows the grammar.
func intervalOf(m *sip.Message, id sip.HeaderID) (seconds uint32, ok bool) {
	h := m.Header(id)
	if h == nil {
		return 0, false
	}
	x, err := m.SessionInterval(h.Value)
	return x.Seconds, err == nil
}
