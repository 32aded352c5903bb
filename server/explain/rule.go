package explain

import (
	"fmt"
	"slices"
	"strings"

	"sipls/knowledge"
	"sipls/server/check"
)

// RuleExample shows a rule at work in one of its own cases.
type RuleExample struct {
	Name    string        // what the message shows, a clause
	Text    string        // a message file, a log if Log is set, or the picture of a call if Flow is
	Log     bool          // it fires only in a log
	Flow    bool          // it is about several messages
	Finding check.Finding // the first of the rule in the text
	At      string        // what it is reported on
	Fix     string        // title of the fix, "" when there is none
	Safe    bool          // the fix needs nobody's judgement
	Fixed   string        // the text after it
}

// Rule explains a rule of the linter. example may be nil.
func Rule(r *check.Rule, example *RuleExample) (d Doc) {
	d.heading(1, Text(r.Name))
	l := Line{Bold(r.Doc.Title), Text(fmt.Sprintf(" · at most %s", article(r.Severity.String())))}
	if f, ok := family(r); ok {
		l = append(l, Text(" · family "), Mono(f))
	}
	d.para(l...)
	d.heading(2, Text("What it finds"))
	d.Blocks = append(d.Blocks, prose(r.Doc.Text)...)
	var silent []Line
	for _, c := range r.Cases() {
		if c.Want == nil {
			silent = append(silent, Line{Text(c.Name)})
		}
	}
	if example != nil {
		d.ruleExample(example)
	}
	if len(silent) > 0 {
		d.heading(2, Text("Tested to be silent"))
		d.list(silent...)
	}
	if slugs := r.Finds(); len(slugs) > 0 {
		d.heading(2, Text("Failures that it finds"))
		var items []Line
		for _, slug := range slugs {
			l := Line{Mono(slug)}
			if f := knowledge.LookupFailure(slug); f != nil {
				l = append(l, Text(": "+f.Title))
			}
			items = append(items, l)
		}
		d.list(items...)
	}
	d.heading(2, Text("Standard"))
	var items []Line
	for _, c := range r.Cites {
		items = append(items, Line{cite(c)})
	}
	d.list(items...)
	return d
}

func (d *Doc) ruleExample(x *RuleExample) {
	f := &x.Finding
	if f.Consequence != "" && !strings.Contains(f.Rule.Doc.Text, f.Consequence) {
		d.heading(2, Text("Why it matters"))
		d.para(Text(f.Consequence))
	}
	d.heading(2, Text("Example"))
	where := "In this message"
	switch {
	case x.Flow:
		where = "In this call"
	case x.Log:
		where = "In this log"
	}
	d.para(Text(where + " (" + strings.TrimSuffix(x.Name, ".") + ")"))
	d.verbatim(x.Text)
	d.para(Text("it reports "+article(f.Severity.String())+" on "), Mono(x.At), Text(": "), Bold(f.Title+"."), Text(" "+f.Evidence+" "+f.Next))
	if x.Fix == "" {
		return
	}
	d.heading(2, Text("Fix"))
	l := Line{Mono(x.Fix), Text(" makes of it")}
	if !x.Safe {
		l = Line{Mono(x.Fix), Text(" makes of it, where the values are for you to fill in or to judge,")}
	}
	d.para(l...)
	d.verbatim(x.Fixed)
}

// RuleList lists rules with their severity and standard. link returns where a rule is explained, "" for nowhere.
func RuleList(rules []*check.Rule, link func(*check.Rule) string) Block {
	var l List
	for _, r := range rules {
		name := Mono(r.Name)
		if url := link(r); url != "" {
			name = To(r.Name, url)
		}
		item := Line{name, Text(fmt.Sprintf(" (%s): %s (", r.Severity, r.Doc.Title))}
		for i, c := range r.Cites {
			if i > 0 {
				item = append(item, Text(", "))
			}
			item = append(item, Text(c.String()))
		}
		l.Items = append(l.Items, append(item, Text(")")))
	}
	return l
}

func family(r *check.Rule) (name string, ok bool) {
	for _, f := range check.Families() {
		if slices.Contains(f.Rules, r) {
			return f.Name, true
		}
	}
	return "", false
}

func article(noun string) string {
	switch noun[0] {
	case 'a', 'e', 'i', 'o', 'u':
		return "an " + noun
	}
	return "a " + noun
}
