package check

import (
	"sipls/knowledge"
	"sipls/server/sip"
)

var cseqSyntax = &Rule{
	Name:     "cseq-syntax",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
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
	Fix: func(s *Subject, f *Finding) []Fix {
		m := s.Message
		h := m.Header(sip.HeaderCSeq)
		number := "1"
		t := m.Bytes(h.Value)
		n := 0
		for n < len(t) && '0' <= t[n] && t[n] <= '9' {
			n++
		}
		if n > 0 {
			number = string(t[:n])
		} else if len(t) > 0 && !sip.IsToken(t) || len(t) > 0 && t[0] == '-' {
			return nil
		}
		method := m.Bytes(m.Start.Method)
		if !m.IsRequest() {
			if n == 0 || n == len(t) {
				return nil
			}
			method = t[n:]
			for len(method) > 0 && (method[0] == ' ' || method[0] == '\t') {
				method = method[1:]
			}
			k := 0
			for k < len(method) && sip.IsToken(method[k:k+1]) {
				k++
			}
			method = method[:k]
		}
		if len(method) == 0 {
			return nil
		}
		return []Fix{{Title: "Write CSeq: " + number + " " + string(method), Preferred: true, Edits: []Edit{{At: h.Value, Text: Literal(number + " " + string(method))}}}}
	},
}
