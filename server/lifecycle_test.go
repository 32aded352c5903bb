package server

import (
	"context"
	"net"
	"testing"
	"time"
)

func TestLifecycle(t *testing.T) {
	const (
		ok             = 0
		notInitialized = -32002
		invalidRequest = -32600
		unknownMethod  = -32601
		invalidParams  = -32602
	)
	hover := map[string]any{"textDocument": identifier("file:///a"), "position": lspPosition{}}
	good := map[string]any{"capabilities": map[string]any{}}
	type step struct {
		method string
		params any
		code   int // of the answer
	}
	for _, c := range []struct {
		name  string
		steps []step
		exit  int
	}{
		{"by the book", []step{{"initialize", good, ok}, {"textDocument/hover", hover, ok}, {"shutdown", nil, ok}}, 0},
		{"exit without shutdown", []step{{"initialize", good, ok}}, 1},
		{"exit before initialize", nil, 1},
		{"request before initialize", []step{{"textDocument/hover", hover, notInitialized}, {"unknown", nil, notInitialized}, {"initialize", good, ok}, {"textDocument/hover", hover, ok}, {"shutdown", nil, ok}}, 0},
		{"shutdown before initialize", []step{{"shutdown", nil, notInitialized}}, 1},
		{"initialize twice", []step{{"initialize", good, ok}, {"initialize", good, invalidRequest}, {"textDocument/hover", hover, ok}}, 1},
		{"initialize without parameters can be repeated", []step{{"initialize", nil, invalidParams}, {"initialize", 7, invalidParams}, {"initialize", good, ok}, {"textDocument/hover", hover, ok}}, 1},
		{"requests after shutdown", []step{{"initialize", good, ok}, {"shutdown", nil, ok}, {"textDocument/hover", hover, invalidRequest}, {"initialize", good, invalidRequest}, {"shutdown", nil, invalidRequest}}, 0},
		{"unknown requests", []step{{"initialize", good, ok}, {"$/unknown", nil, unknownMethod}, {"textDocument/rename", hover, unknownMethod}, {"", nil, unknownMethod}}, 1},
		{"malformed parameters", []step{{"initialize", good, ok}, {"textDocument/hover", nil, invalidParams}, {"textDocument/hover", []int{1}, invalidParams}, {"textDocument/hover", map[string]any{}, invalidParams}, {"textDocument/hover", map[string]any{"textDocument": identifier("a"), "position": map[string]any{"line": "x"}}, invalidParams}}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := connect(t, Options{})
			for _, s := range c.steps {
				if code := e.errorCode(s.method, s.params); code != s.code {
					t.Errorf("%s: code %d, want %d", s.method, code, s.code)
				}
			}
			e.notify("exit", nil)
			if code := e.exitCode(); code != c.exit {
				t.Errorf("exit code %d, want %d", code, c.exit)
			}
		})
	}
}

func TestNotificationsBeforeInitializeAndAfterShutdownChangeNothing(t *testing.T) {
	e := connect(t, Options{}, withRequest("test/open", quick, func(_ *session, _ context.Context, docs view, _ []byte) (any, error) {
		return codecInteger(0), map[bool]error{true: errNotOpen}[len(docs) > 0]
	}))
	e.didOpen("file:///early.sip", "sip", response(407, "INVITE"))
	e.initialize(`{"capabilities":{}}`)
	e.mustRequest("test/open", nil)
	e.mustRequest("shutdown", nil)
	e.didOpen("file:///late.sip", "sip", response(407, "INVITE"))
	e.errorCode("test/open", nil)
	if sent := e.sent("textDocument/publishDiagnostics"); len(sent) > 0 {
		t.Errorf("diagnostics: %s", sent)
	}
}

func TestEndOfInputAfterShutdownIsAGoodEnd(t *testing.T) {
	e := open(t, bare)
	e.mustRequest("shutdown", nil)
	e.conn.Close()
	if code := e.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestEndOfTheContextEndsTheServer(t *testing.T) {
	ours, theirs := net.Pipe()
	defer ours.Close()
	ctx, cancel := context.WithCancel(context.Background())
	exit := make(chan int, 1)
	go func() { exit <- New(Options{}).Serve(ctx, theirs) }()
	cancel()
	select {
	case code := <-exit:
		if code != 1 {
			t.Errorf("exit code %d", code)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the server does not end")
	}
}

// stuck is a connection whose reads nothing can interrupt, as those from a terminal.
type stuck struct {
	net.Conn
	release chan struct{}
}

func (s stuck) Read([]byte) (int, error) {
	<-s.release
	return 0, net.ErrClosed
}

func TestServerEndsThoughAReadGoesOn(t *testing.T) {
	ours, theirs := net.Pipe()
	defer ours.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	release := make(chan struct{})
	defer close(release)
	exit := make(chan int, 1)
	go func() { exit <- New(Options{}).Serve(ctx, stuck{theirs, release}) }()
	select {
	case <-exit:
	case <-time.After(20 * time.Second):
		t.Fatal("the server does not end")
	}
}
