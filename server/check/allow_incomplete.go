package check

import (
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/sip"
)

var allowIncomplete = &Rule{
	Name:     "allow-lacks-method",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Hint,
	Messages: []knowledge.Range{{Request: true}, {Lo: 200, Hi: 299}},
	Fields:   []sip.HeaderID{sip.HeaderAllow},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "20.5"}},
	Doc: Doc{
		Title: "Allow without a method that every call needs",
		Text: `Allow lists all methods that the sender understands, ACK and CANCEL included. Who takes part in a call has to
understand INVITE, ACK, CANCEL and BYE. The rule looks at INVITE and its 2xx, in texts that somebody writes: in logs such a list is common and does no harm.`,
	},
	Cases: func() []Case {
		return []Case{
			{
				Name: "an INVITE without ACK and BYE in Allow", Text: requestOf("INVITE", "Allow: INVITE, CANCEL\n"),
				Want: []string{"hint: INVITE, CANCEL"}, Fixed: requestOf("INVITE", "Allow: INVITE, CANCEL, ACK, BYE\n"),
			},
			{Name: "all in two header fields", Text: requestOf("INVITE", "Allow: INVITE, CANCEL\nAllow: ACK, BYE\n")},
			{Name: "a server that takes no calls", Text: responseTo("OPTIONS", "200 OK", "Accept: application/sdp\nAllow: OPTIONS\n")},
			{Name: "in a log", Log: true, Text: "<--- Received SIP request (300 bytes) from UDP:192.0.2.1:5060 --->\n" + requestOf("INVITE", "Allow: INVITE, CANCEL\n")},
			{Name: "cut off in it", Log: true, Text: inCutLog(requestOf("INVITE", "Contact: <sip:a@192.0.2.1>\nSupported: x\nAllow: INVITE, CAN\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		if !s.Editable || string(s.facts.method) != "INVITE" {
			return
		}
		missing := missingMethods(s.Message)
		h := s.Message.Header(sip.HeaderAllow)
		if missing == "" || h.Value.Len == 0 || !wellFormed(s.Message, sip.HeaderAllow) {
			return
		}
		report(Finding{
			Severity:    Hint,
			At:          at(h.Value),
			Title:       fmt.Sprintf("Allow without %s", missing),
			Evidence:    fmt.Sprintf("Allow does not list %s, which everybody who takes part in a call understands.", missing),
			Consequence: "A peer that believes the list may not send it, and cannot end or change the call properly.",
			Next:        "List all methods that the sender understands, ACK and CANCEL included.",
		})
	},
	Fix: func(s *Subject, _ *Finding) []Fix {
		h := s.Message.Header(sip.HeaderAllow)
		missing := missingMethods(s.Message)
		return []Fix{{Title: "Add " + missing, Preferred: true, Edits: []Edit{{At: sip.Span{Off: h.Value.End()}, Text: Literal(", " + missing)}}}}
	},
}

// missingMethods are the methods of every call that Allow does not list, separated by commas.
func missingMethods(m *sip.Message) string {
	var missing []string
	for _, method := range [...]string{"INVITE", "ACK", "CANCEL", "BYE"} {
		if !m.HasToken(sip.HeaderAllow, method) {
			missing = append(missing, method)
		}
	}
	return strings.Join(missing, ", ")
}
