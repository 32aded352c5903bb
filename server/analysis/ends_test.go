package analysis_test

import (
	"testing"

	"sipls/server/analysis"
	"sipls/server/text"
)

func TestEndsOfAFollowedStream(t *testing.T) {
	const message = "OPTIONS sip:192.0.2.10 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.70:5060;branch=z9hG4bK776asdhds\r\nFrom: <sip:probe@example.com>;tag=1\r\nTo: <sip:192.0.2.10>\r\nCall-ID: 1@192.0.2.70\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
	stream := func(a, b string) string {
		return "===================================================================\nFollow: udp,ascii\nFilter: udp.stream eq 0\nNode 0: " + a + "\nNode 1: " + b +
			"\n254\n" + message + "\n\t254\n" + message + "\n"
	}
	s := analysis.New(analysis.Source{Name: "x.txt"}, text.New([]byte(stream("192.0.2.70:5060", "192.0.2.10:5060")+stream("192.0.2.71:5060", "192.0.2.10:5060"))))
	var got []string
	for m := range s.All {
		src, dst := s.Ends(m)
		got = append(got, src+" > "+dst)
	}
	want := []string{
		"192.0.2.70:5060 > 192.0.2.10:5060", "192.0.2.10:5060 > 192.0.2.70:5060",
		"192.0.2.71:5060 > 192.0.2.10:5060", "192.0.2.10:5060 > 192.0.2.71:5060",
	}
	if len(got) != len(want) {
		t.Fatalf("%q", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("message %d: %q, want %q", i, got[i], want[i])
		}
	}
}
