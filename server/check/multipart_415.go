package check

import (
	"bytes"
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var multipartRefused = &Rule{
	Name:     "multipart-415",
	Scope:    Transaction,
	Severity: Information,
	Statuses: []knowledge.Range{{Lo: 415, Hi: 415}},
	Cites:    []knowledge.Cite{{Standard: "RFC 5621", Section: "4"}, {Standard: "RFC 5621", Section: "8"}, {Standard: "RFC 3261", Section: "21.4.13"}},
	Doc: Doc{
		Title: "415 to a request with a multipart body",
		Text: `Bodies of several parts carry SIPREC metadata, ISUP, location or resource lists beside the session description. Older programs refuse them with 415; others refuse a single part
whose type they do not know and whose Content-Disposition does not say ` + "`handling=optional`" + `. The rule tells the parts apart by the Accept of the 415.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		refused := scenario.Call(scenario.Alice, pbx, scenario.Rejected(415))
		invite, answer := scenario.Request("INVITE"), scenario.Status(415)
		sdp := refused.Messages[refused.Index(invite)].Body
		body := func(disposition string) scenario.Fault {
			return scenario.SetBody("multipart/mixed;boundary=b1", "--b1\r\nContent-Type: application/sdp\r\n\r\n"+sdp+
				"\r\n--b1\r\nContent-Type: application/rs-metadata+xml\r\nContent-Disposition: recording-session"+disposition+"\r\n\r\n<recording/>\r\n--b1--\r\n")
		}
		proxy := scenario.Party{Domain: "example.com", Addr: scenario.UDP("192.0.2.10:5060"), Agent: scenario.Kamailio}
		return []Scene{
			{
				Name: "the other side takes no multipart", Trace: refused.With(invite, body("")).With(answer, scenario.SetHeader("Accept", "application/sdp")),
				Want: []Sighting{{Severity: Information, At: answer, Related: []scenario.Select{invite}}},
			},
			{
				Name: "it takes multipart, but not one part", Trace: refused.With(invite, body("")).With(answer, scenario.SetHeader("Accept", "application/sdp, multipart/mixed")),
				Want: []Sighting{{Severity: Information, At: answer, Related: []scenario.Select{invite}}},
			},
			{
				Name: "both hops of a proxy", Trace: scenario.Proxied(scenario.Alice, proxy, scenario.Bob, scenario.Rejected(415)).With(invite, body("")),
				Want: []Sighting{{Severity: Information, At: scenario.Where("the 415 to the caller", func(m *scenario.Message) bool {
					return m.Status() == 415 && m.To.Host == scenario.Alice.Addr.Host
				}), Related: []scenario.Select{invite}}},
			},
			{Name: "a multipart body that is accepted", Trace: scenario.Call(scenario.Alice, pbx).With(invite, body(";handling=optional"))},
			{Name: "415 to a plain session description", Trace: refused},
			{Name: "the request is not in the log", Trace: refused.With(invite, body("")).Without(invite)},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for x := range s.Exchanges {
			final := s.FinalOf(int32(x))
			if final == call.None || s.Messages[final].Status != 415 {
				continue
			}
			r := s.RequestOf(final)
			if r == call.None || !s.Messages[r].Whole {
				continue
			}
			if m := s.Messages[r].Msg; sip.EqualFold(m.Bytes(m.ContentType().Type), "multipart") {
				s.explainMultipart(r, final, report)
				return // it will try the same again
			}
		}
	},
}

// accepts reports whether the Accept of a response lists a type.
func accepts(m *sip.Message, major, minor []byte) bool {
	for _, v := range m.Values(sip.HeaderAccept) {
		t := m.ReadMediaType(v)
		if a := m.Bytes(t.Type); bytes.Equal(a, []byte("*")) || bytes.EqualFold(a, major) &&
			(bytes.EqualFold(m.Bytes(t.Subtype), minor) || bytes.Equal(m.Bytes(t.Subtype), []byte("*"))) {
			return true
		}
	}
	return false
}

// explainMultipart tells which part of request r a 415 is about.
func (s *CallSubject) explainMultipart(r, final int32, report func(Finding)) {
	m, answer := s.Messages[r].Msg, s.Messages[final].Msg
	whole := m.ContentType()
	body := m.ReadBody()
	var parts []string
	var unknown []byte
	for i := range body.Parts {
		p := &body.Parts[i].Body
		t := m.Bytes(p.Type.Value)
		if len(t) == 0 {
			continue
		}
		major := clip(bytes.TrimSpace(append(append(bytes.Clone(m.Bytes(p.Type.Type)), '/'), m.Bytes(p.Type.Subtype)...)))
		if m.IsOptional(p.Disposition) {
			parts = append(parts, major+" (optional)")
			continue
		}
		parts = append(parts, major)
		if unknown == nil && !accepts(answer, m.Bytes(p.Type.Type), m.Bytes(p.Type.Subtype)) {
			unknown = []byte(major)
		}
	}
	name := s.Name(r)
	f := Finding{
		Severity: Information, Certainty: StrongHint,
		At:          s.At(final),
		Related:     []Related{{At: s.Field(r, sip.HeaderContentType), Text: "the multipart body"}},
		Title:       fmt.Sprintf("415 to %s with a multipart body", name),
		Evidence:    fmt.Sprintf("The body is %s", clip(m.Bytes(whole.Value))),
		Consequence: "The request has no effect: no session is set up or changed.",
		Next:        "Send the session description alone to this peer, or let the element in front of it take the other parts out.",
	}
	if len(parts) > 0 {
		f.Evidence += " with the parts " + strings.Join(parts, ", ")
	}
	f.Evidence += "."
	switch {
	case answer.Header(sip.HeaderAccept) == nil:
		f.Evidence += " The 415 does not say what its sender accepts."
	case !accepts(answer, m.Bytes(whole.Type), m.Bytes(whole.Subtype)):
		f.Evidence += fmt.Sprintf(" The 415 accepts %s and no multipart body.", clip(answer.Value(sip.HeaderAccept)))
	case unknown != nil:
		f.Title = fmt.Sprintf("415 to %s with the body part %s", name, unknown)
		f.Evidence += fmt.Sprintf(" The 415 accepts %s; %s is not among them and not optional.", clip(answer.Value(sip.HeaderAccept)), unknown)
		f.Next = fmt.Sprintf("Give the part %s the parameter handling=optional in Content-Disposition, if the call may go on without it, or do not send it to this peer.", unknown)
	}
	report(f)
}
