package check

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var rewrittenOnTheWay = &Rule{
	Name:     "sip-alg-rewrite",
	Scope:    Call,
	Severity: Warning,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "16.6"}, {Standard: "RFC 3261", Section: "18.2.1"}, {Standard: "RFC 3261", Section: "20.14"}},
	Doc: Doc{
		Title: "Message that something on its way rewrote",
		Text: `A proxy that changes a request adds a Via with a branch of its own. The rule fires when the log, or several logs checked together, show the same message at
two places, with the same branch and no Via more, and its Contact, the address in its session description or the address in its Via is another one: an element that is no proxy,
a router with a SIP ALG as a rule, changed it. What receivers add to a Via (received, rport) does not count, nor does a message that its sender itself sends again in another form.`,
	},
	Scenes: func() []Scene {
		home := scenario.Alice
		home.Addr = scenario.UDP("10.0.0.5:5060")
		server := scenario.PBX(scenario.Asterisk)
		inside := scenario.Call(home, server).Only(scenario.Where("of the setup", func(m *scenario.Message) bool { return m.At < 10*time.Second }))
		rewrite := func(m *scenario.Message) {
			m.From = scenario.UDP("203.0.113.7:40321")
			for i := range m.Headers {
				m.Headers[i].Value = strings.ReplaceAll(m.Headers[i].Value, "10.0.0.5:5060", "203.0.113.7:40321")
			}
			m.Body = strings.ReplaceAll(m.Body, "10.0.0.5", "203.0.113.7")
		}
		fromPhone := scenario.Where("from the phone", func(m *scenario.Message) bool { return m.From == home.Addr })
		invite := inside.Only(fromPhone).Only(scenario.Request("INVITE"))
		outside := invite.With(scenario.All, rewrite).After(20 * time.Millisecond)
		onlyContact := func(m *scenario.Message) {
			body := m.Body
			rewrite(m)
			m.Body = body
			for i := range m.Headers {
				if m.Headers[i].Name == "Via" {
					m.Headers[i].Value = strings.ReplaceAll(m.Headers[i].Value, "203.0.113.7:40321", "10.0.0.5:5060") + ";received=203.0.113.7"
				}
			}
		}
		want := []Sighting{{Severity: Warning, At: scenario.Request("INVITE").Nth(2), Related: []scenario.Select{scenario.Request("INVITE").First()}}}
		return []Scene{
			{Name: "in front of the router and behind it", Trace: scenario.Merge(inside, outside), Want: want},
			{Name: "Contact alone is rewritten", Trace: scenario.Merge(inside, invite.With(scenario.All, onlyContact).After(20*time.Millisecond)), Want: want},
			{Name: "captured twice, unchanged", Trace: inside.Repeat(scenario.Request("INVITE"), 20*time.Millisecond)},
			{Name: "a plain NAT: the server notes where it came from", Trace: scenario.Merge(inside, invite.After(20*time.Millisecond).With(scenario.All, func(m *scenario.Message) { m.From = scenario.UDP("203.0.113.7:40321") }))},
			{Name: "a proxy", Trace: scenario.Proxied(home, scenario.PBX(scenario.Kamailio), scenario.Bob)},
			{Name: "a proxy that forks", Trace: scenario.Forked(home, scenario.PBX(scenario.Kamailio), []scenario.Party{scenario.Bob, {User: "1003", Domain: "example.com", Addr: scenario.UDP("198.51.100.23:5060"), Agent: scenario.Baresip}})},
			{Name: "a back-to-back user agent", Trace: scenario.Bridge(home, server, scenario.Bob)},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		if a, b := rewritten(s); b != call.None {
			x, y := s.Messages[a].Msg, s.Messages[b].Msg
			report(Finding{
				Severity:    Warning,
				Certainty:   StrongHint,
				At:          s.At(b),
				Related:     []Related{s.Related(a, "the same message in front of the element that rewrote it")},
				Title:       s.Name(b) + " was rewritten on its way",
				Evidence:    fmt.Sprintf("It stands in the log at two places with the same branch and as many Via, and differs: %s.", strings.Join(rewrites(x, y), ", ")),
				Consequence: "Most likely a router with a SIP ALG does this; what it does not rewrite as well (lengths, credentials, addresses of later messages) no longer fits, and calls or registrations fail behind this router only.",
				Next:        "Turn the SIP ALG of the router off, or use TLS, so that it cannot read the messages.",
			})
		}
	},
}

// rewritten returns a message and its copy with other addresses, None when there is none.
func rewritten(s *CallSubject) (first, copied int32) {
	for i := range s.Messages {
		m := &s.Messages[i]
		if !m.Copy || !m.Whole || m.Text == s.Messages[m.First].Text || !s.Messages[m.First].Whole {
			continue
		}
		if len(rewrites(s.Messages[m.First].Msg, m.Msg)) > 0 {
			return m.First, int32(i)
		}
	}
	for x := range s.Exchanges {
		e := &s.Exchanges[x]
		if n := len(e.Transactions); n < 2 || n == 2 && s.Transactions[e.Transactions[0]].Vias != s.Transactions[e.Transactions[1]].Vias {
			continue // one hop, or in front of a proxy and behind it
		}
		// A new Via address makes another transaction of the message.
		seen := make(map[uint64]int32, len(e.Transactions))
		for _, t := range e.Transactions {
			i := s.Transactions[t].Request
			if i == call.None || !s.Messages[i].Whole {
				continue
			}
			m := s.Messages[i].Msg
			via := m.TopVia()
			branch := m.Branch(via)
			if !sip.HasCookie(branch) || len(branch) == len(sip.MagicCookie) {
				continue
			}
			key := call.IDKey(branch)
			other, ok := seen[key]
			if !ok {
				seen[key] = i
				continue
			}
			if s.Messages[other].Vias == s.Messages[i].Vias && len(rewrites(s.Messages[other].Msg, m)) > 0 {
				return other, i
			}
		}
	}
	return call.None, call.None
}

// rewrites names the addresses that differ between two copies of a message; none unless a private one became a public
// one or the other way round, which is what such routers do.
func rewrites(a, b *sip.Message) (out []string) {
	translated := false
	differ := func(what string, x, y []byte) {
		if len(x) > 0 && len(y) > 0 && !bytes.Equal(x, y) {
			out = append(out, fmt.Sprintf("%s has %s first and %s then", what, clip(x), clip(y)))
			h, _, _ := bytes.Cut(x, []byte(":"))
			k, _, _ := bytes.Cut(y, []byte(":"))
			translated = translated || isPrivateIPv4(h) && isPublicIPv4(k) || isPublicIPv4(h) && isPrivateIPv4(k)
		}
	}
	v, w := a.TopVia(), b.TopVia()
	differ("Via", a.Bytes(hostWithPort(v.Host, v.Port)), b.Bytes(hostWithPort(w.Host, w.Port)))
	x, okX := contactURI(a)
	y, okY := contactURI(b)
	if okX && okY {
		differ("Contact", a.Bytes(hostWithPort(x.Host, x.Port)), b.Bytes(hostWithPort(y.Host, y.Port)))
	}
	differ("the session description", connectionAddress(a), connectionAddress(b))
	if !translated {
		return nil
	}
	return out
}

// connectionAddress returns the address of the first c= line.
func connectionAddress(m *sip.Message) []byte {
	_, rest, ok := bytes.Cut(m.Bytes(m.Body), []byte("\nc=IN IP"))
	if !ok || len(rest) < 2 {
		return nil
	}
	line := rest[2:]
	if end := bytes.IndexAny(line, "\r\n"); end >= 0 {
		line = line[:end]
	}
	return line
}
