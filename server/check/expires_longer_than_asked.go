package check

import (
	"fmt"
	"strconv"

	"sipls/knowledge"
	"sipls/server/sip"
)

var expiresLongerThanAsked = &Rule{
	Name:     "expires-longer-than-asked",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Messages: []knowledge.Range{{Lo: 200, Hi: 299}},
	Fields:   []sip.HeaderID{sip.HeaderExpires},
	Cites:    []knowledge.Cite{{Standard: "RFC 6665", Section: "3.1.1"}, {Standard: "RFC 3903", Section: "4.2"}},
	Doc: Doc{
		Title: "2xx to SUBSCRIBE or PUBLISH that grants more time than was asked for",
		Text: `A server may shorten a subscription or publication and must not lengthen it. The rule compares Expires of the response with that of the request
it answers, where that is in the text.`,
	},
	Cases: func() []Case {
		request := requestOf("SUBSCRIBE", "Expires: 600\nContact: <sip:a@192.0.2.1>\nEvent: presence\n")
		with := func(v string) string {
			return responseTo("SUBSCRIBE", "200 OK", "Contact: <sip:b@192.0.2.2>\nExpires: "+v+"\n")
		}
		publish := requestOf("PUBLISH", "Expires: 600\nEvent: presence\n")
		published := func(v string) string {
			return responseTo("PUBLISH", "200 OK", "SIP-ETag: 1\nExpires: "+v+"\n")
		}
		return []Case{
			{Name: "a subscription twice as long", Text: request + with("1200"), Want: []string{"warning: 1200"}, Fixed: request + with("600")},
			{Name: "a publication twice as long", Text: publish + published("1200"), Want: []string{"warning: 1200"}, Fixed: publish + published("600")},
			{Name: "shorter", Text: request + with("300")},
			{Name: "a registration, which the registrar may lengthen", Text: requestOf("REGISTER", "Expires: 600\n") + responseTo("REGISTER", "200 OK", "Date: Fri, 01 Jan 2010 16:00:00 GMT\nExpires: 1200\n")},
			{Name: "the request is not in the text", Text: with("1200")},
			{Name: "cut off", Log: true, Text: inLog(request) + "\n" + inCutLog(responseTo("SUBSCRIBE", "200 OK", "Contact: <sip:b@192.0.2.2>\nExpires: 1200\nServer: x\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		if method := string(s.facts.method); s.Request == nil || method != "SUBSCRIBE" && method != "PUBLISH" {
			return
		}
		h, asked := m.Header(sip.HeaderExpires), s.Request.Header(sip.HeaderExpires)
		if asked == nil {
			return
		}
		most, errMost := s.Request.DeltaSeconds(asked.Value)
		granted, err := m.DeltaSeconds(h.Value)
		if errMost != nil || err != nil || granted <= most {
			return
		}
		report(Finding{
			Severity:    Warning,
			At:          at(h.Value),
			Title:       "more time granted than asked for",
			Evidence:    fmt.Sprintf("The %s asks for %d seconds, the response grants %d.", clip(s.facts.method), most, granted),
			Consequence: "The two sides disagree about the end: the client refreshes or stops by its own clock, and the server goes on.",
			Next:        "Make the server grant at most what was asked for.",
			detail:      strconv.FormatUint(uint64(most), 10),
		})
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		most := f.detail.(string)
		return []Fix{{Title: "Set Expires to " + most, Preferred: true, Edits: []Edit{{At: f.At.At, Text: Literal(most)}}}}
	},
}
