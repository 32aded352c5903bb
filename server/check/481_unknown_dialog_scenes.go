package check

import (
	"strings"
	"time"

	"sipls/server/scenario"
)

// ofExchange picks the requests of a method and what answers them.
func ofExchange(method string) scenario.Select {
	return scenario.Where("a "+method+" or an answer to it", func(m *scenario.Message) bool { return m.Method() == method })
}

// exchangeAs makes of a request with its answers another one: method, CSeq number and what the Via branch ends with.
func exchangeAs(method, cseq string) scenario.Fault {
	return func(m *scenario.Message) {
		old := m.Method()
		if !m.IsResponse() {
			m.Start = strings.Replace(m.Start, old, method, 1)
		}
		scenario.SetHeader("CSeq", cseq+" "+method)(m)
		via := m.Get("Via")
		scenario.SetHeader("Via", strings.Replace(via, "branch=z9hG4bK", "branch=z9hG4bK"+cseq, 1))(m)
	}
}

// answeredWith makes a failure of a response.
func answeredWith(code string) scenario.Fault {
	return func(m *scenario.Message) {
		if m.IsResponse() {
			m.Start = "SIP/2.0 " + code
		}
	}
}

func unknownDialogScenes() []Scene {
	pbx := scenario.PBX(scenario.Asterisk)
	const lost = "481 Call/Transaction Does Not Exist"
	refused := scenario.Call(scenario.Alice, pbx, scenario.ByeAnswered(481))
	theirs := scenario.Call(scenario.Alice, pbx, scenario.ByeAnswered(481), scenario.CalleeHangsUp())
	healthy := scenario.Call(scenario.Alice, pbx)
	bye, byes, gone := scenario.Request("BYE"), ofExchange("BYE"), scenario.Status(481)
	answered := scenario.StatusTo("INVITE", 200)
	retag := func(field string) scenario.Fault { return scenario.ReplaceInHeader(field, "tag=", "tag=0") }
	swapped := scenario.Fault(func(m *scenario.Message) {
		from, to := m.Get("From"), m.Get("To")
		scenario.SetHeader("From", to)(m)
		scenario.SetHeader("To", from)(m)
	})

	second := func(of scenario.Trace, after time.Duration, method string) scenario.Trace {
		t := of.Repeat(byes, after)
		n := 0
		return t.With(scenario.Where("the second BYE and its answer", func(m *scenario.Message) bool {
			if m.Method() == "BYE" {
				n++
			}
			return n > 2 && m.Method() == "BYE"
		}), exchangeAs(method, "77"), answeredWith(lost))
	}
	failed := scenario.Call(scenario.Alice, pbx, scenario.Rejected(486))
	late := scenario.Merge(failed, refused.Only(byes))
	cancelled := scenario.Call(scenario.Alice, pbx, scenario.Cancelled())
	ringing := cancelled.Messages[cancelled.Index(scenario.Status(180))].Get("To")

	proxy := scenario.Party{Domain: "example.com", Addr: scenario.UDP("192.0.2.10:5060"), Agent: scenario.Kamailio}
	carol := scenario.Party{Name: "Carol", User: "1003", Domain: "example.com", Addr: scenario.UDP("198.51.100.23:5060"), Agent: scenario.Baresip}
	forked := scenario.Forked(scenario.Alice, proxy, []scenario.Party{scenario.Bob, carol}, scenario.ByeAnswered(481))
	carols := forked.Messages[forked.Index(scenario.Where("Carol's ringing", func(m *scenario.Message) bool {
		return m.Status() == 180 && m.From.Host == carol.Addr.Host
	}))].Get("To")
	toCaller := func(sel func(*scenario.Message) bool) scenario.Select {
		return scenario.Where("a message to the caller", func(m *scenario.Message) bool { return m.To.Host == scenario.Alice.Addr.Host && sel(m) })
	}
	viaProxy := scenario.Proxied(scenario.Alice, proxy, scenario.Bob, scenario.ByeAnswered(481))

	// The callee hangs up 20 ms before the caller does.
	crossing := scenario.Merge(
		scenario.Call(scenario.Alice, pbx, scenario.CalleeHangsUp()),
		refused.Only(byes).With(byes, exchangeAs("BYE", "78")),
	)
	crossing = crossing.Delay(scenario.StatusTo("BYE", 200), 100*time.Millisecond)
	return []Scene{
		{
			Name: "the To tag of the BYE is another one", Trace: refused.With(byes, retag("To")),
			Want: []Sighting{{Severity: Error, At: gone, Related: []scenario.Select{bye, answered}}},
		},
		{
			Name: "the From tag of the BYE is another one", Trace: refused.With(byes, retag("From")),
			Want: []Sighting{{Severity: Error, At: gone, Related: []scenario.Select{bye, answered}}},
		},
		{
			Name: "the callee does not swap From and To", Trace: theirs.With(byes, swapped), Ill: true,
			Want: []Sighting{{Severity: Error, At: gone, Related: []scenario.Select{bye, scenario.Status(180)}}},
		},
		{
			Name: "the To tag is that of a branch that did not win", Trace: forked.With(byes, scenario.SetHeader("To", carols)), Ill: true,
			Want: []Sighting{{Severity: Error, At: toCaller(func(m *scenario.Message) bool { return m.Status() == 481 }), Related: []scenario.Select{
				bye,
				scenario.Where("Carol's ringing", func(m *scenario.Message) bool { return m.Status() == 180 && m.Get("To") == carols }), answered,
			}}},
		},
		{
			Name: "INFO after the own BYE", Trace: second(healthy, 3*time.Second, "INFO"), Ill: true,
			Want: []Sighting{{Severity: Warning, At: gone, Related: []scenario.Select{scenario.Request("INFO"), bye}}},
		},
		{
			Name: "a second BYE", Trace: second(healthy, 3*time.Second, "BYE"), Ill: true,
			Want: []Sighting{{Severity: Information, At: gone, Related: []scenario.Select{bye.Nth(2), bye}}},
		},
		{
			Name: "both hang up at the same moment", Trace: crossing,
			Want: []Sighting{{Severity: Information, At: gone, Related: []scenario.Select{bye.Nth(2), bye}}},
		},
		{
			Name: "BYE after the INVITE was refused", Trace: late,
			Want: []Sighting{{Severity: Warning, At: gone, Related: []scenario.Select{bye, scenario.Status(486)}}},
		},
		{
			Name: "BYE after the call was cancelled", Trace: scenario.Merge(cancelled, refused.Only(byes).With(byes, scenario.SetHeader("To", ringing))),
			Want: []Sighting{{Severity: Warning, At: gone, Related: []scenario.Select{bye, scenario.Status(180), scenario.Status(487)}}},
		},
		{
			Name: "the call is alive in the log", Trace: refused,
			Want: []Sighting{{Severity: Warning, At: gone, Related: []scenario.Select{bye, answered}}},
		},
		{
			Name: "another node answers", Trace: refused.With(gone, scenario.SetHeader("Server", "Asterisk PBX 18.1.0")),
			Want: []Sighting{{Severity: Warning, At: gone, Related: []scenario.Select{bye, answered}}},
		},
		{
			Name: "the log of a proxy: one finding for both hops", Trace: viaProxy,
			Want: []Sighting{{Severity: Warning, At: toCaller(func(m *scenario.Message) bool { return m.Status() == 481 }), Related: []scenario.Select{bye, answered}}},
		},
		{
			Name: "the log begins within the call", Trace: refused.Only(byes),
			Want: []Sighting{{Severity: Information, At: gone, Related: []scenario.Select{bye}}},
		},
		{
			Name: "the log begins within the call, which ends in it", Trace: second(healthy, 3*time.Second, "INFO").Without(ofExchange("INVITE")).Without(scenario.Request("ACK")), Ill: true,
			Want: []Sighting{{Severity: Warning, At: gone, Related: []scenario.Select{scenario.Request("INFO"), bye}}},
		},
		{
			Name: "the 481 stands in the log twice", Trace: refused.With(byes, retag("To")).Repeat(bye, 500*time.Millisecond).Repeat(gone, 500*time.Millisecond),
			Want: []Sighting{{Severity: Error, At: gone, Related: []scenario.Select{bye, answered}}},
		},
		{Name: "a healthy call", Trace: healthy},
		{Name: "a healthy call that forked", Trace: scenario.Forked(scenario.Alice, proxy, []scenario.Party{scenario.Bob, carol})},
		{Name: "what the callee sent alone", Trace: refused.Only(scenario.Responses)},
		{Name: "the BYE has no answer in the log", Trace: refused.Without(gone)},
	}
}
