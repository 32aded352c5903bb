package check

import (
	"slices"
	"testing"

	"sipls/knowledge"
)

func TestFailuresOfRules(t *testing.T) {
	for _, r := range Rules() {
		for i, slug := range r.Failures {
			if f := knowledge.LookupFailure(slug); f == nil || f.Slug != slug {
				t.Errorf("%s: %s is no failure", r.Name, slug)
			}
			if slug == r.Name || slices.Contains(r.Failures[:i], slug) {
				t.Errorf("%s: %s is said twice", r.Name, slug)
			}
		}
	}
	for name := range requiredHeaderFailures {
		if named(name) == nil {
			t.Errorf("there is no rule %s", name)
		}
	}
}

func TestNamesOfFailures(t *testing.T) {
	names := func(rules []*Rule) (out []string) {
		for _, r := range rules {
			out = append(out, r.Name)
		}
		return out
	}
	for _, c := range []struct {
		name   string
		lookup string   // the one rule, "" for none
		rules  []string // all
	}{
		{"challenge-header-missing", "", []string{"401-without-www-authenticate", "407-without-proxy-authenticate"}},
		{"record-route-without-lr", "route-without-lr", []string{"route-without-lr"}},
		{"content-length-mismatch", "content-length-mismatch", []string{"content-length-mismatch", "content-length-syntax", "stream-request-without-content-length", "stream-response-without-content-length"}},
		{"content-length-syntax", "content-length-syntax", []string{"content-length-syntax"}},
	} {
		got := ""
		if r := Lookup(c.name); r != nil {
			got = r.Name
		}
		rules, err := Resolve(c.name)
		if got != c.lookup || err != nil || !slices.Equal(names(rules), c.rules) {
			t.Errorf("%s: found %q, %q (%v)", c.name, got, names(rules), err)
		}
	}
	if near := NearestNames("chalenge-header-mising", 1); !slices.Equal(near, []string{"challenge-header-missing"}) {
		t.Errorf("near a failure: %q", near)
	}
}
