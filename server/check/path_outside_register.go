package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var pathOutsideRegister = &Rule{
	Name:     "path-outside-register",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Information,
	Fields:   []sip.HeaderID{sip.HeaderPath},
	Cites:    []knowledge.Cite{{Standard: "RFC 3327", Section: "4"}},
	Doc: Doc{
		Title: "Path in a message that is no REGISTER",
		Text:  `Path gathers the proxies between user agent and registrar in a REGISTER, and the 2xx gives it back. In other messages nobody reads it; there, Record-Route does that work.`,
	},
	Cases: func() []Case {
		register := "REGISTER sip:example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:b@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 2 REGISTER\nSupported: path\nPath: <sip:p.example.com;lr>\nContent-Length: 0\n\n"
		return []Case{
			{Name: "in an OPTIONS", Text: optionsTo("<sip:b@example.com>", "Path: <sip:p.example.com;lr>\n"), Want: []string{"information: Path"}},
			{Name: "in a REGISTER", Text: register},
			{Name: "cut off behind it", Log: true, Text: cutOptions("Path: <sip:p.example.com;lr>\nFrom: <sip:a")},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		if inRegister(s) || len(s.facts.method) == 0 {
			return
		}
		m := s.Message
		report(Finding{
			Severity:    Information,
			At:          at(m.Header(sip.HeaderPath).Name),
			Title:       fmt.Sprintf("%s with Path", name(m)),
			Evidence:    describe(m) + " carries Path, which belongs into REGISTER and its responses.",
			Consequence: "Receivers ignore it; a route that is meant by it is not taken.",
			Next:        "A proxy that wants to stay in the path of a dialog writes Record-Route.",
		})
	},
}
