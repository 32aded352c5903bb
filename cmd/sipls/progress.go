package main

import (
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"time"

	"sipls/server/explain"
)

const (
	// progressAfter is how long a command is silent.
	progressAfter = time.Second
	// progressEvery is how often the line is drawn anew.
	progressEvery = 200 * time.Millisecond
)

// progress shows on a terminal how far a command is that takes long. A nil progress shows nothing.
type progress struct {
	w    io.Writer
	stop chan struct{}
	done sync.WaitGroup

	mu    sync.Mutex
	name  string
	stage string
	part  float64 // of the text, 0 to 1
	drawn bool
}

// newProgress returns nil where standard error is no terminal.
func newProgress(std stdio) *progress {
	if !isTerminal(std.err) {
		return nil
	}
	return startProgress(std.err, progressAfter, progressEvery)
}

// watched returns std with progress: what is written to its out takes the line away first. Whoever calls it
// calls end on the progress when all is written.
func watched(std stdio) stdio {
	std.progress = newProgress(std)
	std.out = std.progress.writer(std.out)
	return std
}

func startProgress(w io.Writer, after, every time.Duration) *progress {
	p := &progress{w: w, stop: make(chan struct{})}
	p.done.Go(func() {
		for wait := after; ; wait = every {
			select {
			case <-time.After(wait):
				p.draw()
			case <-p.stop:
				return
			}
		}
	})
	return p
}

// at says what is done with a text, and for how much of it.
func (p *progress) at(name, stage string, part float64) {
	if p == nil {
		return
	}
	p.mu.Lock()
	p.name, p.stage, p.part = name, stage, part
	p.mu.Unlock()
}

func (p *progress) draw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.name == "" {
		return
	}
	fmt.Fprintf(p.w, "\r\x1b[K%s: %s, %.0f %%", explain.Printable(filepath.Base(p.name)), p.stage, p.part*100)
	p.drawn = true
}

// writer returns a writer that takes the line away before it writes to w.
func (p *progress) writer(w io.Writer) io.Writer {
	if p == nil {
		return w
	}
	return &progressWriter{p, w}
}

type progressWriter struct {
	p *progress
	w io.Writer
}

func (w *progressWriter) Write(b []byte) (int, error) {
	w.p.mu.Lock()
	defer w.p.mu.Unlock()
	w.p.clear()
	return w.w.Write(b)
}

// clear takes the line away; p.mu is held.
func (p *progress) clear() {
	if p.drawn {
		io.WriteString(p.w, "\r\x1b[K")
		p.drawn = false
	}
}

// end takes the line away for good.
func (p *progress) end() {
	if p == nil {
		return
	}
	close(p.stop)
	p.done.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
}
