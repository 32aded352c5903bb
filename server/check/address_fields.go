package check

import (
	"bytes"

	"sipls/server/sip"
)

// addressField is a header field that holds addresses.
type addressField struct {
	id   sip.HeaderID
	form sip.AddressForm
	list bool // a comma begins the next address
}

// addressFields are the header fields whose values are addresses with generic parameters
// (RFC 3261 section 25.1, RFC 3325, 3327, 3515, 3608, 3892, 5806, 7044, 7315).
var addressFields = []addressField{
	{sip.HeaderFrom, sip.NameAddrOrSpec, false},
	{sip.HeaderTo, sip.NameAddrOrSpec, false},
	{sip.HeaderContact, sip.NameAddrOrSpec, true},
	{sip.HeaderRoute, sip.NameAddr, true},
	{sip.HeaderRecordRoute, sip.NameAddr, true},
	{sip.HeaderPath, sip.NameAddr, true},
	{sip.HeaderServiceRoute, sip.NameAddr, true},
	{sip.HeaderReferTo, sip.NameAddrOrSpec, false},
	{sip.HeaderReferredBy, sip.NameAddrOrSpec, false},
	{sip.HeaderReplyTo, sip.NameAddrOrSpec, false},
	{sip.HeaderPAssertedIdentity, sip.NameAddrOrSpec, true},
	{sip.HeaderPPreferredIdentity, sip.NameAddrOrSpec, true},
	{sip.HeaderDiversion, sip.NameAddr, true},
	{sip.HeaderHistoryInfo, sip.NameAddr, true},
	{sip.HeaderRemotePartyID, sip.NameAddr, true},
	{sip.HeaderCallInfo, sip.BracketedURI, true},
	{sip.HeaderAlertInfo, sip.BracketedURI, true},
	{sip.HeaderErrorInfo, sip.BracketedURI, true},
}

var addressFieldIDs = func() (ids []sip.HeaderID) {
	for _, f := range addressFields {
		ids = append(ids, f.id)
	}
	return ids
}()

// eachAddress calls yield for each address of a message; a lone * is none.
func eachAddress(s *Subject, yield func(f *addressField, h *sip.Header, v sip.Span)) {
	m := s.Message
	for i := range addressFields {
		f := &addressFields[i]
		if !s.facts.has(f.id) {
			continue
		}
		if !f.list || !hasComma(m, f.id) {
			for j := range m.Headers {
				if h := &m.Headers[j]; h.ID == f.id && !isStar(m, h.Value) {
					yield(f, h, h.Value)
				}
			}
			continue
		}
		for h, v := range m.Values(f.id) {
			if !isStar(m, v) {
				yield(f, h, v)
			}
		}
	}
}

// hasComma tells whether the fields with this ID have to be cut into values, which costs more than this look.
func hasComma(m *sip.Message, id sip.HeaderID) bool {
	for i := range m.Headers {
		if h := &m.Headers[i]; h.ID == id && bytes.IndexByte(m.Bytes(h.Value), ',') >= 0 {
			return true
		}
	}
	return false
}

func isStar(m *sip.Message, v sip.Span) bool { return v.Len == 1 && m.Text[v.Off] == '*' }

// fieldName is the name of a header field for a sentence.
func fieldName(m *sip.Message, h *sip.Header) string {
	if n := h.ID.String(); n != "" {
		return n
	}
	return clip(m.Bytes(h.Name))
}

// orName is a span to report on, the name of the field where the span is empty.
func orName(at sip.Span, h *sip.Header) sip.Span {
	if at.Len == 0 {
		return h.Name
	}
	return at
}

// inRegister says that a message is a REGISTER or answers one.
func inRegister(s *Subject) bool { return string(s.facts.method) == "REGISTER" }

// makesDialog says that a request of the message's method sets up a dialog or moves its remote target.
func makesDialog(s *Subject) bool {
	switch string(s.facts.method) {
	case "INVITE", "SUBSCRIBE", "REFER", "UPDATE", "NOTIFY":
		return true
	}
	return false
}
