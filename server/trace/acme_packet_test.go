package trace

import (
	"strings"
	"testing"
)

func TestAcmePacket(t *testing.T) {
	const rule = "----------------------------------------\n"
	long := strings.Repeat(emDash, 13) + "-\n"
	runSamples(t, []sample{
		{
			name: "the file: a date, slot and VLAN, both ways",
			text: "Nov 22 05:14:44.154 On [0:0]192.0.2.10:5060 received from 192.0.2.70:56883\n$OPTIONS\n\n" + rule +
				"Nov 22 05:14:44.158 On [1:20]192.0.2.10:5060 sent to 192.0.2.70:56883\n$200\n\n" + rule +
				"Nov 22 05:14:44.160 On 192.0.2.10:5060 sent to 192.0.2.71:5060\n$OPTIONS\n\n" + rule,
			outline: []string{
				`2-10 acme-sipmsg "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`14-21 acme-sipmsg "SIP/2.0 200 OK" whole/whole`,
				`25-33 acme-sipmsg "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
			envelopes: []string{
				"Nov 22 05:14:44.154 received 192.0.2.70 56883>192.0.2.10 5060 - 0",
				"Nov 22 05:14:44.158 sent 192.0.2.10 5060>192.0.2.70 56883 - 0",
				"Nov 22 05:14:44.160 sent 192.0.2.10 5060>192.0.2.71 5060 - 0",
			},
		},
		{
			name: "its tail: no hour; IPv6 with and without slot; copied from a web page",
			text: "14:44.154 On [3:0][2001:db8::10]:5060 received from [2001:db8::7]:5060\n$OPTIONS\n" + long +
				"14:44.158 On [2001:db8::10]:5060 sent to [2001:db8::7]:5060\n" + cutBehind(sampleMessages["200"], "CSeq: 63104 OPTIONS\n") + "\n" + long,
			outline: []string{
				`2-10 acme-sipmsg "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`13-19 acme-sipmsg "SIP/2.0 200 OK" whole/whole`,
			},
			envelopes: []string{
				"14:44.154 received 2001:db8::7 5060>2001:db8::10 5060 - 0",
				"14:44.158 sent 2001:db8::10 5060>2001:db8::7 5060 - 0",
			},
		},
		{
			name: "lines that resemble it",
			text: "14:44.154 On Monday 192.0.2.10:5060 received from 192.0.2.70:56883\n$OPTIONS\n" +
				"14:44.154 On [0:0]192.0.2.10:5060 forwarded to 192.0.2.70:56883\n$OPTIONS\n" +
				"14:44.154 On [0:0]192.0.2.10:5060 sent to Bob's phone 5\n$OPTIONS\n" +
				"On [0:0]192.0.2.10:5060 sent to 192.0.2.70:56883\n$OPTIONS\n" +
				"14:44.154 On [0:0]192.0.2.10:5060 sent to 192.0.2.70:56883\nnothing\n$OPTIONS\n",
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

func TestDashesOfAWebPageThatAreNoRule(t *testing.T) {
	for line, want := range map[string]bool{
		strings.Repeat(emDash, 10):               true,
		strings.Repeat(emDash, 13) + "- ":        true,
		strings.Repeat(emDash, 9):                false,
		strings.Repeat(emDash, 12) + " and then": false,
		"text " + strings.Repeat(emDash, 12):     false,
		"":                                       false,
	} {
		if got := isEmRule([]byte(line)); got != want {
			t.Errorf("%q: %v", line, got)
		}
	}
}
