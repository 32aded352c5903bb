package analysis

import (
	"bytes"
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/explain"
	"sipls/server/sip"
)

// cseq explains the number or the method of a CSeq.
func (h *hovering) cseq(f *sip.Header) (told, bool) {
	c := h.msg.CSeq()
	switch {
	case f != h.msg.Header(sip.HeaderCSeq):
	case c.Method.Len > 0 && c.Method.Contains(h.at) && !c.NumberSpan.Contains(h.at):
		return h.methodAt(c.Method)
	case c.NumberSpan.Len > 0 && c.NumberSpan.Contains(h.at):
		x := explain.Element{
			Title:   "CSeq number",
			Meaning: "Each new request of a dialog has one more than the one before from the same side; ACK and CANCEL repeat that of their INVITE, an answer that of its request.",
			Cites:   []knowledge.Cite{{Standard: "RFC 3261", Section: "20.16"}, {Standard: "RFC 3261", Section: "12.2.1.1"}},
		}
		h.transactionFacts(&x)
		return tell(c.NumberSpan, x)
	}
	return told{}, false
}

// callID explains a Call-ID: how much of the call stands in the text.
func (h *hovering) callID(f *sip.Header) (told, bool) {
	v := f.Value
	x := explain.Element{Title: f.ID.String()}
	if e := knowledge.LookupHeaderField(f.ID.String()); e != nil {
		x = explain.ElementOf(e.Entry())
	}
	if f.ID == sip.HeaderCallID {
		h.callFact(&x, h.call())
	} else {
		var ok bool
		if v, ok = h.value(f); !ok {
			return told{}, false
		}
		if seqs := h.s.Index().WithCallID(h.bytes(v)); len(seqs) > 0 {
			h.callFact(&x, seqs)
		} else {
			x.Say("That call is not in this text.")
		}
	}
	return tell(v, x)
}

func (h *hovering) callFact(x *explain.Element, seqs []int) {
	switch n := len(seqs); {
	case n == 1:
		x.Say(fmt.Sprintf("One message of the call stands in this text, in line %d.", h.lineOf(seqs[0])))
	case n > 1:
		x.Say(fmt.Sprintf("%d messages of the call stand in this text, from line %d to line %d.", n, h.lineOf(seqs[0]), h.lineOf(seqs[n-1])))
	}
}

// rack explains what a PRACK acknowledges.
func (h *hovering) rack(f *sip.Header) (told, bool) {
	r, err := h.msg.ReadRAck(f.Value)
	if err != nil {
		return told{}, false
	}
	if r.Method.Contains(h.at) && !r.CSeq.Contains(h.at) {
		return h.methodAt(r.Method)
	}
	x := explain.Element{
		Title:   "RAck: what the PRACK acknowledges",
		Meaning: "RSeq, CSeq number and method of a provisional response.",
		Cites:   []knowledge.Cite{{Standard: "RFC 3262", Section: "7.2"}},
	}
	found := false
	for _, seq := range h.call() {
		m := h.s.Message(seq)
		if c := m.CSeq(); !m.IsRequest() && bytes.Equal(m.Value(sip.HeaderRSeq), h.bytes(r.Response)) &&
			bytes.Equal(m.Bytes(c.NumberSpan), h.bytes(r.CSeq)) && bytes.Equal(m.Bytes(c.Method), h.bytes(r.Method)) {
			x.Fact(explain.Text("Acknowledges "), explain.Bold(explain.StatusName(m.Start.Status)), explain.Text(fmt.Sprintf(" in line %d.", h.lineOf(seq))))
			found = true
			break
		}
	}
	if !found {
		x.Fact(explain.Text("Acknowledges the response with RSeq "), h.quote(r.Response), explain.Text(" to the "), h.quote(r.Method),
			explain.Text(" with CSeq "), h.quote(r.CSeq), explain.Text("; it is not in this text."))
	}
	return tell(sip.Span{Off: r.Response.Off, Len: r.CSeq.End() - r.Response.Off}, x)
}

// rseq explains the number of a reliable provisional response and which PRACK acknowledges it.
func (h *hovering) rseq(f *sip.Header) (told, bool) {
	x := explain.Element{Title: "RSeq"}
	if e := knowledge.LookupHeaderField("RSeq"); e != nil {
		x = explain.ElementOf(e.Entry())
	}
	if h.isPart() {
		return tell(f.Value, x)
	}
	c := h.msg.CSeq()
	for _, seq := range h.call() {
		m := h.s.Message(seq)
		a := m.Header(sip.HeaderRAck)
		if a == nil {
			continue
		}
		if r, err := m.ReadRAck(a.Value); err == nil && bytes.Equal(m.Bytes(r.Response), h.bytes(f.Value)) &&
			bytes.Equal(m.Bytes(r.CSeq), h.bytes(c.NumberSpan)) && bytes.Equal(m.Bytes(r.Method), h.bytes(c.Method)) {
			x.Say(fmt.Sprintf("Acknowledged by the PRACK in line %d.", h.lineOf(seq)))
			return tell(f.Value, x)
		}
	}
	x.Say("No PRACK in this text acknowledges it.")
	return tell(f.Value, x)
}

// dialogReference explains which dialog Replaces, Join or Target-Dialog names.
func (h *hovering) dialogReference(f *sip.Header) (told, bool) {
	d, err := h.msg.ReadDialogReference(f)
	if err != nil {
		return told{}, false
	}
	w := h.msg.ReadWorded(f.Value)
	if !d.CallID.Contains(h.at) {
		return h.param(f, w.Params, nil)
	}
	x := explain.Element{Title: f.ID.String()}
	if e := knowledge.LookupHeaderField(f.ID.String()); e != nil {
		x = explain.ElementOf(e.Entry())
	}
	if h.isPart() {
		return tell(d.CallID, x)
	}
	if seqs := h.s.Index().WithCallID(h.bytes(d.CallID)); len(seqs) == 0 {
		x.Say("The dialog that it names is not in this text.")
	} else {
		h.callFact(&x, seqs)
		h.dialogFacts(&x, d, seqs)
	}
	return tell(d.CallID, x)
}

// dialogFacts looks for a message that has both tags of a reference, in either direction.
func (h *hovering) dialogFacts(x *explain.Element, d sip.DialogReference, seqs []int) {
	to, from := h.bytes(d.ToTag), h.bytes(d.FromTag)
	for _, seq := range seqs[:min(len(seqs), maxRelated)] {
		m := h.s.Message(seq)
		a, b := m.Tag(sip.HeaderTo), m.Tag(sip.HeaderFrom)
		if bytes.Equal(a, to) && bytes.Equal(b, from) || bytes.Equal(a, from) && bytes.Equal(b, to) {
			x.Say(fmt.Sprintf("Both tags fit from line %d on.", h.lineOf(seq)))
			return
		}
	}
	x.Say("No message of that call in this text has both tags.")
}

// sessionID explains the two halves of a Session-ID.
func (h *hovering) sessionID(f *sip.Header) (told, bool) {
	id, err := h.msg.ReadSessionID(f.Value)
	if err != nil {
		return told{}, false
	}
	if !id.Local.Contains(h.at) {
		w := h.msg.ReadWorded(f.Value)
		return h.param(f, w.Params, func(x *explain.Element, name string, p sip.Param) {
			if name == "remote" && isNil(h.bytes(p.Value)) {
				x.Say("All zeros: the sender does not know it yet.")
			}
		})
	}
	x := explain.Element{Title: "Session-ID"}
	if e := knowledge.LookupHeaderField("Session-ID"); e != nil {
		x = explain.ElementOf(e.Entry())
	}
	x.Say("The half of whoever sent this message.")
	return tell(id.Local, x)
}

func isNil(b []byte) bool { return len(b) > 0 && strings.Trim(string(b), "0") == "" }
