package trace

import (
	"strings"
	"testing"
)

// The general rule: a start line that a header field follows, whatever stands around it.
func TestPlain(t *testing.T) {
	runSamples(t, []sample{
		{
			name: "messages among other lines",
			text: "Sending this to 192.0.2.10:\n$INVITE\nand it answered\n\n%407\n-- \n",
			outline: []string{
				`2-19 plain "INVITE sip:bob@example.com SIP/2.0" whole/whole`,
				`22-30 plain "SIP/2.0 407 Proxy Authentication Required" whole/whole exact`,
			},
		},
		{
			name: "text before the start line on its line, its time in the envelope",
			text: "2026-11-22 05:47:19,301 INFO Sending: $OPTIONS\nINFO: Response from SIP Server: $200\n" +
				"WsTransport received text message:$OPTIONS\n2026-11-22\t05:47:17.229792: received '%200\n'2026-11-22\t05:47:17.238346: received '%200\n'\n",
			outline: []string{
				`1-9 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`10-17 plain "SIP/2.0 200 OK" whole/whole`,
				`18-26 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`27-34 plain "SIP/2.0 200 OK" whole/whole exact`,
				`35-42 plain "SIP/2.0 200 OK" whole/whole exact`,
			},
			envelopes: []string{
				"2026-11-22 05:47:19,301 - ->- - 0", "- - ->- - 0", "- received ->- - 0",
				"2026-11-22\t05:47:17.229792 - ->- - 0", "2026-11-22\t05:47:17.238346 - ->- - 0",
			},
		},
		{
			name: "tcpdump -A: the start line is there twice, the second time behind what the IP header looks like",
			text: "09:32:52.844249 IP 192.0.2.70.5060 > 192.0.2.10.5060: SIP: OPTIONS sip:192.0.2.10 SIP/2.0\nE...i......e.....3d\"........%OPTIONS\n\n" +
				"09:32:52.844300 IP 192.0.2.10.5060 > 192.0.2.70.5060: SIP: SIP/2.0 200 OK\nE...i......e.....3d\"........%200\n\n",
			outline: []string{
				`2-10 tcpdump "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole exact`,
				`13-20 tcpdump "SIP/2.0 200 OK" whole/whole exact`,
			},
		},
		{
			name:    "the start line is all there is at the end of the text",
			text:    "Sending this to 192.0.2.10:\nOPTIONS sip:192.0.2.10 SIP/2.0\n",
			outline: []string{`2-2 plain "OPTIONS sip:192.0.2.10 SIP/2.0" cut/cut`},
		},
		{
			name:    "the text begins in a message",
			text:    "CSeq: 1 ACK\nContent-Length: 0\n\n$OPTIONS\n",
			outline: []string{`4-12 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`},
		},
		{
			name:    "the logger swallowed the empty line",
			text:    "x\n" + strings.TrimSuffix(withMessages("$OPTIONS\n"), "\n") + withMessages("$200\n"),
			outline: []string{`2-9 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`, `10-17 plain "SIP/2.0 200 OK" whole/whole`},
		},
		{
			name:    "an empty Request-URI scheme of old, an unusual method",
			text:    "x\nREGISTER * SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.70\n\nFOO sip:bob@example.com SIP/2.0\nv: SIP/2.0/UDP 192.0.2.70\n\n",
			outline: []string{`2-4 plain "REGISTER * SIP/2.0" cut/cut`, `5-7 plain "FOO sip:bob@example.com SIP/2.0" cut/cut`},
		},
		{
			name: "another writer's line inside is no part of the message",
			text: "x\n" + strings.Replace(withMessages("$OPTIONS\n"), "From:", "[Nov 22 05:47:19] NOTICE[1]: pbx.c: something else\nFrom:", 1) +
				strings.Replace(withMessages("$INVITE\n"), "s=-\n", "2026-11-22 05:47:55.531001 [DEBUG] switch_core.c:1 something else\ns=-\n", 1),
			outline: []string{`2-11 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`, `12-30 plain "INVITE sip:bob@example.com SIP/2.0" whole/whole`},
		},
		{
			name:    "a damaged line inside does not",
			text:    "x\n" + strings.Replace(withMessages("$OPTIONS\n"), "From:", "???\nFrom:", 1),
			outline: []string{`2-11 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/masked`},
		},
		{
			name:    "a line broken behind a blank goes on in the next",
			text:    "x\n" + strings.Replace(withMessages("$OPTIONS\n"), "UDP 192", "UDP \n192", 1),
			outline: []string{`2-11 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/masked`},
		},
		{
			name:    "two messages whose lines alternate are not taken for a whole one",
			text:    "x\n" + interleaved(withMessages("$OPTIONS\n"), withMessages("$200\n")),
			outline: []string{`3-17 plain "SIP/2.0 200 OK" cut/cut`},
		},
		{
			name: "the next start line ends a header section, also behind other text on its line",
			text: "x\n" + cutBehind(withMessages("$OPTIONS\n"), "example.com>;tag=1928301774\n") + "browser.js:183 WsTransport received text message:$200\n" +
				cutBehind(withMessages("$OPTIONS\n"), "example.com>;tag=1928301774\n") + "it received $200\n",
			outline: []string{
				`2-5 plain "OPTIONS sip:192.0.2.10 SIP/2.0" cut/cut`, `6-13 plain "SIP/2.0 200 OK" whole/whole`,
				`14-17 plain "OPTIONS sip:192.0.2.10 SIP/2.0" cut/cut`, `18-25 plain "SIP/2.0 200 OK" whole/whole`,
			},
		},
		{
			name: "folded header fields and compact forms",
			text: "x\nSIP/2.0 200 OK\nv: SIP/2.0/UDP 192.0.2.70\n ;branch=z9hG4bK1\nf: <sip:a@example.com>\n\t;tag=1\nt: <sip:b@example.com>\ni: 1\nCSeq: 1\n BYE\nl: 0\n\n",
			outline: []string{
				`2-12 plain "SIP/2.0 200 OK" whole/whole`,
			},
		},
		{
			name: "masked values",
			text: "x\n" + strings.ReplaceAll(withMessages("$INVITE\n$407\n"), "192.0.2.70", "X.X.X.X"),
			outline: []string{
				`2-19 plain "INVITE sip:bob@example.com SIP/2.0" whole/masked`,
				`20-28 plain "SIP/2.0 407 Proxy Authentication Required" whole/masked`,
			},
		},
	})
}

// interleaved takes lines of a and b in turn.
func interleaved(a, b string) string {
	as, bs := strings.SplitAfter(a, "\n"), strings.SplitAfter(b, "\n")
	var out strings.Builder
	for i := range max(len(as), len(bs)) {
		if i < len(as) {
			out.WriteString(as[i])
		}
		if i < len(bs) {
			out.WriteString(bs[i])
		}
	}
	return out.String()
}

func TestWhatIsNoMessage(t *testing.T) {
	for _, s := range []string{
		"SIP/2.0 486 Busy Here means that the callee is busy.\nAnd more.\n",
		"We got SIP/2.0 486 Busy Here from the gateway\n\nVia: is a header field\n",
		" 1(31837) INFO: {1 1 REGISTER 1@192.0.2.20} <script>: [REQ] REGISTER sip:example.com from sip:1001@example.com\n",
		"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nFrom: <sip:a@example.com>\n",
		"   SIP/2.0 200 Keepalive\n   final received\n",
		"POST http://example.com/sip HTTP/1.1\nHost: example.com\nContent-Length: 0\n\n",
		"<core> [parser/msg_parser.c:612]: parse_msg():  version: <SIP/2.0>\nDate: x\n",
		"Server: DC-SIP/2.0 200\nTo: x\n",
		"x-INVITE sip:bob@example.com SIP/2.0\nTo: x\n",
		"AT sip:bob@example.com SIP/2.0\nTo: x\n",
		"INVITE bob SIP/2.0\nTo: x\n",
		"SIP/2.0 4O4 Not Found\nTo: x\n",
		"SIP/2.0 20000 OK\nTo: x\n",
	} {
		if got := outline(scanText(t, "log\n"+s)); got != nil {
			t.Errorf("%q:\n%q", s, got)
		}
	}
}

// A terminal or a mail program broke the long lines.
func TestWrappedLines(t *testing.T) {
	const width = 72
	long := strings.Replace(withMessages("$INVITE\n"), "Max-Forwards: 70\n", "Max-Forwards: 70\nRecord-Route: <sip:edge.example.com;lr;ftag=9fxced76sl>, <sip:192.0.2.9:5060;transport=tcp;lr>, <sip:192.0.2.8:5060;transport=udp;lr>, <sip:198.51.100.7;lr>\nUser-Agent: x\n", 1)
	var wrapped strings.Builder
	for line := range strings.Lines(long) {
		for len(line) > width+1 {
			wrapped.WriteString(line[:width] + "\n")
			line = line[width:]
		}
		wrapped.WriteString(line)
	}
	tr := scanText(t, "log\n"+wrapped.String()+"05:47:19 done\n")
	checkTiling(t, tr)
	checkStrings(t, "messages", outline(tr), `2-23 plain "INVITE sip:bob@example.com SIP/2.0" whole/masked`)
	seg, _ := tr.Segment(tr.Find(20))
	if got := strings.TrimSpace(string(seg.Messages[0].Text)); got != strings.TrimSpace(long) {
		t.Errorf("%q\nwant %q", got, long)
	}
	checkLogOfPhys(t, seg.Messages[0])
}
