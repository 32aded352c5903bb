package analysis

import (
	"bytes"
	"context"
	"slices"

	"sipls/server/call"
	"sipls/server/sip"
	"sipls/server/text"
)

// identifier is what holds messages together.
type identifier uint8

const (
	callID identifier = iota // Call-ID, In-Reply-To, and where a dialog or another leg of the call is named
	tag                      // From, To, and where a dialog is named
	branch                   // Via
	nonce                    // of a challenge and of the credentials made of it
	identifierKinds
)

// dialogNames are the header fields that name a dialog by its Call-ID and, as parameters, its tags
// (RFC 3891 section 6.1, RFC 3911 section 7.1, RFC 4538 section 7).
var dialogNames = [...]sip.HeaderID{sip.HeaderReplaces, sip.HeaderJoin, sip.HeaderTargetDialog}

var dialogTags = [...]string{"to-tag", "from-tag", "local-tag", "remote-tag"}

// each calls yield for the identifiers of one kind in a message, field by field. They are not empty.
func (kind identifier) each(m *sip.Message, yield func(sip.Span) bool) {
	found := func(sp sip.Span) bool { return sp.Len == 0 || yield(sp) }
	param := func(in sip.Span, name string) bool {
		p, _ := m.FindParam(in, ';', name)
		return found(p.Value)
	}
	switch kind {
	case branch:
		for _, v := range m.Values(sip.HeaderVia) {
			if !param(v, "branch") {
				return
			}
		}
		return
	case nonce:
		values := m.AuthValues()
		for v := (sip.AuthValue{}); values.Next(&v); {
			if p, ok := v.Param(sip.AuthNonce); ok && !found(withoutQuotes(m.Text, p.Value)) {
				return
			}
		}
		return
	case callID:
		for i := range m.Headers {
			if h := &m.Headers[i]; (h.ID == sip.HeaderCallID || namesLeg(m, h)) && !found(h.Value) {
				return
			}
		}
		for _, v := range m.Values(sip.HeaderInReplyTo) {
			if !found(v) {
				return
			}
		}
	case tag:
		for _, id := range [...]sip.HeaderID{sip.HeaderFrom, sip.HeaderTo} {
			for _, a := range m.Addresses(id) {
				if !param(a.Params, "tag") {
					return
				}
			}
		}
	}
	for _, id := range dialogNames {
		for _, v := range m.Values(id) {
			if kind == callID {
				if !found(beforeParams(m.Text, v)) {
					return
				}
				continue
			}
			for _, name := range dialogTags {
				if !param(v, name) {
					return
				}
			}
		}
	}
}

// namesLeg reports whether a header field holds the Call-ID of another leg.
func namesLeg(m *sip.Message, h *sip.Header) bool {
	return h.ID == sip.HeaderOther && call.NamesLeg(m.Bytes(h.Name))
}

func withoutQuotes(text []byte, v sip.Span) sip.Span {
	if b := v.In(text); len(b) > 1 && b[0] == '"' && b[len(b)-1] == '"' {
		v.Off, v.Len = v.Off+1, v.Len-2
	}
	return v
}

// beforeParams returns what of a value stands before its first parameter.
func beforeParams(text []byte, v sip.Span) sip.Span {
	if i := bytes.IndexByte(v.In(text), ';'); i >= 0 {
		v.Len = int32(i)
	}
	return trimRight(text, v)
}

// DocumentHighlights returns the places that hold the same Call-ID, tag, branch or nonce as the one at
// off, and on a CSeq those of its transaction, in the order of the text, of more than limit those nearest to off; none when no
// such value stands there. Values are equal byte by byte. It returns the error of ctx when
// that ends first.
func (s *Snapshot) DocumentHighlights(ctx context.Context, off text.Offset, limit int) ([]Extent, error) {
	at, log, ok := s.At(off)
	if !ok {
		return nil, nil
	}
	for kind := range identifierKinds {
		var value []byte
		for sp := range func(yield func(sip.Span) bool) { kind.each(at.Message, yield) } {
			if sp.Contains(log) {
				value = at.Bytes(sp)
				break
			}
		}
		if value != nil {
			return s.sameValue(ctx, kind, value, at, limit)
		}
	}
	if about := subjectAt(at.Message, log); about.kind == aboutTransaction && about.header.ID == sip.HeaderCSeq {
		if x, ok := s.turn(at); ok {
			return x.sameCSeq(limit), nil
		}
	}
	return nil, nil
}

// sameCSeq returns up to limit places of the CSeq of a transaction, those nearest to the message.
func (x *turn) sameCSeq(limit int) []Extent {
	list := x.transaction(x.i)
	slices.Sort(list)
	at, _ := slices.BinarySearch(list, x.i)
	from := max(min(at-limit/2, len(list)-limit), 0)
	var out []Extent
	for _, i := range list[from:min(from+limit, len(list))] {
		if m, ok := x.other(i); ok && m.CSeq().OK {
			out = append(out, x.s.rangeOf(m, m.Header(sip.HeaderCSeq).Value))
		}
	}
	sortExtents(out)
	return out
}

// sameValue returns up to limit places of an identifier, about as many before message at as behind.
func (s *Snapshot) sameValue(ctx context.Context, kind identifier, value []byte, at Message, limit int) ([]Extent, error) {
	var out []Extent
	before := 0 // how many stand before the message
	for m := range s.All {
		if m.ID.Seq%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if m.ID == at.ID {
			before = len(out)
		}
		if !bytes.Contains(m.Text[:m.Blank.Off], value) {
			continue
		}
		kind.each(m.Message, func(sp sip.Span) bool {
			if bytes.Equal(m.Bytes(sp), value) {
				out = append(out, s.rangeOf(m, sp))
			}
			return true
		})
		if m.ID.Seq > at.ID.Seq && len(out) >= before+limit {
			break
		}
	}
	if len(out) > limit {
		from := min(max(before-limit/2, 0), len(out)-limit)
		out = out[from : from+limit]
	}
	sortExtents(out)
	return out, nil
}
