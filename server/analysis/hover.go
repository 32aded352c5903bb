package analysis

import (
	"strings"

	"sipls/server/explain"
	"sipls/server/text"
	"sipls/server/trace"
)

// Hover explains what stands at off: in a message the start line, or the element of a header field or of the body that is
// there; elsewhere a response code or cause that the text mentions. [from, to) is what it explains.
func (s *Snapshot) Hover(off text.Offset) (doc explain.Doc, from, to text.Offset, ok bool) {
	if m, log, in := s.At(off); in {
		h := hovering{s: s, in: m, msg: m.Message, at: log}
		t, ok := h.message()
		if ok {
			from, to = s.Range(m, t.at)
		}
		// In the middle of an escape is no place of its own: what ends in front of it is not there.
		return t.doc, from, to, ok && from <= off && off <= to
	}
	for _, x := range s.trace.Mentions(off, off) {
		if x.From <= off && off <= x.To {
			doc, ok = explain.Mention(x.Status)
			return doc, x.From, x.To, ok
		}
	}
	return s.causeHover(off)
}

// here gathers what the text tells of a message.
func (s *Snapshot) here(m Message) explain.Here {
	seq := int(m.ID.Seq)
	h := explain.Here{
		Message:  m.Message,
		Line:     s.line(m),
		Time:     s.TimeText(m),
		Findings: s.FindingsOf(m),
	}
	h.From, h.To = s.Ends(m)
	x := s.Index()
	h.Copies = len(x.Transmissions(seq))
	s.hereInCall(m, &h)
	if m.IsRequest() {
		for _, i := range x.Responses(seq) {
			h.Answers = append(h.Answers, explain.Answer{Place: s.place(i, m), Status: s.Message(i).Start.Status})
		}
		return h
	}
	if q, ok := x.Request(seq); ok {
		p := s.place(q, m)
		h.Request = &p
	}
	if m.Start.Status < 200 {
		for _, i := range x.Responses(seq) {
			if code := s.Message(i).Start.Status; code >= 200 {
				h.End = &explain.Answer{Place: s.place(i, m), Status: code}
				break
			}
		}
	}
	return h
}

// place says where another message stands and how much later than m it is.
func (s *Snapshot) place(seq int, m Message) explain.Place {
	o := s.Message(seq)
	p := explain.Place{Message: o.Message, Line: s.line(o)}
	a, okA := trace.ParseClock(s.TimeText(m))
	b, okB := trace.ParseClock(s.TimeText(o))
	if okA && okB {
		p.After, p.Timed = b.Sub(a)
	}
	return p
}

// line returns the line of the start line of a message, counted from 1.
func (s *Snapshot) line(m Message) int {
	from, _ := s.Range(m, m.Start.Text)
	return s.doc.LineAt(from) + 1
}

// TimeText returns the time stamp of a message as its logger wrote it, "" when there is none.
func (s *Snapshot) TimeText(m Message) string { return s.EnvelopeText(m, m.Envelope.Time) }

// Transport returns the transport in capital letters that the envelope of a message names, "" where it names none.
func (s *Snapshot) Transport(m Message) string {
	if m.Envelope.Protocol != "" {
		return m.Envelope.Protocol
	}
	return strings.ToUpper(s.EnvelopeText(m, m.Envelope.Transport))
}

// Endpoint returns an endpoint of the envelope as host:port, or the host alone
// where no port is written; "" when there is none.
func (s *Snapshot) Endpoint(m Message, e trace.Endpoint) string {
	host, port := s.EnvelopeText(m, e.Host), s.EnvelopeText(m, e.Port)
	switch {
	case host == "" || port == "":
		return host
	case len(host) > 0 && host[0] != '[' && countByte(host, ':') > 1:
		return "[" + host + "]:" + port
	}
	return host + ":" + port
}

func countByte(s string, c byte) (n int) {
	for i := range len(s) {
		if s[i] == c {
			n++
		}
	}
	return n
}

// StatusAt is a response code that stands in the text.
type StatusAt struct {
	Code     int
	From, To text.Offset
}

// StatusesBetween returns the codes of the status lines and mentions that
// [from, to] touches, in the order of the text, each code once.
func (s *Snapshot) StatusesBetween(from, to text.Offset) []StatusAt {
	var out []StatusAt
	add := func(x StatusAt) {
		for _, o := range out {
			if o.Code == x.Code {
				return
			}
		}
		out = append(out, x)
	}
	for m := range s.Between(from, to) {
		if m.IsRequest() || m.Start.Status == 0 {
			continue
		}
		if a, b := s.Range(m, m.Start.Text); a <= to && from <= b {
			add(StatusAt{Code: m.Start.Status, From: a, To: b})
		}
	}
	for _, x := range s.trace.Mentions(from, to) {
		add(StatusAt{Code: x.Status, From: x.From, To: x.To})
	}
	return out
}
