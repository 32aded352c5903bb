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

var recordRouteIgnored = &Rule{
	Name:     "record-route-ignored-or-reversed",
	Scope:    Dialog,
	Severity: Warning,
	Methods:  []call.Method{call.INVITE, call.SUBSCRIBE},
	Statuses: []knowledge.Range{{Lo: 200, Hi: 299}},
	Cites: []knowledge.Cite{
		{Standard: "RFC 3261", Section: "12.2.1.1"},
		{Standard: "RFC 3261", Section: "12.1.2"},
		{Standard: "RFC 3261", Section: "12.1.1"},
		{Standard: "RFC 3261", Section: "16.12"},
	},
	Doc: Doc{
		Title: "Request inside a call whose Route is not the Record-Route of the call",
		Text: `Proxies that want to stay on the path of a call write Record-Route into the INVITE, and the callee copies it into the 2xx. The caller puts the values into Route in reverse order,
the callee in the order in which they stand. The rule compares the Route of requests that come straight from one of the two ends: they have one Via, and it is the Via of
the caller's INVITE or names the host and port of the callee's Contact. Behind the first proxy, which takes its own Route out, nothing is compared.

The same holds for subscriptions. The rule stays silent where a Route stands in front of the right ones (an outbound proxy), where a URI of the Record-Route has no ` + "`lr`" + ` (strict routing), and where
the responses of several hops have different Record-Route. Without Record-Route it is right to go straight to the Contact.`,
	},
	Scenes: func() []Scene {
		proxy := scenario.Party{Domain: "example.com", Addr: scenario.UDP("192.0.2.10:5060"), Agent: scenario.Kamailio}
		tls := scenario.Alice
		tls.Addr = scenario.TLS("198.51.100.21:5061")
		call, up := scenario.Proxied(scenario.Alice, proxy, scenario.Bob), scenario.Proxied(scenario.Alice, proxy, scenario.Bob, scenario.CalleeHangsUp())
		two := scenario.Proxied(tls, proxy, scenario.Bob, scenario.CalleeHangsUp())
		from := func(what, method, host string) scenario.Select {
			return scenario.Where(what, func(m *scenario.Message) bool {
				return !m.IsResponse() && m.Method() == method && m.From.Host == host
			})
		}
		alices := func(method string) scenario.Select {
			return from("a request of the caller", method, scenario.Alice.Addr.Host)
		}
		bobs := func(method string) scenario.Select {
			return from("a request of the callee", method, scenario.Bob.Addr.Host)
		}
		answer := func(host string) scenario.Select {
			return scenario.Where("the 200 to INVITE on a hop", func(m *scenario.Message) bool {
				return m.Status() == 200 && m.Method() == "INVITE" && m.To.Host == host
			})
		}
		caller := scenario.Where("a message to or from the caller", func(m *scenario.Message) bool {
			return m.From.Host == scenario.Alice.Addr.Host || m.To.Host == scenario.Alice.Addr.Host
		})
		callee := scenario.Where("a message to or from the callee", func(m *scenario.Message) bool {
			return m.From.Host == scenario.Bob.Addr.Host || m.To.Host == scenario.Bob.Addr.Host
		})
		invited := scenario.Request("INVITE").Nth(2)
		reversed := scenario.Fault(func(m *scenario.Message) {
			for i := range m.Headers {
				if m.Headers[i].Name == "Route" {
					m.Headers[i], m.Headers[i+1] = m.Headers[i+1], m.Headers[i]
					return
				}
			}
		})
		recorded := scenario.Where("a message with Record-Route", func(m *scenario.Message) bool { return m.Get("Record-Route") != "" })
		noRoute := scenario.RemoveHeader("Route")
		// A subscription as its notifier sees it, behind a proxy.
		subscribed := scenario.Subscribe(scenario.Alice, scenario.PBX(scenario.Asterisk), "message-summary")
		subscribed = subscribed.With(ofExchange("SUBSCRIBE"), scenario.AddHeader("Via", "SIP/2.0/UDP 203.0.113.9:5060;branch=z9hG4bK77")).
			With(ofExchange("SUBSCRIBE"), scenario.AddHeader("Record-Route", "<sip:203.0.113.1;lr>"))
		notify := scenario.Request("NOTIFY")
		return []Scene{
			{
				Name: "the notifier ignores Record-Route", Trace: subscribed, Ill: true,
				Want: []Sighting{{Severity: Warning, At: notify, Related: []scenario.Select{scenario.Request("SUBSCRIBE")}}},
			},
			{Name: "the notifier is the proxy as well", Trace: subscribed.With(ofExchange("SUBSCRIBE"), scenario.SetHeader("Record-Route", "<sip:192.0.2.10:5060;lr>")), Ill: true},
			{Name: "the notifier follows it", Trace: subscribed.With(notify, scenario.AddHeader("Route", "<sip:203.0.113.1;lr>")), Ill: true},
			{
				Name: "the caller ignores Record-Route", Trace: call.With(alices("ACK"), noRoute).With(alices("BYE"), noRoute), Ill: true,
				Want: []Sighting{{Severity: Warning, At: alices("ACK"), Related: []scenario.Select{answer(scenario.Alice.Addr.Host)}}},
			},
			{
				Name: "the caller ignores Record-Route, its hop alone", Trace: call.With(alices("ACK"), noRoute).Only(caller), Ill: true,
				Want: []Sighting{{Severity: Warning, At: scenario.Request("ACK"), Related: []scenario.Select{scenario.StatusTo("INVITE", 200)}}},
			},
			{
				Name: "the callee ignores Record-Route", Trace: up.With(bobs("BYE"), noRoute), Ill: true,
				Want: []Sighting{{Severity: Warning, At: bobs("BYE"), Related: []scenario.Select{invited}}},
			},
			{
				Name: "the callee ignores Record-Route, its hop alone", Trace: up.With(bobs("BYE"), noRoute).Only(callee), Ill: true,
				Want: []Sighting{{Severity: Warning, At: scenario.Request("BYE"), Related: []scenario.Select{scenario.Request("INVITE")}}},
			},
			{
				Name: "the caller does not reverse it", Trace: two.With(alices("ACK"), reversed), Ill: true,
				Want: []Sighting{{Severity: Warning, At: alices("ACK"), Related: []scenario.Select{answer(scenario.Alice.Addr.Host)}}},
			},
			{
				Name: "the callee reverses it", Trace: two.With(bobs("BYE"), reversed), Ill: true,
				Want: []Sighting{{Severity: Warning, At: bobs("BYE"), Related: []scenario.Select{invited}}},
			},
			{
				Name: "a parameter of the proxy is lost", Trace: call.With(recorded, scenario.SetHeader("Record-Route", "<sip:192.0.2.10:5060;lr;did=a5.1>")), Ill: true,
				Want: []Sighting{{Severity: Information, At: alices("ACK"), Related: []scenario.Select{answer(scenario.Alice.Addr.Host)}}},
			},
			{Name: "both hops, all as it should be", Trace: call},
			{Name: "two transports, the proxy stands in Record-Route twice", Trace: two},
			{Name: "the callee's hop: the proxy has taken its Route out", Trace: call.Only(callee)},
			{Name: "the log begins within the call", Trace: call.With(alices("BYE"), noRoute).Only(scenario.Where("a message behind the answer", func(m *scenario.Message) bool {
				return m.Method() == "BYE"
			})), Ill: true},
			{Name: "one side of the traffic", Trace: call.With(alices("BYE"), noRoute).Only(from("what the caller sent", "BYE", scenario.Alice.Addr.Host)), Ill: true},
			{Name: "no Record-Route: straight to the Contact", Trace: scenario.Call(scenario.Alice, scenario.Bob, scenario.Hold())},
			{
				Name: "an outbound proxy in front of the route set", Trace: call.With(alices("ACK"), scenario.Fault(func(m *scenario.Message) {
					m.Headers = append([]scenario.Header{{Name: "Route", Value: "<sip:edge.example.com;lr>"}}, m.Headers...)
				})), Ill: true,
			},
			{
				Name: "the proxy itself ends the call", Trace: call.With(alices("BYE"), noRoute, scenario.ReplaceInHeader("Via", "198.51.100.21:5060", "192.0.2.10:5060")), Ill: true,
			},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for d := range s.Dialogs {
			x := &s.Dialogs[d]
			if x.Request == call.None {
				continue
			}
			// The dialog of a REFER is as a rule that of the call it came in.
			if m := s.Messages[x.Request].Method; m == call.INVITE || m == call.SUBSCRIBE {
				s.checkRoutes(&s.Dialogs[d], report)
			}
		}
	},
}

// routeURI is one value of Route or Record-Route.
type routeURI struct {
	m     *sip.Message
	uri   sip.Span
	parts sip.URI
	text  []byte
	lr    bool
}

func (r routeURI) hostPort() hostPort { return hostPort{r.m.Bytes(r.parts.Host), r.parts.PortNum} }

// routesOf returns the values of Route or Record-Route; ok is false where one of them is no SIP URI.
func routesOf(m *sip.Message, id sip.HeaderID) (out []routeURI, ok bool) {
	for _, a := range m.Addresses(id) {
		u, err := m.URI(a.URI)
		if err != nil || u.Kind != sip.SIPURI {
			return nil, false
		}
		_, lr := m.FindParam(u.Params, ';', "lr")
		out = append(out, routeURI{m: m, uri: a.URI, parts: u, text: m.Bytes(a.URI), lr: lr})
	}
	return out, true
}

// sameRoute reports whether two values name the same hop; lost is the first parameter of b that a lacks.
func sameRoute(a, b *routeURI) (same bool, lost []byte) {
	if bytes.Equal(a.text, b.text) {
		return true, nil
	}
	if !a.hostPort().same(b.hostPort()) || !bytes.Equal(a.m.Bytes(a.parts.User), b.m.Bytes(b.parts.User)) {
		return false, nil
	}
	for p := range b.m.Params(b.parts.Params, ';') {
		name := b.m.Bytes(p.Name)
		q, ok := a.m.FindParam(a.parts.Params, ';', string(name))
		switch {
		case !ok:
			if lost == nil && !sip.EqualFold(name, "lr") { // that one has a rule of its own
				lost = name
			}
		case sip.EqualFold(name, "transport") && !bytes.EqualFold(a.m.Bytes(q.Value), b.m.Bytes(p.Value)):
			return false, nil // the other side of the same proxy
		}
	}
	// One that names a transport which the other one does not name is another side of the proxy, too.
	if _, ok := a.m.FindParam(a.parts.Params, ';', "transport"); ok {
		if _, ok := b.m.FindParam(b.parts.Params, ';', "transport"); !ok {
			return false, nil
		}
	}
	return true, lost
}

// equalRoutes compares lists of the same length; want is read from its end when back is set.
func equalRoutes(got, want []routeURI, back bool) (equal bool, lost []byte) {
	for i := range got {
		w := &want[i]
		if back {
			w = &want[len(want)-1-i]
		}
		same, missing := sameRoute(&got[i], w)
		if !same {
			return false, nil
		}
		if lost == nil {
			lost = missing
		}
	}
	return true, lost
}

// routeFault says what is wrong with a Route.
type routeFault uint8

const (
	routeRight routeFault = iota
	routeParameterLost
	routeMissing
	routeReversed
	routeShort // the first hops are not there
	routeOther
)

// judgeRoute compares a Route with the route set: want, read from its end for the caller.
func judgeRoute(got, want []routeURI, back bool) (routeFault, []byte) {
	n, m := len(want), len(got)
	if m == 0 {
		return routeMissing, nil
	}
	if m >= n {
		// An outbound proxy may stand in front.
		if equal, lost := equalRoutes(got[m-n:], want, back); equal {
			if lost != nil {
				return routeParameterLost, lost
			}
			return routeRight, nil
		}
	}
	if m == n {
		if equal, _ := equalRoutes(got, want, !back); equal {
			return routeReversed, nil
		}
	}
	if m < n {
		rest := want[n-m:]
		if back {
			rest = want[:m]
		}
		if equal, _ := equalRoutes(got, rest, back); equal {
			return routeShort, nil
		}
	}
	return routeOther, nil
}

// checkRoutes compares the Route of requests of both sides with the Record-Route of the dialog.
func (s *CallSubject) checkRoutes(d *call.Dialog, report func(Finding)) {
	var recorded []routeURI
	var answers []int32 // the 2xx, one for each hop
	for _, i := range d.Messages {
		m := &s.Messages[i]
		if m.Request || m.First != call.None || !s.forming(d, i) {
			continue
		}
		if m.Status < 200 && m.Msg.Header(sip.HeaderRecordRoute) == nil {
			continue // a provisional response need not have it
		}
		if !m.Whole {
			return
		}
		list, ok := routesOf(m.Msg, sip.HeaderRecordRoute)
		if !ok {
			return
		}
		if recorded == nil {
			recorded = list
		}
		if len(list) == 0 || len(list) != len(recorded) {
			return
		}
		for k := range list {
			if !bytes.Equal(list[k].text, recorded[k].text) || !list[k].lr {
				return
			}
		}
		if m.Status >= 200 {
			answers = append(answers, i)
		}
	}
	if len(answers) == 0 {
		return
	}
	var first [2]Finding
	var more [2]int
	for _, i := range d.Messages {
		m := &s.Messages[i]
		if !m.Request || m.Vias != 1 || m.First != call.None || !m.Whole || m.To == 0 || i < d.Formed {
			continue
		}
		if m.Transaction != call.None && s.Transactions[m.Transaction].Method != m.Method {
			continue // the ACK of a failure repeats the Route of its INVITE
		}
		side, origin := s.sentByEnd(d, i, answers)
		if origin == call.None || slices.ContainsFunc(recorded, func(r routeURI) bool { return r.hostPort().same(sentBy(m.Msg)) }) {
			continue // a server that is end and proxy in one needs no Route to itself
		}
		got, ok := routesOf(m.Msg, sip.HeaderRoute)
		if !ok {
			continue
		}
		fault, lost := judgeRoute(got, recorded, side == 0)
		if fault == routeRight {
			continue
		}
		if first[side].Title != "" {
			more[side]++
			continue
		}
		first[side] = s.routeFinding(i, origin, side == 0, fault, recorded, got, lost)
	}
	for side := range first {
		if f := &first[side]; f.Title != "" {
			f.Evidence += andMore(more[side], "request of this side")
			report(*f)
		}
	}
}

// sentByEnd tells whether a request with one Via comes straight from the caller (0) or the callee (1), and which message
// gave that side its route set; None where it may come from anybody else, as a BYE that a proxy makes.
func (s *CallSubject) sentByEnd(d *call.Dialog, i int32, answers []int32) (side int, origin int32) {
	m := &s.Messages[i]
	from := sentBy(m.Msg)
	if m.From == d.UAC {
		for _, a := range answers {
			if x := &s.Messages[a]; x.Vias == 1 && sentBy(x.Msg).same(from) {
				return 0, a
			}
		}
		return 0, call.None
	}
	last := call.None
	for _, a := range answers {
		x := &s.Messages[a]
		if !contactOf(x.Msg).same(from) {
			continue
		}
		if last == call.None || x.Vias > s.Messages[last].Vias {
			last = a
		}
	}
	if last == call.None {
		return 1, call.None
	}
	// What the callee has read is the INVITE.
	if r := s.Transactions[s.Messages[last].Transaction].Request; s.Messages[r].Msg.Header(sip.HeaderRecordRoute) != nil {
		return 1, r
	}
	return 1, last
}

func (s *CallSubject) routeFinding(i, origin int32, caller bool, fault routeFault, recorded, got []routeURI, lost []byte) Finding {
	m, o := &s.Messages[i], &s.Messages[origin]
	side, order, what := "callee", "in the same order", "call"
	if caller {
		side, order = "caller", "in reverse order"
	}
	if o.Method == call.SUBSCRIBE {
		side, what = map[string]string{"caller": "subscriber", "callee": "notifier"}[side], "subscription"
	}
	if len(recorded) == 1 {
		order = "as it stands"
	}
	from := s.Name(origin)
	if !o.Request {
		from += " to " + o.Method.String()
	}
	f := Finding{
		Severity: Warning,
		At:       s.Field(i, sip.HeaderRoute),
		Related:  []Related{{At: s.Field(origin, sip.HeaderRecordRoute), Text: "the Record-Route that the " + side + " got"}},
		Next:     fmt.Sprintf("Let the %s put the Record-Route of the %s into Route %s, with all parameters, and the Contact of the other side into the Request-URI.", side, from, order),
		Consequence: "The request passes by the proxy that wanted to stay on the path, or gets stuck there: it may be answered with 404, 408 or 481 or never arrive, and the proxy does " +
			"not see the call end.",
	}
	if what != "call" {
		f.Consequence = "The request passes by the proxy that wanted to stay on the path, or gets stuck there: the other side does not get it, and the subscription dies."
	}
	name := s.Name(i)
	record := fmt.Sprintf("The Record-Route that the %s got in the %s is %s.", side, from, spellRoutes(recorded))
	switch fault {
	case routeMissing:
		f.Title = fmt.Sprintf("%s without Route though the %s has Record-Route", name, what)
		f.Evidence = fmt.Sprintf("%s This %s comes straight from the %s and has no Route.", record, name, side)
	case routeReversed:
		f.Title = fmt.Sprintf("%s with its Route in the wrong order", name)
		f.Evidence = fmt.Sprintf("%s The %s must use it %s, but the Route of this %s is %s.", record, side, order, name, spellRoutes(got))
	case routeShort:
		f.Title = fmt.Sprintf("%s whose Route lacks the first hop", name)
		f.Evidence = fmt.Sprintf("%s This %s comes straight from the %s, but its Route is only %s.", record, name, side, spellRoutes(got))
	case routeParameterLost:
		f.Severity = Information
		f.Title = fmt.Sprintf("%s whose Route lost a parameter of Record-Route", name)
		f.Evidence = fmt.Sprintf("%s The Route of this %s is %s, without the parameter %s.", record, name, spellRoutes(got), clip(lost))
		f.Consequence = "The proxy wrote the parameter to know the call again; without it, it may treat the request as one that it does not know."
	default:
		f.Title = fmt.Sprintf("%s whose Route is not the Record-Route of the %s", name, what)
		f.Evidence = fmt.Sprintf("%s The Route of this %s is %s.", record, name, spellRoutes(got))
	}
	if m.Method == call.ACK && fault != routeParameterLost {
		f.Consequence = "The ACK passes by the proxy that wanted to stay on the path, or gets stuck there; when it does not arrive, the callee repeats its 200 and ends the call after 32 s."
	}
	return f
}

func spellRoutes(list []routeURI) string {
	const most = 4
	var out []string
	for i := range list {
		if i == most {
			out = append(out, "…")
			break
		}
		out = append(out, "<"+clip(list[i].text)+">")
	}
	return strings.Join(out, ", ")
}
