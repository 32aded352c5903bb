package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var viaRPortValue = &Rule{
	Name:     "request-rport-with-value",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Messages: []knowledge.Range{{Request: true}},
	Fields:   []sip.HeaderID{sip.HeaderVia},
	Cites:    []knowledge.Cite{{Standard: "RFC 3581", Section: "3"}},
	Doc: Doc{
		Title: "Request whose topmost Via has a value in rport",
		Text: `A client writes ` + "`rport`" + ` without a value; the server fills in the port that the request came from, and adds ` + "`received`" + `. The rule speaks of message files, and not where
` + "`received`" + ` is there too, since the message then stands there as its receiver saw it. Logs are left out for the same reason: some servers fill in the one without the other.`,
	},
	Cases: func() []Case {
		with := func(params string) string {
			return swap(requestOf("OPTIONS", ""), "192.0.2.1;", "192.0.2.1"+params+";")
		}
		return []Case{
			{Name: "the port of the sender", Text: with(";rport=5060"), Want: []string{"warning: rport=5060"}, Fixed: with(";rport")},
			{Name: "without value", Text: with(";rport")},
			{Name: "as the server saw it", Text: with(";rport=40112;received=203.0.113.9")},
			{Name: "a value that is malformed", Text: with(";rport=x;received=203.0.113.9")},
			{Name: "in a log", Log: true, Text: inLog(with(";rport=5060"))},
			{Name: "cut off", Log: true, Text: inCutLog(with(";rport=5060"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		if !s.Editable {
			return
		}
		m := s.Message
		v := m.TopVia()
		p, ok := m.FindParam(v.Params, ';', "rport")
		if !ok || p.Value.Len == 0 || m.ViaSyntax(v.Value) != nil {
			return
		}
		if _, ok := m.FindParam(v.Params, ';', "received"); ok {
			return
		}
		report(Finding{
			Severity:    Warning,
			At:          at(sip.Span{Off: p.Name.Off, Len: p.Value.End() - p.Name.Off}),
			Title:       fmt.Sprintf("%s with a value in rport", name(m)),
			Evidence:    fmt.Sprintf("The topmost Via says rport=%s; the sender has to write rport alone.", clip(m.Bytes(p.Value))),
			Consequence: "A server that finds a value there may leave it as it is: behind NAT the response goes to a port that is closed.",
			Next:        "Write rport without a value.",
		})
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		p, ok := s.Message.FindParam(s.Message.TopVia().Params, ';', "rport")
		if !ok {
			return nil
		}
		return []Fix{{Title: "Remove the value of rport", Preferred: true, Edits: []Edit{{At: sip.Span{Off: p.Name.End(), Len: f.At.At.End() - p.Name.End()}}}}}
	},
}
