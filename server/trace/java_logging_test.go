package trace

import "testing"

func TestJavaLogging(t *testing.T) {
	runSamples(t, []sample{
		{
			name: "the start line behind the text of the program",
			text: "Nov 22, 2026 11:42:17 PM com.example.UdpConnection send\nINFO: Sending: $OPTIONS\n" +
				"Nov 2, 2026 1:42:17\u202fAM com.example.UdpConnection receive\nFINE: Response from SIP Server: $200\n" +
				"Nov 22, 2026 11:42:18 PM com.example.UdpConnection close\nWARNING: closed\n",
			outline: []string{
				`2-10 java-logging "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`12-19 java-logging "SIP/2.0 200 OK" whole/whole`,
			},
			envelopes: []string{"Nov 22, 2026 11:42:17 PM sent ->- - 0", "Nov 2, 2026 1:42:17\u202fAM - ->- - 0"},
		},
		{
			name:      "the start line on the next line",
			text:      "Nov 22, 2026 11:42:17 PM com.example.UdpConnection send\nINFO: sending this:\n$OPTIONS\n",
			outline:   []string{`3-11 java-logging "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`},
			envelopes: []string{"Nov 22, 2026 11:42:17 PM - ->- - 0"},
		},
		{
			name: "the next entry ends a message",
			text: "Nov 22, 2026 11:42:17 PM com.example.UdpConnection send\nINFO: Sending: " + cutBehind(sampleMessages["OPTIONS"], "Max-Forwards: 70\n") +
				"Nov 22, 2026 11:42:18 PM com.example.UdpConnection receive\nINFO: Received: $200\n",
			outline: []string{
				`2-4 java-logging "OPTIONS sip:192.0.2.10 SIP/2.0" cut/cut`,
				`6-13 java-logging "SIP/2.0 200 OK" whole/whole`,
			},
		},
		{
			name: "lines that resemble it",
			text: "Nov 22, 2026 11:42 PM com.example.UdpConnection send\nINFO: Sending: $OPTIONS\n" +
				"Nov 22, 2026 11:42:17 PM is when the customer called us\nINFO: Sending: $OPTIONS\n" +
				"Nov 22, 2026 11:42:17 PM com.example.UdpConnection send\nnothing here\n$OPTIONS\n",
			outline: []string{
				`2-10 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`12-20 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`23-31 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
		},
	})
}
