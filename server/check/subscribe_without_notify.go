package check

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var subscribeWithoutNotify = &Rule{
	Name:     "subscribe-without-notify",
	Scope:    Dialog,
	Severity: Warning,
	Methods:  []call.Method{call.SUBSCRIBE},
	Statuses: []knowledge.Range{{Lo: 200, Hi: 299}},
	Cites:    []knowledge.Cite{{Standard: "RFC 6665", Section: "4.2.1.2"}, {Standard: "RFC 6665", Section: "4.1.2.4"}},
	Doc: Doc{
		Title: "Subscription that is accepted, and no NOTIFY comes",
		Text: `Behind each 2xx to SUBSCRIBE the notifier sends a NOTIFY at once, even when there is nothing to tell. Without one the subscriber gives the subscription up 64*T1 (32 s) after its
SUBSCRIBE. The rule fires when the log goes on for that long. It stays silent for a 204, which suppresses the NOTIFY (RFC 5839), and where the log shows the SUBSCRIBE on several hops: then the
NOTIFY may take another way.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		healthy := scenario.Subscribe(scenario.Alice, pbx, "message-summary")
		later := scenario.Keepalive(scenario.Alice, pbx, scenario.Start(time.Minute), scenario.Seed(7))
		first := scenario.Where("the SUBSCRIBE and its answer", func(m *scenario.Message) bool { return m.Method() == "SUBSCRIBE" && m.At < time.Second })
		quiet := healthy.Only(first)
		ok := scenario.StatusTo("SUBSCRIBE", 200)
		return []Scene{
			{
				Name: "no NOTIFY in a minute", Trace: scenario.Merge(quiet, later),
				Want: []Sighting{{Severity: Warning, At: ok, Related: []scenario.Select{scenario.Request("SUBSCRIBE")}}},
			},
			{
				Name: "the 200 stands in the log twice", Trace: scenario.Merge(quiet.Repeat(scenario.Request("SUBSCRIBE"), 500*time.Millisecond).Repeat(ok, 500*time.Millisecond), later),
				Want: []Sighting{{Severity: Warning, At: ok, Related: []scenario.Select{scenario.Request("SUBSCRIBE")}}},
			},
			{Name: "a subscription from beginning to end", Trace: scenario.Merge(healthy, later)},
			{Name: "the state is fetched once", Trace: scenario.Merge(scenario.Subscribe(scenario.Alice, pbx, "message-summary", scenario.Expires(0)), later)},
			{Name: "the log ends too early to tell", Trace: quiet},
			{Name: "the NOTIFY is suppressed", Trace: scenario.Merge(quiet.With(ok, scenario.SetStart("SIP/2.0 204 No Notification")), later), Ill: true},
			{Name: "the answers alone", Trace: scenario.Merge(quiet.Only(scenario.Responses), later)},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		tries := 0
		for x := range s.Exchanges {
			e := &s.Exchanges[x]
			if e.Method != call.SUBSCRIBE || !e.Initial || len(e.Transactions) != 1 {
				continue
			}
			t := &s.Transactions[e.Upstream]
			if t.Request == call.None || t.Final == call.None || t.Vias != 1 {
				continue
			}
			final := &s.Messages[t.Final]
			if final.Status >= 300 || final.Status == 204 || final.Msg.Header(sip.HeaderRecordRoute) != nil {
				continue
			}
			if waited, ok := s.Until(t.Final); !ok || waited < call.Timeout {
				continue
			}
			if tries++; tries > 16 {
				return
			}
			if s.isNotified(s.Messages[t.Request].From) {
				continue
			}
			report(s.notifyFinding(t))
		}
	},
}

// isNotified reports whether a NOTIFY to the subscriber with this tag is in the trace.
func (s *CallSubject) isNotified(subscriber uint64) bool {
	if !s.HasMethod(call.NOTIFY) {
		return false
	}
	for i := range s.Messages {
		// The answer shows as well that there was one.
		if m := &s.Messages[i]; m.Method == call.NOTIFY && m.To == subscriber {
			return true
		}
	}
	return false
}

func (s *CallSubject) notifyFinding(t *call.Transaction) Finding {
	waited, _ := s.Until(t.Final)
	event := clip(s.Messages[t.Request].Msg.Value(sip.HeaderEvent))
	if event == "" {
		event = "the event"
	}
	f := Finding{
		Severity: Warning, Certainty: StrongHint,
		At:          s.At(t.Final),
		Related:     []Related{s.Related(t.Request, "the SUBSCRIBE")},
		Title:       "Subscription accepted, but no NOTIFY follows",
		Evidence:    fmt.Sprintf("The subscription to %s got %s; in the %s behind it no NOTIFY comes.", event, s.Name(t.Final), Spell(waited)),
		Consequence: "The subscriber never learns the state and gives the subscription up after 32 s.",
		Next:        "See at the notifier where its NOTIFY went: it goes to the Contact of the SUBSCRIBE, which may be an address that it cannot reach.",
	}
	s.Missing(&f)
	return f
}
