package trace

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipls/server/sip"
	"sipls/server/text"
)

// dotted returns the messages in s with LF line ends before each of which a point stands.
func dotted(s string) string { return strings.ReplaceAll(withMessages(s), "\n", ".\n") }

func TestNgrepByline(t *testing.T) {
	const (
		head = "U 2026/11/22 09:22:38.651179 192.0.2.70:5060 -> 192.0.2.10:5060 #1\n"
		back = "U 2026/11/22 09:22:38.651923 192.0.2.10:5060 -> 192.0.2.70:5060 #2\n"
	)
	text := "MESSAGE sip:bob@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.70\nFrom: <sip:alice@example.com>;tag=1\nTo: <sip:bob@example.com>\n" +
		"Call-ID: 1\nCSeq: 1 MESSAGE\nContent-Type: text/plain\nContent-Length: %d\n\n"
	runSamples(t, []sample{
		{
			name: "request and response",
			text: "input: x.pcap\nfilter: ( port 5060 )\nmatch (JIT): .\n\n" + head + dotted("$INVITE\n") + "\n\n" + back + dotted("$407\n") + "\n\n",
			outline: []string{
				`6-23 ngrep "INVITE sip:bob@example.com SIP/2.0" whole/whole`,
				`27-35 ngrep "SIP/2.0 407 Proxy Authentication Required" whole/whole`,
			},
			envelopes: []string{
				"2026/11/22 09:22:38.651179 - 192.0.2.70 5060>192.0.2.10 5060 - 0",
				"2026/11/22 09:22:38.651923 - 192.0.2.10 5060>192.0.2.70 5060 - 0",
			},
		},
		{
			name: "what may be missing in the line above, and what else may stand there",
			text: "#\nT +0.000742 192.0.2.70:40000 -> 192.0.2.10:5060 [AP] #4\n" + dotted("$OPTIONS\n") + "\n" +
				"U [2001:db8::7]:5060 -> 2001:db8::1:5061\n" + dotted("$200\n") + "\n##\n",
			outline: []string{
				`3-11 ngrep "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`14-21 ngrep "SIP/2.0 200 OK" whole/whole`,
			},
			envelopes: []string{
				"- - 192.0.2.70 40000>192.0.2.10 5060 - 0", "- - 2001:db8::7 5060>2001:db8::1 5061 - 0",
			},
		},
		{
			name: "the document has CR LF line ends",
			text: strings.ReplaceAll(head+dotted("$INVITE\n")+"\n"+back+dotted("$407\n")+"\n", "\n", "\r\n"),
			outline: []string{
				`2-19 ngrep "INVITE sip:bob@example.com SIP/2.0" whole/whole`,
				`22-30 ngrep "SIP/2.0 407 Proxy Authentication Required" whole/whole`,
			},
		},
		{
			name: "bodies: without CR, without a line end, with a point of their own, cut",
			text: head + strings.ReplaceAll(fmt.Sprintf(text, 12), "\n", ".\n") + "hello\n\nthere\n\n\n" +
				head + strings.ReplaceAll(fmt.Sprintf(text, 6), "\n", ".\n") + "Hello.\n\n\n" +
				head + strings.ReplaceAll(fmt.Sprintf(text, 8), "\n", ".\n") + "Hello..\n\n\n" +
				head + cutBehind(dotted("$INVITE\n"), "t=0 0.\n") + "\n\n" + back + dotted("$407\n") + "\n\n",
			outline: []string{
				`2-13 ngrep "MESSAGE sip:bob@example.com SIP/2.0" whole/whole`,
				`17-26 ngrep "MESSAGE sip:bob@example.com SIP/2.0" whole/whole`,
				`30-39 ngrep "MESSAGE sip:bob@example.com SIP/2.0" whole/whole`,
				`43-58 ngrep "INVITE sip:bob@example.com SIP/2.0" whole/unknown`,
				`62-70 ngrep "SIP/2.0 407 Proxy Authentication Required" whole/whole`,
			},
		},
		{
			name:    "the empty line behind a packet does not end the header section",
			text:    head + cutBehind(dotted("$OPTIONS\n"), "CSeq: 63104 OPTIONS.\n") + "\n\n" + back + dotted("$200\n") + "\n\n",
			outline: []string{`2-8 ngrep "OPTIONS sip:192.0.2.10 SIP/2.0" cut/cut`, `12-19 ngrep "SIP/2.0 200 OK" whole/whole`},
		},
		{
			name: "two messages in a packet, the second without time and addresses of its own",
			text: "T 2026/11/22 09:22:38.651179 192.0.2.70:5060 -> 192.0.2.10:5060 [AP] #1\n" + dotted("$INVITE\n$OPTIONS\n") + "\n\n",
			outline: []string{
				`2-19 ngrep "INVITE sip:bob@example.com SIP/2.0" whole/whole`,
				`20-28 ngrep "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
			envelopes: []string{"2026/11/22 09:22:38.651179 - 192.0.2.70 5060>192.0.2.10 5060 - 0", "- - ->- - 0"},
		},
		{
			name: "packets that are wrapped or in one line have another format",
			text: head + "  OPTIONS sip:192.0.2.10 SIP/2.0..Via: SIP/2.0/UDP 192.0.2.70;branch=z9hG4bK77\n  6asdhds..CSeq: 63104 OPTIONS....\n#\n" +
				back + "  SIP/2.0 200 OK..Via: SIP/2.0/UDP 192.0.2.70;branch=z9hG4bK776asdhds..To: <s\n  ip:192.0.2.10>..CSeq: 63104 OPTIONS....\n#\n" +
				back + "  SIP/2.0 200 OK..Via: SIP/2.0/UDP 192.0.2.70;branch=z9hG4bK776asdhds..pel<\n  Contact: <sip:192.0.2.10>..CSeq: 63104 OPTIONS....\n#\n" +
				back + "SIP/2.0 200 OK..Via: SIP/2.0/UDP 192.0.2.70;branch=z9hG4bK776asdhds..CSeq: 63104 OPTIONS....\n\n",
			outline: []string{
				`2-3 ngrep-wrapped "OPTIONS sip:192.0.2.10 SIP/2.0" cut/cut`,
				`6-7 ngrep-wrapped "SIP/2.0 200 OK" cut/cut`,
				`10-11 ngrep-wrapped "SIP/2.0 200 OK" cut/cut`,
				`14-14 ngrep-wrapped "SIP/2.0 200 OK" cut/cut`,
			},
		},
		{
			name: "without a point, or without the line above, nothing stands for CR",
			text: head + "$OPTIONS\n\nU 192.0.2.70 -> 192.0.2.10\n" + strings.Replace(withMessages("$200\n"), "OK", "OK.", 1) +
				"\n" + dotted("$OPTIONS\n"),
			outline: []string{
				`2-10 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`13-20 plain "SIP/2.0 200 OK." whole/whole`,
			},
		},
	})
}

// What a message says and where: the points belong to the line ends.
func TestNgrepPointsAreNoPartOfValues(t *testing.T) {
	const head = "U 2026/11/22 09:22:38.651179 192.0.2.70:5060 -> 192.0.2.10:5060 #1\n"
	for _, name := range []string{"INVITE", "407"} {
		want := strings.ReplaceAll(sampleMessages[name], "\n", "\r\n")
		tr := scanText(t, head+dotted("$"+name+"\n")+"\n\n")
		seg, _ := tr.Segment(0)
		m := seg.Messages[0]
		if d := cmp.Diff(want, string(m.Text)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		for i := range m.Headers {
			h := &m.Headers[i]
			from, to := tr.Range(0, m, h.Value)
			if got := string(tr.doc.Slice(from, to)); got != string(m.Bytes(h.Value)) || strings.HasSuffix(got, ".") {
				t.Errorf("%s: the value %q stands at %q", name, m.Bytes(h.Value), got)
			}
		}
		end := text.Offset(strings.Index(head+dotted("$"+name+"\n"), ".\n"))
		for off := end; off < end+2; off++ {
			if _, _, log, ok := tr.MessageAt(off); !ok || log != int32(strings.Index(want, "\r\n")) {
				t.Errorf("%s: the byte at %d is logical %d, %v", name, off, log, ok)
			}
		}
		from, to := tr.Range(0, m, sip.Span{Len: int32(len(m.Text))})
		if got := string(tr.doc.Slice(from, to)); got != dotted("$"+name+"\n") {
			t.Errorf("%s: it stands at %q", name, got)
		}
	}
}
