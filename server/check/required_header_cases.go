package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sipls/knowledge"
	"sipls/server/sip"
)

// cases shows each row of the requirement in four texts made from the row
// itself: a message that breaks it, the same in a log, one that keeps it, one that is cut off.
func (q *requirement) cases() []Case {
	var out []Case
	for i := range q.rows {
		r := &q.rows[i]
		d := draft(r)
		broken, kept := d.clone(), d.clone()
		if r.Forbidden() {
			kept.drop(r)
			broken.carry(r.Header)
		} else {
			kept.carry(r.Header)
			broken.drop(r)
			for k := range q.rows {
				if r.Group != "" {
					broken.drop(&q.rows[k])
				}
			}
		}
		severity := r.severity
		if d.noCookie {
			severity = r.old
		}
		want := []string{severity.String() + ": " + broken.place(r)}
		out = append(out, Case{Name: r.Condition + ": broken", Text: broken.text(), Want: want})
		if !d.editable {
			out = append(out, Case{Name: r.Condition + ": broken in a log", Log: true, Text: broken.log(), Want: want})
		}
		out = append(out, Case{Name: r.Condition + ": kept", Text: kept.text()})
		out = append(out, Case{Name: r.Condition + ": cut off", Log: true, Text: broken.cutLog()})
		if r.Group != "" {
			break // the rows of a group are broken together
		}
	}
	return out
}

// draftMessage is a message in the making.
type draftMessage struct {
	start    string
	fields   []draftField
	body     string
	request  *draftMessage
	noCookie bool
	editable bool
}

type draftField struct{ name, value string }

// sampleValues are values of header fields for cases; any other field gets "1".
var sampleValues = map[string]string{
	"Via": "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1", "From": "<sip:alice@example.com>;tag=a1", "To": "<sip:bob@example.com>;tag=b1",
	"Call-ID": "c1@192.0.2.1", "Contact": "<sip:bob@192.0.2.2>", "Content-Type": "text/plain", "Record-Route": "<sip:192.0.2.9;lr>",
	"Route": "<sip:192.0.2.9;lr>", "Path": "<sip:192.0.2.9;lr>", "Session-Expires": "1800", "Refer-To": "<sip:carol@example.com>", "Event": "presence",
	"Subscription-State": "active;expires=60", "Max-Forwards": "70", "Require": "sec-agree",
}

// draft makes a message that meets the conditions of a row and has everything else that messages need.
func draft(r *requirementRow) *draftMessage {
	d := &draftMessage{}
	method, code := "INVITE", r.Messages.Lo
	var needRequest bool
	for _, a := range r.when {
		switch a.Kind {
		case knowledge.Method:
			if !a.Not {
				method = a.Words[0]
			} else if slices.Contains(a.Words, method) {
				method = "OPTIONS"
			}
		case knowledge.Code:
			if !a.Not {
				code = max(code, a.Lo)
			} else if a.Lo <= code && code <= a.Hi {
				code = a.Hi + 1
			}
		case knowledge.RequestHas, knowledge.RequestToTag:
			needRequest = true
		}
	}
	if r.Messages.Request {
		d.start = method + " sip:bob@example.com SIP/2.0"
	} else {
		phrase := ""
		if k := knowledge.LookupStatus(code); k != nil {
			phrase = k.Phrase
		}
		d.start = fmt.Sprintf("SIP/2.0 %d %s", code, phrase)
	}
	for _, n := range []string{"Via", "Max-Forwards", "From", "To", "Call-ID"} {
		if n != "Max-Forwards" || r.Messages.Request {
			d.set(n, sampleValues[n])
		}
	}
	d.set("CSeq", "1 "+method)
	d.set("Content-Length", "0")
	if needRequest {
		d.request = &draftMessage{start: method + " sip:bob@example.com SIP/2.0", fields: slices.Clone(d.fields)}
		d.request.set("Max-Forwards", "70")
		d.request.set("To", "<sip:bob@example.com>")
	}
	for _, a := range r.when {
		d.meet(a)
	}
	if r.Header.Token == "message/sipfrag" {
		d.body = "SIP/2.0 100 Trying"
		d.set("Content-Length", strconv.Itoa(len(d.body)))
	}
	return d
}

// meet makes a condition hold.
func (d *draftMessage) meet(a atom) {
	switch a.Kind {
	case knowledge.Has:
		if a.Not {
			d.without(a.Target)
		} else {
			d.carry(a.Target)
		}
	case knowledge.RequestHas:
		if a.Not {
			d.request.without(a.Target)
		} else {
			d.request.carry(a.Target)
		}
	case knowledge.ToTag:
		d.tag(!a.Not)
	case knowledge.RequestToTag:
		d.request.tag(!a.Not)
	case knowledge.Body:
		if !a.Not {
			d.body = "hello"
			d.set("Content-Length", "5")
		}
	case knowledge.Stream:
		if !a.Not {
			d.set("Via", strings.Replace(d.get("Via"), "UDP", "TCP", 1))
		}
	case knowledge.Phrase:
		if !a.Not {
			d.start = d.start[:len("SIP/2.0 603 ")] + a.Words[0]
		}
	case knowledge.Cookie:
		if a.Not {
			d.noCookie = true
			d.set("Via", strings.Replace(d.get("Via"), sip.MagicCookie, "", 1))
		}
	case knowledge.Editable:
		d.editable = !a.Not
	}
}

func (d *draftMessage) tag(on bool) {
	to := strings.TrimSuffix(d.get("To"), ";tag=b1")
	if on {
		to += ";tag=b1"
	}
	d.set("To", to)
}

func (d *draftMessage) clone() *draftMessage {
	c := *d
	c.fields = slices.Clone(d.fields)
	return &c
}

func (d *draftMessage) get(name string) string {
	for _, f := range d.fields {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

func (d *draftMessage) set(name, value string) {
	for i := range d.fields {
		if d.fields[i].name == name {
			d.fields[i].value = value
			return
		}
	}
	d.fields = append(d.fields, draftField{name, value})
}

func (d *draftMessage) remove(name string) {
	d.fields = slices.DeleteFunc(d.fields, func(f draftField) bool { return f.name == name })
}

// carry adds what a target names.
func (d *draftMessage) carry(t knowledge.Target) {
	value := d.get(t.Name)
	if value == "" {
		if value = sampleValues[t.Name]; value == "" {
			value = "1"
		}
		if t.Token != "" {
			value = t.Token
		}
	}
	switch {
	case t.Token != "" && !strings.Contains(value, t.Token):
		value += ", " + t.Token
	case t.Param != "" && !strings.Contains(value, ";"+t.Param+"="):
		v := t.Value
		if v == "" {
			v = "60"
		}
		value += ";" + t.Param + "=" + v
	}
	d.set(t.Name, value)
}

// without removes what a target names: the parameter or token, or the field.
func (d *draftMessage) without(t knowledge.Target) {
	value := d.get(t.Name)
	switch {
	case value == "":
	case t.Param != "":
		var kept []string
		for _, p := range strings.Split(value, ";") {
			if name, _, _ := strings.Cut(p, "="); name != t.Param {
				kept = append(kept, p)
			}
		}
		d.set(t.Name, strings.Join(kept, ";"))
	case t.Token != "":
		if value == t.Token {
			d.remove(t.Name)
		}
	default:
		d.remove(t.Name)
	}
}

func (d *draftMessage) drop(r *requirementRow) { d.without(r.Header) }

// place is the text on which breaking the row is reported.
func (d *draftMessage) place(r *requirementRow) string {
	if v := d.get(r.Header.Name); v != "" {
		return r.Header.Name + ": " + v
	}
	return strings.TrimRight(d.start, " ")
}

func (d *draftMessage) message() string {
	var b strings.Builder
	b.WriteString(d.start + "\n")
	for _, f := range d.fields {
		b.WriteString(f.name + ": " + f.value + "\n")
	}
	b.WriteString("\n" + d.body)
	return b.String()
}

func (d *draftMessage) text() string {
	if d.request != nil {
		return d.request.message() + d.message()
	}
	return d.message()
}

// cutLog is a log that ends behind the first header field of the message.
func (d *draftMessage) cutLog() string {
	log := d.log()
	start := strings.LastIndex(log, d.start)
	lines := strings.SplitAfterN(log[start:], "\n", 3)
	return log[:start] + lines[0] + strings.TrimSuffix(lines[1], "\n")
}

func (d *draftMessage) log() string {
	const head = "2026-11-22 10:00:00 a message:\n"
	text := head + d.message() + "\n"
	if d.request != nil {
		text = head + d.request.message() + "\n" + text
	}
	return text
}
