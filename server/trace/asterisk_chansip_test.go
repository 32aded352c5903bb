package trace

import (
	"strings"
	"testing"
)

func TestAsteriskChanSIP(t *testing.T) {
	runSamples(t, []sample{
		{
			name: "read and sent, a request and a response",
			text: "\n<--- SIP read from UDP:192.0.2.70:5060 --->\n$OPTIONS\n<------------->\n--- (8 headers 0 lines) ---\n" +
				"\n<--- Transmitting (no NAT) to 192.0.2.70:5060 --->\n$200\n\n<------------>\n" +
				"Scheduling destruction of SIP dialog 'a84b4c76e66710@192.0.2.70' in 32000 ms (Method: OPTIONS)\n" +
				"Reliably Transmitting (NAT) to 192.0.2.70:5060:\n$OPTIONS\n\n---\n",
			outline: []string{
				`3-11 asterisk-chansip "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`16-23 asterisk-chansip "SIP/2.0 200 OK" whole/whole`,
				`28-36 asterisk-chansip "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
			envelopes: []string{
				"- received 192.0.2.70 5060>- UDP 0",
				"- sent ->192.0.2.70 5060 - 0",
				"- sent ->192.0.2.70 5060 - 0",
			},
		},
		{
			name: "all the verbs",
			text: "<--- Reliably Transmitting (NAT) to 192.0.2.70:5060 --->\n$407\n\n<------------>\n" +
				"Retransmitting #10 (no NAT) to 192.0.2.70:5061:\n$407\n\n---\n" +
				"Transmitting (NAT) to 192.0.2.71:5060:\n$OPTIONS\n\n---\n",
			outline: []string{
				`2-10 asterisk-chansip "SIP/2.0 407 Proxy Authentication Required" whole/whole`,
				`14-22 asterisk-chansip "SIP/2.0 407 Proxy Authentication Required" whole/whole`,
				`26-34 asterisk-chansip "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
			envelopes: []string{"- sent ->192.0.2.70 5060 - 0", "- sent ->192.0.2.70 5061 - 0", "- sent ->192.0.2.71 5060 - 0"},
		},
		{
			name: "WebSocket, IPv6, Asterisk 1.4 without the transport",
			text: "<--- SIP read from WS:192.0.2.70:50162 --->\n$OPTIONS\n<------------->\n" +
				"<--- SIP read from TLS:[2001:db8::7]:50162 --->\n$OPTIONS\n<------------->\n" +
				"<--- SIP read from 192.0.2.70:5060 --->\n$OPTIONS\n<------------->\n",
			outline: []string{
				`2-10 asterisk-chansip "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`13-21 asterisk-chansip "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`24-32 asterisk-chansip "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
			envelopes: []string{
				"- received 192.0.2.70 50162>- WS 0",
				"- received 2001:db8::7 50162>- TLS 0",
				"- received 192.0.2.70 5060>- - 0",
			},
		},
		{
			name: "full log: the prefix has the time",
			text: "[Nov 22 05:47:19] VERBOSE[1001] chan_sip.c: Retransmitting #1 (NAT) to 192.0.2.70:5060:\n$OPTIONS\n\n---\n" +
				"[2026-11-22 05:47:19.123] VERBOSE[1001][C-0000001a] chan_sip.c: <--- SIP read from UDP:192.0.2.70:5060 --->\n$200\n<------------->\n",
			outline: []string{
				`2-10 asterisk-chansip "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`14-21 asterisk-chansip "SIP/2.0 200 OK" whole/whole`,
			},
			envelopes: []string{"Nov 22 05:47:19 sent ->192.0.2.70 5060 - 0", "2026-11-22 05:47:19.123 received 192.0.2.70 5060>- UDP 0"},
		},
		{
			name: "the closing line ends a message without the empty line",
			text: "<--- SIP read from UDP:192.0.2.70:5060 --->\n" + strings.TrimSuffix(sampleMessages["OPTIONS"], "\n") + "<------------->\n--- (8 headers 0 lines) ---\n",
			outline: []string{
				`2-9 asterisk-chansip "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
		},
		{
			name: "lines that resemble it",
			text: "We saw Retransmitting #1 (NAT) to 192.0.2.70:5060:\n$OPTIONS\n" +
				"Transmitting to 192.0.2.70:5060:\n$OPTIONS\n" +
				"Retransmitting #1 (NAT) to the customer:\n$OPTIONS\n" +
				"Retransmitting #1 (NAT) to 192.0.2.70:5060: nothing\n$OPTIONS\n" +
				"SIP read from UDP:192.0.2.70:5060 -->\n$OPTIONS\n" +
				"<--- SIP read from UDP:192.0.2.70 --->\n$OPTIONS\n" +
				"Retransmitting #1 (NAT) to 192.0.2.70:5060:\nINVITE is lost\n$OPTIONS\n",
			outline: []string{
				`2-10 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`12-20 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`22-30 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`32-40 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`42-50 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`52-60 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`63-71 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
		},
		{
			name: "what looks like a closing line in a text does not close it",
			text: "<--- SIP read from UDP:192.0.2.70:5060 --->\nMESSAGE sip:bob@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.70;branch=z9hG4bK1\nFrom: <sip:alice@example.com>;tag=1\n" +
				"To: <sip:bob@example.com>\nCall-ID: 1@192.0.2.70\nCSeq: 1 MESSAGE\nContent-Type: text/plain\nContent-Length: 49\n\nhello\n---\n<------->\n--- (2 dashes 0 lines) ---\n<------------->\n",
			outline: []string{`2-14 asterisk-chansip "MESSAGE sip:bob@example.com SIP/2.0" whole/whole`},
		},
	})
}
