package knowledge

import (
	"fmt"
	"slices"
	"strings"
)

// HeaderField is one row of header-fields.tsv.
type HeaderField struct {
	Name       string
	Compact    string      // one letter; "" when there is none
	Values     Cardinality // how many values a message may carry
	Requests   []string    // methods whose requests carry it: "all", or names, or names to exclude after "!"; empty for no request
	Responses  []Answer    // responses that carry it; empty for no response
	Note       string      // what Values, Requests and Responses cannot say
	Meaning    string
	Status     string // current, historic, deprecated (no longer to be sent), unregistered, mime, http
	Registered bool   // IANA lists it
	Cites      []Cite
	Verified   bool // false: from memory, or there is no public definition
}

// Cardinality says how often a header field may stand in a message (RFC 3261 section 7.3.1).
type Cardinality string

const (
	Single     Cardinality = "single"     // one value
	List       Cardinality = "list"       // values separated by commas, or several rows
	Rows       Cardinality = "rows"       // several rows, never joined by commas
	Semicolons Cardinality = "semicolons" // one row, values separated by semicolons
	Any        Cardinality = "any"        // nothing is laid down
)

// Words describes the cardinality for people.
func (c Cardinality) Words() string {
	switch c {
	case Single:
		return "one value, at most one row"
	case List:
		return "list: values separated by commas or in several rows"
	case Rows:
		return "several rows, never joined by commas"
	case Semicolons:
		return "list in one row, separated by semicolons"
	}
	return ""
}

// Answer is a set of responses: their codes and the methods they answer.
type Answer struct {
	Codes   Range
	Methods []string // empty for all
	text    string
}

var headerTable = table[*HeaderField]{
	file:    "header-fields.tsv",
	columns: "name compact values requests responses note meaning status registered refs verified",
	read:    readHeaderField,
	names:   func(h *HeaderField) []string { return []string{h.Name, h.Compact} },
}

func readHeaderField(f *fields) *HeaderField {
	h := &HeaderField{
		Name: f.text(), Compact: f.optional(),
		Values:   Cardinality(f.oneOf(string(Single), string(List), string(Rows), string(Semicolons), string(Any))),
		Requests: f.list(), Responses: f.answers(), Note: f.optional(), Meaning: f.sentence(),
		Status: f.oneOf("current", "historic", "deprecated", "unregistered", "mime", "http"), Registered: f.yes(), Cites: f.cites(), Verified: f.yes(),
	}
	if len(h.Compact) > 1 {
		f.wrong("compact", "is no single letter")
	}
	return h
}

// answers takes a list of codes, classes and ranges, each perhaps with methods
// in brackets: "101-199,2xx(INVITE UPDATE)".
func (f *fields) answers() []Answer {
	var out []Answer
	for _, w := range f.list() {
		a := Answer{text: w}
		codes, methods, ok := strings.Cut(w, "(")
		if ok {
			a.Methods = strings.Fields(strings.TrimSuffix(methods, ")"))
		}
		var err error
		if a.Codes, err = parseRange(codes); err != nil || ok && len(a.Methods) == 0 {
			f.wrong(f.names[f.read-1], fmt.Sprintf("%q is no set of responses", w))
		}
		out = append(out, a)
	}
	return out
}

// LookupHeaderField returns what is known about a header field by its name or
// compact form, letter case ignored; nil when there is nothing. All names that
// begin with X- and are not in the table share one row.
func LookupHeaderField(name string) *HeaderField {
	h := headerTable.find(name)
	if h == nil && len(name) > 2 && strings.EqualFold(name[:2], "X-") {
		return headerTable.find("X-*")
	}
	return h
}

// HeaderFields returns all header fields by name.
func HeaderFields() []*HeaderField { return headerTable.all() }

// InRequest reports whether requests with this method usually carry the header
// field. It serves completion and explanations; a rule needs the standard.
func (h *HeaderField) InRequest(method string) bool {
	for _, m := range h.Requests {
		if not, ok := strings.CutPrefix(m, "!"); ok {
			if not == method {
				return false
			}
		} else if m == "all" || m == method {
			return true
		}
	}
	return len(h.Requests) > 0 && h.Requests[0][0] == '!'
}

// InResponse reports the same for responses.
func (h *HeaderField) InResponse(method string, code int) bool {
	for _, a := range h.Responses {
		if a.Codes.Has(code) && (len(a.Methods) == 0 || slices.Contains(a.Methods, method)) {
			return true
		}
	}
	return false
}

// Where says in words which messages carry the header field.
func (h *HeaderField) Where() string {
	var parts []string
	switch {
	case len(h.Requests) == 0:
	case h.Requests[0] == "all":
		parts = append(parts, "all requests")
	case h.Requests[0][0] == '!':
		parts = append(parts, "all requests except "+strings.ReplaceAll(join(h.Requests), "!", ""))
	default:
		parts = append(parts, join(h.Requests)+" requests")
	}
	var codes []string
	for _, a := range h.Responses {
		c, _, _ := strings.Cut(a.text, "(")
		if len(a.Methods) > 0 {
			parts = append(parts, c+" responses to "+join(a.Methods))
		} else {
			codes = append(codes, c)
		}
	}
	if len(codes) > 0 {
		parts = append(parts, join(codes)+" responses")
	}
	return strings.Join(parts, "; ")
}

// Parameters returns the parameters of the header field that are known.
func (h *HeaderField) Parameters() []*HeaderParameter {
	var out []*HeaderParameter
	for _, p := range HeaderParameters() {
		if p.Header == h.Name {
			out = append(out, p)
		}
	}
	return out
}

// ValuesOf returns the values that a header field, or a parameter of it, may have
// where standards list them. parameter is "" for the value of the field itself.
func (h *HeaderField) ValuesOf(parameter string) []*Value {
	var out []*Value
	for _, v := range Values() {
		if v.Header == h.Name && strings.EqualFold(v.Parameter, parameter) {
			out = append(out, v)
		}
	}
	return out
}

// Entry returns the common view.
func (h *HeaderField) Entry() Entry {
	var f facts
	f.add("Compact form", h.Compact)
	f.add("Values", h.Values.Words())
	f.add("Allowed in", h.Where())
	f.add("Note", h.Note)
	var params, values []string
	for _, p := range h.Parameters() {
		params = append(params, p.Name)
	}
	f.add("Parameters", join(params))
	for _, v := range h.ValuesOf("") {
		values = append(values, v.Value)
	}
	f.add("Known values", join(values))
	if h.Status != "current" {
		f.add("Status", h.Status)
	}
	e := Entry{Kind: "header", Key: "header:" + h.Name, Name: h.Name, Summary: h.Meaning, Facts: f, Cites: h.Cites, Verified: h.Verified}
	if h.Compact != "" {
		e.aliases = append(e.aliases, h.Compact)
	}
	if p := h.Prose(); p != nil {
		e.Summary, e.Markdown = p.Short, markdown(p.Sections)
		for _, r := range p.References {
			if c := ParseCite(r); !slices.Contains(e.Cites, c) {
				e.Cites = append(slices.Clip(e.Cites), c)
			}
		}
	}
	return e
}
