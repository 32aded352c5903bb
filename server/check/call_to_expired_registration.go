package check

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
	"sipls/server/trace"
)

var callToExpired = &Rule{
	Name:     "call-to-expired-registration",
	Scope:    Trace,
	Severity: Information,
	Failures: []string{"registration-expired-or-nat-pinhole"},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "10.3"}, {Standard: "RFC 3261", Section: "10.2.4"}, {Standard: "RFC 3261", Section: "21.4.18"}},
	Doc: Doc{
		Title: "Call to a phone whose registration has run out or was taken away",
		Text: `The rule fires for a call that gets 404 or 480 without ringing when the log has registrations of the same user at the same place, and all of them had run out, or been taken away,
before the call. It is information: a phone that is off has no registration. It stays silent about users that the log knows no registration of, and in logs without dates.
Each user is told of once.`,
	},
	Scenes:     expiredScenes,
	CheckTrace: checkCallToExpired,
}

// registered is a time in which a user had a binding without a gap.
type registered struct {
	from, to time.Duration // since the first clock of the trace
	call     int
	final    int32 // the last 2xx
	gone     bool  // it takes the binding away
	host     []byte
	dst      uint64
}

const (
	// maxRegistered is how many of them are kept for one user.
	maxRegistered = 256
	// endless is the end of a binding that nobody can tell.
	endless = time.Duration(math.MaxInt64)
)

func checkCallToExpired(t *TraceSubject, report func(Finding)) {
	failed := func(s *CallSubject) bool {
		return s.Result.Method == call.INVITE && (s.Result.Status == 404 || s.Result.Status == 480) && s.Result.Decided != call.None && s.Result.Exchange != call.None
	}
	if !slices.ContainsFunc(t.Calls, failed) || !slices.ContainsFunc(t.Calls, func(s *CallSubject) bool { return s.HasMethod(call.REGISTER) }) {
		return
	}
	var base *trace.Clock
	since := func(m *call.Message) (time.Duration, bool) {
		if !m.Timed || m.Clock.Daily {
			return 0, false
		}
		if base == nil {
			base = &m.Clock
		}
		return m.Clock.Sub(*base)
	}
	users := map[string][]registered{}
	for c, s := range t.Calls {
		if !s.HasMethod(call.REGISTER) || !s.HasStatusIn(200, 299) {
			continue
		}
		user, spans := registrationsOf(c, s, since)
		if len(user) == 0 {
			continue
		}
		known := append(users[string(user)], spans...)
		if len(known) > maxRegistered {
			known = known[len(known)-maxRegistered:]
			known[0].to, known[0].gone = endless, false
		}
		users[string(user)] = known
	}
	for c, s := range t.Calls {
		if !failed(s) {
			continue
		}
		e := &s.Exchanges[s.Result.Exchange]
		x := &s.Transactions[e.Upstream]
		if x.Request == call.None || x.Ringing != call.None || !x.Initial || len(e.Transactions) > 1 {
			continue
		}
		m := &s.Messages[x.Request]
		uri, err := m.Msg.URI(m.Msg.Start.URI)
		at, ok := since(m)
		if err != nil || uri.User.Len == 0 || !ok {
			continue
		}
		user, host := m.Msg.Bytes(uri.User), m.Msg.Bytes(uri.Host)
		last := lastRegistration(users[string(user)], at, host, m.Dst)
		if last == nil {
			continue
		}
		delete(users, string(user))
		f := Finding{
			Severity:    Information,
			Certainty:   StrongHint,
			At:          t.At(c, s.Result.Decided),
			Related:     []Related{t.Related(c, x.Request, "the call"), t.Related(last.call, last.final, "the answer to the last registration before it")},
			Title:       "the called phone is not registered any more",
			Evidence:    fmt.Sprintf("The call to %s gets %s; the last registration of this user in the log ran out %s before it.", clip(user), s.phraseOf(s.Result.Decided), Spell(at-last.to)),
			Consequence: "The server does not know where to send the call.",
			Next:        "See at the phone why it did not refresh its registration: it was off, its network was away, or it refreshes too late.",
		}
		if last.gone {
			f.Evidence = fmt.Sprintf("The call to %s gets %s; %s before it the phone took its registration away.", clip(user), s.phraseOf(s.Result.Decided), Spell(at-last.to))
			f.Next = "See at the phone why it unregistered: it was switched off, restarted or configured anew."
		}
		report(f)
	}
}

// registrationsOf returns the user of a registration and the times in which it was bound.
func registrationsOf(c int, s *CallSubject, since func(*call.Message) (time.Duration, bool)) (user []byte, spans []registered) {
	for x := range s.Exchanges {
		e := &s.Exchanges[x]
		t := &s.Transactions[e.Upstream]
		if e.Method != call.REGISTER || t.Request == call.None || t.Final == call.None {
			continue
		}
		m, final := &s.Messages[t.Request], &s.Messages[t.Final]
		at, ok := since(final)
		a, there := m.Msg.Address(sip.HeaderTo)
		uri, err := m.Msg.URI(a.URI)
		if final.Status >= 300 || !ok || !there || err != nil || m.Whole && m.Msg.Header(sip.HeaderContact) == nil {
			continue
		}
		if user != nil && !bytes.Equal(user, m.Msg.Bytes(uri.User)) {
			continue // one Call-ID for several users
		}
		user = m.Msg.Bytes(uri.User)
		now := registered{from: at, to: at, call: c, final: t.Final, host: m.Msg.Bytes(uri.Host), dst: m.Dst}
		asked, said := s.askedExpires(t.Request)
		if now.gone = said && asked == 0 && m.Whole; !now.gone {
			now.to = endless
			if b := s.bindingOf(t); b.seconds > 0 && m.Whole && final.Whole {
				now.to = at + time.Duration(b.seconds)*time.Second
			}
		}
		if n := len(spans); n > 0 && now.from <= spans[n-1].to && !spans[n-1].gone {
			now.from = spans[n-1].from
			spans = spans[:n-1]
		}
		spans = append(spans, now)
	}
	return user, spans
}

// lastRegistration returns what ended last before a time; nil where a binding lives, or none is known.
func lastRegistration(spans []registered, at time.Duration, host []byte, dst uint64) (last *registered) {
	const about = 5 * time.Second
	for i := range spans {
		r := &spans[i]
		if !bytes.EqualFold(r.host, host) && (r.dst == 0 || r.dst != dst) || r.from > at {
			continue
		}
		if r.to > at-about && !r.gone {
			return nil
		}
		if last == nil || r.to > last.to {
			last = r
		}
	}
	return last
}

func expiredScenes() []Scene {
	pbx := scenario.PBX(scenario.Asterisk)
	register := func(o ...scenario.Option) scenario.Trace {
		return scenario.Register(scenario.Bob, pbx, append([]scenario.Option{scenario.Expires(300)}, o...)...)
	}
	dial := func(after time.Duration, o ...scenario.Option) scenario.Trace {
		return scenario.Call(scenario.Alice, pbx, append(o, scenario.Dial("1002"), scenario.Start(after), scenario.Seed(2))...)
	}
	silent := func(status int) scenario.Trace {
		t := dial(10*time.Minute, scenario.Rejected(404))
		if status == 480 {
			t = t.With(scenario.Status(404), scenario.SetStart("SIP/2.0 480 Temporarily Unavailable"))
		}
		return t
	}
	want := func(code int, registration scenario.Select) []Sighting {
		return []Sighting{{Severity: Information, At: scenario.Status(code), Related: []scenario.Select{scenario.Request("INVITE"), registration}}}
	}
	ok := scenario.StatusTo("REGISTER", 200)
	left := register(scenario.Refreshes(1, time.Minute)).With(scenario.Request("REGISTER").Nth(2), scenario.SetHeader("Expires", "0")).With(ok.Nth(2), scenario.RemoveHeader("Contact"))
	return []Scene{
		{Name: "the registration ran out, 480", Trace: scenario.Merge(register(), silent(480)), Want: want(480, ok)},
		{Name: "the registration ran out, 404", Trace: scenario.Merge(register(scenario.Challenged(401)), silent(404)), Want: want(404, ok)},
		{Name: "the phone took its registration away", Trace: scenario.Merge(left, silent(480)), Want: want(480, ok.Nth(2))},
		{Name: "each packet captured twice", Trace: scenario.Merge(register(), silent(480)).Repeat(scenario.All, 200*time.Microsecond), Want: want(480, ok)},
		{Name: "the registration lives", Trace: scenario.Merge(register(scenario.Refreshes(3, 4*time.Minute)), silent(480))},
		{Name: "another phone of the user is registered", Trace: scenario.Merge(register(), register(scenario.Seed(3), scenario.Start(8*time.Minute)), silent(480))},
		{Name: "the call gets through", Trace: scenario.Merge(register(scenario.Refreshes(3, 4*time.Minute)), dial(10*time.Minute))},
		{Name: "another user", Trace: scenario.Merge(scenario.Register(scenario.Alice, pbx, scenario.Expires(300)), silent(480))},
		{Name: "the phone rang", Trace: scenario.Merge(register(), dial(10*time.Minute, scenario.Rejected(480)))},
		{Name: "no registration in the log", Trace: silent(480)},
		{Name: "the registration comes later", Trace: scenario.Merge(silent(480), register(scenario.Start(20*time.Minute)))},
		{Name: "what the server received", Trace: scenario.Merge(register(), silent(480)).Only(scenario.Where("a request", func(m *scenario.Message) bool { return !m.IsResponse() }))},
	}
}
