package call

import (
	"fmt"
	"strings"
	"testing"

	"sipls/server/scenario"
	"sipls/server/sip"
)

func keyOf(m *sip.Message) Key { f := FactsOf(m, Context{}); return f.Key }

// request and response make messages of one transaction; via is the topmost Via without "SIP/2.0/UDP ".
func request(method, via, callID string) string {
	return fmt.Sprintf("%s sip:bob@example.com SIP/2.0\nVia: SIP/2.0/UDP %s\nVia: SIP/2.0/UDP other.example.com;branch=z9hG4bKother\nFrom: <sip:alice@example.com>;tag=1\nTo: <sip:bob@example.com>\nCall-ID: %s\nCSeq: 1 %s\n\n", method, via, callID, method)
}

func response(code int, method, via, callID string) string {
	return fmt.Sprintf("SIP/2.0 %d Whatever\nv: SIP/2.0/UDP %s\nFrom: <sip:alice@example.com>;tag=1\nTo: <sip:bob@example.com>;tag=2\ni: %s\nCSeq: 1  %s\n\n", code, via, callID, method)
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
