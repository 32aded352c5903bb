package analysis

import (
	"strconv"
	"strings"

	"sipls/knowledge"
	"sipls/server/explain"
	"sipls/server/sip"
)

// reason explains the protocol of a Reason, its cause, or another parameter.
func (h *hovering) reason(f *sip.Header) (told, bool) {
	for r := range h.msg.Reasons {
		if r.Header != f || !r.Value.Contains(h.at) {
			continue
		}
		if r.Protocol.Contains(h.at) {
			if e := knowledge.LookupReasonProtocol(string(h.bytes(r.Protocol))); e != nil {
				x := explain.ElementOf(e.Entry())
				x.Title = "Reason: " + e.Name
				x.Say("Its parameter cause is " + e.Causes + ".")
				return tell(r.Protocol, x)
			}
			return told{}, false
		}
		for p := range h.msg.Params(r.Params, ';') {
			at := paramSpan(p)
			if p.Name.Len == 0 || !at.Contains(h.at) {
				continue
			}
			if h.is(p.Name, "cause") {
				if doc, ok := h.cause(r); ok {
					return told{doc, at}, true
				}
			}
			return h.paramElement(f, p, at, nil)
		}
	}
	return told{}, false
}

// cause explains what the number of a Reason means by its protocol, and what a gateway makes of it.
func (h *hovering) cause(r sip.Reason) (doc explain.Doc, ok bool) {
	n, err := strconv.Atoi(string(h.bytes(r.Cause)))
	if err != nil {
		return doc, false
	}
	switch {
	case h.is(r.Protocol, "Q.850"):
		if c := knowledge.LookupCause(n); c != nil {
			return explain.EntryHover(c.Entry()), true
		}
	case h.is(r.Protocol, "SIP"):
		k := knowledge.LookupStatus(n)
		if k == nil {
			return explain.Mention(n)
		}
		x := explain.Element{Title: explain.StatusName(n), Meaning: k.Short, Cites: k.Cites()}
		if m := knowledge.LookupCauseMapping(n); m != nil && m.Cause > 0 {
			name := strconv.Itoa(m.Cause)
			if c := knowledge.LookupCause(m.Cause); c != nil {
				name += " " + c.Name
			}
			x.Say("SIP to PSTN: Q.850 cause " + name)
		}
		return x.Doc(), true
	case h.is(r.Protocol, "Preemption"):
		if e := knowledge.LookupReasonProtocol("Preemption"); e != nil {
			for item := range strings.SplitSeq(e.Causes, ", ") {
				if number, name, _ := strings.Cut(item, " "); number == strconv.Itoa(n) {
					x := explain.ElementOf(e.Entry())
					x.Title = "Preemption " + number + ": " + name
					return x.Doc(), true
				}
			}
		}
	}
	return doc, false
}

// warning explains the code of a Warning, who gives it, and its text.
func (h *hovering) warning(f *sip.Header) (told, bool) {
	for w := range h.msg.Warnings {
		if w.Header != f || !w.Value.Contains(h.at) {
			continue
		}
		cites := []knowledge.Cite{{Standard: "RFC 3261", Section: "20.43"}}
		switch {
		case w.Code.Len > 0 && w.Code.Contains(h.at):
			e := knowledge.LookupWarning(string(h.bytes(w.Code)))
			if e == nil {
				return told{}, false
			}
			x := explain.ElementOf(e.Entry())
			x.Title = "Warning " + x.Title
			if w.Agent.Len > 0 {
				x.Fact(explain.Text("Given by "), h.quote(w.Agent))
			}
			if w.Text.Len > 0 && !sip.EqualFold(sip.Unquote(h.bytes(w.Text)), e.Text) {
				x.Fact(explain.Text("It says "), explain.Quote(sip.Unquote(h.bytes(w.Text))))
			}
			return tell(w.Code, x)
		case w.Agent.Len > 0 && w.Agent.Contains(h.at):
			return tell(w.Agent, explain.Element{Title: "Who warns", Meaning: "Host and port of the element that gave the warning, or a name that hides it.", Cites: cites})
		case w.Text.Len > 0 && w.Text.Contains(h.at):
			return tell(w.Text, explain.Element{Title: "Warning text", Meaning: "For people; programs go by the code.", Cites: cites})
		}
	}
	return told{}, false
}
