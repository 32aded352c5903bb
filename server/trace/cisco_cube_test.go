package trace

import "testing"

func TestCiscoCUBE(t *testing.T) {
	runSamples(t, []sample{
		{
			name: "sent and received, the call unknown and known",
			text: "*Oct 14 00:25:06.327: //-1/xxxxxxxxxxxx/SIP/Msg/ccsipDisplayMsg:\nReceived:\n$INVITE\n" +
				"*Oct 14 00:25:06.355: //17/1CE915CE8002/SIP/Msg/ccsipDisplayMsg:\nSent: \n$407\n" +
				"*Oct 14 00:25:06.359: //17/1CE915CE8002/SIP/Info/sipSPIContinueNewMsgInvite: something else\n",
			outline: []string{
				`3-20 cisco-cube "INVITE sip:bob@example.com SIP/2.0" whole/whole`,
				`23-31 cisco-cube "SIP/2.0 407 Proxy Authentication Required" whole/whole`,
			},
			envelopes: []string{"Oct 14 00:25:06.327 received ->- - 0", "Oct 14 00:25:06.355 sent ->- - 0"},
		},
		{
			name: "the addresses of show voip trace",
			text: "0: *Aug 30 21:21:45.583: //1/1CE915CE8002/CUBE_VT/SIP/Msg/ccsipDisplayMsg:\nReceived: SIP UDP message from 192.0.2.70:5060 to 192.0.2.10:5060 \n$OPTIONS\n" +
				"2: *Aug 30 21:21:45.590: //1/1CE915CE8002/CUBE_VT/SIP/Msg/ccsipDisplayMsg:\nSent: SIP TLS message from [2001:db8::10]:5061 to [2001:db8::7]:5061\n$200\n",
			outline: []string{
				`3-11 cisco-cube "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`14-21 cisco-cube "SIP/2.0 200 OK" whole/whole`,
			},
			envelopes: []string{
				"Aug 30 21:21:45.583 received 192.0.2.70 5060>192.0.2.10 5060 UDP 0",
				"Aug 30 21:21:45.590 sent 2001:db8::10 5061>2001:db8::7 5061 TLS 0",
			},
		},
		{
			name: "a sequence number, a year, a time zone, a day of one digit, a clock that is not set",
			text: "000123: Oct 14 2026 00:25:06.327 UTC: //-1/xxxxxxxxxxxx/SIP/Msg/ccsipDisplayMsg:\nSent:\n$OPTIONS\n" +
				".Mar 1 00:25:06: //-1/xxxxxxxxxxxx/SIP/Msg/ccsipDisplayMsg:\nSent:\n$OPTIONS\n" +
				"1w0d:SIP Msg:ccsipDisplayMsg:Received:\n$OPTIONS\n",
			outline: []string{
				`3-11 cisco-cube "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`14-22 cisco-cube "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`24-32 cisco-cube "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
			envelopes: []string{"Oct 14 2026 00:25:06.327 sent ->- - 0", "Mar 1 00:25:06 sent ->- - 0", "- received ->- - 0"},
		},
		{
			name: "lines that resemble it",
			text: "the function ccsipDisplayMsg:\nReceived:\n$OPTIONS\n" +
				"*Oct 14 00:25:06.327: //-1/xxxxxxxxxxxx/SIP/Msg/ccsipDisplayMsg:\nsomething\n$OPTIONS\n" +
				"*Oct 14 00:25:06.327: //-1/xxxxxxxxxxxx/SIP/Msg/ccsipDisplayMsg:\nReceived: a letter from Bob to Alice\n$OPTIONS\n" +
				"*Oct 14 00:25:06.327: //-1/xxxxxxxxxxxx/SIP/Msg/ccsipDisplayMsg:\nReceived:\nmore\n$OPTIONS\n",
			outline: []string{
				`3-11 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`14-22 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`25-33 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`37-45 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
		},
	})
}
