package analysis

import (
	"bytes"
	"cmp"
	"slices"
	"sync"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/check"
	"sipls/server/sip"
)

// fieldName completes the name of a header field: what the message lacks first, then what messages of its
// kind carry, then all others.
func (w *writing) fieldName() Completion {
	line := w.lines[w.at].text
	to := w.column()
	for to < len(line) && sip.IsToken(line[to:to+1]) {
		to++
	}
	if typed := line[:to]; len(typed) > 0 && !sip.IsToken(typed) {
		return Completion{}
	}
	named := bytes.HasPrefix(bytes.TrimLeft(line[to:], " \t"), []byte(":"))
	m, sure := w.message(false)
	var items []CompletionItem
	lacking := map[string]bool{}
	if sure {
		for _, x := range w.lacking(m) {
			lacking[x.Label] = true
			items = append(items, x)
		}
	}
	method := string(m.Method())
	var usual, others []CompletionItem
	for _, h := range knowledge.HeaderFields() {
		id := sip.LookupHeader([]byte(h.Name))
		if !writable(h) || lacking[h.Name] || h.Values == knowledge.Single && id != sip.HeaderOther && m.Header(id) != nil {
			continue
		}
		item := templateItem(FieldCompletion, h.Name, h.Name+": "+typicalValue(h.Name, method, w.scenario), h.Meaning, "header:"+h.Name)
		switch {
		case !h.Registered:
			item.Note = unregisteredNote
			others = append(others, item)
		case m.IsRequest() && h.InRequest(method), !m.IsRequest() && h.InResponse(method, m.Start.Status):
			usual = append(usual, item)
		default:
			others = append(others, item)
		}
	}
	// Those of RFC 3261 are written more often than all the rest.
	slices.SortStableFunc(usual, func(a, b CompletionItem) int { return isCoreField(a.Label) - isCoreField(b.Label) })
	items = slices.Concat(items, usual, others)
	if named {
		for i := range items {
			items[i].Insert = check.Literal(items[i].Label)
		}
	}
	return w.list(0, to, items)
}

// writable reports whether somebody who writes a message may want the header field.
func writable(h *knowledge.HeaderField) bool {
	switch h.Status {
	case "deprecated", "historic", "http":
		return false
	}
	return sip.IsToken([]byte(h.Name)) && h.Name[len(h.Name)-1] != '*'
}

func isCoreField(name string) int {
	h := knowledge.LookupHeaderField(name)
	if h != nil && len(h.Cites) > 0 && h.Cites[0].Standard == "RFC 3261" {
		return 0
	}
	return 1
}

// lacking returns the header fields that a message has to carry or should carry and does not, with the values that the
// fixes of the rules insert.
func (w *writing) lacking(m *sip.Message) []CompletionItem {
	subject := check.Subject{Message: m, Request: w.requestOf(m), Editable: true, Bare: true, Keywords: w.scenario}
	var findings []check.Finding
	check.Run(&subject, func(f check.Finding) { findings = append(findings, f) })
	var items []CompletionItem
	for i := range findings {
		f := &findings[i]
		for _, name := range insertedFields(check.Fixes(&subject, f)) {
			if slices.ContainsFunc(items, func(x CompletionItem) bool { return x.Label == name.name }) {
				continue
			}
			item := CompletionItem{Label: name.name, Kind: FieldCompletion, Note: missingNote, Insert: name.line, Topic: "header:" + name.name}
			if f.Severity > check.Warning {
				item.Note = recommendedNote
			}
			if w.scenario {
				item.Insert = scenarioField(m, name)
			}
			if h := knowledge.LookupHeaderField(name.name); h != nil {
				item.Detail = h.Meaning
			}
			items = append(items, item)
		}
	}
	slices.SortStableFunc(items, func(a, b CompletionItem) int {
		return cmp.Or(boolOrder(a.Note != missingNote)-boolOrder(b.Note != missingNote), usualOrder(a.Label)-usualOrder(b.Label))
	})
	return items
}

// scenarioField returns a header field that is missing as scenarios of SIPp have it: a response copies what
// RFC 3261 section 8.2.6.2 wants copied out of the message before.
func scenarioField(m *sip.Message, f insertedField) check.Template {
	if v := scenarioValues[f.name]; v != "" && m.IsRequest() || f.name == sip.HeaderContact.String() || f.name == sip.HeaderContentLength.String() {
		return check.ParseTemplate(f.name + ": " + v)
	}
	switch sip.LookupHeader([]byte(f.name)) {
	case sip.HeaderVia, sip.HeaderFrom, sip.HeaderCallID, sip.HeaderCSeq:
		return check.Literal("[last_" + f.name + ":]")
	case sip.HeaderTo:
		return check.Literal("[last_To:];tag=[pid]SIPpTag01[call_number]")
	}
	return f.line
}

const (
	missingNote     = "missing"
	recommendedNote = "recommended"

	unregisteredNote = "not registered"
)

// usualOrder is where a header field usually stands in a message.
func usualOrder(name string) int {
	order := [...]sip.HeaderID{
		sip.HeaderVia, sip.HeaderMaxForwards, sip.HeaderFrom, sip.HeaderTo, sip.HeaderCallID, sip.HeaderCSeq, sip.HeaderContact,
	}
	if i := slices.Index(order[:], sip.LookupHeader([]byte(name))); i >= 0 {
		return i
	}
	return len(order)
}

// insertedField is a header field that a fix inserts.
type insertedField struct {
	name string
	line check.Template
}

func insertedFields(fixes []check.Fix) (out []insertedField) {
	for _, fix := range fixes {
		var line check.Template
		for _, e := range fix.Edits {
			if !e.NewLine {
				continue
			}
			if line != nil {
				line = append(line, check.TemplatePart{Text: "\n"})
			}
			line = append(line, e.Text...)
		}
		if name, _, ok := bytes.Cut([]byte(line.String()), []byte(":")); ok {
			out = append(out, insertedField{string(name), line})
		}
	}
	return out
}

// requestOf returns the request near the cursor that a response answers, nil if there is none.
func (w *writing) requestOf(m *sip.Message) *sip.Message {
	if m.IsRequest() {
		return nil
	}
	answered := call.FactsOf(m, call.Context{}).Transaction
	var found *sip.Message
	for x := range w.s.Between(max(w.off-nearby, 0), w.off+nearby) {
		if answered == 0 || !x.IsRequest() || call.FactsOf(x.Message, call.Context{}).Transaction != answered {
			continue
		}
		// The last one in front of it, else the first one behind it.
		from, _ := w.s.Range(x, x.Start.Text)
		if found == nil || from < w.off {
			found = x.Message
		}
	}
	return found
}

// typicalValues are values of header fields as the table of required header fields has them.
var typicalValues = sync.OnceValue(func() map[string]string {
	values := map[string]string{
		sip.HeaderMaxForwards.String():    "70",
		sip.HeaderContentLength.String():  "{0}",
		sip.HeaderContentType.String():    "{application/sdp}",
		sip.HeaderReplaces.String():       "{call-id};to-tag={tag};from-tag={tag}",
		sip.HeaderReason.String():         "{Q.850};cause={16}",
		sip.HeaderRoute.String():          "<sip:{proxy.example.com};lr>",
		sip.HeaderRecordRoute.String():    "<sip:{proxy.example.com};lr>",
		sip.HeaderExpires.String():        "{3600}",
		sip.HeaderSessionExpires.String(): "{1800};refresher={uac}",
		sip.HeaderUserAgent.String():      "{product/1.0}",
		sip.HeaderServer.String():         "{product/1.0}",
	}
	for _, id := range [...]sip.HeaderID{
		sip.HeaderPAssertedIdentity, sip.HeaderPPreferredIdentity, sip.HeaderReferredBy, sip.HeaderReplyTo, sip.HeaderRemotePartyID, sip.HeaderDiversion,
	} {
		values[id.String()] = "<sip:{alice@example.com}>"
	}
	for _, id := range [...]sip.HeaderID{sip.HeaderPath, sip.HeaderServiceRoute} {
		values[id.String()] = values[sip.HeaderRoute.String()]
	}
	for _, r := range knowledge.Requirements() {
		if name := r.Header.Name; values[name] == "" && r.Header.Param == "" && r.Header.Token == "" && r.Insert != "=length" {
			values[name] = r.Insert
		}
	}
	return values
})

// scenarioValues are values of header fields as scenarios of SIPp have them.
var scenarioValues = map[string]string{
	sip.HeaderVia.String():           "SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]",
	sip.HeaderFrom.String():          "<sip:{sipp}@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]",
	sip.HeaderTo.String():            "<sip:[service]@[remote_ip]:[remote_port]>",
	sip.HeaderCallID.String():        "[call_id]",
	sip.HeaderCSeq.String():          "[cseq] {INVITE}",
	sip.HeaderContact.String():       "<sip:{sipp}@[local_ip]:[local_port];transport=[transport]>",
	sip.HeaderContentLength.String(): "[len]",
}

// typicalValue returns a value for a header field, as a template; "" if there is none.
func typicalValue(name, method string, scenario bool) string {
	v := typicalValues()[name]
	if scenario && scenarioValues[name] != "" {
		v = scenarioValues[name]
	}
	if method != "" && name == sip.HeaderCSeq.String() {
		number := "{1} "
		if scenario {
			number = "[cseq] "
		}
		v = number + method
	}
	return v
}
