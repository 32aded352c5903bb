package analysis

import (
	"bytes"
	"context"
	"slices"
	"sort"

	"sipls/server/call"
	"sipls/server/sip"
	"sipls/server/text"
)

// References returns where what stands at off is used, in the order of the text: on CSeq or a branch the messages of the transaction,
// with the CANCEL and the ACK of an INVITE; on a tag those of the dialog; on a challenge or credentials the fields with the same
// nonce; elsewhere the messages of the call and the header fields of other calls that name it. declaration says whether what
// began it, where Definition leads, is one of them. Of more than limit places those nearest to off are returned. It returns the
// error of ctx when that ends first.
func (s *Snapshot) References(ctx context.Context, off text.Offset, declaration bool, limit int) ([]Extent, error) {
	q, ok := s.ask(off)
	if !ok {
		return nil, nil
	}
	var out []Extent
	var err error
	switch q.kind {
	case aboutTransaction:
		out = q.startLines(q.transaction(q.i), q.first(q.i), declaration)
	case aboutHop:
		if i := q.hop(q.m.Bytes(q.at)); i != call.None {
			out = q.startLines(q.transaction(i), q.first(i), declaration)
		}
	case aboutReliable:
		if i := q.reliable(q.i); i != call.None {
			out = q.startLines([]int32{i, q.i}, i, declaration)
		}
	case aboutDialog:
		list, began := q.dialog()
		out = q.startLines(list, began, declaration)
	case aboutMessage, aboutCall:
		out, err = q.ofCall(ctx, declaration)
	case aboutOtherCall, aboutOtherDialog:
		if o, ok := q.named(); ok {
			out, err = (&question{o, subject{}}).ofCall(ctx, declaration)
		}
	case aboutChallenge, aboutCredentials:
		out, err = q.sameNonce(ctx, declaration)
	}
	if err != nil {
		return nil, err
	}
	sortExtents(out)
	out = slices.Compact(out)
	if len(out) > limit {
		at := sort.Search(len(out), func(i int) bool { return out[i].To >= off })
		from := min(max(at-limit/2, 0), len(out)-limit)
		out = out[from : from+limit]
	}
	return out, nil
}

// startLines returns where the start lines of messages stand, but for that of what began it unless declaration is wanted.
func (x *turn) startLines(list []int32, began int32, declaration bool) []Extent {
	out := make([]Extent, 0, len(list))
	for _, i := range list {
		if i == began && !declaration {
			continue
		}
		if m, ok := x.other(i); ok {
			out = append(out, x.s.extentOf(m, m.Start.Text))
		}
	}
	return out
}

// root returns the transaction that message i belongs to: that of the INVITE for its CANCEL and the ACK of its 2xx.
func (x *turn) root(i int32) int32 {
	m := &x.call.Messages[i]
	t := m.Transaction
	if t == call.None {
		return t
	}
	switch x.call.Transactions[t].Method {
	case call.CANCEL:
		if of := x.call.Transactions[t].Cancels; of != call.None {
			return of
		}
	case call.ACK:
		if r := x.acknowledged(i); r != call.None && x.call.Messages[r].Transaction != call.None {
			return x.call.Messages[r].Transaction
		}
	}
	return t
}

// transaction returns the messages of the transaction of message i.
func (x *turn) transaction(i int32) []int32 {
	root := x.root(i)
	if root == call.None {
		return []int32{i}
	}
	t := &x.call.Transactions[root]
	out := slices.Clone(t.Messages)
	if t.Canceled != call.None {
		out = append(out, x.call.Transactions[t.Canceled].Messages...)
	}
	if t.Method != call.INVITE || t.Final == call.None {
		return out
	}
	if d := x.call.Messages[t.Final].Dialog; d != call.None {
		for _, k := range x.call.Dialogs[d].Messages {
			if m := &x.call.Messages[k]; m.Method == call.ACK && m.Request && m.CSeq == t.CSeq && m.Transaction != root && x.root(k) == root {
				out = append(out, k)
			}
		}
	}
	return out
}

// first returns the first request of the transaction of message i.
func (x *turn) first(i int32) int32 {
	if root := x.root(i); root != call.None {
		return x.call.Transactions[root].Request
	}
	return call.None
}

// dialog returns the messages that share the tag, those of the dialog where the message is in one, else all of the call that have the
// tag; and what began it.
func (q *question) dialog() (list []int32, began int32) {
	d := q.call.Messages[q.i].Dialog
	if d == call.None {
		tag := q.tag()
		for i := range q.call.Messages {
			if m := &q.call.Messages[i]; m.From == tag || m.To == tag {
				list = append(list, int32(i))
			}
		}
		return list, q.firstWith(tag)
	}
	began = q.forming(q.i)
	list = slices.Clone(q.call.Dialogs[d].Messages)
	if began != call.None {
		list = append(list, began) // perhaps it has no To tag
	}
	return list, began
}

// ofCall returns the start lines of the messages of the call, and where others name it.
func (q *question) ofCall(ctx context.Context, declaration bool) ([]Extent, error) {
	list := make([]int32, len(q.call.Messages))
	for i := range list {
		list[i] = int32(i)
	}
	out := q.startLines(list, 0, declaration)
	id := q.m.CallID()
	for m := range q.s.All {
		if m.ID.Seq%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if !bytes.Contains(m.Text[:m.Blank.Off], id) || bytes.Equal(m.CallID(), id) {
			continue
		}
		callID.each(m.Message, func(sp sip.Span) bool {
			if bytes.Equal(m.Bytes(sp), id) {
				out = append(out, q.s.rangeOf(m, sp))
			}
			return true
		})
	}
	return out, nil
}

// sameNonce returns the challenge and the credentials made of it.
func (q *question) sameNonce(ctx context.Context, declaration bool) (out []Extent, err error) {
	nonce, realm := q.auth.Unquoted(q.m.Message, sip.AuthNonce), q.auth.Unquoted(q.m.Message, sip.AuthRealm)
	if len(nonce) == 0 {
		return nil, nil
	}
	for m := range q.s.All {
		if m.ID.Seq%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		eachAuth(m.Message, nonce, realm, func(v *sip.AuthValue) {
			if declaration || !v.IsChallenge() {
				out = append(out, q.s.rangeOf(m, v.All))
			}
		})
	}
	return out, nil
}
