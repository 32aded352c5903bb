package trace

import (
	"strings"
	"testing"
)

func TestBaresip(t *testing.T) {
	runSamples(t, []sample{
		{
			name: "coloured, among what the user interface draws",
			text: "ready.\n\x1b[36;1m#\nUDP 192.0.2.70:5060 -> 192.0.2.10:5060\n%OPTIONS\n\x1b[;m\n/^M/d\r/di\r/dial\n" +
				"\x1b[36;1m#\nUDP 192.0.2.10:5060 -> 192.0.2.70:5060\n%200\n\x1b[;m\n\x1b[32mAll 1 useragent registered successfully! (1 ms)\x1b[;m\n",
			outline: []string{
				`4-12 baresip "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole exact`,
				`19-26 baresip "SIP/2.0 200 OK" whole/whole exact`,
			},
			envelopes: []string{"- - 192.0.2.70 5060>192.0.2.10 5060 UDP 0", "- - 192.0.2.10 5060>192.0.2.70 5060 UDP 0"},
		},
		{
			name: "not coloured, IPv6, the body runs into the closing sequence",
			text: "#\nTLS [2001:db8::7]:5061 -> [2001:db8::10]:5061\n%INVITE\n\x1b[;m\n#\nWSS 192.0.2.10:443 -> 192.0.2.70:50162\n%407\n",
			outline: []string{
				`3-20 baresip "INVITE sip:bob@example.com SIP/2.0" whole/whole exact`,
				`24-32 baresip "SIP/2.0 407 Proxy Authentication Required" whole/whole exact`,
			},
			envelopes: []string{"- - 2001:db8::7 5061>2001:db8::10 5061 TLS 0", "- - 192.0.2.10 443>192.0.2.70 50162 WSS 0"},
		},
		{
			name:    "the closing sequence ends a message that lost its empty line",
			text:    "UDP 192.0.2.70:5060 -> 192.0.2.10:5060\n" + strings.TrimSuffix(sampleMessages["OPTIONS"], "\n") + "\x1b[;m\n",
			outline: []string{`2-9 baresip "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`},
		},
		{
			name: "lines that resemble it",
			text: "UDP 192.0.2.70 -> 192.0.2.10:5060\n$OPTIONS\n" + "UDP packets: 192.0.2.70:5060 -> 192.0.2.10:5060\n$OPTIONS\n" +
				"UDP 192.0.2.70:5060 -> 192.0.2.10:5060 is what 1234\n$OPTIONS\n" + "TXT 192.0.2.70:5060 -> 192.0.2.10:5060\n$OPTIONS\n",
			outline: []string{
				`2-10 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`12-20 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`22-30 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`32-40 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
		},
	})
}
