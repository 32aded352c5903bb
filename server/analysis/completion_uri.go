package analysis

import (
	"strings"

	"sipls/knowledge"
	"sipls/server/check"
)

// uris completes a URI in angle brackets from its beginning.
func (v *valueWriter) uris() []CompletionItem {
	if v.place.wordEnd(v.w.behind()) > 0 {
		return nil // a URI is there
	}
	return uriStarts(v.w, v.only)
}

// uriStarts offers URIs; only says that nothing stands behind the cursor and the closing bracket is missing.
func uriStarts(w *writing, only bool) []CompletionItem {
	shut := ""
	if only {
		shut = ">"
	}
	var items []CompletionItem
	if w.scenario {
		items = append(items, literalItem(URICompletion, "sip:[service]@[remote_ip]:[remote_port]", "The user that -s names, at the peer.", keywordTopic+"service"))
	}
	for _, x := range [...]struct{ label, insert, meaning string }{
		{"sip:", "sip:{user@example.com}", "SIP URI (RFC 3261 section 19.1)."},
		{"sips:", "sips:{user@example.com}", "SIPS URI: TLS on every hop (RFC 3261 section 19.1)."},
		{"tel:", "tel:{+15551234567}", "Telephone number (RFC 3966)."},
		{"urn:service:sos", "urn:service:sos", "Emergency call (RFC 5031 section 4.2)."},
	} {
		items = append(items, templateItem(URICompletion, x.label, x.insert, x.meaning, ""))
	}
	for i := range items {
		if shut != "" {
			items[i].Insert = append(items[i].Insert, check.TemplatePart{Text: shut})
		}
	}
	return items
}

// uriNames completes the name of a URI parameter. only says that the closing bracket is missing.
func uriNames(p *valuePlace, only bool) []CompletionItem {
	var items []CompletionItem
	for _, x := range knowledge.URIParameters() {
		if p.has(x.Name) || !x.Registered {
			continue
		}
		item := literalItem(ParameterCompletion, x.Name, x.Meaning, "uri:"+x.Name)
		switch {
		case x.Values == "flag" && only:
			item.Insert = check.Literal(x.Name + ">")
		case x.Values != "flag":
			item.Insert = check.Literal(x.Name + "=")
		}
		items = append(items, item)
	}
	return items
}

// uriValues are the values that standards list for URI parameters.
var uriValues = map[string]string{
	"transport": "udp tcp sctp ws wss", // RFC 3261 section 19.1.1, RFC 7118 section 5.2; tls is deprecated
	"user":      "phone ip dialstring", // RFC 3261 section 19.1.1, RFC 4967 section 4
	"comp":      "sigcomp",             // RFC 3486 section 4
	"cause":     "404 486 408 302 487 480 503 380",
	"iotl":      "homea-homeb homeb-visitedb visiteda-homea homea-visiteda visiteda-homeb", // RFC 7549 section 5.1
}

// uriArguments completes the value of a URI parameter.
func uriArguments(param []byte) []CompletionItem {
	name := strings.ToLower(string(param))
	if name == "method" {
		return methods("INVITE")
	}
	var items []CompletionItem
	for _, value := range strings.Fields(uriValues[name]) {
		item := literalItem(WordCompletion, value, "", "uri:"+name)
		if t := knowledge.LookupValue("Via", "transport", value); t != nil && name == "transport" {
			item.Detail = t.Meaning
		}
		if name == "cause" {
			// RFC 4458 section 2.2, RFC 8119 section 2
			if st := knowledge.LookupStatus(statusOfKey("status:" + value)); st != nil {
				item.Note = st.Phrase
			}
		}
		items = append(items, item)
	}
	return items
}

// requestURI completes the Request-URI and what follows it.
func (w *writing) requestURI(method string, before []byte) Completion {
	line := w.lines[w.at].text
	from := len(line) - len(w.behind()) - len(before)
	uri, version, hasVersion := strings.Cut(string(before), " ")
	if hasVersion {
		at := from + len(uri) + 1
		at += len(version) - len(strings.TrimLeft(version, " "))
		return w.list(at, len(line), []CompletionItem{literalItem(ValueCompletion, "SIP/2.0", "The version of SIP.", "")})
	}
	p := placeIn(append([]byte("<"), before...), false)
	column := w.column()
	at := from + p.from - 1
	to := column + p.wordEnd(w.behind())
	ending := ""
	if len(w.behind()) == 0 {
		ending = " SIP/2.0"
	}
	switch p.part {
	case uriPart:
		if p.from > 1 || p.wordEnd(w.behind()) > 0 {
			return Completion{} // a URI is there
		}
		items := uriStarts(w, false)
		if method == "REGISTER" {
			for i := range items {
				if items[i].Label == "sip:" || items[i].Label == "sips:" {
					items[i].Insert = check.ParseTemplate(items[i].Label + "{example.com}") // a domain, no user (RFC 3261 section 10.2)
				}
			}
		}
		for i := range items {
			if ending != "" {
				items[i].Insert = append(items[i].Insert, check.TemplatePart{Text: ending})
			}
		}
		return w.list(at, to, items)
	case uriNamePart:
		return w.list(at, to, uriNames(&p, false))
	case uriArgumentPart:
		return w.list(at, to, uriArguments(p.param))
	}
	return Completion{}
}
