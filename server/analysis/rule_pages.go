package analysis

import (
	"fmt"

	"sipls/server/check"
	"sipls/server/explain"
)

// RulePage is one of the pages that explain all rules.
type RulePage struct {
	Name string // of the file: "address.md"
	Doc  explain.Doc
}

// RulePages returns the pages that explain all rules: an index, README.md, and one
// page for each family, the large one of the required header fields in several.
// Each rule has a heading of its own name, so that PAGE#NAME leads to it.
func RulePages() []RulePage {
	var pages []ruleGroup
	for _, f := range check.Families() {
		pages = append(pages, groups(f)...)
	}
	link := func(page string) func(*check.Rule) string {
		return func(r *check.Rule) string { return page + "#" + r.Name }
	}
	index := explain.Doc{Blocks: []explain.Block{
		explain.Heading{Level: 1, Text: explain.Line{explain.Text("Rules")}},
		explain.Paragraph{Text: explain.Line{
			explain.Text(fmt.Sprintf("The %d rules of ", len(check.Rules()))), explain.Mono("sipls check"),
			explain.Text(" and of the editors. The severity is the gravest that a rule reports. "), explain.Mono("sipls rule NAME"),
			explain.Text(" prints what these pages say; "), explain.Mono("--select"), explain.Text(", "), explain.Mono("--ignore"),
			explain.Text(" and "), explain.Mono("--severity"), explain.Text(", and the settings of the same names, take the name of a family for all of its rules."),
		}},
	}}
	out := make([]RulePage, 1, len(pages)+1)
	for _, p := range pages {
		page := explain.Doc{Blocks: []explain.Block{
			explain.Heading{Level: 1, Text: explain.Line{explain.Text(p.title)}},
			explain.RuleList(p.rules, link("")),
		}}
		for _, r := range p.rules {
			if d, ok := Rule(r.Name); ok {
				page.Blocks = append(page.Blocks, explain.Under(d, 1).Blocks...)
			}
		}
		out = append(out, RulePage{p.file, page})
		index.Blocks = append(
			index.Blocks,
			explain.Heading{Level: 2, Text: explain.Line{explain.To(p.title, p.file)}},
			explain.Paragraph{Text: explain.Line{explain.Text("Family "), explain.Mono(p.family)}},
			explain.RuleList(p.rules, link(p.file)),
		)
	}
	out[0] = RulePage{"README.md", index}
	return out
}

// ruleGroup is what stands on one page.
type ruleGroup struct {
	family, file, title string
	rules               []*check.Rule
}

// groups divides a family: rules about some responses only by the class of these, when there are too many for one page.
func groups(f check.Family) []ruleGroup {
	const many = 80
	if len(f.Rules) == 0 {
		return nil
	}
	if len(f.Rules) < many {
		return []ruleGroup{{f.Name, f.Name + ".md", f.Title, f.Rules}}
	}
	group := func(part, title string) ruleGroup {
		return ruleGroup{family: f.Name, file: f.Name + "-" + part + ".md", title: f.Title + ": " + title}
	}
	out := []ruleGroup{group("request", "requests"), group("response", "responses of several classes")}
	for class := 1; class <= 6; class++ {
		out = append(out, group(fmt.Sprintf("%dxx", class), fmt.Sprintf("%dxx responses", class)))
	}
	for _, r := range f.Rules {
		at := 1
		if len(r.Messages) > 0 {
			switch m := r.Messages[0]; {
			case m.Request:
				at = 0
			case m.Lo/100 == m.Hi/100:
				at = 1 + m.Lo/100
			}
		}
		out[at].rules = append(out[at].rules, r)
	}
	kept := out[:0]
	for _, g := range out {
		if len(g.rules) > 0 {
			kept = append(kept, g)
		}
	}
	return kept
}
