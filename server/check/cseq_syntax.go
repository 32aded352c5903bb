package check

import (
	"bytes"

	"sipls/knowledge"
	"sipls/server/sip"
)

var cseqSyntax = &Rule{
	Name:     "cseq-syntax",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Failures: []string{"malformed-header-400-or-drop"},
	Fields:   []sip.HeaderID{sip.HeaderCSeq},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "20.16"}, {Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "CSeq that is malformed",
		Text:  `A CSeq is a number, a blank and the method of the request, nothing else. That the method is that of the request has a rule of its own.`,
	},
	Cases: func() []Case {
		return []Case{
			{Name: "no number", Text: swap(requestOf("OPTIONS", ""), "CSeq: 1 ", "CSeq: "), Want: []string{"error: OPTIONS"}, Fixed: requestOf("OPTIONS", "")},
			{Name: "a negative number", Text: swap(requestOf("OPTIONS", ""), "CSeq: 1 ", "CSeq: -1 "), Want: []string{"error: -1"}},
			{Name: "no method", Text: swap(requestOf("OPTIONS", ""), "CSeq: 1 OPTIONS", "CSeq: 1"), Want: []string{"error: 1"}, Fixed: requestOf("OPTIONS", "")},
			{Name: "no blank", Text: swap(requestOf("OPTIONS", ""), "CSeq: 1 OPTIONS", "CSeq: 1OPTIONS"), Want: []string{"error: 1OPTIONS"}, Fixed: requestOf("OPTIONS", "")},
			{Name: "a parameter", Text: swap(requestOf("OPTIONS", ""), "CSeq: 1 OPTIONS", "CSeq: 1 OPTIONS;a=b"), Want: []string{"error: ;a=b"}, Fixed: requestOf("OPTIONS", "")},
			{Name: "a comma behind the method of a response", Text: swap(responseTo("BYE", "200 OK", ""), "CSeq: 1 BYE", "CSeq: 1 BYE,"), Want: []string{"error: ,"}, Fixed: responseTo("BYE", "200 OK", "")},
			{Name: "leading zeros and blanks", Text: swap(requestOf("OPTIONS", ""), "CSeq: 1 OPTIONS", "CSeq: 0001 \t OPTIONS")},
			{Name: "masked", Log: true, Text: swap(inLog(requestOf("OPTIONS", "")), "CSeq: 1 ", "CSeq: XXXX ")},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		h := m.Header(sip.HeaderCSeq)
		err := m.CSeqSyntax(h.Value)
		if err == nil || h.Value.Len == 0 {
			return
		}
		if err.At.Len == 0 || err.At.Off > h.Value.Off && m.Bytes(err.At)[0] != ';' && m.Bytes(err.At)[0] != ',' {
			err.At = h.Value
		}
		report(Finding{
			Severity:    Error,
			At:          at(err.At),
			Title:       "malformed CSeq",
			Evidence:    expected(m, err),
			Consequence: "The request is answered with 400 or dropped, and nobody can match a response to its request.",
			Next:        "Correct CSeq at the sender: a number, a blank, the method.",
		})
	},
	Fix: func(s *Subject, _ *Finding) []Fix {
		m := s.Message
		h := m.Header(sip.HeaderCSeq)
		number, rest := leadingDigits(m.Bytes(h.Value))
		method := m.Bytes(m.Start.Method)
		if !m.IsRequest() {
			method = leadingToken(bytes.TrimLeft(rest, " \t\r\n"))
		}
		switch {
		case len(number) == 0 && (!m.IsRequest() || !sip.EqualFold(rest, string(method))), !sip.IsToken(method):
			return nil // what is meant is not plain
		case len(number) == 0:
			number = []byte("{1}")
		}
		text := ParseTemplate(string(number) + " " + string(method))
		return []Fix{{Title: "Write " + text.String(), Preferred: true, Edits: []Edit{{At: h.Value, Text: text}}}}
	},
}

func leadingDigits(b []byte) (digits, rest []byte) {
	n := 0
	for n < len(b) && '0' <= b[n] && b[n] <= '9' {
		n++
	}
	return b[:n], b[n:]
}

func leadingToken(b []byte) []byte {
	n := 0
	for n < len(b) && sip.IsToken(b[n:n+1]) {
		n++
	}
	return b[:n]
}
