package check

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEachRuleIsInOneFamily(t *testing.T) {
	of := map[string]string{}
	for _, f := range Families() {
		if f.Title == "" || Lookup(f.Name) != nil || strings.Contains(f.Name, "*") {
			t.Errorf("family %q", f.Name)
		}
		for _, r := range f.Rules {
			if of[r.Name] != "" {
				t.Errorf("%s is in %s and %s", r.Name, of[r.Name], f.Name)
			}
			of[r.Name] = f.Name
		}
	}
	for _, r := range Rules() {
		if of[r.Name] == "" {
			t.Errorf("%s is in no family", r.Name)
		}
	}
}

func TestPolicy(t *testing.T) {
	const cseq, via, missing = "cseq-method-mismatch", "via-branch-without-cookie", "407-without-proxy-authenticate"
	for _, c := range []struct {
		name   string
		prefer Preferences
		want   map[string]string // rule to severity, "" for hidden
	}{
		{"nothing said", Preferences{}, map[string]string{cseq: "error", via: "warning", missing: "error"}},
		{"a rule selected", Preferences{Select: []string{via}}, map[string]string{via: "warning", cseq: "", missing: ""}},
		{"a family selected", Preferences{Select: []string{"transaction"}}, map[string]string{via: "warning", cseq: "error", missing: ""}},
		{"a pattern selected", Preferences{Select: []string{"407-*"}}, map[string]string{via: "", cseq: "", missing: "error"}},
		{"ignored", Preferences{Ignore: []string{"*-cookie", "required-header"}}, map[string]string{via: "", cseq: "error", missing: ""}},
		{"ignored wins over selected", Preferences{Select: []string{"transaction"}, Ignore: []string{via}}, map[string]string{via: "", cseq: "error"}},
		{"severity", Preferences{Severity: map[string]string{via: "error", missing: "off"}}, map[string]string{via: "error", cseq: "error", missing: ""}},
		{
			"the nearest name wins",
			Preferences{Severity: map[string]string{"transaction": "off", "via-*": "information", "*": "warning", via: "hint"}},
			map[string]string{via: "hint", cseq: "warning", missing: "warning"},
		},
		{"a nearer name takes a rule out of off", Preferences{Severity: map[string]string{"transaction": "off", cseq: "hint"}}, map[string]string{via: "", cseq: "hint"}},
		{"a failure selected", Preferences{Select: []string{"challenge-header-missing"}}, map[string]string{via: "", cseq: "", missing: "error"}},
		{
			"the name of a rule that is that of a failure, too",
			Preferences{Severity: map[string]string{"content-length-mismatch": "hint", "content-length-syntax": "information"}},
			map[string]string{"content-length-mismatch": "hint", "content-length-syntax": "information", "stream-request-without-content-length": "hint"},
		},
		{"a rule before its failure", Preferences{Severity: map[string]string{"challenge-header-missing": "off", missing: "hint"}}, map[string]string{missing: "hint"}},
		{"severity does not bring back what is ignored", Preferences{Ignore: []string{via}, Severity: map[string]string{via: "error"}}, map[string]string{via: ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, problems := NewPolicy(c.prefer)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			got := map[string]string{}
			for name := range c.want {
				f := Finding{Rule: Lookup(name), Severity: Lookup(name).Severity}
				if got[name] = ""; p.Apply(&f) {
					got[name] = f.Severity.String()
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			same, _ := NewPolicy(c.prefer)
			other, _ := NewPolicy(Preferences{Select: []string{"sdp", "message"}})
			if !p.Equal(same) || p.Equal(other) || p.Equal(nil) {
				t.Error("a policy equals only those that say the same")
			}
		})
	}
}

func TestPolicyTellsWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		prefer Preferences
		want   string
	}{
		{Preferences{Ignore: []string{"cseq-metod-mismatch"}}, `there is no rule or family of rules "cseq-metod-mismatch"; did you mean cseq-method-mismatch`},
		{Preferences{Select: []string{"adress"}}, `there is no rule or family of rules "adress"; did you mean address`},
		{Preferences{Select: []string{"407-without-proxy"}}, `407-without-proxy-authenticate`},
		{Preferences{Select: []string{"zzz"}}, `there is no rule or family of rules "zzz"`},
		{Preferences{Ignore: []string{strings.Repeat("z", 1000)}}, `there is no rule`},
		{Preferences{Ignore: []string{"zzz-*"}}, `no rule has a name like "zzz-*"`},
		{Preferences{Severity: map[string]string{"via-branch-without-cookie": "fatal"}}, `severity "fatal" is not error, warning, information or hint, or off to silence a rule`},
	} {
		p, problems := NewPolicy(c.prefer)
		if len(problems) != 1 || !strings.Contains(problems[0].Error(), c.want) {
			t.Errorf("%+v: %v", c.prefer, problems)
			continue
		}
		var name *NameError
		if errors.As(problems[0], &name) == (c.prefer.Severity != nil) {
			t.Errorf("%T", problems[0])
		}
		if nothing, _ := NewPolicy(Preferences{}); !p.Equal(nothing) {
			t.Errorf("%+v hides or changes something", c.prefer)
		}
	}
}

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"*", "a-b", true},
		{"a*", "a-b", true},
		{"*b", "a-b", true},
		{"a*b", "a-b", true},
		{"a*-*b", "a-b", true},
		{"a*a", "a", false},
		{"*-*-*", "a-b", false},
		{"*-*-*", "a-b-c", true},
		{"b*", "a-b", false},
		{"*a", "a-b", false},
		{"**", "", true},
	} {
		if got := matches(c.pattern, c.name); got != c.want {
			t.Errorf("%s, %s: %t", c.pattern, c.name, got)
		}
	}
}

func TestNearestNamesAreFew(t *testing.T) {
	if got := NearestNames("without", 3); len(got) != 3 {
		t.Error(got)
	}
	if got := NearestNames("contact star", 1); !slices.Equal(got, []string{"contact-star"}) {
		t.Error(got)
	}
	for _, r := range Rules() {
		if got := NearestNames(strings.ToUpper(r.Name)+"x", 1); !slices.Equal(got, []string{r.Name}) {
			t.Error(fmt.Sprint(r.Name, got))
		}
	}
}
