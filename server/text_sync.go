package server

import (
	"context"
	"errors"
	"sync"

	"sipls/server/analysis"
	"sipls/server/text"
)

// The handlers of this file run one after the other in the order of the wire, so they only keep the new text and
// leave its analysis to a goroutine.

var errNotOpen = errors.New("the document is not open")

func (s *session) didOpen(params []byte) error {
	o, err := decodeDidOpen(params)
	if err != nil {
		return err
	}
	s.docs.open(newRevision(o.URI, o.Language, o.Version, text.New(o.Text), readAs(s.settings.Load())))
	s.told.forget(topicCapped(o.URI))
	s.warmUp(o.URI)
	s.pushSoon(o.URI, 0)
	return nil
}

func (s *session) didChange(params []byte) error {
	c, err := decodeDidChange(params)
	if err != nil {
		// What the client has and what we have differ from now on.
		s.tellOnce("change", messageWarning, "sipls did not understand a change of a text. Close and open it again to go on with it.")
		return err
	}
	if !s.docs.update(c.URI, func(old *revision) *revision { return s.changed(old, c) }) {
		return errNotOpen
	}
	s.warmUp(c.URI)
	s.pushSoon(c.URI, s.debounce)
	return nil
}

// changed returns the revision after the changes, each of which counts in the text that the one before it left.
func (s *session) changed(old *revision, c changedText) *revision {
	doc := old.doc
	replaced := false
	changes := make([]text.Change, 0, len(c.Changes))
	for _, ch := range c.Changes {
		if ch.Range == nil {
			doc, replaced = text.New(ch.Text), true
			continue
		}
		from, to := ch.Range.offsets(doc, s.caps.encoding)
		change := text.Change{Start: from, End: to, Text: ch.Text}
		doc = doc.Apply(change)
		changes = append(changes, change)
	}
	if replaced {
		next := newRevision(old.uri, old.source.Language, c.Version, doc, old.source.Mode)
		next.opened = old.opened
		return next
	}
	return old.edited(c.Version, doc, changes)
}

func (s *session) didClose(params []byte) error {
	var p struct {
		TextDocument wireDocument `json:"textDocument"`
	}
	if err := decodeParams(params, &p); err != nil {
		return err
	}
	uri, err := p.TextDocument.uri()
	if err != nil {
		return err
	}
	if _, ok := s.docs.view()[uri]; !ok {
		return errNotOpen
	}
	s.docs.remove(uri)
	s.pushCleared(uri)
	s.lastTokens.forget(uri)
	return nil
}

// warming knows which documents are being analysed ahead of the questions.
type warming struct {
	mu     sync.Mutex
	active map[string]bool
}

// warmUp analyses the newest revision of a document, and when that is done the
// newest one of then: what comes in between is skipped.
func (s *session) warmUp(uri string) {
	s.warming.mu.Lock()
	defer s.warming.mu.Unlock()
	if s.warming.active[uri] {
		return
	}
	if s.warming.active == nil {
		s.warming.active = map[string]bool{}
	}
	s.warming.active[uri] = true
	s.spawn("analysis", func(ctx context.Context) {
		var last *revision
		for {
			s.warming.mu.Lock()
			r := s.docs.view()[uri]
			if r == nil || r == last || ctx.Err() != nil {
				delete(s.warming.active, uri)
				s.warming.mu.Unlock()
				return
			}
			s.warming.mu.Unlock()
			r.analyse(s.protectAnalysis)
			last = r
		}
	})
}

func (s *session) protectAnalysis(f func()) bool { return s.protect("analysis", f) }

// snapshot returns what is known about a revision, working it out if nobody has yet.
func (s *session) snapshot(ctx context.Context, r *revision) (*analysis.Snapshot, error) {
	select {
	case <-r.done:
		return r.snap, r.err
	default:
	}
	// In a goroutine of its own, because it cannot be cancelled and others may wait for it.
	s.spawn("analysis", func(context.Context) { r.analyse(s.protectAnalysis) })
	return r.analysed(ctx)
}
