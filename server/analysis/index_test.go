package analysis_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sipls/server/analysis"
	"sipls/server/scenario"
)

// textRows is what a text holds: one message per row, in the order of the text.
type textRows []string

func (l textRows) index(t *testing.T) analysis.Index {
	t.Helper()
	s := snapshot("rows.sip", []byte(strings.ReplaceAll(strings.Join(l, ""), "\n", "\r\n")))
	if s.Len() != len(l) {
		t.Fatalf("%d messages of %d", s.Len(), len(l))
	}
	return s.Index()
}

// requestRow and responseRow make messages of one transaction; via is the topmost Via without "SIP/2.0/UDP ".
func requestRow(method, via, callID string) string {
	return fmt.Sprintf("%s sip:bob@example.com SIP/2.0\nVia: SIP/2.0/UDP %s\nVia: SIP/2.0/UDP other.example.com;branch=z9hG4bKother\nFrom: <sip:alice@example.com>;tag=1\nTo: <sip:bob@example.com>\nCall-ID: %s\nCSeq: 1 %s\n\n", method, via, callID, method)
}

func responseRow(code int, method, via, callID string) string {
	return fmt.Sprintf("SIP/2.0 %d Whatever\nv: SIP/2.0/UDP %s\nFrom: <sip:alice@example.com>;tag=1\nTo: <sip:bob@example.com>;tag=2\ni: %s\nCSeq: 1  %s\n\n", code, via, callID, method)
}

func TestRequest(t *testing.T) {
	const (
		a = "192.0.2.1:5060;branch=z9hG4bKa"
		b = "192.0.2.2:5060;branch=z9hG4bKb"
	)
	for _, c := range []struct {
		name string
		rows textRows
		want string // for each message the request it answers, "-" where there is none
	}{
		{"a response answers its request", textRows{requestRow("INVITE", a, "1"), responseRow(200, "INVITE", a, "1")}, "- 0"},
		{"a provisional response does, too", textRows{requestRow("INVITE", a, "1"), responseRow(100, "INVITE", a, "1"), responseRow(486, "INVITE", a, "1")}, "- 0 0"},
		{"received, rport and the order of parameters do not matter", textRows{requestRow("INVITE", a, "1"), responseRow(200, "INVITE", "192.0.2.1:5060;received=203.0.113.9;rport=1;branch=z9hG4bKa", "1")}, "- 0"},
		{"nor does the letter case of the host", textRows{requestRow("INVITE", "Pc.Example.COM;branch=z9hG4bKa", "1"), responseRow(200, "INVITE", "pc.example.com;branch=z9hG4bKa", "1")}, "- 0"},
		{"a proxy's log: each hop has a transaction of its own", textRows{
			requestRow("INVITE", a, "1"), requestRow("INVITE", b, "1"), responseRow(180, "INVITE", b, "1"), responseRow(180, "INVITE", a, "1"), responseRow(200, "INVITE", b, "1"), responseRow(200, "INVITE", a, "1"),
		}, "- - 1 0 1 0"},
		{"of two copies the one before the response", textRows{requestRow("INVITE", a, "1"), requestRow("INVITE", a, "1"), responseRow(486, "INVITE", a, "1"), requestRow("INVITE", a, "1"), responseRow(486, "INVITE", a, "1")}, "- - 1 - 3"},
		{"a response before its request", textRows{responseRow(200, "INVITE", a, "1"), requestRow("INVITE", a, "1"), requestRow("INVITE", a, "1")}, "1 - -"},
		{"a response alone", textRows{responseRow(200, "INVITE", a, "1")}, "-"},
		{"another branch, another method, another host", textRows{
			requestRow("INVITE", a, "1"), responseRow(200, "INVITE", "192.0.2.1:5060;branch=z9hG4bKc", "1"), responseRow(200, "BYE", a, "1"), responseRow(200, "INVITE", "192.0.2.9:5060;branch=z9hG4bKa", "1"),
		}, "- - - -"},
		{"an ACK is answered by nothing", textRows{requestRow("INVITE", a, "1"), requestRow("ACK", a, "1"), responseRow(486, "INVITE", a, "1")}, "- - 0"},
		{"a CANCEL and the INVITE it cancels have one branch", textRows{
			requestRow("INVITE", a, "1"), requestRow("CANCEL", a, "1"), responseRow(200, "CANCEL", a, "1"), responseRow(487, "INVITE", a, "1"),
		}, "- - 1 0"},
		{"no branch, as RFC 2543: Call-ID, From tag, CSeq and Via", textRows{
			requestRow("INVITE", "192.0.2.1:5060", "1"), requestRow("INVITE", "192.0.2.1:5060", "2"), responseRow(200, "INVITE", "192.0.2.1:5060", "1"), responseRow(200, "INVITE", "192.0.2.1:5060", "2"),
		}, "- - 0 1"},
		{"a branch that is the cookie alone says nothing", textRows{
			requestRow("INVITE", "192.0.2.1;branch=z9hG4bK", "1"), requestRow("INVITE", "192.0.2.1;branch=z9hG4bK", "2"), responseRow(200, "INVITE", "192.0.2.1;branch=z9hG4bK", "1"),
		}, "- - 0"},
		{"a branch without the cookie is compared, but not alone", textRows{
			requestRow("INVITE", "192.0.2.1;branch=1", "1"), requestRow("INVITE", "192.0.2.1;branch=1", "2"), responseRow(200, "INVITE", "192.0.2.1;branch=1", "1"), responseRow(200, "INVITE", "192.0.2.1;branch=2", "1"),
		}, "- - 0 -"},
		{"a masked host that is masked everywhere", textRows{requestRow("INVITE", "X.X.X.X:5060;branch=z9hG4bKa", "1"), responseRow(200, "INVITE", "X.X.X.X:5060;branch=z9hG4bKa", "1")}, "- 0"},
		{"a masked Via that is none any more: Call-ID, CSeq and From tag tell", textRows{requestRow("INVITE", "", "1"), responseRow(200, "INVITE", "", "1")}, "- 0"},
		{"no CSeq", textRows{strings.Replace(requestRow("INVITE", a, "1"), "CSeq", "X", 1), strings.Replace(responseRow(200, "INVITE", a, "1"), "CSeq", "X", 1)}, "- -"},
		{"a CSeq that contradicts the request line", textRows{strings.Replace(requestRow("INVITE", a, "1"), "CSeq: 1 INVITE", "CSeq: 1 BYE", 1), responseRow(200, "INVITE", a, "1"), responseRow(200, "BYE", a, "1")}, "- - -"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := c.rows.index(t)
			var got []string
			for seq := range c.rows {
				s := "-"
				if i, ok := x.Request(seq); ok {
					s = fmt.Sprint(i)
				}
				got = append(got, s)
			}
			if g := strings.Join(got, " "); g != c.want {
				t.Errorf("got %s, want %s", g, c.want)
			}
		})
	}
}

func TestTransactionsAndCalls(t *testing.T) {
	const a, b = "192.0.2.1:5060;branch=z9hG4bKa", "192.0.2.1:5060;branch=z9hG4bKb"
	x := textRows{
		requestRow("INVITE", a, "one"),       // 0
		requestRow("INVITE", a, "one"),       // 1: retransmission
		responseRow(100, "INVITE", a, "one"), // 2
		requestRow("REGISTER", b, "two"),     // 3
		responseRow(486, "INVITE", a, "one"), // 4
		requestRow("ACK", a, "one"),          // 5
		responseRow(200, "REGISTER", b, "two"),
		"BYE sip:a SIP/2.0\nCSeq: 1 BYE\n\n", // 7: no Via, no Call-ID
		requestRow("INVITE", "192.0.2.9;branch=z9hG4bKz", "ONE"),
	}.index(t)
	for seq, want := range [][3][]int{
		{{0, 1}, {2, 4}, {0, 1, 2, 4, 5}},
		{{0, 1}, {2, 4}, {0, 1, 2, 4, 5}},
		{{0, 1}, {2, 4}, {0, 1, 2, 4, 5}},
		{{3}, {6}, {3, 6}},
		{{0, 1}, {2, 4}, {0, 1, 2, 4, 5}},
		{{5}, nil, {0, 1, 2, 4, 5}},
		{{3}, {6}, {3, 6}},
		{nil, nil, nil},
		{{8}, nil, {8}}, // Call-IDs differ by letter case
	} {
		got := [3][]int{x.Transmissions(seq), x.Responses(seq), x.Call(seq)}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("message %d: transmissions, responses, call (-want +got):\n%s", seq, d)
		}
	}
	for id, want := range map[string][]int{"one": {0, 1, 2, 4, 5}, "two": {3, 6}, "ONE": {8}, "three": nil, "": nil} {
		if d := cmp.Diff(want, x.WithCallID([]byte(id))); d != "" {
			t.Errorf("Call-ID %q (-want +got):\n%s", id, d)
		}
	}
	if got := snapshot("empty.log", nil).Index().WithCallID([]byte("one")); got != nil {
		t.Errorf("%v in an empty text", got)
	}
}

// In a realistic log each response finds the request that its sender got.
func TestBridgedCall(t *testing.T) {
	pbx := scenario.PBX(scenario.Asterisk)
	tr := scenario.Bridge(scenario.Alice, pbx, scenario.Bob, scenario.Challenged(407), scenario.Hold(), scenario.EarlyMedia()).
		Repeat(scenario.Request("INVITE").First(), 500*time.Millisecond)
	x := snapshot("trace.log", tr.Render(scenario.Sngrep)).Index()
	for i := range tr.Messages {
		m := &tr.Messages[i]
		r, ok := x.Request(i)
		if ok != m.IsResponse() {
			t.Errorf("%q answers a request: %v", m.Start, ok)
			continue
		}
		if !ok {
			continue
		}
		if q := &tr.Messages[r]; q.Method() != m.Method() || q.From != m.To || q.To != m.From || q.Get("CSeq") != m.Get("CSeq") || q.Get("Call-ID") != m.Get("Call-ID") {
			t.Errorf("%q of %s answers %q of %s", m.Start, m.Get("CSeq"), q.Start, q.Get("CSeq"))
		}
	}
}
