package server

import (
	"context"
	"errors"
	"maps"
	"sync"
	"sync/atomic"

	"sipls/server/analysis"
	"sipls/server/text"
	"sipls/server/trace"
)

// documents holds what is open. The ordered lane changes it, and the settings
// when they say that all texts are to be read in another way; everybody else looks at a view.
type documents struct {
	mu      sync.Mutex // held while the next view is made
	current atomic.Pointer[view]
	opened  uint64 // how often a document was opened
}

// view is the state of all documents at one moment, by the client's spelling
// of their URIs. It never changes. A request works on the view of the moment it arrived
// at: it sees the edits sent before it and no others.
type view map[string]*revision

func (d *documents) view() view {
	if v := d.current.Load(); v != nil {
		return *v
	}
	return nil
}

// open adds a document that the client has just opened.
func (d *documents) open(r *revision) {
	d.change(func(next view) {
		d.opened++
		r.opened = d.opened
		next[r.uri] = r
	})
}

// update replaces a revision by what f makes of it; ok is false where no document has that URI.
func (d *documents) update(uri string, f func(old *revision) *revision) (ok bool) {
	d.change(func(next view) {
		var old *revision
		if old, ok = next[uri]; ok {
			next[uri] = f(old)
		}
	})
	return ok
}

// reread replaces all revisions by ones whose text is read in that way.
func (d *documents) reread(mode *trace.Mode) {
	d.change(func(next view) {
		for uri, old := range next {
			r := newRevision(uri, old.source.Language, old.version, old.doc, mode)
			r.opened = old.opened
			next[uri] = r
		}
	})
}

func (d *documents) remove(uri string) {
	d.change(func(next view) { delete(next, uri) })
}

func (d *documents) change(f func(next view)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	next := maps.Clone(d.view())
	if next == nil {
		next = view{}
	}
	f(next)
	d.current.Store(&next)
}

// revision is one state of one document. Its text is there at once, what is
// known about the text when somebody needs it: edits arrive faster than
// they can be analysed, and most states are never asked about.
type revision struct {
	uri     string
	version int32
	opened  uint64 // tells one opening of a document from the next
	source  analysis.Source
	doc     *text.Document

	mu      sync.Mutex
	started bool
	base    *revision     // one that is started and comes before changes; nil to begin with the text
	changes []text.Change // between base and this; only as long as not started

	done chan struct{} // closed when snap or err is set
	snap *analysis.Snapshot
	err  error
}

func newRevision(uri, language string, version int32, doc *text.Document, mode *trace.Mode) *revision {
	return &revision{
		uri:     uri,
		version: version,
		source:  analysis.Source{Name: uri, Language: language, Mode: mode},
		doc:     doc,
		done:    make(chan struct{}),
	}
}

// edited returns the revision that follows r.
func (r *revision) edited(version int32, doc *text.Document, changes []text.Change) *revision {
	next := newRevision(r.uri, r.source.Language, version, doc, r.source.Mode)
	next.opened = r.opened
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.started:
		next.base, next.changes = r, changes
	case r.base != nil:
		// Revisions are made one after the other, so nobody else appends here.
		next.base, next.changes = r.base, append(r.changes, changes...)
	}
	return next
}

var errAnalysis = errors.New("the text could not be analysed; the log of the server says more")

// analyse works out the snapshot unless somebody does already, and returns
// when it is there. protect runs a function and reports whether it came to its end.
func (r *revision) analyse(protect func(func()) bool) {
	r.mu.Lock()
	base, changes, first := r.base, r.changes, !r.started
	r.started, r.base, r.changes = true, nil, nil
	r.mu.Unlock()
	if !first {
		<-r.done
		return
	}
	defer close(r.done)
	if base != nil {
		<-base.done
		if base.err == nil && protect(func() { r.snap = base.snap.Edit(changes) }) {
			return
		}
	}
	if !protect(func() { r.snap = analysis.New(r.source, r.doc) }) {
		r.err = errAnalysis
	}
}

// analysed returns the snapshot when it is there, or the error of ctx if that
// ends before. Somebody has to work it out.
func (r *revision) analysed(ctx context.Context) (*analysis.Snapshot, error) {
	select {
	case <-r.done:
		return r.snap, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
