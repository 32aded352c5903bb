package trace

import "testing"

const shortMessageSample = "2026-11-22\t05:47:16.921664\t1795326436.921664\tS\t1-899@192.0.2.20\tCSeq:1 INVITE\tINVITE sip:2000@example.com SIP/2.0\n" +
	"2026-11-22\t05:47:16.921793\t1795326436.921793\tR\t1-899@192.0.2.20\tCSeq:1 INVITE\tSIP/2.0 100 trying -- your call is important to us\r\n" +
	"2026-11-22\t05:47:16.923725\t1795326436.923725\tR\t1-899@192.0.2.20\tCSeq: 1 INVITE \tSIP/2.0 180 Ringing"

func TestSIPpShortMessages(t *testing.T) {
	checkDissected(t, shortMessageSample,
		[]string{
			`1-1 sipp-shortmsg "INVITE sip:2000@example.com SIP/2.0" unknown/unknown`,
			`2-2 sipp-shortmsg "SIP/2.0 100 trying -- your call is important to us" unknown/unknown`,
			`3-3 sipp-shortmsg "SIP/2.0 180 Ringing" unknown/unknown`,
		},
		[]string{
			"2026-11-22\t05:47:16.921664 sent ->- - 0",
			"2026-11-22\t05:47:16.921793 received ->- - 0",
			"2026-11-22\t05:47:16.923725 received ->- - 0",
		},
		[]string{
			"INVITE sip:2000@example.com SIP/2.0\nCall-ID: 1-899@192.0.2.20\nCSeq: 1 INVITE\n",
			"SIP/2.0 100 trying -- your call is important to us\nCall-ID: 1-899@192.0.2.20\nCSeq: 1 INVITE\n",
			"SIP/2.0 180 Ringing\nCall-ID: 1-899@192.0.2.20\nCSeq: 1 INVITE\n",
		})
	seg, _ := scanText(t, shortMessageSample).Segment(0)
	if m := seg.Messages[0]; string(m.CallID()) != "1-899@192.0.2.20" || string(m.Bytes(m.CSeq().Method)) != "INVITE" {
		t.Errorf("Call-ID %q, CSeq %q", m.CallID(), m.Bytes(m.CSeq().Method))
	}
}
