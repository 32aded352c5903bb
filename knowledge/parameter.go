package knowledge

import "strings"

// HeaderParameter is one row of header-parameters.tsv.
type HeaderParameter struct {
	Header, Name string
	Values       string // "any", "listed": a standard lists them; "flag": the parameter has no value
	Meaning      string
	Cites        []Cite
	Verified     bool
}

var headerParameterTable = table[*HeaderParameter]{
	file:    "header-parameters.tsv",
	columns: "header parameter values meaning refs verified",
	read: func(f *fields) *HeaderParameter {
		return &HeaderParameter{f.text(), f.text(), f.oneOf("any", "listed", "flag"), f.sentence(), f.cites(), f.yes()}
	},
	names: func(p *HeaderParameter) []string { return []string{p.Header + ";" + p.Name} },
}

// LookupHeaderParameter returns a parameter of a header field. Both names may be
// in any letter case, the header field in its compact form; nil when it is not known.
func LookupHeaderParameter(header, name string) *HeaderParameter {
	if h := LookupHeaderField(header); h != nil {
		header = h.Name
	}
	return headerParameterTable.find(header + ";" + name)
}

// HeaderParameters returns all parameters by header field.
func HeaderParameters() []*HeaderParameter { return headerParameterTable.all() }

// Entry returns the common view.
func (p *HeaderParameter) Entry() Entry {
	var f facts
	f.add("Parameter of", p.Header)
	f.addValues(p.Values, p.Header, p.Name)
	return Entry{
		Kind: "header-parameter", Key: p.Header + ";" + p.Name, Name: p.Header + ";" + p.Name, Summary: p.Meaning,
		Facts: f, Cites: p.Cites, Verified: p.Verified, aliases: []string{p.Name},
	}
}

func (f *facts) addValues(kind, header, parameter string) {
	if kind == "flag" {
		f.add("Value", "none: it is there or not")
		return
	}
	var known []string
	if h := LookupHeaderField(header); h != nil {
		for _, v := range h.ValuesOf(parameter) {
			known = append(known, v.Value)
		}
	}
	f.add("Known values", join(known))
}

// findHeaderParameter understands "Via;branch", and "branch" for the parameters of all header fields.
func findHeaderParameter(name string) []Entry {
	if header, param, ok := strings.Cut(name, ";"); ok {
		if p := LookupHeaderParameter(strings.TrimSpace(header), strings.TrimSpace(param)); p != nil {
			return []Entry{p.Entry()}
		}
		return nil
	}
	var out []Entry
	for _, p := range HeaderParameters() {
		if strings.EqualFold(p.Name, name) {
			out = append(out, p.Entry())
		}
	}
	return out
}

// URIParameter is one row of uri-parameters.tsv.
type URIParameter struct {
	Name       string
	Scheme     string // "sip" (and sips), "tel" (and the user part of sip)
	Values     string // as in HeaderParameter
	Meaning    string
	Registered bool // IANA lists it
	Cites      []Cite
	Verified   bool
}

var uriParameterTable = table[*URIParameter]{
	file:    "uri-parameters.tsv",
	columns: "parameter scheme values meaning registered refs verified",
	read: func(f *fields) *URIParameter {
		return &URIParameter{f.text(), f.oneOf("sip", "tel"), f.oneOf("any", "listed", "flag"), f.sentence(), f.yes(), f.cites(), f.yes()}
	},
	names: func(p *URIParameter) []string { return []string{p.Name} },
}

// LookupURIParameter returns a parameter of SIP, SIPS or tel URIs, letter case
// ignored (RFC 3261 section 19.1.4); nil when it is not known.
func LookupURIParameter(name string) *URIParameter { return uriParameterTable.find(name) }

// URIParameters returns all URI parameters.
func URIParameters() []*URIParameter { return uriParameterTable.all() }

// Entry returns the common view.
func (p *URIParameter) Entry() Entry {
	var f facts
	f.add("Parameter of", map[string]string{"sip": "sip and sips URIs", "tel": "tel URIs, and the user part of sip URIs"}[p.Scheme])
	f.addValues(p.Values, "", "")
	if !p.Registered {
		f.add("Status", "unregistered")
	}
	return Entry{Kind: "uri-parameter", Key: "uri:" + p.Name, Name: p.Name, Summary: p.Meaning, Facts: f, Cites: p.Cites, Verified: p.Verified}
}
