package analysis

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sipls/knowledge"
	"sipls/server/check"
	"sipls/server/sip"
)

// fieldAt returns the header field that the cursor is in: its name, and its value up to the cursor with, at
// lineStart, what stands on the line of the cursor.
func (w *writing) fieldAt() (name, value []byte, lineStart int, ok bool) {
	first := w.at
	for first > 1 && w.lines[first].folded() {
		first--
	}
	for i := first; i < w.at; i++ {
		value = append(append(value, w.lines[i].text...), ' ')
	}
	lineStart = len(value)
	value = append(value, w.before()...)
	colon := bytes.IndexByte(value, ':')
	if colon < 0 {
		return nil, nil, 0, false
	}
	return bytes.TrimSpace(value[:colon]), value[colon+1:], lineStart - colon - 1, true
}

// fieldValue completes the value of a header field.
func (w *writing) fieldValue() Completion {
	name, value, lineStart, ok := w.fieldAt()
	if !ok {
		return Completion{}
	}
	v := valueWriter{w: w, id: sip.LookupHeader(name)}
	v.field = knowledge.LookupHeaderField(string(name))
	if v.field == nil {
		return Completion{}
	}
	v.m, _ = w.message(true)
	v.place = placeIn(value, v.isAuth())
	from := v.place.from
	for from < len(value) && (value[from] == ' ' || value[from] == '\t') {
		from++
	}
	from = max(from, lineStart)
	v.only = len(bytes.TrimSpace(w.behind())) == 0
	var items []CompletionItem
	for _, item := range v.items() {
		// Somebody who stops at the colon gets the blank behind it, too.
		if from == 0 && v.place.part == mainPart {
			item.Insert = append(check.Literal(" "), item.Insert...)
		}
		items = append(items, item)
	}
	column := w.column()
	return w.list(column-(len(value)-from), column+v.place.wordEnd(w.behind()), items)
}

// valueWriter completes one value.
type valueWriter struct {
	w     *writing
	m     *sip.Message
	id    sip.HeaderID
	field *knowledge.HeaderField
	place valuePlace
	only  bool // nothing stands behind the cursor
}

// isAuth reports whether commas separate parameters.
func (v *valueWriter) isAuth() bool {
	switch v.id {
	case sip.HeaderWWWAuthenticate, sip.HeaderProxyAuthenticate, sip.HeaderAuthorization, sip.HeaderProxyAuthorization:
		return true
	}
	return false
}

func (v *valueWriter) items() []CompletionItem {
	switch v.place.part {
	case mainPart:
		if v.place.quoted {
			return nil
		}
		return v.main()
	case namePart:
		if v.id == sip.HeaderPrivacy {
			return v.privacy() // its semicolons separate values (RFC 3323 section 4.2)
		}
		return v.names()
	case argumentPart:
		return v.arguments()
	case uriPart:
		return v.uris()
	case uriNamePart:
		return uriNames(&v.place, v.only)
	case uriArgumentPart:
		return uriArguments(v.place.param)
	}
	return nil
}

// main completes what stands before the parameters.
func (v *valueWriter) main() []CompletionItem {
	switch v.id {
	case sip.HeaderCSeq:
		return v.cseq(1)
	case sip.HeaderRAck:
		return v.cseq(2)
	case sip.HeaderVia:
		return v.via()
	case sip.HeaderWarning:
		return v.warnings()
	}
	if len(v.place.words) > 0 {
		return nil
	}
	switch v.id {
	case sip.HeaderSupported, sip.HeaderRequire, sip.HeaderProxyRequire, sip.HeaderUnsupported:
		return v.unlisted(words(knowledge.OptionTags(), "option-tag:", func(t *knowledge.OptionTag) (string, string) { return t.Name, t.Meaning }))
	case sip.HeaderAllow:
		return append(v.typical(), v.unlisted(methods(""))...)
	case sip.HeaderEvent, sip.HeaderAllowEvents:
		return v.unlisted(eventPackages())
	case sip.HeaderContentType, sip.HeaderAccept:
		return v.unlisted(mediaTypes())
	case sip.HeaderContentEncoding, sip.HeaderAcceptEncoding:
		return v.unlisted(contentCodings())
	case sip.HeaderPrivacy:
		return v.privacy()
	case sip.HeaderReason:
		return v.reasons()
	case sip.HeaderContentLength:
		return v.contentLength()
	case sip.HeaderWWWAuthenticate, sip.HeaderProxyAuthenticate, sip.HeaderAuthorization, sip.HeaderProxyAuthorization:
		return v.schemes()
	case sip.HeaderSubscriptionState:
		return subscriptionStates(v.field)
	case sip.HeaderResourcePriority, sip.HeaderAcceptResourcePriority:
		return v.namespaces()
	}
	items := v.unlisted(values(v.field.ValuesOf("")))
	return append(v.typical(), items...)
}

func (v *valueWriter) privacy() []CompletionItem {
	v.place.others = slices.Concat(v.place.words, v.place.params)
	return v.unlisted(words(knowledge.PrivacyValues(), "privacy:", func(p *knowledge.PrivacyValue) (string, string) { return p.Name, p.Meaning }))
}

// words makes items of the rows of a table.
func words[T any](rows []T, topic string, of func(T) (name, meaning string)) []CompletionItem {
	items := make([]CompletionItem, 0, len(rows))
	for _, r := range rows {
		name, meaning := of(r)
		item := literalItem(WordCompletion, name, meaning, "")
		if topic != "" {
			item.Topic = topic + name
		}
		items = append(items, item)
	}
	return items
}

// values makes items of values that a standard lists.
func values(rows []*knowledge.Value) []CompletionItem {
	items := make([]CompletionItem, len(rows))
	for i, r := range rows {
		items[i] = literalItem(WordCompletion, r.Value, r.Meaning, r.Entry().Key)
	}
	return items
}

// unlisted leaves out what the list has already.
func (v *valueWriter) unlisted(items []CompletionItem) []CompletionItem {
	out := items[:0]
	for _, x := range items {
		if !v.place.listed(x.Label) {
			out = append(out, x)
		}
	}
	return out
}

// typical is a value as it usually is, where nothing else stands.
func (v *valueWriter) typical() []CompletionItem {
	if !v.only || len(v.place.others) > 0 {
		return nil
	}
	value := typicalValue(v.field.Name, string(v.m.Method()), v.w.scenario)
	if value == "" {
		return nil
	}
	label := check.ParseTemplate(value).String()
	return []CompletionItem{templateItem(ValueCompletion, label, value, "", "header:"+v.field.Name)}
}

// methods returns the methods, the one named first.
func methods(first string) []CompletionItem {
	items := words(knowledge.Methods(), "method:", func(m *knowledge.MethodInfo) (string, string) { return m.Name, m.Meaning })
	for i := range items {
		items[i].Kind = MethodCompletion
		if items[i].Label == first {
			item := items[i]
			copy(items[1:i+1], items[:i])
			items[0] = item
		}
	}
	return items
}

// cseq completes the method behind n numbers (RFC 3261 section 20.16, RFC 3262 section 7.2).
func (v *valueWriter) cseq(n int) []CompletionItem {
	switch len(v.place.words) {
	case 0:
		return v.typical()
	case n:
		first := string(v.m.Bytes(v.m.Start.Method))
		if v.id == sip.HeaderRAck {
			first = "INVITE"
		}
		return methods(first)
	}
	return nil
}

// via completes `SIP/2.0/UDP host:port;branch=...`.
func (v *valueWriter) via() []CompletionItem {
	host := "{192.0.2.1:5060};branch=" + sip.MagicCookie + "{branch}"
	if v.w.scenario {
		host = "[local_ip]:[local_port];branch=[branch]"
	}
	switch len(v.place.words) {
	case 0:
		var items []CompletionItem
		for _, t := range v.field.ValuesOf("transport") {
			item := literalItem(WordCompletion, "SIP/2.0/"+t.Value, t.Meaning, "header:Via")
			if v.only {
				item.Insert = check.ParseTemplate("SIP/2.0/" + t.Value + " " + host)
			}
			items = append(items, item)
		}
		if v.w.scenario {
			items = append(v.typical(), items...)
		}
		return items
	case 1:
		if v.only {
			return []CompletionItem{templateItem(ValueCompletion, check.ParseTemplate(host).String(), host, "", "header:Via")}
		}
	}
	return nil
}

// warnings completes `304 host "text"` (RFC 3261 section 20.43).
func (v *valueWriter) warnings() []CompletionItem {
	if len(v.place.words) > 0 {
		return nil
	}
	var items []CompletionItem
	for _, x := range knowledge.Warnings() {
		if x.Code < 300 || x.Code > 399 {
			continue // those of HTTP
		}
		code := strconv.Itoa(x.Code)
		item := literalItem(WordCompletion, code, x.Meaning, "warning:"+code)
		item.Note = x.Text
		if v.only {
			item.Insert = check.Template{{Text: code + " "}, {Text: "192.0.2.1", Placeholder: true}, {Text: " \"" + x.Text + "\""}}
		}
		items = append(items, item)
	}
	return items
}

// reasons completes `protocol;cause=` (RFC 3326 section 2).
func (v *valueWriter) reasons() []CompletionItem {
	items := words(knowledge.ReasonProtocols(), "reason:", func(p *knowledge.ReasonProtocol) (string, string) { return p.Name, p.Meaning })
	if v.only {
		for i := range items {
			items[i].Insert = check.Literal(items[i].Label + ";cause=")
		}
	}
	return items
}

func eventPackages() []CompletionItem {
	var items []CompletionItem
	for _, p := range knowledge.EventPackages() {
		name := p.Name
		if p.Template {
			name = "presence." + name
		}
		item := literalItem(WordCompletion, name, p.Meaning, "event:"+p.Name)
		if !p.Registered {
			item.Note = unregisteredNote
		}
		items = append(items, item)
	}
	return items
}

// contentLength completes the number of bytes of the body as it is.
func (v *valueWriter) contentLength() []CompletionItem {
	if v.w.scenario {
		return v.typical()
	}
	body := bytes.TrimRight(v.m.Bytes(v.m.Body), "\r\n")
	if len(body) == 0 {
		return []CompletionItem{literalItem(ValueCompletion, "0", "There is no body.", "header:Content-Length")}
	}
	n := sip.WireLen(body)
	if isSDP(v.m) {
		n += len("\r\n") // its last line has a line end (RFC 8866 section 9)
	}
	return []CompletionItem{literalItem(ValueCompletion, strconv.Itoa(n), "Bytes of the body as it is now, with CR LF line ends.", "header:Content-Length")}
}

func subscriptionStates(h *knowledge.HeaderField) []CompletionItem {
	items := values(h.ValuesOf(""))
	for i := range items {
		switch items[i].Label {
		case "terminated":
			items[i].Insert = check.Literal("terminated;reason=")
		case "active", "pending":
			items[i].Insert = check.ParseTemplate(items[i].Label + ";expires={3600}")
		}
	}
	return items
}

// namespaces completes the part of a priority before the full stop (RFC 4412 section 3.1).
func (v *valueWriter) namespaces() []CompletionItem {
	h := knowledge.LookupHeaderField(sip.HeaderResourcePriority.String())
	items := values(h.ValuesOf("namespace"))
	for i := range items {
		items[i].Insert = check.Literal(items[i].Label + ".")
	}
	return items
}

// names completes the name of a parameter of the header field.
func (v *valueWriter) names() []CompletionItem {
	var items []CompletionItem
	for _, p := range v.field.Parameters() {
		if !sip.IsToken([]byte(p.Name)) || strings.HasSuffix(p.Name, "*") || v.place.has(p.Name) || !v.isAuth() && !v.may(p.Name) {
			continue
		}
		item := literalItem(ParameterCompletion, p.Name, p.Meaning, p.Header+";"+p.Name)
		if v.only || !v.followsEquals() {
			item.Insert = v.argumentOf(p)
		}
		items = append(items, item)
	}
	return items
}

// may reports whether a parameter makes sense behind the first word of the element.
func (v *valueWriter) may(param string) bool {
	if v.id != sip.HeaderSubscriptionState {
		return true
	}
	terminated := sip.EqualFold(v.place.first(), "terminated")
	switch param {
	case "reason", "retry-after":
		return terminated
	case "expires":
		return !terminated
	}
	return true
}

func (v *valueWriter) followsEquals() bool {
	return bytes.HasPrefix(v.w.behind()[v.place.wordEnd(v.w.behind()):], []byte("="))
}

// argumentOf returns a parameter with the beginning of its value.
func (v *valueWriter) argumentOf(p *knowledge.HeaderParameter) check.Template {
	switch {
	case p.Values == "flag", v.id == sip.HeaderVia && p.Name == "rport": // a client writes rport without value (RFC 3581 section 3)
		return check.Literal(p.Name)
	case p.Name == "branch" && !v.w.scenario:
		return check.Template{{Text: "branch=" + sip.MagicCookie}, {Text: "branch", Placeholder: true}}
	case p.Name == "branch":
		return check.Literal("branch=[branch]")
	case quotedParameters[p.Name] && v.isAuth():
		return check.Template{{Text: p.Name + "=\""}, {Text: p.Name, Placeholder: true}, {Text: "\""}}
	}
	return check.Literal(p.Name + "=")
}

// arguments completes the value of a parameter.
func (v *valueWriter) arguments() []CompletionItem {
	name := strings.ToLower(string(v.place.param))
	if v.isAuth() || v.id == sip.HeaderAuthenticationInfo {
		if items := v.digestArguments(name); items != nil {
			return items
		}
	}
	switch {
	case v.id == sip.HeaderReason && name == "cause":
		return v.causes()
	case v.id == sip.HeaderReason && name == "text":
		return v.causeTexts()
	case v.id == sip.HeaderReferTo && name == "method":
		return methods("INVITE")
	case name == "branch" && v.w.scenario:
		return []CompletionItem{literalItem(KeywordCompletion, "[branch]", "", keywordTopic+"branch")}
	case name == "branch":
		return []CompletionItem{templateItem(ValueCompletion, sip.MagicCookie, sip.MagicCookie+"{branch}", "Each branch begins with it (RFC 3261 section 8.1.1.7).", "Via;branch")}
	}
	return values(v.field.ValuesOf(string(v.place.param)))
}

// causes completes the number behind `SIP;cause=` and `Q.850;cause=`.
func (v *valueWriter) causes() []CompletionItem {
	var items []CompletionItem
	switch first := v.place.first(); {
	case sip.EqualFold(first, "SIP"):
		for _, code := range knowledge.StatusCodes() {
			if st := knowledge.LookupStatus(code); st != nil && st.Registered {
				item := literalItem(StatusCompletion, strconv.Itoa(code), st.Short, fmt.Sprintf("status:%d", code))
				item.Note = st.Phrase
				items = append(items, item)
			}
		}
	case sip.EqualFold(first, "Q.850"):
		for _, c := range knowledge.Causes() {
			if c.Standard {
				item := literalItem(ValueCompletion, strconv.Itoa(c.Value), c.Meaning, fmt.Sprintf("Q.850:%d", c.Value))
				item.Note = c.Name
				items = append(items, item)
			}
		}
	}
	return items
}

// causeTexts offers the name of the cause that the value has.
func (v *valueWriter) causeTexts() []CompletionItem {
	h := v.m.Header(sip.HeaderReason)
	if h == nil {
		return nil
	}
	for g, x := range v.m.Values(sip.HeaderReason) {
		p, ok := v.m.FindParam(x, ';', "cause")
		n, err := strconv.Atoi(string(v.m.Bytes(p.Value)))
		if g != h || !ok || err != nil {
			continue
		}
		name := ""
		if c := knowledge.LookupCause(n); c != nil && sip.EqualFold(v.place.first(), "Q.850") {
			name = c.Name
		} else if st := knowledge.LookupStatus(n); st != nil && sip.EqualFold(v.place.first(), "SIP") {
			name = st.Phrase
		}
		if name != "" {
			return []CompletionItem{v.quote(literalItem(ValueCompletion, name, "", ""))}
		}
	}
	return nil
}

// quote puts what an item inserts in quotes unless the cursor is in some.
func (v *valueWriter) quote(item CompletionItem) CompletionItem {
	if !v.place.quoted {
		item.Filter = "\"" + item.Label + "\""
		item.Insert = check.Literal(item.Filter)
	}
	return item
}
