package knowledge

import (
	"strings"
	"testing"
)

func TestRequirementsTable(t *testing.T) {
	rows := Requirements()
	if len(rows) < 125 {
		t.Fatalf("%d rows", len(rows))
	}
	groups := map[string]string{} // rule of each group
	rules := map[string]string{}  // group of each rule
	for _, r := range rows {
		what := r.Row + " " + r.Header.String()
		switch r.Strength {
		case "MUST", "SHOULD", "MAY", "MUST-NOT", "SHOULD-NOT", "-", "expected":
		default:
			t.Errorf("%s: strength %q", what, r.Strength)
		}
		if r.Rule == "" {
			continue
		}
		if strings.ToLower(r.Rule) != r.Rule || strings.ContainsAny(r.Rule, " _") {
			t.Errorf("%s: rule name %q is not kebab-case", what, r.Rule)
		}
		if r.Strength == "MAY" || r.Strength == "-" {
			t.Errorf("%s: a rule for a header field that may be there or not", what)
		}
		if g, ok := rules[r.Rule]; ok && (g == "" || g != r.Group) {
			t.Errorf("%s: rule %s stands on several rows that are no group", what, r.Rule)
		}
		rules[r.Rule] = r.Group
		if r.Group != "" {
			if rule, ok := groups[r.Group]; ok && rule != r.Rule {
				t.Errorf("%s: group %s has rules %s and %s", what, r.Group, rule, r.Rule)
			}
			groups[r.Group] = r.Rule
		}
		for _, s := range []string{r.Consequence, r.Next} {
			if !strings.HasSuffix(s, ".") || strings.Contains(s, "  ") {
				t.Errorf("%s: %q is no sentence", what, s)
			}
		}
		for _, c := range r.Cites {
			if c.Section == "" && strings.HasPrefix(c.Standard, "RFC ") {
				t.Errorf("%s: %s has no section", what, c)
			}
		}
	}
}

func TestParseRange(t *testing.T) {
	for in, want := range map[string]Range{
		"407": {Lo: 407, Hi: 407}, "4xx": {Lo: 400, Hi: 499}, "18x": {Lo: 180, Hi: 189}, "101-199": {Lo: 101, Hi: 199},
		"all": {Lo: 100, Hi: 699}, "request": {Request: true},
	} {
		if got, err := parseRange(in); err != nil || got != want {
			t.Errorf("parseRange(%q) = %v, %v, want %v", in, got, err, want)
		}
	}
	for _, in := range []string{"", "40", "7xx", "abc", "199-101", "4077", "xx"} {
		if got, err := parseRange(in); err == nil {
			t.Errorf("parseRange(%q) = %v, want an error", in, got)
		}
	}
}

func TestParseTarget(t *testing.T) {
	for in, want := range map[string]Target{
		"Via":                           {Name: "Via"},
		"To;tag":                        {Name: "To", Param: "tag"},
		"Session-Expires;refresher=uac": {Name: "Session-Expires", Param: "refresher", Value: "uac"},
		"Require:100rel":                {Name: "Require", Token: "100rel"},
	} {
		if got := parseTarget(in); got != want {
			t.Errorf("parseTarget(%q) = %v, want %v", in, got, want)
		}
	}
}

func TestParseAtomRejects(t *testing.T) {
	for _, in := range []string{"", "sometimes", "method", "method=", "code=abc", "has=", "!request="} {
		if a, err := parseAtom(in); err == nil {
			t.Errorf("parseAtom(%q) = %v, want an error", in, a)
		}
	}
}

func TestParseRequirementsRejects(t *testing.T) {
	head := strings.ReplaceAll(requirementColumns, " ", "\t") + "\n"
	for name, table := range map[string]string{
		"other columns":           "rule\tcode\n",
		"unknown condition":       head + "a\t407\tVia\tMUST\tmaybe\t\terror\t\tRFC3261 1\tc\tx.\ty.\n",
		"rule without severity":   head + "a\t407\tVia\tMUST\talways\t\t\t\tRFC3261 1\tc\tx.\ty.\n",
		"rule without conditions": head + "a\t407\tVia\tMUST\t\t\terror\t\tRFC3261 1\tc\tx.\ty.\n",
		"bad code":                head + "a\tfour\tVia\tMUST\talways\t\terror\t\tRFC3261 1\tc\tx.\ty.\n",
	} {
		if rows, err := parseRequirements(table); err == nil {
			t.Errorf("%s: no error, %d rows", name, len(rows))
		}
	}
}
