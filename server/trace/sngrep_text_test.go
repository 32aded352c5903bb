package trace

import "testing"

func TestSngrepText(t *testing.T) {
	runSamples(t, []sample{
		{
			name: "two messages",
			text: "2026/11/22 05:47:16.921664 192.0.2.70:5060 -> 192.0.2.10:5060\n%INVITE\n\n\n" +
				"2026/11/22 05:47:16.921793 192.0.2.10:5060 -> 192.0.2.70:5060\n%407\n\n\n",
			outline: []string{
				`2-19 sngrep "INVITE sip:bob@example.com SIP/2.0" whole/whole exact`,
				`23-31 sngrep "SIP/2.0 407 Proxy Authentication Required" whole/whole exact`,
			},
			envelopes: []string{
				"2026/11/22 05:47:16.921664 - 192.0.2.70 5060>192.0.2.10 5060 - 0",
				"2026/11/22 05:47:16.921793 - 192.0.2.10 5060>192.0.2.70 5060 - 0",
			},
		},
		{
			name: "IPv6 with and without brackets, a name for a host",
			text: "2026/11/22 05:47:16.921664 [2001:db8::7]:5060 -> 2001:db8::1:5061\n%OPTIONS\n\n\n" +
				"2026/11/22 05:47:16.921793 proxy:5060 -> phone-1\n%200\n\n\n",
			outline: []string{
				`2-10 sngrep "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole exact`,
				`14-21 sngrep "SIP/2.0 200 OK" whole/whole exact`,
			},
			envelopes: []string{
				"2026/11/22 05:47:16.921664 - 2001:db8::7 5060>2001:db8::1 5061 - 0",
				"2026/11/22 05:47:16.921793 - proxy 5060>phone-1 - - 0",
			},
		},
		{
			name: "a body that ends without a line end, and one that the capture cut",
			text: "2026/11/22 05:47:16.921664 192.0.2.70:5060 -> 192.0.2.10:5060\n" +
				"MESSAGE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.70\r\nFrom: <sip:alice@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\n" +
				"Call-ID: 1\r\nCSeq: 1 MESSAGE\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello\n\n\n" +
				"2026/11/22 05:47:16.921664 192.0.2.70:5060 -> 192.0.2.10:5060\n" + cutBehind(withMessages("%INVITE\n"), "t=0 ") + "\n\n\n" +
				"2026/11/22 05:47:16.921793 192.0.2.10:5060 -> 192.0.2.70:5060\n%407\n\n\n",
			outline: []string{
				`2-11 sngrep "MESSAGE sip:bob@example.com SIP/2.0" whole/whole exact`,
				`15-30 sngrep "INVITE sip:bob@example.com SIP/2.0" whole/unknown`,
				`34-42 sngrep "SIP/2.0 407 Proxy Authentication Required" whole/whole exact`,
			},
		},
		{
			name:    "a line of a log that is no head",
			text:    "2026/11/22 05:47:16.921664 call from 192.0.2.70 -> 192.0.2.10 routed\n$OPTIONS\n",
			outline: []string{`2-10 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`},
		},
	})
}
