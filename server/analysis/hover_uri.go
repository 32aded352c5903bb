package analysis

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"

	"sipls/knowledge"
	"sipls/server/explain"
	"sipls/server/sip"
)

// requestURI explains the URI of a request, or a parameter of it.
func (h *hovering) requestURI(s sip.Span) (told, bool) {
	if h.msg.Header(sip.HeaderRoute) != nil {
		return h.uri(s, "The target of the request; Route says where it goes first.")
	}
	return h.uri(s, "The target of the request.")
}

// uri explains the URI in s, or the parameter of it that stands at the place. role says what the URI is for, "" for nothing.
func (h *hovering) uri(s sip.Span, role string) (told, bool) {
	u, _ := h.msg.URI(s)
	_, inUser := h.userParts(u)
	for _, params := range [...]sip.Span{u.Params, inUser} {
		for p := range h.msg.Params(params, ';') {
			if at := paramSpan(p); p.Name.Len > 0 && at.Contains(h.at) {
				if x, ok := h.uriParam(p); ok {
					return tell(at, x)
				}
				break
			}
		}
	}
	var x explain.Element
	switch {
	case u.Kind == sip.SIPURI:
		x = h.sipURI(u)
	case u.Kind == sip.TelURI:
		x = h.telURI(u)
	case u.Scheme.Len > 0:
		x = h.otherURI(u)
	default:
		return told{}, false
	}
	if role != "" {
		x.Facts = append([]explain.Line{{explain.Text(role)}}, x.Facts...)
	}
	return tell(s, x)
}

func (h *hovering) sipURI(u sip.URI) explain.Element {
	x := explain.Element{Title: "SIP URI"}
	if u.Secure {
		x.Title = "SIPS URI"
		x.Say("sips: each hop up to the domain has to use TLS.")
		x.Cites = []knowledge.Cite{{Standard: "RFC 3261", Section: "26.2.2"}}
	}
	if u.User.Len > 0 {
		h.userFacts(&x, u)
	}
	if u.Password.Len > 0 {
		x.Say("It carries a password in clear, which nobody should send.")
	}
	if u.Host.Len > 0 {
		x.Fact(explain.Text("Host: "), h.quote(u.Host), explain.Text(aboutHost(string(h.bytes(u.Host)))+h.port(u)+"."))
	}
	for p := range h.msg.Params(u.Params, ';') {
		h.uriParamFact(&x, p)
	}
	if u.Headers.Len > 0 {
		x.Fact(append(explain.Line{explain.Text("Header fields for the request that is made from it: "), h.quote(u.Headers)}, decoded(h.bytes(u.Headers))...)...)
	}
	return x
}

// port tells the port of a SIP URI, as a clause; RFC 3263 section 4.2 says which one it is where none is written.
func (h *hovering) port(u sip.URI) string {
	if u.PortNum > 0 {
		return ", port " + strconv.Itoa(u.PortNum)
	}
	port := "5060"
	if u.Secure {
		port = "5061"
	}
	if p, ok := h.msg.FindParam(u.Params, ';', "transport"); ok {
		switch strings.ToLower(string(h.bytes(p.Value))) {
		case "tls":
			port = "5061"
		case "ws", "wss":
			return ""
		}
	}
	host := string(h.bytes(u.Host))
	if strings.HasSuffix(strings.ToLower(host), ".invalid") {
		return ""
	}
	if _, isAddress := parseHost(host); isAddress {
		return "; no port is written: it is " + port
	}
	return "; no port is written: DNS names it (SRV), else it is " + port
}

// userFacts tells what the user part of a SIP URI is.
func (h *hovering) userFacts(x *explain.Element, u sip.URI) {
	user, params := h.userParts(u)
	name := string(h.bytes(user))
	l := append(explain.Line{explain.Text("User: "), h.quote(user)}, decoded(h.bytes(user))...)
	switch {
	case strings.EqualFold(name, "anonymous"):
		l = append(l, explain.Text(": the caller does not want to be named"))
	case len(name) > 1 && name[0] == '+':
		l = append(l, explain.Text(": "+aboutNumber(name)))
	}
	x.Fact(append(l, explain.Text("."))...)
	for p := range h.msg.Params(params, ';') {
		h.uriParamFact(x, p)
	}
}

// userParts cuts the user part of a SIP URI into the user and the parameters of a telephone number (RFC 3261 section 19.1.6).
func (h *hovering) userParts(u sip.URI) (user, params sip.Span) {
	if u.Kind != sip.SIPURI {
		return u.User, sip.Span{}
	}
	n := bytes.IndexByte(h.bytes(u.User), ';')
	if n < 0 {
		return u.User, sip.Span{}
	}
	semi := u.User.Off + int32(n)
	return sip.Span{Off: u.User.Off, Len: int32(n)}, sip.Span{Off: semi + 1, Len: u.User.End() - semi - 1}
}

// decoded says what text with %xx stands for, as a clause; nil where it has none.
func decoded(b []byte) explain.Line {
	if plain := percentDecoded(b); plain != "" {
		return explain.Line{explain.Text(", which is "), explain.Mono(plain)}
	}
	return nil
}

func (h *hovering) telURI(u sip.URI) explain.Element {
	x := explain.Element{Title: "tel URI: a telephone number"}
	number := string(h.bytes(u.User))
	switch {
	case u.Global:
		x.Fact(h.quote(u.User), explain.Text(": "+aboutNumber(number)+"."))
	case u.Context.Len > 0:
		x.Fact(h.quote(u.User), explain.Text(": a local number, which holds within "), h.quote(u.Context), explain.Text("."))
	case u.User.Len > 0:
		x.Fact(h.quote(u.User), explain.Text(": a local number that does not say where it holds (phone-context is missing)."))
	}
	for p := range h.msg.Params(u.Params, ';') {
		if !h.is(p.Name, "phone-context") {
			h.uriParamFact(&x, p)
		}
	}
	x.Cites = []knowledge.Cite{{Standard: "RFC 3966", Section: "3"}}
	return x
}

func (h *hovering) otherURI(u sip.URI) explain.Element {
	scheme := strings.ToLower(string(h.bytes(u.Scheme)))
	x := explain.Element{Title: scheme + " URI"}
	opaque := strings.ToLower(string(h.bytes(u.Opaque)))
	switch {
	case scheme == "urn" && strings.HasPrefix(opaque, "service:sos"):
		x.Title = "Emergency call"
		x.Meaning = "The service that is called; routing finds the emergency centre from it and from the caller's location."
		x.Cites = []knowledge.Cite{{Standard: "RFC 5031", Section: "4.2"}}
	case scheme == "urn" && strings.HasPrefix(opaque, "service:"):
		x.Meaning = "A service, not a person: routing finds who offers it."
		x.Cites = []knowledge.Cite{{Standard: "RFC 5031", Section: "4"}}
	case scheme == "cid":
		x.Meaning = "A part of this message's body: the one whose Content-ID it names."
	case scheme == "http" || scheme == "https":
		x.Meaning = "A document on a web server."
	default:
		x.Meaning = "Neither sip nor tel: the receiver has to know the scheme."
	}
	return x
}

// uriParam explains one parameter of a URI.
func (h *hovering) uriParam(p sip.Param) (x explain.Element, ok bool) {
	e := knowledge.LookupURIParameter(string(h.bytes(p.Name)))
	if e == nil {
		return x, false
	}
	x = explain.ElementOf(e.Entry())
	x.Title = "URI parameter " + e.Name
	if e.Name == "lr" && p.Value.Len > 0 && !h.is(p.Value, "on") {
		x.Say("It has a value, which the standard does not know; it counts as there all the same.")
	}
	if v := h.uriValue(p); v != "" {
		x.Fact(h.quote(p.Value), explain.Text(": "+v))
	}
	if plain := percentDecoded(h.bytes(p.Value)); plain != "" {
		x.Fact(explain.Text("Decoded: "), explain.Mono(plain))
	}
	return x, true
}

// uriMeanings are what parameters with these values say (RFC 3261 section 19.1.1, RFC 4967 section 4, RFC 7118 section 5.2); lower case.
var uriMeanings = map[string]string{
	"transport=udp":   "over UDP.",
	"transport=tcp":   "over TCP.",
	"transport=tls":   "over TLS; deprecated, but common. A sips URI says it in a better way.",
	"transport=sctp":  "over SCTP.",
	"transport=ws":    "over WebSocket, perhaps with TLS.",
	"transport=wss":   "over WebSocket with TLS.",
	"user=phone":      "the user part is a telephone number.",
	"user=ip":         "the user part is no telephone number.",
	"user=dialstring": "the user part is what somebody dialled.",
}

// uriValue returns what the value of a parameter means, "" where the parameter's meaning is all there is to say.
func (h *hovering) uriValue(p sip.Param) string {
	if h.is(p.Name, "cause") {
		if n, err := strconv.Atoi(string(h.bytes(p.Value))); err == nil && knowledge.LookupStatus(n) != nil {
			return explain.StatusName(n) + "."
		}
	}
	return uriMeanings[strings.ToLower(string(h.bytes(p.Name))+"="+string(h.bytes(p.Value)))]
}

func (h *hovering) uriParamFact(x *explain.Element, p sip.Param) {
	if p.Name.Len == 0 {
		return
	}
	l := explain.Line{h.quote(paramSpan(p))}
	if v := h.uriValue(p); v != "" {
		l = append(l, explain.Text(": "+v))
	} else if e := knowledge.LookupURIParameter(string(h.bytes(p.Name))); e != nil {
		l = append(l, explain.Text(": "+e.Meaning))
	} else {
		l = append(l, explain.Text(": parameter that is not known here."))
	}
	x.Fact(l...)
}

// percentDecoded returns text without its %xx, "" where it has none that can be read.
func percentDecoded(b []byte) string {
	if !strings.Contains(string(b), "%") {
		return ""
	}
	var out []byte
	for i := 0; i < len(b); i++ {
		if b[i] == '%' && i+2 < len(b) {
			if n, err := strconv.ParseUint(string(b[i+1:i+3]), 16, 8); err == nil {
				out = append(out, byte(n))
				i += 2
				continue
			}
		}
		out = append(out, b[i])
	}
	if len(out) == len(b) {
		return ""
	}
	const most = 120
	return string(out[:min(len(out), most)])
}

// aboutNumber tells what the + of a telephone number says.
func aboutNumber(number string) string {
	if code := countryCode(number); code != "" {
		return "an international number, country code " + code
	}
	return "an international number"
}

// twoDigitCodes are the country codes of two digits that ITU-T E.164 assigns, by their first digit; 1 and 7 stand
// alone, all others have three digits.
var twoDigitCodes = map[byte]string{'2': "07", '3': "0123469", '4': "013456789", '5': "12345678", '6': "0123456", '8': "1246", '9': "0123458"}

func countryCode(number string) string {
	var digits []byte
	for i := 1; i < len(number) && len(digits) < 3; i++ {
		switch c := number[i]; {
		case '0' <= c && c <= '9':
			digits = append(digits, c)
		case c != '-' && c != '.' && c != '(' && c != ')':
			return ""
		}
	}
	switch {
	case len(digits) < 3 || digits[0] == '0':
		return ""
	case digits[0] == '1' || digits[0] == '7':
		return string(digits[:1])
	case strings.IndexByte(twoDigitCodes[digits[0]], digits[1]) >= 0:
		return string(digits[:2])
	}
	return string(digits)
}

func parseHost(host string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return a, err == nil
}

// sharedAddresses are those between a provider's NAT and its customers (RFC 6598).
var sharedAddresses = netip.MustParsePrefix("100.64.0.0/10")

// aboutHost tells what kind of host it is where that matters, as a clause that begins with a comma; "" for any other.
func aboutHost(host string) string {
	a, ok := parseHost(host)
	if !ok {
		switch lower := strings.ToLower(host); {
		case lower == "localhost":
			return ", the machine itself"
		case strings.HasSuffix(lower, ".invalid"):
			return ", a name that leads nowhere on purpose"
		}
		return ""
	}
	switch {
	case a.IsUnspecified():
		return ", no address"
	case a.IsLoopback():
		return ", the machine itself"
	case a.IsPrivate():
		return ", a private address, of use within its own network only"
	case sharedAddresses.Contains(a):
		return ", an address behind the NAT of a provider, of use within that network only"
	case a.IsLinkLocalUnicast():
		return ", a link-local address, of use on its own link only"
	case a.IsMulticast():
		return ", a multicast address"
	}
	return ""
}
