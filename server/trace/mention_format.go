package trace

import "bytes"

// MentionFormat is one producer's way of naming status codes in lines that are no messages.
type MentionFormat struct {
	Name    string // permanent, kebab-case
	Title   string // for people
	Grammar string // documentation: what a line looks like
	Example string // documentation: a line that mentions a code

	// Matches reports whether the line, without its line end, is one of this producer.
	Matches func(line []byte) bool
	// Facts reads what the line says of the message beyond what any line may say; nil for nothing.
	Facts func(line []byte, f *MentionFacts)
}

// MentionFormats are all of them, in the order in which they are asked.
var MentionFormats = []*MentionFormat{
	kamailioLog,
	openSIPSLog,
	freeswitchConsole,
	asteriskLog,
	clearwaterLog,
	liveKitLog,
	tsharkStatistics,
	sippScreen,
}

// MentionFacts is what the line of a mention says about the message. What it does not say is "".
type MentionFacts struct {
	Format *MentionFormat // nil: any other text
	Time   string         // as written
	Method string
	CallID string
}

// FactsOf reads the line of a mention, of long ones the part around it.
func (t *Trace) FactsOf(m Mention) MentionFacts {
	n := t.doc.LineAt(m.From)
	from := max(t.doc.LineStart(n), m.From-maxPrefix)
	line := t.doc.Slice(from, min(t.doc.LineEnd(n), m.From+maxPrefix))
	f := MentionFacts{Time: LogTime(line)}
	eachPair(line, func(name, value []byte) {
		switch keyOf(name) {
		case "sipcallid":
			f.CallID = string(value)
		case "callid":
			if f.CallID == "" {
				f.CallID = string(value)
			}
		case "method", "sipmethod":
			if f.Method == "" {
				f.Method = string(value)
			}
		}
	})
	for _, format := range MentionFormats {
		if format.Matches(line) {
			f.Format = format
			if format.Facts != nil {
				format.Facts(line, &f)
			}
			break
		}
	}
	return f
}

// eachPair calls yield for the members of JSON and the key=value pairs of a line.
func eachPair(line []byte, yield func(name, value []byte)) {
	pairs(line, func(name []byte, from, to int) { yield(name, line[from:to]) })
}

// afterLogStamp returns the line behind the time stamp that it begins with, nil where it begins with none.
func afterLogStamp(line []byte) []byte {
	r := stampAt(line, 0)
	if r.Len == 0 {
		return nil
	}
	return bytes.TrimLeft(line[r.Off+r.Len:], " \t")
}
