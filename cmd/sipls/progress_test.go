package main

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"
)

// lockedBuffer is a terminal that several goroutines write to.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestProgressIsDrawnAndTakenAway(t *testing.T) {
	var terminal lockedBuffer
	p := startProgress(&terminal, time.Millisecond, time.Millisecond)
	out := p.writer(&terminal)
	p.at("dir/trace\x1b[2J.log", "reading", 0.25)
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(terminal.String(), "25 %"); {
		if time.Now().After(deadline) {
			t.Fatalf("no progress: %q", terminal.String())
		}
		time.Sleep(time.Millisecond)
	}
	if s := terminal.String(); strings.Contains(s, "\x1b[2J") || strings.Contains(s, "dir/") {
		t.Errorf("the name of a file goes to the terminal as it is: %q", s)
	}
	out.Write([]byte("a finding\n"))
	if s := terminal.String(); !strings.Contains(s, "\r\x1b[Ka finding\n") {
		t.Errorf("output is mixed with the progress: %q", s)
	}
	p.end()
	if s := terminal.String(); !strings.HasSuffix(s, "a finding\n") && !strings.HasSuffix(s, "\r\x1b[K") {
		t.Errorf("the line is left behind: %q", s)
	}
}

func TestACommandThatIsQuickShowsNoProgress(t *testing.T) {
	var terminal lockedBuffer
	p := startProgress(&terminal, time.Hour, time.Hour)
	p.at("trace.log", "reading", 0.5)
	p.end()
	if s := terminal.String(); s != "" {
		t.Errorf("%q", s)
	}
}

func TestProgressThatIsOffWritesThrough(t *testing.T) {
	var p *progress
	var b bytes.Buffer
	p.at("x", "reading", 1)
	p.writer(&b).Write([]byte("x"))
	p.end()
	if b.String() != "x" {
		t.Errorf("%q", b.String())
	}
}
