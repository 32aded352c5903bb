package trace

import (
	"bytes"
	"slices"

	"sipls/server/sip"
)

// maxInterleaved is how many messages of other writers are looked for among the lines of one.
const maxInterleaved = 16

// others adds to a segment the messages of other writers whose lines stand among those of its first
// one. The segment ends where the last of them ends.
func (s *scanner) others(seg *Segment, st *start, mode Mode) {
	if seg.Messages[0].Map == nil {
		return
	}
	from, end := st.head, st.head+seg.Len
	reach := from + int(seg.Messages[0].PhysEnd(int32(len(seg.Messages[0].Text))))
	for p := from; len(seg.Messages) < maxInterleaved; {
		at := s.find(anchor, p, reach)
		if at < 0 {
			break
		}
		p = at + len(anchor)
		if ownedBy(seg.Messages, int32(at-from)) {
			continue
		}
		l, ok := s.lineAround(at, from)
		if !ok {
			continue
		}
		inner, next, ok := s.startLine(at, &l, from, State{Mode: mode})
		if !ok {
			p = max(p, next)
			continue
		}
		inner.head = from
		env := shift(inner.env, int32(l.start-from)) // read from its own line only
		if inner.format != Plain {
			env = Envelope{}
		}
		s.b.reset(from)
		s.b.addLine(inner.line.start+inner.col, &inner.line)
		h := s.readHead(&inner, mode)
		x := extent{at: h.at, end: h.why}
		if h.blank {
			s.readBody(&x, &inner, &h, mode)
		}
		m := &sip.Message{}
		s.b.parse(m, s.doc, h.fields)
		judge(m, &inner, mode, &h, &x)
		seg.Messages, seg.Envelopes = append(seg.Messages, m), append(seg.Envelopes, env)
		if x.at > end {
			end = x.at
			seg.Len = end - from
		}
		reach = max(reach, x.at)
	}
	if len(seg.Messages) > 1 {
		sortByPlace(seg)
	}
}

// ownedBy reports whether a document byte belongs to one of the messages.
func ownedBy(list []*sip.Message, phys int32) bool {
	return slices.ContainsFunc(list, func(m *sip.Message) bool {
		_, ok := m.Log(phys)
		return ok
	})
}

func sortByPlace(seg *Segment) {
	type pair struct {
		m *sip.Message
		e Envelope
	}
	list := make([]pair, len(seg.Messages))
	for i := range list {
		list[i] = pair{seg.Messages[i], seg.Envelopes[i]}
	}
	slices.SortStableFunc(list, func(a, b pair) int { return int(a.m.Phys(0) - b.m.Phys(0)) })
	for i := range list {
		seg.Messages[i], seg.Envelopes[i] = list[i].m, list[i].e
	}
}

// shift moves the ranges of an envelope.
func shift(e Envelope, by int32) Envelope {
	for _, r := range []*Range{&e.Time, &e.Src.Host, &e.Src.Port, &e.Dst.Host, &e.Dst.Port, &e.Transport, &e.Thread} {
		if r.Len > 0 {
			r.Off += by
		}
	}
	return e
}

// record returns where the segment of an escaped message ends that itself ends at `at`: behind its line, or
// behind its record where the line is long or holds more. It reads what the record says of the message.
func (s *scanner) record(st *start, c *escapedCarrier, at int) int {
	b := s.bytes(at, min(at+maxPrefix, s.n))
	s.see(at + len(b) + 1)
	end, whole := len(b), at+len(b) == s.n
	if i := bytes.IndexAny(b, "\r\n"); i >= 0 {
		end, whole = i, true
	}
	rest := b[:end]
	if bytes.Contains(rest, anchor) || !whole {
		if end = bytes.IndexByte(rest, '}') + 1; bytes.Contains(rest[:end], anchor) || end == 0 {
			end = 0
			if c.quote != 0 && len(rest) > 0 && rest[0] == c.quote {
				end = 1
			}
		}
		whole = false
	}
	st.readRecord(s.bytes(st.head, c.from), rest[:end], int32(at-st.head), c)
	at += end
	if whole && at < s.n {
		at = s.line(at).next
	}
	return at
}
