package analysis

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"sipls/knowledge"
	"sipls/server/check"
	"sipls/server/sip"
)

// drafts makes whole messages. What a message has to carry is not written down here a second time: a draft
// begins with what all have, and the fixes of the rules insert the rest.
type drafts struct {
	w     *writing
	above above
	id    string // makes tags, branches and Call-IDs of this place other ones than those elsewhere
}

func newDrafts(w *writing) *drafts {
	h := fnv.New32a()
	fmt.Fprintf(h, "%d %d", w.off, w.s.Len())
	d := &drafts{w: w, id: strconv.FormatUint(uint64(h.Sum32()), 36)}
	if !w.scenario {
		d.above = w.above()
	}
	return d
}

// offered are the messages that are offered whole, by what makes them what they are.
var offered = []struct {
	method string // of a request
	code   int    // of a response
	title  string // behind the name
	more   []string
	sdp    bool
}{
	{method: "OPTIONS"},
	{method: "REGISTER", more: []string{"Contact: <sip:{alice@192.0.2.1:5060}>", "Expires: {3600}"}},
	{method: "INVITE", title: "with SDP", sdp: true},
	{method: "INVITE", title: "without SDP"},
	{method: "ACK"},
	{method: "BYE"},
	{method: "CANCEL"},
	{method: "SUBSCRIBE"},
	{method: "NOTIFY"},
	{method: "PUBLISH"},
	{method: "REFER"},
	{method: "MESSAGE"},
	{method: "INFO"},
	{method: "UPDATE"},
	{method: "PRACK"},
	{code: 100},
	{code: 180},
	{code: 183, sdp: true},
	{code: 200},
	{code: 302},
	{code: 400},
	{code: 401},
	{code: 403},
	{code: 404},
	{code: 405},
	{code: 407},
	{code: 408},
	{code: 415},
	{code: 420},
	{code: 422},
	{code: 423},
	{code: 480},
	{code: 481},
	{code: 486},
	{code: 487},
	{code: 488},
	{code: 489},
	{code: 491},
	{code: 500},
	{code: 503},
	{code: 603},
}

// answered are the methods that some codes answer where no request stands above.
var answered = map[int]string{401: "REGISTER", 423: "REGISTER", 489: "SUBSCRIBE"}

// messages returns whole messages as items.
func (d *drafts) messages(typed string) []CompletionItem {
	var items []CompletionItem
	for _, o := range offered {
		item := CompletionItem{Kind: MessageCompletion, Note: "whole message"}
		var m draft
		if o.method != "" {
			item.Label = strings.TrimSpace(o.method + " message " + o.title)
			item.Topic = "method:" + o.method
			item.Detail = knowledge.LookupMethod(o.method).Meaning
			m = d.newRequest(o.method, o.more, o.sdp)
		} else {
			st := knowledge.LookupStatus(o.code)
			item.Label = fmt.Sprintf("SIP/2.0 %d %s message", o.code, st.Phrase)
			item.Topic = fmt.Sprintf("status:%d", o.code)
			item.Detail = st.Short
			item.Filter = statusFilter(typed, o.code, st.Phrase+" message")
			m = d.newResponse(o.code, st.Phrase, o.sdp)
		}
		if m.refused {
			continue
		}
		item.Insert = m.template()
		items = append(items, item)
	}
	return items
}

// draft is a message that is being made.
type draft struct {
	lines   []check.Template // the start line and header fields
	body    []string
	sender  string // alice for requests, bob for responses
	refused bool   // the rules say more than hints of it: a 180 does not answer OPTIONS
}

func (m *draft) add(line string) { m.lines = append(m.lines, check.ParseTemplate(line)) }

// newRequest makes a request with what every request carries (RFC 3261 section 8.1.1).
func (d *drafts) newRequest(method string, more []string, sdp bool) draft {
	if m, ok := d.follows(method); ok {
		return m
	}
	m := draft{sender: "alice"}
	m.add(d.requestLine(method))
	from, to, toTag := "alice@example.com", "bob@example.com", ";tag=b"+d.id
	if d.w.scenario {
		m.add("Via: " + scenarioValues["Via"])
		m.add("Max-Forwards: 70")
		m.add("From: " + scenarioValues["From"])
		to, toTag = "[service]@[remote_ip]:[remote_port]", "[peer_tag_param]"
	} else {
		m.add("Via: SIP/2.0/UDP {192.0.2.1:5060};branch=" + sip.MagicCookie + d.id + ";rport")
		m.add("Max-Forwards: 70")
		m.add("From: <sip:{" + from + "}>;tag=a" + d.id)
		if method == "REGISTER" {
			to = from
		}
		to = "{" + to + "}"
	}
	if !insideDialog(method) {
		toTag = ""
	}
	m.add("To: <sip:" + to + ">" + toTag)
	if d.w.scenario {
		m.add("Call-ID: [call_id]")
		m.add("CSeq: [cseq] " + method)
	} else {
		m.add("Call-ID: " + d.id + "@192.0.2.1")
		m.add("CSeq: {1} " + method)
	}
	for _, line := range more {
		if v := scenarioValues["Contact"]; d.w.scenario && strings.HasPrefix(line, "Contact:") {
			line = "Contact: " + v
		}
		m.add(line)
	}
	if method == "MESSAGE" {
		m.add("Content-Type: text/plain")
		m.body = []string{"Hello"}
	}
	d.finish(&m, sdp, nil)
	return m
}

// insideDialog reports whether requests with the method have a tag in To.
func insideDialog(method string) bool {
	switch method {
	case "ACK", "BYE", "INFO", "UPDATE", "PRACK", "NOTIFY":
		return true
	}
	return false
}

// newResponse makes a response to the request above, or to one that nobody sees (RFC 3261 section 8.2.6).
func (d *drafts) newResponse(code int, phrase string, sdp bool) draft {
	m := draft{sender: "bob"}
	m.add(fmt.Sprintf("SIP/2.0 %d %s", code, phrase))
	method := answered[code]
	if method == "" {
		method = "INVITE"
	}
	tag := ";tag=b" + d.id
	if code == 100 {
		tag = "" // RFC 3261 section 8.2.6.2
	}
	request := d.above.request
	switch {
	case d.w.scenario:
		m.lines = append(m.lines, check.Literal("[last_Via:]"), check.Literal("[last_From:]"))
		if tag != "" {
			tag = ";tag=[pid]SIPpTag01[call_number]"
		}
		m.lines = append(m.lines, check.Literal("[last_To:]"+tag), check.Literal("[last_Call-ID:]"), check.Literal("[last_CSeq:]"))
		if code < 300 && code > 100 {
			m.add("Contact: " + scenarioValues["Contact"]) // what the request was nobody knows
		}
	case request != nil:
		method = string(request.Method())
		for _, id := range [...]sip.HeaderID{sip.HeaderVia, sip.HeaderFrom, sip.HeaderTo, sip.HeaderCallID, sip.HeaderCSeq} {
			for i := range request.Headers {
				h := &request.Headers[i]
				if h.ID != id {
					continue
				}
				line := id.String() + ": " + unfolded(request.Bytes(h.Value))
				if id == sip.HeaderTo && request.Tag(id) == nil {
					line += tag
				}
				m.lines = append(m.lines, check.Literal(line))
			}
		}
	default:
		from, to := "alice@example.com", "bob@example.com"
		if method == "REGISTER" {
			to = from
		}
		m.add("Via: SIP/2.0/UDP {192.0.2.1:5060};branch=" + sip.MagicCookie + d.id)
		m.add("From: <sip:{" + from + "}>;tag=a" + d.id)
		m.add("To: <sip:{" + to + "}>" + tag)
		m.add("Call-ID: " + d.id + "@192.0.2.1")
		m.add("CSeq: {1} " + method)
	}
	sdp = sdp || code == 200 && method == "INVITE"
	d.finish(&m, sdp && method == "INVITE", request)
	return m
}

// finish adds the body and what the rules miss.
func (d *drafts) finish(m *draft, sdp bool, request *sip.Message) {
	if sdp {
		m.add("Content-Type: application/sdp")
		m.body = d.description(m.sender)
	}
	length := strconv.Itoa(sip.WireLen([]byte(m.bodyText())))
	if d.w.scenario && m.body != nil {
		length = "[len]"
	}
	m.lines = append(m.lines, check.Literal("Content-Length: "+length))
	// Each turn inserts at least one of the few header fields that can be missing.
	for range 16 {
		if !d.mend(m, request) {
			return
		}
	}
}

// mend inserts the first header field that is missing. more is false when none is.
func (d *drafts) mend(m *draft, request *sip.Message) (more bool) {
	msg := sip.Parse([]byte(m.text()))
	msg.Head, msg.Tail = sip.Part{Is: sip.Whole}, sip.Part{Is: sip.Whole}
	if d.w.scenario {
		nameKeywordLines(msg)
	}
	subject := check.Subject{Message: msg, Request: request, Editable: true, Bare: !d.w.scenario, Keywords: d.w.scenario}
	var findings []check.Finding
	check.Run(&subject, func(f check.Finding) { findings = append(findings, f) })
	for i := range findings {
		for _, fix := range check.Fixes(&subject, &findings[i]) {
			if m.apply(msg, fix, d.w.scenario) {
				return true
			}
		}
	}
	m.refused = slices.ContainsFunc(findings, func(f check.Finding) bool { return f.Severity < check.Hint })
	return false
}

// apply makes the edits of a fix that inserts header fields; done is false for other fixes.
func (m *draft) apply(msg *sip.Message, fix check.Fix, scenario bool) (done bool) {
	for _, e := range fix.Edits {
		if !e.NewLine {
			return false
		}
	}
	for _, e := range slices.Backward(fix.Edits) {
		behind := bytes.Count(msg.Text[:e.At.Off], []byte("\n"))
		line := e.Text
		if name, _, _ := strings.Cut(line.String(), ":"); scenario {
			line = scenarioField(msg, insertedField{name, line})
		}
		m.lines = slices.Insert(m.lines, behind+1, m.signed(line))
		done = true
	}
	return done
}

// signed puts the user who sends the message into a line of the table of required header fields.
func (m *draft) signed(line check.Template) check.Template {
	out := slices.Clone(line)
	for i := range out {
		if user, ok := strings.CutPrefix(out[i].Text, "user@"); ok && out[i].Placeholder {
			out[i].Text = m.sender + "@" + user
		}
	}
	return out
}

// description is a session description: audio with the codecs that every telephone has (RFC 8866).
func (d *drafts) description(sender string) []string {
	if d.w.scenario {
		return []string{
			"v=0", "o=sipp 1 1 IN IP[local_ip_type] [local_ip]", "s=-", "c=IN IP[media_ip_type] [media_ip]", "t=0 0",
			"m=audio [media_port] RTP/AVP 8 0 101", "a=rtpmap:8 PCMA/8000", "a=rtpmap:0 PCMU/8000", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", "a=sendrecv",
		}
	}
	host := "192.0.2.1"
	if sender == "bob" {
		host = "192.0.2.2"
	}
	return []string{
		"v=0", "o=- 1 1 IN IP4 " + host, "s=-", "c=IN IP4 " + host, "t=0 0",
		"m=audio 49170 RTP/AVP 8 0 101", "a=rtpmap:8 PCMA/8000", "a=rtpmap:0 PCMU/8000", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", "a=sendrecv",
	}
}

// bodyText returns the body with LF line ends. The last line of a session description has one, too; a text need not.
func (m *draft) bodyText() string {
	if len(m.body) < 2 {
		return strings.Join(m.body, "")
	}
	return strings.Join(m.body, "\n") + "\n"
}

// text returns the message as it is on the wire.
func (m *draft) text() string {
	var b strings.Builder
	for _, l := range m.lines {
		b.WriteString(l.String())
		b.WriteString("\r\n")
	}
	b.WriteString("\r\n")
	b.WriteString(strings.ReplaceAll(m.bodyText(), "\n", "\r\n"))
	return b.String()
}

// template returns the message as a text to insert.
func (m *draft) template() check.Template {
	var t check.Template
	for _, l := range m.lines {
		t = append(append(t, l...), check.TemplatePart{Text: "\n"})
	}
	return append(t, check.TemplatePart{Text: "\n" + m.bodyText()})
}
