package check

import (
	"bytes"
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var registrationExpired = &Rule{
	Name:     "registration-expired-or-nat-pinhole",
	Scope:    Call,
	Severity: Warning,
	Methods:  []call.Method{call.REGISTER},
	Statuses: []knowledge.Range{{Lo: 200, Hi: 299}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "10.2.4"}, {Standard: "RFC 3261", Section: "10.3"}},
	Doc: Doc{
		Title: "Registration that runs out before it is refreshed, or leaves old bindings behind",
		Text: `The 200 to a REGISTER says how long the binding lives, maybe shorter than the client asked. The rule fires when the next REGISTER (the next CSeq number, so that none
is missing in the log) comes after that time. It stays silent about a client that was away much longer, about one that takes its binding away, and where the log has no times.

It tells as information when a client that registers from a new address is still listed with its old one, too.`,
	},
	Scenes: registrationScenes,
	CheckCall: func(s *CallSubject, report func(Finding)) {
		bound := binding{final: call.None}
		late, times, told := lateRefresh{request: call.None}, 0, false
		for x := range s.Exchanges {
			e := &s.Exchanges[x]
			if e.Method != call.REGISTER {
				continue
			}
			t := &s.Transactions[e.Upstream]
			if t.Request == call.None || !s.Messages[t.Request].Whole {
				bound.final = call.None
				continue
			}
			if bound.final != call.None && t.Request > bound.final {
				if l, ok := bound.late(s, t); ok {
					if times++; late.request == call.None {
						late = l
					}
				}
			}
			if t.Final == call.None || s.Messages[t.Final].Status >= 300 || !s.Messages[t.Final].Whole {
				if t.CSeq > bound.cseq {
					bound.cseq = t.CSeq // challenged, or refused
				}
				continue
			}
			now := s.bindingOf(t)
			if !told && bound.contact.Len > 0 && now.contact.Len > 0 && now.single {
				told = s.oldBinding(&bound, &now, report)
			}
			bound = now
		}
		if late.request == call.None {
			return
		}
		f := Finding{
			Severity:    Warning,
			Certainty:   StrongHint,
			At:          s.At(late.request),
			Related:     []Related{s.Related(late.final, "the answer that says how long the binding lives"), s.Related(late.bind, "the REGISTER before")},
			Title:       "registration refreshed too late",
			Evidence:    fmt.Sprintf("The binding lives %d s; the next REGISTER comes %s after the answer, %s too late.", late.seconds, Spell(late.gap), Spell(late.gap-time.Duration(late.seconds)*time.Second)),
			Consequence: "In between nobody reaches the phone: calls to it get 404 or 480.",
			Next:        "Let the client refresh well before the time that the answer grants; see too whether the network or the phone was away.",
		}
		if late.asked > late.seconds {
			f.Evidence += fmt.Sprintf(" The client had asked for %d s and was granted less.", late.asked)
			f.Next = "Let the client refresh by the time that the answer grants, not by the one it asked for."
		}
		if times > 1 {
			f.Evidence += fmt.Sprintf(" So it goes %d times in this call.", times)
		}
		report(f)
	},
}

// binding is what the registrar granted last.
type binding struct {
	request, final int32    // final is None where nothing is known
	contact        sip.Span // the URI in the request
	single         bool     // and it is the only one
	seconds        uint32   // 0 where it is not known
	asked          uint32
	cseq           uint32
}

type lateRefresh struct {
	request, final, bind int32
	seconds, asked       uint32
	gap                  time.Duration
}

// late reports whether a REGISTER comes after the binding is over.
func (b *binding) late(s *CallSubject, t *call.Transaction) (l lateRefresh, ok bool) {
	if b.seconds == 0 || t.CSeq != b.cseq+1 || s.Guessed {
		return l, false
	}
	if asked, known := s.askedExpires(t.Request); known && asked == 0 {
		return l, false
	}
	gap, ok := s.Since(b.final, t.Request)
	lives := time.Duration(b.seconds) * time.Second
	if !ok || gap <= lives+time.Second || b.cseq != s.Messages[b.request].CSeq {
		return l, false
	}
	if most := max(4*lives, time.Duration(b.asked)*time.Second+time.Second); gap > most {
		return l, false // it was switched off
	}
	return lateRefresh{request: t.Request, final: b.final, bind: b.request, seconds: b.seconds, asked: b.asked, gap: gap}, true
}

// bindingOf reads what a 2xx grants to the Contact of its request.
func (s *CallSubject) bindingOf(t *call.Transaction) binding {
	b := binding{request: t.Request, final: t.Final, cseq: t.CSeq}
	asks, grants := s.Messages[t.Request].Msg, s.Messages[t.Final].Msg
	n := 0
	for _, a := range asks.Addresses(sip.HeaderContact) {
		if n++; n == 1 && !a.Star {
			b.contact = a.URI
		}
	}
	b.single = n == 1
	b.asked, _ = s.askedExpires(t.Request)
	if b.contact.Len == 0 {
		return b
	}
	own := bareURI(asks, b.contact)
	listed, match := 0, false
	for _, a := range grants.Addresses(sip.HeaderContact) {
		listed++
		same := bytes.EqualFold(bareURI(grants, a.URI), own)
		if match || listed > 1 && !same {
			if !match {
				b.seconds = 0 // which of them is it?
			}
			continue
		}
		match = same
		b.seconds = 0
		if p, ok := grants.FindParam(a.Params, ';', "expires"); ok {
			b.seconds, _ = grants.DeltaSeconds(p.Value)
		} else if whole, ok := s.seconds(t.Final, sip.HeaderExpires); ok {
			b.seconds = whole
		}
	}
	return b
}

// bareURI returns a URI without its parameters.
func bareURI(m *sip.Message, at sip.Span) []byte {
	uri, _, _ := bytes.Cut(m.Bytes(at), []byte(";"))
	return uri
}

// oldBinding tells when the answer to a REGISTER lists the address that the client used before.
func (s *CallSubject) oldBinding(before, now *binding, report func(Finding)) bool {
	old := bareURI(s.Messages[before.request].Msg, before.contact)
	asks, grants := s.Messages[now.request].Msg, s.Messages[now.final].Msg
	if bytes.EqualFold(old, bareURI(asks, now.contact)) || s.Messages[before.request].From != s.Messages[now.request].From {
		return false
	}
	listed, stays := 0, false
	for _, a := range grants.Addresses(sip.HeaderContact) {
		listed++
		if bytes.EqualFold(bareURI(grants, a.URI), old) {
			p, ok := grants.FindParam(a.Params, ';', "expires")
			stays = stays || !ok || string(grants.Bytes(p.Value)) != "0"
		}
	}
	if !stays {
		return false
	}
	report(Finding{
		Severity:    Information,
		Certainty:   StrongHint,
		At:          s.At(now.final),
		Related:     []Related{s.Related(now.request, "the REGISTER with the new address"), s.Related(before.request, "the REGISTER with the old one")},
		Title:       "the old binding stays beside the new one",
		Evidence:    fmt.Sprintf("The client registers %s in place of %s; the answer lists %d bindings, the old one among them.", clip(bareURI(asks, now.contact)), clip(old), listed),
		Consequence: "Until it runs out, calls go to the old address as well: they ring there, or wait for it in vain.",
		Next:        "Let the client take its old binding away (expires=0) or use Outbound (+sip.instance and reg-id), or let the registrar keep one binding for each phone.",
		Cites:       []knowledge.Cite{{Standard: "RFC 3261", Section: "10.2.2"}, {Standard: "RFC 5626", Section: "4.2"}},
	})
	return true
}

func registrationScenes() []Scene {
	pbx := scenario.PBX(scenario.Asterisk)
	nth := func(n int) scenario.Select { return scenario.Request("REGISTER").Nth(n) }
	ok := func(n int) scenario.Select { return scenario.Status(200).Nth(n) }
	plain := func(every time.Duration) scenario.Trace {
		return scenario.Register(scenario.Alice, pbx, scenario.Expires(300), scenario.Refreshes(2, every))
	}
	late := plain(6 * time.Minute)
	granted := plain(4*time.Minute).With(scenario.Status(200), scenario.ReplaceInHeader("Contact", "expires=300", "expires=60"))
	challenged := scenario.Register(scenario.Alice, pbx, scenario.Challenged(401), scenario.Expires(300), scenario.Refreshes(1, 6*time.Minute))
	moved := func(m *scenario.Message) {
		scenario.ReplaceInHeader("Contact", "198.51.100.21:5060", "198.51.100.21:6060")(m)
	}
	both := func(m *scenario.Message) {
		old := m.Get("Contact")
		moved(m)
		scenario.AddHeader("Contact", old)(m)
	}
	want := []Sighting{{Severity: Warning, At: nth(2), Related: []scenario.Select{ok(1), nth(1)}}}
	return []Scene{
		{Name: "each refresh comes too late", Trace: late, Want: want},
		{Name: "the client does not heed the time it is granted", Trace: granted, Want: want},
		{
			Name: "late after a challenge", Trace: challenged,
			Want: []Sighting{{Severity: Warning, At: nth(3), Related: []scenario.Select{ok(1), nth(2)}}},
		},
		{Name: "each packet captured twice", Trace: late.Repeat(scenario.All, 200*time.Microsecond), Want: []Sighting{{Severity: Warning, At: nth(3), Related: []scenario.Select{ok(1), nth(1)}}}},
		{
			Name: "the old address stays", Trace: plain(4*time.Minute).With(nth(2), moved).With(nth(3), moved).With(ok(2), both).With(ok(3), both),
			Want: []Sighting{{Severity: Information, At: ok(2), Related: []scenario.Select{nth(2), nth(1)}}},
		},
		{Name: "refreshes in time", Trace: plain(4 * time.Minute)},
		{Name: "refreshes in time, with a new challenge each", Trace: refreshedAgain(30*time.Minute, true)},
		{Name: "a refresh is missing in the log", Trace: plain(4 * time.Minute).Without(nth(2)).Without(ok(2))},
		{Name: "the phone was away", Trace: plain(3 * time.Hour)},
		{Name: "the client takes its binding away", Trace: scenario.Register(scenario.Alice, pbx, scenario.Expires(300), scenario.Refreshes(1, 6*time.Minute)).With(nth(2), scenario.SetHeader("Expires", "0")).With(ok(2), scenario.RemoveHeader("Contact"))},
		{Name: "the new address alone", Trace: plain(4*time.Minute).With(nth(2), moved).With(nth(3), moved).With(ok(2), moved).With(ok(3), moved)},
		{Name: "what the phone sent", Trace: late.Only(scenario.Request("REGISTER"))},
		{Name: "the log ends", Trace: scenario.Register(scenario.Alice, pbx, scenario.Expires(300))},
	}
}
