package knowledge

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func hitKeys(hits []Hit) []string {
	var out []string
	for _, h := range hits {
		out = append(out, h.Key)
	}
	return out
}

func TestSearchFindsWhatPeopleMean(t *testing.T) {
	for _, c := range []struct {
		words string
		want  string // among the first three hits
	}{
		{"busy", "status:486"},
		{"no codec", "status:488"},
		{"nonce", "digest:nonce"},
		{"nat", "Via;rport"},
		{"unauthorised", "status:401"},
		{"forbiden", "status:403"},
		{"Contatc", "header:Contact"},
		{"presense", "event:presence"},
		{"too many hops", "status:483"},
		{"USER_BUSY", "Q.850:17"},
		{"Proxy Authorization Required", "status:407"},
		{"call completed elsewhere", "reason:SIP"},
		{"keepalive", "method:OPTIONS"},
		{"hang up", "method:BYE"},
		{"payload type 8", "PT:8"},
		{"bad gatway", "status:502"},
		{"one-way audio", "failure:private-ip-in-sdp-one-way-audio"},
		{"stale-nonse", "failure:stale-nonce"},
		{"call drops after 30 seconds", "failure:ack-missing-200-retransmit-bye-32s"},
		{"sip alg", "failure:sip-alg-rewrite"},
		{"stays on hold", "failure:hold-direction-stuck"},
	} {
		hits := hitKeys(Search(c.words, 3))
		if !slices.Contains(hits, c.want) {
			t.Errorf("Search(%q) = %v, want %s among them", c.words, hits, c.want)
		}
	}
}

func TestSearchIsDeterministic(t *testing.T) {
	for _, words := range []string{"call", "the response", "audio", "a"} {
		first := Search(words, 50)
		again := newIndex(allEntries(), searchHints()).search(words, 50)
		if diff := cmp.Diff(hitKeys(first), hitKeys(again)); diff != "" {
			t.Errorf("Search(%q):\n%s", words, diff)
		}
		if !slices.IsSortedFunc(first, func(a, b Hit) int { return int(b.Score*1e6) - int(a.Score*1e6) }) {
			t.Errorf("Search(%q) is not sorted by score", words)
		}
	}
}

func TestSearchOfNothing(t *testing.T) {
	for _, words := range []string{"", " ", "?!", "qqqqzzzzqqqqzzzz"} {
		if hits := Search(words, 5); len(hits) != 0 {
			t.Errorf("Search(%q) = %v", words, hitKeys(hits))
		}
	}
	for _, limit := range []int{0, -1} {
		if hits := Search("busy", limit); len(hits) != 0 {
			t.Errorf("Search with limit %d = %v", limit, hitKeys(hits))
		}
	}
	if hits := Search("busy "+strings.Repeat("x ", 100000), 5); len(hits) == 0 {
		t.Error("a very long query finds nothing")
	}
}

func TestSearchHintsNameEntries(t *testing.T) {
	x := searchIndex()
	for _, h := range searchHints() {
		for _, key := range h.Keys {
			if _, ok := x.byKey[key]; !ok {
				t.Errorf("search-hints.tsv: %q: nothing has the key %q", strings.Join(h.Words[0], " "), key)
			}
		}
	}
}

func TestNearest(t *testing.T) {
	for what, want := range map[string]string{
		"fooo":           "From",
		"invte":          "INVITE",
		"tiemr b":        "Timer B",
		"100rell":        "100rel",
		"Sesion-Expires": "Session-Expires",
		"4o7":            "407",
		"stale-nonse":    "stale-nonce",
		"prack-100rell":  "prack-100rel",
	} {
		if got := Nearest(what, 5); !slices.Contains(got, want) {
			t.Errorf("Nearest(%q) = %v, want %s among them", what, got, want)
		}
	}
	for _, what := range []string{"", "qqqqzzzzqqqqzzzz", strings.Repeat("x", 10000)} {
		if got := Nearest(what, 5); len(got) != 0 {
			t.Errorf("Nearest(%.20q) = %v", what, got)
		}
	}
	if got := Nearest("invte", 0); len(got) != 0 {
		t.Errorf("Nearest of at most 0 names = %v", got)
	}
}

func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		a, b        string
		limit, want int
	}{
		{"", "", 2, 0},
		{"via", "via", 2, 0},
		{"via", "vai", 2, 1}, // two letters swapped
		{"via", "vi", 2, 1},
		{"via", "viaa", 2, 1},
		{"via", "vio", 2, 1},
		{"invite", "invte", 2, 1},
		{"invite", "register", 2, 3}, // above the limit
		{"a", "abcdef", 2, 3},
	} {
		if got := editDistance(c.a, c.b, c.limit); got != c.want {
			t.Errorf("editDistance(%q, %q, %d) = %d, want %d", c.a, c.b, c.limit, got, c.want)
		}
		if got := editDistance(c.b, c.a, c.limit); got != c.want {
			t.Errorf("editDistance(%q, %q, %d) = %d, want %d", c.b, c.a, c.limit, got, c.want)
		}
	}
}

// BenchmarkStartup reads all tables, which a program that touches every kind of
// knowledge waits for. Reading them at all is put off until somebody asks.
func BenchmarkStartup(b *testing.B) {
	for b.Loop() {
		for _, table := range allTables {
			if err := table.check(readTable(b, table.name())); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkFirstSearch is what the first search costs beyond reading the files.
func BenchmarkFirstSearch(b *testing.B) {
	for b.Loop() {
		newIndex(allEntries(), searchHints())
	}
}

func BenchmarkSearch(b *testing.B) {
	for _, words := range []string{"codec mismatch", "unautorised proxi", "busy"} {
		b.Run(words, func(b *testing.B) {
			for b.Loop() {
				Search(words, 10)
			}
		})
	}
}

func BenchmarkLookup(b *testing.B) {
	for _, what := range []string{"v", "486", "AST_CAUSE_USER_BUSY", "nothing"} {
		b.Run(what, func(b *testing.B) {
			for b.Loop() {
				Lookup(what)
			}
		})
	}
}
