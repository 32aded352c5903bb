package trace

import (
	"bytes"

	"sipls/server/sip"
)

// plainEnvelope reads what an unknown logger wrote before a start line on its line, or on the line above it: a time, and in
// prose which way the message went and between whom. It stores in st what it finds.
func (s *scanner) plainEnvelope(st *start, first int) {
	if st.col > 0 && st.indent == 0 {
		prefix := st.line.text[:st.col]
		if st.env.readWords(prefix, 0); st.env.says(prefix) {
			return
		}
		st.env = Envelope{Time: st.env.Time, Thread: st.env.Thread}
	}
	at := st.line.start
	for range fewLines {
		ls := s.lineBefore(at, first)
		if ls < 0 {
			return
		}
		line := s.line(ls).text
		if e, ok := followEnvelope(line); ok && at == st.line.start && st.col == 0 {
			st.env, st.head, st.format = e, ls, WiresharkFollow
			return
		}
		if separates(line) {
			at = ls
			continue
		}
		if len(line) < minMarker || isKnownHeaderLine(line) || isSDPLine(line) || bytes.Contains(line, anchor) {
			return
		}
		var e Envelope
		e.readWords(line, 0)
		says := e.says(line)
		e.Time, e.Thread = logTime(line), logThread(line)
		colon := bytes.HasSuffix(bytes.TrimRight(line, " \t"), []byte(":"))
		if !says && !(colon && e.Time.Len > 0) {
			return
		}
		if !says {
			e = Envelope{Time: e.Time, Thread: e.Thread}
		}
		if e.Time.Len == 0 && st.env.Time.Len > 0 {
			e.Time = Range{st.env.Time.Off + int32(st.line.start-ls), st.env.Time.Len}
		}
		st.env, st.head = e, ls
		return
	}
}

// says reports whether the words of a line tell of a message that passed: two ends, or a direction and
// one end or the word for what passed.
func (e *Envelope) says(line []byte) bool {
	ends := 0
	for _, p := range []Endpoint{e.Src, e.Dst} {
		if p.Host.Len > 0 {
			ends++
		}
	}
	if ends == 2 || ends == 1 && e.Direction != DirectionUnknown {
		return true
	}
	if e.Direction == DirectionUnknown {
		return false
	}
	for _, w := range bytes.FieldsFunc(line, func(r rune) bool { return r < 0x80 && isWordEnd(byte(r)) || r == ':' || r == '[' || r == ']' }) {
		for _, name := range [...]string{"message", "request", "response", "packet", "bytes", "data", "SIP", "msg", "datagram"} {
			if sip.EqualFold(w, name) {
				return true
			}
		}
	}
	return false
}

// separates reports whether a line does: blanks, or one sign all over.
func separates(line []byte) bool {
	t := bytes.Trim(line, " \t\r")
	if len(t) == 0 {
		return true
	}
	return len(t) > 2 && bytes.IndexByte([]byte("-=*#_~+><"), t[0]) >= 0 && len(bytes.Trim(t, string(t[:1]))) == 0
}
