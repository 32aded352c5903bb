package check

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var identityRefused = &Rule{
	Name:     "stir-shaken-438-403",
	Scope:    Transaction,
	Severity: Warning,
	Statuses: []knowledge.Range{{Lo: 403, Hi: 403}, {Lo: 428, Hi: 428}, {Lo: 436, Hi: 438}},
	Cites:    []knowledge.Cite{{Standard: "RFC 8224", Section: "6.2.2"}, {Standard: "RFC 8224", Section: "4"}},
	Doc: Doc{
		Title: "Request refused for its Identity, and why",
		Text: `A verification service refuses a request with 428, 436, 437 or 438, or with 403 Stale Date. The rule looks at the request on all hops in the log. It is a warning when the Identity
is there on one hop and gone on a later one, or when From, To, P-Asserted-Identity or Date changed behind it: the signature covers them. Else it is information that the request
is not signed at all, or which defect the rules over messages find in its Identity.`,
	},
	Scenes: func() []Scene {
		proxy := scenario.Party{Domain: "example.com", Addr: scenario.UDP("192.0.2.10:5060"), Agent: scenario.Kamailio}
		pbx := scenario.PBX(scenario.Asterisk)
		invite := scenario.Request("INVITE")
		line := strings.TrimSuffix(strings.TrimPrefix(identityLine(shakenHeader, shakenClaims, shakenParams), "Identity: "), "\n")
		signed := scenario.AddHeader("Identity", line)
		refused := scenario.Proxied(scenario.Alice, proxy, scenario.Bob, scenario.Rejected(438)).With(invite, signed)
		direct := scenario.Call(scenario.Alice, pbx, scenario.Rejected(438))
		back := func(code int) scenario.Select {
			return scenario.Where("the answer to the caller", func(m *scenario.Message) bool { return m.Status() == code && m.To.Host == scenario.Alice.Addr.Host })
		}
		return []Scene{
			{
				Name: "the proxy takes the Identity out", Trace: scenario.Proxied(scenario.Alice, proxy, scenario.Bob, scenario.Rejected(428)).With(invite.First(), signed), Ill: true,
				Want: []Sighting{{Severity: Warning, At: back(428), Related: []scenario.Select{invite, invite.Nth(2)}}},
			},
			{
				Name: "the proxy rewrites From behind the signature", Trace: refused.With(invite.Nth(2), scenario.ReplaceInHeader("From", "sip:1001@", "sip:+15550100@")), Ill: true,
				Want: []Sighting{{Severity: Warning, At: back(438), Related: []scenario.Select{invite, invite.Nth(2)}}},
			},
			{
				Name: "428, and no Identity", Trace: scenario.Call(scenario.Alice, pbx, scenario.Rejected(428)),
				Want: []Sighting{{Severity: Information, At: scenario.Status(428), Related: []scenario.Select{invite}}},
			},
			{
				Name: "438, and the Identity has no Date beside it", Trace: direct.With(invite, signed), Ill: true,
				Want: []Sighting{{Severity: Information, At: scenario.Status(438), Related: []scenario.Select{invite}}},
			},
			{Name: "a signed call that is answered", Trace: scenario.Proxied(scenario.Alice, proxy, scenario.Bob).With(invite, signed), Ill: true},
			{Name: "403 for another reason", Trace: scenario.Call(scenario.Alice, pbx, scenario.Rejected(403))},
			{Name: "the request is not in the log", Trace: direct.Without(invite), Ill: true},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for x := range s.Exchanges {
			final := s.FinalOf(int32(x))
			if final == call.None || !s.refusesIdentity(final) {
				continue
			}
			if f, ok := s.explainIdentity(int32(x), final); ok {
				report(f)
				return // it will be refused again
			}
		}
	},
}

// refusesIdentity reports whether a response is one of a verification service.
func (s *CallSubject) refusesIdentity(i int32) bool {
	m := &s.Messages[i]
	switch m.Status {
	case 428, 436, 437, 438:
		return true
	case 403:
		return bytes.Contains(bytes.ToLower(m.Msg.Bytes(m.Msg.Start.Reason)), []byte("stale date"))
	}
	return false
}

// explainIdentity looks for the reason in the request on all its hops.
func (s *CallSubject) explainIdentity(x, final int32) (f Finding, ok bool) {
	e := &s.Exchanges[x]
	first, last := call.None, call.None // the request on the first and the last hop
	for _, t := range e.Transactions {
		b := &s.Transactions[t]
		if b.Request == call.None || !s.Messages[b.Request].Whole || b.Final == call.None || s.Messages[b.Final].Status != s.Messages[final].Status {
			continue
		}
		if first == call.None || b.Vias < s.Messages[first].Vias {
			first = b.Request
		}
		if last == call.None || b.Vias > s.Messages[last].Vias {
			last = b.Request
		}
	}
	if first == call.None {
		return f, false
	}
	name, code := s.Name(first), s.Name(final)
	m, o := s.Messages[last].Msg, s.Messages[first].Msg
	f = Finding{
		Severity: Warning, At: s.At(final),
		Consequence: "The verifier cannot tell who calls and refuses the call.",
	}
	signed := o.Header(sip.HeaderIdentity)
	switch changed := changedBehindSignature(o, m); {
	case first != last && signed != nil && m.Header(sip.HeaderIdentity) == nil:
		f.Related = []Related{{At: s.Field(first, sip.HeaderIdentity), Text: "the Identity"}, s.Related(last, "the hop without it")}
		f.Title = fmt.Sprintf("%s: the Identity is lost on the way", code)
		f.Evidence = fmt.Sprintf("The %s has an Identity on the first hop in the log and none on the last one.", name)
		f.Next = "Let the element between the two hops pass Identity on."
	case first != last && signed != nil && changed != sip.HeaderOther && bytes.Equal(o.Bytes(signed.Value), m.Value(sip.HeaderIdentity)):
		f.Related = []Related{{At: s.Field(first, changed), Text: "as it was signed"}, {At: s.Field(last, changed), Text: "as it arrived"}}
		f.Title = fmt.Sprintf("%s: %s changed behind the signature", code, changed)
		f.Evidence = fmt.Sprintf("Both hops have the same Identity, but %s was %s and is %s.", changed, clip(o.Value(changed)), clip(m.Value(changed)))
		f.Next = "Let the element between the two hops leave the field as it was signed, or sign the request anew behind the change."
		f.Cites = []knowledge.Cite{{Standard: "RFC 8224", Section: "6.2.2"}, {Standard: "RFC 8224", Section: "4"}}
	case m.Header(sip.HeaderIdentity) == nil:
		f.Severity = Information
		f.Related = []Related{s.Related(last, "the request without Identity")}
		f.Title = fmt.Sprintf("%s: the %s is not signed", code, name)
		f.Evidence = fmt.Sprintf("The %s has no Identity, and the other side wants one.", name)
		f.Next = "Let the provider of the caller sign the call (STIR/SHAKEN), or lift the demand for this trunk."
	default:
		var defect Finding
		s.judge(&Subject{Message: m}, func(x Finding) {
			if slices.Contains(x.Rule.Finds(), "stir-shaken-438-403") && (defect.Rule == nil || x.Severity < defect.Severity) {
				defect = x
			}
		})
		if defect.Rule == nil {
			return f, false
		}
		f.Severity, f.Certainty = Information, StrongHint
		f.Related = []Related{{At: s.Place(last, defect.At.At), Text: "what is wrong in the request"}}
		f.Title = fmt.Sprintf("%s: %s", code, defect.Title)
		f.Evidence = "Most likely this is why the verifier refuses the request. " + defect.Evidence
		f.Next = defect.Next
		f.Cites = append([]knowledge.Cite{{Standard: "RFC 8224", Section: "6.2.2"}}, defect.Cites...)
	}
	return f, true
}

// changedBehindSignature returns the first of the fields that a signature covers which differs between two hops of a
// request; HeaderOther when none does.
func changedBehindSignature(a, b *sip.Message) sip.HeaderID {
	for _, id := range [...]sip.HeaderID{sip.HeaderFrom, sip.HeaderTo, sip.HeaderPAssertedIdentity} {
		x, ok := a.Address(id)
		y, also := b.Address(id)
		if !ok || !also || bytes.Equal(a.Bytes(x.URI), b.Bytes(y.URI)) {
			continue
		}
		// Of a telephone number the digits are signed, not the host.
		n, tel := telephoneNumber(a.Bytes(x.URI))
		if k, also := telephoneNumber(b.Bytes(y.URI)); !tel || !also || n != k {
			return id
		}
	}
	if x, y := a.Value(sip.HeaderDate), b.Value(sip.HeaderDate); len(x) > 0 && len(y) > 0 && !bytes.Equal(x, y) {
		return sip.HeaderDate
	}
	return sip.HeaderOther
}
