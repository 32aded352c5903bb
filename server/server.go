// Package server is the language server: it speaks LSP 3.18 with an editor and
// answers out of the snapshots of package analysis. Only here and only at the
// edge become findings and explanations protocol types.
//
// What arrives is handled in two ways. Notifications, initialize and shutdown
// run one after the other in the order of the wire, and are short. All other
// requests run side by side, each on the state of the documents at the moment
// it arrived, and can be cancelled. Analysis runs in goroutines of its own, so that an edit or
// a cancellation never waits for it.
package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"sipls/server/settings"
)

// Options say how a server runs. The zero value is useful.
type Options struct {
	// Version is the version that clients are told, in the form of semver.org.
	Version string
	// Log receives what goes wrong and nothing of what documents say; nil for text on standard error.
	Log *slog.Logger
	// MaxMessage is the longest message in bytes that is read, 0 for 256 MiB. Longer ones are
	// skipped and answered with an error.
	MaxMessage int64
	// ParentPID is the process whose end ends the server, besides the one that the client names
	// in initialize; 0 for none.
	ParentPID int
}

const defaultMaxMessage = 256 << 20

// Server serves editors.
type Server struct{ options Options }

// New returns a server that has the options.
func New(o Options) *Server {
	if o.Version == "" {
		o.Version = "0.0.0"
	}
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	if o.MaxMessage == 0 {
		o.MaxMessage = defaultMaxMessage
	}
	return &Server{options: o}
}

// Serve talks with one client until the client says exit, the input ends, ctx
// ends or the parent process does. It closes rwc. The result is what LSP wants as the exit code
// of the process: 0 if the client asked for shutdown before, else 1.
func (s *Server) Serve(ctx context.Context, rwc io.ReadWriteCloser) (exitCode int) {
	return newSession(s.options).serve(ctx, rwc)
}

// session is the talk with one client.
type session struct {
	options Options
	log     *slog.Logger
	conn    jsonrpc2.Conn
	client  protocol.Client

	state    atomic.Int32 // a lifecycle state
	caps     clientCapabilities
	docs     documents
	settings atomic.Pointer[inForce]
	config   configuration
	push     pusher // rests if the client pulls diagnostics
	pages    pageFiles
	told     toldOnce

	lastTokens tokenResults

	dispatch dispatcher
	warming  warming

	debounce     time.Duration      // how long a text must rest before its diagnostics are pushed
	parentPoll   time.Duration      // how often the parent process is looked at
	processAlive func(pid int) bool // whether a process runs

	base context.Context // ends with the session
	stop context.CancelFunc

	mu      sync.Mutex
	closing bool // guarded by mu; nothing is spawned any more
	spawned sync.WaitGroup
}

func newSession(o Options) *session {
	s := &session{
		options:      o,
		log:          o.Log,
		debounce:     150 * time.Millisecond,
		parentPoll:   3 * time.Second,
		processAlive: processAlive,
	}
	s.settings.Store(&inForce{Settings: settings.Default()})
	s.config.settled = make(chan struct{})
	s.dispatch.init(s)
	return s
}

// How long the end of a session waits for what still runs. Nobody reads the
// results, so it is only for what has to be left tidy.
const (
	farewell      = 250 * time.Millisecond
	lastGoroutine = 2 * time.Second
)

func (s *session) serve(ctx context.Context, rwc io.ReadWriteCloser) int {
	s.base, s.stop = context.WithCancel(ctx)
	defer s.stop()
	st := newStream(rwc, s.options.MaxMessage, s.messageLost, s.stop)
	s.conn = jsonrpc2.NewConn(st, jsonrpc2.WithCodec(codec{}))
	s.client = protocol.ClientDispatcher(s.conn)
	s.watchParent(s.options.ParentPID)
	s.conn.Go(s.base, s.dispatch.handle)

	// The end of the input, exit and the end of the parent all stop the base.
	<-s.base.Done()

	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	s.push.stop()
	if err := st.Close(); err != nil {
		s.log.Debug("closing the connection failed", "error", err)
	}
	// A read that cannot be interrupted, from a terminal for one, must not keep the process alive.
	waitFor(farewell, func() { <-s.conn.Done() })
	waitFor(lastGoroutine, s.spawned.Wait)
	s.pages.remove(s.log)
	if s.shutDown() {
		return 0
	}
	return 1
}

// waitFor returns when f does or after the time.
func waitFor(d time.Duration, f func()) {
	done := make(chan struct{})
	go func() {
		f()
		close(done)
	}()
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-done:
	case <-t.C:
	}
}

// spawn runs f in a goroutine that the end of the session waits for. A panic
// ends f alone. Nothing runs once the session is about to end.
func (s *session) spawn(what string, f func(ctx context.Context)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return
	}
	s.spawned.Go(func() {
		s.protect(what, func() { f(s.base) })
	})
}

// messageLost is called for each message that was not read.
func (s *session) messageLost(reason error) {
	s.log.Warn("a message from the client was skipped", "reason", reason)
	var big *oversizedError
	if errors.As(reason, &big) {
		s.showOnce("oversized", messageWarning, fmt.Sprintf("sipls does not look at a document that is too large: the editor sent %d MiB, the limit is %d MiB.", big.size>>20, big.limit>>20))
		return
	}
	s.tellOnce("lost", messageWarning, "sipls skipped a message of the editor: "+reason.Error())
}
