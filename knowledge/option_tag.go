package knowledge

// OptionTag is one row of option-tags.tsv.
type OptionTag struct {
	Name     string
	Meaning  string
	Cites    []Cite
	Verified bool
}

var optionTagTable = table[*OptionTag]{
	file:    "option-tags.tsv",
	columns: "tag meaning refs verified",
	read:    func(f *fields) *OptionTag { return &OptionTag{f.text(), f.sentence(), f.cites(), f.yes()} },
	names:   func(t *OptionTag) []string { return []string{t.Name} },
}

// LookupOptionTag returns an option tag of Require, Supported and their like; tokens
// are compared without letter case (RFC 3261 section 7.3.1). nil when it is not known.
func LookupOptionTag(name string) *OptionTag { return optionTagTable.find(name) }

// OptionTags returns all option tags by name.
func OptionTags() []*OptionTag { return optionTagTable.all() }

// Entry returns the common view.
func (t *OptionTag) Entry() Entry {
	return Entry{
		Kind: "option-tag", Key: "option:" + t.Name, Name: t.Name, Summary: t.Meaning,
		Cites: t.Cites, Verified: t.Verified,
	}
}
