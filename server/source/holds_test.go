package source

import (
	"bytes"
	"strings"
	"testing"
)

func TestHolds(t *testing.T) {
	dir := t.TempDir()
	word := []byte("SIP")
	always := func([]byte) bool { return true }
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"empty":          {"", false},
		"short":          {"SI", false},
		"at once":        {"SIP", true},
		"far":            {strings.Repeat("x", 3*block) + "SIP", true},
		"nowhere":        {strings.Repeat("SI x ", block), false},
		"across a block": {strings.Repeat("x", block-1) + "SIP", true},
		"across another": {strings.Repeat("x", 2*block-3) + "SIP" + strings.Repeat("y", block), true},
		"UTF-16":         {"\xff\xfeS\x00I\x00P\x00", true},
	} {
		if got, err := Holds(write(t, dir, name, c.text), word, always); got != c.want || err != nil {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	never := func(head []byte) bool { return !bytes.HasPrefix(head, []byte("INVITE")) }
	if got, err := Holds(write(t, dir, "bare", "INVITE sip:bob\n"), word, never); !got || err != nil {
		t.Errorf("a message file: %v, %v", got, err)
	}
	for name, want := range map[string]string{dir: "is a directory", dir + "/none": "there is no such file"} {
		if _, err := Holds(name, word, always); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHoldsTakesNoMemory(t *testing.T) {
	name := write(t, t.TempDir(), "big", strings.Repeat("0123456789abcdef", 4<<20/16))
	n := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if got, err := Holds(name, []byte("SIP"), func([]byte) bool { return true }); got || err != nil {
				b.Fatal(got, err)
			}
		}
	}).AllocedBytesPerOp()
	if n > 2*block {
		t.Errorf("%d bytes for a text of 4 MiB", n)
	}
}
