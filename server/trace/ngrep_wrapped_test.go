package trace

import (
	"strings"
	"testing"
)

const (
	ngrepPacketHead = "U 2026/11/22 09:22:38.651179 192.0.2.70:5060 -> 192.0.2.10:5060 #1\n"
	ngrepStream     = "T +3605102350.221255 192.0.2.70:5060 -> 192.0.2.10:49152 [AP] #2\n"
)

// ngrepPoints returns a message as one line, each CR LF shown as two points.
func ngrepPoints(name string) string {
	return strings.ReplaceAll(sampleMessages[name], "\n", "..")
}

// Start lines and points are broken; a value ends in points; a value holds what looks like a line end.
var ngrepWrappedSample = "interface: eth0\n#\n" + ngrepPacketHead + wrapped(ngrepPoints("INVITE")) +
	ngrepStream + wrapped("REGISTER sip:a-registrar-whose-name-is-so-long-that-its-line-breaks.example.com SIP/2.0.."+
	"Via: SIP/2.0/UDP 192.0.2.70:5060;branch=z9hG4bK776asdhds..From: <sip:probe@example.com>;tag=1928301774..To: <sip:192.0.2.10>..Call-ID: a84b..z:66710@192.0.2.70..CSeq: 1 REGISTER.."+
	"Subject: and so on. and on...X-House: 1.. folded..Content-Length: 0....")

func TestNgrepWrapped(t *testing.T) {
	checkDissected(t, ngrepWrappedSample,
		[]string{
			`4-10 ngrep-wrapped "INVITE sip:bob@example.com SIP/2.0" whole/whole`,
			`13-17 ngrep-wrapped "REGISTER sip:a-registrar-whose-name-is-so-long-that-its-line-breaks.example.com SIP/2.0" whole/whole`,
		},
		[]string{
			"2026/11/22 09:22:38.651179 - 192.0.2.70 5060>192.0.2.10 5060 - 0",
			"- - 192.0.2.70 5060>192.0.2.10 49152 - 0",
		},
		[]string{
			sampleMessages["INVITE"],
			"REGISTER sip:a-registrar-whose-name-is-so-long-that-its-line-breaks.example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.70:5060;branch=z9hG4bK776asdhds\nFrom: <sip:probe@example.com>;tag=1928301774\n" +
				"To: <sip:192.0.2.10>\nCall-ID: a84b..z:66710@192.0.2.70\nCSeq: 1 REGISTER\nSubject: and so on. and on.\nX-House: 1\n folded\nContent-Length: 0\n\n",
		})
}

// With -W single and none.
var ngrepOneLineSample = strings.TrimSuffix(ngrepPacketHead, " #1\n") + " " + ngrepPoints("OPTIONS") + "\n\n" +
	"T 192.0.2.10:5060 -> 192.0.2.70:5060 [AP] #2 " + ngrepPoints("200") + "\n" +
	ngrepPacketHead + ngrepPoints("407") + "\n#\n" + ngrepPacketHead + ngrepPoints("INVITE") + "\n#\n"

func TestNgrepInOneLine(t *testing.T) {
	const ends = "2026/11/22 09:22:38.651179 - 192.0.2.70 5060>192.0.2.10 5060 - 0"
	checkDissected(t, ngrepOneLineSample,
		[]string{
			`1-1 ngrep-wrapped "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			`3-3 ngrep-wrapped "SIP/2.0 200 OK" whole/whole`,
			`5-5 ngrep-wrapped "SIP/2.0 407 Proxy Authentication Required" whole/whole`,
			`8-8 ngrep-wrapped "INVITE sip:bob@example.com SIP/2.0" whole/whole`,
		},
		[]string{ends, "- - 192.0.2.10 5060>192.0.2.70 5060 - 0", ends, ends},
		[]string{sampleMessages["OPTIONS"], sampleMessages["200"], sampleMessages["407"], sampleMessages["INVITE"]})
}

// A body whose lines end in LF has one point for each.
func TestNgrepBodyWithLF(t *testing.T) {
	head, body, _ := strings.Cut(sampleMessages["INVITE"], "\n\n")
	packet := strings.ReplaceAll(head+"\n\n", "\n", "..") + strings.ReplaceAll(body, "\n", ".")
	tr := scanText(t, ngrepPacketHead+wrapped(strings.Replace(packet, "Content-Length: 132", "Content-Length: 125", 1)))
	seg, _ := tr.Segment(0)
	if m := seg.Messages[0]; !strings.HasPrefix(string(m.Bytes(m.Body)), strings.TrimSuffix(body, "\n")) {
		t.Errorf("%q", m.Bytes(m.Body))
	}
}

// Several messages in one packet, bodies of other types, and points in values.
func TestNgrepPackets(t *testing.T) {
	withBody := strings.Replace(strings.Replace(sampleMessages["OPTIONS"], "OPTIONS sip", "MESSAGE sip", 1), "Content-Length: 0\n\n", "Subject: wait....really\nContent-Type: text/plain\nContent-Length: 14\n\nHello\n\nworld", 1)
	packet := strings.ReplaceAll(sampleMessages["200"]+sampleMessages["INVITE"]+withBody, "\n", "..")
	for _, s := range []string{ngrepPacketHead + wrapped(packet), ngrepPacketHead + packet + "\n"} {
		tr := scanText(t, s)
		checkStrings(t, "texts", texts(tr), sampleMessages["200"], sampleMessages["INVITE"], withBody)
		seg, _ := tr.Segment(0)
		if len(seg.Messages) != 3 || seg.Envelopes[2] != seg.Envelopes[0] || seg.Envelopes[0].Src.Host.Len == 0 {
			t.Errorf("%d messages, envelopes %+v", len(seg.Messages), seg.Envelopes)
		}
		for _, m := range seg.Messages {
			checkLogOfPhys(t, m)
		}
	}
	fragment := strings.ReplaceAll(strings.Replace(withBody, "text/plain\nContent-Length: 14\n\nHello\n\nworld", "message/sipfrag\nContent-Length: 33\n\nSIP/2.0 100 Trying\nTo: <sip:a@b>", 1), "\n", "..")
	if got := texts(scanText(t, ngrepPacketHead+wrapped(fragment))); len(got) != 1 || !strings.HasSuffix(got[0], "\n\nSIP/2.0 100 Trying\nTo: <sip:a@b>") {
		t.Errorf("%q", got)
	}
}
