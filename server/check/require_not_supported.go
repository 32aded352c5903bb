package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var requireNotSupported = &Rule{
	Name:     "require-not-supported",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Messages: []knowledge.Range{{Lo: 101, Hi: 420}, {Lo: 422, Hi: 493}, {Lo: 495, Hi: 699}},
	Fields:   []sip.HeaderID{sip.HeaderRequire},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "8.2.4"}},
	Doc: Doc{
		Title: "Response that requires an extension which the request did not offer",
		Text: `A server may use an extension in its response only when the request lists it in Supported or Require. A client that does not know the extension ignores it: a 183 with Require: 100rel
gets no PRACK and is repeated until the call is given up. A 421 or 494, which ask for an extension, are left out. The rule needs the whole request in the text.`,
	},
	Cases: func() []Case {
		invite := func(lines string) string { return requestOf("INVITE", lines) }
		const reliable = "Contact: <sip:b@192.0.2.2>\nRequire: 100rel\nRSeq: 1\n"
		response := responseTo("INVITE", "183 Session Progress", reliable)
		return []Case{
			{Name: "100rel that the INVITE does not offer", Text: invite("Supported: timer\n") + response, Want: []string{"warning: 100rel"}},
			{Name: "100rel that the INVITE offers", Text: invite("Supported: timer, 100REL\n") + response},
			{Name: "100rel that the INVITE demands", Text: invite("Require: 100rel\n") + response},
			{Name: "no request in the text", Text: response},
			{Name: "the request is cut off", Log: true, Text: inCutLog(invite("Contact: <sip:a@192.0.2.1>\nAllow: INVITE\nSupported: timer\n")) + "\n2026-11-22 10:00:01 a message:\n" + response},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		if s.Request == nil || s.Request.Head.Is != sip.Whole {
			return
		}
		for i := range m.Headers {
			h := &m.Headers[i]
			if h.ID != sip.HeaderRequire {
				continue
			}
			for v := range listValues(m, h) {
				b := m.Bytes(v)
				if !sip.IsToken(b) || lists(s.Request, sip.HeaderSupported, b) || lists(s.Request, sip.HeaderRequire, b) {
					continue
				}
				f := Finding{
					Severity:    Warning,
					At:          at(v),
					Title:       fmt.Sprintf("%s requires %s, which the request does not offer", name(m), clip(b)),
					Evidence:    fmt.Sprintf("The %s lists %s neither in Supported nor in Require.", name(s.Request), clip(b)),
					Consequence: "The client does not take part in the extension, or drops the response.",
					Next:        fmt.Sprintf("Make the server do without %s, or the client offer it in Supported; an SBC on the path may have removed it.", clip(b)),
				}
				if sip.EqualFold(b, "100rel") {
					f.Consequence = "The client sends no PRACK: the server repeats the response and gives up the call."
					f.Cites = []knowledge.Cite{{Standard: "RFC 3262", Section: "3"}, {Standard: "RFC 3261", Section: "8.2.4"}}
				}
				report(f)
			}
		}
	},
}
