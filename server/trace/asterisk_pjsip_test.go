package trace

import "testing"

func TestAsteriskPJSIP(t *testing.T) {
	runSamples(t, []sample{
		{
			name: "console: no prefix, LF",
			text: "<--- Received SIP request (254 bytes) from UDP:192.0.2.70:5060 --->\n$OPTIONS\n\n" +
				"<--- Transmitting SIP response (233 bytes) to UDP:192.0.2.70:5060 --->\n$200\n\n",
			outline: []string{
				`2-10 asterisk-pjsip "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`13-20 asterisk-pjsip "SIP/2.0 200 OK" whole/whole`,
			},
			envelopes: []string{"- received 192.0.2.70 5060>- UDP 254", "- sent ->192.0.2.70 5060 UDP 233"},
		},
		{
			name: "full log: prefix on the marker line only, both forms of the date",
			text: "[Nov 22 05:47:19] VERBOSE[1001] res_pjsip_logger.c: <--- Received SIP request (457 bytes) from TCP:192.0.2.70:5061 --->\n$INVITE\n\n" +
				"[2026-11-22 05:47:19.123] VERBOSE[1001][C-0000001a] res_pjsip_logger.c: <--- Transmitting SIP response (349 bytes) to TCP:192.0.2.70:5061 --->\n$407\n\n" +
				"[Nov 22 05:47:20] VERBOSE[1001] pbx.c:     -- Executing [100@internal:1] Answer(\"PJSIP/alice-00000001\", \"\") in new stack\n",
			outline: []string{
				`2-19 asterisk-pjsip "INVITE sip:bob@example.com SIP/2.0" whole/whole`,
				`22-30 asterisk-pjsip "SIP/2.0 407 Proxy Authentication Required" whole/whole`,
			},
			envelopes: []string{"Nov 22 05:47:19 received 192.0.2.70 5061>- TCP 457", "2026-11-22 05:47:19.123 sent ->192.0.2.70 5061 TCP 349"},
		},
		{
			name:      "output of grep with the file name in front",
			text:      "full:[Nov 22 05:47:19] VERBOSE[1001] res_pjsip_logger.c: <--- Received SIP request (254 bytes) from UDP:192.0.2.70:5060 --->\n$OPTIONS\n",
			outline:   []string{`2-10 asterisk-pjsip "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`},
			envelopes: []string{"Nov 22 05:47:19 received 192.0.2.70 5060>- UDP 254"},
		},
		{
			name: "the CR LF of the wire are kept",
			text: "<--- Received SIP request (457 bytes) from WSS:[2001:db8::7]:48850 --->\n%INVITE\n\n" +
				"<--- Transmitting SIP response (349 bytes) to wss:2001:db8::7:48850 --->\n%407\n",
			outline: []string{
				`2-19 asterisk-pjsip "INVITE sip:bob@example.com SIP/2.0" whole/whole exact`,
				`22-30 asterisk-pjsip "SIP/2.0 407 Proxy Authentication Required" whole/whole exact`,
			},
			envelopes: []string{"- received 2001:db8::7 48850>- WSS 457", "- sent ->2001:db8::7 48850 wss 349"},
		},
		{
			name: "a size that is not that of the message makes it inexact, not cut",
			text: "<--- Received SIP request (500 bytes) from UDP:192.0.2.70:5060 --->\n%OPTIONS\n",
			outline: []string{
				`2-10 asterisk-pjsip "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
		},
		{
			name: "log lines follow the body at once",
			text: "<--- Received SIP request (457 bytes) from UDP:192.0.2.70:5060 --->\n$INVITE\n" +
				"    -- Executing [100@internal:1] Dial(\"PJSIP/alice-00000001\", \"PJSIP/bob\") in new stack\n" +
				"[Nov 22 05:47:20] NOTICE[1001]: res_pjsip_session.c:2337 new_invite: Call from 'alice' (UDP:192.0.2.70:5060) to extension '100' rejected\n",
			outline: []string{`2-19 asterisk-pjsip "INVITE sip:bob@example.com SIP/2.0" whole/whole`},
		},
		{
			name: "messages cut in the head, in the body and behind the start line",
			text: "<--- Received SIP request (457 bytes) from UDP:192.0.2.70:5060 --->\nINVITE sip:bob@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.70\n" +
				"<--- Received SIP request (457 bytes) from UDP:192.0.2.70:5060 --->\n" + cutBehind(sampleMessages["INVITE"], "s=-\n") +
				"<--- Received SIP request (254 bytes) from UDP:192.0.2.70:5060 --->\nOPTIONS sip:192.0.2.10 SIP/2.0\n\n" +
				"<--- Transmitting SIP response (233 bytes) to UDP:192.0.2.70:5060 --->\nSIP/2.0 200 OK\n",
			outline: []string{
				`2-3 asterisk-pjsip "INVITE sip:bob@example.com SIP/2.0" cut/cut`,
				`5-18 asterisk-pjsip "INVITE sip:bob@example.com SIP/2.0" whole/cut`,
				`20-21 asterisk-pjsip "OPTIONS sip:192.0.2.10 SIP/2.0" cut/cut`,
				`23-23 asterisk-pjsip "SIP/2.0 200 OK" cut/cut`,
			},
		},
		{
			name:    "a marker without a message, and one whose message is not SIP",
			text:    "<--- Received SIP request (254 bytes) from UDP:192.0.2.70:5060 --->\n\n<--- Received SIP request (4 bytes) from UDP:192.0.2.70:5060 --->\nhello\n",
			outline: nil,
		},
		{
			name: "the marker of chan_sip is another one",
			text: "<--- SIP read from UDP:192.0.2.70:5060 --->\n$OPTIONS\n<------------->\n--- (8 headers 0 lines) ---\n",
			outline: []string{
				`2-10 asterisk-chansip "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
		},
		{
			name:    "a marker that belongs to an earlier message",
			text:    "<--- Received SIP request (254 bytes) from UDP:192.0.2.70:5060 --->\nlost\n$OPTIONS\n",
			outline: []string{`3-11 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`},
		},
	})
}
