package knowledge

import "strings"

// SDPLine is one row of sdp-lines.tsv: a line type of session descriptions, in the order they stand.
type SDPLine struct {
	Type     string // "m"
	Name     string // "media description"
	Where    string // where it stands and how often
	Form     string // the values in order
	Meaning  string
	Cites    []Cite
	Verified bool
}

var sdpLineTable = table[*SDPLine]{
	file:    "sdp-lines.tsv",
	columns: "line name where form meaning refs verified",
	read: func(f *fields) *SDPLine {
		l := &SDPLine{f.text(), f.text(), f.text(), f.text(), f.sentence(), f.cites(), f.yes()}
		if len(l.Type) != 1 {
			f.wrong("line", "is no single letter")
		}
		return l
	},
	names: func(l *SDPLine) []string { return []string{l.Type, l.Type + "=", l.Name} },
}

// LookupSDPLine returns a line type by its letter, which is case-sensitive (RFC
// 8866 section 5); nil when there is none.
func LookupSDPLine(letter string) *SDPLine {
	if l := sdpLineTable.find(letter); l != nil && l.Type == letter {
		return l
	}
	return nil
}

// SDPLines returns all line types in the order in which a session description has them.
func SDPLines() []*SDPLine { return sdpLineTable.all() }

// Entry returns the common view.
func (l *SDPLine) Entry() Entry {
	return Entry{
		Kind: "sdp-line", Key: l.Type + "=", Name: l.Type + "= " + l.Name, Summary: l.Meaning,
		Facts: []Fact{{"Form", l.Form}, {"Where", l.Where}}, Cites: l.Cites, Verified: l.Verified, aliases: []string{l.Type + "=", l.Name},
	}
}

// SDPAttribute is one row of sdp-attributes.tsv.
type SDPAttribute struct {
	Name     string
	Levels   []string // session, media, source, dcsa: where it stands
	Form     string   // "a=rtpmap:<payload type> <encoding name>/..."
	Meaning  string
	Cites    []Cite
	Verified bool
}

var sdpAttributeTable = table[*SDPAttribute]{
	file:    "sdp-attributes.tsv",
	columns: "attribute levels form meaning refs verified",
	read: func(f *fields) *SDPAttribute {
		a := &SDPAttribute{f.text(), f.list(), f.text(), f.sentence(), f.cites(), f.yes()}
		if !strings.HasPrefix(a.Form, "a="+a.Name) {
			f.wrong("form", "does not begin with a= and the name")
		}
		for _, l := range a.Levels {
			if l != "session" && l != "media" && l != "source" {
				f.wrong("levels", l+" is no level")
			}
		}
		if len(a.Levels) == 0 {
			f.wrong("levels", "is empty")
		}
		return a
	},
	names: func(a *SDPAttribute) []string { return []string{a.Name, "a=" + a.Name} },
}

// LookupSDPAttribute returns an attribute by name; nil when it is not known.
// Names are case-sensitive (RFC 8866 section 5.13).
func LookupSDPAttribute(name string) *SDPAttribute {
	if a := sdpAttributeTable.find(name); a != nil && a.Name == name {
		return a
	}
	return nil
}

// SDPAttributes returns all attributes.
func SDPAttributes() []*SDPAttribute { return sdpAttributeTable.all() }

// Entry returns the common view.
func (a *SDPAttribute) Entry() Entry {
	return Entry{
		Kind: "sdp-attribute", Key: "a=" + a.Name, Name: "a=" + a.Name, Summary: a.Meaning,
		Facts: []Fact{{"Form", a.Form}, {"Level", join(a.Levels)}}, Cites: a.Cites, Verified: a.Verified, aliases: []string{a.Name},
	}
}
