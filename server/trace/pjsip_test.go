package trace

import "testing"

func TestPJSIP(t *testing.T) {
	runSamples(t, []sample{
		{
			name: "time of day and thread, two empty lines and the closing line behind",
			text: "18:14:38.187            pjsua_acc.c  .Acc 0: Registration sent\n" +
				"18:14:38.687           pjsua_core.c  .TX 254 bytes Request msg OPTIONS/cseq=63104 (tdta0x7f8338007a18) to UDP 192.0.2.10:5060:\n$OPTIONS\n\n--end msg--\n" +
				"18:14:38.700           pjsua_core.c  .RX 233 bytes Response msg 200/OPTIONS/cseq=63104 (rdata0x27d09e48) from UDP 192.0.2.10:5060:\n$200\n--end msg--\n" +
				"18:14:38.700            pjsua_acc.c  ....SIP outbound status for acc 0 is not active\n",
			outline: []string{
				`3-11 pjsip "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`15-22 pjsip "SIP/2.0 200 OK" whole/whole`,
			},
			envelopes: []string{"18:14:38.687 sent ->192.0.2.10 5060 UDP 254", "18:14:38.700 received 192.0.2.10 5060>- UDP 233"},
		},
		{
			name: "a date, the depth of calls as dots, IPv6, a body, the CR LF of the wire",
			text: "2026-11-22 18:34:02.345           pjsua_core.c  ....TX 457 bytes Request msg INVITE/cseq=4294967295 (tdta0x7fb194004408) to TLS [2001:db8::10]:5061:\n%INVITE\n--end msg--\n" +
				"2026-11-22 18:34:02.347           sip_endpoint.c  RX 349 bytes Response msg 407/INVITE/cseq=1 (rdata0x7fb1940019c8) from tls [2001:db8::10]:5061:\n%407\n--end msg--\n",
			outline: []string{
				`2-19 pjsip "INVITE sip:bob@example.com SIP/2.0" whole/whole exact`,
				`22-30 pjsip "SIP/2.0 407 Proxy Authentication Required" whole/whole exact`,
			},
			envelopes: []string{
				"2026-11-22 18:34:02.345 sent ->2001:db8::10 5061 TLS 457",
				"2026-11-22 18:34:02.347 received 2001:db8::10 5061>- tls 349",
			},
		},
		{
			name: "Clearwater: a line that opens the message, too",
			text: "24-10-2026 20:36:38.303 UTC Verbose common_sip_processing.cpp:87: RX 254 bytes Request msg OPTIONS/cseq=63104 (rdata0x7f4cf00375d0) from TCP 192.0.2.70:5060:\n" +
				"--start msg--\n\n$OPTIONS\n--end msg--\n",
			outline:   []string{`4-12 pjsip "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`},
			envelopes: []string{"24-10-2026 20:36:38.303 received 192.0.2.70 5060>- TCP 254"},
		},
		{
			name:      "the closing line ends a message whose body is shorter than announced",
			text:      "18:14:38.687 pjsua_core.c  .RX 457 bytes Request msg INVITE/cseq=1 (rdata0x1) from UDP 192.0.2.70:5060:\n" + cutBehind(sampleMessages["INVITE"], "t=0 0\n") + "--end msg--\n$200\n",
			outline:   []string{`2-17 pjsip "INVITE sip:bob@example.com SIP/2.0" whole/cut`, `19-26 plain "SIP/2.0 200 OK" whole/whole`},
			envelopes: []string{"18:14:38.687 received 192.0.2.70 5060>- UDP 457", "- - ->- - 0"},
		},
		{
			name: "lines that resemble it",
			text: "he saw TX 254 bytes Request msg OPTIONS/cseq=1 (tdta0x1) from UDP 192.0.2.10:5060:\n$OPTIONS\n" +
				"TX 254 bytes Request msg OPTIONS/cseq=1 to UDP 192.0.2.10:5060:\n$OPTIONS\n" +
				"it was FTX 254 bytes Request msg OPTIONS/cseq=1 (tdta0x1) to UDP 192.0.2.10:5060:\n$OPTIONS\n" +
				"TX 254 bytes Request msg OPTIONS/cseq=1 (tdta0x1) to UDP the other side:\n$OPTIONS\n" +
				"TX 254 bytes Request msg OPTIONS/cseq=1 (tdta0x1) to UDP 192.0.2.10:5060:\nnothing\n$OPTIONS\n",
			outline: []string{
				`2-10 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`12-20 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`22-30 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`32-40 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`43-51 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
		},
	})
}
