package trace

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"

	"sipls/server/text"
)

// hostileTexts are texts in which a look ahead, a look back or a message could be made to
// cost more than its length.
var hostileTexts = []struct {
	name string
	make func(n int) []byte
}{
	{"one line of anchors", repeat("SIP/2.0 ")},
	{"lines of anchors", repeat(strings.Repeat("SIP/2.0 ", 120) + "\n")},
	{"lines of status lines", repeat(strings.Repeat("SIP/2.0 200 ", 80) + "\n")},
	{"long lines that begin with anchors", repeat(strings.Repeat("SIP/2.0 200 ", 80) + strings.Repeat("x", 60<<10) + "\n")},
	{"an anchor at each kilobyte of a line", repeat(strings.Repeat("x", 1000) + " SIP/2.0 200 OK ")},
	{"status lines and blanks", repeat("SIP/2.0 200" + strings.Repeat(" ", 30<<10) + "\n")},
	{"start lines alone", repeat("INVITE sip:a@example.com SIP/2.0\n")},
	{"start lines, then fields without end", repeat("x\nINVITE sip:a@example.com SIP/2.0\n" + strings.Repeat("X-A: "+strings.Repeat("y", 60<<10)+"\n", 4))},
	{"messages without end", repeat("x\nINVITE sip:a@example.com SIP/2.0\nVia: SIP/2.0/UDP a\n")},
	{"a header section without end", after("x\nINVITE sip:a@example.com SIP/2.0\nVia: SIP/2.0/UDP a\n", "a:\n")},
	{"a folded field without end", after("x\nINVITE sip:a@example.com SIP/2.0\nVia: SIP/2.0/UDP a\n", " ,\n")},
	{"a body without end", after("x\nMESSAGE sip:a@example.com SIP/2.0\nVia: SIP/2.0/UDP a\nContent-Type: text/plain\nContent-Length: 99999999\n\n", "x\n")},
	{"a body of blank lines", after("x\nMESSAGE sip:a@example.com SIP/2.0\nVia: SIP/2.0/UDP a\nContent-Type: text/plain\nContent-Length: 99999999\n\n", "\n")},
	{"bodies of messages", repeat("x\nMESSAGE sip:a@example.com SIP/2.0\nVia: SIP/2.0/UDP a\nContent-Type: message/sip\nContent-Length: 99999999\n\n")},
	{"SDP without end", after("x\nINVITE sip:a@example.com SIP/2.0\nVia: SIP/2.0/UDP a\nContent-Type: application/sdp\n\n", "a=x\n")},
	{"markers alone", repeat("<--- Received SIP request (5 bytes) from UDP:192.0.2.1:5060 --->\n")},
	{"lines above ngrep packets alone", repeat("U 192.0.2.70:5060 -> 192.0.2.10:5060\n")},
	{"start lines with a point for CR", repeat("U 192.0.2.70:5060 -> 192.0.2.10:5060\nINVITE sip:a@example.com SIP/2.0.\n")},
	{"a header section with points for CR without end", after("U 192.0.2.70:5060 -> 192.0.2.10:5060\nINVITE sip:a@example.com SIP/2.0.\nVia: SIP/2.0/UDP a.\n", "a:.\n")},
	{"a body with points for CR", after("U 192.0.2.70:5060 -> 192.0.2.10:5060\nMESSAGE sip:a@example.com SIP/2.0.\nVia: SIP/2.0/UDP a.\nContent-Type: text/plain.\nContent-Length: 99999999.\n.\n", ".\nx.\n")},
	{"SIPp error entries alone", repeat("2026-11-22\t05:47:17.229792\t1795326437.229792: x, received 'SIP/2.0 200 OK\n")},
	{"JsSIP lines alone", repeat("JsSIP:Transport received text message:SIP/2.0 200 OK\n")},
	{"SIPp rules alone", repeat(sippRule + " 2026-11-22 05:47:19.301621\n")},
	{"indented messages", repeat("   x\n   INVITE sip:a@example.com SIP/2.0\n   Via: SIP/2.0/UDP a\n   \n   \n")},
	{"trees without a header section", repeat("    Request-Line: INVITE sip:a@example.com SIP/2.0\n")},
	{"trees far below their frame", repeat(strings.Repeat("    [decoded]\n", 1000) + "    Request-Line: INVITE sip:a@example.com SIP/2.0\n    Message Header\n        Via: SIP/2.0/UDP a\n\n")},
	{"a tree without end", after("    Request-Line: INVITE sip:a@example.com SIP/2.0\n    Message Header\n", "        Via: SIP/2.0/UDP a\n")},
	{"titles of trees", repeat("    Request-Line: INVITE sip:a@example.com SIP/2.0\n        decoded\n        decoded\n    [x]\n")},
	{"JSON without header sections", repeat(`"sip.Status-Line": "SIP/2.0 200 OK",` + "\n")},
	{"JSON far below its packet", repeat(strings.Repeat(`  "decoded": "x",`+"\n", 1000) + `"sip.Status-Line": "SIP/2.0 200 OK",` + "\n")},
	{"a header section of JSON without end", after(`"sip.Status-Line": "SIP/2.0 200 OK",`+"\n"+`"sip.msg_hdr": "`, `Via: SIP/2.0/UDP a\r\n`)},
	{"JSON for Elasticsearch in one line", repeat(`"sip_sip_Status-Line":"SIP/2.0 200 OK","sip_sip_msg_hdr":"Via: SIP/2.0/UDP a\r\nTo: a\r\n",`)},
	{"JSON for Elasticsearch without header sections", repeat(`"sip_sip_Request-Line":"BYE sip:a SIP/2.0",`)},
	{"lines of a list of packets", repeat("1 0.1 192.0.2.1 → 192.0.2.2 SIP 9 Request: BYE sip:a\n")},
	{"lines that resemble a list of packets", repeat("1 SIP 9 Request: SIP/SDP 9 Status: SIP 9 Request: ")},
	{"short messages of SIPp", repeat("2026-11-22\t05:47:16.9\t1.2\tS\t1@a\tCSeq:1 BYE\tBYE sip:a SIP/2.0\n")},
	{"a wrapped packet without end", after("U 192.0.2.70:5060 -> 192.0.2.10:5060\n  SIP/2.0 200 OK..\n", "  Via: SIP/2.0/UDP a..\n")},
	{"a wrapped packet that is no message", after("U 192.0.2.70:5060 -> 192.0.2.10:5060\n  x\n", "  SIP/2.0 SIP/2.0 SIP/2.0 SIP/2.0 SIP/2.0 SIP/2.0 SIP/2.0 SIP/2.0 SIP/2.0\n")},
	{"wrapped packets that are no messages", repeat("U 192.0.2.70:5060 -> 192.0.2.10:5060\n" + strings.Repeat("  SIP/2.0 SIP/2.0 SIP/2.0 SIP/2.0 SIP/2.0 SIP/2.0 SIP/2.0 SIP/2.0 SIP/2.0\n", 9))},
	{"packets in one line", repeat("U 192.0.2.70:5060 -> 192.0.2.10:5060 SIP/2.0 200 OK..Via: SIP/2.0/UDP a..SIP/2.0 200 OK..\n")},
	{"packets of points", repeat("U 192.0.2.70:5060 -> 192.0.2.10:5060\nSIP/2.0 200 OK..Via: " + strings.Repeat(".", 50<<10) + "\n")},
	{"packets of words and points", repeat("U 192.0.2.70:5060 -> 192.0.2.10:5060\nSIP/2.0 200 OK..Via: a.." + strings.Repeat("a....", 10<<10) + "..To: a..\n")},
	{"packets of messages", repeat("U 192.0.2.70:5060 -> 192.0.2.10:5060\n" + strings.Repeat("SIP/2.0 200 OK..Via: a....", 2<<10) + "\n")},
	{"a list of packets that hold messages", repeat("1 0.1 192.0.2.1 → 192.0.2.2 SIP 9 " + strings.Repeat("Status: 200 OK | ", 50) + "\n")},
	{"lines of tcpdump", repeat("05:47:19.301621 IP 192.0.2.70.5060 > 192.0.2.10.5060: SIP: SIP/2.0 200 OK\n")},
	{"lines of tcpdump above glued start lines", repeat("05:47:19.301621 IP 192.0.2.70.5060 > 192.0.2.10.5060: SIP: SIP/2.0 200 OK\nxSIP/2.0 200 OK\n")},
	{"glued start lines", repeat("xSIP/2.0 200 OK\n")},
	{"a message of tcpdump -v without end", after("05:47:19.301621 IP (tos 0x0)\n    192.0.2.70.5060 > 192.0.2.10.5060: SIP, length: 9\n\tSIP/2.0 200 OK\n", "\tVia: SIP/2.0/UDP a\n")},
	{"start lines of tcpdump -v", repeat("05:47:19.301621 IP (tos 0x0)\n" + strings.Repeat("\tSIP/2.0 200 OK\n", 500))},
	{"empty lines", repeat("\n")},
	{"empty lines that end in CR", repeat("\r")},
	{"short lines", repeat("a\n")},
	{"short lines that end in CR", repeat("a:\r")},
	{"anchors on lines that end in CR", repeat("x SIP/2.0 200\rVia: a\r")},
	{"blanks", repeat(" ")},
	{"NUL bytes", repeat("\x00")},
	{"binary", func(n int) []byte {
		b := make([]byte, n)
		for i, x := 0, uint32(1); i < n; i++ {
			x = x*1664525 + 1013904223
			b[i] = byte(x >> 24)
		}
		return b
	}},

	{"bare: lines that end in CR", after("INVITE sip:a@example.com SIP/2.0\r", "a:\r")},
	{"bare: a message and empty lines that end in CR", after("INVITE sip:a@example.com SIP/2.0\rl:0\r\r", "\r")},
	{"bare: a message and empty lines", after("INVITE sip:a@example.com SIP/2.0\nl:0\n\n", "\n")},
	{"bare: a message and blanks", after("INVITE sip:a@example.com SIP/2.0\nl:0\n\n", " ")},
	{"bare: a header section without end", after("INVITE sip:a@example.com SIP/2.0\n", "a:\n")},
	{"bare: a body without end", after("INVITE sip:a@example.com SIP/2.0\n\n", "x\n")},
	{"bare: one line", after("INVITE sip:a@example.com SIP/2.0\n", "x")},
	{"bare: one start line", after("SIP/2.0 200 ", "x")},
	{"bare: start lines alone", repeat("INVITE sip:a@example.com SIP/2.0\n")},
	{"bare: far bodies, LF", repeat("A sip:a SIP/2.0\nl:16000\n\n")},
	{"bare: far bodies, CR LF", repeat("A sip:a SIP/2.0\r\nl:4000000\r\n\r\n")},
	{"bare: bodies that end in one gap", func(n int) []byte {
		b := bytes.Repeat([]byte("INVITE sip:a@example.com SIP/2.0\r\nl:2000000\r\n\r\n"), n/2/50)
		return append(append(b, bytes.Repeat([]byte("\r\n"), n/4)...), "x: y\r\n"...)
	}},
	{"scenario: a message without end", after("<scenario>\n<send><![CDATA[\nINVITE sip:a@example.com SIP/2.0\n", "[a]\n")},
	{"scenario: start lines", after("<scenario>\n", "<![CDATA[\n ACK [next_url] SIP/2.0\n [last_Via:]\n")},
}

func repeat(s string) func(int) []byte { return after("", s) }

// after makes texts of n bytes: head and then s over and over.
func after(head, s string) func(int) []byte {
	return func(n int) []byte {
		b := append([]byte(head), bytes.Repeat([]byte(s), n/len(s)+1)...)
		return b[:n]
	}
}

// The limit is far above what the scanner needs and far below what a scan needs that
// looks at everything again for each line.
func TestScanIsLinearOnHostileText(t *testing.T) {
	const size, limit = 1 << 20, 10 * time.Second
	for _, h := range hostileTexts {
		t.Run(h.name, func(t *testing.T) {
			b := h.make(size)
			for where, doc := range map[string]*text.Document{"in one piece": text.New(b), "in pieces": inPieces(string(b), 50_000)} {
				began := time.Now()
				tr := Scan(doc, Options{})
				if d := time.Since(began); d > limit {
					t.Errorf("%s: %v for %d MiB", where, d, size>>20)
				}
				checkTiling(t, tr)
				began = time.Now()
				for m := range tr.AllMentions {
					_ = m
				}
				if d := time.Since(began); d > limit {
					t.Errorf("mentions, %s: %v for %d MiB", where, d, size>>20)
				}
			}
		})
	}
}

// Offsets in a segment are 32 bits wide.
func TestSegmentsAreSmall(t *testing.T) {
	const limit = maxLookback + maxHead + maxBody + 16*maxLine
	if limit > math.MaxInt32/100 {
		t.Fatalf("limit is %d", limit)
	}
	for _, h := range hostileTexts {
		switch h.name {
		case "a header section without end", "a body without end", "SDP without end", "NUL bytes", "empty lines", "bare: a body without end", "bare: a message and empty lines", "bare: one line":
			tr := Scan(text.New(h.make(6<<20)), Options{})
			for i := range tr.Len() {
				if seg, at := tr.Segment(i); seg.Len > limit {
					t.Errorf("%s: segment of %d bytes at %d", h.name, seg.Len, at)
				}
			}
		}
	}
}

func TestBareMessageBeyondTheLimitsIsCut(t *testing.T) {
	const head = "INVITE sip:a@example.com SIP/2.0\r\nContent-Length: 0\r\n"
	const next = "BYE sip:a@example.com SIP/2.0\r\nContent-Length: 0\r\n\r\n"
	for _, c := range []struct{ name, text string }{
		{"head", head + strings.Repeat("X-A: y\r\n", maxHead/4) + next},
		{"body", head + "\r\n" + strings.Repeat("x\r\n", maxBody/2) + next},
		{"line", head + "\r\n" + strings.Repeat("x", maxBody*2) + "\r\n" + next},
		{"field", head + "X-A: " + strings.Repeat("SIP/2.0 200 ", maxHead/8) + "\r\n" + next},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr := Scan(text.New([]byte(c.text)), Options{})
			checkTiling(t, tr)
			var got []string
			for i := range tr.Len() {
				seg, _ := tr.Segment(i)
				for _, m := range seg.Messages {
					got = append(got, string(m.Bytes(m.Start.Text))+" "+m.Tail.Is.String())
				}
			}
			want := []string{"INVITE sip:a@example.com SIP/2.0 cut", "BYE sip:a@example.com SIP/2.0 whole"}
			if strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
