package knowledge

// PrivacyValue is one row of privacy-values.tsv: a value of the header field Privacy.
type PrivacyValue struct {
	Name     string
	Meaning  string
	Cites    []Cite
	Verified bool
}

var privacyTable = table[*PrivacyValue]{
	file:    "privacy-values.tsv",
	columns: "value meaning refs verified",
	read:    func(f *fields) *PrivacyValue { return &PrivacyValue{f.text(), f.sentence(), f.cites(), f.yes()} },
	names:   func(p *PrivacyValue) []string { return []string{p.Name} },
}

// LookupPrivacy returns a value of Privacy, letter case ignored; nil when it is not known.
func LookupPrivacy(name string) *PrivacyValue { return privacyTable.find(name) }

// PrivacyValues returns all values of Privacy.
func PrivacyValues() []*PrivacyValue { return privacyTable.all() }

// Entry returns the common view.
func (p *PrivacyValue) Entry() Entry {
	return Entry{
		Kind: "privacy", Key: "privacy:" + p.Name, Name: p.Name, Summary: p.Meaning,
		Facts: []Fact{{"Used in", "Privacy"}}, Cites: p.Cites, Verified: p.Verified,
	}
}
