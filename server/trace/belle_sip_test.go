package trace

import "testing"

func TestBelleSIP(t *testing.T) {
	runSamples(t, []sample{
		{
			name: "sent and received, log lines behind",
			text: "2026-11-22 13:06:23:569 [belle-sip] MESSAGE channel [0x9e002000]: message sent to [UDP://192.0.2.10:5060], size: [254] bytes\n$OPTIONS\n" +
				"2026-11-22 13:06:23:601 [linphone/belle-sip] MESSAGE channel [0x9e002000]: received [233] new bytes from [UDP://192.0.2.10:5060]:\n$200\n" +
				"2026-11-22 13:06:23:602 [belle-sip] MESSAGE channel [0x9e002000] [233] bytes parsed\n",
			outline: []string{
				`2-10 belle-sip "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`12-19 belle-sip "SIP/2.0 200 OK" whole/whole`,
			},
			envelopes: []string{"2026-11-22 13:06:23:569 sent ->192.0.2.10 5060 UDP 254", "2026-11-22 13:06:23:601 received 192.0.2.10 5060>- UDP 233"},
		},
		{
			name: "linphonec 5: a prefix without a time; IPv6; a name as host; CR LF",
			text: "belle-sip-message-channel [0x55d0]: message sent to [TLS://2001:db8::10:5061], size: [457] bytes\n%INVITE\n" +
				"belle-sip-message-Channel [0x55d0]: received [349] new bytes from [TCP://sip.example.com:5060]:\n%407\n",
			outline: []string{
				`2-19 belle-sip "INVITE sip:bob@example.com SIP/2.0" whole/whole exact`,
				`21-29 belle-sip "SIP/2.0 407 Proxy Authentication Required" whole/whole exact`,
			},
			envelopes: []string{"- sent ->2001:db8::10 5061 TLS 457", "- received sip.example.com 5060>- TCP 349"},
		},
		{
			name: "lines that resemble it",
			text: "channel [0x9e002000]: message sent to [UDP://192.0.2.10:5060], size: [many] bytes\n$OPTIONS\n" +
				"channel [0x9e002000]: message sent to the others\n$OPTIONS\n" +
				"channel [0x9e002000]: received [233] new bytes from [the phone]:\n$OPTIONS\n" +
				"a channel [0x9e002000] with some bytes\n$OPTIONS\n" +
				"channel [0x9e002000]: received [233] new bytes from [UDP://192.0.2.10:5060]:\nnothing\n$OPTIONS\n",
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
