package check

import (
	"fmt"
	"sync"

	"sipls/knowledge"
	"sipls/server/sip"
)

var optionTagUnknown = &Rule{
	Name:     "option-tag-unknown",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Information,
	Fields:   []sip.HeaderID{sip.HeaderRequire, sip.HeaderProxyRequire, sip.HeaderSupported},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "19.2"}, {Standard: "RFC 3261", Section: "8.2.2.3"}},
	Doc: Doc{
		Title: "Option tag that is not registered",
		Text: `Whoever does not know an option tag in Require or Proxy-Require refuses the request with 420, and nobody knows a tag that is not registered but its inventor. In Supported such a tag
does no harm; there the rule gives a hint, in texts that somebody writes, for it may be misspelt.`,
	},
	Cases: func() []Case {
		return []Case{
			{
				Name: "in Require", Text: requestOf("INVITE", "Require: 100rel, nothingSupportsThis\n"),
				Want: []string{"information: nothingSupportsThis"},
			},
			{
				Name: "in Proxy-Require of a log", Log: true,
				Text: "<--- Received SIP request (300 bytes) from UDP:192.0.2.1:5060 --->\n" + requestOf("INVITE", "Proxy-Require: noProxiesSupportThis\n"),
				Want: []string{"information: noProxiesSupportThis"},
			},
			{
				Name: "a registered one with wrong punctuation", Text: requestOf("INVITE", "Supported: no-refersub, timer\n"),
				Want: []string{"hint: no-refersub"}, Fixed: requestOf("INVITE", "Supported: norefersub, timer\n"),
			},
			{
				Name: "in Supported of a log", Log: true,
				Text: "<--- Received SIP request (300 bytes) from UDP:192.0.2.1:5060 --->\n" + requestOf("INVITE", "Supported: com.example.billing\n"),
			},
			{Name: "registered ones", Text: requestOf("INVITE", "Require: 100Rel\nSupported: timer, sec-agree\n")},
			{Name: "in Unsupported of a 420", Text: responseTo("INVITE", "420 Bad Extension", "Unsupported: nothingSupportsThis\n")},
			{Name: "cut off in it", Log: true, Text: inCutLog(requestOf("INVITE", "Contact: <sip:a@192.0.2.1>\nAllow: INVITE\nSupported: a\nRequire: 100re\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		for i := range m.Headers {
			id := m.Headers[i].ID
			if id != sip.HeaderRequire && id != sip.HeaderProxyRequire && (id != sip.HeaderSupported || !s.Editable) {
				continue
			}
			for v := range listValues(m, &m.Headers[i]) {
				b := m.Bytes(v)
				if !sip.IsToken(b) || optionTags().find(b) != "" {
					continue
				}
				f := Finding{
					Severity:    Information,
					At:          at(v),
					Title:       fmt.Sprintf("%s names %s, which is not registered", id, clip(b)),
					Evidence:    fmt.Sprintf("%s is no registered option tag.", clip(b)),
					Consequence: "Everybody but its inventor answers 420.",
					Next:        "Check the spelling, or that the other side knows this tag.",
					detail:      optionTags().similar(b),
				}
				if id == sip.HeaderSupported {
					f.Severity, f.Consequence = Hint, "Nobody makes use of it."
				}
				report(f)
			}
		}
	},
	Fix: func(_ *Subject, f *Finding) []Fix {
		right := f.detail.(string)
		if right == "" {
			return nil
		}
		return []Fix{{Title: "Write " + right, Preferred: true, Edits: []Edit{{At: f.At.At, Text: Literal(right)}}}}
	},
}

var optionTags = sync.OnceValue(func() nameSet {
	return newNameSet(knowledge.OptionTags(), func(t *knowledge.OptionTag) string { return t.Name })
})
