package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var reasonCause = &Rule{
	Name:     "reason-cause-out-of-range",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Information,
	Fields:   []sip.HeaderID{sip.HeaderReason},
	Cites:    []knowledge.Cite{{Standard: "RFC 3326", Section: "2"}},
	Doc: Doc{
		Title: "Reason cause that its protocol does not have",
		Text: `The cause of protocol SIP is a status code, 100 to 699; that of Q.850 is a value from 1 to 127. Other numbers are a
sign that somebody mixed the two up, or that a PBX sent a number of its own. In texts that somebody writes the rule also mentions, as a hint, Q.850 values without a meaning.`,
	},
	Cases: func() []Case {
		bye := func(reason string) string { return requestOf("BYE", "Reason: "+reason+"\n") }
		return []Case{
			{Name: "a Q.850 cause for SIP", Text: bye("SIP;cause=16"), Want: []string{"information: 16"}},
			{Name: "a status code for Q.850", Text: bye("SIP;cause=487, Q.850;cause=487"), Want: []string{"information: 487"}},
			{Name: "a Q.850 value that nobody has defined", Text: bye("Q.850;cause=15"), Want: []string{"hint: 15"}},
			{Name: "causes that are there", Text: bye("SIP;cause=299, Q.850;cause=16, X.int;reasoncode=0x00000000")},
			{Name: "cut off in it", Log: true, Text: inCutLog(bye("Q.850;cause=487"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		for r := range m.Reasons {
			if r.Cause.Len == 0 || r.Err != nil {
				continue
			}
			p := m.Bytes(r.Protocol)
			n := digits(m.Bytes(r.Cause))
			f := Finding{Severity: Information, At: at(r.Cause), Next: "Look at the element that wrote the Reason: it may put a number of its own there, or take it from another protocol."}
			switch {
			case sip.EqualFold(p, "SIP") && (n < 100 || n > 699):
				f.Evidence = fmt.Sprintf("The cause of a Reason of protocol SIP is a status code, and %s is none.", clip(m.Bytes(r.Cause)))
			case sip.EqualFold(p, "Q.850") && (n < 1 || n > 127):
				f.Evidence = fmt.Sprintf("Q.850 has causes from 1 to 127, and %s is none.", clip(m.Bytes(r.Cause)))
			case s.Editable && sip.EqualFold(p, "Q.850") && !isQ850(n):
				f.Severity = Hint
				f.Evidence = fmt.Sprintf("Q.850 gives the value %d no meaning.", n)
			default:
				continue
			}
			f.Title = fmt.Sprintf("Reason with cause %s of protocol %s", clip(m.Bytes(r.Cause)), clip(p))
			f.Consequence = "Gateways and callers do not know why the call ended and assume normal clearing, or show nothing."
			report(f)
		}
	},
}

// isQ850 reports whether Q.850 defines the value.
func isQ850(n int) bool {
	c := knowledge.LookupCause(n)
	return c != nil && c.Standard
}

// digits is the value of a number of few digits, a large one for longer numbers.
func digits(b []byte) int {
	const large = 1 << 30
	if len(b) > 9 {
		return large
	}
	n := 0
	for _, c := range b {
		n = n*10 + int(c-'0')
	}
	return n
}
