package trace

import (
	"testing"
)

func TestJsSIPv3(t *testing.T) {
	runSamples(t, []sample{
		{
			name: "the start line on the line that says which way it went",
			text: "browser.js:94 JsSIP:WebSocketInterface received WebSocket message +1m\n" +
				"browser.js:94 JsSIP:Transport received text message:$INVITE\n +1m\n" +
				"browser.js:94 JsSIP:Transport send() +2ms\n" +
				"browser.js:94 JsSIP:Transport sending message:$407\n +0ms\n" +
				"2026-11-22 05:47:19.123 JsSIP:Transport received binary message:%OPTIONS\n",
			outline: []string{
				`2-19 jssip-3 "INVITE sip:bob@example.com SIP/2.0" whole/whole`,
				`22-30 jssip-3 "SIP/2.0 407 Proxy Authentication Required" whole/whole`,
				`32-40 jssip-3 "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole exact`,
			},
			envelopes: []string{"- received ->- - 0", "- sent ->- - 0", "2026-11-22 05:47:19.123 received ->- - 0"},
		},
		{
			name: "an empty line between",
			text: "  JsSIP:Transport sending message:\n\n$OPTIONS\n +0ms\n  JsSIP:Transport received text message:\n\n$200\n +12ms\n",
			outline: []string{
				`3-11 jssip-3 "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`15-22 jssip-3 "SIP/2.0 200 OK" whole/whole`,
			},
			envelopes: []string{"- sent ->- - 0", "- received ->- - 0"},
		},
		{
			name: "the next line of the console ends a message that was cut",
			text: "browser.js:94 JsSIP:Transport sending message:" + cutBehind(sampleMessages["200"], "z9hG4bK776asdhds\n") +
				"browser.js:183 JsSIP:WebSocketInterface received WebSocket message +13s\n" +
				"browser.js:183 JsSIP:Transport received text message:" + cutBehind(withMessages("$INVITE\n"), "t=0 0\n") + " +13s\n" +
				"browser.js:183 JsSIP:Transport sending message:SIP/2.0 100 Trying\n**... trimmed 100 trying body....**\n",
			outline: []string{
				`1-2 jssip-3 "SIP/2.0 200 OK" cut/cut`,
				`4-19 jssip-3 "INVITE sip:bob@example.com SIP/2.0" whole/unknown`,
				`21-21 jssip-3 "SIP/2.0 100 Trying" cut/cut`,
			},
		},
		{
			name: "lines that resemble it",
			text: "JsSIP:Transport sending message: now $OPTIONS\nJsSIP:UA sending message:$OPTIONS\nmyJsSIP:Transport sending message:$OPTIONS\n" +
				"JsSIP:Transport sending message:\nnothing\n\n$OPTIONS\n",
			outline: []string{
				`1-9 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`10-18 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`19-27 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`31-39 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
		},
	})
}

func TestTimesBetweenLinesThatCloseJsSIPMessages(t *testing.T) {
	for line, want := range map[string]bool{
		" +1m": true, " +0ms": true, " +13s\r": true, " +2h": true, " +1d": true,
		"+1m": false, " +m": false, " +1": false, " +1 m": false, " +1mm": false, " -1m": false, " ": false, "": false,
	} {
		if got := jsSIPv3.Closes([]byte(line)); got != want {
			t.Errorf("%q: %v", line, got)
		}
	}
}
