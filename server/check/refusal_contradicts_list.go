package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var refusalContradictsList = &Rule{
	Name:     "refused-but-listed",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Information,
	Messages: []knowledge.Range{{Lo: 405, Hi: 405}, {Lo: 415, Hi: 415}, {Lo: 421, Hi: 421}, {Lo: 489, Hi: 489}},
	Fields:   []sip.HeaderID{sip.HeaderAllow, sip.HeaderAccept, sip.HeaderRequire, sip.HeaderAllowEvents},
	Cites: []knowledge.Cite{
		{Standard: "RFC 3261", Section: "21.4.6"},
		{Standard: "RFC 3261", Section: "21.4.13"},
		{Standard: "RFC 3261", Section: "21.4.16"},
		{Standard: "RFC 6665", Section: "8.3.2"},
	},
	Doc: Doc{
		Title: "Response that refuses what it lists as allowed",
		Text: `A 405 refuses the method and lists in Allow those that are allowed; a 489 does so with event packages and Allow-Events, a 415 with
body types and Accept. When the list holds the very thing that is refused, one of the two is wrong, as a rule because the list is fixed in the server's configuration. A 421
wants an extension that the request lacks; one that the request supports already contradicts it. For 415, 421 and 489 the whole request must be in the text.`,
	},
	Cases: func() []Case {
		subscribe := requestOf("SUBSCRIBE", "Event: presence;id=1\n")
		message := requestOf("MESSAGE", "Content-Type: text/plain\n")
		bodied := func(lines string) string {
			return responseTo("MESSAGE", "415 Unsupported Media Type", lines)
		}
		return []Case{
			{Name: "the method in Allow", Text: responseTo("INFO", "405 Method Not Allowed", "Allow: INVITE, INFO\n"), Want: []string{"information: INFO"}},
			{Name: "the package in Allow-Events", Text: subscribe + responseTo("SUBSCRIBE", "489 Bad Event", "Allow-Events: dialog, presence\n"), Want: []string{"information: presence"}},
			{Name: "the type in Accept", Text: message + bodied("Accept: application/sdp, Text/Plain;charset=utf-8\n"), Want: []string{"information: Text/Plain;charset=utf-8"}},
			{Name: "an extension that the request supports", Text: requestOf("INVITE", "Supported: 100rel\n") + responseTo("INVITE", "421 Extension Required", "Require: 100rel\n"), Want: []string{"information: 100rel"}},
			{Name: "another method, and one in another letter case", Text: responseTo("INFO", "405 Method Not Allowed", "Allow: INVITE, Info\n")},
			{Name: "another package", Text: subscribe + responseTo("SUBSCRIBE", "489 Bad Event", "Allow-Events: dialog\n")},
			{Name: "another type, and the encoding may be what is refused", Text: message + bodied("Accept: application/sdp\n") + requestOf("MESSAGE", "Content-Type: text/plain\nContent-Encoding: gzip\n") + bodied("Accept: text/plain\n")},
			{Name: "multipart, of which a part may be refused", Text: requestOf("MESSAGE", "Content-Type: multipart/mixed;boundary=b1\n") + bodied("Accept: text/plain, multipart/mixed\n")},
			{Name: "an extension that the request lacks", Text: requestOf("INVITE", "Supported: timer\n") + responseTo("INVITE", "421 Extension Required", "Require: 100rel\n")},
			{Name: "cut off behind it", Log: true, Text: inCutLog(responseTo("INFO", "405 Method Not Allowed", "Allow: INVITE, INFO\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		id, refused := refusedThing(s)
		if len(refused) == 0 || !s.facts.has(id) {
			return
		}
		for h, v := range m.Values(id) {
			b := m.Bytes(m.ReadWorded(v).Word)
			same := bytes.Equal(b, refused) || id == sip.HeaderAccept && bytes.EqualFold(b, refused)
			if id == sip.HeaderRequire {
				same = len(b) > 0 && lists(s.Request, sip.HeaderSupported, b)
			}
			if !same {
				continue
			}
			f := Finding{
				Severity:    Information,
				At:          at(v),
				Title:       fmt.Sprintf("%s refuses %s but lists it in %s", name(m), clip(b), h.ID),
				Evidence:    fmt.Sprintf("%s refuses %s, and its %s says that it is allowed.", describe(m), clip(b), h.ID),
				Consequence: "The client cannot tell what it may do; it gives up, or tries the same again.",
				Next:        fmt.Sprintf("Look at the element that answered: its %s may come from its configuration, not from what it can do.", h.ID),
			}
			if id == sip.HeaderRequire {
				f.Title = fmt.Sprintf("421 requires %s, which the request supports", clip(b))
				f.Evidence = fmt.Sprintf("The %s has %s in Supported.", name(s.Request), clip(b))
			}
			report(f)
			return
		}
	},
}

// refusedThing returns what the response refuses, and the header field that lists what is allowed instead.
func refusedThing(s *Subject) (sip.HeaderID, []byte) {
	r := s.Request
	if r != nil && r.Head.Is != sip.Whole {
		r = nil
	}
	switch status := s.Message.Start.Status; {
	case status == 405:
		return sip.HeaderAllow, s.facts.method
	case r == nil:
		return 0, nil
	case status == 489:
		if h := r.Header(sip.HeaderEvent); h != nil {
			return sip.HeaderAllowEvents, r.Bytes(r.ReadWorded(h.Value).Word)
		}
	case status == 415 && r.Header(sip.HeaderContentEncoding) == nil:
		// Of a multipart body it may be a part that is refused.
		if h := r.Header(sip.HeaderContentType); h != nil && !sip.EqualFold(r.Bytes(r.ReadMediaType(h.Value).Type), "multipart") {
			return sip.HeaderAccept, r.Bytes(r.ReadWorded(h.Value).Word)
		}
	case status == 421:
		return sip.HeaderRequire, r.Bytes(r.Start.Method)
	}
	return 0, nil
}
