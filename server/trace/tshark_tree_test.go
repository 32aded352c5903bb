package trace

import (
	"strings"
	"testing"
)

const treeHead = `Frame 7: 900 bytes on wire (7200 bits), 900 bytes captured (7200 bits)
    Arrival Time: Nov 22, 2026 05:47:19.301621000 UTC
    Epoch Time: 1795326439.301621000 seconds
    [Protocols in frame: eth:ethertype:ip:udp:sip:sdp]
Ethernet II, Src: 02:00:00:00:00:01 (02:00:00:00:00:01), Dst: 02:00:00:00:00:02 (02:00:00:00:00:02)
Internet Protocol Version 4, Src: 192.0.2.70, Dst: 192.0.2.10
    Source Address: 192.0.2.70
User Datagram Protocol, Src Port: 5060, Dst Port: 5062
    Source Port: 5060
`

const treeInvite = `Session Initiation Protocol (INVITE)
    Request-Line: INVITE sip:bob@example.com SIP/2.0
        Method: INVITE
        Request-URI: sip:bob@example.com
            Request-URI User Part: bob
        [Resent Packet: False]
    Message Header
        Via: SIP/2.0/UDP 192.0.2.70:5060;branch=z9hG4bK74bf9
            Transport: UDP
        Max-Forwards: 70
        From: "\"A\" l" <sip:alice@example.com>;tag=9fxced76sl
        To: <sip:bob@example.com>
        Call-ID: 3848276298220188511@192.0.2.70
        [Generated Call-ID: 3848276298220188511@192.0.2.70]
        CSeq: 1 INVITE
            Sequence Number: 1
        X-House: 17
            [Expert Info (Note/Undecoded): Unrecognised SIP header (x-house)]
        Subject: one\r\n two\r\n\tthree
        Content-Type: application/sdp
        Content-Length: 93
    Message Body
        Session Description Protocol
            Session Description Protocol Version (v): 0
            Owner/Creator, Session Id (o): a 1 1 IN IP4 192.0.2.70
                Owner Username: a
            Session Name (s): (x): y
            Connection Information (c): IN IP4 192.0.2.70
            Time Description, active time (t): 0 0
            Media Description, name and address (m): audio 49170 RTP/AVP 0
                Media Title (i): no line of the body
            [Generated Call-ID: 3848276298220188511@192.0.2.70]
`

const treeMessage = `
Frame 8: 500 bytes on wire
Internet Protocol Version 6, Src: 2001:db8::70, Dst: 2001:db8::10
Transmission Control Protocol, Src Port: 5060, Dst Port: 49152, Seq: 1, Ack: 1, Len: 535
Session Initiation Protocol (MESSAGE)
    Request-Line: MESSAGE sip:bob@example.com SIP/2.0
    Message Header
        Via: SIP/2.0/TCP 192.0.2.70:5060;branch=z9hG4bK74bfa
        From: <sip:alice@example.com>;tag=9fxced76sm
        To: <sip:bob@example.com>
        Call-ID: 3848276298220188512@192.0.2.70
        CSeq: 2 MESSAGE
        Content-Type: text/plain
        Content-Length: 14
    Message Body
        Line-based text data: text/plain (3 lines)
            hello\r\n
            \r\n
            world
Session Initiation Protocol (200)
    Status-Line: SIP/2.0 200 OK
    Message Header
        Via: SIP/2.0/TCP 192.0.2.70:5060;branch=z9hG4bK74bfb
        From: <sip:alice@example.com>;tag=9fxced76sn
        To: <sip:bob@example.com>;tag=1
        Call-ID: 3848276298220188513@192.0.2.70
        CSeq: 3 INFO
        Content-Type: application/dtmf-relay
        Content-Length: 10
    Message Body
        Signal=5\r\n
`

const treeSample = treeHead + treeInvite + treeMessage

func TestTsharkTree(t *testing.T) {
	checkDissected(t, treeSample,
		[]string{
			`11-39 tshark-tree "INVITE sip:bob@example.com SIP/2.0" whole/whole`,
			`47-60 tshark-tree "MESSAGE sip:bob@example.com SIP/2.0" whole/whole`,
			`62-72 tshark-tree "SIP/2.0 200 OK" whole/whole`,
		},
		[]string{
			"Nov 22, 2026 05:47:19.301621000 UTC - 192.0.2.70 5060>192.0.2.10 5062 - 0",
			"- - 2001:db8::70 5060>2001:db8::10 49152 - 0",
			"- - 2001:db8::70 5060>2001:db8::10 49152 - 0",
		},
		[]string{
			`INVITE sip:bob@example.com SIP/2.0
Via: SIP/2.0/UDP 192.0.2.70:5060;branch=z9hG4bK74bf9
Max-Forwards: 70
From: "\"A\" l" <sip:alice@example.com>;tag=9fxced76sl
To: <sip:bob@example.com>
Call-ID: 3848276298220188511@192.0.2.70
CSeq: 1 INVITE
X-House: 17
Subject: one
 two
	three
Content-Type: application/sdp
Content-Length: 93

v=0
o=a 1 1 IN IP4 192.0.2.70
s=(x): y
c=IN IP4 192.0.2.70
t=0 0
m=audio 49170 RTP/AVP 0
`,
			`MESSAGE sip:bob@example.com SIP/2.0
Via: SIP/2.0/TCP 192.0.2.70:5060;branch=z9hG4bK74bfa
From: <sip:alice@example.com>;tag=9fxced76sm
To: <sip:bob@example.com>
Call-ID: 3848276298220188512@192.0.2.70
CSeq: 2 MESSAGE
Content-Type: text/plain
Content-Length: 14

hello

world`,
			`SIP/2.0 200 OK
Via: SIP/2.0/TCP 192.0.2.70:5060;branch=z9hG4bK74bfb
From: <sip:alice@example.com>;tag=9fxced76sn
To: <sip:bob@example.com>;tag=1
Call-ID: 3848276298220188513@192.0.2.70
CSeq: 3 INFO
Content-Type: application/dtmf-relay
Content-Length: 10

Signal=5
`,
		})
}

// Old versions have names of hosts, and SDP as a layer of its own.
const treeEtherealSample = `Frame 1 (361 on wire, 361 captured)
    Arrival Time: Nov 22, 2026 05:47:19.301621000
Internet Protocol, Src Addr: phone.example.com (192.0.2.70), Dst Addr: 192.0.2.10 (192.0.2.10)
    Source: phone.example.com (192.0.2.70)
User Datagram Protocol, Src Port: 1028 (1028), Dst Port: sip (5060)
Session Initiation Protocol
    Status line: SIP/2.0 200 OK
    Message Header
        Via: SIP/2.0/UDP 192.0.2.70
        From: sip:1111@192.0.2.10
        To: sip:1111@192.0.2.10;tag=2
        Call-ID: 1-reg@192.0.2.70
        Cseq: 14 INVITE
        Content-Type: application/sdp
        Content-Length: 17
Session Description Protocol
    Session Description Protocol Version (v): 0
    Time Description, active time (t): 0 0
    Session Attribute (a): b
`

func TestEthereal(t *testing.T) {
	checkDissected(t, treeEtherealSample,
		[]string{`7-19 tshark-tree "SIP/2.0 200 OK" whole/whole`},
		[]string{"Nov 22, 2026 05:47:19.301621000 - 192.0.2.70 1028>192.0.2.10 5060 - 0"},
		[]string{"SIP/2.0 200 OK\nVia: SIP/2.0/UDP 192.0.2.70\nFrom: sip:1111@192.0.2.10\nTo: sip:1111@192.0.2.10;tag=2\nCall-ID: 1-reg@192.0.2.70\nCseq: 14 INVITE\n" +
			"Content-Type: application/sdp\nContent-Length: 17\n\nv=0\nt=0 0\na=b\n"})
}

// With -P the line of the list stands above the tree, with display_raw_text the message stands there once more.
const treeRawSample = "    7   0.000000   192.0.2.70 → 192.0.2.10   SIP/SDP 900 Request: INVITE sip:bob@example.com | \n" + treeHead + treeInvite +
	`Session Initiation Protocol (SIP as raw text)
    INVITE sip:bob@example.com SIP/2.0\r\n
    Via: SIP/2.0/UDP 192.0.2.70:5060;branch=z9hG4bK74bf9\r\n
    Call-ID: 3848276298220188511@192.0.2.70\r\n
    Content-Length: 93\r\n
    \r\n
    v=0\r\n

`

func TestTsharkTreeShowsAMessageOnce(t *testing.T) {
	for _, s := range []string{treeRawSample, strings.Replace(treeRawSample, " | \n", "\n\n", 1)} {
		if got := outline(scanText(t, s)); len(got) != 1 || !strings.Contains(got[0], "tshark-tree") {
			t.Errorf("%q", got)
		}
	}
	other := strings.Replace(treeRawSample, "    7 ", "   17 ", 1)
	if got := outline(scanText(t, other)); len(got) != 2 || !strings.Contains(got[0], "tshark-summary") {
		t.Errorf("the line of another packet: %q", got)
	}
}

// What a tree does not show as text, or not at all, is no defect of the message.
func TestTsharkTreeDecodesBodies(t *testing.T) {
	const head = `Session Initiation Protocol (PUBLISH)
    Request-Line: PUBLISH sip:bob@example.com SIP/2.0
    Message Header
        Via: SIP/2.0/UDP 192.0.2.70:5060;branch=z9hG4bK74bfa
        From: <sip:alice@example.com>;tag=9fxced76sm
        To: <sip:bob@example.com>
        Call-ID: 3848276298220188512@192.0.2.70
        CSeq: 2 PUBLISH
        Content-Type: a/b
        Content-Length: 21
    Message Body
`
	for body, want := range map[string]string{
		"        eXtensible Markup Language\n            <?xml\n                version=\"1.0\"\n": " unknown",
		"        Sipfrag\n            SIP/2.0 180 Ringing\n":                                       "SIP/2.0 180 Ringing\n whole",
		"        MIME Multipart Media Encapsulation, Type: multipart/mixed, Boundary: \"b\"\n            Encapsulated multipart part:  (application/sdp)\n" +
			"                Session Description Protocol\n                    Session Description Protocol Version (v): 0\n": " unknown",
	} {
		tr := scanText(t, head+body)
		seg, _ := tr.Segment(0)
		m := seg.Messages[0]
		if got := strings.ReplaceAll(string(m.Bytes(m.Body)), "\r\n", "\n") + " " + m.Tail.Is.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	cut := head[:strings.Index(head, "        Call-ID")]
	checkStrings(t, "cut", outline(scanText(t, cut)), `2-6 tshark-tree "PUBLISH sip:bob@example.com SIP/2.0" cut/cut`)
}
