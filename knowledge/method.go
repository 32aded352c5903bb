package knowledge

// MethodInfo is one row of methods.tsv. The facts in words are those of requests with the method.
type MethodInfo struct {
	Name          string
	Registered    bool   // IANA lists it
	InsideDialog  string // only inside a dialog
	CreatesDialog string
	TargetRefresh string // changes the remote target
	OfferAnswer   string // carries offers or answers
	Contact       string // carries Contact
	EndsDialog    string
	Meaning       string
	Cites         []Cite
	Verified      bool
}

var methodTable = table[*MethodInfo]{
	file:    "methods.tsv",
	columns: "method registered inside_dialog creates_dialog target_refresh offer_answer contact ends_dialog meaning refs verified",
	read: func(f *fields) *MethodInfo {
		m := &MethodInfo{
			f.text(), f.yes(), f.optional(), f.optional(), f.optional(), f.optional(), f.optional(), f.optional(),
			f.sentence(), f.cites(), f.yes(),
		}
		if m.Registered && (m.InsideDialog == "" || m.CreatesDialog == "" || m.TargetRefresh == "" || m.OfferAnswer == "" || m.Contact == "" || m.EndsDialog == "") {
			f.wrong("inside_dialog to ends_dialog", "must not be empty for a registered method")
		}
		return m
	},
	names: func(m *MethodInfo) []string { return []string{m.Name} },
}

// LookupMethod returns what is known about a method; nil when there is nothing.
// Method names are case-sensitive (RFC 3261 section 7.1).
func LookupMethod(name string) *MethodInfo {
	if m := methodTable.find(name); m != nil && m.Name == name {
		return m
	}
	return nil
}

// Methods returns all methods, the registered ones first.
func Methods() []*MethodInfo { return methodTable.all() }

// Entry returns the common view.
func (m *MethodInfo) Entry() Entry {
	var f facts
	f.add("Only inside a dialog", m.InsideDialog)
	f.add("Creates a dialog", m.CreatesDialog)
	f.add("Ends a dialog", m.EndsDialog)
	f.add("Refreshes the target", m.TargetRefresh)
	f.add("Offer or answer", m.OfferAnswer)
	f.add("Contact in the request", m.Contact)
	if !m.Registered {
		f.add("Status", "unregistered")
	}
	return Entry{Kind: "method", Key: "method:" + m.Name, Name: m.Name, Summary: m.Meaning, Facts: f, Cites: m.Cites, Verified: m.Verified}
}
