package knowledge

// DigestRule is one row of digest.tsv: a parameter, algorithm or scheme of
// authentication, or a rule about challenges and credentials.
type DigestRule struct {
	Name     string
	Type     string // parameter, algorithm, scheme, rule
	Rule     string
	Strength string // MUST, MUST-NOT, SHOULD, MAY; "" where nothing is laid down
	Note     string
	Cites    []Cite
	Verified bool
}

var digestTable = table[*DigestRule]{
	file:    "digest.tsv",
	columns: "name type rule strength note refs verified",
	read: func(f *fields) *DigestRule {
		return &DigestRule{
			f.text(), f.oneOf("parameter", "algorithm", "scheme", "rule"), f.sentence(),
			f.oneOf("MUST", "MUST-NOT", "SHOULD", "MAY", ""), f.optional(), f.cites(), f.yes(),
		}
	},
	names: func(d *DigestRule) []string { return []string{d.Name} },
}

// LookupDigest returns a parameter, algorithm, scheme or rule of digest
// authentication by name, letter case ignored; nil when it is not known.
func LookupDigest(name string) *DigestRule { return digestTable.find(name) }

// DigestRules returns all rows, the parameters first.
func DigestRules() []*DigestRule { return digestTable.all() }

// Entry returns the common view.
func (d *DigestRule) Entry() Entry {
	var f facts
	switch d.Type {
	case "parameter":
		f.add("Type", "parameter of challenges, credentials or Authentication-Info")
	case "rule":
		f.add("Type", "rule of digest authentication")
	default:
		f.add("Type", "authentication "+d.Type)
	}
	f.add("Strength", d.Strength)
	f.add("Note", d.Note)
	return Entry{Kind: "digest", Key: "digest:" + d.Name, Name: d.Name, Summary: d.Rule, Facts: f, Cites: d.Cites, Verified: d.Verified}
}
