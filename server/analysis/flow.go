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
			h.From, h.To = partyOf(m.Message, sip.HeaderFrom).Short, partyOf(m.Message, sip.HeaderTo).Short
			if a, ok := m.Address(sip.HeaderTo); ok {
				if u, err := m.URI(a.URI); err == nil {
					h.Server = string(m.Bytes(u.Host))
				}
			}
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
