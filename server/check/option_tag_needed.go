package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var optionTagNeeded = &Rule{
	Name:     "option-tag-needed",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Messages: inRequests,
	Fields:   []sip.HeaderID{sip.HeaderContentDisposition, sip.HeaderReferTo, sip.HeaderContact, sip.HeaderContentType},
	Cites: []knowledge.Cite{
		{Standard: "RFC 5366", Section: "3"},
		{Standard: "RFC 5365", Section: "5"},
		{Standard: "RFC 5367", Section: "3"},
		{Standard: "RFC 5368", Section: "4"},
		{Standard: "RFC 4662", Section: "4.1"},
		{Standard: "RFC 7866", Section: "6.2"},
	},
	Doc: Doc{
		Title: "Extension in use without its option tag in Require",
		Text: `Some extensions change what a request means so much that it must not reach somebody who does not know them; their option tag has to
stand in Require: a body that is a list of recipients (` + "`recipient-list-invite`, `recipient-list-message`, `recipient-list-subscribe`" + `), a REFER whose
Refer-To points to such a list in its body (` + "`multiple-refer`" + `), a NOTIFY for a whole list of resources (` + "`eventlist`" + `), and a recording server that
opens a recording session (` + "`siprec`" + `).`,
	},
	Cases: func() []Case {
		const list = "Content-Type: application/resource-lists+xml\nContent-Disposition: recipient-list\n"
		const rlmi = "Content-Type: multipart/related;type=\"application/rlmi+xml\";boundary=x\n"
		const recorder = "Contact: <sip:srs@192.0.2.1>;+sip.srs\nAllow: INVITE, ACK, BYE, CANCEL\nSupported: timer\n"
		const state = "Contact: <sip:a@192.0.2.1>\nEvent: presence\nSubscription-State: active;expires=60\n"
		return []Case{
			{
				Name: "a MESSAGE to a list", Text: requestOf("MESSAGE", list), Want: []string{"warning: recipient-list"},
				Fixed: requestOf("MESSAGE", "Require: recipient-list-message\n"+list),
			},
			{
				Name: "a REFER to a list", Text: requestOf("REFER", "Require: norefersub\nRefer-To: <cid:list@example.com>\n"+list), Want: []string{"warning: cid:list@example.com"},
				Fixed: requestOf("REFER", "Require: norefersub, multiple-refer\nRefer-To: <cid:list@example.com>\n"+list),
			},
			{
				Name: "a NOTIFY for a list", Text: requestOf("NOTIFY", state+rlmi), Want: []string{`warning: multipart/related;type="application/rlmi+xml";boundary=x`},
				Fixed: requestOf("NOTIFY", state+"Require: eventlist\n"+rlmi),
			},
			{
				Name: "a recording server", Text: requestOf("INVITE", recorder), Want: []string{"warning: +sip.srs"},
				Fixed: requestOf("INVITE", recorder+"Require: siprec\n"),
			},
			{Name: "the tags are there", Text: requestOf("MESSAGE", "Require: Recipient-List-Message\n"+list) + requestOf("NOTIFY", "Require: eventlist\n"+rlmi)},
			{Name: "other bodies, addresses and dispositions", Text: requestOf("INVITE", "Content-Disposition: session\n") + requestOf("REFER", "") + requestOf("NOTIFY", "Content-Type: multipart/related;type=\"application/pidf+xml\";boundary=x\n")},
			{Name: "cut off behind it", Log: true, Text: inCutLog(requestOf("MESSAGE", list))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		tag, place, cite := neededTag(s)
		if tag == "" || m.HasToken(sip.HeaderRequire, tag) || !wellFormed(m, sip.HeaderRequire) {
			return
		}
		report(Finding{
			Severity:    Warning,
			At:          at(place),
			Title:       fmt.Sprintf("%s without Require: %s", name(m), tag),
			Evidence:    fmt.Sprintf("%s has %s, but not %s in Require.", describe(m), clip(m.Bytes(place)), tag),
			Consequence: "A receiver that does not know the extension takes the request for an ordinary one and does something else.",
			Next:        fmt.Sprintf("Add Require: %s.", tag),
			Cites:       []knowledge.Cite{cite},
			detail:      tag,
		})
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		m, tag := s.Message, f.detail.(string)
		fix := Fix{Title: "Add Require: " + tag, Preferred: true}
		if h := m.Header(sip.HeaderRequire); h != nil {
			fix.Edits = []Edit{{At: sip.Span{Off: h.Value.End()}, Text: Literal(", " + tag)}}
		} else {
			fix.Edits = []Edit{{At: insertionPoint(m, sip.HeaderRequire), NewLine: true, Text: Literal("Require: " + tag)}}
		}
		return []Fix{fix}
	},
}

// neededTag returns the option tag that the request needs in Require, and what shows that; "" when it needs none.
func neededTag(s *Subject) (tag string, place sip.Span, cite knowledge.Cite) {
	m := s.Message
	var disposition sip.Span
	if h := m.Header(sip.HeaderContentDisposition); h != nil {
		if w := m.ReadWorded(h.Value).Word; sip.EqualFold(m.Bytes(w), "recipient-list") {
			disposition = w
		}
	}
	switch string(s.facts.method) {
	case "INVITE":
		if disposition.Len > 0 {
			return "recipient-list-invite", disposition, knowledge.Cite{Standard: "RFC 5366", Section: "3"}
		}
		for _, a := range m.Addresses(sip.HeaderContact) {
			if p, ok := m.FindParam(a.Params, ';', "+sip.srs"); ok && !s.facts.hasToTag() {
				return "siprec", p.Name, knowledge.Cite{Standard: "RFC 7866", Section: "6.2"}
			}
		}
	case "MESSAGE":
		if disposition.Len > 0 {
			return "recipient-list-message", disposition, knowledge.Cite{Standard: "RFC 5365", Section: "5"}
		}
	case "SUBSCRIBE":
		if disposition.Len > 0 {
			return "recipient-list-subscribe", disposition, knowledge.Cite{Standard: "RFC 5367", Section: "3"}
		}
	case "REFER":
		if a, ok := m.Address(sip.HeaderReferTo); ok && hasPrefixFold(m.Bytes(a.URI), "cid:") {
			return "multiple-refer", a.URI, knowledge.Cite{Standard: "RFC 5368", Section: "4"}
		}
	case "NOTIFY":
		h := m.Header(sip.HeaderContentType)
		if h == nil || !hasPrefixFold(m.Bytes(h.Value), "multipart/related") {
			break
		}
		if p, ok := m.FindParam(m.ReadWorded(h.Value).Params, ';', "type"); ok && sip.EqualFold(sip.Unquote(m.Bytes(p.Value)), "application/rlmi+xml") {
			return "eventlist", h.Value, knowledge.Cite{Standard: "RFC 4662", Section: "4.1"}
		}
	}
	return "", place, cite
}
