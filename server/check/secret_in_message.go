package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var secretInMessage = &Rule{
	Name:     "secret-in-message",
	Scope:    Message,
	Needs:    NeedFull | NeedValues,
	Severity: Information,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "19.1.1"}, {Standard: "RFC 8898", Section: "5"}, {Standard: "RFC 4568"}},
	Doc: Doc{
		Title: "A secret that anybody who sees the text can use",
		Text: `Logs are sent to vendors and pasted into tickets. This reports, once per message, what opens a door by itself: a password
in a URI, a Bearer token, the key of encrypted media in an SDP that did not travel over TLS. A Digest response is no such
secret and is in every log; Basic credentials have a rule of their own. What was masked is not reported.`,
	},
	Cases: func() []Case {
		key := "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\nm=audio 4000 RTP/SAVP 0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\n"
		invite := func(transport, from, body string) string {
			typ := ""
			if body != "" {
				typ = "Content-Type: application/sdp\n"
			}
			return fmt.Sprintf("INVITE sip:b@example.com SIP/2.0\nVia: SIP/2.0/%s 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <%s>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 INVITE\nContact: <sip:a@192.0.2.1>\nAllow: INVITE, ACK, CANCEL, BYE\nSupported: replaces\n%sContent-Length: %d\n\n%s",
				transport, from, typ, sip.WireLen([]byte(body)), body)
		}
		return []Case{
			{Name: "password in a URI", Text: invite("UDP", "sip:a:secret@example.com", ""), Want: []string{"information: secret"}},
			{Name: "Bearer token", Text: registerWith("Authorization: Bearer abc.def\n"), Want: []string{"information: abc.def"}},
			{Name: "SRTP key over UDP", Text: invite("UDP", "sip:a@example.com", key), Want: []string{"information: d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"}},
			{Name: "two secrets are one finding", Text: invite("UDP", "sip:a:secret@example.com", key), Want: []string{"information: secret"}},
			{Name: "SRTP key over TLS", Text: invite("TLS", "sip:a@example.com", key)},
			{Name: "port and digits that are no password", Text: invite("UDP", "sip:192.0.2.1:5060@example.com", "")},
			{Name: "masked password", Text: invite("UDP", "sip:a:****@example.com", "")},
			{Name: "Digest response", Text: registerWith(`Authorization: Digest username="bob", realm="example.com", nonce="1", uri="sip:example.com", response="0123456789abcdef0123456789abcdef"` + "\n")},
			{Name: "masked log", Log: true, Text: "a message:\nOPTIONS sip:b@X.X.X.X SIP/2.0\nVia: SIP/2.0/UDP X.X.X.X;branch=z9hG4bK1\nFrom: <sip:a:secret@X.X.X.X>;tag=1\nTo: <sip:b@X.X.X.X>\nCall-ID: 1@X.X.X.X\nCSeq: 1 OPTIONS\n\n"},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		f := Finding{Severity: Information}
		if place, ok := uriPassword(m); ok {
			f.At = at(place)
			f.Title = "password in a URI"
			f.Evidence = "A URI carries a password behind the user name."
			f.Consequence = "Every element on the way and every reader of the text sees it."
			f.Next = "Use Digest in its place, change the password, and mask it before you show the text to others."
			f.Cites = []knowledge.Cite{{Standard: "RFC 3261", Section: "19.1.1"}}
		} else if place, ok := bearerToken(s); ok {
			f.At = at(place)
			f.Title = "Bearer token in the message"
			f.Evidence = fmt.Sprintf("The credentials carry an access token of %s.", bytesWord(int(place.Len)))
			f.Consequence = "Whoever has the token can use the account until it expires."
			f.Next = "Mask it before you show the text to others; have it revoked if it has been shown."
			f.Cites = []knowledge.Cite{{Standard: "RFC 8898", Section: "5"}}
		} else if place, ok := mediaKey(m); ok {
			f.At = at(place)
			f.Title = "key of the media in the clear"
			f.Evidence = fmt.Sprintf("The session description carries an SRTP key, and the message came over %s.", clip(m.Bytes(m.TopVia().Transport)))
			f.Consequence = "Whoever records signalling and media can listen to the call."
			f.Next = "Use TLS for the signalling, or keys that are agreed in the media (DTLS-SRTP); mask the line before you show the text to others."
			f.Cites = []knowledge.Cite{{Standard: "RFC 4568"}}
		} else {
			return
		}
		report(f)
	},
}

// uriPassword finds a password in the Request-URI or in a header field that holds addresses.
func uriPassword(m *sip.Message) (sip.Span, bool) {
	if m.IsRequest() {
		if place, ok := passwordIn(m, m.Start.URI); ok {
			return place, true
		}
	}
	for i := range m.Headers {
		switch h := &m.Headers[i]; h.ID {
		case sip.HeaderFrom, sip.HeaderTo, sip.HeaderContact, sip.HeaderReferTo, sip.HeaderReferredBy, sip.HeaderRoute,
			sip.HeaderPAssertedIdentity, sip.HeaderPPreferredIdentity, sip.HeaderRemotePartyID, sip.HeaderDiversion, sip.HeaderReplyTo:
			if place, ok := passwordIn(m, h.Value); ok {
				return place, true
			}
		}
	}
	return sip.Span{}, false
}

// passwordIn finds the password in front of the first @ behind a SIP scheme.
func passwordIn(m *sip.Message, in sip.Span) (sip.Span, bool) {
	t := m.Bytes(in)
	at := bytes.IndexByte(t, '@')
	if at < 0 {
		return sip.Span{}, false
	}
	colon := bytes.LastIndexByte(t[:at], ':')
	if colon < 0 || colon+1 == at || bytes.ContainsAny(t[colon:at], "<>\"; ") {
		return sip.Span{}, false
	}
	scheme := bytes.LastIndexByte(t[:colon], ':')
	if scheme < 0 || !endsInSIPScheme(t[:scheme]) {
		return sip.Span{}, false
	}
	user, password := t[scheme+1:colon], t[colon+1:at]
	// Some devices put a whole address, port and all, in front of the @.
	if bytes.IndexByte(user, '.') >= 0 && allDigits(password) || masked(password) {
		return sip.Span{}, false
	}
	return sip.Span{Off: in.Off + int32(colon) + 1, Len: int32(len(password))}, true
}

// endsInSIPScheme reports whether text ends in "sip" or "sips", not as the end of a longer word.
func endsInSIPScheme(b []byte) bool {
	for _, scheme := range [...]string{"sip", "sips"} {
		if n := len(b) - len(scheme); n >= 0 && sip.EqualFold(b[n:], scheme) && (n == 0 || b[n-1] == '<' || b[n-1] == ' ') {
			return true
		}
	}
	return false
}

func allDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// masked reports whether somebody has written something else over a secret: all its characters are the same.
func masked(b []byte) bool {
	return len(bytes.Trim(b, string(b[:1]))) == 0 && bytes.IndexByte([]byte("*xX.-#"), b[0]) >= 0 || bytes.IndexByte(b, '*') >= 0
}

func bearerToken(s *Subject) (sip.Span, bool) {
	if !s.facts.has(sip.HeaderAuthorization) && !s.facts.has(sip.HeaderProxyAuthorization) {
		return sip.Span{}, false
	}
	m := s.Message
	a := m.AuthValues()
	for v := (sip.AuthValue{}); a.Next(&v); {
		if !v.IsChallenge() && v.Data.Len > 0 && sip.EqualFold(m.Bytes(v.Scheme.Name), "Bearer") && !masked(m.Bytes(v.Data)) {
			return v.Data, true
		}
	}
	return sip.Span{}, false
}

// mediaKey finds the key of an attribute a=crypto (RFC 4568) in a message that did not come over TLS.
func mediaKey(m *sip.Message) (sip.Span, bool) {
	body := m.Bytes(m.Body)
	line := bytes.Index(body, []byte("a=crypto:"))
	if line < 0 || line > 0 && body[line-1] != '\n' && body[line-1] != '\r' {
		return sip.Span{}, false
	}
	end := len(body)
	if n := bytes.IndexAny(body[line:], "\r\n"); n >= 0 {
		end = line + n
	}
	const word = "inline:"
	key := bytes.Index(body[line:end], []byte(word))
	if key < 0 {
		return sip.Span{}, false
	}
	from := line + key + len(word)
	to := from
	for to < end && isBase64(body[to]) {
		to++
	}
	transport := m.Bytes(m.TopVia().Transport)
	// The shortest key and salt are 30 bytes, 40 characters.
	if to-from < 40 || len(transport) == 0 || sip.EqualFold(transport, "TLS") || sip.EqualFold(transport, "WSS") || masked(body[from:to]) {
		return sip.Span{}, false
	}
	return sip.Span{Off: m.Body.Off + int32(from), Len: int32(to - from)}, true
}

func isBase64(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '+' || c == '/' || c == '='
}
