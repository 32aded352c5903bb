package trace

import (
	"testing"

	"sipls/server/text"
)

func TestSIPpScenario(t *testing.T) {
	tr := scanText(t, sippScenarioSample)
	checkStrings(t, "messages", outline(tr),
		`6-14 sipp-scenario "REGISTER sip:[remote_ip] SIP/2.0" masked/masked`,
		`19-21 sipp-scenario "ACK [next_url] SIP/2.0" masked/masked`,
	)
	if tr.Mode() != Scenario {
		t.Errorf("mode %v", tr.Mode())
	}
	seg, _ := tr.Segment(tr.Len() - 1)
	for i := range tr.Len() {
		if s, _ := tr.Segment(i); len(s.Messages) > 0 {
			seg = s
		}
	}
	if got, want := string(seg.Messages[0].Text), "ACK [next_url] SIP/2.0\n[last_Via:]\nContent-Length: 0"; got != want {
		t.Errorf("the last message is %q, want %q", got, want)
	}
}

func TestSIPpScenarioMessagesOnTheLineOfCDATA(t *testing.T) {
	tr := scanText(t, "<scenario>\n<send><![CDATA[BYE [next_url] SIP/2.0\n[routes]\nCSeq: [cseq] BYE\nContent-Type: text/plain\nContent-Length: [len]\n\n[field1]]]></send>\n"+
		"<send> <![CDATA[\n  SIP/2.0 486 Busy Here\n  [last_Via:]\n  [last_From:]\n\n  ]]>\n</send></scenario>\n")
	checkStrings(t, "messages", outline(tr),
		`2-8 sipp-scenario "BYE [next_url] SIP/2.0" masked/masked`,
		`10-13 sipp-scenario "SIP/2.0 486 Busy Here" masked/masked`,
	)
	seg, _ := tr.Segment(1)
	if got, want := string(seg.Messages[0].Bytes(seg.Messages[0].Body)), "[field1]"; got != want {
		t.Errorf("body %q, want %q", got, want)
	}
}

// Outside of a scenario nobody writes keywords.
func TestKeywordsAreNoURIInALog(t *testing.T) {
	tr := Scan(text.New([]byte("x\nACK [next_url] SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1\n\n")), Options{})
	checkStrings(t, "messages", outline(tr))
}
