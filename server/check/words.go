package check

import (
	"fmt"
	"strconv"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/sip"
)

// name says what a message is: "407", "INVITE".
func name(m *sip.Message) string {
	if !m.IsRequest() {
		return strconv.Itoa(m.Start.Status)
	}
	return clip(m.Bytes(m.Start.Method))
}

// describe says what a message is at greater length: "This 407 (Proxy
// Authentication Required) to INVITE", "This INVITE".
func describe(m *sip.Message) string {
	if m.IsRequest() {
		return "This " + name(m)
	}
	s := "This " + name(m)
	if k := knowledge.LookupStatus(m.Start.Status); k != nil && k.Registered {
		s += fmt.Sprintf(" (%s)", k.Phrase)
	}
	if method := m.Method(); len(method) > 0 {
		s += " to " + clip(method)
	}
	return s
}

// clip shortens text of a message for use in a sentence.
func clip(b []byte) string {
	const most = 40
	if len(b) > most {
		return string(b[:most]) + "…"
	}
	return string(b)
}

// at makes the place of a finding of a message rule.
func at(s sip.Span) call.Ref { return call.Ref{At: s} }
