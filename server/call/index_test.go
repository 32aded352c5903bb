package call

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sipls/server/scenario"
	"sipls/server/sip"
)

// log is what a text holds: one message per row, in the order of the text.
type log []string

func (l log) index() *Index {
	var keys []Key
	for _, row := range l {
		keys = append(keys, keyOf(sip.Parse([]byte(strings.ReplaceAll(row, "\n", "\r\n")))))
	}
	return NewIndex(keys)
}

func keyOf(m *sip.Message) Key { f := FactsOf(m, Context{}); return f.Key }

// request and response make messages of one transaction; via is the topmost Via without "SIP/2.0/UDP ".
func request(method, via, callID string) string {
	return fmt.Sprintf("%s sip:bob@example.com SIP/2.0\nVia: SIP/2.0/UDP %s\nVia: SIP/2.0/UDP other.example.com;branch=z9hG4bKother\nFrom: <sip:alice@example.com>;tag=1\nTo: <sip:bob@example.com>\nCall-ID: %s\nCSeq: 1 %s\n\n", method, via, callID, method)
}

func response(code int, method, via, callID string) string {
	return fmt.Sprintf("SIP/2.0 %d Whatever\nv: SIP/2.0/UDP %s\nFrom: <sip:alice@example.com>;tag=1\nTo: <sip:bob@example.com>;tag=2\ni: %s\nCSeq: 1  %s\n\n", code, via, callID, method)
}

func TestRequest(t *testing.T) {
	const (
		a = "192.0.2.1:5060;branch=z9hG4bKa"
		b = "192.0.2.2:5060;branch=z9hG4bKb"
	)
	for _, c := range []struct {
		name string
		log  log
		want string // for each message the request it answers, "-" where there is none
	}{
		{"a response answers its request", log{request("INVITE", a, "1"), response(200, "INVITE", a, "1")}, "- 0"},
		{"a provisional response does, too", log{request("INVITE", a, "1"), response(100, "INVITE", a, "1"), response(486, "INVITE", a, "1")}, "- 0 0"},
		{"received, rport and the order of parameters do not matter", log{request("INVITE", a, "1"), response(200, "INVITE", "192.0.2.1:5060;received=203.0.113.9;rport=1;branch=z9hG4bKa", "1")}, "- 0"},
		{"nor does the letter case of the host", log{request("INVITE", "Pc.Example.COM;branch=z9hG4bKa", "1"), response(200, "INVITE", "pc.example.com;branch=z9hG4bKa", "1")}, "- 0"},
		{"a proxy's log: each hop has a transaction of its own", log{
			request("INVITE", a, "1"), request("INVITE", b, "1"), response(180, "INVITE", b, "1"), response(180, "INVITE", a, "1"), response(200, "INVITE", b, "1"), response(200, "INVITE", a, "1"),
		}, "- - 1 0 1 0"},
		{"of two copies the one before the response", log{request("INVITE", a, "1"), request("INVITE", a, "1"), response(486, "INVITE", a, "1"), request("INVITE", a, "1"), response(486, "INVITE", a, "1")}, "- - 1 - 3"},
		{"a response before its request", log{response(200, "INVITE", a, "1"), request("INVITE", a, "1"), request("INVITE", a, "1")}, "1 - -"},
		{"a response alone", log{response(200, "INVITE", a, "1")}, "-"},
		{"another branch, another method, another host", log{
			request("INVITE", a, "1"), response(200, "INVITE", "192.0.2.1:5060;branch=z9hG4bKc", "1"), response(200, "BYE", a, "1"), response(200, "INVITE", "192.0.2.9:5060;branch=z9hG4bKa", "1"),
		}, "- - - -"},
		{"an ACK is answered by nothing", log{request("INVITE", a, "1"), request("ACK", a, "1"), response(486, "INVITE", a, "1")}, "- - 0"},
		{"a CANCEL and the INVITE it cancels have one branch", log{
			request("INVITE", a, "1"), request("CANCEL", a, "1"), response(200, "CANCEL", a, "1"), response(487, "INVITE", a, "1"),
		}, "- - 1 0"},
		{"no branch, as RFC 2543: Call-ID, From tag, CSeq and Via", log{
			request("INVITE", "192.0.2.1:5060", "1"), request("INVITE", "192.0.2.1:5060", "2"), response(200, "INVITE", "192.0.2.1:5060", "1"), response(200, "INVITE", "192.0.2.1:5060", "2"),
		}, "- - 0 1"},
		{"a branch that is the cookie alone says nothing", log{
			request("INVITE", "192.0.2.1;branch=z9hG4bK", "1"), request("INVITE", "192.0.2.1;branch=z9hG4bK", "2"), response(200, "INVITE", "192.0.2.1;branch=z9hG4bK", "1"),
		}, "- - 0"},
		{"a branch without the cookie is compared, but not alone", log{
			request("INVITE", "192.0.2.1;branch=1", "1"), request("INVITE", "192.0.2.1;branch=1", "2"), response(200, "INVITE", "192.0.2.1;branch=1", "1"), response(200, "INVITE", "192.0.2.1;branch=2", "1"),
		}, "- - 0 -"},
		{"a masked host that is masked everywhere", log{request("INVITE", "X.X.X.X:5060;branch=z9hG4bKa", "1"), response(200, "INVITE", "X.X.X.X:5060;branch=z9hG4bKa", "1")}, "- 0"},
		{"a masked Via that is none any more", log{request("INVITE", "", "1"), response(200, "INVITE", "", "1")}, "- -"},
		{"no CSeq", log{strings.Replace(request("INVITE", a, "1"), "CSeq", "X", 1), strings.Replace(response(200, "INVITE", a, "1"), "CSeq", "X", 1)}, "- -"},
		{"a CSeq that contradicts the request line", log{strings.Replace(request("INVITE", a, "1"), "CSeq: 1 INVITE", "CSeq: 1 BYE", 1), response(200, "INVITE", a, "1"), response(200, "BYE", a, "1")}, "- - -"},
		{"no message at all", log{""}, "-"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := c.log.index()
			var got []string
			for seq := range c.log {
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
	x := log{
		request("INVITE", a, "one"),       // 0
		request("INVITE", a, "one"),       // 1: retransmission
		response(100, "INVITE", a, "one"), // 2
		request("REGISTER", b, "two"),     // 3
		response(486, "INVITE", a, "one"), // 4
		request("ACK", a, "one"),          // 5
		response(200, "REGISTER", b, "two"),
		"BYE sip:a SIP/2.0\nCSeq: 1 BYE\n\n", // 7: no Via, no Call-ID
		request("INVITE", "192.0.2.9;branch=z9hG4bKz", "ONE"),
	}.index()
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
	if got := NewIndex(nil).WithCallID([]byte("one")); got != nil {
		t.Errorf("%v in an empty text", got)
	}
}

// In a realistic log each response finds the request that its sender got.
func TestBridgedCall(t *testing.T) {
	pbx := scenario.PBX(scenario.Asterisk)
	tr := scenario.Bridge(scenario.Alice, pbx, scenario.Bob, scenario.Challenged(407), scenario.Hold(), scenario.EarlyMedia()).
		Repeat(scenario.Request("INVITE").First(), 500*time.Millisecond)
	var keys []Key
	for i := range tr.Messages {
		keys = append(keys, keyOf(sip.Parse(tr.Messages[i].Wire())))
	}
	x := NewIndex(keys)
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

func TestKeyOf(t *testing.T) {
	m := sip.Parse([]byte(strings.ReplaceAll(response(486, "INVITE", "192.0.2.1;branch=z9hG4bKa", "1"), "\n", "\r\n")))
	k := keyOf(m)
	if k.Request || k.Status != 486 || k.Call == 0 || k.Transaction == 0 {
		t.Errorf("%+v", k)
	}
	if k != keyOf(m) {
		t.Error("the same message has two keys")
	}
	if n := testing.AllocsPerRun(100, func() { keyOf(m) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if k := keyOf(sip.Parse(nil)); k != (Key{Request: true}) {
		t.Errorf("no message: %+v", k)
	}
	long := strings.Repeat("x", 5000)
	a := keyOf(sip.Parse([]byte(request("INVITE", "192.0.2.1;branch=z9hG4bK"+long, long))))
	b := keyOf(sip.Parse([]byte(request("INVITE", "192.0.2.1;branch=z9hG4bK"+long+"y", long+"y"))))
	if a.Call == b.Call || a.Transaction == b.Transaction || a.Transaction == 0 {
		t.Errorf("long identifiers: %+v, %+v", a, b)
	}
}

// What is hashed one behind the other must not run together.
func TestKeysDoNotRunTogether(t *testing.T) {
	seen := map[uint64]string{}
	for _, s := range []string{
		request("INVITE", "192.0.2.1;branch=1", "23"), request("INVITE", "192.0.2.1;branch=12", "3"), request("INVITE", "192.0.2.1", "123"),
		request("INVITE", "192.0.2.1:1;branch=z9hG4bK1", "1"), request("INVITE", "192.0.2.11;branch=z9hG4bK1", "1"), request("INVIT", "192.0.2.1:1;branch=Ez9hG4bK1", "1"),
	} {
		k := keyOf(sip.Parse([]byte(s))).Transaction
		if other, ok := seen[k]; ok || k == 0 {
			t.Errorf("the key %x is that of\n%s\n%s", k, s, other)
		}
		seen[k] = s
	}
}

// The chains say what a map says, also where slots collide.
func TestChainsOfCollidingKeys(t *testing.T) {
	keys := make([]Key, 300)
	want := map[uint64][]int{}
	for i := range keys {
		// Few keys, most of them for the same slot of any table of this size.
		keys[i].Call = uint64(i%7)<<20 | uint64(i%3)<<1 | 1
		want[keys[i].Call] = append(want[keys[i].Call], i)
	}
	x := NewIndex(keys)
	for i := range keys {
		if d := cmp.Diff(want[keys[i].Call], x.Call(i)); d != "" {
			t.Fatalf("message %d (-want +got):\n%s", i, d)
		}
	}
}

// Pings that all have one branch must not make the index quadratic.
func TestOneTransactionOfManyMessages(t *testing.T) {
	keys := make([]Key, 200_000)
	for i := range keys {
		keys[i] = Key{Call: 1, Transaction: 1, Request: i%2 == 0}
	}
	began := time.Now()
	x := NewIndex(keys)
	for i := range keys {
		if r, ok := x.Request(i); ok == keys[i].Request || ok && r != i-1 {
			t.Fatalf("message %d answers %d, %v", i, r, ok)
		}
	}
	if d := time.Since(began); d > 5*time.Second {
		t.Errorf("%v", d)
	}
}

func benchmarkMessages(b *testing.B) []*sip.Message {
	b.Helper()
	pbx := scenario.PBX(scenario.Kamailio)
	var all []*sip.Message
	for i := range uint64(500) {
		tr := scenario.Bridge(scenario.Alice, pbx, scenario.Bob, scenario.Challenged(407), scenario.Seed(i))
		for k := range tr.Messages {
			all = append(all, sip.Parse(tr.Messages[k].Wire()))
		}
	}
	return all
}

func BenchmarkFactsOf(b *testing.B) {
	messages := benchmarkMessages(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		keyOf(messages[i%len(messages)])
	}
}

// BenchmarkNewIndex indexes as many messages as a log of 50 MB has.
func BenchmarkNewIndex(b *testing.B) {
	messages := benchmarkMessages(b)
	const n = 75_000
	keys := make([]Key, n)
	for i := range keys {
		keys[i] = keyOf(messages[i%len(messages)])
		keys[i].Call += uint64(i / len(messages))
		keys[i].Transaction += uint64(i / len(messages))
	}
	b.ReportAllocs()
	for b.Loop() {
		NewIndex(keys)
	}
}

func BenchmarkRequest(b *testing.B) {
	messages := benchmarkMessages(b)
	keys := make([]Key, len(messages))
	for i := range keys {
		keys[i] = keyOf(messages[i])
	}
	x := NewIndex(keys)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		x.Request(i % len(keys))
	}
}
