package trace

import (
	"strings"
	"testing"
)

func TestSippErrors(t *testing.T) {
	const (
		stamp = "2026-11-22\t05:47:17.229792\t1795326437.229792: "
		entry = stamp + "Aborting call on unexpected message for Call-Id '1-899@192.0.2.20': while expecting '200' (index 8), received '"
		dead  = "2026-11-22\t05:47:18.238346\t1795326438.238346: Dead call 1-899@192.0.2.20 (aborted at index 8), received '"
	)
	message := "MESSAGE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.70\r\nFrom: <sip:alice@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\n" +
		"Call-ID: 1\r\nCSeq: 1 MESSAGE\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\nhello\r\n"
	runSamples(t, []sample{
		{
			name: "entries glued to the quote that closes a message",
			text: "The following events occurred:\n" + entry + "%407\n'" + dead + "%INVITE\n'" + stamp + "Continuing call on an unexpected BYE\n" + dead + "%200\n'\n",
			outline: []string{
				`2-10 sipp-errors "SIP/2.0 407 Proxy Authentication Required" whole/whole exact`,
				`11-28 sipp-errors "INVITE sip:bob@example.com SIP/2.0" whole/whole exact`,
				`30-37 sipp-errors "SIP/2.0 200 OK" whole/whole exact`,
			},
			envelopes: []string{
				"2026-11-22\t05:47:17.229792 received ->- - 0", "2026-11-22\t05:47:18.238346 received ->- - 0", "2026-11-22\t05:47:18.238346 received ->- - 0",
			},
		},
		{
			name: "a body of any type, and one that is cut, end at the quote",
			text: entry + message + "'" + dead + strings.Replace(message, "Content-Length: 7", "Content-Length: 70", 1) + "'" + dead + "%200\n'\n",
			outline: []string{
				`1-10 sipp-errors "MESSAGE sip:bob@example.com SIP/2.0" whole/whole exact`,
				`11-20 sipp-errors "MESSAGE sip:bob@example.com SIP/2.0" whole/unknown`,
				`21-28 sipp-errors "SIP/2.0 200 OK" whole/whole exact`,
			},
		},
		{
			name: "a quote and the next entry behind the last line of a body: that line is lost, the next message is not",
			text: entry + strings.Replace(strings.TrimSuffix(message, "\r\n"), "Content-Length: 7", "Content-Length: 5", 1) + "'" + dead + "%200\n'\n",
			outline: []string{
				`1-9 sipp-errors "MESSAGE sip:bob@example.com SIP/2.0" whole/unknown`,
				`10-17 sipp-errors "SIP/2.0 200 OK" whole/whole exact`,
			},
		},
		{
			name:      "the message on the next line",
			text:      stamp + "Discarding message which can't be mapped to a known SIPp call:\n%200\n" + stamp + "Overload warning\n",
			outline:   []string{`2-9 sipp-errors "SIP/2.0 200 OK" whole/whole exact`},
			envelopes: []string{"2026-11-22\t05:47:17.229792 - ->- - 0"},
		},
		{
			name: "lines that resemble it",
			text: "2026-11-22\t05:47:17.229792: it says, received '%200\n'\n" + "2026-11-22\t05:47:17.229792\tx: it says, received '%200\n'\n" +
				"2026-11-22 05:47:17.229792 1795326437.229792: it says, received '%200\n'\n" + stamp + "quoted '%200\n'\n",
			outline: []string{
				`1-8 plain "SIP/2.0 200 OK" whole/whole exact`, `10-17 plain "SIP/2.0 200 OK" whole/whole exact`,
				`19-26 plain "SIP/2.0 200 OK" whole/whole exact`, `28-35 plain "SIP/2.0 200 OK" whole/whole exact`,
			},
		},
	})
}

func TestSippShortMessagesAreNoErrorEntries(t *testing.T) {
	for line, want := range map[string]int{
		"2026-11-22\t05:47:16.921664\t1795326436.921664: Dead call":                              0,
		"'2026-11-22\t05:47:16.921664\t1795326436.921664: Dead call":                             1,
		"hello'2026-11-22\t05:47:16.921664\t1795326436.921664: Dead call":                        6,
		"2026-11-22\t05:47:16.921664\t1795326436.921664\tS\t1@192.0.2.20\tCSeq:1 INVITE":         -1,
		"x2026-11-22\t05:47:16.921664\t1795326436.921664: Dead call":                             -1,
		"  Start Time             | 2026-11-22\t05:47:16.405270\t1795326436.405270             ": -1,
		"2026-11-22\t05:47:16.921664\t1795326436":                                                -1,
		"2026-11-22\t05:47:16.921664\t1795326436.":                                               -1,
		"\t": -1,
		"":   -1,
	} {
		if got := sippEntry([]byte(line)); got != want {
			t.Errorf("%q: %d, want %d", line, got, want)
		}
	}
}
