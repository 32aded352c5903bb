package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var outboundNotAsked = &Rule{
	Name:     "outbound-without-reg-id",
	Scope:    Message,
	Needs:    NeedFull | NeedHead,
	Severity: Warning,
	Messages: []knowledge.Range{{Lo: 200, Hi: 299}},
	Fields:   []sip.HeaderID{sip.HeaderRequire},
	Cites:    []knowledge.Cite{{Standard: "RFC 5626", Section: "6"}},
	Doc: Doc{
		Title: "Registrar that requires outbound though no reg-id was registered",
		Text:  "A registrar says with `Require: outbound` that it keeps the flow on which the REGISTER came. Without reg-id in a Contact of the REGISTER it must not. The rule needs the whole request in the text.",
	},
	Cases: func() []Case {
		register := func(params string) string {
			return requestOf("REGISTER", "Supported: outbound\nContact: <sip:a@192.0.2.1>"+params+"\n")
		}
		response := responseTo("REGISTER", "200 OK", "Require: outbound\n")
		return []Case{
			{Name: "no reg-id", Text: register("") + response, Want: []string{"warning: outbound"}},
			{Name: "a reg-id", Text: register(`;reg-id=1;+sip.instance="<urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF>"`) + response},
			{Name: "no request in the text", Text: response},
			{Name: "the request is cut off", Log: true, Text: inCutLog(register("")) + "\n2026-11-22 10:00:01 a message:\n" + response},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		r := s.Request
		if r == nil || r.Head.Is != sip.Whole || string(s.facts.method) != "REGISTER" {
			return
		}
		for _, a := range r.Addresses(sip.HeaderContact) {
			if _, ok := r.FindParam(a.Params, ';', "reg-id"); ok {
				return
			}
		}
		m := s.Message
		for h, v := range m.Values(sip.HeaderRequire) {
			if !sip.EqualFold(m.Bytes(v), "outbound") {
				continue
			}
			report(Finding{
				Severity:    Warning,
				At:          at(v),
				Title:       fmt.Sprintf("%s to REGISTER requires outbound without reg-id", name(m)),
				Evidence:    fmt.Sprintf("%s says outbound, but no Contact of the REGISTER has a reg-id.", h.ID),
				Consequence: "The client believes that its flow is kept and sends no keep-alives of its own.",
				Next:        "Make the registrar add the tag only where it has stored a reg-id.",
			})
			return
		}
	},
}
