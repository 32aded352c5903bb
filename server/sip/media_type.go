package sip

import "bytes"

// MediaType is the value of Content-Type (RFC 3261 section 25.1): `application/sdp;charset=UTF-8`.
type MediaType struct {
	Value, Type, Subtype Span // Type and Subtype are empty where there is no slash
	Params               Span // the first ';' left out
}

// ContentType returns the value of the first Content-Type; the zero MediaType when there is none.
func (m *Message) ContentType() MediaType {
	if h := m.Header(HeaderContentType); h != nil {
		return m.ReadMediaType(h.Value)
	}
	return MediaType{}
}

// ReadMediaType reads v, the value of a Content-Type.
func (m *Message) ReadMediaType(v Span) MediaType {
	w := m.ReadWorded(v)
	t := MediaType{Value: v, Params: w.Params}
	if slash := bytes.IndexByte(m.Bytes(w.Word), '/'); slash >= 0 {
		from, at, end := int(w.Word.Off), int(w.Word.Off)+slash, int(w.Word.End())
		t.Type, t.Subtype = trim(m.Text, from, at), trim(m.Text, at+1, end)
	}
	return t
}

// IsMediaType reports whether t is this type and subtype, letter case ignored
// (RFC 2045 section 5.1), whatever its parameters.
func (m *Message) IsMediaType(t MediaType, major, minor string) bool {
	return EqualFold(m.Bytes(t.Type), major) && EqualFold(m.Bytes(t.Subtype), minor)
}

const wantMediaType = "a type and a subtype with a slash between them, as application/sdp"

// MediaTypeSyntax returns the first place where v, the value of a Content-Type, leaves
//
//	media-type  = m-type SLASH m-subtype *(SEMI m-parameter)
//	m-parameter = token EQUAL ( token / quoted-string )
//
// of RFC 3261 section 25.1; nil where it does not.
func (m *Message) MediaTypeSyntax(v Span) *SyntaxError {
	t := m.ReadMediaType(v)
	if !IsToken(m.Bytes(t.Type)) || !IsToken(m.Bytes(t.Subtype)) {
		return &SyntaxError{At: m.ReadWorded(v).Word, Want: wantMediaType}
	}
	if t.Params.Len == 0 && t.Subtype.End() == v.End() {
		return nil
	}
	if err := m.ParamsSyntax(t.Params, ';'); err != nil {
		return err
	}
	for p := range m.Params(t.Params, ';') {
		if !p.HasValue {
			return &SyntaxError{At: p.Name, Want: "a value behind the name of a parameter"}
		}
	}
	return nil
}

// Boundary returns the boundary of a multipart type without its quotes (RFC 2046 section
// 5.1.1); Len 0 when there is none.
func (m *Message) Boundary(t MediaType) Span {
	if !EqualFold(m.Bytes(t.Type), "multipart") {
		return Span{}
	}
	p, _ := m.FindParam(t.Params, ';', "boundary")
	b := p.Value
	if n := b.Len; n >= 2 && m.Text[b.Off] == '"' && m.Text[b.End()-1] == '"' {
		b = Span{b.Off + 1, n - 2}
	}
	return b
}
