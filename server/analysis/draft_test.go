package analysis_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipls/server/analysis"
	"sipls/server/check"
	"sipls/server/text"
)

func TestDraft(t *testing.T) {
	const (
		mark    = "<--- Received SIP request (300 bytes) from UDP:192.0.2.1:5060 --->\n"
		request = "OPTIONS sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"
		wrong   = "OPTIONS sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"
		body    = "MESSAGE sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 MESSAGE\nContent-Type: text/plain\nContent-Length: 5\n\nhello"
		timed   = "INVITE sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 INVITE\nContact: <sip:a@192.0.2.1>\nTimestamp: 54\nContent-Length: 0\n\n"
		trying  = "SIP/2.0 100 Trying\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 INVITE\nContent-Length: 0\n\n"
	)
	cookie := strings.NewReplacer("branch=1", "branch=z9hG4bK1")
	for _, c := range []struct {
		name, log string
		seq       int
		want      string // "" where there is no draft
		corrected bool
	}{
		{"nothing wrong", mark + request, 0, request, false},
		{"a safe fix", mark + wrong + mark + request, 0, cookie.Replace(wrong), true},
		{"a body keeps its end", mark + body + "\n" + mark + request, 0, cookie.Replace(body), true},
		{"cut off", mark + wrong[:len(wrong)-40], 0, "", false},
		{"masked", strings.ReplaceAll(mark+wrong, "192.0.2.1", "X.X.X.X"), 0, "", false},
		{"copied from the request", mark + timed + strings.Replace(mark, "request", "response", 1) + trying, 1, strings.Replace(trying, "Content-Length", "Timestamp: 54\nContent-Length", 1), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := analysis.New(analysis.Source{Name: "a.log"}, text.New([]byte(c.log)))
			draft, corrected, ok, err := s.Draft(t.Context(), c.seq, func(*check.Finding) bool { return true })
			if err != nil || ok != (c.want != "") || corrected != c.corrected {
				t.Fatalf("corrected %t, ok %t, %v", corrected, ok, err)
			}
			if d := cmp.Diff(strings.ReplaceAll(c.want, "\n", "\r\n"), string(draft)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestDraftMendsOnlyWhatIsWanted(t *testing.T) {
	const log = "<--- Received SIP request (300 bytes) from UDP:192.0.2.1:5060 --->\nOPTIONS sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"
	s := analysis.New(analysis.Source{Name: "a.log"}, text.New([]byte(log)))
	draft, corrected, ok, err := s.Draft(t.Context(), 0, func(*check.Finding) bool { return false })
	if err != nil || corrected || !ok || !strings.Contains(string(draft), "branch=1\r\n") {
		t.Errorf("%s: corrected %t, ok %t, %v", draft, corrected, ok, err)
	}
}
