package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var contactStar = &Rule{
	Name:     "contact-star",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Fields:   []sip.HeaderID{sip.HeaderContact},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "10.2.2"}, {Standard: "RFC 3261", Section: "10.3"}},
	Doc: Doc{
		Title: "Contact: * where it has no meaning",
		Text: `A star as Contact removes all bindings of an address of record. It must stand alone, in a REGISTER, together with
` + "`Expires: 0`" + `. With another Contact, with another or no Expires, or in any other message it is an error.`,
	},
	Cases: func() []Case {
		register := func(lines string) string {
			return "REGISTER sip:example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:b@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 2 REGISTER\n" + lines + "Content-Length: 0\n\n"
		}
		return []Case{
			{
				Name: "with another contact",
				Text: register("Contact: *, <sip:b@192.0.2.1>\nExpires: 0\n"),
				Want: []string{"error: *"},
			},
			{
				Name:  "with another Expires",
				Text:  register("Contact: *\nExpires: 3600\n"),
				Want:  []string{"error: *"},
				Fixed: register("Contact: *\nExpires: 0\n"),
			},
			{
				Name:  "without Expires",
				Text:  register("Contact: *\n"),
				Want:  []string{"error: *"},
				Fixed: register("Contact: *\nExpires: 0\n"),
			},
			{Name: "in an OPTIONS", Text: optionsTo("<sip:b@example.com>", "Contact: *\n"), Want: []string{"error: *"}},
			{Name: "all bindings removed", Text: register("Contact: *\nExpires:  0\n")},
			{Name: "cut off behind it", Log: true, Text: "a message:\nREGISTER sip:example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nContact: *"},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		star, values := contactStarOf(m)
		if star.Len == 0 {
			return
		}
		f := Finding{
			Severity: Error, At: at(star),
			Consequence: "A registrar answers 400 and removes nothing.",
			Next:        "Send Contact: * alone, in a REGISTER with Expires: 0, or name the contacts.",
		}
		expires := m.Value(sip.HeaderExpires)
		switch {
		case !m.IsRequest() || !inRegister(s):
			f.Title = fmt.Sprintf("%s with Contact: *", name(m))
			f.Evidence = describe(m) + " is no REGISTER, and only that has a meaning for the star."
			f.Consequence = "The receiver has no address to reach the sender at, and may refuse the message."
		case values > 1:
			f.Title = "Contact: * beside another Contact"
			f.Evidence = fmt.Sprintf("The message has %d Contact values.", values)
		case expires == nil:
			f.Title = "Contact: * without Expires: 0"
			f.Evidence = "There is no Expires."
		case !isZero(expires):
			f.Title = "Contact: * without Expires: 0"
			f.Evidence = fmt.Sprintf("Expires is %s.", clip(expires))
		default:
			return
		}
		report(f)
	},
	Fix: func(s *Subject, _ *Finding) []Fix {
		m := s.Message
		if _, values := contactStarOf(m); values > 1 || !m.IsRequest() || !inRegister(s) {
			return nil
		}
		if h := m.Header(sip.HeaderExpires); h != nil {
			return []Fix{{Title: "Change Expires to 0", Preferred: true, Edits: []Edit{{At: h.Value, Text: Literal("0")}}}}
		}
		return []Fix{{
			Title: "Insert Expires: 0", Preferred: true,
			Edits: []Edit{{At: m.Header(sip.HeaderContact).Line, Text: Literal("Expires: 0"), NewLine: true}},
		}}
	},
}

// contactStarOf returns the first * among the Contact values and how many values there are.
func contactStarOf(m *sip.Message) (star sip.Span, values int) {
	for _, v := range m.Values(sip.HeaderContact) {
		if values++; star.Len == 0 && v.Len == 1 && m.Text[v.Off] == '*' {
			star = v
		}
	}
	return star, values
}

func isZero(b []byte) bool {
	for _, c := range b {
		if c != '0' {
			return false
		}
	}
	return len(b) > 0
}
