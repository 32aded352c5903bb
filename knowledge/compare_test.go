package knowledge

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestEveryGuideIsWellFormed(t *testing.T) {
	for _, g := range Guides() {
		what := fmt.Sprint(g.Codes)
		if !slices.IsSorted(g.Codes) || !strings.HasSuffix(g.Question, "?") {
			t.Errorf("%s: codes ascend and the question ends with a question mark", what)
		}
		titles := make([]string, len(g.Sections))
		for i, s := range g.Sections {
			titles[i] = s.Title
			if len(bullets(s.Text)) == 0 {
				t.Errorf("%s: section %q has no items", what, s.Title)
			}
		}
		if got := strings.Join(titles, ", "); got != "Key differences, When to use which, In a trace" {
			t.Errorf("%s: sections %s", what, got)
		}
		for _, code := range g.Codes {
			if LookupStatus(code) == nil {
				t.Errorf("%s: nothing is known about %d", what, code)
			}
			if !strings.Contains(g.Sections[1].Text, fmt.Sprintf("- **%d**", code)) {
				t.Errorf("%s: %q says nothing of %d", what, g.Sections[1].Title, code)
			}
		}
	}
}

// TestConfusedSetsHaveGuidance are the sets that people really confuse.
func TestConfusedSetsHaveGuidance(t *testing.T) {
	for _, set := range [][]int{
		{401, 403, 407},
		{404, 480, 604},
		{486, 600, 603},
		{408, 480, 504},
		{180, 183},
		{415, 488, 606},
		{481, 482, 483},
		{301, 302, 305},
		{500, 503, 504},
		{403, 603, 607, 608},
		{422, 423},
		{400, 406, 415, 420, 421},
		{491, 500},
	} {
		for i, a := range set {
			for _, b := range set[i+1:] {
				c, ok := Compare(a, b)
				if !ok || c.Question == "" || len(c.Differences) == 0 || len(c.WhenToUse) < 2 {
					t.Errorf("%d and %d have no guidance: %+v", a, b, c)
				}
			}
		}
	}
}

// TestCompareAnyTwo composes every pair: none may be empty, repeat itself or speak of a third code.
func TestCompareAnyTwo(t *testing.T) {
	codes := StatusCodes()
	for i, a := range codes {
		for _, b := range codes[i+1:] {
			c, ok := Compare(a, b)
			if !ok {
				t.Fatalf("%d and %d can't be compared", a, b)
			}
			if len(c.Differences)+len(c.Shared) < 2 {
				t.Errorf("%d and %d: %d differences, %d things shared", a, b, len(c.Differences), len(c.Shared))
			}
			all := slices.Concat(c.Differences, c.Shared, c.WhenToUse, c.InATrace)
			slices.Sort(all)
			if n := len(slices.Compact(slices.Clone(all))); n != len(all) {
				t.Errorf("%d and %d: an item stands twice in %q", a, b, all)
			}
			for _, item := range all {
				if strings.Contains(item, "..") || strings.Contains(item, "  ") || strings.Contains(item, "%!") {
					t.Errorf("%d and %d: %q", a, b, item)
				}
			}
		}
	}
}

func TestCompareRefuses(t *testing.T) {
	for _, pair := range [][2]int{{401, 401}, {401, 498}, {0, 401}, {-1, 5000}} {
		if _, ok := Compare(pair[0], pair[1]); ok {
			t.Errorf("%v is compared", pair)
		}
	}
}

// TestOnlyUnconditionalHeadersAreSaidToBeThere: a condition of a row must not get lost.
func TestOnlyUnconditionalHeadersAreSaidToBeThere(t *testing.T) {
	c, _ := Compare(199, 487)
	for _, d := range c.Differences {
		if strings.HasPrefix(d, "Only") && strings.Contains(d, "RSeq") {
			t.Errorf("199 is said to carry RSeq always: %s", d)
		}
	}
	c, _ = Compare(401, 403)
	if !slices.ContainsFunc(c.Differences, func(d string) bool {
		return strings.Contains(d, "Only **401** has to carry `WWW-Authenticate` (RFC 3261 section 22.2)")
	}) {
		t.Errorf("401 against 403: %q", c.Differences)
	}
}
