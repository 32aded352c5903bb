package analysis

import (
	"fmt"

	"sipls/server/explain"
	"sipls/server/sip"
)

// contentLength tells what the body has here.
func (h *hovering) contentLength(f *sip.Header) (told, bool) {
	x := fieldElement(f.ID)
	n, _, ok := h.msg.ContentLength()
	switch {
	case !ok || h.isPart():
	case h.in.Tail.Is == sip.Cut || h.in.Tail.Is == sip.Masked:
		x.Say("The body is not whole here: " + h.in.Tail.Reason + ".")
	default:
		here := sip.WireLen(h.bytes(h.msg.Body))
		switch {
		case here == n:
			x.Say("The body here has as many bytes.")
		case h.in.Exact || h.in.Tail.Is == sip.Whole:
			x.Say(fmt.Sprintf("The body here has %d bytes, line ends counted as CR LF.", here))
		default:
			x.Say(fmt.Sprintf("The body here has %d bytes; how much the log left out is not known.", here))
		}
	}
	return tell(f.Value, x)
}

// maxBody is the most bytes of a body that are read for a hover: many times what a session description has.
const maxBody = 1 << 20

// body explains what stands in the body: an element of a session description, or of a part that is read like a message.
func (h *hovering) body() (told, bool) {
	b := h.msg.ReadBody()
	return h.bodyAt(&b)
}

func (h *hovering) bodyAt(b *sip.Body) (told, bool) {
	for i := range b.Parts {
		p := &b.Parts[i]
		inner := *h
		inner.msg = h.part(sip.StartLine{}, p.Headers, p.Body.Span)
		if t, ok := inner.fields(); ok {
			return t, true
		}
		if p.Body.Span.Len > 0 && p.Body.Span.Contains(h.at) {
			return inner.bodyAt(&p.Body)
		}
	}
	switch {
	case len(b.Parts) > 0 || b.Encoded || b.Span.Len == 0 || b.Span.Len > maxBody || !b.Span.Contains(h.at):
		return told{}, false
	case h.msg.IsMediaType(b.Type, "message", "sipfrag"), h.msg.IsMediaType(b.Type, "message", "sip"):
		return h.fragment(b.Span)
	case h.msg.IsMediaType(b.Type, "application", "sdp"), b.Type.Value.Len == 0 && looksLikeSDP(h.bytes(b.Span)):
		return h.sdp(b.Span)
	}
	return told{}, false
}

func looksLikeSDP(b []byte) bool { return len(b) > 3 && string(b[:3]) == "v=0" }

// part makes a message of a part of the body, whose spans are those of the message that carries it.
func (h *hovering) part(start sip.StartLine, headers []sip.Header, body sip.Span) *sip.Message {
	m := *h.msg
	m.Start, m.Headers, m.Body = start, headers, body
	return &m
}

// fragment explains an element of a message/sipfrag body.
func (h *hovering) fragment(s sip.Span) (told, bool) {
	f := h.msg.ReadFragment(s)
	inner := *h
	inner.msg = h.part(f.Start, f.Headers, f.Body)
	if f.HasStart && f.Start.Text.Contains(h.at) {
		return inner.fragmentStart(f.Start)
	}
	if t, ok := inner.fields(); ok {
		return t, true
	}
	if f.Body.Len > 0 && f.Body.Contains(h.at) {
		return inner.body()
	}
	return told{}, false
}

// fragmentStart explains the start line of a fragment: in a NOTIFY of the event refer how far the transfer has come.
func (h *hovering) fragmentStart(s sip.StartLine) (told, bool) {
	if s.Kind == sip.Request {
		if s.URI.Len > 0 && s.URI.Contains(h.at) {
			return h.requestURI(s.URI)
		}
		return h.methodAt(s.Method)
	}
	doc, ok := explain.Mention(s.Status)
	if !ok {
		return told{}, false
	}
	if sip.EqualFold(h.in.FirstToken(sip.HeaderEvent), "refer") {
		words := "The transfer goes on: the new call is not answered yet."
		switch {
		case s.Status >= 300:
			words = "The transfer failed: this is what the new call was answered with."
		case s.Status >= 200:
			words = "The transfer worked: the new call was answered."
		}
		doc = doc.With(explain.Line{explain.Text(words)})
	}
	return told{doc, s.Text}, true
}
