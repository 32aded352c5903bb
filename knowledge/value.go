package knowledge

import "strings"

// Value is one row of enumerated-values.tsv: a value that a standard lists for
// a header field or for one of its parameters.
type Value struct {
	Header    string
	Parameter string // "" for a value of the header field itself
	Value     string
	Meaning   string
	Cites     []Cite
	Verified  bool
}

var valueTable = table[*Value]{
	file:    "enumerated-values.tsv",
	columns: "header parameter value meaning refs verified",
	read: func(f *fields) *Value {
		return &Value{f.text(), f.optional(), f.text(), f.sentence(), f.cites(), f.yes()}
	},
	names: func(v *Value) []string { return []string{v.key()} },
}

// LookupValue returns a listed value of a header field or its parameter, letter case ignored; nil when it is not known.
func LookupValue(header, parameter, value string) *Value {
	if h := LookupHeaderField(header); h != nil {
		header = h.Name
	}
	return valueTable.find((&Value{Header: header, Parameter: parameter, Value: value}).key())
}

// Values returns all listed values by header field.
func Values() []*Value { return valueTable.all() }

func (v *Value) key() string {
	if v.Parameter == "" {
		return v.Header + "=" + v.Value
	}
	return v.Header + ";" + v.Parameter + "=" + v.Value
}

// Entry returns the common view.
func (v *Value) Entry() Entry {
	var f facts
	if v.Parameter == "" {
		f.add("Value of", v.Header)
	} else {
		f.add("Value of", v.Header+";"+v.Parameter)
	}
	return Entry{
		Kind: "value", Key: v.key(), Name: v.key(), Summary: v.Meaning, Facts: f, Cites: v.Cites, Verified: v.Verified, aliases: []string{v.Value},
	}
}

// findValue understands "Priority=emergency", "Session-Expires;refresher=uac" and, for values that are words, "emergency".
func findValue(name string) []Entry {
	if target, value, ok := strings.Cut(name, "="); ok {
		header, param, _ := strings.Cut(target, ";")
		if v := LookupValue(strings.TrimSpace(header), strings.TrimSpace(param), strings.TrimSpace(value)); v != nil {
			return []Entry{v.Entry()}
		}
		return nil
	}
	var out []Entry
	for _, v := range Values() {
		if strings.EqualFold(v.Value, name) {
			out = append(out, v.Entry())
		}
	}
	return out
}
