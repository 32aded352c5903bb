package knowledge

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

//go:embed required-headers.tsv
var requiredHeaders string

// Requirement is one row of required-headers.tsv: a header field that messages
// of one kind must, should or must not carry. The head of that file documents columns and conditions.
type Requirement struct {
	Rule     string // name of the rule that checks it; "" for knowledge that text cannot prove
	Messages Range  // which messages it is about
	Header   Target
	Strength string // MUST, SHOULD, MAY, MUST-NOT, SHOULD-NOT, -
	When     []Atom // all must hold
	Group    string // rows of one group are kept when one of their header fields is there

	Severity    string // error, warning, information, hint
	SeverityOld string // for RFC 2543 peers (no magic cookie in the topmost Via); "" means Severity
	Insert      string // the value a fix inserts; {words} are for the user to fill in
	FromRequest bool   // the value is to be copied from the request where it is known
	Cites       []Cite
	Condition   string // in words
	Consequence string
	Next        string
	Row         string // code column as written, for people
}

// Forbidden reports whether the header field must or should be absent.
func (r *Requirement) Forbidden() bool { return strings.HasSuffix(r.Strength, "-NOT") }

// Range is a set of messages: requests, or responses from Lo to Hi.
type Range struct {
	Request bool
	Lo, Hi  int
}

// Has reports whether a response code lies in the range.
func (r Range) Has(code int) bool { return !r.Request && r.Lo <= code && code <= r.Hi }

// Target names a header field, a parameter of it, or a token in its list.
type Target struct {
	Name  string // header field
	Param string // `Name;param` or `Name;param=value`
	Value string
	Token string // `Name:token`
}

func (t Target) String() string {
	switch {
	case t.Token != "":
		return t.Name + ": " + t.Token
	case t.Value != "":
		return t.Name + ";" + t.Param + "=" + t.Value
	case t.Param != "":
		return t.Name + ";" + t.Param
	}
	return t.Name
}

// Atom is one condition.
type Atom struct {
	Not    bool
	Kind   AtomKind
	Words  []string // method, phrase
	Lo, Hi int      // code
	Target Target   // has, request
}

// AtomKind says what a condition is about.
type AtomKind uint8

const (
	Always       AtomKind = iota
	Method                // one of Words is the method
	Code                  // the response code lies in Lo..Hi
	Has                   // this message has Target
	RequestHas            // the request it answers is in the text and has Target
	ToTag                 // To has a tag
	RequestToTag          // the request it answers is in the text and its To has a tag
	Body                  // the body is not empty
	Stream                // the topmost Via names a stream transport
	Phrase                // the reason phrase is Words[0], letter case ignored
	Cookie                // the topmost Via has the magic cookie of RFC 3261
	Editable              // somebody writes this text; it is no log
)

// Requirements returns all rows, in the order of the table.
var Requirements = sync.OnceValue(func() []*Requirement {
	rows, err := parseRequirements(requiredHeaders)
	if err != nil {
		panic(err) // a test reads the table
	}
	return rows
})

// RequirementsFor returns the rows about responses with this code.
func RequirementsFor(code int) []*Requirement {
	var out []*Requirement
	for _, r := range Requirements() {
		if r.Messages.Has(code) {
			out = append(out, r)
		}
	}
	return out
}

func parseRequirements(table string) ([]*Requirement, error) {
	var out []*Requirement
	for i, cells := range tsv(table) {
		if i == 0 {
			if got := strings.Join(cells, " "); got != requirementColumns {
				return nil, fmt.Errorf("required-headers.tsv: columns are %q", got)
			}
			continue
		}
		r, err := parseRequirement(cells)
		if err != nil {
			return nil, fmt.Errorf("required-headers.tsv: row %d (%s %s): %w", i, cells[1], cells[2], err)
		}
		out = append(out, r)
	}
	return out, nil
}

const requirementColumns = "rule code header strength when group severity insert refs condition consequence next"

func parseRequirement(c []string) (*Requirement, error) {
	r := &Requirement{
		Rule: c[0], Row: c[1], Header: parseTarget(c[2]), Strength: c[3], Group: c[5],
		Cites: parseCites(c[8]), Condition: c[9], Consequence: c[10], Next: c[11],
	}
	var err error
	if r.Messages, err = parseRange(c[1]); err != nil {
		return nil, err
	}
	for _, a := range strings.Fields(c[4]) {
		atom, err := parseAtom(a)
		if err != nil {
			return nil, err
		}
		r.When = append(r.When, atom)
	}
	r.Severity, r.SeverityOld, _ = strings.Cut(c[6], ";2543=")
	if r.SeverityOld == "" {
		r.SeverityOld = r.Severity
	}
	insert := c[7]
	if rest, ok := strings.CutPrefix(insert, "=request"); ok {
		r.FromRequest = true
		insert = strings.TrimSpace(rest)
	}
	r.Insert = insert
	if r.Rule != "" && (len(r.When) == 0 || r.Severity == "" || r.Consequence == "" || r.Next == "" || len(r.Cites) == 0) {
		return nil, fmt.Errorf("a row with a rule needs when, severity, refs, consequence and next")
	}
	return r, nil
}

func parseRange(s string) (Range, error) {
	var r Range
	switch {
	case s == "request":
		return Range{Request: true}, nil
	case s == "all":
		return Range{Lo: 100, Hi: 699}, nil
	case len(s) == 3 && strings.HasSuffix(s, "xx") && '1' <= s[0] && s[0] <= '6':
		n := int(s[0]-'0') * 100
		return Range{Lo: n, Hi: n + 99}, nil
	case len(s) == 3 && s[2] == 'x':
		n, err := strconv.Atoi(s[:2])
		if err != nil || n < 10 || n > 69 {
			return r, fmt.Errorf("codes %q", s)
		}
		return Range{Lo: n * 10, Hi: n*10 + 9}, nil
	case strings.Contains(s, "-"):
		if _, err := fmt.Sscanf(s, "%3d-%3d", &r.Lo, &r.Hi); err != nil || r.Lo > r.Hi {
			return r, fmt.Errorf("codes %q", s)
		}
		return r, nil
	}
	if _, err := fmt.Sscanf(s, "%3d", &r.Lo); err != nil || len(s) != 3 {
		return r, fmt.Errorf("code %q", s)
	}
	r.Hi = r.Lo
	return r, nil
}

func parseTarget(s string) Target {
	name, param, ok := strings.Cut(s, ";")
	if ok {
		p, v, _ := strings.Cut(param, "=")
		return Target{Name: name, Param: p, Value: v}
	}
	name, token, _ := strings.Cut(s, ":")
	return Target{Name: name, Token: token}
}

func parseAtom(s string) (Atom, error) {
	var a Atom
	s, a.Not = strings.CutPrefix(s, "!")
	key, arg, _ := strings.Cut(s, "=")
	switch key {
	case "always":
		a.Kind = Always
	case "method":
		a.Kind, a.Words = Method, strings.Split(arg, ",")
	case "code":
		r, err := parseRange(arg)
		if err != nil {
			return a, err
		}
		a.Kind, a.Lo, a.Hi = Code, r.Lo, r.Hi
	case "has":
		a.Kind, a.Target = Has, parseTarget(arg)
	case "request":
		a.Kind, a.Target = RequestHas, parseTarget(arg)
	case "to-tag":
		a.Kind = ToTag
	case "request-to-tag":
		a.Kind = RequestToTag
	case "body":
		a.Kind = Body
	case "stream":
		a.Kind = Stream
	case "phrase":
		a.Kind, a.Words = Phrase, []string{strings.ReplaceAll(arg, "+", " ")}
	case "cookie":
		a.Kind = Cookie
	case "editable":
		a.Kind = Editable
	default:
		return a, fmt.Errorf("condition %q is unknown", s)
	}
	if (a.Kind == Method || a.Kind == Has || a.Kind == RequestHas || a.Kind == Phrase) && arg == "" {
		return a, fmt.Errorf("condition %q needs a value", s)
	}
	return a, nil
}
