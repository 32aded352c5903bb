package scenario

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestGenerateIsDeterministicAndOfTheSizeAskedFor(t *testing.T) {
	const size = 300_000
	for _, f := range Formats() {
		var a, b, c bytes.Buffer
		for w, seed := range map[*bytes.Buffer]uint64{&a: 7, &b: 7, &c: 8} {
			if err := Generate(w, f, size, seed); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%s: the same seed gives other bytes", f)
		}
		if bytes.Equal(a.Bytes(), c.Bytes()) {
			t.Errorf("%s: another seed gives the same bytes", f)
		}
		if n := a.Len(); n < size || n > size+8192 {
			t.Errorf("%s: %d bytes, want about %d", f, n, size)
		}
	}
}

func TestGeneratedTrafficKeepsTheRules(t *testing.T) {
	for _, f := range []Format{AsteriskPJSIP, FreeSWITCHConsole, SIPpMessages} {
		tr := Trace{Base: base}
		traffic := newTraffic(f, 1)
		calls := map[string]bool{}
		for range 2000 {
			m := *traffic.next()
			tr.Messages = append(tr.Messages, m)
			calls[m.Get("Call-ID")] = true
		}
		for _, p := range broken(tr) {
			t.Error(f, p)
		}
		if len(calls) < 200 {
			t.Errorf("%s: only %d Call-IDs", f, len(calls))
		}
		for _, want := range []string{" 200 ", " 401 ", " 407 ", " 486 ", " 404 ", " 487 ", " 488 ", " 603 "} {
			found := false
			for i := range tr.Messages {
				found = found || strings.HasPrefix(tr.Messages[i].Start, "SIP/2.0"+want)
			}
			if !found {
				t.Errorf("%s: no%samong 2000 messages", f, want)
			}
		}
	}
}

func TestNoiseAndLongLine(t *testing.T) {
	const size = 500_001
	for name, write := range map[string]func(*bytes.Buffer) error{
		"noise":     func(b *bytes.Buffer) error { return Noise(b, size, 3) },
		"long line": func(b *bytes.Buffer) error { return LongLine(b, size, 3) },
	} {
		var a, b bytes.Buffer
		if err := errors.Join(write(&a), write(&b)); err != nil {
			t.Fatal(err)
		}
		if a.Len() != size {
			t.Errorf("%s: %d bytes, want %d", name, a.Len(), size)
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%s: the same seed gives other bytes", name)
		}
		if bytes.Contains(a.Bytes(), []byte("SIP/2.0")) {
			t.Errorf("%s: has SIP in it", name)
		}
		if lines := bytes.Count(a.Bytes(), []byte("\n")); (name == "noise") != (lines > 100) {
			t.Errorf("%s: %d line ends", name, lines)
		}
	}
}

func TestMixIsWhatItWasAskedFor(t *testing.T) {
	const size = 2_000_000
	for _, share := range []int{0, 86} {
		m := Mix{Size: size, Noise: share, Formats: []Format{AsteriskFull, FreeSWITCHSiptrace, Sngrep}, Seed: 5}
		var a, b bytes.Buffer
		if err := errors.Join(WriteMix(&a, m), WriteMix(&b, m)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Error("the same mix gives other bytes")
		}
		if a.Len() < size || a.Len() > size+100_000 {
			t.Errorf("%d bytes, want about %d", a.Len(), size)
		}
		quiet := 0
		for line := range bytes.Lines(a.Bytes()) {
			if bytes.Contains(line, []byte("] ")) && bytes.Contains(line, []byte(".c:")) && bytes.HasPrefix(line, []byte("2026-03-17 ")) {
				quiet += len(line)
			}
		}
		// FreeSWITCH writes of calls in such lines too.
		if got := quiet * 100 / a.Len(); got < share-1 || got > share+8 {
			t.Errorf("%d %% noise, want %d and what a server says of its calls", got, share)
		}
		for _, want := range []string{"<--- Received SIP request", "recv ", " -> "} {
			if !bytes.Contains(a.Bytes(), []byte(want)) {
				t.Errorf("no %q: a writer is missing", want)
			}
		}
		again := false
		seen := map[string]bool{}
		for line := range bytes.Lines(a.Bytes()) {
			if bytes.Contains(line, []byte("INVITE sip:")) {
				again = again || seen[string(line)]
				seen[string(line)] = true
			}
		}
		if !again {
			t.Error("no INVITE was sent again")
		}
	}
}

type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestGeneratorsReportTheErrorOfTheWriter(t *testing.T) {
	for name, err := range map[string]error{
		"Generate": Generate(full{}, Bare, 1000, 1),
		"Noise":    Noise(full{}, 1000, 1),
		"LongLine": LongLine(full{}, 1000, 1),
		"WriteMix": WriteMix(full{}, Mix{Size: 1000, Formats: []Format{Bare}}),
	} {
		if !errors.Is(err, errFull) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
