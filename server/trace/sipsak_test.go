package trace

import "testing"

func TestSipsak(t *testing.T) {
	runSamples(t, []sample{
		{
			name: "a request and its response",
			text: "request:\n%OPTIONS\n\nsend to: UDP:192.0.2.10:5060\n\nmessage received\nreceived from: UDP:192.0.2.10:5060\n%200\n\n\n" +
				"** reply received after 0.008 ms **\n   SIP/2.0 200 OK\n   final received\n",
			outline: []string{
				`2-10 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole exact`,
				`16-23 sipsak "SIP/2.0 200 OK" whole/whole exact`,
				`27-27 sipsak "SIP/2.0 200 OK" unknown/unknown`,
			},
			envelopes: []string{"- - ->- - 0", "- received 192.0.2.10 5060>- UDP 0", "- received ->- - 0"},
		},
		{
			name: "lines that resemble it",
			text: "received from: 192.0.2.10:5060\n$OPTIONS\nreceived from: UDP:the phone of room 12\n$OPTIONS\nit was received from: UDP:192.0.2.10:5060\n$OPTIONS\n" +
				"received from: UDP:192.0.2.10:5060\nnothing\n$OPTIONS\n",
			outline: []string{
				`2-10 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`12-20 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`22-30 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`33-41 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
		},
	})
}
