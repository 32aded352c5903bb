package analysis_test

import (
	"strings"
	"testing"

	"sipls/server/analysis"
	"sipls/server/text"
)

func TestRelatedPlacesAreInTheMessageOfTheFinding(t *testing.T) {
	const message = "OPTIONS sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nMax-Forwards: 70\r\nFrom: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.com>\r\nCall-ID: 1@192.0.2.1\r\nCSeq: 1 OPTIONS\r\nAccept: application/sdp\r\n"
	content := message + "Content-Length: 0\r\n\r\n" + message + "Max-Forwards: 69\r\nContent-Length: 0\r\n\r\n"
	s := analysis.New(analysis.Source{Name: "two.sip"}, text.New([]byte(content)))
	found := findingsOf(t, s, "single-header-twice")
	if len(found) != 1 || len(found[0].Related) != 1 {
		t.Fatalf("findings: %+v", found)
	}
	from, _ := s.RefRange(found[0].Related[0].At)
	if want := strings.LastIndex(content, "Max-Forwards: 70"); int(from) != want {
		t.Errorf("the first one is at %d, want %d", from, want)
	}
}
