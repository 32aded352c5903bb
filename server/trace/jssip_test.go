package trace

import "testing"

func TestJsSIP(t *testing.T) {
	runSamples(t, []sample{
		{
			name: "sent and received, the place in the program behind",
			text: "JsSIP | TRANSPORT | received WebSocket text message:\n\n$OPTIONS\n\n jssip-devel.js:519\n" +
				"JsSIP | DIALOG | new UAS dialog created with status EARLY jssip-devel.js:2528\n" +
				"JsSIP | TRANSPORT | sending WebSocket message:\n\n%200\n\n jssip-devel.js:67\n" +
				"2026-11-22 05:47:19.123 JsSIP | TRANSPORT | received WebSocket binary message: \n\n$OPTIONS\n",
			outline: []string{
				`3-11 jssip "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`17-24 jssip "SIP/2.0 200 OK" whole/whole exact`,
				`29-37 jssip "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
			envelopes: []string{"- received ->- - 0", "- sent ->- - 0", "2026-11-22 05:47:19.123 received ->- - 0"},
		},
		{
			name:    "a message without Content-Length ends at the place in the program",
			text:    "JsSIP | TRANSPORT | sending WebSocket message:\n\n" + cutBehind(sampleMessages["200"], "CSeq: 63104 OPTIONS\n") + "\n\n jssip-devel.js:67\n",
			outline: []string{`3-9 jssip "SIP/2.0 200 OK" whole/whole`},
		},
		{
			name: "lines that resemble it",
			text: "JsSIP | TRANSPORT | sending WebSocket message: failed\n\n$OPTIONS\n" +
				"JsSIP | UA | sending WebSocket message:\n\n$OPTIONS\n" +
				"JsSIP | TRANSPORT | sending WebSocket message:\nnothing\n\n$OPTIONS\n",
			outline: []string{
				`3-11 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`14-22 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`26-34 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
		},
	})
}

func TestPlacesInAProgramThatCloseNothing(t *testing.T) {
	for line, want := range map[string]bool{
		" jssip-devel.js:519":     true,
		" jssip.js:1":             true,
		"jssip-devel.js:519":      false,
		" see jssip-devel.js:519": false,
		" jssip-devel.js:":        false,
		" jssip-devel.js:519 ok":  false,
		" .js:519":                false,
		" ":                       false,
		"":                        false,
	} {
		if got := jsSIP.Closes([]byte(line)); got != want {
			t.Errorf("%q: %v", line, got)
		}
	}
}
