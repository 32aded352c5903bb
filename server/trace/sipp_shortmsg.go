package trace

import (
	"bytes"

	"sipls/server/sip"
)

// sippShortMessages is what SIPp writes with -trace_shortmsg: a line for each message.
var sippShortMessages = &Format{
	Name:    "sipp-shortmsg",
	Title:   "SIPp -trace_shortmsg",
	Grammar: "date TAB time TAB seconds since 1970 TAB S (sent) or R (received) TAB Call-ID TAB CSeq:n METHOD TAB start line",
	Example: "2026-11-22\t05:47:16.921664\t1795326436.921664\tS\ta84b4c76e66710@192.0.2.70\tCSeq:63104 OPTIONS\tOPTIONS sip:192.0.2.10 SIP/2.0\n",
}

// readShortMessage reads a line of it. The Call-ID and CSeq stand before the start line, so that they are header fields
// without a place in the text.
func readShortMessage(s *scanner, p, _ int, l *textLine) (f found, ok bool) {
	if len(l.text) < len("2026-11-22\t05:47:16.921664\t") || !shape(l.text, "9999-99-99\t99:99:99.") {
		return f, false
	}
	var cells [7][]byte
	rest := l.text
	for i := range cells[:6] {
		if cells[i], rest, ok = bytes.Cut(rest, []byte("\t")); !ok {
			return f, false
		}
	}
	cells[6] = rest
	cseq, ok := bytes.CutPrefix(cells[5], []byte("CSeq:"))
	start := l.start + len(l.text) - len(rest)
	if !ok || p < start || !startAny(rest) {
		return f, false
	}
	f = found{head: l.start, end: l.next, format: sippShortMessages, form: sip.Summary, fields: 2}
	f.env.Time = Range{0, int32(len(cells[0]) + 1 + len(cells[1]))}
	switch string(cells[3]) {
	case "S":
		f.env.Direction = Sent
	case "R":
		f.env.Direction = Received
	default:
		return f, false
	}
	s.b.reset(l.start)
	s.b.add(start, l.end)
	s.b.escape(l.end, l.end, crlf)
	s.b.escape(l.end, l.end, "Call-ID: "+string(cells[4])+crlf)
	s.b.escape(l.end, l.end, "CSeq: "+string(bytes.TrimSpace(cseq))+crlf)
	return f, true
}
