package trace

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipls/server/sip"
	"sipls/server/text"
)

// scanText scans a text and checks what holds of any.
func scanText(tb testing.TB, s string) *Trace {
	tb.Helper()
	t := Scan(text.New([]byte(s)), Options{})
	checkTiling(tb, t)
	return t
}

// outline says of each message, on a line of its own, where it stands and what it is:
//
//	lines format "start line" head/tail[ exact]
func outline(t *Trace) []string {
	var out []string
	for i := range t.Len() {
		seg, _ := t.Segment(i)
		for _, m := range seg.Messages {
			from, to := t.Range(i, m, sip.Span{Len: int32(len(m.Text))})
			s := fmt.Sprintf("%d-%d %s %q %v/%v", t.doc.LineAt(from)+1, t.doc.LineAt(to-1)+1, seg.Format.Name, m.Bytes(m.Start.Text), m.Head.Is, m.Tail.Is)
			if m.Exact {
				s += " exact"
			}
			out = append(out, s)
		}
	}
	return out
}

// envelopes says of each message what its logger wrote around it:
//
//	time direction source>destination transport size
//
// with "-" for what is not written.
func envelopes(t *Trace) []string {
	var out []string
	for i := range t.Len() {
		seg, _ := t.Segment(i)
		b := t.Bytes(i)
		word := func(r Range) string {
			if r.Len == 0 {
				return "-"
			}
			return string(r.In(b))
		}
		peer := func(e Endpoint) string {
			if e.Host.Len == 0 {
				return "-"
			}
			return word(e.Host) + " " + word(e.Port)
		}
		for _, e := range seg.Envelopes {
			dir := e.Direction.String()
			if dir == "" {
				dir = "-"
			}
			out = append(out, fmt.Sprintf("%s %s %s>%s %s %d", word(e.Time), dir, peer(e.Src), peer(e.Dst), word(e.Transport), e.Size))
		}
	}
	return out
}

func checkStrings(tb testing.TB, what string, got []string, want ...string) {
	tb.Helper()
	if d := cmp.Diff(want, got); d != "" {
		tb.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// sample is a text in which "$OPTIONS", "$200", "$INVITE" and "$407" stand for messages with LF line
// ends, the empty line included, and what has to be found in it.
type sample struct {
	name      string
	text      string
	outline   []string
	envelopes []string // nil: not looked at
}

func (s *sample) run(t *testing.T) {
	t.Run(s.name, func(t *testing.T) {
		tr := scanText(t, withMessages(s.text))
		checkStrings(t, "messages", outline(tr), s.outline...)
		if s.envelopes != nil {
			checkStrings(t, "envelopes", envelopes(tr), s.envelopes...)
		}
	})
}

func runSamples(t *testing.T, samples []sample) {
	t.Helper()
	for _, s := range samples {
		s.run(t)
	}
}

// withMessages replaces the names of sampleMessages, as "$NAME" with LF line ends, as "%NAME" with
// CR LF, as ">NAME" with LF and each line indented by three blanks.
func withMessages(s string) string {
	for name, m := range sampleMessages {
		s = strings.ReplaceAll(s, "$"+name+"\n", m)
		s = strings.ReplaceAll(s, "%"+name+"\n", strings.ReplaceAll(m, "\n", "\r\n"))
		s = strings.ReplaceAll(s, ">"+name+"\n", indented(m))
	}
	return s
}

// sampleMessages by name. On the wire, with CR LF, they have 254, 233, 457 and 349 bytes.
var sampleMessages = map[string]string{
	"OPTIONS": `OPTIONS sip:192.0.2.10 SIP/2.0
Via: SIP/2.0/UDP 192.0.2.70:5060;branch=z9hG4bK776asdhds
Max-Forwards: 70
From: <sip:probe@example.com>;tag=1928301774
To: <sip:192.0.2.10>
Call-ID: a84b4c76e66710@192.0.2.70
CSeq: 63104 OPTIONS
Content-Length: 0

`,
	"200": `SIP/2.0 200 OK
Via: SIP/2.0/UDP 192.0.2.70:5060;branch=z9hG4bK776asdhds
From: <sip:probe@example.com>;tag=1928301774
To: <sip:192.0.2.10>;tag=93810874
Call-ID: a84b4c76e66710@192.0.2.70
CSeq: 63104 OPTIONS
Content-Length: 0

`,
	"INVITE": `INVITE sip:bob@example.com SIP/2.0
Via: SIP/2.0/UDP 192.0.2.70:5060;branch=z9hG4bK74bf9
Max-Forwards: 70
From: <sip:alice@example.com>;tag=9fxced76sl
To: <sip:bob@example.com>
Call-ID: 3848276298220188511@192.0.2.70
CSeq: 1 INVITE
Contact: <sip:alice@192.0.2.70>
Content-Type: application/sdp
Content-Length: 132

v=0
o=alice 53655765 2353687637 IN IP4 192.0.2.70
s=-
c=IN IP4 192.0.2.70
t=0 0
m=audio 49170 RTP/AVP 0
a=rtpmap:0 PCMU/8000
`,
	"407": `SIP/2.0 407 Proxy Authentication Required
Via: SIP/2.0/UDP 192.0.2.70:5060;branch=z9hG4bK74bf9
From: <sip:alice@example.com>;tag=9fxced76sl
To: <sip:bob@example.com>;tag=3flal12sf
Call-ID: 3848276298220188511@192.0.2.70
CSeq: 1 INVITE
Proxy-Authenticate: Digest realm="example.com", nonce="f84f1cec41e6cbe5aea9c8e88d359"
Content-Length: 0

`,
}

func TestSampleMessagesAnnounceTheirBody(t *testing.T) {
	for name, s := range sampleMessages {
		m := sip.Parse([]byte(s))
		n, _, ok := m.ContentLength()
		if got := sip.WireLen(m.Bytes(m.Body)); !ok || got != n {
			t.Errorf("%s: Content-Length %d, %d bytes of body; %d bytes in all", name, n, got, sip.WireLen(m.Text))
		}
		t.Logf("%s: %d lines, %d bytes on the wire", name, strings.Count(s, "\n"), sip.WireLen(m.Text))
	}
}

// cutBehind returns s up to the end of part.
func cutBehind(s, part string) string { return s[:strings.Index(s, part)+len(part)] }

// indented returns s with three blanks before each line.
func indented(s string) string {
	return "   " + strings.ReplaceAll(strings.TrimSuffix(s, "\n"), "\n", "\n   ") + "\n"
}
