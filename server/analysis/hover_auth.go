package analysis

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"sipls/knowledge"
	"sipls/server/explain"
	"sipls/server/sip"
)

// auth explains a scheme or a parameter of a challenge, of credentials or of Authentication-Info. Secrets are
// never decoded or repeated.
func (h *hovering) auth(f *sip.Header) (told, bool) {
	r := h.msg.ReadAuth(f)
	scheme := sip.Span{}
	for p := (sip.AuthPart{}); r.Next(&p); {
		if p.Kind == sip.AuthScheme {
			scheme = p.Name
		}
		if at := p.Text(); at.Len == 0 || !at.Contains(h.at) {
			continue
		}
		switch p.Kind {
		case sip.AuthScheme:
			return h.authScheme(p)
		case sip.AuthData:
			return h.authData(p, scheme)
		default:
			return h.authParam(f, p)
		}
	}
	return told{}, false
}

func (h *hovering) authScheme(p sip.AuthPart) (told, bool) {
	d := knowledge.LookupDigest(string(h.bytes(p.Name)))
	if d == nil || d.Type != "scheme" {
		return told{}, false
	}
	x := explain.ElementOf(d.Entry())
	v, ok := h.authValue(p.Name)
	if ok {
		x.Title = d.Name + map[bool]string{true: " challenge", false: " credentials"}[v.IsChallenge()]
		h.authValueFacts(&x, &v)
	}
	return tell(p.Name, x)
}

// authValue returns the challenge or credentials whose scheme stands at a span.
func (h *hovering) authValue(scheme sip.Span) (v sip.AuthValue, ok bool) {
	values := h.msg.AuthValues()
	for values.Next(&v) {
		if v.Scheme.Name == scheme {
			return v, true
		}
	}
	return v, false
}

// authValueAt returns the challenge or credentials that hold the place.
func (h *hovering) authValueAt() (v sip.AuthValue, ok bool) {
	values := h.msg.AuthValues()
	for values.Next(&v) {
		if v.All.Contains(h.at) {
			return v, true
		}
	}
	return v, false
}

func (h *hovering) authValueFacts(x *explain.Element, v *sip.AuthValue) {
	realm := explain.Quote(v.Unquoted(h.msg, sip.AuthRealm))
	if realm.Text == "" {
		h.partners(x, v)
		return
	}
	switch v.Header.ID {
	case sip.HeaderWWWAuthenticate:
		x.Fact(explain.Text("The server asks for credentials in the realm "), realm, explain.Text(": the client answers with Authorization."))
	case sip.HeaderProxyAuthenticate:
		x.Fact(explain.Text("A proxy asks for credentials in the realm "), realm, explain.Text(": the client answers with Proxy-Authorization."))
	case sip.HeaderAuthorization:
		x.Fact(explain.Text("For the server of the realm "), realm, explain.Text("."))
	default:
		x.Fact(explain.Text("For the proxy of the realm "), realm, explain.Text("."))
	}
	h.partners(x, v)
}

// partners tells which credentials answer a challenge, or which challenge credentials answer: nonce and realm are the same.
func (h *hovering) partners(x *explain.Element, v *sip.AuthValue) {
	nonce, realm := v.Unquoted(h.msg, sip.AuthNonce), v.Unquoted(h.msg, sip.AuthRealm)
	if len(nonce) == 0 || h.isPart() {
		return
	}
	var challenges, credentials []int
	for _, seq := range h.call() {
		m := h.s.Message(seq)
		values := m.AuthValues()
		for o := (sip.AuthValue{}); values.Next(&o); {
			if !bytes.Equal(o.Unquoted(m.Message, sip.AuthNonce), nonce) || !bytes.Equal(o.Unquoted(m.Message, sip.AuthRealm), realm) {
				continue
			}
			if o.IsChallenge() {
				challenges = append(challenges, seq)
			} else {
				credentials = append(credentials, seq)
			}
			break
		}
	}
	switch {
	case !v.IsChallenge() && len(challenges) > 0:
		x.Say("They answer the challenge in " + h.lines(challenges) + ".")
	case !v.IsChallenge():
		x.Say("The challenge that they answer is not in this call of the text.")
	case len(credentials) > 0:
		x.Say("Answered by credentials in " + h.lines(credentials) + ".")
	default:
		x.Say("No credentials in this call of the text answer it.")
	}
}

func (h *hovering) authData(p sip.AuthPart, scheme sip.Span) (told, bool) {
	d := knowledge.LookupDigest(string(h.bytes(scheme)))
	if d == nil {
		return told{}, false
	}
	x := explain.ElementOf(d.Entry())
	x.Title = d.Name + " credentials"
	switch d.Name {
	case "Basic":
		x.Say("User name and password in base64, which everybody can read: do not pass this text on.")
	case "Bearer":
		x.Say("Whoever has this token can use it: do not pass this text on.")
	}
	return tell(p.Value, x)
}

func (h *hovering) authParam(f *sip.Header, p sip.AuthPart) (told, bool) {
	name := string(h.bytes(p.Name))
	d := knowledge.LookupDigest(name)
	if d == nil || d.Type != "parameter" {
		return told{}, false
	}
	x := explain.ElementOf(d.Entry())
	x.Title = "Digest parameter " + d.Name
	value := string(sip.Unquote(h.bytes(p.Value)))
	v, ok := h.authValueAt()
	switch p.ID {
	case sip.AuthAlgorithm:
		if a := knowledge.LookupDigest(value); a != nil && a.Type == "algorithm" {
			x.Fact(explain.Mono(a.Name), explain.Text(": "+a.Rule))
		} else {
			x.Say("Not an algorithm of the standards.")
		}
	case sip.AuthQOP:
		qopFacts(&x, value)
	case sip.AuthNC:
		if n, err := strconv.ParseUint(value, 16, 32); err == nil && len(value) == 8 {
			x.Say(fmt.Sprintf("Request number %d with this nonce.", n))
		} else {
			x.Say("It has to be 8 hex digits.")
		}
	case sip.AuthNonce:
		if ok {
			h.partners(&x, &v)
		}
	case sip.AuthStale:
		if e := knowledge.LookupValue("WWW-Authenticate", "stale", value); e != nil {
			x.Title += "=" + e.Value
			x.Meaning = e.Meaning
		}
	case sip.AuthURI:
		if uri := h.bytes(h.msg.Start.URI); h.msg.IsRequest() && len(uri) > 0 {
			if string(uri) == value {
				x.Say("It is the Request-URI of this request.")
			} else {
				x.Fact(explain.Text("The Request-URI here is another one: "), explain.Quote(uri))
			}
		}
	case sip.AuthResponse, sip.AuthRspAuth:
		if value == "" {
			x.Say("Empty: there was no challenge yet.")
		} else if hexDigits(value) {
			l := map[int]string{32: ", as MD5 makes them", 64: ", as SHA-256 and SHA-512-256 make them"}[len(value)]
			x.Say(fmt.Sprintf("%d hex digits%s.", len(value), l))
		}
	case sip.AuthRealm:
		if f.ID == sip.HeaderAuthorization || f.ID == sip.HeaderProxyAuthorization {
			x.Say("It repeats the realm of the challenge.")
		}
	}
	return tell(p.Text(), x)
}

func qopFacts(x *explain.Element, value string) {
	for word := range strings.SplitSeq(value, ",") {
		switch strings.ToLower(strings.TrimSpace(word)) {
		case "auth":
			x.Fact(explain.Mono("auth"), explain.Text(": the digest covers method and URI."))
		case "auth-int":
			x.Fact(explain.Mono("auth-int"), explain.Text(": it covers the body, too, which most implementations do not support."))
		}
	}
}

func hexDigits(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return s != ""
}
