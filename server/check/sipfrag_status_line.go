package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var sipfragStatusLine = &Rule{
	Name:     "sipfrag-status-line",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedBody | NeedValues,
	Severity: Error,
	Failures: []string{"refer-transfer-fails"},
	Messages: []knowledge.Range{{Request: true}},
	Fields:   []sip.HeaderID{sip.HeaderEvent},
	Cites:    []knowledge.Cite{{Standard: "RFC 3515", Section: "2.4.5"}, {Standard: "RFC 3420", Section: "2"}},
	Doc: Doc{
		Title: "NOTIFY for refer whose body does not begin with a status line",
		Text: `The NOTIFY that tells how a transfer goes has a message/sipfrag body that begins with the status line of the response to
the new request: ` + "`SIP/2.0 200 OK`" + `. A body that begins otherwise, or is empty, is an error. A body of another type, and none at all, have a rule of their own.`,
	},
	Cases: func() []Case {
		const refer = "Event: refer\nContent-Type: message/sipfrag;version=2.0\n"
		return []Case{
			{Name: "words only", Text: bodyMessage("NOTIFY", refer, "200 OK\n"), Want: []string{"error: 200 OK"}, Fixed: bodyMessage("NOTIFY", refer, "SIP/2.0 200 OK\n")},
			{Name: "a request", Text: bodyMessage("NOTIFY", refer, "INVITE sip:b@example.com SIP/2.0\n"), Want: []string{"error: INVITE sip:b@example.com SIP/2.0"}},
			{Name: "empty", Text: requestOf("NOTIFY", refer), Want: []string{"error: Content-Type"}},
			{Name: "a status line with header fields", Text: bodyMessage("NOTIFY", refer, "SIP/2.0 603 Declined\nRetry-After: 60\n")},
			{Name: "another event package", Text: bodyMessage("NOTIFY", "Event: x-foo\nContent-Type: message/sipfrag\n", "From: <sip:a@example.com>\n")},
			{Name: "cut off in the status line", Log: true, Text: cutBody("NOTIFY", refer, "SIP/2")},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		if !s.isReferNotify() || !s.wholeBody() {
			return
		}
		if m.Body.Len == 0 {
			h := m.Header(sip.HeaderContentType)
			if n, _, ok := m.ContentLength(); m.IsMediaType(m.ContentType(), "message", "sipfrag") && ok && n == 0 {
				report(sipfragFinding(h.Name, "The body is empty; it should be a status line, as SIP/2.0 200 OK."))
			}
			return
		}
		for b := range m.Parts() {
			if b.Encoded || !m.IsMediaType(b.Type, "message", "sipfrag") {
				continue
			}
			f := m.ReadFragment(b.Span)
			if f.HasStart && f.Start.Kind == sip.Response && f.Start.Status != 0 {
				continue
			}
			line := sip.Span{Off: b.Span.Off, Len: int32(len(lineOf(m.Bytes(b.Span))))}
			if line.Len == 0 {
				line = b.Type.Value
			}
			report(sipfragFinding(line, fmt.Sprintf("The body begins with %s; it should begin with a status line, as SIP/2.0 200 OK.", clip(lineOf(m.Bytes(b.Span))))))
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		line := s.Message.Bytes(f.At.At)
		if code, phrase, ok := bytes.Cut(line, []byte(" ")); !ok || len(code) != 3 || code[0] < '1' || code[0] > '6' || len(phrase) == 0 || !allDigits(code) {
			return nil
		}
		return s.bodyFix("Write SIP/2.0 in front of it", replace(sip.Span{Off: f.At.At.Off}, "SIP/2.0 "))
	},
}

func sipfragFinding(where sip.Span, evidence string) Finding {
	return Finding{
		Severity:    Error,
		At:          at(where),
		Title:       "NOTIFY for refer without a status line",
		Evidence:    evidence,
		Consequence: "The referrer does not learn how the transfer went: it keeps its call, or reports a failure.",
		Next:        "Make the referee send the status line of the response to the new request.",
	}
}

// isReferNotify reports whether the message is a NOTIFY of the event package refer.
func (s *Subject) isReferNotify() bool {
	m := s.Message
	return m.IsRequest() && string(s.facts.method) == "NOTIFY" && sip.EqualFold(m.FirstToken(sip.HeaderEvent), "refer")
}

func lineOf(b []byte) []byte {
	if i := bytes.IndexAny(b, "\r\n"); i >= 0 {
		return b[:i]
	}
	return b
}
