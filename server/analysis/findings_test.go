package analysis_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"sipls/server/analysis"
	"sipls/server/check"
	"sipls/server/scenario"
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

// A snapshot that is asked once judges on all processors, in the same order.
func TestFindingsAtOnceAreThoseOneByOne(t *testing.T) {
	var log bytes.Buffer
	if err := scenario.Generate(&log, scenario.AsteriskFull, 1<<20, 3); err != nil {
		t.Fatal(err)
	}
	broken := bytes.ReplaceAll(log.Bytes(), []byte("Max-Forwards: 70\n"), []byte("Max-Forwards: 700\n"))
	one := analysis.New(analysis.Source{Name: "x.log"}, text.New(broken))
	once := analysis.New(analysis.Source{Name: "x.log", Once: true}, text.New(broken))
	want, err := one.Findings(context.Background())
	if err != nil || len(want) < 500 {
		t.Fatalf("%d findings, %v", len(want), err)
	}
	got, err := once.Findings(context.Background())
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d findings, %v; one by one %d", len(got), err, len(want))
	}
	for i := range want {
		if got[i].Rule != want[i].Rule || got[i].At != want[i].At {
			t.Fatalf("finding %d is %s at %v, one by one %s at %v", i, got[i].Rule.Name, got[i].At, want[i].Rule.Name, want[i].At)
		}
	}
	n := 0
	if err := once.EachFinding(context.Background(), func(check.Finding) bool { n++; return n < 10 }); err != nil || n != 10 {
		t.Errorf("stopped after %d findings, %v", n, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	if err := once.EachFinding(ctx, func(check.Finding) bool { cancel(); return true }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
