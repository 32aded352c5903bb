package knowledge

// EventPackage is one row of event-packages.tsv: an event package or template package of SUBSCRIBE and NOTIFY.
type EventPackage struct {
	Name       string
	Template   bool // it is appended to the name of another package: presence.winfo
	Registered bool // IANA lists it
	Meaning    string
	Cites      []Cite
	Verified   bool
}

var eventTable = table[*EventPackage]{
	file:    "event-packages.tsv",
	columns: "event type registered meaning refs verified",
	read: func(f *fields) *EventPackage {
		return &EventPackage{f.text(), f.oneOf("package", "template") == "template", f.yes(), f.sentence(), f.cites(), f.yes()}
	},
	names: func(e *EventPackage) []string { return []string{e.Name} },
}

// LookupEventPackage returns an event package; nil when it is not known. Event
// types are compared byte by byte (RFC 6665 section 8.2.1).
func LookupEventPackage(name string) *EventPackage {
	if e := eventTable.find(name); e != nil && e.Name == name {
		return e
	}
	return nil
}

// EventPackages returns all event packages, the registered ones first.
func EventPackages() []*EventPackage { return eventTable.all() }

// Entry returns the common view.
func (p *EventPackage) Entry() Entry {
	var f facts
	f.add("Used in", "Event, Allow-Events")
	if p.Template {
		f.add("Type", "template package: written behind another package and a full stop, as in presence."+p.Name)
	}
	if !p.Registered {
		f.add("Status", "unregistered")
	}
	return Entry{Kind: "event", Key: "event:" + p.Name, Name: p.Name, Summary: p.Meaning, Facts: f, Cites: p.Cites, Verified: p.Verified}
}
