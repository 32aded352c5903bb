package server

import (
	"context"

	"sipls/server/analysis"
)

// asked returns the revision that a request is about and what is known about it; both are nil
// where the client asks for a document that is not open.
func (s *session) asked(ctx context.Context, docs view, d wireDocument) (*revision, *analysis.Snapshot, error) {
	uri, err := d.uri()
	if err != nil {
		return nil, nil, err
	}
	r, ok := docs[uri]
	if !ok {
		return nil, nil, nil
	}
	snap, err := s.snapshot(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	return r, snap, nil
}
