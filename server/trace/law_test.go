package trace

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sipls/server/scenario"
	"sipls/server/sip"
	"sipls/server/text"
)

// failer is what testing.TB and rapid.T have in common.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// checkTiling fails the test unless the segments tile the document and each message maps back to
// the bytes it was made of.
func checkTiling(tb failer, t *Trace) {
	tb.Helper()
	at := 0
	state := State{Mode: t.Mode()}
	for i := range t.Len() {
		seg, start := t.Segment(i)
		if int(start) != at || seg.Len < 1 {
			tb.Fatalf("segment %d of %d bytes starts at %d, the one before ends at %d", i, seg.Len, start, at)
		}
		if seg.In != state {
			tb.Fatalf("segment %d begins in state %+v, the one before ends in %+v", i, seg.In, state)
		}
		if seg.Format == nil || len(seg.Messages) != len(seg.Envelopes) {
			tb.Fatalf("segment %d: format %v, %d messages, %d envelopes", i, seg.Format, len(seg.Messages), len(seg.Envelopes))
		}
		for k, m := range seg.Messages {
			checkMessage(tb, t, i, m)
			checkEnvelope(tb, seg, &seg.Envelopes[k])
		}
		at += seg.Len
		state = seg.Out
	}
	if at != int(t.Document().Len()) {
		tb.Fatalf("segments end at %d, the document at %d", at, t.Document().Len())
	}
}

func checkEnvelope(tb failer, seg *Segment, e *Envelope) {
	tb.Helper()
	for _, r := range []Range{e.Time, e.Src.Host, e.Src.Port, e.Dst.Host, e.Dst.Port, e.Transport, e.Thread} {
		if r.Len != 0 && (r.Off < 0 || r.Len < 0 || int(r.Off+r.Len) > seg.Len) {
			tb.Fatalf("envelope range %v in a segment of %d bytes", r, seg.Len)
		}
	}
}

func checkMessage(tb failer, t *Trace, i int, m *sip.Message) {
	tb.Helper()
	seg := t.Bytes(i)
	if m.Map == nil {
		if int(m.At)+len(m.Text) > len(seg) || !bytes.Equal(seg[m.At:][:len(m.Text)], m.Text) {
			tb.Fatalf("segment %d: the text of a message is not what stands at %d", i, m.At)
		}
	}
	var log, phys int32
	for _, p := range m.Map {
		if p.Log != log || p.Phys < phys || p.LogLen < 1 || p.Kind == sip.Verbatim && p.PhysLen != p.LogLen || int(p.Phys+p.PhysLen) > len(seg) {
			tb.Fatalf("segment %d: piece %+v after logical %d, document %d\n%q\n%q %+v", i, p, log, phys, seg, m.Text, m.Map)
		}
		on, is := string(seg[p.Phys:][:p.PhysLen]), string(m.Text[p.Log:][:p.LogLen])
		if p.Kind == sip.Escape {
			if strings.Count(is, "\n") > 1 {
				tb.Fatalf("segment %d: escape %+v is more than a line: %q for %q", i, p, on, is)
			}
		} else if on != is {
			tb.Fatalf("segment %d: piece %+v maps other bytes", i, p)
		}
		log, phys = p.Log+p.LogLen, p.Phys+p.PhysLen
	}
	if m.Map != nil && int(log) != len(m.Text) {
		tb.Fatalf("segment %d: pieces end at %d of %d", i, log, len(m.Text))
	}
	if m.Head.Is == sip.Whole && m.Head.Reason != "" || m.Head.Is != sip.Whole && m.Head.Reason == "" ||
		m.Tail.Is == sip.Whole && m.Tail.Reason != "" || m.Tail.Is != sip.Whole && m.Tail.Reason == "" {
		tb.Fatalf("segment %d: reasons: head %+v, tail %+v", i, m.Head, m.Tail)
	}
}

// checkEqual fails the test unless the two traces say the same of every byte.
func checkEqual(tb failer, got, want *Trace) {
	tb.Helper()
	if got.Mode() != want.Mode() || got.Len() != want.Len() {
		tb.Fatalf("mode %v, %d segments; from nothing: %v, %d segments", got.Mode(), got.Len(), want.Mode(), want.Len())
	}
	for i := range got.Len() {
		g, ga := got.Segment(i)
		w, wa := want.Segment(i)
		if ga != wa || g.Len != w.Len || g.Read != w.Read || g.In != w.In || g.Out != w.Out || g.Format != w.Format {
			tb.Fatalf("segment %d at %d: %+v\nfrom nothing at %d: %+v", i, ga, g, wa, w)
		}
		if !slices.EqualFunc(w.Messages, g.Messages, sameMessage) {
			tb.Fatalf("segment %d, messages from nothing and after the edit:\n%s", i, cmp.Diff(w.Messages, g.Messages))
		}
		if !slices.Equal(w.Envelopes, g.Envelopes) {
			tb.Fatalf("segment %d, envelopes from nothing and after the edit:\n%s", i, cmp.Diff(w.Envelopes, g.Envelopes))
		}
	}
}

func sameMessage(a, b *sip.Message) bool {
	return bytes.Equal(a.Text, b.Text) && slices.Equal(a.Map, b.Map) && a.At == b.At && a.Start == b.Start &&
		slices.Equal(a.Headers, b.Headers) && a.Blank == b.Blank && a.Body == b.Body &&
		a.Head == b.Head && a.Tail == b.Tail && a.Exact == b.Exact && a.Form == b.Form
}

// checkSplice fails the test unless the segments outside of the splice are the old ones.
func checkSplice(tb failer, old, next *Trace, sp Splice) {
	tb.Helper()
	if sp.First > sp.OldEnd || sp.First > sp.NewEnd || old.Len()-sp.OldEnd != next.Len()-sp.NewEnd {
		tb.Fatalf("%+v of %d segments, now %d", sp, old.Len(), next.Len())
	}
	for i := range next.Len() {
		was := i
		if i >= sp.NewEnd {
			was = i - sp.NewEnd + sp.OldEnd
		} else if i >= sp.First {
			continue
		}
		a, _ := old.Segment(was)
		b, _ := next.Segment(i)
		if a != b {
			tb.Fatalf("segment %d is outside of %+v and another one than before", i, sp)
		}
	}
}

// fragments are what random texts are made of: lines that mean something to the scanner.
var fragments = []string{
	"\n", "\r\n", "\r", "\n\n", "\r\n\r\n", " ", "   ", "\t", "x", ":", "]]>", "0", "SIP/2.0", "SIP/",
	"INVITE sip:bob@example.com SIP/2.0\r\n", "INVITE sip:bob@example.com SIP/2.0\n", "   BYE sip:bob@example.com SIP/2.0\n",
	"SIP/2.0 407 Proxy Authentication Required\r\n", "SIP/2.0 200 OK\n", "SIP/2.0 4O4 Not Found\n", "ACK [next_url] SIP/2.0\n",
	"Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\r\n", "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\n", "   Via: SIP/2.0/UDP 192.0.2.1\n",
	"From: <sip:alice@example.com>;tag=1\n", "To: <sip:bob@example.com>\r\n", "Call-ID: 1@192.0.2.1\n", "CSeq: 1 INVITE\n", " folded\n",
	"Content-Length: 0\r\n", "Content-Length: 0\n", "Content-Length: 5\n", "Content-Length: 12\r\n", "Content-Length: 300\n",
	"Content-Type: application/sdp\n", "Content-Type: text/plain\r\n", "Content-Type: message/sipfrag\n",
	"v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\n", "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n", "hello", "hello\n",
	"<--- Received SIP request (541 bytes) from UDP:192.0.2.1:5060 --->\n", "[Nov 22 05:47:19] VERBOSE[1] res_pjsip_logger.c: <--- Transmitting SIP response (5 bytes) to TCP:[2001:db8::1]:5061 --->\n",
	"recv 326 bytes from udp/[192.0.2.10]:5060 at 05:47:55.530071:\n", "   " + rule72 + "\n", rule72 + "\n",
	sippRule + " 2026-11-22 05:47:19.301621\n", sippRule + "\n", "UDP message sent (593 bytes):\n\n", "UDP message received [441] bytes :\n\n",
	"2026/11/22 05:47:19.301621 192.0.2.1:5060 -> 192.0.2.2:5060\n", "[Nov 22 05:47:19] NOTICE[1]: pbx.c: something else\n",
	"browser.js:94 JsSIP:Transport received text message:", "JsSIP:Transport sending message:\n\n", " +1m\n", "JsSIP:RTCSession new +3m\n",
	"2026-11-22\t05:47:17.229792\t1795326437.229792: Dead call 1 (aborted at index 8), received '", "'",
	"U 2026/11/22 09:22:38.651179 192.0.2.70:5060 -> 192.0.2.10:5060 #1\n", ".\n", ".", "SIP/2.0 200 OK.\n", "INVITE sip:bob@example.com SIP/2.0.\n",
	"Via: SIP/2.0/UDP 192.0.2.1.\n", "Content-Length: 12.\n", "Content-Type: text/plain.\n", "hello.\n", "v=0.\ns=-.\n",
	"<scenario name=\"x\">\n<send><![CDATA[\n", "]]></send>\n", "[last_Via:]\n", "\ufeff", "X.X.X.X", "INFO: Sending: ", "\xff\xfe", "\x1b[32m", "\x1b[0m\n",
	`{"msg":"INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1\r\n`, `\r\n`, `"}`, "#015#012", "SIP/2.0 200 OK#012Via: SIP/2.0/UDP 192.0.2.1#012", "^M\n",
	"Nov 22 05:47:19 a[1]: INVITE sip:bob@example.com SIP/2.0\n", "Nov 22 05:47:19 a[1]: Via: SIP/2.0/UDP 192.0.2.1\n", "Nov 22 05:47:20 a[2]: To: <sip:bob@example.com>\n",
	"Nov 22 05:47:20 a[2]: SIP/2.0 200 OK\n", "Nov 22 05:47:19 a[1]: \n", "&lt;", "</pre>", " | ", "|Via: x|To: y|From: z|",
	"Frame 7: 900 bytes on wire\n", "    Request-Line: INVITE sip:bob@example.com SIP/2.0\n", "    Message Header\n", "        Via: SIP/2.0/UDP 192.0.2.1\\r\\n x\n", "    Message Body\n",
	"        Session Description Protocol\n", "            Session Name (s): -\n", "Session Initiation Protocol (SIP as raw text)\n", "        Line-based text data\n", "            hello\\r\\n\n",
	`"_index": "x",` + "\n", `"ip.src": "192.0.2.1",` + "\n", `"sip.Status-Line": "SIP/2.0 200 OK",` + "\n", `"sip.msg_hdr": "Via: x\r\nTo: y\r\n\r\nv=0",` + "\n", `"sdp.version": "0",` + "\n",
	`{"timestamp":"1795326439301","ip_ip_src":"192.0.2.1","ip_ip_dst":"192.0.2.2","sip_sip_Status-Line":"SIP/2.0 200 OK",`, `"sip_sip_msg_hdr":"Via: x\r\nTo: y\r\n"`, `"sip_sip_Request-Line":"BYE sip:a SIP/2.0","sip_sip_msg_hdr":"a: b\r\n`,
	"  7 0.1 192.0.2.1 → 192.0.2.2 SIP 9 Status: 200 OK | \n", "  7 0.1 192.0.2.1 192.0.2.2 SIP 9 Request: BYE sip:a\n", "2026-11-22\t05:47:16.9\t1.2\tS\t1@a\tCSeq:1 BYE\tBYE sip:a SIP/2.0\n",
	"  INVITE sip:bob@example.com SIP/2.0..Via: x..\n", "  To: y....v=0..\n", "INVITE sip:bob@example.com SIP/2.0..Via: x..To: y....\n", "U 192.0.2.1:5060 -> 192.0.2.2:5060 SIP/2.0 200 OK..Via: x..To: y....\n",
	"05:47:19.301621 IP 192.0.2.1.5060 > 192.0.2.2.5060: SIP: SIP/2.0 200 OK\n", "05:47:19.301621 IP (tos 0x0)\n", "    192.0.2.1.5060 > 192.0.2.2.5060: SIP, length: 9\n", "\tSIP/2.0 200 OK\n", "\tVia: x\n",
	"E..\n..vSIP/2.0 200 OK\n", "254\n", "\t233\n",
}

const rule72 = "------------------------------------------------------------------------"

// uniform draws a number of [lo, hi], all of them equally often, which rapid's own do not.
func uniform(t *rapid.T, label string, lo, hi int) int {
	return lo + int(rapid.Uint64().Draw(t, label)*0x9e3779b97f4a7c15>>32%uint64(hi-lo+1))
}

// randomText draws a text: fragments, or a stretch of a producer's log.
func randomText(t *rapid.T, label string, most int) []byte {
	if uniform(t, label+" kind", 0, 1) == 0 {
		log := logs[uniform(t, label+" log", 0, len(logs)-1)]
		from := uniform(t, label+" from", 0, len(log))
		if uniform(t, label+" at a line", 0, 3) > 0 {
			from = bytes.LastIndexByte(log[:from], '\n') + 1
		}
		return bytes.Clone(log[from:min(len(log), from+uniform(t, label+" size", 0, most))])
	}
	var b []byte
	for i := range uniform(t, label+" fragments", 0, 24) {
		b = append(b, fragments[uniform(t, fmt.Sprint(label, i), 0, len(fragments)-1)]...)
	}
	return b
}

// logs are some kilobytes of each format, of a SIPp scenario and of noise.
var logs = func() [][]byte {
	var all [][]byte
	for _, f := range scenario.AllFormats() {
		var b bytes.Buffer
		if err := scenario.Generate(&b, f, 12<<10, 7); err != nil {
			panic(err)
		}
		all = append(all, b.Bytes())
	}
	var b bytes.Buffer
	if err := scenario.Noise(&b, 4<<10, 7); err != nil {
		panic(err)
	}
	all = append(all, b.Bytes(), []byte(sippScenarioSample), examples())
	// Every way of carrying a message in a line, and two writers at once.
	messages := []string{withMessages("$OPTIONS\n"), withMessages("$INVITE\n")}
	for _, c := range carried {
		all = append(all, []byte(c.write(messages...)))
	}
	for _, s := range dissected() {
		all = append(all, []byte(s))
	}
	return append(all, []byte(twoWriters(messages[0], messages[1])))
}()

const sippScenarioSample = `<?xml version="1.0" encoding="UTF-8" ?>
<scenario name="register">
  <send retrans="500">
    <![CDATA[

      REGISTER sip:[remote_ip] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: <sip:1001@example.com>;tag=[call_number]
      To: <sip:1001@example.com>
      Call-ID: [call_id]
      CSeq: 1 REGISTER
      [authentication]
      Content-Length: 0

    ]]>
  </send>
  <recv response="200"/>
  <send><![CDATA[
ACK [next_url] SIP/2.0
[last_Via:]
Content-Length: 0]]></send>
</scenario>
`

// The law of the design: incremental equals from nothing.
func TestEditEqualsScan(t *testing.T) {
	// A hundred texts, as rapid has it, are too few: most of what can go wrong is at the end of a text.
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		if err := f.Value.Set("4000"); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Value.Set(f.DefValue) }()
	}
	rapid.Check(t, func(t *rapid.T) {
		var o Options
		if m := uniform(t, "mode", -3, 2); m >= 0 {
			o.Mode = modeOf(Mode(m))
		}
		doc := text.New(append(randomText(t, "text", 8<<10), randomText(t, "more", 4<<10)...))
		tr := Scan(doc, o)
		checkTiling(t, tr)
		checkEqual(t, inShares(tr, uniform(t, "share", 20, 5<<10)), tr)
		for i := range uniform(t, "edits", 1, 4) {
			c := randomChange(t, doc, i)
			doc = doc.Apply(c)
			next, sp := tr.Edit(doc, c)
			checkEqual(t, next, Scan(doc, o))
			checkTiling(t, next)
			checkSplice(t, tr, next, sp)
			tr = next
		}
	})
}

// inShares scans the document of a trace anew on several processors, in shares of size bytes.
func inShares(tr *Trace, size int) *Trace {
	return &Trace{doc: tr.doc, forced: tr.forced, mode: tr.mode, segs: scanShares(tr.doc, tr.forced != nil, tr.mode, 2, size, nil)}
}

func randomChange(t *rapid.T, doc *text.Document, i int) text.Change {
	label := fmt.Sprintf("edit %d ", i)
	n := int(doc.Len())
	at := uniform(t, label+"at", 0, n)
	end := min(n, at+[]int{0, 0, 1, 2, 7, 100, 2000}[uniform(t, label+"deletes", 0, 6)])
	c := text.Change{Start: text.Offset(at), End: text.Offset(end)}
	switch uniform(t, label+"kind", 0, 2) {
	case 0:
		c.Text = []byte(fragments[uniform(t, label+"inserts", 0, len(fragments)-1)])
	case 1:
		c.Text = randomText(t, label+"inserts", 2<<10)
	}
	return c
}

// The same over texts longer than tiles and lines may be, with many edits of one trace.
func TestEditEqualsScanInLongTexts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	long := bytes.Repeat([]byte("x"), maxLine+7)
	var texts [][]byte
	for _, f := range scenario.AllFormats() {
		texts = append(texts, generated(t, f, 300<<10))
	}
	texts = append(texts, noise(t, 300<<10), bytes.Repeat(append(long, generated(t, scenario.AsteriskFull, 3<<10)...), 4))
	for _, h := range hostileTexts {
		texts = append(texts, h.make(200<<10))
	}
	for _, b := range texts {
		doc := text.New(b)
		tr := Scan(doc, Options{})
		for _, size := range []int{30_000, 100_000} {
			checkEqual(t, inShares(tr, size), tr)
		}
		for range 12 {
			n := int(doc.Len())
			at := r.IntN(n + 1)
			c := text.Change{Start: text.Offset(at), End: text.Offset(min(n, at+[]int{0, 0, 1, 50, 5000, 70_000}[r.IntN(6)]))}
			switch r.IntN(4) {
			case 0:
				c.Text = []byte(fragments[r.IntN(len(fragments))])
			case 1:
				log := logs[r.IntN(len(logs))]
				c.Text = log[:r.IntN(len(log))]
			case 2:
				c.Text = long[:r.IntN(len(long))]
			}
			doc = doc.Apply(c)
			next, sp := tr.Edit(doc, c)
			checkEqual(t, next, Scan(doc, Options{}))
			checkSplice(t, tr, next, sp)
			tr = next
		}
		checkTiling(t, tr)
	}
}

// What a segment holds does not depend on where the text happens to lie in memory.
func TestScanOfPiecesEqualsScan(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, b := range logs {
		want := Scan(text.New(b), Options{})
		for range 10 {
			doc := text.New(nil)
			for at := 0; at < len(b); {
				n := min(len(b)-at, 1+r.IntN(20<<10))
				doc = doc.Apply(text.Change{Start: doc.Len(), End: doc.Len(), Text: b[at : at+n]})
				at += n
			}
			got := Scan(doc, Options{})
			checkEqual(t, got, want)
		}
	}
}

// What a segment does not hold may still decide what it holds.
func TestEditBehindASegmentThatSawIt(t *testing.T) {
	const ok = "SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"
	farBody := "MESSAGE sip:bob@example.com SIP/2.0\r\nContent-Length: %d\r\n\r\n"
	for _, c := range []struct {
		name, text, appended string
		at                   int // from the end
	}{
		{"an LF behind the CR that ends a message", strings.ReplaceAll(withMessages("x\n$OPTIONS\n"), "\n", "\r") + "y", "\n", 1},
		{"an LF behind the last empty line that is looked at", strings.ReplaceAll(withMessages("x\n$OPTIONS\n")+strings.Repeat("\n", fewLines), "\n", "\r") + "y", "\n", 1},
		{"an LF behind the CR that ends a bare message", strings.ReplaceAll(ok, "\n", "") + ok, "\n", len(ok)},
		{"the place where Content-Length ends, CR LF", fmt.Sprintf(farBody, 7+len(ok)+20) + "hello\r\n" + ok, strings.Repeat("x", 18) + "\r\n" + ok, 0},
		{"the place where Content-Length ends, LF", strings.ReplaceAll(fmt.Sprintf(farBody, 7+len(ok)+20)+"hello\r\n"+ok, "\r", ""), strings.Repeat("x", 18) + "\n" + ok, 0},
		{"a start line behind the gap behind a body", fmt.Sprintf(farBody, 7) + "hello\r\n" + strings.Repeat("\r\n", 20) + "INVITE sip:bob@example.com", " SIP/2.0\r\n\r\n", 0},
		{"empty lines behind a bare message", ok + "\r\n \r\n", " \r\n" + ok, 0},
		{"the header field that makes a start line of a line", "x\nSIP/2.0 200 OK\nX-A: b\nX-B: c\n", "Via: SIP/2.0/UDP 192.0.2.1\n", 0},
		{"the line that makes a damaged line part of a message", "x\n" + cutBehind(sampleMessages["OPTIONS"], "Max-Forwards: 70\n") + "???\n", "From: <sip:a@example.com>\n", 0},
		{"the marker that makes a body whole", "x\n" + strings.Replace(sampleMessages["OPTIONS"], "Content-Length: 0\n", "", 1) + "\n\n", "<--- Received SIP request (457 bytes) from UDP:192.0.2.70:5060 --->\n", 0},
	} {
		doc := text.New([]byte(c.text))
		at := doc.Len() - text.Offset(c.at)
		tr := Scan(doc, Options{})
		for _, change := range []text.Change{
			{Start: at, End: at, Text: []byte(c.appended)},
			{Start: at, End: at + text.Offset(len(c.appended))}, // and back
		} {
			doc = doc.Apply(change)
			next, sp := tr.Edit(doc, change)
			want := Scan(doc, Options{})
			if a, b := lengths(tr), lengths(want); slices.Equal(outline(tr), outline(want)) && slices.Equal(a[:len(a)-1], b[:len(b)-1]) {
				t.Errorf("%s: the change decides nothing", c.name)
			}
			checkEqual(t, next, want)
			checkSplice(t, tr, next, sp)
			tr = next
		}
	}
}

// lengths returns the lengths of the segments.
func lengths(t *Trace) []int {
	var n []int
	for i := range t.Len() {
		seg, _ := t.Segment(i)
		n = append(n, seg.Len)
	}
	return n
}

func TestStartLineInALongLineIsNone(t *testing.T) {
	for _, before := range []int{maxPrefix + 1, tileLen + 500, 2*tileLen + 1, 3*maxLine - 1} {
		s := "log\n" + strings.Repeat("x", before) + " " + sampleMessages["OPTIONS"]
		checkStrings(t, fmt.Sprint(before), outline(scanText(t, s)))
		bare := "SIP/2.0 200 OK\n\n" + strings.Repeat("x", maxBody+before) + " " + sampleMessages["OPTIONS"] + sampleMessages["200"]
		got := outline(scanText(t, bare))
		if len(got) != 2 || !strings.Contains(got[1], "200 OK") {
			t.Errorf("%d: %q", before, got)
		}
	}
}

func TestEditBringsChangeIntoDocument(t *testing.T) {
	b := logs[1]
	doc := text.New(b)
	tr := Scan(doc, Options{})
	for _, c := range []text.Change{
		{Start: -5, End: 3, Text: []byte("x")},
		{Start: 10, End: 5, Text: []byte("x")},
		{Start: doc.Len() + 5, End: doc.Len() + 9, Text: []byte("SIP/2.0 200 OK\nVia: a\n")},
		{Start: 0, End: doc.Len() + 100},
		{Start: -9, End: -3, Text: b},
	} {
		next := doc.Apply(c)
		got, _ := tr.Edit(next, c)
		checkEqual(t, got, Scan(next, Options{}))
	}
}

func FuzzScan(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, o := range []Options{{}, {Mode: modeOf(Log)}, {Mode: modeOf(Bare)}, {Mode: modeOf(Scenario)}} {
			tr := Scan(text.New(b), o)
			checkTiling(t, tr)
			checkEqual(t, inShares(tr, len(b)/3+1), tr)
			for i := range tr.Len() {
				seg, _ := tr.Segment(i)
				for _, m := range seg.Messages {
					checkLogOfPhys(t, m)
				}
			}
			for m := range tr.AllMentions {
				if m.To-m.From != 3 || m.Status < 100 || m.Status > 699 {
					t.Fatalf("mention %+v", m)
				}
			}
		}
	})
}

func modeOf(m Mode) *Mode { return &m }

// checkLogOfPhys fails the test unless each logical byte comes back from its place in the document.
func checkLogOfPhys(t *testing.T, m *sip.Message) {
	t.Helper()
	for i := range int32(len(m.Text)) {
		want, nowhere := i, false
		for _, p := range m.Map {
			if p.Kind == sip.Escape && p.Log <= i && i < p.Log+p.LogLen {
				want, nowhere = p.Log, p.PhysLen == 0
			}
		}
		if nowhere {
			continue // what the log left out
		}
		if log, ok := m.Log(m.Phys(i)); !ok || log != want {
			t.Fatalf("logical %d is at %d, which is logical %d, %v", i, m.Phys(i), log, ok)
		}
	}
}

func FuzzEdit(f *testing.F) {
	for i, b := range logs {
		f.Add(b[:min(len(b), 2<<10)], uint16(i*97), uint16(i%5), []byte(fragments[i%len(fragments)]))
	}
	f.Fuzz(func(t *testing.T, b []byte, at, deletes uint16, inserts []byte) {
		doc := text.New(b)
		from := min(int(at), len(b))
		c := text.Change{Start: text.Offset(from), End: text.Offset(min(from+int(deletes), len(b))), Text: inserts}
		next := doc.Apply(c)
		tr := Scan(doc, Options{})
		got, sp := tr.Edit(next, c)
		checkEqual(t, got, Scan(next, Options{}))
		checkSplice(t, tr, got, sp)
	})
}

func addSeeds(f *testing.F) {
	f.Helper()
	for _, b := range logs {
		f.Add(b[:min(len(b), 3<<10)])
	}
	for _, s := range fragments {
		f.Add([]byte(s))
	}
}
