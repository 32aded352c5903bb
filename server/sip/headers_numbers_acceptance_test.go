//go:build acceptance

package sip

import (
	"strconv"
	"strings"
	"testing"
)

// numberKinds says how the kinds of HEADERS.tsv about Via, CSeq, numbers and dates are read.
var numberKinds = map[string]func(m *Message, v Span) *SyntaxError{
	"via": func(m *Message, v Span) *SyntaxError {
		for _, s := range m.Values(HeaderVia) {
			if err := m.ViaSyntax(s); err != nil {
				return err
			}
		}
		return nil
	},
	"cseq": (*Message).CSeqSyntax, "cSeq": (*Message).CSeqSyntax,
	"call-id": (*Message).CallIDSyntax, "callId": (*Message).CallIDSyntax, "call_id": (*Message).CallIDSyntax,
	"date":            func(m *Message, v Span) *SyntaxError { _, err := m.Date(v); return err },
	"expires":         func(m *Message, v Span) *SyntaxError { _, err := m.Number(v); return err },
	"maxForwards":     func(m *Message, v Span) *SyntaxError { _, err := m.Number(v); return err },
	"maxforwards":     func(m *Message, v Span) *SyntaxError { _, err := m.Number(v); return err },
	"retry_after":     func(m *Message, v Span) *SyntaxError { _, err := m.Seconds(v, true); return err },
	"session_expires": func(m *Message, v Span) *SyntaxError { _, err := m.Seconds(v, false); return err },
}

func TestNumberValuesOfOtherStacks(t *testing.T) {
	names := map[string]string{
		"via": "Via", "cseq": "CSeq", "cSeq": "CSeq", "call-id": "Call-ID", "callId": "Call-ID", "call_id": "Call-ID", "date": "Date", "expires": "Expires",
		"maxForwards": "Max-Forwards", "maxforwards": "Max-Forwards", "retry_after": "Retry-After", "session_expires": "Session-Expires",
	}
	n := 0
	for _, row := range rows(t, "torture", "HEADERS.tsv") {
		id, kind, verdict := row[0], row[2], row[4]
		read, ok := numberKinds[kind]
		if !ok || verdict != "valid" && verdict != "invalid" {
			continue
		}
		n++
		value, err := strconv.Unquote(`"` + strings.ReplaceAll(row[3], `"`, `\x22`) + `"`)
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		m := Parse([]byte("OPTIONS sip:a SIP/2.0\r\n" + value))
		if len(m.Headers) != 1 || m.Headers[0].ID != LookupHeader([]byte(names[kind])) {
			m = Parse([]byte("OPTIONS sip:a SIP/2.0\r\n" + names[kind] + ": " + value))
		}
		why := read(m, m.Headers[0].Value)
		if (why == nil) != (verdict == "valid") {
			t.Errorf("%s (%s) is %s, but the grammar says %+v: %q", id, kind, verdict, why, value)
		}
	}
	if n < 60 {
		t.Errorf("%d rows", n)
	}
}
