package knowledge

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"
)

// Hit is one result of a search.
type Hit struct {
	Entry
	Score float64 // greater is better; comparable within one search only
}

// Search looks for words in names, phrases, summaries, facts and prose of all
// entries and returns at most limit hits, best first: a name comes before the
// beginning of a name, what search-hints.tsv says about the words comes next,
// then words of a name, then words in the text. Words that occur nowhere are
// taken for typing errors of similar ones. The order of the hits depends on the
// words alone. The first call builds the index.
func Search(words string, limit int) []Hit {
	if len(words) > maxQuery {
		words = words[:maxQuery]
	}
	return searchIndex().search(words, limit)
}

// Weights of the places where a word may stand.
const (
	inName    = 8
	inSummary = 3
	inFacts   = 1.5
	inProse   = 1
)

// Tiers of hits. Words alone add less than one tier.
const (
	sameName   = 5000 // the query is the name of the entry, or its compact form
	sameAlias  = 4000 // another name of it
	hinted     = 3000
	nameBegins = 2000 // also a name with a typing error
	namePhrase = 1000
	belowTier  = 899
)

// index is an inverted index of all entries, which stand in the order of kinds.
type index struct {
	entries []Entry
	names   [][]string // of each entry: its names, normalised
	hints   []searchHint
	byKey   map[string]int32
	ids     map[string]int32 // of each term
	terms   []string         // by id
	sorted  []string
	places  [][]place // by id: where the term stands
}

type place struct {
	entry  int32
	weight float32
}

var searchIndex = sync.OnceValue(func() *index {
	var all []Entry
	for _, k := range kinds {
		all = append(all, k.all()...)
	}
	return newIndex(all, searchHints())
})

func newIndex(entries []Entry, hints []searchHint) *index {
	x := &index{entries: entries, hints: hints, byKey: make(map[string]int32, len(entries)), ids: make(map[string]int32, 1<<13)}
	w := &weights{x: x}
	for i := range entries {
		x.byKey[entries[i].Key] = int32(i)
		x.add(int32(i), w)
	}
	x.sorted = slices.Sorted(slices.Values(x.terms))
	return x
}

func (x *index) add(i int32, w *weights) {
	e := &x.entries[i]
	names := []string{normalise(e.Key), normalise(e.Name)}
	for _, a := range e.aliases {
		if n := normalise(a); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	x.names = append(x.names, names)

	w.text(e.Key, inName)
	w.text(e.Name, inName)
	for _, a := range e.aliases {
		w.text(a, inName)
	}
	w.limit(inName) // many names must not make a name weigh more
	w.text(e.Summary, inSummary)
	for _, f := range e.Facts {
		w.text(f.Text, inFacts)
	}
	w.text(e.Markdown, inProse)
	w.flush(i)
}

// weights sums up what the words of one entry weigh.
type weights struct {
	x       *index
	sum     []float32 // by term
	count   []uint8
	touched []int32
}

// text adds the words of a text. The second and third time a word adds less:
// long prose must not win by its length.
func (w *weights) text(s string, weight float32) {
	add := func(word string) {
		id, ok := w.x.ids[word]
		if !ok {
			id = int32(len(w.x.terms))
			word = strings.Clone(word) // not the whole text
			w.x.ids[word] = id
			w.x.terms = append(w.x.terms, word)
			w.x.places = append(w.x.places, nil)
			w.sum, w.count = append(w.sum, 0), append(w.count, 0)
		}
		if w.count[id] == 0 {
			w.touched = append(w.touched, id)
		}
		if w.count[id] < 4 {
			w.count[id]++
			w.sum[id] += weight / float32(w.count[id])
		}
	}
	eachWord(s, add)
	for compound := range strings.FieldsSeq(s) {
		// keep-alive is also found as keepalive.
		if a, b, ok := strings.Cut(compound, "-"); ok && len(a) > 1 && len(b) > 1 {
			add(strings.Join(strings.Fields(normalise(compound)), ""))
		}
	}
}

func (w *weights) limit(most float32) {
	for _, id := range w.touched {
		w.sum[id] = min(w.sum[id], most)
	}
}

func (w *weights) flush(entry int32) {
	for _, id := range w.touched {
		w.x.places[id] = append(w.x.places[id], place{entry, w.sum[id]})
		w.sum[id], w.count[id] = 0, 0
	}
	w.touched = w.touched[:0]
}

func (x *index) search(words string, limit int) []Hit {
	words = strings.TrimSpace(words)
	query := normalise(words)
	if query == "" || limit <= 0 {
		return nil
	}
	var terms []string
	for w := range strings.FieldsSeq(query) {
		if !slices.Contains(terms, w) && len(terms) < 12 {
			terms = append(terms, w)
		}
	}
	// A word counts for as much as it is rare; an entry without some of the words loses more than their share.
	scores := make([]float64, len(x.entries))
	covered := make([]float64, len(x.entries))
	best := make([]float64, len(x.entries))
	total, typo := 0.0, false
	for _, term := range terms {
		clear(best)
		rarest := 0.0
		matches, exact := x.matches(term)
		typo = typo || !exact
		for _, m := range matches {
			rarity := math.Log(1 + float64(len(x.entries))/float64(len(x.places[m.term])))
			rarest = max(rarest, rarity)
			for _, p := range x.places[m.term] {
				best[p.entry] = max(best[p.entry], rarity*m.weight*float64(p.weight))
			}
		}
		if rarest == 0 {
			rarest = math.Log(1 + float64(len(x.entries)))
		}
		total += rarest
		for i, b := range best {
			if b > 0 {
				scores[i] += b
				covered[i] += rarest
			}
		}
	}
	hints := x.hinted(terms)
	var hits []Hit
	for i, s := range scores {
		tier := nameTier(words, query, &x.entries[i], x.names[i], typo)
		if h, ok := hints[int32(i)]; ok {
			tier = max(tier, h)
		}
		if tier >= hinted {
			s = 0 // the order of kinds, or of the hints, decides
		} else if s > 0 {
			share := covered[i] / total
			s = min(s*share*share, belowTier)
		}
		if tier+s > 0 {
			hits = append(hits, Hit{x.entries[i], tier + s})
		}
	}
	slices.SortStableFunc(hits, func(a, b Hit) int { return cmp.Compare(b.Score, a.Score) })
	return slices.Clip(hits[:min(limit, len(hits))])
}

// nameTier says how well the query as a whole fits one of the names, plus up to
// 100 for how much of the name it is.
func nameTier(words, query string, e *Entry, names []string, typo bool) float64 {
	if strings.EqualFold(words, e.Name) || strings.EqualFold(words, e.Key) {
		return sameName
	}
	for _, a := range e.aliases {
		if len(a) == 1 && strings.EqualFold(words, a) {
			return sameName
		}
	}
	best := 0.0
	for _, n := range names {
		share := 100 * float64(len(query)) / float64(len(n))
		switch at := strings.Index(n, query); {
		case n == query:
			best = max(best, sameAlias)
		case at == 0:
			best = max(best, nameBegins+share)
		case at > 0 && n[at-1] == ' ':
			best = max(best, namePhrase+share)
		case typo && len(query) >= 4:
			if limit := errorsIn(query); editDistance(query, n, limit) <= limit {
				best = max(best, nameBegins)
			}
		}
	}
	return best
}

// errorsIn is how many typing errors a word of this length may have.
func errorsIn(word string) int {
	if len(word) >= 8 {
		return 2
	}
	return 1
}

type match struct {
	term   int32
	weight float64
}

// matches returns the terms of the index that a word may stand for. exact is
// false for a word that stands nowhere.
func (x *index) matches(word string) (out []match, exact bool) {
	at, exact := slices.BinarySearch(x.sorted, word)
	if len(word) >= 2 {
		for _, t := range x.sorted[at:] {
			if !strings.HasPrefix(t, word) {
				break
			}
			if t != word {
				out = append(out, match{x.ids[t], 0.6 * float64(len(word)) / float64(len(t))})
			}
		}
	}
	if exact {
		return append(out, match{x.ids[word], 1}), true
	}
	if len(word) < 3 || isNumber(word) {
		return out, false
	}
	limit := errorsIn(word)
	for id, t := range x.terms {
		if d := editDistance(word, t, limit); d <= limit {
			out = append(out, match{int32(id), 0.5 / float64(d)})
		}
	}
	return out, false
}

func isNumber(s string) bool { return strings.Trim(s, "0123456789") == "" }

// normalise makes texts comparable: words in lower case with one blank between.
func normalise(s string) string {
	var b strings.Builder
	eachWord(s, func(w string) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	})
	return b.String()
}

// eachWord calls f with the words of a text in lower case: runs of letters and
// digits, without the s of the plural.
func eachWord(text string, f func(string)) {
	text = strings.ToLower(text)
	start := -1
	word := func(end int) {
		if start >= 0 {
			w := text[start:end]
			if n := len(w); n > 3 && w[n-1] == 's' && w[n-2] != 's' && !isNumber(w[:n-1]) {
				w = w[:n-1]
			}
			f(w)
		}
		start = -1
	}
	for i := range len(text) {
		c := text[i]
		if 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c >= 0x80 {
			if start < 0 {
				start = i
			}
			continue
		}
		word(i)
	}
	word(len(text))
}

// editDistance counts the letters to insert, delete, replace or swap with the
// next one to turn a into b. Where it is above limit, it returns limit + 1.
func editDistance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	var rows [3][64]int
	if len(b) >= len(rows[0]) {
		return limit + 1
	}
	before, last, row := rows[0][:], rows[1][:], rows[2][:]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			d := last[j-1]
			if a[i-1] != b[j-1] {
				d = 1 + min(d, last[j], row[j-1])
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					d = min(d, before[j-2]+1)
				}
			}
			row[j] = d
			least = min(least, d)
		}
		if least > limit {
			return limit + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit+1)
}

// Nearest returns up to n names that a user may have meant by a name that
// Lookup does not find, the most similar first; none when all differ too much.
// Each of them is a name that Lookup finds.
func Nearest(what string, n int) []string {
	what = strings.ToLower(strings.Join(strings.Fields(what), " "))
	if what == "" || len(what) > maxQuery {
		return nil
	}
	type candidate struct {
		name     string
		distance int
	}
	limit := max(2, len(what)/3)
	var found []candidate
	seen := map[string]bool{}
	for _, s := range spellings() {
		if d := editDistance(what, s.lower, limit); d <= limit && d < len(s.lower) && !seen[s.lower] {
			seen[s.lower] = true
			found = append(found, candidate{s.name, d})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.distance, b.distance) })
	var out []string
	for _, c := range found[:max(0, min(n, len(found)))] {
		out = append(out, c.name)
	}
	return out
}

type spelling struct{ name, lower string }

// spellings are all names that Lookup understands, those of the most usual kinds first.
var spellings = sync.OnceValue(func() []spelling {
	var out []spelling
	for _, e := range searchIndex().entries {
		for _, n := range append([]string{e.Name}, e.aliases...) {
			if len(n) > 1 {
				out = append(out, spelling{n, strings.ToLower(n)})
			}
		}
	}
	return out
})
