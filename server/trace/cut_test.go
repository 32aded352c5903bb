package trace

import (
	"bytes"
	"testing"

	"sipls/server/sip"
	"sipls/server/text"
)

// checkCut fails the test unless the text cut at `at` holds the messages that lie wholly before the cut as they
// were, but for the last of them.
func checkCut(tb failer, whole *Trace, at int) {
	tb.Helper()
	doc := whole.Document()
	c := text.Change{Start: text.Offset(at), End: doc.Len()}
	cut, _ := whole.Edit(doc.Apply(c), c)
	if cut.Mode() != whole.Mode() {
		return // so little is left of the text that it looks like another kind
	}
	want, got := messagesBefore(whole, at), messagesBefore(cut, at)
	for i := 0; i < len(want)-1; i++ {
		if i >= len(got) || got[i].at != want[i].at || !bytes.Equal(got[i].Text, want[i].Text) || got[i].Head != want[i].Head || got[i].Tail != want[i].Tail {
			tb.Fatalf("cut at %d: message %d of %d, at %d, is another one than before\n%q", at, i, len(want), want[i].at, want[i].Text)
		}
	}
}

type placed struct {
	*sip.Message
	at int
}

// messagesBefore returns the messages that end before a document offset.
func messagesBefore(t *Trace, end int) []placed {
	var out []placed
	for i := range t.Len() {
		seg, start := t.Segment(i)
		if int(start) >= end {
			break
		}
		for _, m := range seg.Messages {
			if int(start)+int(m.PhysEnd(int32(len(m.Text)))) <= end {
				out = append(out, placed{m, int(start) + int(m.Phys(0))})
			}
		}
	}
	return out
}

func TestCutAtEveryByte(t *testing.T) {
	for _, log := range logs {
		log = log[:min(len(log), 2<<10)]
		whole := Scan(text.New(log), Options{})
		for at := range log {
			checkCut(t, whole, at)
		}
	}
}
