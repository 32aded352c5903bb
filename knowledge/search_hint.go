package knowledge

import "strings"

// searchHint is one row of search-hints.tsv: what people look for with certain
// words, where the words themselves lead elsewhere or nowhere.
type searchHint struct {
	Words [][]string // each a set of words; all words of one of them must be in the query
	Keys  []string   // of entries, the best first
}

var searchHintTable = table[searchHint]{
	file:    "search-hints.tsv",
	columns: "words keys",
	read: func(f *fields) searchHint {
		var h searchHint
		for _, w := range f.list() {
			h.Words = append(h.Words, strings.Fields(normalise(w)))
		}
		h.Keys = f.list()
		if len(h.Words) == 0 || len(h.Keys) == 0 {
			f.wrong("words and keys", "must not be empty")
		}
		return h
	},
	names: func(searchHint) []string { return nil },
}

func searchHints() []searchHint { return searchHintTable.all() }

// hinted returns the tiers that hints give to entries.
func (x *index) hinted(terms []string) map[int32]float64 {
	var out map[int32]float64
	for _, h := range x.hints {
		for _, words := range h.Words {
			if !containsAll(terms, words) {
				continue
			}
			for i, key := range h.Keys {
				if out == nil {
					out = map[int32]float64{}
				}
				// More words say more exactly what is meant.
				if e, ok := x.byKey[key]; ok {
					out[e] = max(out[e], hinted+100*float64(len(words))-float64(i))
				}
			}
		}
	}
	return out
}

func containsAll(terms, words []string) bool {
	for _, w := range words {
		found := false
		for _, t := range terms {
			found = found || t == w
		}
		if !found {
			return false
		}
	}
	return true
}
