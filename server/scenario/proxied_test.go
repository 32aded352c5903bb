package scenario

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What leaves the proxy is what came in, with what RFC 3261 sections 16.6, 16.7
// and 16.12 change.
func TestProxyKeepsTheRoute(t *testing.T) {
	proxy := PBX(Kamailio)
	const route = "<sip:192.0.2.10:5060;lr>"
	for _, tr := range []Trace{
		Proxied(Alice, proxy, Bob, Challenged(407), Hold(), Reliable()),
		Proxied(Alice.BehindNAT("192.168.1.21:5060"), proxy, Bob, CalleeHangsUp(), SessionTimer(90, "uas")),
		Proxied(Alice, proxy, Bob, Cancelled()),
		Forked(Alice, proxy, []Party{Bob, Tester()}),
	} {
		for i := range tr.Messages {
			m := &tr.Messages[i]
			inside := toTag(m.Get("To")) != ""
			bad := func(what string) { t.Errorf("%s\n%s", what, m.Wire()) }
			vias := values(m, "Via")
			hopByHop := m.Method() == "CANCEL" || m.Method() == "ACK" && len(vias) == 1
			switch out := m.From == proxy.Addr; {
			case m.IsResponse() && !out:
				if m.Method() != "CANCEL" && len(vias) != 2 {
					bad("a response without the Via of the caller")
				}
			case m.IsResponse():
				if len(vias) != 1 {
					bad("a response with the Via of the proxy")
				}
			case out && !hopByHop:
				in := incoming(tr.Messages[:i], m)
				if in == nil || len(vias) != 2 || vias[1] == in.Get("Via") && strings.Contains(vias[1], "rport") {
					bad("no request came in for it, or its Via is not answered")
					break
				}
				if before, _ := strconv.Atoi(in.Get("Max-Forwards")); m.Get("Max-Forwards") != strconv.Itoa(before-1) {
					bad("Max-Forwards")
				}
				if m.Get("Route") != "" || m.Get("Proxy-Authorization") != "" {
					bad("Route or credentials went on")
				}
				if (m.Get("Record-Route") == route) == inside {
					bad("Record-Route")
				}
			case !out && (m.Get("Route") == route) != (inside && m.Method() != "CANCEL") && !(m.Method() == "ACK" && m.Get("Route") == ""):
				bad("Route")
			}
			if m.Method() == "INVITE" && (m.Status() == 180 || m.Status() == 183) && !slices.Equal(values(m, "Record-Route"), []string{route}) {
				bad("no Record-Route")
			}
		}
	}
}

// incoming is the request that became m at the proxy.
func incoming(before []Message, m *Message) *Message {
	branch := viaBranch(values(m, "Via")[1])
	for i := range before {
		if b := &before[i]; !b.IsResponse() && viaBranch(b.Get("Via")) == branch && b.To == m.From {
			return b
		}
	}
	return nil
}

func TestProxyBetweenTransportsRecordsBoth(t *testing.T) {
	phone := Alice
	phone.Addr = WSS("198.51.100.21:5060")
	tr := Proxied(phone, PBX(Kamailio), Bob)
	udp, ws := "<sip:192.0.2.10:5060;lr>", "<sip:192.0.2.10:5060;transport=ws;lr>"
	if got, want := values(&tr.Only(Status(180)).Messages[0], "Record-Route"), []string{udp, ws}; !slices.Equal(got, want) {
		t.Errorf("recorded %v, want %v", got, want)
	}
	if got, want := values(&tr.Only(Request("BYE")).Messages[0], "Route"), []string{ws, udp}; !slices.Equal(got, want) {
		t.Errorf("the caller routes over %v, want %v", got, want)
	}
}

func TestForksHaveTagsAndBranchesOfTheirOwn(t *testing.T) {
	tr := Forked(Alice, PBX(Kamailio), []Party{Bob, carol})
	tags, branches, calls := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for i := range tr.Messages {
		m := &tr.Messages[i]
		calls[m.Get("Call-ID")] = true
		if m.Status() == 180 && m.From.Host == pbxHost {
			tags[toTag(m.Get("To"))] = true
		}
		if m.Method() == "INVITE" && !m.IsResponse() {
			branches[viaBranch(m.Get("Via"))] = true
		}
	}
	if len(tags) != 2 || len(branches) != 3 || len(calls) != 1 {
		t.Errorf("%d To tags, %d branches, %d Call-IDs; want 2, 3, 1", len(tags), len(branches), len(calls))
	}
}

func values(m *Message, name string) (all []string) {
	for _, h := range m.Headers {
		if strings.EqualFold(h.Name, name) {
			all = append(all, h.Value)
		}
	}
	return all
}
