package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var globalNumber = &Rule{
	Name:     "global-number",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Cites:    []knowledge.Cite{{Standard: "RFC 3966", Section: "5.1.4"}},
	Doc: Doc{
		Title: "A number that begins with + is no E.164 number",
		Text: `Behind the + of a tel URI, and of the user part of a SIP URI with ` + "`user=phone`" + `, stands a country code and a national number
(E.164): 15 digits at most, and no country code begins with 0. A prefix for international calls (+0049...) or an inner prefix was left in front. The first
such number of a message is reported.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "an international prefix behind the +", Text: optionsTo("<tel:+00495550100>", ""), Want: []string{"warning: +00495550100"}},
			{Name: "too many digits", Text: optionsTo("<sip:+1234-567-890-123-456;ext=1@example.com;user=phone>", ""), Want: []string{"warning: +1234-567-890-123-456"}},
			{Name: "15 digits", Text: optionsTo("<tel:+1(234)567-890-123.45>", "")},
			{Name: "a user part that is not said to be a number", Text: optionsTo("<sip:+00495550100@example.com>", "")},
			{Name: "a local number", Text: optionsTo("<tel:00495550100;phone-context=example.com>", "")},
			{Name: "cut off behind it", Log: true, Text: cutOptions("To: <tel:+0049555>\nFrom: <sip:a")},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		found := false
		look := func(uri sip.Span) {
			if found {
				return
			}
			number, why := badGlobalNumber(m, uri)
			if why == "" {
				return
			}
			found = true
			report(Finding{
				Severity:    Warning,
				At:          at(number),
				Title:       "A number that begins with + is no E.164 number",
				Evidence:    fmt.Sprintf("%s %s.", clip(m.Bytes(number)), why),
				Consequence: "Carriers refuse the call as unallocated or incomplete number, or show a wrong caller.",
				Next:        "Let the dial plan remove the prefix in front of the country code, or leave out the +.",
			})
		}
		if m.IsRequest() {
			look(m.Start.URI)
		}
		eachAddress(s, func(_ *addressField, _ *sip.Header, v sip.Span) {
			if bytes.Contains(m.Bytes(v), colonPlus) {
				look(m.ReadAddress(v).URI)
			}
		})
	},
}

var colonPlus = []byte(":+")

// badGlobalNumber returns the number of a URI that begins with + and what is wrong with it, "" if nothing is.
func badGlobalNumber(m *sip.Message, uri sip.Span) (number sip.Span, why string) {
	if !bytes.Contains(m.Bytes(uri), colonPlus) {
		return number, ""
	}
	u, err := m.URI(uri)
	if err != nil || u.Kind == sip.OtherURI {
		return number, ""
	}
	if u.Kind == sip.SIPURI {
		if p, ok := m.FindParam(u.Params, ';', "user"); !ok || !sip.EqualFold(m.Bytes(p.Value), "phone") {
			return number, ""
		}
	}
	number = u.User
	if number.Len == 0 || m.Text[number.Off] != '+' {
		return number, ""
	}
	for i, c := range m.Bytes(u.User) {
		if c == ';' {
			number.Len = int32(i)
			break
		}
	}
	digits, first := 0, byte(0)
	for _, c := range m.Bytes(number)[1:] {
		switch {
		case c >= '0' && c <= '9':
			if digits++; digits == 1 {
				first = c
			}
		case c != '-' && c != '.' && c != '(' && c != ')':
			return number, "" // no number at all
		}
	}
	switch {
	case first == '0':
		return number, "begins with 0, as no country code does"
	case digits > 15:
		return number, fmt.Sprintf("has %d digits, more than 15", digits)
	}
	return number, ""
}
