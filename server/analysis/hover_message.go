package analysis

import (
	"sipls/server/explain"
	"sipls/server/sip"
	"sipls/server/trace"
)

// hovering is a question: what stands at a place of a message?
type hovering struct {
	s  *Snapshot
	in Message // the message of the text that holds the place
	// msg is that message, or a part of its body that is read like one: it shares the text, so that
	// spans of one are spans of the other.
	msg *sip.Message
	at  int32
}

// told is an answer: what there is to say, and about what.
type told struct {
	doc explain.Doc
	at  sip.Span
}

func tell(at sip.Span, e explain.Element) (told, bool) { return told{e.Doc(), at}, true }

func (h *hovering) message() (told, bool) {
	if h.s.trace.Mode() == trace.Scenario {
		if t, ok := h.keyword(); ok {
			return t, true
		}
	}
	m := h.msg
	if m.Start.Text.Contains(h.at) {
		if m.Start.URI.Len > 0 && m.Start.URI.Contains(h.at) {
			return h.requestURI(m.Start.URI)
		}
		return told{explain.Message(h.s.here(h.in)), m.Start.Text}, true
	}
	if t, ok := h.fields(); ok {
		return t, true
	}
	if m.Body.Len > 0 && h.at >= m.Body.Off {
		return h.body()
	}
	return told{}, false
}

// bytes returns the bytes of a span.
func (h *hovering) bytes(s sip.Span) []byte { return h.msg.Bytes(s) }

// quote makes a span ready for a sentence.
func (h *hovering) quote(s sip.Span) explain.Inline { return explain.Quote(h.msg.Bytes(s)) }

// isPart reports whether the place lies in a part of the body that is read like a message.
func (h *hovering) isPart() bool { return h.msg != h.in.Message }

// is compares a span with a word, letter case ignored.
func (h *hovering) is(s sip.Span, word string) bool { return sip.EqualFold(h.bytes(s), word) }

// maxRelated is how many messages of a call are looked at on behalf of one element: pings may go on
// for days under one Call-ID.
const maxRelated = 500

// call returns the messages with the same Call-ID, of a long call those around this message; nil for a part of a body.
func (h *hovering) call() []int {
	if h.isPart() {
		return nil
	}
	seq := int(h.in.ID.Seq)
	all := h.s.Index().Call(seq)
	if len(all) <= maxRelated {
		return all
	}
	for i, x := range all {
		if x == seq {
			from := min(max(i-maxRelated/2, 0), len(all)-maxRelated)
			return all[from : from+maxRelated]
		}
	}
	return nil
}

// lineOf returns the line of the start line of another message.
func (h *hovering) lineOf(seq int) int { return h.s.line(h.s.Message(seq)) }

// clock returns when the message was logged.
func (h *hovering) clock() (trace.Clock, bool) { return trace.ParseClock(h.s.TimeText(h.in)) }
