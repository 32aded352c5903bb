package trace

import (
	"testing"

	"sipls/server/text"
)

func TestSIPpScenario(t *testing.T) {
	tr := scanText(t, sippScenarioSample)
	checkStrings(t, "messages", outline(tr),
		`6-14 sipp-scenario "REGISTER sip:[remote_ip] SIP/2.0" whole/masked`,
		`19-21 sipp-scenario "ACK [next_url] SIP/2.0" whole/masked`,
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
		`2-8 sipp-scenario "BYE [next_url] SIP/2.0" whole/masked`,
		`10-13 sipp-scenario "SIP/2.0 486 Busy Here" whole/masked`,
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

// Behind a scenario another text may follow, and a scenario may stand in another text.
func TestSIPpScenarioAmongOtherTexts(t *testing.T) {
	tr := scanText(t, sippScenarioSample+withMessages("2026-11-22 05:47:19 DEBUG x\n$OPTIONS\n")+sippScenarioSample)
	checkTiling(t, tr)
	checkStrings(t, "messages", outline(tr),
		`6-14 sipp-scenario "REGISTER sip:[remote_ip] SIP/2.0" whole/masked`, `19-21 sipp-scenario "ACK [next_url] SIP/2.0" whole/masked`,
		`24-32 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
		`38-46 sipp-scenario "REGISTER sip:[remote_ip] SIP/2.0" whole/masked`, `51-53 sipp-scenario "ACK [next_url] SIP/2.0" whole/masked`)
}

func TestKeywordIn(t *testing.T) {
	for s, want := range map[string]int{
		"sip:[service]@[remote_ip]": 9, "[$var]": 2, "[last_Via:]": 11, "[2001:db8::1]": 0, "[fe80::1]": 0, "[abc": 0, "[authentication username=a]": 27, "a[1]": 0,
	} {
		if got := keywordIn([]byte(s)); got != want {
			t.Errorf("%q: %d, want %d", s, got, want)
		}
	}
}

func TestABareTextThatGoesOnAsALog(t *testing.T) {
	tr := scanText(t, withMessages("$OPTIONS\n2026-11-22 05:47:19 note: INVITE follows\n2026-11-22 05:47:19 message: $INVITE\n2026-11-22 05:47:19 message: $200\n"))
	checkTiling(t, tr)
	checkStrings(t, "messages", outline(tr),
		`1-9 bare "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`, `11-28 plain "INVITE sip:bob@example.com SIP/2.0" whole/whole`, `29-36 plain "SIP/2.0 200 OK" whole/whole`)
}
