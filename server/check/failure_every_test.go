package check

import (
	"testing"

	"sipls/knowledge"
)

// noRule are the failures that the text of a log cannot prove, with the reason.
var noRule = map[string]string{}

// TestEveryFailureIsFound: each row of failures.tsv has a rule, or a reason why it can have none.
func TestEveryFailureIsFound(t *testing.T) {
	for _, f := range knowledge.Failures() {
		why, none := noRule[f.Slug]
		switch found := Finders(f.Slug); {
		case len(found) == 0 && !none:
			t.Errorf("%s: no rule finds it", f.Slug)
		case len(found) > 0 && none:
			t.Errorf("%s: rule %s finds it, though %q", f.Slug, found[0].Name, why)
		}
	}
	for slug := range noRule {
		if f := knowledge.LookupFailure(slug); f == nil || f.Slug != slug {
			t.Errorf("%s is no failure", slug)
		}
	}
}
