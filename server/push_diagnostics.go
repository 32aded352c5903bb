package server

import (
	"context"
	"sync"
	"time"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// pusher publishes diagnostics to a client that does not pull them.
//
// What is to be sent waits in a box that holds one publication per document, the
// newest. A single goroutine empties it. So a slow client never holds up an
// edit, and what is sent keeps its order.
type pusher struct {
	mu      sync.Mutex
	stopped bool
	work    map[string]*pushWork    // what is being worked out, by document
	box     map[string]*publication // what is to be sent, by document
	sending bool                    // whether somebody empties the box

	sent map[string]uint64 // hash of what the client has; only for the one who empties the box
}

// pushWork is under way for one state of a document; the next edit cancels it.
type pushWork struct {
	timer  *time.Timer
	cancel context.CancelFunc
}

type publication struct {
	version int32
	items   []protocol.Diagnostic
	closed  bool // the document is not open any more
	always  bool // also when the client has the same
}

// pushSoon publishes the diagnostics of the newest revision of a document
// after the delay, unless the document changes again before.
func (s *session) pushSoon(uri string, delay time.Duration) {
	if s.caps.pullDiagnostics {
		return
	}
	p := &s.push
	ctx, cancel := context.WithCancel(s.base)
	w := &pushWork{cancel: cancel}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped {
		cancel()
		return
	}
	p.cancelWork(uri)
	if p.work == nil {
		p.work, p.box, p.sent = map[string]*pushWork{}, map[string]*publication{}, map[string]uint64{}
	}
	p.work[uri] = w
	w.timer = time.AfterFunc(delay, func() {
		s.spawn("diagnostics", func(context.Context) { s.pushNow(ctx, uri, w) })
	})
}

// cancelWork ends what is under way for a document. The caller holds mu.
func (p *pusher) cancelWork(uri string) {
	if w := p.work[uri]; w != nil {
		w.timer.Stop()
		w.cancel()
		delete(p.work, uri)
	}
}

func (s *session) pushNow(ctx context.Context, uri string, w *pushWork) {
	defer w.cancel()
	var items []protocol.Diagnostic
	r, err := s.docs.view()[uri], errNotOpen
	if r != nil {
		items, err = s.diagnostics(ctx, r)
	}
	p := &s.push
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.work[uri] != w {
		return
	}
	delete(p.work, uri)
	if err != nil {
		return
	}
	s.post(uri, &publication{version: r.version, items: items})
}

// pushCleared takes the diagnostics of a closed document away.
func (s *session) pushCleared(uri string) {
	if s.caps.pullDiagnostics {
		return
	}
	p := &s.push
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cancelWork(uri)
	s.post(uri, &publication{closed: true})
}

// pushAgain publishes the diagnostics of all documents.
func (s *session) pushAgain() {
	for uri := range s.docs.view() {
		s.pushSoon(uri, 0)
	}
}

// post puts a publication into the box. The caller holds the mutex of the pusher.
func (s *session) post(uri string, next *publication) {
	p := &s.push
	if p.stopped || p.box == nil {
		return
	}
	// A client may drop the diagnostics of a document by itself when it closes it.
	if before := p.box[uri]; before != nil {
		next.always = before.always || before.closed
	}
	p.box[uri] = next
	if !p.sending {
		p.sending = true
		s.spawn("diagnostics", func(context.Context) { s.emptyBox() })
	}
}

func (s *session) emptyBox() {
	p := &s.push
	for {
		p.mu.Lock()
		var doc string
		var next *publication
		for doc, next = range p.box {
			break
		}
		if next == nil || p.stopped {
			p.sending = false
			p.mu.Unlock()
			return
		}
		delete(p.box, doc)
		p.mu.Unlock()
		s.publish(doc, next)
	}
}

func (s *session) publish(doc string, next *publication) {
	p := &s.push
	hash, err := hashDiagnostics(next.items)
	if err != nil {
		s.log.Error("encoding diagnostics failed", "error", err)
		return
	}
	if before, sent := p.sent[doc]; sent && before == hash && !next.always && !next.closed {
		return
	}
	p.sent[doc] = hash
	params := &protocol.PublishDiagnosticsParams{URI: uri.URI(doc), Diagnostics: next.items}
	if next.closed {
		delete(p.sent, doc)
	} else if s.caps.versionedPush {
		params.Version = protocol.NewOptional(next.version)
	}
	if err := s.client.PublishDiagnostics(s.base, params); err != nil {
		s.log.Debug("textDocument/publishDiagnostics failed", "error", err)
	}
}

// stop ends all work. Nothing is sent afterwards.
func (p *pusher) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	for uri := range p.work {
		p.cancelWork(uri)
	}
}
