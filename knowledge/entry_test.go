package knowledge

import (
	"slices"
	"strings"
	"testing"
)

func allEntries() []Entry {
	var out []Entry
	for _, k := range kinds {
		out = append(out, k.all()...)
	}
	return out
}

func keys(entries []Entry) []string {
	var out []string
	for _, e := range entries {
		out = append(out, e.Key)
	}
	return out
}

func TestEveryEntryIsComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range allEntries() {
		if seen[e.Key] {
			t.Errorf("%s stands twice", e.Key)
		}
		seen[e.Key] = true
		if e.Name == "" || e.Summary == "" || len(e.Cites) == 0 || !slices.Contains(Kinds(), e.Kind) {
			t.Errorf("%s: name %q, summary %q, %d cites, kind %q", e.Key, e.Name, e.Summary, len(e.Cites), e.Kind)
		}
		for _, f := range e.Facts {
			if f.Label == "" || strings.TrimSpace(f.Text) != f.Text || f.Text == "" {
				t.Errorf("%s: fact %q is %q", e.Key, f.Label, f.Text)
			}
		}
	}
	if len(seen) < 900 {
		t.Errorf("%d entries", len(seen))
	}
}

func TestKeyFindsTheEntryAlone(t *testing.T) {
	for _, e := range allEntries() {
		if got := Lookup(e.Key); len(got) != 1 || got[0].Key != e.Key {
			t.Errorf("Lookup(%q) = %v", e.Key, keys(got))
		}
		if got := Lookup(strings.ToUpper(e.Key)); len(got) == 0 || got[0].Key != e.Key {
			t.Errorf("Lookup(%q) = %v", strings.ToUpper(e.Key), keys(got))
		}
	}
}

func TestNameFindsTheEntry(t *testing.T) {
	for _, e := range allEntries() {
		if got := keys(Lookup(e.Name)); !slices.Contains(got, e.Key) {
			t.Errorf("Lookup(%q) = %v, want %s", e.Name, got, e.Key)
		}
	}
}

func TestSearchForNameFindsTheEntryFirst(t *testing.T) {
	for _, e := range allEntries() {
		hits := Search(e.Name, 20)
		at := slices.IndexFunc(hits, func(h Hit) bool { return h.Key == e.Key })
		if at < 0 {
			t.Errorf("Search(%q) does not find %s", e.Name, e.Key)
			continue
		}
		for _, h := range hits[:at] {
			// Several kinds share some names: a header field and an option tag are called privacy.
			if !strings.EqualFold(h.Name, e.Name) && !slices.ContainsFunc(h.aliases, func(a string) bool { return len(a) == 1 && strings.EqualFold(a, e.Name) }) {
				t.Errorf("Search(%q): %s comes before %s", e.Name, h.Key, e.Key)
			}
		}
	}
}
