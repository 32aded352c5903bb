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

var eventRefused = &Rule{
	Name:     "event-489-or-notify-481",
	Scope:    Dialog,
	Severity: Warning,
	Methods:  []call.Method{call.SUBSCRIBE, call.NOTIFY},
	Statuses: []knowledge.Range{{Lo: 481, Hi: 481}, {Lo: 489, Hi: 489}},
	Cites:    []knowledge.Cite{{Standard: "RFC 6665", Section: "4.1.3"}, {Standard: "RFC 6665", Section: "8.2.1"}},
	Doc: Doc{
		Title: "SUBSCRIBE refused with 489, NOTIFY with 481 or 489",
		Text: `A 489 says that the event package is not supported, a 481 to NOTIFY that no subscription fits it. The rule compares the NOTIFY with the subscription in the log. A warning are

- another Event, or another id in it, than that of the SUBSCRIBE;
- a To tag that is not the From tag of the SUBSCRIBE;
- a subscription that was over: ended by a NOTIFY before, or run out without a refresh;
- a subscription that lives all the same.

Information are a package that one side does not support, a NOTIFY without any SUBSCRIBE in the log, and the last NOTIFY after the end of a subscription. Event refer, which belongs to transfers, and a
NOTIFY that lacks Event or Subscription-State, which rules over messages tell, are left out, and so is a 481 to the NOTIFY of a second notifier, which a forked SUBSCRIBE may reach. Each is told once for a call.`,
	},
	Scenes:    eventScenes,
	CheckCall: checkEvents,
}

// subscription is what the trace shows of one.
type subscription struct {
	tag         uint64 // of the subscriber
	event, id   []byte
	request     int32  // the last SUBSCRIBE
	granted     int32  // the message that says how long it lives; None
	seconds     uint32 // how long
	ended       int32  // the NOTIFY that ended it; None
	endedBy     uint64 // tag of the notifier
	notifier    uint64 // tag of the first one
	unsubscribe bool
}

// maxSubscriptions is how many are told apart in one call.
const maxSubscriptions = 32

func checkEvents(s *CallSubject, report func(Finding)) {
	var subs []subscription
	told := map[string]bool{}
	tell := func(kind string, f Finding) {
		if !told[kind] {
			told[kind] = true
			report(f)
		}
	}
	for i := range s.Messages {
		m := &s.Messages[i]
		if m.First != call.None || m.Transaction == call.None || m.Method != call.SUBSCRIBE && m.Method != call.NOTIFY {
			continue
		}
		t := &s.Transactions[m.Transaction]
		if m.Request && m.Whole && s.firstHop(t) {
			subs = s.noteSubscription(subs, int32(i))
			continue
		}
		if m.Request || t.Final != int32(i) || t.Request == call.None || !s.firstHop(t) || !s.Messages[t.Request].Whole {
			continue
		}
		switch {
		case m.Method == call.SUBSCRIBE && m.Status < 300:
			if n, ok := s.seconds(int32(i), sip.HeaderExpires); ok {
				for k := range subs {
					if subs[k].request == t.Request {
						subs[k].granted, subs[k].seconds = int32(i), n
					}
				}
			}
		case m.Status == 489:
			s.badEvent(t, subs, tell)
		case m.Method == call.NOTIFY && m.Status == 481:
			s.notifyUnknown(t, subs, tell)
		}
	}
}

// noteSubscription takes down what a SUBSCRIBE or NOTIFY says.
func (s *CallSubject) noteSubscription(subs []subscription, i int32) []subscription {
	m := &s.Messages[i]
	event, id := eventOf(m.Msg)
	tag := m.From
	if m.Method == call.NOTIFY {
		tag = m.To
	}
	for k := range subs {
		x := &subs[k]
		if x.tag != tag || !bytes.Equal(x.event, event) || !bytes.Equal(x.id, id) {
			continue
		}
		if m.Method == call.SUBSCRIBE {
			asked, ok := s.seconds(i, sip.HeaderExpires)
			x.request, x.ended, x.unsubscribe = i, call.None, ok && asked == 0
			return subs
		}
		if x.notifier == 0 {
			x.notifier = m.From
		}
		h := m.Msg.Header(sip.HeaderSubscriptionState)
		if h == nil {
			return subs
		}
		state, err := m.Msg.ReadSubscriptionState(h.Value)
		if err != nil {
			return subs
		}
		if sip.EqualFold(m.Msg.Bytes(state.State), "terminated") {
			if x.ended == call.None {
				x.ended, x.endedBy = i, m.From
			}
		} else if n, err := m.Msg.DeltaSeconds(state.Expires); err == nil && state.Expires.Len > 0 {
			x.granted, x.seconds = i, n
		}
		return subs
	}
	if m.Method == call.SUBSCRIBE && len(subs) < maxSubscriptions {
		asked, ok := s.seconds(i, sip.HeaderExpires)
		subs = append(subs, subscription{tag: tag, event: event, id: id, request: i, granted: call.None, ended: call.None, unsubscribe: ok && asked == 0})
	}
	return subs
}

// eventOf returns the package and the id of Event.
func eventOf(m *sip.Message) (event, id []byte) {
	h := m.Header(sip.HeaderEvent)
	if h == nil {
		return nil, nil
	}
	if p, ok := m.FindParam(h.Value, ';', "id"); ok {
		id = m.Bytes(p.Value)
	}
	return m.FirstToken(sip.HeaderEvent), id
}

// eventText writes Event for a sentence.
func eventText(event, id []byte) string {
	if len(id) == 0 {
		return clip(event)
	}
	return clip(event) + ";id=" + clip(id)
}

// badEvent tells of a 489.
func (s *CallSubject) badEvent(t *call.Transaction, subs []subscription, tell func(string, Finding)) {
	m := s.Messages[t.Request].Msg
	event, id := eventOf(m)
	if len(event) == 0 {
		return // a rule over messages tells it
	}
	answer := s.Messages[t.Final].Msg
	if answer.HasToken(sip.HeaderAllowEvents, string(event)) {
		return // likewise
	}
	if t.Method == call.NOTIFY && s.wrongEvent(t, subs, tell) {
		return
	}
	f := Finding{
		Severity:    Information,
		At:          s.At(t.Final),
		Related:     []Related{s.Related(t.Request, "the request")},
		Title:       fmt.Sprintf("event package %s not supported", clip(event)),
		Evidence:    fmt.Sprintf("The %s with Event %s gets %s.", t.Method, eventText(event, id), s.phraseOf(t.Final)),
		Consequence: "There is no such subscription: lamps, voicemail or presence that depend on it do not work; calls do.",
		Next:        "Turn this package off at the side that asks for it (voicemail, presence, dialog-info), or on at the other one.",
		Cites:       []knowledge.Cite{{Standard: "RFC 6665", Section: "8.3.2"}},
	}
	if t.Method == call.NOTIFY {
		f.Consequence = "The state is not taken, and the subscription ends."
	}
	if h := answer.Header(sip.HeaderAllowEvents); h != nil {
		f.Evidence += fmt.Sprintf(" The other side names %s.", clip(answer.Bytes(h.Value)))
	}
	tell("package "+string(event), f)
}

// wrongEvent tells of a NOTIFY whose Event is not that of the subscription with its tag.
func (s *CallSubject) wrongEvent(t *call.Transaction, subs []subscription, tell func(string, Finding)) bool {
	m := &s.Messages[t.Request]
	event, id := eventOf(m.Msg)
	other := -1
	for k := range subs {
		if subs[k].tag != m.To {
			continue
		}
		if bytes.Equal(subs[k].event, event) && bytes.Equal(subs[k].id, id) {
			return false
		}
		other = k
	}
	if other < 0 || len(event) == 0 {
		return false
	}
	x := &subs[other]
	tell("event", Finding{
		Severity:    Warning,
		At:          s.Field(t.Request, sip.HeaderEvent),
		Related:     []Related{s.Related(x.request, "the SUBSCRIBE"), s.Related(t.Final, "the refusal")},
		Title:       "NOTIFY with another Event than the subscription",
		Evidence:    fmt.Sprintf("The NOTIFY has Event %s, the SUBSCRIBE %s; they are compared byte by byte. The NOTIFY gets %s.", eventText(event, id), eventText(x.event, x.id), s.phraseOf(t.Final)),
		Consequence: "No subscription fits the NOTIFY: the state is not taken, and the notifier ends the subscription.",
		Next:        "Make the notifier repeat Event with its id as the SUBSCRIBE has it.",
		Cites:       []knowledge.Cite{{Standard: "RFC 6665", Section: "8.2.1"}, {Standard: "RFC 6665", Section: "4.4.1"}},
	})
	return true
}

// notifyUnknown tells of a 481 to NOTIFY.
func (s *CallSubject) notifyUnknown(t *call.Transaction, subs []subscription, tell func(string, Finding)) {
	m := &s.Messages[t.Request]
	event, id := eventOf(m.Msg)
	state := m.Msg.Header(sip.HeaderSubscriptionState)
	if len(event) == 0 || state == nil || sip.EqualFold(event, "refer") || s.wrongEvent(t, subs, tell) {
		return
	}
	f := Finding{
		Severity:    Warning,
		At:          s.At(t.Final),
		Related:     []Related{s.Related(t.Request, "the NOTIFY")},
		Consequence: "The state is not taken; the notifier has to forget the subscription.",
	}
	kind := "live"
	var x *subscription
	for k := range subs {
		if subs[k].tag == m.To && bytes.Equal(subs[k].event, event) && bytes.Equal(subs[k].id, id) {
			x = &subs[k]
		}
	}
	switch {
	case x == nil && len(subs) == 0:
		kind = "unsolicited"
		f.Severity, f.Certainty = Information, WeakHint
		f.Title = "NOTIFY refused: no subscription in the log"
		f.Evidence = fmt.Sprintf("The NOTIFY for %s gets %s, and the log has no SUBSCRIBE with this Call-ID.", eventText(event, id), s.phraseOf(t.Final))
		f.Consequence = "The other side wants no such notifications, or has forgotten the subscription, as after a restart."
		f.Next = "Turn notifications without a subscription off for this phone (voicemail, as a rule), or let the phone subscribe again."
	case x == nil:
		kind = "tag"
		f.Title = "NOTIFY with a To tag that no SUBSCRIBE has"
		f.Evidence = fmt.Sprintf("The NOTIFY for %s gets %s; its To tag is not the From tag of any SUBSCRIBE in this call.", eventText(event, id), s.phraseOf(t.Final))
		f.Related = append(f.Related, s.Related(subs[len(subs)-1].request, "the SUBSCRIBE"))
		f.Next = "Make the notifier use the tags of the subscription: To is the From of the SUBSCRIBE."
		f.Cites = []knowledge.Cite{{Standard: "RFC 6665", Section: "4.4.1"}, {Standard: "RFC 3261", Section: "12.2.1.1"}}
		if s.Headless {
			f.Certainty = StrongHint
		}
	case x.ended != call.None && x.ended != t.Request && x.endedBy == m.From:
		kind = "ended"
		f.Title = "NOTIFY for a subscription that is over"
		f.Evidence = fmt.Sprintf("A NOTIFY with terminated ended the subscription to %s; the next NOTIFY gets %s.", eventText(event, id), s.phraseOf(t.Final))
		f.Related = append(f.Related, s.Related(x.ended, "the NOTIFY that ended it"))
		f.Next = "Make the notifier send nothing after terminated."
		f.Cites = []knowledge.Cite{{Standard: "RFC 6665", Section: "4.4.1"}, {Standard: "RFC 6665", Section: "4.1.3"}}
	case x.unsubscribe:
		kind = "last"
		f.Severity = Information
		f.Title = "the last NOTIFY of a subscription is refused"
		f.Evidence = fmt.Sprintf("The subscriber ends the subscription to %s with Expires 0, and answers the NOTIFY that follows with %s.", eventText(event, id), s.phraseOf(t.Final))
		f.Related = append(f.Related, s.Related(x.request, "the SUBSCRIBE that ends it"))
		f.Consequence = "None as a rule: the subscription was to end."
		f.Next = "The subscriber should keep the subscription until the NOTIFY with terminated has come."
	case x.notifier != m.From:
		return // the SUBSCRIBE was forked: a subscriber may keep one of the subscriptions
	default:
		f.Related = append(f.Related, s.Related(x.request, "the SUBSCRIBE"))
		if age, ok := s.expired(x, t.Request); ok {
			kind = "expired"
			f.Certainty = StrongHint
			f.Title = "NOTIFY for a subscription that ran out"
			f.Evidence = fmt.Sprintf("The subscription to %s was to live %d s and was not refreshed; %s after that was said a NOTIFY gets %s.", eventText(event, id), x.seconds, Spell(age), s.phraseOf(t.Final))
			f.Next = "Let the subscriber refresh in time, and let the notifier end the subscription with terminated when it runs out."
			break
		}
		f.Certainty = StrongHint
		f.Title = "NOTIFY refused though the subscription lives"
		f.Evidence = fmt.Sprintf("The NOTIFY fits the SUBSCRIBE for %s, which has not ended in the log, and gets %s.", eventText(event, id), s.phraseOf(t.Final))
		f.Next = "See whether the subscriber was restarted or another machine answers for it; a subscriber must take a NOTIFY from the moment it sends SUBSCRIBE."
		f.Cites = []knowledge.Cite{{Standard: "RFC 6665", Section: "4.1.3"}, {Standard: "RFC 6665", Section: "4.4.1"}}
	}
	tell(kind, f)
}

// expired reports whether a subscription ran out before message i, and how long before that its time was said.
func (s *CallSubject) expired(x *subscription, i int32) (age time.Duration, ok bool) {
	if x.granted == call.None || x.seconds == 0 {
		return 0, false
	}
	age, ok = s.Since(x.granted, i)
	return age, ok && age > time.Duration(x.seconds)*time.Second
}

func eventScenes() []Scene {
	pbx := scenario.PBX(scenario.Asterisk)
	good := scenario.Subscribe(scenario.Alice, pbx, "message-summary", scenario.Expires(600))
	notify := func(n int) scenario.Select { return scenario.Request("NOTIFY").Nth(n) }
	subscribe := func(n int) scenario.Select { return scenario.Request("SUBSCRIBE").Nth(n) }
	unknown := []scenario.Fault{scenario.SetStart("SIP/2.0 481 Subscription Does Not Exist")}
	to := func(n int) scenario.Select { return scenario.StatusTo("NOTIFY", 200).Nth(n) }
	gone := scenario.StatusTo("NOTIFY", 481)
	first := good
	first.Messages = good.Messages[:4]
	refusedFirst := first.With(to(1), unknown...)
	// A NOTIFY long after the one before, in place of the last one.
	active := []scenario.Fault{scenario.SetHeader("Subscription-State", "active;expires=600")}
	lateNotify := good.Without(subscribe(2)).Without(scenario.StatusTo("SUBSCRIBE", 200).Nth(2)).With(notify(2), active...).With(to(2), unknown...).Delay(notify(2), 15*time.Minute)
	ended := good.Without(subscribe(2)).Without(scenario.StatusTo("SUBSCRIBE", 200).Nth(2)).With(notify(1), scenario.SetHeader("Subscription-State", "terminated;reason=noresource")).
		With(notify(2), active...).With(to(2), unknown...)
	one := func(severity Severity, at scenario.Select, related ...scenario.Select) []Sighting {
		return []Sighting{{Severity: severity, At: at, Related: related}}
	}
	return []Scene{
		{Name: "the package is not supported", Trace: scenario.Subscribe(scenario.Alice, pbx, "message-summary", scenario.Rejected(489)), Want: one(Information, scenario.Status(489), subscribe(1))},
		{Name: "another id in Event", Trace: refusedFirst.With(notify(1), scenario.SetHeader("Event", "message-summary;id=7")), Want: one(Warning, notify(1), subscribe(1), gone)},
		{Name: "another package in Event", Trace: first.With(to(1), scenario.SetStart("SIP/2.0 489 Bad Event"), scenario.SetHeader("Allow-Events", "message-summary")).With(notify(1), scenario.SetHeader("Event", "presence")), Want: one(Warning, notify(1), subscribe(1), scenario.StatusTo("NOTIFY", 489))},
		{Name: "another To tag", Trace: refusedFirst.With(notify(1), func(m *scenario.Message) { scenario.SetHeader("To", m.Get("To")+"9")(m) }).With(gone, func(m *scenario.Message) { scenario.SetHeader("To", m.Get("To")+"9")(m) }), Want: one(Warning, gone, notify(1), subscribe(1))},
		{Name: "a subscription that a NOTIFY ended", Trace: ended, Want: one(Warning, gone, notify(2), notify(1))},
		{Name: "a subscription that ran out", Trace: lateNotify, Want: one(Warning, gone, notify(2), subscribe(1))},
		{Name: "a subscription that lives", Trace: refusedFirst, Want: one(Warning, gone, notify(1), subscribe(1))},
		{Name: "the refusal is sent twice", Trace: refusedFirst.Repeat(gone, 100*time.Microsecond), Want: one(Warning, gone, notify(1), subscribe(1))},
		{Name: "the last NOTIFY", Trace: good.With(to(2), unknown...), Want: one(Information, gone, notify(2), subscribe(2))},
		{Name: "no SUBSCRIBE in the log", Trace: refusedFirst.Only(scenario.Where("NOTIFY", func(m *scenario.Message) bool { return m.Method() == "NOTIFY" })), Want: one(Information, gone, notify(1))},
		{Name: "a forked SUBSCRIBE, the second notifier is refused", Trace: forkedNotify(good)},
		{Name: "a subscription and its end", Trace: good},
		{Name: "refreshes", Trace: scenario.Subscribe(scenario.Alice, pbx, "presence", scenario.Refreshes(2, 5*time.Minute))},
		{Name: "a transfer", Trace: scenario.Transfer(scenario.Alice, scenario.Bob, pbx)},
		{Name: "the log ends before the answer", Trace: refusedFirst.Without(gone)},
	}
}

// forkedNotify is a subscription in which a second notifier sends a NOTIFY with a From tag of its own and gets 481.
func forkedNotify(t scenario.Trace) scenario.Trace {
	second := scenario.Subscribe(scenario.Alice, scenario.PBX(scenario.Asterisk), "message-summary", scenario.Seed(2), scenario.Start(time.Second))
	second.Messages = second.Messages[2:4]
	tag := scenario.SetHeader
	first := t.Messages[2]
	return scenario.Merge(t, second.With(scenario.All, tag("Call-ID", first.Get("Call-ID")), tag("To", first.Get("To")), func(m *scenario.Message) {
		if m.IsResponse() {
			tag("To", t.Messages[3].Get("To"))(m)
			scenario.SetStart("SIP/2.0 481 Subscription Does Not Exist")(m)
		}
	}))
}
