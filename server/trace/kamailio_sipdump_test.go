package trace

import "testing"

func TestKamailioSipdump(t *testing.T) {
	const (
		rcv = "====================\ntag: rcv\npid: 31837\nprocess: 1\ntime: 1795326386.097621\ndate: Sun Nov 22 05:46:26 2026\nproto: udp ipv4\n" +
			"srcip: 192.0.2.70\nsrcport: 5060\ndstip: 192.0.2.10\ndstport: 5061\n~~~~~~~~~~~~~~~~~~~~\n"
		snd = "====================\ntag: snd\npid: 31837\nprocess: 1\ntime: 1795326386.098416\ndate: Sun Nov 22 05:46:26 2026\nproto: tls ipv6\n" +
			"srcip: 2001:db8::10\nsrcport: 5061\ndstip: 2001:db8::7\ndstport: 5060\n~~~~~~~~~~~~~~~~~~~~\n"
		end = "||||||||||||||||||||\n"
	)
	runSamples(t, []sample{
		{
			name: "received and sent",
			text: rcv + "%INVITE\n" + end + snd + "%407\n" + end,
			outline: []string{
				`13-30 kamailio-sipdump "INVITE sip:bob@example.com SIP/2.0" whole/whole exact`,
				`44-52 kamailio-sipdump "SIP/2.0 407 Proxy Authentication Required" whole/whole exact`,
			},
			envelopes: []string{
				"1795326386.097621 received 192.0.2.70 5060>192.0.2.10 5061 udp 0",
				"1795326386.098416 sent 2001:db8::10 5061>2001:db8::7 5060 tls 0",
			},
		},
		{
			name: "a message cut in the body ends at its own record",
			text: rcv + cutBehind(withMessages("%INVITE\n"), "t=0 0\r\n") + end + snd + "%407\n" + end,
			outline: []string{
				`13-28 kamailio-sipdump "INVITE sip:bob@example.com SIP/2.0" whole/unknown`,
				`42-50 kamailio-sipdump "SIP/2.0 407 Proxy Authentication Required" whole/whole exact`,
			},
		},
		{
			name: "a heading of a text, and a record that says nothing",
			text: "====================\nA chapter\n~~~~~~~~~~~~~~~~~~~~\n$OPTIONS\n====================\ntag: rcv\n\n$OPTIONS\n=====================\ntag: rcv\n~~~~~~~~~~~~~~~~~~~~\n$OPTIONS\n",
			outline: []string{
				`4-12 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`16-24 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`28-36 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
		},
	})
}
