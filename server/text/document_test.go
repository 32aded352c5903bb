package text

import (
	"bytes"
	"strings"
	"testing"
)

func TestZeroDocumentIsEmpty(t *testing.T) {
	var d Document
	if p := newNaive("").problem(&d, -1, 1); p != "" {
		t.Error(p)
	}
	if got := string(d.Apply(Change{Text: []byte("a")}).Bytes()); got != "a" {
		t.Errorf("after an insertion: %q", got)
	}
}

func TestNewDoesNotCopy(t *testing.T) {
	b := repeated("SIP/2.0 200 OK\r\n", 5*maxChunk)
	d := New(b)
	if len(d.chunks) < 2 {
		t.Fatal("the text fits in one chunk")
	}
	if got := d.Bytes(); &got[0] != &b[0] || len(got) != len(b) {
		t.Error("Bytes is a copy")
	}
	if got := d.Run(100); &got[0] != &b[100] || len(got) != len(b)-100 {
		t.Error("Run does not reach to the end of the text")
	}
	if got := d.Slice(7, Offset(len(b)-7)); &got[0] != &b[7] || len(got) != len(b)-14 {
		t.Error("Slice over chunk borders is a copy")
	}
}

func TestAppendingToSlicesLeavesTheDocumentAlone(t *testing.T) {
	b := make([]byte, 3, 100)
	copy(b, "abc")
	d := New(b)
	for _, got := range [][]byte{d.Slice(0, 2), d.Bytes(), d.Run(0)[:3], d.Run(1)} {
		if cap(got) != len(got) {
			t.Errorf("%q has capacity %d", got, cap(got))
		}
	}
	_ = append(d.Slice(0, 2), 'x')
	if got := string(d.Bytes()); got != "abc" {
		t.Errorf("the document is now %q", got)
	}
}

func TestSliceOverAnEditIsCopied(t *testing.T) {
	n := newNaive(strings.Repeat("Call-ID: 1@192.0.2.1\r\n", 40000))
	c := Change{400000, 400003, []byte("zyx")}
	d, n := New([]byte(n.text)).Apply(c), n.apply(c)
	for _, r := range [][2]Offset{{0, d.Len()}, {399990, 400010}, {300000, 500000}, {d.Len() - 3, d.Len() + 3}, {-3, 3}} {
		from, to := max(r[0], 0), min(int(r[1]), len(n.text))
		if got, want := string(d.Slice(r[0], r[1])), n.text[from:to]; got != want {
			t.Errorf("Slice(%d, %d) has %d bytes and differs", r[0], r[1], len(got))
		}
	}
	if d.Slice(5, 5) != nil || d.Slice(6, 5) != nil || d.Slice(d.Len(), d.Len()+1) != nil {
		t.Error("an empty slice is not nil")
	}
	var runs []byte
	for run := d.Run(0); run != nil; run = d.Run(Offset(len(runs))) {
		runs = append(runs, run...)
	}
	if !bytes.Equal(runs, []byte(n.text)) {
		t.Error("the runs do not make up the text")
	}
}
