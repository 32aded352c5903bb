package sip

import "bytes"

// Accept, Accept-Encoding, Accept-Language, Content-Language and Content-Disposition (RFC 3261 section 25.1).

const wantMediaRange = "a type and a subtype with a slash between them, as application/sdp"

// mediaRangeSyntax: m-type "/" m-subtype or wildcards, and parameters.
func mediaRangeSyntax(m *Message, v Span) *SyntaxError {
	w := m.ReadWorded(v)
	slash := bytes.IndexByte(m.Bytes(w.Word), '/')
	if slash < 0 {
		return &SyntaxError{At: w.Word, Want: wantMediaRange}
	}
	at := int(w.Word.Off) + slash
	major, minor := trim(m.Text, int(w.Word.Off), at), trim(m.Text, at+1, int(w.Word.End()))
	if !IsToken(m.Bytes(major)) || !IsToken(m.Bytes(minor)) {
		return &SyntaxError{At: w.Word, Want: wantMediaRange}
	}
	if err := w.paramsSyntax(m); err != nil {
		return err
	}
	return preferenceSyntax(m, w.Params)
}

func encodingSyntax(m *Message, v Span) *SyntaxError {
	w, err := wordSyntax(m, v, "an encoding")
	if err != nil {
		return err
	}
	return preferenceSyntax(m, w.Params)
}

func languageRangeSyntax(m *Message, v Span) *SyntaxError {
	w := m.ReadWorded(v)
	if b := m.Bytes(w.Word); string(b) != "*" && !isLanguage(b) {
		return &SyntaxError{At: w.Word, Want: wantLanguage}
	}
	if err := w.paramsSyntax(m); err != nil {
		return err
	}
	return preferenceSyntax(m, w.Params)
}

func languageSyntax(m *Message, v Span) *SyntaxError {
	if !isLanguage(m.Bytes(v)) {
		return &SyntaxError{At: v, Want: wantLanguage}
	}
	return nil
}

const wantLanguage = "a language, as en or en-GB"

// isLanguage: groups of one to eight letters with hyphens between them. RFC 3261 section 25.1 has no
// digits; they are accepted behind the first group, for today's language tags have them: es-419.
func isLanguage(b []byte) bool {
	for group := 0; ; group++ {
		n := 0
		for n < len(b) && isAlnum(b[n]) && (group > 0 || !isDigit(b[n])) {
			n++
		}
		switch {
		case n == 0 || n > 8:
			return false
		case n == len(b):
			return true
		case b[n] != '-':
			return false
		}
		b = b[n+1:]
	}
}

const wantDisposition = "a disposition, as session"

// dispositionSyntax judges Content-Disposition, with handling=optional, required or another token.
func dispositionSyntax(m *Message, v Span) *SyntaxError {
	w, err := wordSyntax(m, v, wantDisposition)
	if err != nil {
		return err
	}
	if p, ok := m.FindParam(w.Params, ';', "handling"); ok && !IsToken(m.Bytes(p.Value)) {
		return paramError(p, "required or optional")
	}
	return nil
}
