package check

import (
	"fmt"

	"sipls/server/sip"
)

// attributeRule completes a rule about the grammar of attributes; consequence is what comes of a wrong one.
func attributeRule(r *Rule, consequence string, attrs ...sip.SDPAttr) *Rule {
	return judgedAttributeRule(r, consequence, nil, attrs...)
}

// judgedAttributeRule is an attributeRule that judges some defects more mildly than the rule's own severity.
func judgedAttributeRule(r *Rule, consequence string, judge func(*description, *sip.SDPLine, *sip.SyntaxError) Severity, attrs ...sip.SDPAttr) *Rule {
	set := attrSetOf(attrs...)
	r.Scope, r.Needs, r.Fields = Message, needSDP, sdpFields
	r.Check = func(s *Subject, report func(Finding)) {
		for i := range s.descriptions() {
			d := &s.facts.sdp.list[i]
			if d.attrs&set == 0 {
				continue
			}
			for j := range d.Lines {
				l := &d.Lines[j]
				if l.Type != 'a' || !set.has(l.Attr) {
					continue
				}
				if err := d.AttrSyntax(l); err != nil && !s.isMask(d.Bytes(l.Value)) {
					f := Finding{
						Severity:    r.Severity,
						At:          at(place(l, err.At)),
						Title:       fmt.Sprintf("malformed a=%s", l.Attr),
						Evidence:    found(d, l, err),
						Consequence: consequence,
						Next:        "Correct the element that wrote the line.",
					}
					if judge != nil {
						f.Severity = judge(d, l, err)
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
