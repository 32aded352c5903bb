package trace

import (
	"math/rand/v2"
	"strings"
	"testing"

	"sipls/server/scenario"
	"sipls/server/sip"
	"sipls/server/text"
)

func TestFindAndSegment(t *testing.T) {
	tr := scanText(t, withMessages("x\n$OPTIONS\n\n$200\n\n\ny\n"))
	for off := text.Offset(0); off <= tr.Document().Len()+3; off++ {
		i := tr.Find(off)
		seg, start := tr.Segment(i)
		end := start + text.Offset(seg.Len)
		if off < start || off >= end && i != tr.Len()-1 {
			t.Errorf("the byte at %d is in segment %d, [%d, %d)", off, i, start, end)
		}
		if got, want := string(tr.Bytes(i)), string(tr.Document().Slice(start, end)); got != want {
			t.Errorf("segment %d is %q, want %q", i, got, want)
		}
	}
	if got := tr.Find(-1); got != -1 {
		t.Errorf("the byte at -1 is in segment %d", got)
	}
}

func TestMessageAt(t *testing.T) {
	s := withMessages("x\n$OPTIONS\n   y\n>200\n")
	tr := scanText(t, s)
	for off := range text.Offset(len(s) + 2) {
		i, k, log, ok := tr.MessageAt(off)
		if !ok {
			continue
		}
		seg, start := tr.Segment(i)
		m := seg.Messages[k]
		if int(log) < len(m.Text) && (start+text.Offset(m.Phys(log)) != off || m.Text[log] != s[off]) {
			t.Errorf("the byte at %d is logical %d of %q", off, log, m.Bytes(m.Start.Text))
		}
	}
	for at, want := range map[int]bool{
		0: false, strings.Index(s, "OPTIONS"): true, strings.Index(s, "   y"): false, strings.Index(s, "   SIP/2.0"): false, strings.Index(s, "   SIP/2.0") + 3: true,
		strings.Index(s, "   Via"): false, strings.Index(s, "   Via") + 4: true, -1: false, len(s) + 1: false,
	} {
		if _, _, _, ok := tr.MessageAt(text.Offset(at)); ok != want {
			t.Errorf("the byte at %d is in a message: %v", at, ok)
		}
	}
}

func TestRange(t *testing.T) {
	s := withMessages("   y\n>200\n")
	tr := scanText(t, s)
	i := tr.Len() - 1
	seg, _ := tr.Segment(i)
	m := seg.Messages[0]
	for _, c := range []struct {
		what string
		span sip.Span
		want string
	}{
		{"the start line", m.Start.Text, "SIP/2.0 200 OK"},
		{"a field with its line end", m.Headers[1].Line, "From: <sip:probe@example.com>;tag=1928301774\n"},
		{"two fields and the indentation between them", sip.Span{Off: m.Headers[4].Line.Off, Len: m.Headers[5].Name.End() - m.Headers[4].Line.Off}, "CSeq: 63104 OPTIONS\n   Content-Length"},
		{"nothing", sip.Span{Off: m.Headers[4].Line.Off}, ""},
	} {
		from, to := tr.Range(i, m, c.span)
		if got := s[from:to]; got != c.want {
			t.Errorf("%s is %q, want %q", c.what, got, c.want)
		}
	}
}

// Edits of a text with many pages of segments.
func TestEditOfManySegments(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	doc := text.New(generated(t, scenario.AsteriskFull, 2<<20))
	tr := Scan(doc, Options{})
	if tr.Len() < 4*pageLen {
		t.Fatalf("%d segments are too few", tr.Len())
	}
	for i := range 60 {
		n := int(doc.Len())
		at := r.IntN(n + 1)
		c := text.Change{Start: text.Offset(at), End: text.Offset(min(n, at+[]int{0, 1, 700, 300_000}[r.IntN(4)])), Text: logs[r.IntN(len(logs))]}
		if i%3 == 0 {
			c.Text = []byte("x")
		}
		doc = doc.Apply(c)
		next, sp := tr.Edit(doc, c)
		checkSplice(t, tr, next, sp)
		tr = next
		if i%10 == 0 {
			checkEqual(t, tr, Scan(doc, Options{}))
		}
	}
	checkEqual(t, tr, Scan(doc, Options{}))
	for k, p := range tr.segs.pages {
		if len(p.segs) == 0 || len(p.segs) > 2*pageLen {
			t.Errorf("page %d has %d segments", k, len(p.segs))
		}
	}
	if most := 4 * (tr.Len()/pageLen + 1); len(tr.segs.pages) > most+60 {
		t.Errorf("%d pages for %d segments", len(tr.segs.pages), tr.Len())
	}
}

// What has not the size of a message is not taken for one when there are many in a row; what follows is found.
func TestManyTinyMessages(t *testing.T) {
	const n = 10_000
	for name, c := range map[string]struct {
		tiny string
		bare bool
	}{
		"start lines":                {"INVITE sip:a@b SIP/2.0\n", true},
		"messages without a body":    {"A sip:a SIP/2.0\r\nl:0\r\n\r\n", true},
		"start lines with one field": {"INVITE sip:a@b SIP/2.0\nv:a\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			head := "x\n"
			if c.bare {
				head = ""
			}
			tr := scanText(t, head+strings.Repeat(c.tiny, n)+withMessages("$OPTIONS\n$200\n"))
			messages := outline(tr)
			if len(messages) > n/4 {
				t.Errorf("%d messages", len(messages))
			}
			for i, want := range []string{`"OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`, `"SIP/2.0 200 OK" whole/whole`} {
				if got := messages[len(messages)-2+i]; !strings.HasSuffix(got, want) {
					t.Errorf("%s, want %s", got, want)
				}
			}
		})
	}
	tr := scanText(t, "x\n"+strings.Repeat("INVITE sip:a@b SIP/2.0\nv:a\n", maxTiny))
	if got := len(outline(tr)); got != maxTiny {
		t.Errorf("%d messages of %d", got, maxTiny)
	}
}
