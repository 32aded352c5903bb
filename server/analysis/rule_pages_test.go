package analysis_test

import (
	"fmt"
	"strings"
	"testing"

	"sipls/server/analysis"
	"sipls/server/check"
	"sipls/server/explain"
)

func TestRulePagesLeadToEachRule(t *testing.T) {
	pages := map[string]string{}
	for _, p := range analysis.RulePages() {
		if pages[p.Name] != "" {
			t.Errorf("two pages are named %s", p.Name)
		}
		pages[p.Name] = explain.Markdown(p.Doc)
	}
	for _, r := range check.Rules() {
		heading := "\n## " + r.Name + "\n"
		var on []string
		for name, text := range pages {
			if strings.Contains(text, heading) {
				on = append(on, name)
			}
		}
		if len(on) != 1 {
			t.Errorf("%s is explained on %v", r.Name, on)
			continue
		}
		if link := fmt.Sprintf("[%s](%s#%s)", r.Name, on[0], r.Name); !strings.Contains(pages["README.md"], link) {
			t.Errorf("the index lacks %s", link)
		}
	}
	for name, text := range pages {
		if lines := strings.Count(text, "\n"); lines > 5000 {
			t.Errorf("%s has %d lines", name, lines)
		}
	}
}

func TestRuleExplainsWithAnExample(t *testing.T) {
	for _, c := range []struct {
		rule string
		want []string
	}{
		{"via-branch-without-cookie", []string{"## Why it matters", "a branch of RFC 2543", "branch=1f\n", "reports a warning on `1f`", "`Put z9hG4bK before the branch` makes of it\n", "branch=z9hG4bK1f\n", "- no branch at all", "section 8.1.1.7"}},
		{"407-without-proxy-authenticate", []string{"Proxy-Authenticate must be there: every 407.", "where the values are for you to fill in"}},
		{"415-without-accept", []string{"One of Accept"}},
	} {
		doc, ok := analysis.Rule(c.rule)
		if !ok {
			t.Errorf("there is no %s", c.rule)
		}
		text := explain.Markdown(doc)
		for _, w := range c.want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: %q is not in\n%s", c.rule, w, text)
			}
		}
	}
	if _, ok := analysis.Rule("none"); ok {
		t.Error("a rule of that name?")
	}
}

// TestEveryRuleHasAnExample: a page without one explains too little.
func TestEveryRuleHasAnExample(t *testing.T) {
	for _, r := range check.Rules() {
		doc, _ := analysis.Rule(r.Name)
		verbatim := 0
		for _, b := range doc.Blocks {
			if _, ok := b.(explain.Verbatim); ok {
				verbatim++
			}
		}
		if verbatim == 0 {
			t.Errorf("%s has none", r.Name)
		}
	}
}
