package check

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sipls/knowledge"
)

// Off is the level that silences a rule.
const Off = "off"

// Preferences are what a user wants of the rules. A name in them is that of a
// rule or a family, the slug of a failure of failures.tsv, which stands for all rules that find it, or a pattern
// whose asterisks stand for any text: "407-*", "*-syntax".
type Preferences struct {
	Select   []string          // these only; empty for all
	Ignore   []string          // these not, whatever Select says
	Severity map[string]string // name to "error", "warning", "information", "hint" or "off"
}

// Policy says which rules report and how grave that is. A nil Policy lets all report as they are.
type Policy struct {
	hidden   map[*Rule]bool
	severity map[*Rule]Severity
}

// NameError says that a name stands for no rule.
type NameError struct {
	Name string
	Near []string // names that are spelt like it
}

func (e *NameError) Error() string {
	s := fmt.Sprintf("there is no rule or family of rules %q", e.Name)
	if strings.Contains(e.Name, "*") {
		s = fmt.Sprintf("no rule has a name like %q", e.Name)
	}
	if len(e.Near) > 0 {
		s += "; did you mean " + strings.Join(e.Near, ", ") + "?"
	}
	return s
}

// NewPolicy returns the policy of preferences, and what is wrong with them:
// a *NameError for each name that stands for no rule, and errors of unknown levels. What is wrong counts as not said.
//
// Where several names of Severity stand for one rule, the nearest wins: its own name before the failure that it finds,
// that before a pattern, a pattern with more letters before one with fewer, a pattern before the family.
func NewPolicy(p Preferences) (*Policy, []error) {
	var problems []error
	resolve := func(names []string) map[*Rule]bool {
		out := map[*Rule]bool{}
		for _, n := range names {
			rules, err := Resolve(n)
			if err != nil {
				problems = append(problems, err)
			}
			for _, r := range rules {
				out[r] = true
			}
		}
		return out
	}
	out := &Policy{severity: map[*Rule]Severity{}}
	selected := resolve(p.Select)
	out.hidden = resolve(p.Ignore)
	if len(selected) > 0 {
		for _, r := range Rules() {
			out.hidden[r] = out.hidden[r] || !selected[r]
		}
	}
	names := slices.Sorted(maps.Keys(p.Severity))
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(nearness(a), nearness(b)) })
	silenced := map[*Rule]bool{}
	for _, n := range names {
		level, off := Severity(0), p.Severity[n] == Off
		var err error
		if !off {
			if level, err = ParseSeverity(p.Severity[n]); err != nil {
				problems = append(problems, fmt.Errorf("%w, or %s to silence a rule", err, Off))
				continue
			}
		}
		rules, err := Resolve(n)
		if err != nil {
			problems = append(problems, err)
		}
		for _, r := range rules {
			if _, own := p.Severity[r.Name]; own && n != r.Name && named(n) != nil {
				continue // n is the name of another rule, too, that finds the same failure
			}
			silenced[r] = off
			out.severity[r] = level
		}
	}
	for r, off := range silenced {
		out.hidden[r] = out.hidden[r] || off
	}
	return out, problems
}

// nearness orders names of Severity: those that come later win.
func nearness(name string) int {
	switch {
	case named(name) != nil:
		return 1 << 20
	case Finders(name) != nil:
		return 1 << 19
	case strings.Contains(name, "*"):
		return 1 + len(name) - strings.Count(name, "*")
	}
	return 0
}

// Apply gives a finding the severity that the policy wants and reports whether it is to be shown.
func (p *Policy) Apply(f *Finding) bool {
	if p == nil {
		return true
	}
	if s, ok := p.severity[f.Rule]; ok {
		f.Severity = s
	}
	return !p.hidden[f.Rule]
}

// Equal reports whether both let the same rules report, and as gravely.
func (p *Policy) Equal(o *Policy) bool {
	if p == nil || o == nil {
		return p == o
	}
	for _, r := range Rules() {
		a, setA := p.severity[r]
		b, setB := o.severity[r]
		if p.hidden[r] != o.hidden[r] || !p.hidden[r] && (setA != setB || a != b) {
			return false
		}
	}
	return true
}

// Resolve returns the rules that a name, the slug of a failure or a pattern stands for. The error is a *NameError when there are none.
func Resolve(name string) ([]*Rule, error) {
	if found := Finders(name); found != nil {
		return found, nil
	}
	if r := named(name); r != nil {
		return []*Rule{r}, nil
	}
	var out []*Rule
	if strings.Contains(name, "*") {
		for _, r := range Rules() {
			if matches(name, r.Name) {
				out = append(out, r)
			}
		}
	} else {
		for _, f := range Families() {
			if f.Name == name {
				out = f.Rules
			}
		}
	}
	if len(out) == 0 {
		return nil, &NameError{name, NearestNames(name, 3)}
	}
	return out, nil
}

// matches reports whether a name fits a pattern whose asterisks stand for any text.
func matches(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	first, last := parts[0], parts[len(parts)-1]
	if len(name) < len(first)+len(last) || !strings.HasPrefix(name, first) || !strings.HasSuffix(name, last) {
		return false
	}
	name = name[len(first) : len(name)-len(last)]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(name, p)
		if i < 0 {
			return false
		}
		name = name[i+len(p):]
	}
	return true
}

// NearestNames returns at most n names of rules, families and failures that are spelt
// like what, the nearest first: those that few typing errors part from it, then those that hold its words.
func NearestNames(what string, n int) []string {
	const longest = 100 // no name is longer
	if len(what) > longest {
		return nil
	}
	what = strings.ToLower(what)
	var words []string
	for w := range strings.FieldsFuncSeq(what, func(r rune) bool { return r == '-' || r == '*' || r == ' ' || r == '_' }) {
		words = append(words, w)
	}
	type candidate struct {
		name     string
		distance int
	}
	var found []candidate
	limit := max(2, len(what)/4)
	consider := func(name string) {
		d := distance(what, name)
		if d > limit {
			missed := 0
			for _, w := range words {
				if !strings.Contains(name, w) {
					missed++
				}
			}
			if len(words) == 0 || missed*2 >= len(words) {
				return
			}
			d += 1000 * (1 + missed)
		}
		found = append(found, candidate{name, d})
	}
	for _, f := range Families() {
		consider(f.Name)
	}
	for _, r := range Rules() {
		consider(r.Name)
	}
	for _, f := range knowledge.Failures() {
		if named(f.Slug) == nil && Finders(f.Slug) != nil {
			consider(f.Slug)
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.distance, b.distance) })
	var out []string
	for _, c := range found[:min(n, len(found))] {
		out = append(out, c.name)
	}
	return out
}

// distance counts the bytes to insert, remove or replace to make one text of the other (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
