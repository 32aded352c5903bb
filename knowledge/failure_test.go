package knowledge

import (
	"slices"
	"strings"
	"testing"
)

func TestEveryFailureIsComplete(t *testing.T) {
	if n := len(Failures()); n < 54 {
		t.Errorf("%d failures", n)
	}
	seen := map[string]string{}
	for _, x := range Failures() {
		if LookupFailure(x.Slug) != x || LookupFailure(strings.ToUpper(x.Slug)) != x || LookupFailure(x.Title) != x {
			t.Errorf("%s: slug or title finds another failure", x.Slug)
		}
		for what, s := range map[string]string{"title": x.Title, "symptom": x.Symptom, "cause": x.Cause, "evidence": x.Evidence, "fix": x.Fix} {
			if other, ok := seen[s]; ok {
				t.Errorf("%s: %s is that of %s", x.Slug, what, other)
			}
			seen[s] = x.Slug
		}
		if len(x.Title) > 60 {
			t.Errorf("%s: title has %d letters, that is no short clause", x.Slug, len(x.Title))
		}
		if !slices.ContainsFunc(x.Cites, func(c Cite) bool { return strings.HasPrefix(c.Standard, "RFC ") && c.Section != "" }) {
			t.Errorf("%s: cites no section of an RFC", x.Slug)
		}
		if scopeWords[x.Scope] == "" {
			t.Errorf("%s: scope %q is not put in words", x.Slug, x.Scope)
		}
		if e := x.Entry(); e.Summary != x.Symptom || len(e.Facts) != 6 {
			t.Errorf("%s: entry is %+v", x.Slug, e)
		}
	}
	if LookupFailure("") != nil || LookupFailure("no-such-failure") != nil {
		t.Error("a failure that is not there is found")
	}
}

func TestFailureSaysItsCertaintyOnce(t *testing.T) {
	for slug, want := range map[string]string{
		"tcp-framing":         "proof",
		"stale-nonce":         "Proof when stale=true is there",
		"no-common-codec-488": "hint. Proof when",
	} {
		f := LookupFailure(slug).Entry().Facts
		at := slices.IndexFunc(f, func(f Fact) bool { return f.Label == "Certainty" })
		if at < 0 || !strings.HasPrefix(f[at].Text, want) {
			t.Errorf("%s: facts are %v, want certainty %q", slug, f, want)
		}
	}
}
