package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var replacesMisplaced = &Rule{
	Name:     "replaces-misplaced",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Error,
	Failures: []string{"refer-transfer-fails"},
	Messages: inRequests,
	Fields:   []sip.HeaderID{sip.HeaderReplaces, sip.HeaderJoin},
	Cites:    []knowledge.Cite{{Standard: "RFC 3891", Section: "3"}, {Standard: "RFC 3911", Section: "4"}},
	Doc: Doc{
		Title: "Replaces or Join outside an INVITE, or both together",
		Text: `Replaces and Join say what a new call has to do with one that is there: it takes its place, or joins it. That makes
sense in an INVITE only, and only one of the two. Everything else must be answered with 400. A Replaces inside the URI of Refer-To is another matter: it becomes a header field of the INVITE that the REFER causes.`,
	},
	Cases: func() []Case {
		const dialog = ": 9@192.0.2.1;to-tag=1;from-tag=2\n"
		return []Case{
			{
				Name: "in a REFER", Text: requestOf("REFER", "Replaces"+dialog), Want: []string{"error: Replaces"},
				Fixed: requestOf("REFER", ""),
			},
			{Name: "with Join", Text: requestOf("INVITE", "Replaces"+dialog+"Join"+dialog), Want: []string{"error: Join"}},
			{Name: "in an INVITE", Text: requestOf("INVITE", "Replaces"+dialog)},
			{Name: "in the URI of Refer-To", Text: requestOf("REFER", "Refer-To: <sip:c@example.com?Replaces=9%40192.0.2.1%3Bto-tag%3D1%3Bfrom-tag%3D2>\n")},
			{Name: "cut off behind it", Log: true, Text: inCutLog(requestOf("BYE", "Replaces"+dialog))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		replaces, join := m.Header(sip.HeaderReplaces), m.Header(sip.HeaderJoin)
		f := Finding{
			Severity:    Error,
			Consequence: "The receiver has to answer 400.",
			Next:        "Correct the element that wrote it.",
		}
		if string(s.facts.method) == "INVITE" {
			if replaces == nil || join == nil {
				return
			}
			f.At = at(join.Name)
			f.Title = "INVITE with Replaces and Join"
			f.Evidence = "Replaces wants the new call to take the place of another one, Join wants it to be added."
			report(f)
			return
		}
		for _, h := range []*sip.Header{replaces, join} {
			if h == nil {
				continue
			}
			f.At = at(h.Name)
			f.Title = fmt.Sprintf("%s with %s", name(m), h.ID)
			f.Evidence = fmt.Sprintf("%s carries %s, which belongs into an INVITE.", describe(m), h.ID)
			f.detail = h.Line
			report(f)
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		line, ok := f.detail.(sip.Span)
		if !ok {
			return nil // which of the two is meant, nobody knows
		}
		return []Fix{{Title: "Remove " + string(s.Message.Bytes(f.At.At)), Preferred: true, Edits: []Edit{{At: line}}}}
	},
}
