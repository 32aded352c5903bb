package knowledge

// ReasonProtocol is one row of reason-protocols.tsv: what may stand first in a value of Reason.
type ReasonProtocol struct {
	Name     string
	Causes   string // what the parameter cause means, in words
	Meaning  string
	Cites    []Cite
	Verified bool
}

var reasonProtocolTable = table[*ReasonProtocol]{
	file:    "reason-protocols.tsv",
	columns: "protocol causes meaning refs verified",
	read: func(f *fields) *ReasonProtocol {
		return &ReasonProtocol{f.text(), f.text(), f.sentence(), f.cites(), f.yes()}
	},
	names: func(p *ReasonProtocol) []string { return []string{p.Name} },
}

// LookupReasonProtocol returns a protocol of Reason, letter case ignored; nil when it is not known.
func LookupReasonProtocol(name string) *ReasonProtocol { return reasonProtocolTable.find(name) }

// ReasonProtocols returns all protocols of Reason.
func ReasonProtocols() []*ReasonProtocol { return reasonProtocolTable.all() }

// Entry returns the common view.
func (p *ReasonProtocol) Entry() Entry {
	return Entry{
		Kind: "reason", Key: "reason:" + p.Name, Name: p.Name, Summary: p.Meaning,
		Facts: []Fact{{"Used in", "Reason: " + p.Name + ";cause=..."}, {"Cause", p.Causes}}, Cites: p.Cites, Verified: p.Verified,
	}
}
