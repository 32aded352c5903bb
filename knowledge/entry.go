package knowledge

import (
	"strconv"
	"strings"
)

// Entry is one thing that can be looked up, in the form that is shown to people.
type Entry struct {
	Kind     string // "status", "header", "method" ...: the names that Kinds returns
	Key      string // what a user types to get exactly this: "status:486", "header:Via", "Q.850:34", "timer:B"
	Name     string // "486 Busy Here", "Via", "Timer B"
	Summary  string // one or two sentences
	Facts    []Fact
	Cites    []Cite
	Markdown string // prose with headings of level 2; "" when there is none
	Verified bool   // false: from memory, or there is no public definition
	aliases  []string
}

// Fact is one line of a table about an entry.
type Fact struct {
	Label string // "Compact form", "Allowed in" ...
	Text  string
}

// facts collects what is there to say.
type facts []Fact

func (f *facts) add(label, text string) {
	if text != "" {
		*f = append(*f, Fact{label, text})
	}
}

// kind is one sort of entry. The order of kinds is that of their use: where a
// name has several meanings, the first kind comes first.
type kind struct {
	name     string
	prefixes []string // what may stand before a colon, an equals sign or a blank to ask for this kind; lower case
	find     func(name string) []Entry
	all      func() []Entry
}

// Kinds returns the names of all kinds, the most usual first.
func Kinds() []string {
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = k.name
	}
	return out
}

var kinds = []kind{
	{"status", []string{"status", "code", "sip", "response", "status code"}, findStatus, allStatuses},
	{"method", []string{"method"}, one(methodTable.find), each(Methods)},
	{"header", []string{"header", "header field"}, one(LookupHeaderField), each(HeaderFields)},
	{"cause", []string{"q.850", "q850", "cause", "asterisk", "freeswitch"}, one(LookupCauseName), each(Causes)},
	{"timer", []string{"timer"}, one(LookupTimer), each(Timers)},
	{"option-tag", []string{"option-tag", "option", "option tag", "require", "supported", "proxy-require", "unsupported"}, one(LookupOptionTag), each(OptionTags)},
	{"event", []string{"event", "event package", "allow-events"}, one(eventTable.find), each(EventPackages)},
	{"digest", []string{"digest"}, one(LookupDigest), each(DigestRules)},
	{"sdp-attribute", []string{"a", "attribute", "sdp", "sdp-attribute"}, one(sdpAttributeTable.find), each(SDPAttributes)},
	{"sdp-line", []string{"sdp-line", "sdp"}, one(sdpLineTable.find), each(SDPLines)},
	{"codec", []string{"codec", "encoding"}, one(LookupCodec), each(Codecs)},
	{"payload-type", []string{"pt", "payload", "payload type", "payload types", "payload-type"}, findPayloadType, each(PayloadTypes)},
	{"warning", []string{"warning", "warn", "warn-code"}, one(LookupWarning), each(Warnings)},
	{"reason", []string{"reason", "reason protocol"}, one(LookupReasonProtocol), each(ReasonProtocols)},
	{"privacy", []string{"privacy"}, one(LookupPrivacy), each(PrivacyValues)},
	{"uri-parameter", []string{"uri", "uri-parameter", "uri parameter"}, one(LookupURIParameter), each(URIParameters)},
	{"header-parameter", []string{"parameter", "param", "header-parameter"}, findHeaderParameter, each(HeaderParameters)},
	{"value", []string{"value"}, findValue, each(Values)},
	{"failure", []string{"failure", "fault"}, one(LookupFailure), each(Failures)},
}

// entry is what every typed look-up returns.
type entry interface {
	comparable
	Entry() Entry
}

func one[T entry](find func(string) T) func(string) []Entry {
	return func(name string) []Entry {
		var none T
		if t := find(name); t != none {
			return []Entry{t.Entry()}
		}
		return nil
	}
}

func each[T entry](all func() []T) func() []Entry {
	return func() []Entry {
		rows := all()
		out := make([]Entry, len(rows))
		for i, r := range rows {
			out[i] = r.Entry()
		}
		return out
	}
}

// join writes a list for people.
func join(words []string) string { return strings.Join(words, ", ") }

func joinNumbers(ns []int) string {
	words := make([]string, len(ns))
	for i, n := range ns {
		words[i] = strconv.Itoa(n)
	}
	return join(words)
}
