package trace

import (
	"bytes"
	"fmt"
	"math/bits"

	"sipls/server/sip"
)

// judge sets how complete and how exact a message cut out of a log is.
func judge(m *sip.Message, st *start, mode Mode, h *head, x *extent) {
	if mode == Scenario {
		m.Tail = sip.Part{Is: sip.Masked, Reason: "keywords of the scenario stand for parts of the message"}
		m.Head = m.Tail
		if any := nameKeywords(m); !any {
			m.Head = sip.Part{Is: sip.Whole}
		}
		return
	}
	_, prefixed := st.carrier.(*lineCarrier)
	if m.Head = headPart(m, h, prefixed); m.Head.Is == sip.Cut {
		m.Tail = m.Head
		return
	}
	if h.wrapped {
		m.Tail = sip.Part{Is: sip.Masked, Reason: "somebody broke long lines: blanks may be missing where they were joined"}
		return
	}
	if c, ok := st.carrier.(*escapedCarrier); ok && c.blank() {
		m.Head = sip.Part{Is: sip.Masked, Reason: "line ends are shown as blanks"}
		m.Tail = m.Head
		return
	}
	if h.damaged {
		m.Tail = sip.Part{Is: sip.Masked, Reason: "a line among the header fields is none: the log is damaged there"}
		return
	}
	claimed := int(st.env.Size)
	m.Tail = tailPart(m, x, h.length, claimed)
	// A mask may make the body shorter; it does not end the text.
	if (m.Tail.Is != sip.Cut || x.end != endOfText && x.end != endLimit) && Masked(m.Text) {
		m.Tail = sip.Part{Is: sip.Masked, Reason: "values in the message are masked"}
	}
	m.Exact = m.Tail.Is == sip.Whole && h.crlf && m.Map == nil && (claimed == 0 || claimed == len(m.Text))
}

// headPart: the header section is whole when the empty line behind it is
// there, or left out before a line of the same writer that is none of the message. A copied excerpt may have one too, but then most mandatory fields are missing.
func headPart(m *sip.Message, h *head, prefixed bool) sip.Part {
	if !h.blank {
		// Some loggers swallow the empty line; a length of 0 before the next envelope tells.
		ends := h.why == endMarker || h.why == endStart || h.why == endClosed || h.why == endForeign && prefixed && h.last == sip.HeaderContentLength
		if h.length == 0 && ends {
			if missing, twice := core(m); missing == 0 && twice == 0 {
				return sip.Part{Is: sip.Whole}
			}
		}
		return sip.Part{Is: sip.Cut, Reason: cutReason(h.why, "the header section")}
	}
	missing, twice := core(m)
	switch {
	case missing > 1:
		return sip.Part{Is: sip.Cut, Reason: fmt.Sprintf("%d of the five header fields that every message has are not there: it is an excerpt", missing)}
	case twice > 1:
		return sip.Part{Is: sip.Cut, Reason: "lines of another message stand among its own"}
	}
	return sip.Part{Is: sip.Whole}
}

// tailPart: what proves a body whole is its Content-Length or the size that the logger
// counted. Claimed is that size, 0 where there is none; length is -1 without Content-Length.
func tailPart(m *sip.Message, x *extent, length, claimed int) sip.Part {
	if length >= 0 && int(m.Body.Len) >= length {
		return sip.Part{Is: sip.Whole}
	}
	if isAll(m.Text, claimed) {
		return sip.Part{Is: sip.Whole}
	}
	if length < 0 {
		if x.end == endMarker || x.end == endClosed {
			return sip.Part{Is: sip.Whole}
		}
		return sip.Part{Is: sip.Unknown, Reason: "no Content-Length says where the body ends"}
	}
	if sip.WireLen(m.Bytes(m.Body)) >= length {
		return sip.Part{Is: sip.Whole}
	}
	if x.end == endClosed && sip.WireLen(m.Bytes(m.Body))+len(crlf) == length && m.Body.Len > 0 {
		return sip.Part{Is: sip.Whole} // white space at the end was trimmed
	}
	if x.end == endMarker && claimed == 0 {
		return sip.Part{Is: sip.Unknown, Reason: "the body is shorter than Content-Length says: the sender or the logger cut it"}
	}
	return sip.Part{Is: sip.Cut, Reason: cutReason(x.end, "the body")}
}

// isAll reports whether text is all of a message that had size bytes on the wire. Its line
// ends may be those of the wire or LF for CR LF; the last one may be the logger's.
func isAll(text []byte, size int) bool {
	if size == len(text) || size == sip.WireLen(text) {
		return true
	}
	cut := bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r"))
	return size == len(cut) || size == sip.WireLen(cut)
}

func cutReason(w why, part string) string {
	switch w {
	case endOfText:
		return "the text ends before " + part + " does"
	case endStart, endMarker:
		return "the next message begins before " + part + " ends"
	case endClosed:
		return "the line that holds the message ends before " + part + " does"
	case endLimit:
		return part + " is longer than sipls reads"
	}
	return "other lines follow before " + part + " ends"
}

// core counts, of the five header fields that requests and responses always carry (RFC 3261
// sections 8.1.1 and 8.2.6.2), those that are missing and those that are there twice though there
// can be only one: all but Via.
func core(m *sip.Message) (missing, twice int) {
	var seen, again uint8
	for i := range m.Headers {
		var bit uint8
		switch m.Headers[i].ID {
		case sip.HeaderVia:
			seen |= 1
		case sip.HeaderFrom:
			bit = 2
		case sip.HeaderTo:
			bit = 4
		case sip.HeaderCallID:
			bit = 8
		case sip.HeaderCSeq:
			bit = 16
		}
		again |= seen & bit
		seen |= bit
	}
	return 5 - bits.OnesCount8(seen), bits.OnesCount8(again)
}
