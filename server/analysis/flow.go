package analysis

import (
	"fmt"

	"sipls/server/check"
	"sipls/server/flow"
	"sipls/server/sip"
)

// Flow makes the picture of call c.
func (x *Calls) Flow(c int) *flow.Flow {
	cl := x.Call(c)
	s := x.list[c]
	hops := make([]flow.Hop, len(cl.Messages))
	for i := range hops {
		id := x.id(s, int32(i))
		in, m := x.Message(c, int32(i))
		h := flow.Hop{Text: id.Source, Clock: x.clock(id), Timed: cl.Messages[i].Timed}
		h.Src, h.Dst = in.Ends(m)
		h.Place.Text = in.source.Name
		from, _ := in.Range(m, m.Start.Text)
		h.Place.Line = in.doc.LineAt(from) + 1
		if h.Src == "" && h.Dst == "" {
			nameEnds(&h, m.Message)
		}
		hops[i] = h
	}
	f := flow.Of(cl, hops)
	f.Title, f.CallID = x.Sentence(c), x.callID(c)
	for _, l := range x.Legs(c) {
		words := "Other leg"
		if l.Certainty == check.WeakHint {
			words = "Maybe another leg"
		}
		f.Hints = append(f.Hints, fmt.Sprintf("%s: Call-ID %s (joined by %s).", words, x.callID(l.Call), l.Evidence))
	}
	return f
}

// nameEnds says who sends a message to whom where the log has no addresses.
func nameEnds(h *flow.Hop, m *sip.Message) {
	from, to := partyOf(m, sip.HeaderFrom), partyOf(m, sip.HeaderTo)
	if h.From, h.To = from.Short, to.Short; h.From == h.To && from.URI != to.URI {
		h.From, h.To = from.URI, to.URI
	}
	if a, ok := m.Address(sip.HeaderTo); ok {
		if u, err := m.URI(a.URI); err == nil {
			h.Server = string(m.Bytes(u.Host))
		}
	}
	n := 0
	for _, via := range m.Vias() {
		if !via.OK {
			break
		}
		sentBy := string(m.Bytes(via.Host))
		if via.Port.Len > 0 {
			sentBy += ":" + string(m.Bytes(via.Port))
		}
		name := sentBy + ";" + string(m.Branch(via))
		if n++; n == 2 {
			h.Below = name
			break
		}
		h.SentBy, h.Via = sentBy, name
	}
}
