package explain

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sipls/knowledge"
)

// Status explains a response code. ok is false where nothing is known and the
// code lies outside the classes of RFC 3261.
func Status(code int) (d Doc, ok bool) {
	k := knowledge.LookupStatus(code)
	if k == nil {
		return unknownStatus(code)
	}
	d.heading(1, Text(fmt.Sprintf("%d %s", code, k.Phrase)))
	d.para(statusLine(k)...)
	for _, s := range k.Sections {
		d.heading(2, Text(s.Title))
		d.Blocks = append(d.Blocks, prose(s.Text)...)
		if s.Title == "Meaning" {
			d.carries(code)
		}
	}
	return d, true
}

// unknownStatus says what a receiver makes of a code nobody registered.
func unknownStatus(code int) (d Doc, ok bool) {
	if code < 100 || code > 999 {
		return d, false // not three digits (RFC 3261 section 7.2)
	}
	d.heading(1, Text(strconv.Itoa(code)))
	if knowledge.ClassOf(code) == "" {
		d.para(
			Bold("Not a SIP response code."), Text(" The first digit of a code is its class, and SIP has the classes 1 to 6 ("),
			cite(knowledge.Cite{Standard: "RFC 3261", Section: "7.2"}),
			Text("). The rule that treats an unknown code like x00 of its class has nothing to go by here: a receiver drops such a response as malformed. Some programs use numbers of 700 and above inside themselves, for failures that never were a message."),
		)
		return d, true
	}
	base := code / 100 * 100
	if base == 100 {
		base = 183
	}
	d.para(
		Bold("Not a registered response code."), Text(fmt.Sprintf(" A receiver treats it like %d (", base)),
		cite(knowledge.Cite{Standard: "RFC 3261", Section: "8.1.3.2"}), Text("); the reason phrase may tell what the sender means."),
	)
	if k := knowledge.LookupStatus(base); k != nil {
		d.heading(2, Text(statusName(base)))
		d.Blocks = append(d.Blocks, prose(k.Section("Meaning"))...)
		d.heading(2, Text("How to fix it"))
		d.Blocks = append(d.Blocks, prose(k.Section("How to fix it"))...)
	}
	return d, true
}

// Mention explains a code that a text names outside any message: short, with
// the next step first. ok is false where nothing is known.
func Mention(code int) (d Doc, ok bool) {
	k := knowledge.LookupStatus(code)
	if k == nil {
		return unknownStatus(code)
	}
	d.heading(3, Text(fmt.Sprintf("%d %s", code, k.Phrase)))
	d.para(Bold(k.Short), Text(" "+classWord(k)))
	d.digest(k)
	return d, true
}

// digest adds what matters of an explanation where the code stands: a hover is
// read in one look, the whole text is one command away.
func (d *Doc) digest(k *knowledge.Status) {
	d.parts(k, part{"Meaning", 0}, part{"When you see it", 3}, part{"How to fix it", 3})
}

// meaning adds only what the code means.
func (d *Doc) meaning(k *knowledge.Status) { d.parts(k, part{"Meaning", 0}) }

// part is a section of an explanation.
type part struct {
	title string
	most  int // items of a list
}

func (d *Doc) parts(k *knowledge.Status, parts ...part) {
	for _, part := range parts {
		blocks := prose(k.Section(part.title))
		if len(blocks) == 0 {
			continue
		}
		d.heading(4, Text(part.title))
		for _, b := range blocks {
			if l, ok := b.(List); ok && len(l.Items) > part.most {
				l.Items = l.Items[:part.most]
				b = l
			}
			d.Blocks = append(d.Blocks, b)
		}
	}
	var l Line
	if len(k.Similar) > 0 {
		l = append(l, Text("Not to be confused with "))
		for i, c := range k.Similar {
			if i > 0 {
				l = append(l, Text(", "))
			}
			l = append(l, Text(strconv.Itoa(c)))
		}
		l = append(l, Text(". "))
	}
	d.para(append(l, citeAll(k.Cites())...)...)
}

func citeAll(cites []knowledge.Cite) Line {
	var l Line
	for i, c := range cites {
		if i > 0 {
			l = append(l, Text(" · "))
		}
		l = append(l, cite(c))
	}
	return l
}

// inParentheses lists standards behind a sentence.
func inParentheses(cites []knowledge.Cite) Line {
	var l Line
	for i, c := range cites {
		l = append(l, Text([]string{" (", ", "}[min(i, 1)]), cite(c))
	}
	if l != nil {
		l = append(l, Text(")"))
	}
	return l
}

// statusLine tells in one line of which kind a code is.
func statusLine(k *knowledge.Status) Line {
	l := Line{Bold(className(k.Class))}
	if !k.Registered {
		l = append(l, Text(", not registered"))
		if k.Emitters != "" {
			l = append(l, Text(" (sent by: "+strings.TrimSuffix(k.Emitters, ".")+")"))
		}
	}
	if k.Deprecated {
		l = append(l, Text(", deprecated"))
	}
	if k.Methods != "" {
		l = append(l, Text(" · answers: "+k.Methods))
	}
	for i, c := range k.Cites() {
		sep := ", "
		if i == 0 {
			sep = " · "
		}
		l = append(l, Text(sep), cite(c))
	}
	return l
}

func cite(c knowledge.Cite) Inline {
	if u := c.URL(); u != "" {
		return To(c.String(), u)
	}
	return Text(c.String())
}

func className(class string) string {
	switch class {
	case "provisional":
		return "Provisional: the request goes on"
	case "success":
		return "Success, final"
	case "redirection":
		return "Redirection, final: try elsewhere"
	case "client-error":
		return "Client error, final: another server, or a changed request, may succeed"
	case "server-error":
		return "Server error, final: the request may succeed elsewhere"
	case "global-failure":
		return "Global failure, final: it will fail everywhere"
	}
	return class
}

// carries lists the header fields that responses with this code must and should carry.
func (d *Doc) carries(code int) {
	var items []Line
	for _, strength := range []string{"MUST", "SHOULD", "MUST-NOT"} {
		for _, r := range knowledge.RequirementsFor(code) {
			// What responses of several classes carry is no news here.
			if r.Strength != strength || r.Messages.Hi-r.Messages.Lo >= 100 || strings.HasPrefix(r.Header.Name, "(") {
				continue
			}
			word := map[string]string{"MUST": "must", "SHOULD": "should", "MUST-NOT": "must not"}[strength]
			l := Line{Text("It " + word + " carry "), Mono(r.Header.String()), Text(": " + strings.TrimSuffix(r.Condition, "."))}
			items = append(items, append(l, inParentheses(r.Cites)...))
		}
	}
	d.list(items...)
}

// Similar returns the codes worth comparing with, best first.
func Similar(code int) []int {
	k := knowledge.LookupStatus(code)
	if k == nil {
		return nil
	}
	return slices.Clone(k.Similar)
}
