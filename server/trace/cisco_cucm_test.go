package trace

import "testing"

func TestCiscoCUCM(t *testing.T) {
	runSamples(t, []sample{
		{
			name: "UDP, both ways, SDL lines and digit analysis between",
			text: "03797320.001 |20:21:09.343 |AppInfo  |//SIP/SIPUdp/wait_SdlSPISignal: Outgoing SIP UDP message to 192.0.2.70:[5060]:\n[212231,NET]\n$INVITE\n" +
				"03797367.013 |20:21:09.344 |AppInfo  ||PretransformCallingPartyNumber=b00223908001\n|CallingPartyNumber=b00223908001\n" +
				"03797390.001 |20:21:09.345 |AppInfo  |//SIP/SIPUdp/wait_SdlDataInd: Incoming SIP UDP message size 349 from 192.0.2.70:[5060]:\n[212232,NET]\n$407\n" +
				"03797500.001 |20:21:09.351 |AppInfo  |StationD:    (0000114) startMediaTransmission\n",
			outline: []string{
				`3-20 cisco-cucm "INVITE sip:bob@example.com SIP/2.0" whole/whole`,
				`25-33 cisco-cucm "SIP/2.0 407 Proxy Authentication Required" whole/whole`,
			},
			envelopes: []string{"20:21:09.343 sent ->192.0.2.70 5060 UDP 0", "20:21:09.345 received 192.0.2.70 5060>- UDP 349"},
		},
		{
			name: "TCP, both ways, a blank at the end of the line",
			text: "03797320.001 |20:21:09.343 |AppInfo  |SIPTcp - wait_SdlReadRsp: Incoming SIP TCP message from 192.0.2.70 on port 5060 index 7 with 254 bytes:\n[212231,NET]\n$OPTIONS\n" +
				"03797390.001 |20:21:09.345 |AppInfo  |SIPTcp - wait_SdlSPISignal: Outgoing SIP TCP message to 192.0.2.70 on port 5060 index 7 \n[212232,NET]\n$200\n",
			outline: []string{
				`3-11 cisco-cucm "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`14-21 cisco-cucm "SIP/2.0 200 OK" whole/whole`,
			},
			envelopes: []string{"20:21:09.343 received 192.0.2.70 5060>- TCP 254", "20:21:09.345 sent ->192.0.2.70 5060 TCP 0"},
		},
		{
			name: "IPv6, and no line with the count",
			text: "03797320.001 |20:21:09.343 |AppInfo  |//SIP/SIPUdp/wait_SdlSPISignal: Outgoing SIP UDP message to 2001:db8::7:[5060]:\n$OPTIONS\n",
			outline: []string{
				`2-10 cisco-cucm "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
			envelopes: []string{"20:21:09.343 sent ->2001:db8::7 5060 UDP 0"},
		},
		{
			name: "lines that resemble it",
			text: "20:21:09 the trace says: Incoming SIP UDP message size 254 from 192.0.2.70:[5060]:\n$OPTIONS\n" +
				"03797320.001 |20:21:09.343 |AppInfo  |x: Incoming SIP UDP message size 254 from the phone:\n$OPTIONS\n" +
				"03797320.001 |20:21:09.343 |AppInfo  |x: Incoming SIP messages from 192.0.2.70 on port 5060\n$OPTIONS\n" +
				"03797320.001 |20:21:09.343 |AppInfo  |x: Outgoing SIP UDP message to 192.0.2.70:[5060]:\n[212231,GROSS]\n$OPTIONS\n",
			outline: []string{
				`2-10 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`12-20 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`22-30 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`33-41 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
		},
	})
}
