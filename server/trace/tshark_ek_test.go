package trace

import (
	"strings"
	"testing"
)

var ekSample = `{"index":{"_index":"packets-2026-11-22","_type":"doc"}}
{"timestamp":"1795326439301","layers":{"frame":{"frame_frame_time":"2026-11-22T05:47:19.301621000Z"},"ip":{"ip_ip_src":"203.0.113.1","ip_ip_dst":"203.0.113.2"},` +
	`"ip":{"ip_ip_src":"192.0.2.70","ip_ip_addr":["192.0.2.70","192.0.2.10"],"ip_ip_dst":"192.0.2.10"},"udp":{"udp_udp_srcport":"5060","udp_udp_dstport":"5062",` +
	`"udp_udp_payload":"` + strings.Repeat("49:4e:56:", 400) + `"},"sip":{"sip_sip_Request-Line":"INVITE sip:bob@example.com SIP/2.0","sip_sip_Method":"INVITE",` +
	`"sip_sip_msg_hdr":"Via: SIP/2.0/UDP 192.0.2.70:5060;branch=z9hG4bK74bfa\r\nFrom: \"Al\" <sip:alice@example.com>;tag=9fxced76sm\r\nTo: <sip:bob@example.com>\r\n` +
	`Call-ID: 3848276298220188512@192.0.2.70\r\nCSeq: 2 INVITE\r\nContent-Length: 5\r\n\r\nv=0\r\n","sip_sip_Via":["SIP/2.0/UDP 192.0.2.70:5060;branch=z9hG4bK74bfa"]}}}
{"index":{"_index":"packets-2026-11-22","_type":"doc"}}
{"timestamp":"1795326440301","layers":{"ipv6":{"ipv6_ipv6_src":"2001:db8::70","ipv6_ipv6_dst":"2001:db8::10"},"tcp":{"tcp_tcp_srcport":"5060","tcp_tcp_dstport":"49152"},` +
	`"sip":[{"sip_sip_Status-Line":"SIP/2.0 200 OK","sip_sip_msg_hdr":"Via: SIP/2.0/TCP 192.0.2.70:5060;branch=z9hG4bK74bfb\r\nFrom: <sip:alice@example.com>;tag=1\r\n` +
	`To: <sip:bob@example.com>;tag=2\r\nCall-ID: 1@192.0.2.70\r\nCSeq: 2 BYE\r\nContent-Length: 0\r\n"},{"sip_sip_Status-Line":"SIP/2.0 486 Busy Here","sip_sip_msg_hdr":"` +
	`Via: SIP/2.0/TCP 192.0.2.70:5060;branch=z9hG4bK74bfc\r\nFrom: <sip:alice@example.com>;tag=1\r\nTo: <sip:bob@example.com>;tag=2\r\nCall-ID: 2@192.0.2.70\r\n` +
	`CSeq: 2 INVITE\r\nContent-Length: 0\r\n"}]}}
`

func TestTsharkEK(t *testing.T) {
	checkDissected(t, ekSample,
		[]string{
			`2-2 tshark-ek "INVITE sip:bob@example.com SIP/2.0" whole/whole`,
			`4-4 tshark-ek "SIP/2.0 200 OK" whole/whole`,
			`4-4 tshark-ek "SIP/2.0 486 Busy Here" whole/whole`,
		},
		[]string{
			"2026-11-22T05:47:19.301621000Z - 192.0.2.70 5060>192.0.2.10 5062 - 0",
			"1795326440301 - 2001:db8::70 5060>2001:db8::10 49152 - 0",
			"1795326440301 - 2001:db8::70 5060>2001:db8::10 49152 - 0",
		},
		[]string{
			"INVITE sip:bob@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.70:5060;branch=z9hG4bK74bfa\nFrom: \"Al\" <sip:alice@example.com>;tag=9fxced76sm\nTo: <sip:bob@example.com>\n" +
				"Call-ID: 3848276298220188512@192.0.2.70\nCSeq: 2 INVITE\nContent-Length: 5\n\nv=0\n",
			"SIP/2.0 200 OK\nVia: SIP/2.0/TCP 192.0.2.70:5060;branch=z9hG4bK74bfb\nFrom: <sip:alice@example.com>;tag=1\nTo: <sip:bob@example.com>;tag=2\nCall-ID: 1@192.0.2.70\nCSeq: 2 BYE\nContent-Length: 0\n\n",
			"SIP/2.0 486 Busy Here\nVia: SIP/2.0/TCP 192.0.2.70:5060;branch=z9hG4bK74bfc\nFrom: <sip:alice@example.com>;tag=1\nTo: <sip:bob@example.com>;tag=2\nCall-ID: 2@192.0.2.70\nCSeq: 2 INVITE\nContent-Length: 0\n\n",
		})
}
