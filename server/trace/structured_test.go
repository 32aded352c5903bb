package trace

import (
	"strings"
	"testing"
)

// dissected are the samples of formats that take a message apart, for the tests that look at all texts.
func dissected() []string {
	return []string{
		treeSample, treeEtherealSample, treeRawSample, jsonSample, jsonOldSample, ekSample, summarySample, summaryDateSample, shortMessageSample,
		ngrepWrappedSample, ngrepOneLineSample, tcpdumpSample, tcpdumpVerboseSample, tcpdumpSummarySample, followSample,
	}
}

// texts returns the text of each message, LF for CR LF.
func texts(t *Trace) []string {
	var out []string
	for i := range t.Len() {
		seg, _ := t.Segment(i)
		for _, m := range seg.Messages {
			out = append(out, strings.ReplaceAll(string(m.Text), "\r\n", "\n"))
		}
	}
	return out
}

// checkDissected checks what must be found in a text: outlines and envelopes as in a sample, and the texts of the messages.
func checkDissected(t *testing.T, s string, outlines, envelope, text []string) {
	t.Helper()
	tr := scanText(t, s)
	checkStrings(t, "messages", outline(tr), outlines...)
	checkStrings(t, "envelopes", envelopes(tr), envelope...)
	checkStrings(t, "texts", texts(tr), text...)
	for i := range tr.Len() {
		seg, _ := tr.Segment(i)
		for _, m := range seg.Messages {
			checkLogOfPhys(t, m)
		}
	}
}

// TestDissectedTextsTurnIntoNothing: what only resembles such formats is no message.
func TestDissectedTextsTurnIntoNothing(t *testing.T) {
	for _, s := range []string{
		"    Request-Line: INVITE sip:bob@example.com SIP/2.0\n",
		"    Request-Line: INVITE sip:bob@example.com SIP/2.0\n        Method: INVITE\n\n    Message Header\n",
		`  "sip.Request-Line": "INVITE sip:bob@example.com SIP/2.0",` + "\n",
		`{"sip":{"sip_sip_Request-Line":"INVITE sip:bob@example.com SIP/2.0","sip_sip_Method":"INVITE"}}` + "\n",
		"12:00:00 the SIP 500 Request: REGISTER sip:example.com\n",
		"  1 0.000000 here there SIP 509 Request: REGISTER sip:example.com\n",
		"  1 0.000000 192.0.2.70 → 192.0.2.10 SIP 509 Request: the phone\n",
		"  1 0.000000 192.0.2.70 → 192.0.2.10 SIP 509 Status: fine\n",
		"2026-11-22\t05:47:16.921664\t1795326436.921664\tX\ta@192.0.2.70\tCSeq:1 OPTIONS\tOPTIONS sip:192.0.2.10 SIP/2.0\n",
		"U 192.0.2.70:5060 -> 192.0.2.10:5060 #1\n  hello SIP/2.0 200 OK..Via: SIP/2.0/UDP 192.0.2.70..\n",
		"05:47:19.301621 IP 192.0.2.70.5060 > 192.0.2.10.5060: SIP: hello SIP/2.0\n",
		"05:47:19.301621 IP 192.0.2.70 > 192.0.2.10: SIP: OPTIONS sip:192.0.2.10 SIP/2.0\n",
	} {
		if got := outline(scanText(t, s)); got != nil {
			t.Errorf("%q: %q", s, got)
		}
	}
}
