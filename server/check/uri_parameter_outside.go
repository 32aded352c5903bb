package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var uriParameterOutside = &Rule{
	Name:     "uri-parameter-outside-brackets",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Information,
	Failures: []string{"malformed-header-400-or-drop"},
	Fields:   addressFieldIDs,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "20"}, {Standard: "RFC 3261", Section: "19.1.1"}},
	Doc: Doc{
		Title: "A URI parameter stands outside the angle brackets",
		Text: `Behind the closing angle bracket, or behind a URI without brackets, parameters belong to the header field. There transport, maddr,
ttl, user, method and lr are legal words without a meaning: the URI goes without them. For lr in Route and Record-Route there is a rule of its own. In logs From and To,
to whose URIs nothing is sent, are left out.`,
	},
	Cases: func() []Case {
		with := func(contact string) string { return optionsTo("<sip:b@example.com>", "Contact: "+contact+"\n") }
		return []Case{
			{Name: "without brackets", Text: with("sip:a@192.0.2.1;transport=tcp"), Want: []string{"information: transport=tcp"}, Fixed: with("<sip:a@192.0.2.1;transport=tcp>")},
			{Name: "behind the bracket", Text: with("<sip:a@192.0.2.1>;expires=60;transport=tcp"), Want: []string{"information: transport=tcp"}, Fixed: with("<sip:a@192.0.2.1;transport=tcp>;expires=60")},
			{Name: "inside, and other words outside", Text: with("<sip:a@192.0.2.1;transport=tcp>;expires=60;x")},
			{Name: "cut off behind it", Log: true, Text: cutOptions("Contact: <sip:a@192.0.2.1>;transport=tcp\nFrom: <sip:a")},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		eachAddress(s, func(f *addressField, h *sip.Header, v sip.Span) {
			if !s.Editable && (f.id == sip.HeaderFrom || f.id == sip.HeaderTo) {
				return // nothing is sent to these URIs
			}
			if b := m.Bytes(v); bytes.IndexByte(b[bytes.LastIndexByte(b, '>')+1:], ';') < 0 {
				return
			}
			a := m.ReadAddress(v)
			if a.Params.Len == 0 || f.form == sip.BracketedURI {
				return
			}
			for p := range m.Params(a.Params, ';') {
				if !isURIParam(m.Bytes(p.Name)) || (f.id == sip.HeaderRoute || f.id == sip.HeaderRecordRoute) && sip.EqualFold(m.Bytes(p.Name), "lr") {
					continue
				}
				if _, err := m.AddressSyntax(v, f.form); err != nil {
					return
				}
				report(Finding{
					Severity:    Information,
					At:          at(paramSpan(p)),
					Title:       fmt.Sprintf("%s with a URI parameter outside the angle brackets", fieldName(m, h)),
					Evidence:    fmt.Sprintf("In %s it belongs to the header field.", clip(m.Bytes(v))),
					Consequence: fmt.Sprintf("Who uses the URI does so without %s.", clip(m.Bytes(p.Name))),
					Next:        "If the URI is meant, write the parameter inside the brackets.",
					detail:      outside{a, p},
				})
				return
			}
		})
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		m := s.Message
		d := f.detail.(outside)
		u, err := m.URI(d.address.URI)
		if err != nil || u.Kind != sip.SIPURI {
			return nil
		}
		if _, ok := m.FindParam(u.Params, ';', string(m.Bytes(d.param.Name))); ok {
			return nil
		}
		end := u.Text.End()
		if u.Headers.Len > 0 {
			end = u.Headers.Off - 1
		}
		text := ";" + string(m.Bytes(paramSpan(d.param)))
		if !rightURI([]byte(string(m.Text[u.Text.Off:end]) + text + string(m.Text[end:u.Text.End()]))) {
			return nil
		}
		fix := Fix{Title: "Move it into the brackets", Preferred: true, Edits: []Edit{{At: sip.Span{Off: end}, Text: Literal(text)}, {At: wholeParam(m, d.param)}}}
		if !d.address.Angle {
			fix.Title = "Put brackets around the URI and it"
			fix.Edits = []Edit{{At: sip.Span{Off: u.Text.Off}, Text: Literal("<")}, {At: sip.Span{Off: end}, Text: Literal(text + ">")}, {At: wholeParam(m, d.param)}}
		}
		return []Fix{fix}
	},
}

// outside is a parameter of the header field that was meant for the URI.
type outside struct {
	address sip.Address
	param   sip.Param
}

// isURIParam: the parameters of RFC 3261 section 19.1.1.
func isURIParam(name []byte) bool {
	for _, p := range [...]string{"transport", "maddr", "ttl", "user", "method", "lr"} {
		if sip.EqualFold(name, p) {
			return true
		}
	}
	return false
}
