package check

import (
	"fmt"
	"strings"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
	"sipls/server/trace"
)

var invalidHostCalled = &Rule{
	Name:     "websocket-invalid-contact",
	Scope:    Transaction,
	Severity: Warning,
	Cites:    []knowledge.Cite{{Standard: "RFC 7118", Section: "B.1"}, {Standard: "RFC 5626", Section: "5.3"}},
	Doc: Doc{
		Title: "Request to the .invalid host of a WebSocket client fails",
		Text: `A browser does not know its address and writes a host under .invalid into its Contact. Nobody finds that host by its name: the server that holds the connection must keep requests on it, by
Outbound, Path, Record-Route or an alias in the Contact. The rule fires when a request whose Request-URI has such a host goes elsewhere than over WebSocket, without a Route, and gets no answer or a 404, 408, 480, 500, 503 or 504;
with a Route as well when the answer is 477 or 478. Requests that go to the client over its connection are right.`,
	},
	Scenes: func() []Scene {
		server := scenario.PBX(scenario.Asterisk)
		web := func(m *scenario.Message) {
			hide := func(s string) string {
				return strings.ReplaceAll(s, "198.51.100.21:5060", "df7jal23ls0d.invalid;transport=ws")
			}
			m.Start = hide(m.Start)
			for i := range m.Headers {
				if m.Headers[i].Name == "Contact" {
					m.Headers[i].Value = hide(m.Headers[i].Value)
				}
			}
		}
		later := scenario.Keepalive(scenario.Bob, server, scenario.Start(2*time.Minute), scenario.Seed(7))
		bye, invite := scenario.Request("BYE"), scenario.Request("INVITE")
		ended := scenario.Call(scenario.Alice, server, scenario.CalleeHangsUp()).With(scenario.All, web)
		lost := ended.Without(scenario.StatusTo("BYE", 200)).Repeat(bye, repeats...)
		browser, proxy := scenario.Alice, scenario.PBX(scenario.Kamailio)
		browser.Addr, proxy.Addr = scenario.WSS("198.51.100.21:50112"), scenario.WSS("192.0.2.10:443")
		kept := func(m *scenario.Message) {
			m.Start = strings.ReplaceAll(m.Start, "198.51.100.21:50112", "df7jal23ls0d.invalid")
			for i := range m.Headers {
				if n := m.Headers[i].Name; n == "Contact" || n == "Via" {
					m.Headers[i].Value = strings.ReplaceAll(m.Headers[i].Value, "198.51.100.21:50112", "df7jal23ls0d.invalid")
				}
			}
		}
		called := func(status int) scenario.Trace {
			return scenario.Call(server, scenario.Party{User: "1001", Domain: "example.com", Addr: scenario.UDP("198.51.100.21:5060"), Agent: scenario.Kamailio}, scenario.Rejected(status)).With(scenario.All, web)
		}
		return []Scene{
			{Name: "BYE to the host of a browser", Trace: scenario.Merge(lost, later), Want: []Sighting{{Severity: Warning, At: bye, Related: []scenario.Select{invite}}}},
			{Name: "the proxy cannot resolve it", Trace: called(478), Want: []Sighting{{Severity: Warning, At: invite, Related: []scenario.Select{scenario.Status(478)}}}},
			{Name: "over the connection of the browser", Trace: scenario.Merge(scenario.Call(browser, proxy, scenario.CalleeHangsUp()).With(scenario.All, kept), later)},
			{Name: "the server knows where it is", Trace: scenario.Merge(ended, later)},
			{Name: "the browser is busy", Trace: called(486)},
			{Name: "the log ends behind the BYE", Trace: ended.Without(scenario.StatusTo("BYE", 200))},
			{Name: "through a proxy", Trace: scenario.Merge(scenario.Proxied(browser, scenario.PBX(scenario.Kamailio), scenario.Bob).With(scenario.All, kept), later)},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for i := range s.Transactions {
			tx := &s.Transactions[i]
			if tx.Request == call.None || !toInvalidHost(&s.Messages[tx.Request]) {
				continue
			}
			m := &s.Messages[tx.Request]
			f := Finding{
				Severity:    Warning,
				At:          s.Place(tx.Request, m.Msg.Start.URI),
				Title:       fmt.Sprintf("%s to a host that does not exist, %s", s.Name(tx.Request), clip(m.Msg.Bytes(m.Msg.Start.URI))),
				Consequence: "A host under .invalid is found by no name server: a WebSocket client is reached over its own connection only.",
				Next:        "Let the proxy that holds the connection stay on the path (Record-Route, Path, Outbound) or write an alias with the real address into the Contact.",
			}
			if waited, ok := s.unanswered(tx); ok {
				if m.Direction == trace.Received || m.Msg.Header(sip.HeaderRoute) != nil {
					continue
				}
				f.Evidence = fmt.Sprintf("It goes out by no WebSocket connection; in %s no answer follows%s.", Spell(waited), times(m.Times))
				f.InsteadOf = s.insteadOf(tx.Request)
				s.Missing(&f)
			} else if tx.Final == call.None || !undelivered(s.Messages[tx.Final].Status, m.Msg.Header(sip.HeaderRoute) != nil) {
				continue
			} else {
				f.Evidence = fmt.Sprintf("It goes out by no WebSocket connection and gets %s.", s.Name(tx.Final))
				f.Related = append(f.Related, s.Related(tx.Final, "the failure"))
			}
			if m.Dialog != call.None {
				u, _ := requestURI(m.Msg)
				if c := contactNamed(s, &s.Dialogs[m.Dialog], m.To, m.Msg.Bytes(u.Host)); c != call.None {
					f.Related = append(f.Related, s.Related(c, "its Contact names the host"))
				}
			}
			report(f)
			return
		}
	},
}

// toInvalidHost reports whether a request is for a host under .invalid and does not go over WebSocket.
func toInvalidHost(m *call.Message) bool {
	u, ok := requestURI(m.Msg)
	return ok && endsInInvalid(m.Msg.Bytes(u.Host)) && m.Whole && !isOver(m.Msg, "WS", "WSS")
}

// undelivered reports whether a failure says that the target was not found.
func undelivered(status int16, routed bool) bool {
	switch status {
	case 477, 478:
		return true
	case 404, 408, 480, 500, 503, 504:
		return !routed
	}
	return false
}
