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

type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestGeneratorsReportTheErrorOfTheWriter(t *testing.T) {
	for name, err := range map[string]error{
		"Generate": Generate(full{}, Bare, 1000, 1),
		"Noise":    Noise(full{}, 1000, 1),
		"LongLine": LongLine(full{}, 1000, 1),
	} {
		if !errors.Is(err, errFull) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
