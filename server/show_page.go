package server

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"sipls/server/explain"
)

// showPage shows a page in the best way that the client has: as a document whose text it gets
// from the server, as a file, or as a message.
func (s *session) showPage(ctx context.Context, p page) {
	if s.caps.showDocument {
		address := uri.URI(p.uri())
		if !s.caps.textDocumentContent {
			path, err := s.pages.write(p)
			if err != nil {
				s.log.Error("writing a page failed", "error", err)
				s.show(messageInfo, explain.Plain(p.doc))
				return
			}
			address = uri.File(path)
		}
		focus := true
		result, err := s.client.ShowDocument(ctx, &protocol.ShowDocumentParams{URI: address, TakeFocus: &focus})
		if err == nil && result != nil && result.Success || ctx.Err() != nil {
			return
		}
		s.log.Warn("the client did not show a page", "error", err)
	}
	s.show(messageInfo, explain.Plain(p.doc))
}

// pageFiles writes pages into files of a folder that only this user can read and that lives as
// long as the session. They hold knowledge, never what a document says.
type pageFiles struct {
	mu     sync.Mutex
	folder string
	closed bool
}

// write returns the path of the file that holds the page.
func (f *pageFiles) write(p page) (path string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return "", os.ErrClosed
	}
	if f.folder == "" {
		if f.folder, err = os.MkdirTemp("", "sipls-"); err != nil { // mode 0700
			return "", err
		}
	}
	name := strings.ReplaceAll(p.path, "/", "-") // of our own making: no separator but this one
	path = filepath.Join(f.folder, name)
	return path, os.WriteFile(path, []byte(explain.Markdown(p.doc)), 0o600)
}

// remove deletes the folder. Nothing is written afterwards.
func (f *pageFiles) remove(log *slog.Logger) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	if f.folder == "" {
		return
	}
	if err := os.RemoveAll(f.folder); err != nil {
		log.Warn("removing the folder of pages failed", "error", err)
	}
}
