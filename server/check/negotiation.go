package check

import (
	"bytes"
	"cmp"
	"slices"

	"sipls/server/call"
	"sipls/server/sip"
)

// negotiation is an offer and what came of it on one hop and in one dialog: RFC 3264 over the messages of RFC 3261
// section 13.2.1, RFC 3262 section 5 and RFC 3311 section 5 (a table of them is RFC 6337 section 2.2). A forked INVITE makes
// one for each dialog, a proxy's log one for each hop.
type negotiation struct {
	transaction int32 // of the INVITE, UPDATE or PRACK that it began with
	dialog      int32 // call.None for an offer that was refused before there was one
	request     int32 // message
	late        bool  // the request has no offer, so that the other side makes it
	offer       int32 // message; call.None when the log does not show it
	preview     int32 // message: a provisional response, not reliable, that shows the answer in advance
	answer      int32 // message
	accepted    int32 // message: the 2xx; call.None while there is none
	refused     int32 // message: the final response that refuses the request
	acked       int32 // message: of a late offer the ACK or PRACK, which has to carry the answer
}

// described says what is known of the session description of a message.
type described uint8

const (
	unreadable described = iota // there may be one, the log does not show it whole
	undescribed
	readable
)

// mediaOf is the session description of a message: that of the session (RFC 3261 section 13.2.1), which has no other disposition.
type mediaOf struct {
	is described
	description
}

// mediaFacts are what the rules about media ask of a call, worked out once.
type mediaFacts struct {
	list     []negotiation
	read     bool
	sessions map[int32]*mediaOf
	info     map[int32]int32 // of a dialog the first INFO with a key
}

// media returns the session description of message i.
func (s *CallSubject) media(i int32) *mediaOf {
	if d := s.facts.sessions[i]; d != nil {
		return d
	}
	d := readMedia(s.Messages[i].Msg, s.Messages[i].Whole)
	if s.facts.sessions == nil {
		s.facts.sessions = map[int32]*mediaOf{}
	}
	s.facts.sessions[i] = d
	return d
}

// nothing is the session description of all messages that have none.
var nothing = &mediaOf{is: undescribed}

func readMedia(m *sip.Message, whole bool) *mediaOf {
	if m.Form != sip.Full || !whole {
		return &mediaOf{}
	}
	if m.Body.Len == 0 {
		if n, _, ok := m.ContentLength(); ok && n > 0 || m.Tail.Is == sip.Cut || m.Tail.Is == sip.Masked {
			return &mediaOf{}
		}
		return nothing
	}
	if have := provides(m); have&(NeedBody|NeedValues) != NeedBody|NeedValues {
		return &mediaOf{}
	}
	s := &Subject{Message: m}
	seen, hidden := 0, false
	var d descriptions
	for b := range m.Parts() {
		seen++
		switch {
		case b.Encoded || b.Type == (sip.MediaType{}):
			hidden = true
		case !m.IsMediaType(b.Type, "application", "sdp"):
			hidden = hidden || m.IsMediaType(b.Type, "multipart", "mixed")
		case b.Disposition.Type.Len > 0 && !sip.EqualFold(m.Bytes(b.Disposition.Type), "session"):
		case len(d.list) == 0:
			d.add(s, b, s.wholeBody())
		}
	}
	switch {
	case len(d.list) > 0 && d.list[0].whole:
		return &mediaOf{is: readable, description: d.list[0]}
	case len(d.list) > 0 || hidden || seen == 0:
		return &mediaOf{}
	}
	return nothing
}

// negotiations returns the offers of the call, in the order of their requests.
func (s *CallSubject) negotiations() []negotiation {
	if !s.facts.read {
		s.facts.read = true
		n := negotiator{s: s}
		n.work()
		s.facts.list = n.list
	}
	return s.facts.list
}

// forget frees what is needed no longer when all rules have seen the call.
func (s *CallSubject) forget() { s.facts = mediaFacts{} }

type negotiator struct {
	s      *CallSubject
	list   []negotiation
	of     map[[2]int32]int32 // transaction and dialog to negotiation
	acks   map[linked]int32   // first ACK of a 2xx
	rack   map[int32]bool     // PRACK transactions whose request carries an answer
	rel    map[linked][]int32 // negotiations whose offer is in a reliable provisional response
	latest int32
}

// linked is a dialog, a CSeq number and two neighbours.
type linked struct {
	dialog int32
	cseq   uint32
	link   uint64
}

// linkOf names the two neighbours between which a message went, as far as its logger tells.
func linkOf(m *call.Message) uint64 {
	if m.Src == 0 || m.Dst == 0 {
		return m.Src | m.Dst
	}
	return m.Src ^ m.Dst
}

// hasHops reports whether a request stands in the log on several hops; where it does not say between whom a
// message went (linkOf), successive descriptions cannot be told apart by hop then.
func (s *CallSubject) hasHops() bool {
	return slices.ContainsFunc(s.Exchanges, func(e call.Exchange) bool { return len(e.Transactions) > 1 })
}

func (n *negotiator) work() {
	s := n.s
	for i := range s.Messages {
		m := &s.Messages[i]
		if m.First != call.None || m.Transaction == call.None {
			continue
		}
		switch m.Method {
		case call.INVITE, call.UPDATE:
			if !m.Request {
				n.response(int32(i), m)
			}
		case call.PRACK:
			if m.Request {
				n.prack(int32(i), m)
			} else if !n.rack[m.Transaction] {
				n.response(int32(i), m)
			}
		case call.ACK:
			if m.Request && m.Dialog != call.None && s.Transactions[m.Transaction].Method == call.ACK {
				n.ack(int32(i), m)
			}
		}
	}
	for k := range n.list {
		x := &n.list[k]
		if !x.late || x.acked != call.None || x.accepted == call.None || x.accepted != x.offer {
			continue
		}
		m := &s.Messages[x.accepted]
		a, ok := n.acks[linked{m.Dialog, m.CSeq, linkOf(m)}]
		if !ok {
			a = s.Transactions[x.transaction].ACK
		}
		x.acked = a
		if a != call.None && s.media(a).is != undescribed {
			x.answer = a
		}
	}
	if !slices.IsSortedFunc(n.list, byRequest) {
		slices.SortStableFunc(n.list, byRequest)
	}
}

func byRequest(a, b negotiation) int { return cmp.Compare(a.request, b.request) }

func (n *negotiator) ack(i int32, m *call.Message) {
	k := linked{m.Dialog, m.CSeq, linkOf(m)}
	if _, ok := n.acks[k]; ok {
		return
	}
	if n.acks == nil {
		n.acks = map[linked]int32{}
	}
	n.acks[k] = i
}

// prack takes a PRACK for the answer to a late offer in the provisional response that it acknowledges.
func (n *negotiator) prack(i int32, m *call.Message) {
	s := n.s
	for _, k := range [...]linked{{dialog: m.Dialog, link: linkOf(m)}, {dialog: m.Dialog}} {
		waiting := n.rel[k]
		for j := len(waiting) - 1; j >= max(0, len(waiting)-mostWaiting); j-- {
			x := &n.list[waiting[j]]
			if x.acked != call.None || !acknowledges(m.Msg, s.Messages[x.offer].Msg) {
				continue
			}
			x.acked = i
			if s.media(i).is != undescribed {
				x.answer = i
			}
			if n.rack == nil {
				n.rack = map[int32]bool{}
			}
			n.rack[m.Transaction] = true
			return
		}
	}
}

// mostWaiting is how many reliable provisional responses are tried for a PRACK: they are acknowledged one by one (RFC 3262 section 3).
const mostWaiting = 4

// acknowledges reports whether a PRACK names the RSeq of a provisional response.
func acknowledges(prack, response *sip.Message) bool {
	a, r := prack.Header(sip.HeaderRAck), response.Header(sip.HeaderRSeq)
	if a == nil || r == nil {
		return false
	}
	rack, err := prack.ReadRAck(a.Value)
	return err == nil && bytes.Equal(prack.Bytes(rack.Response), response.Bytes(r.Value))
}

func (n *negotiator) response(i int32, m *call.Message) {
	s := n.s
	t := &s.Transactions[m.Transaction]
	switch {
	case m.Status >= 300:
		if t.Final == i && t.Request != call.None && s.media(t.Request).is != unreadable {
			x := negotiation{
				transaction: m.Transaction, dialog: m.Dialog, request: t.Request, offer: t.Request, refused: i,
				preview: call.None, answer: call.None, accepted: call.None, acked: call.None,
			}
			if s.media(t.Request).is == undescribed {
				if m.Method != call.INVITE {
					return
				}
				x.late, x.offer = true, call.None
			}
			n.list = append(n.list, x)
		}
		return
	case m.Status <= 100 || m.Dialog == call.None || t.Request == call.None:
		return
	case m.Method != call.INVITE && s.media(t.Request).is == undescribed:
		return
	}
	x := n.at(m.Transaction, m.Dialog, t.Request)
	reliable := m.Status >= 200 || m.Msg.Header(sip.HeaderRSeq) != nil
	if m.Status >= 200 && x.accepted == call.None {
		x.accepted = i
	}
	if s.media(i).is == undescribed {
		return
	}
	switch {
	case !x.late && reliable:
		if x.answer == call.None {
			x.answer = i
		}
	case !x.late:
		if x.preview == call.None {
			x.preview = i
		}
	case reliable && x.offer == call.None:
		x.offer = i
		if m.Status < 200 {
			n.waits(linked{dialog: m.Dialog, link: linkOf(m)})
			if linkOf(m) != 0 {
				n.waits(linked{dialog: m.Dialog})
			}
		}
	}
}

// waits notes that the offer of the negotiation that was looked at last waits for a PRACK.
func (n *negotiator) waits(k linked) {
	if n.rel == nil {
		n.rel = map[linked][]int32{}
	}
	n.rel[k] = append(n.rel[k], n.latest)
}

// at returns the negotiation of a transaction in a dialog.
func (n *negotiator) at(transaction, dialog, request int32) *negotiation {
	k := [2]int32{transaction, dialog}
	i, ok := n.of[k]
	if !ok {
		if n.of == nil {
			n.of = map[[2]int32]int32{}
		}
		i = int32(len(n.list))
		n.of[k] = i
		x := negotiation{
			transaction: transaction, dialog: dialog, request: request, offer: request,
			preview: call.None, answer: call.None, accepted: call.None, refused: call.None, acked: call.None,
		}
		if n.s.media(request).is == undescribed {
			x.late, x.offer = true, call.None
		}
		n.list = append(n.list, x)
	}
	n.latest = i
	return &n.list[i]
}
