package text

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// fragments make texts in which borders of all kinds meet: line ends, code points of
// each length, and sequences that become valid or invalid when their neighbours change.
var fragments = []string{
	"", "a", "SIP/2.0 200 OK", "\r", "\n", "\r\n", "\n\r", "\r\r\n",
	"é", "e\u0301", "€", "😀", "👩\u200d💻", "\ufeff", "\ufffd",
	"\xff", "\xc3", "\xa9", "\xe2\x82", "\xac", "\xf0\x9f\x98", "\x80",
	"\xed\xa0\x80", "\xc0\x80", "\xf4\x90\x80\x80", "\x00",
	"Content-Length: 0\r\n\r\n", strings.Repeat("-", 47), strings.Repeat("ж", 40), strings.Repeat("\U0001F4DE", 9),
}

func TestEditsAgreeWithNaiveText(t *testing.T) {
	smallChunks(t)
	fragment := rapid.SampledFrom(fragments)
	content := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(fragment, 0, 12).Draw(t, "fragments"), "")
	})
	rapid.Check(t, func(t *rapid.T) {
		n := newNaive(content.Draw(t, "text"))
		d := New([]byte(n.text))
		if p := n.problem(d, -2, len(n.text)+2); p != "" {
			t.Fatal(p)
		}
		for range rapid.IntRange(1, 8).Draw(t, "edits") {
			changes := make([]Change, rapid.IntRange(1, 3).Draw(t, "changes"))
			for i := range changes {
				at := rapid.IntRange(-1, len(n.text)+1)
				changes[i] = Change{Offset(at.Draw(t, "start")), Offset(at.Draw(t, "end")), []byte(content.Draw(t, "by"))}
				n = n.apply(changes[i])
			}
			d = d.Apply(changes...)
			if p := n.problem(d, -2, len(n.text)+2); p != "" {
				t.Fatal(p)
			}
			from, to := rapid.IntRange(-1, len(n.text)+1).Draw(t, "from"), rapid.IntRange(-1, len(n.text)+1).Draw(t, "to")
			want := ""
			if lo, hi := max(from, 0), min(to, len(n.text)); lo < hi {
				want = n.text[lo:hi]
			}
			if got := string(d.Slice(Offset(from), Offset(to))); got != want {
				t.Fatalf("Slice(%d, %d) = %q, want %q", from, to, got, want)
			}
		}
	})
}

// FuzzApply makes one change per four bytes of edits: two for the range and two for
// the part of the text itself that is put there, so that pieces of sequences meet.
func FuzzApply(f *testing.F) {
	smallChunks(f)
	f.Add("", []byte{0, 0, 0, 0})
	f.Add("INVITE sip:bob@example.com SIP/2.0\r\nTo: \"Bób 😀\" <sip:bob@example.com>\r\n\r\n", []byte{34, 35, 0, 0, 3, 9, 40, 60})
	f.Add(strings.Repeat("\r", 20)+strings.Repeat("\n", 20), []byte{19, 21, 0, 0, 10, 10, 18, 22})
	f.Add(strings.Repeat("€\xf0\x9f\x98\x80", 12), []byte{5, 6, 0, 0, 7, 9, 1, 30, 80, 200, 2, 3})
	f.Fuzz(func(t *testing.T, text string, edits []byte) {
		if len(text) > 300 || len(edits) > 64 {
			return
		}
		n := newNaive(text)
		d := New([]byte(text))
		for len(edits) >= 4 {
			by := text[min(int(edits[2]), len(text)):]
			by = by[:min(int(edits[3]), len(by))]
			c := Change{Offset(edits[0]), Offset(edits[1]), []byte(by)}
			n, d = n.apply(c), d.Apply(c)
			edits = edits[4:]
			if p := tableProblem(d); p != "" {
				t.Fatal(p)
			}
		}
		if p := n.problem(d, -1, len(n.text)+1); p != "" {
			t.Fatal(p)
		}
	})
}
