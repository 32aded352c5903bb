package check

import (
	"fmt"
	"sync"

	"sipls/knowledge"
	"sipls/server/sip"
)

var reasonPhraseUnlikeCode = &Rule{
	Name:     "reason-phrase-unlike-code",
	Scope:    Message,
	Needs:    NeedFull | NeedValues,
	Severity: Hint,
	Messages: inResponses,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "7.2"}, {Standard: "RFC 3261", Section: "21"}},
	Doc: Doc{
		Title: "The reason phrase belongs to another status code",
		Text: `The reason phrase is free text, for people, in any language; no client acts on it. Where it is word for word the phrase
of another code, as in 486 Not Found, one of the two is wrong: a gateway that maps codes, or a slip of the pen. Phrases that differ
from the registered one in any other way are not reported, nor those that vendors are known to write.`,
	},
	Cases: func() []Case {
		with := func(status string) string { return responseTo("INVITE", status, "") }
		return []Case{
			{
				Name: "of another code", Text: with("486 Not Found"),
				Want: []string{"hint: Not Found"}, Fixed: with("486 Busy Here"),
			},
			{Name: "in a log, in other letters", Log: true, Text: inLog(with("404 BUSY HERE")), Want: []string{"hint: BUSY HERE"}},
			{Name: "words of one's own", Text: with("486 Besetzt")},
			{Name: "other letters", Text: with("486 busy here")},
			{Name: "no phrase", Text: with("486 ")},
			{Name: "what vendors write", Text: with("603 Declined")},
			{Name: "cut off behind it", Log: true, Text: inCutLog(with("404 Not Found"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		l := &m.Start
		phrase := m.Bytes(l.Reason)
		k := knowledge.LookupStatus(l.Status)
		if len(phrase) == 0 || k == nil || sip.EqualFold(phrase, k.Phrase) {
			return
		}
		for _, v := range k.Variants {
			if sip.EqualFold(phrase, v) {
				return
			}
		}
		other := phraseOf(phrase)
		if other == nil || other.Code == l.Status {
			return
		}
		report(Finding{
			Severity:    Hint,
			At:          at(l.Reason),
			Title:       fmt.Sprintf("%d with the phrase of %d", l.Status, other.Code),
			Evidence:    fmt.Sprintf("%s is the phrase of %d; that of %d is %s.", clip(phrase), other.Code, l.Status, k.Phrase),
			Consequence: "Clients go by the code; who reads the phrase, on a display or in a log, is told something else.",
			Next:        "Find out which of the two is meant; a gateway or a script may map codes and keep phrases.",
			detail:      k.Phrase,
		})
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		phrase := f.detail.(string)
		return []Fix{{Title: "Write " + phrase, Preferred: true, Edits: []Edit{{At: s.Message.Start.Reason, Text: Literal(phrase)}}}}
	},
}

// registeredPhrases are the registered codes by the length of their phrases.
var registeredPhrases = sync.OnceValue(func() map[int][]*knowledge.Status {
	out := map[int][]*knowledge.Status{}
	for _, code := range knowledge.StatusCodes() {
		if k := knowledge.LookupStatus(code); k.Registered {
			out[len(k.Phrase)] = append(out[len(k.Phrase)], k)
		}
	}
	return out
})

// phraseOf returns the registered code whose phrase this is, letter case ignored; nil when there is none.
func phraseOf(phrase []byte) *knowledge.Status {
	for _, k := range registeredPhrases()[len(phrase)] {
		if sip.EqualFold(phrase, k.Phrase) {
			return k
		}
	}
	return nil
}
