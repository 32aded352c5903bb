package knowledge

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed tables/*.tsv
var tableFiles embed.FS

// table is one file of the folder tables: its first row names the columns. It
// is read when somebody asks for a row for the first time.
type table[T any] struct {
	file    string
	columns string           // names of the columns, separated by blanks
	read    func(*fields) T  // one row; what is wrong with it goes to fields
	names   func(T) []string // what a row is found by, letter case ignored; the first row of a name wins
	once    sync.Once
	rows    []T
	byName  map[string]T
}

// all returns the rows in the order of the file.
func (t *table[T]) all() []T {
	t.once.Do(func() {
		text, err := tableFiles.ReadFile("tables/" + t.file)
		if err == nil {
			t.rows, err = t.parse(string(text))
		}
		if err != nil {
			panic(err) // a test reads every table
		}
		t.byName = make(map[string]T, len(t.rows))
		for _, r := range t.rows {
			for _, n := range t.names(r) {
				n = strings.ToLower(n)
				if _, taken := t.byName[n]; !taken && n != "" {
					t.byName[n] = r
				}
			}
		}
	})
	return t.rows
}

// find returns the row of a name, the zero value when there is none.
func (t *table[T]) find(name string) T {
	t.all()
	return t.byName[strings.ToLower(name)]
}

// parse reads the text of the file. The error names file, row and column of all mistakes.
func (t *table[T]) parse(text string) ([]T, error) {
	out := make([]T, 0, strings.Count(text, "\n"))
	f := fields{file: "tables/" + t.file, names: strings.Fields(t.columns)}
	for i, cells := range tsv(text) {
		if i == 0 {
			if got := strings.Join(cells, " "); got != t.columns {
				return nil, fmt.Errorf("%s: columns are %q, want %q", f.file, got, t.columns)
			}
			continue
		}
		f.cells, f.read = cells, 0
		if len(cells) != len(f.names) {
			f.wrong(f.names[0], fmt.Sprintf("row has %d cells, want %d", len(cells), len(f.names)))
			continue
		}
		out = append(out, t.read(&f))
	}
	if len(f.mistakes) > 0 {
		return nil, fmt.Errorf("%s", strings.Join(f.mistakes, "\n"))
	}
	return out, nil
}

// fields are the cells of one row. They are taken from left to right.
type fields struct {
	file     string
	names    []string
	cells    []string
	read     int
	mistakes []string
}

// wrong notes a mistake; reading goes on, so that one test run shows them all.
func (f *fields) wrong(column, what string) {
	f.mistakes = append(f.mistakes, fmt.Sprintf("%s: row %q: %s: %s", f.file, strings.Join(f.cells[:min(3, len(f.cells))], " | "), column, what))
}

// optional takes the next cell, which may be empty.
func (f *fields) optional() string {
	s := f.cells[f.read]
	f.read++
	if strings.TrimSpace(s) != s {
		f.wrong(f.names[f.read-1], "blanks at the ends")
	}
	return s
}

// text takes the next cell, which must not be empty.
func (f *fields) text() string {
	s := f.optional()
	if s == "" {
		f.wrong(f.names[f.read-1], "is empty")
	}
	return s
}

// sentence takes the next cell: words for people, with a full stop.
func (f *fields) sentence() string {
	s := f.text()
	if s != "" && !strings.ContainsAny(s[len(s)-1:], ".)") || strings.Contains(s, "  ") {
		f.wrong(f.names[f.read-1], "is no sentence that ends with a full stop")
	}
	return s
}

// yes takes a cell that says yes or no.
func (f *fields) yes() bool {
	switch f.text() {
	case "yes":
		return true
	case "no":
	default:
		f.wrong(f.names[f.read-1], "is neither yes nor no")
	}
	return false
}

// oneOf takes a cell that has one of the words.
func (f *fields) oneOf(words ...string) string {
	s := f.optional()
	for _, w := range words {
		if s == w {
			return s
		}
	}
	f.wrong(f.names[f.read-1], fmt.Sprintf("%q is none of %q", s, words))
	return ""
}

// number takes a whole number that is not negative.
func (f *fields) number() int {
	n, err := strconv.Atoi(f.text())
	if err != nil || n < 0 {
		f.wrong(f.names[f.read-1], "is no number")
	}
	return n
}

// duration takes a time as Go writes it: "500ms", "32s", "3m"; 0 when the cell is empty.
func (f *fields) duration() time.Duration {
	s := f.optional()
	if s == "" {
		return 0
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		f.wrong(f.names[f.read-1], fmt.Sprintf("%q is no time like 500ms, 32s or 3m", s))
	}
	return d
}

// list takes words separated by commas; none when the cell is empty.
func (f *fields) list() []string {
	s := f.optional()
	if s == "" {
		return nil
	}
	out := strings.Split(s, ",")
	for i, w := range out {
		if out[i] = strings.TrimSpace(w); out[i] == "" {
			f.wrong(f.names[f.read-1], "has an empty element")
		}
	}
	return out
}

// numbers takes numbers separated by commas.
func (f *fields) numbers() []int {
	var out []int
	for _, w := range f.list() {
		n, err := strconv.Atoi(w)
		if err != nil {
			f.wrong(f.names[f.read-1], fmt.Sprintf("%q is no number", w))
		}
		out = append(out, n)
	}
	return out
}

// cites takes the places in standards. RFCs are cited with a section, but for
// "RFC 9796", with a blank: that one nobody has read.
func (f *fields) cites() []Cite {
	s := f.text()
	out := parseCites(s)
	for _, c := range out {
		if strings.HasPrefix(c.Standard, "RFC ") && c.Section == "" && !strings.Contains(s, c.Standard) {
			f.wrong(f.names[f.read-1], c.Standard+" has no section")
		}
	}
	return out
}
