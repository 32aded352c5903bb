package trace

import (
	"bytes"

	"sipls/server/sip"
)

// SIPpScenario is a SIPp scenario: messages in CDATA sections, with [keywords]
// that SIPp replaces when it runs. It is recognised by its first bytes, not by lines around a message.
var SIPpScenario = &Format{
	Name:    "sipp-scenario",
	Title:   "SIPp scenario XML",
	Grammar: "<send><![CDATA[ message with [keywords], indented or not ]]></send>",
	Example: "<scenario name=\"probe\">\n  <send><![CDATA[\n" +
		"    OPTIONS sip:[remote_ip] SIP/2.0\n    Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n" +
		"    From: <sip:probe@example.com>;tag=[call_number]\n    To: <sip:[remote_ip]>\n    Call-ID: [call_id]\n" +
		"    CSeq: 1 OPTIONS\n    Content-Length: 0\n\n  ]]></send>\n</scenario>\n",
	Closes: closesCDATA,
}

var (
	endOfCDATA    = []byte("]]>")
	endOfScenario = []byte("</scenario>")
)

func closesCDATA(line []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(line, " \t"), endOfCDATA)
}

// scenarioStart looks at a line of a log, with "SIP/2.0" at p, for the first one of a CDATA section of
// a SIPp scenario that somebody put among other texts. The keywords tell it from a message that XML holds.
func (s *scanner) scenarioStart(p int, l *textLine, first int) (st start, ok bool) {
	col := startColumn(l.text, p-l.start, Scenario)
	if col < 0 || !allBlank(l.text[:col]) {
		return st, false
	}
	if next := s.line(l.next).text; keywordIn(l.text) == 0 && keywordIn(next) == 0 {
		return st, false
	}
	at := l.start
	for range fewLines {
		ls := s.lineBefore(at, first)
		if ls < 0 {
			return st, false
		}
		if line := bytes.TrimRight(s.line(ls).text, " \t"); len(line) > 0 {
			if !bytes.HasSuffix(line, startOfCDATA) {
				return st, false
			}
			st = s.startAt(l, col)
			st.head, st.scenario = ls, true
			return st, s.headerFollows(&st, Scenario)
		}
		at = ls
	}
	return st, false
}

var startOfCDATA = []byte("<![CDATA[")

// keywordIn returns the length of the first keyword of SIPp in b, brackets included, 0 where there is none: a
// bracket, a name in small letters, maybe more, a bracket. IPv6 addresses are none.
func keywordIn(b []byte) int {
	for {
		i := bytes.IndexByte(b, '[')
		if i < 0 {
			return 0
		}
		b = b[i+1:]
		n := 0
		if n < len(b) && b[n] == '$' {
			return len("[$")
		}
		for n < len(b) && ('a' <= b[n] && b[n] <= 'z' || b[n] == '_') {
			n++
		}
		if n < 3 {
			continue
		}
		if shut := bytes.IndexByte(b[n:], ']'); shut >= 0 {
			return n + shut + 2
		}
	}
}

// standsFor returns the header field that a keyword line stands for: [last_Via:], [last_From], [routes]. any is true
// for a keyword that may stand for other ones, or for none.
func standsFor(line []byte) (id sip.HeaderID, any bool) {
	name, ok := bytes.CutPrefix(bytes.TrimLeft(line, " \t"), []byte("["))
	if !ok {
		return sip.HeaderOther, false
	}
	if i := bytes.IndexByte(name, ']'); i >= 0 {
		name = name[:i]
	}
	if string(name) == "routes" {
		return sip.HeaderRoute, false
	}
	if bytes.HasPrefix(name, []byte("authentication")) {
		return sip.HeaderAuthorization, false
	}
	if last, ok := bytes.CutPrefix(name, []byte("last_")); ok {
		if id = sip.LookupHeader(bytes.TrimRight(last, ":")); id != sip.HeaderOther {
			return id, false
		}
	}
	return sip.HeaderOther, true
}

// nameKeywords gives the lines of a message that are keywords the header fields that they stand for. It reports whether
// one of them may stand for anything.
func nameKeywords(m *sip.Message) (any bool) {
	for i := range m.Headers {
		h := &m.Headers[i]
		id, anything := standsFor(m.Bytes(h.Line))
		if any = any || anything; id != sip.HeaderOther {
			h.ID = id
			line := bytes.TrimRight(m.Bytes(h.Line), "\r\n")
			h.Name, h.Value = sip.Span{Off: h.Line.Off}, sip.Span{Off: h.Line.Off, Len: int32(len(line))}
		}
	}
	return any
}
