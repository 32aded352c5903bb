package trace

import "testing"

func TestSIPpMessages(t *testing.T) {
	const rule = sippRule
	runSamples(t, []sample{
		{
			name: "sent and received",
			text: rule + " 2026-11-22 05:47:16.921664\nUDP message sent (457 bytes):\n\n%INVITE\n\n" +
				rule + " 2026-11-22 05:47:16.921793\nUDP message received [349] bytes :\n\n%407\n\n",
			outline: []string{
				`4-21 sipp-messages "INVITE sip:bob@example.com SIP/2.0" whole/whole exact`,
				`26-34 sipp-messages "SIP/2.0 407 Proxy Authentication Required" whole/whole exact`,
			},
			envelopes: []string{
				"2026-11-22 05:47:16.921664 sent ->- UDP 457",
				"2026-11-22 05:47:16.921793 received ->- UDP 349",
			},
		},
		{
			name: "the time with tabs and epoch, and as newer versions write it",
			text: rule + " 2026-11-22\t05:47:16.921664\t1795326436.921664\nTCP message sent (254 bytes):\n\n%OPTIONS\n\n" +
				rule + " 2026-11-22T05:47:16.921793+0100\nTLS control message received [233] bytes:\n\n%200\n\n" +
				rule + " 2026-11-22T05:47:17.000001Z\nUDP message sent [254] bytes:\n\n%OPTIONS\n\n",
			outline: []string{
				`4-12 sipp-messages "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole exact`,
				`17-24 sipp-messages "SIP/2.0 200 OK" whole/whole exact`,
				`29-37 sipp-messages "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole exact`,
			},
			envelopes: []string{
				"2026-11-22\t05:47:16.921664 sent ->- TCP 254",
				"2026-11-22T05:47:16.921793+0100 received ->- TLS 233",
				"2026-11-22T05:47:17.000001Z sent ->- UDP 254",
			},
		},
		{
			name: "what the scenario did not expect comes once more, without time and size",
			text: rule + " 2026-11-22 05:47:16.921793\nUDP message received [233] bytes :\n\n%200\n\n" +
				rule + "\nUnexpected UDP message received:\n\n%200\n\n" +
				rule + "\nDead call 1-899@192.0.2.20 received a UDP message:\n\n%200\n\n" +
				rule + "\nIgnoring final TCP message for transaction invite:\n\n%200\n\n",
			outline: []string{
				`4-11 sipp-messages "SIP/2.0 200 OK" whole/whole exact`,
				`16-23 sipp-messages "SIP/2.0 200 OK" whole/whole exact`,
				`28-35 sipp-messages "SIP/2.0 200 OK" whole/whole exact`,
				`40-47 sipp-messages "SIP/2.0 200 OK" whole/whole exact`,
			},
			envelopes: []string{
				"2026-11-22 05:47:16.921793 received ->- UDP 233",
				"- received ->- UDP 0",
				"- received ->- UDP 0",
				"- received ->- TCP 0",
			},
		},
		{
			name: "a note without a line end before the rule",
			text: rule + " 2026-11-22 05:47:16.921664\nUDP message sent (254 bytes):\n\n%OPTIONS\n\n" +
				"UDP message lost (recv)." + rule + " 2026-11-22 05:47:16.921793\nUDP message received [233] bytes :\n\n%200\n\n",
			outline: []string{
				`4-12 sipp-messages "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole exact`,
				`17-24 sipp-messages "SIP/2.0 200 OK" whole/whole exact`,
			},
			envelopes: []string{
				"2026-11-22 05:47:16.921664 sent ->- UDP 254",
				"2026-11-22 05:47:16.921793 received ->- UDP 233",
			},
		},
		{
			name: "a body that does not end in a line end",
			text: rule + " 2026-11-22 05:47:16.921664\nUDP message sent (238 bytes):\n\n" +
				"MESSAGE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.70;branch=z9hG4bK1\r\nFrom: <sip:alice@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\n" +
				"Call-ID: 1@192.0.2.70\r\nCSeq: 1 MESSAGE\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello\n",
			outline: []string{`4-13 sipp-messages "MESSAGE sip:bob@example.com SIP/2.0" whole/whole exact`},
		},
		{
			name: "the end of the file cuts the last message",
			text: rule + " 2026-11-22 05:47:16.921664\nUDP message sent (457 bytes):\n\n" + cutBehind(withMessages("%INVITE\n"), "t=0 0\r\n"),
			outline: []string{
				`4-19 sipp-messages "INVITE sip:bob@example.com SIP/2.0" whole/cut`,
			},
		},
		{
			name:    "rules of other lengths and other text between rule and message",
			text:    rule + "-\nUDP message sent (254 bytes):\n\n%OPTIONS\n" + rule + "\nsomething else\n%200\n",
			outline: []string{`4-12 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole exact`, `15-22 plain "SIP/2.0 200 OK" whole/whole exact`},
		},
	})
}
