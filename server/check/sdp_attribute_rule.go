package check

import (
	"fmt"
	"slices"

	"sipls/server/sip"
)

// attributeRule completes a rule about the grammar of attributes; consequence is what comes of a wrong one.
func attributeRule(r *Rule, consequence string, attrs ...sip.SDPAttr) *Rule {
	r.Scope, r.Needs, r.Fields = Message, needSDP, sdpFields
	r.Check = func(s *Subject, report func(Finding)) {
		for i := range s.descriptions() {
			d := &s.facts.sdp.list[i]
			for j := range d.Lines {
				l := &d.Lines[j]
				if l.Type != 'a' || !slices.Contains(attrs, l.Attr) {
					continue
				}
				if err := d.AttrSyntax(l); err != nil {
					f := Finding{
						Severity:    r.Severity,
						At:          at(place(l, err.At)),
						Title:       fmt.Sprintf("malformed a=%s", l.Attr),
						Evidence:    found(d, l, err),
						Consequence: consequence,
						Next:        "Correct the element that wrote the line.",
					}
					if l.Attr == sip.AttrOther {
						f.Title = "malformed attribute in a session description"
					}
					report(f)
				}
			}
		}
	}
	return r
}
