package trace

import (
	"strings"
	"testing"
)

const jsonLayers = `  {
    "_index": "packets-2026-11-22",
    "_source": {
      "layers": {
        "frame": {
          "frame.time": "Nov 22, 2026 05:47:19.301621000 UTC",
          "frame.time_epoch": "1795326439.301621000"
        },
        "ip": {
          "ip.src": "203.0.113.1",
          "ip.dst": "203.0.113.2"
        },
        "ipv6": {
          "ipv6.src": "2001:db8::70",
          "ipv6.addr": "2001:db8::70",
          "ipv6.dst": "2001:db8::10"
        },
        "tcp": {
          "tcp.srcport": "5060",
          "tcp.dstport": "49152"
        },
`

// As tshark has it since version 4: the body stands behind the header section.
const jsonSample = "[\n" + jsonLayers + `        "sip": {
          "sip.Status-Line": "SIP/2.0 200 d\u2019accord \"x\\y\" \u002f\/",
          "sip.Status-Line_tree": {
            "sip.Status-Code": "200"
          },
          "sip.msg_hdr": "Via: SIP/2.0/TCP 192.0.2.70:5060;branch=z9hG4bK74bfa\r\nFrom: \"Al\" <sip:alice@example.com>;tag=9fxced76sm\r\nTo: <sip:bob@example.com>;tag=1\r\nCall-ID: 3848276298220188512@192.0.2.70\r\nCSeq: 2 INVITE\r\nSubject: one\r\n two\r\nContent-Length: 7\r\n\r\nhello\r\n",
          "sip.msg_hdr_tree": {
            "sip.Via": "SIP/2.0/TCP 192.0.2.70:5060;branch=z9hG4bK74bfa"
          }
        }
      }
    }
  }
]
`

// As older versions have it: the body is decoded.
const jsonOldSample = "[\n" + jsonLayers + `        "sip": {
          "sip.Request-Line": "INVITE sip:bob@example.com SIP/2.0",
          "sip.msg_hdr": "Via: SIP/2.0/TCP 192.0.2.70:5060;branch=z9hG4bK74bfa\r\nFrom: <sip:alice@example.com>;tag=9fxced76sm\r\nTo: <sip:bob@example.com>\r\nCall-ID: 3848276298220188512@192.0.2.70\r\nCSeq: 2 INVITE\r\nContent-Type: application/sdp\r\nContent-Length: 67\r\n",
          "sip.msg_body": {
            "sdp": {
              "sdp.version": "0",
              "sdp.owner": "a 1 1 IN IP4 192.0.2.70",
              "sdp.owner_tree": {
                "sdp.owner.username": "a"
              },
              "sdp.session_name": "\"x\"",
              "sdp.time": "0 0",
              "sdp.media": "audio 1 RTP/AVP 0",
              "sdp.media_attr": "b"
            }
          }
        }
      }
    }
  },
` + jsonLayers + `        "sip": {
          "sip.Request-Line": "BYE sip:bob@example.com SIP/2.0",
          "sip.msg_hdr": "Via: SIP/2.0/TCP 192.0.2.70:5060;branch=z9hG4bK74bfb\r\nFrom: <sip:alice@example.com>;tag=9fxced76sm\r\n`

func TestTsharkJSON(t *testing.T) {
	const envelope = "Nov 22, 2026 05:47:19.301621000 UTC - 2001:db8::70 5060>2001:db8::10 49152 - 0"
	checkDissected(t, jsonSample,
		[]string{`24-28 tshark-json "SIP/2.0 200 d’accord \"x\\y\" //" whole/whole`},
		[]string{envelope},
		[]string{"SIP/2.0 200 d’accord \"x\\y\" //\nVia: SIP/2.0/TCP 192.0.2.70:5060;branch=z9hG4bK74bfa\nFrom: \"Al\" <sip:alice@example.com>;tag=9fxced76sm\nTo: <sip:bob@example.com>;tag=1\n" +
			"Call-ID: 3848276298220188512@192.0.2.70\nCSeq: 2 INVITE\nSubject: one\n two\nContent-Length: 7\n\nhello\n"})
	checkDissected(t, jsonOldSample,
		[]string{
			`24-36 tshark-json "INVITE sip:bob@example.com SIP/2.0" whole/whole`,
			`65-66 tshark-json "BYE sip:bob@example.com SIP/2.0" cut/cut`,
		},
		[]string{envelope, envelope},
		[]string{
			"INVITE sip:bob@example.com SIP/2.0\nVia: SIP/2.0/TCP 192.0.2.70:5060;branch=z9hG4bK74bfa\nFrom: <sip:alice@example.com>;tag=9fxced76sm\nTo: <sip:bob@example.com>\n" +
				"Call-ID: 3848276298220188512@192.0.2.70\nCSeq: 2 INVITE\nContent-Type: application/sdp\nContent-Length: 67\n\n" +
				"v=0\no=a 1 1 IN IP4 192.0.2.70\ns=\"x\"\nt=0 0\nm=audio 1 RTP/AVP 0\na=b\n",
			"BYE sip:bob@example.com SIP/2.0\nVia: SIP/2.0/TCP 192.0.2.70:5060;branch=z9hG4bK74bfb\nFrom: <sip:alice@example.com>;tag=9fxced76sm\n\n",
		})
}

// With -x the layers are longer than a look back goes: the nearest ones say something.
func TestTsharkJSONFarFromThePacket(t *testing.T) {
	far := strings.Replace(jsonSample, `        "ipv6": {`+"\n", `        "ipv6": {`+"\n"+strings.Repeat(`          "raw": "`+strings.Repeat("0", 900)+"\"\n", 15), 1)
	checkStrings(t, "envelopes", envelopes(scanText(t, far)), "- - 2001:db8::70 5060>2001:db8::10 49152 - 0")
}

// Two messages in one packet, between the same ends.
func TestTsharkJSONWithSeveralMessages(t *testing.T) {
	second := `        "sip": {
          "sip.Request-Line": "BYE sip:bob@example.com SIP/2.0",
          "sip.msg_hdr": "Via: SIP/2.0/TCP 192.0.2.70:5060;branch=z9hG4bK74bfb\r\nFrom: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.com>;tag=2\r\nCall-ID: 1@192.0.2.70\r\nCSeq: 3 BYE\r\nContent-Length: 0\r\n\r\n"
        },
`
	text := strings.Replace(jsonSample, `        "sip": {`, second+`        "sip": {`, 1)
	tr := scanText(t, text)
	checkStrings(t, "messages", outline(tr),
		`24-25 tshark-json "BYE sip:bob@example.com SIP/2.0" whole/whole`,
		`28-32 tshark-json "SIP/2.0 200 d’accord \"x\\y\" //" whole/whole`)
	const envelope = "Nov 22, 2026 05:47:19.301621000 UTC - 2001:db8::70 5060>2001:db8::10 49152 - 0"
	checkStrings(t, "envelopes", envelopes(tr), envelope, envelope)
	broken := strings.Replace(text, `"sip.Status-Line": "SIP/2.0 200`, `"sip.Status-Line": "SIP/2.0 2OO`, 1)
	checkStrings(t, "messages", outline(scanText(t, broken)), `24-25 tshark-json "BYE sip:bob@example.com SIP/2.0" whole/whole`)
}
