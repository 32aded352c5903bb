package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var headerNameMisspelled = &Rule{
	Name:     "header-name-misspelled",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Information,
	Fields:   []sip.HeaderID{sip.HeaderOther},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "7.3.1"}, {Standard: "RFC 3261", Section: "8.2.2"}},
	Doc: Doc{
		Title: "An unknown header field whose name is nearly that of a known one",
		Text: `Receivers ignore header fields that they do not know, so that anybody may add some. A name that differs from a known one in
one letter, or in its punctuation, was most likely to be that one. Names that begin with X- are their owner's and are not judged; in logs only long names are.`,
	},
	Cases: func() []Case {
		right := requestOf("OPTIONS", "User-Agent: x\n")
		return []Case{
			{Name: "a letter in the wrong place", Text: swap(right, "User-Agent", "User-Agnet"), Want: []string{"information: User-Agnet"}, Fixed: right},
			{Name: "other punctuation", Text: swap(right, "User-Agent", "UserAgent"), Want: []string{"information: UserAgent"}, Fixed: right},
			{Name: "a letter too many", Text: swap(right, "User-Agent", "Users-Agent"), Want: []string{"information: Users-Agent"}, Fixed: right},
			{
				Name: "beside the right one", Text: requestOf("OPTIONS", "Max-Forward: 70\n"), Want: []string{"information: Max-Forward"},
				Fixed: requestOf("OPTIONS", "Max-Forward: 70\n"),
			},
			{Name: "in a log", Log: true, Text: inLog(swap(right, "User-Agent", "User-Agents")), Want: []string{"information: User-Agents"}},
			{Name: "a vendor's name", Text: requestOf("OPTIONS", "X-User-Agnt: x\nP-Example-Info: y\n")},
			{Name: "a short name in a log", Log: true, Text: inLog(requestOf("OPTIONS", "Rate: x\n"))},
			{Name: "cut off in it", Log: true, Text: inCutLog(requestOf("OPTIONS", "Accept: a/b\nUser-Agen\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		least := 8
		if s.Editable {
			least = 4
		}
		for i := range m.Headers {
			h := &m.Headers[i]
			field := m.Bytes(h.Name)
			if h.ID != sip.HeaderOther || len(field) < least || len(field) > 2 && (field[0] == 'X' || field[0] == 'x') && field[1] == '-' || !sip.IsToken(field) {
				continue
			}
			like := knownFields().oneOff(field, least)
			if like == "" && s.Editable {
				like = knownFields().similar(field)
			}
			if like == "" || knowledge.LookupHeaderField(string(field)) != nil {
				continue
			}
			report(Finding{
				Severity:    Information,
				Certainty:   StrongHint,
				At:          at(h.Name),
				Title:       fmt.Sprintf("unknown header field %s", clip(field)),
				Evidence:    fmt.Sprintf("No standard defines %s, but there is %s.", clip(field), like),
				Consequence: "Receivers ignore the header field.",
				Next:        fmt.Sprintf("Did you mean %s?", like),
				detail:      like,
			})
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		like := f.detail.(string)
		if isTaken(s, like) {
			return nil
		}
		return []Fix{{Title: "Write " + like, Preferred: true, Edits: []Edit{{At: f.At.At, Text: Literal(like)}}}}
	},
}

// isTaken says that a message has a header field of this name already, and that there may be no second one.
func isTaken(s *Subject, field string) bool {
	id := sip.LookupHeader([]byte(field))
	return singleFields().has(id) && s.facts.has(id)
}
