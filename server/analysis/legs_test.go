package analysis_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sipls/server/scenario"
)

// Legs are found by what back-to-back user agents hand on, and by names and time where that leaves no doubt.
func TestLegs(t *testing.T) {
	pbx := scenario.PBX(scenario.Asterisk)
	bridge := scenario.Bridge(scenario.Alice, pbx, scenario.Bob)
	// The initial request of each half.
	half := func(from scenario.Party) scenario.Select {
		return scenario.Where("the INVITE of "+from.Name, func(m *scenario.Message) bool {
			return m.Method() == "INVITE" && !m.IsResponse() && m.From == from.Addr && !strings.Contains(m.Get("To"), "tag=")
		})
	}
	first := bridge.Messages[bridge.Index(half(scenario.Alice))].Get("Call-ID")
	answer := scenario.Where("the 100 to Alice", func(m *scenario.Message) bool { return m.Status() == 100 && m.To == scenario.Alice.Addr })
	uuid := "f81d4fae7dec11d0a76500a0c91e6bf6"
	set := func(name, a, b string) scenario.Trace {
		tr := bridge
		if a != "" {
			tr = tr.With(half(scenario.Alice), scenario.AddHeader(name, a))
		}
		return tr.With(half(pbx), scenario.AddHeader(name, b))
	}
	twice := scenario.Merge(bridge, scenario.Bridge(scenario.Alice, pbx, scenario.Bob, scenario.Seed(2), scenario.Start(time.Millisecond)))
	for _, test := range []struct {
		name  string
		trace scenario.Trace
		want  string // legs of each call
	}{
		{"X-CID", set("X-CID", "", first), "[{1 X-CID proof}] [{0 X-CID proof}]"},
		{"Session-ID", set("Session-ID", uuid+";remote="+strings.Repeat("0", 32), strings.ToUpper(uuid)+";remote="+strings.Repeat("0", 32)), "[{1 Session-ID strong}] [{0 Session-ID strong}]"},
		{
			"Session-ID in the answer alone",
			set("Session-ID", "", uuid+";remote="+strings.Repeat("0", 32)).With(answer, scenario.AddHeader("Session-ID", strings.Repeat("0", 32)+";remote="+uuid)),
			"[{1 Session-ID strong}] [{0 Session-ID strong}]",
		},
		{"nil Session-ID", set("Session-ID", strings.Repeat("0", 32), strings.Repeat("0", 32)).With(half(scenario.Alice), scenario.SetHeader("From", "<sip:other@example.com>;tag=1")), "[] []"},
		{"icid", set("P-Charging-Vector", "icid-value=abc;icid-generated-at=192.0.2.1", `icid-value="abc"`), "[{1 icid-value strong}] [{0 icid-value strong}]"},
		{"names and time", bridge, "[{1 From, To and time weak}] [{0 From, To and time weak}]"},
		{"two calls at once", twice, "[] [] [] []"},
		{"a call again", scenario.Merge(scenario.Call(scenario.Alice, pbx, scenario.Rejected(403)), scenario.Call(scenario.Alice, pbx, scenario.Seed(2), scenario.Start(time.Second))), "[] []"},
	} {
		for _, f := range []scenario.Format{scenario.Sngrep, scenario.AsteriskFull} {
			x := snapshot("trace.log", test.trace.Render(f)).Calls()
			var got []string
			for c := range x.Len() {
				var legs []string
				for _, l := range x.Legs(c) {
					legs = append(legs, fmt.Sprintf("{%d %s %s}", l.Call, l.Evidence, [...]string{"proof", "strong", "weak"}[l.Certainty]))
				}
				got = append(got, "["+strings.Join(legs, " ")+"]")
			}
			if s := strings.Join(got, " "); s != test.want {
				t.Errorf("%s, %s: legs %s, want %s", test.name, f, s, test.want)
			}
		}
	}
}
