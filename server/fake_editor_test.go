package server

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/textproto"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// editor is a client for tests: it keeps buffers, counts as its encoding says, and answers the
// server's requests. What it does not do by itself, raw does: any bytes.
type editor struct {
	t        testing.TB
	conn     net.Conn
	encoding string // "utf-8", "utf-16" or "utf-32", as agreed on
	exit     chan int
	log      *lockedBuffer // of the server

	mu       sync.Mutex
	buffers  map[string]*buffer
	nextID   int
	pending  map[string]chan message
	seen     []message                                   // notifications and requests of the server
	wake     chan struct{}                               // closed and made anew with each message seen
	answers  map[string]func(params json.RawMessage) any // answers to the server's requests; an error value is sent as one
	stray    []message                                   // responses without id
	closed   bool
	writeMu  sync.Mutex
	finished chan struct{}
}

type buffer struct {
	version int
	text    []byte
}

type message struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *wireError      `json:"error"`
}

type wireError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (e *wireError) Error() string { return fmt.Sprintf("%d: %s", e.Code, e.Message) }

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// connect starts a server and a client that has not said anything yet.
func connect(t testing.TB, o Options, setUp ...func(*session)) *editor {
	t.Helper()
	ours, theirs := net.Pipe()
	e := &editor{
		t:        t,
		conn:     ours,
		encoding: "utf-16",
		exit:     make(chan int, 1),
		log:      &lockedBuffer{},
		buffers:  map[string]*buffer{},
		pending:  map[string]chan message{},
		wake:     make(chan struct{}),
		answers:  map[string]func(json.RawMessage) any{},
		finished: make(chan struct{}),
	}
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(e.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	if o.Version == "" {
		o.Version = "1.2.3"
	}
	s := newSession(New(o).options)
	s.debounce = time.Millisecond
	for _, f := range setUp {
		f(s)
	}
	go func() { e.exit <- s.serve(t.Context(), theirs) }()
	go e.read()
	t.Cleanup(e.hangUp)
	return e
}

// open connects and does the handshake.
func open(t testing.TB, capabilities string, setUp ...func(*session)) *editor {
	t.Helper()
	e := connect(t, Options{}, setUp...)
	e.initialize(`{"processId":null,"capabilities":` + capabilities + `}`)
	return e
}

// initialize does the handshake and returns the result of the request.
func (e *editor) initialize(params string) json.RawMessage {
	e.t.Helper()
	raw := e.mustRequest("initialize", json.RawMessage(params))
	var result struct {
		Capabilities struct {
			PositionEncoding string `json:"positionEncoding"`
		} `json:"capabilities"`
	}
	if err := json.Unmarshal(raw, &result); err != nil {
		e.t.Fatal(err)
	}
	e.encoding = result.Capabilities.PositionEncoding
	e.notify("initialized", map[string]any{})
	return raw
}

// hangUp ends the input of the server and waits for its end.
func (e *editor) hangUp() {
	e.mu.Lock()
	first := !e.closed
	e.closed = true
	e.mu.Unlock()
	if first {
		e.conn.Close()
		<-e.finished
		select {
		case code := <-e.exit:
			e.exit <- code
		case <-time.After(20 * time.Second):
			e.t.Error("the server does not end")
		}
	}
}

// exitCode waits for the end of the server.
func (e *editor) exitCode() int {
	e.t.Helper()
	select {
	case code := <-e.exit:
		e.exit <- code
		return code
	case <-time.After(20 * time.Second):
		e.t.Fatal("the server does not end")
		return -1
	}
}

func (e *editor) read() {
	defer close(e.finished)
	in := bufio.NewReader(e.conn)
	for {
		header, err := textproto.NewReader(in).ReadMIMEHeader()
		if err != nil {
			e.mu.Lock()
			for id, c := range e.pending {
				close(c)
				delete(e.pending, id)
			}
			e.mu.Unlock()
			return
		}
		size, err := strconv.Atoi(header.Get("Content-Length"))
		if err != nil {
			e.t.Errorf("header of the server: %v", header)
			return
		}
		body := make([]byte, size)
		if _, err := io.ReadFull(in, body); err != nil {
			return
		}
		var m message
		if err := json.Unmarshal(body, &m); err != nil {
			e.t.Errorf("the server wrote %q: %v", body, err)
			return
		}
		e.receive(m)
	}
}

func (e *editor) receive(m message) {
	e.mu.Lock()
	if m.Method == "" {
		c := e.pending[string(m.ID)]
		delete(e.pending, string(m.ID))
		if c == nil {
			e.stray = append(e.stray, m)
		}
		e.signal()
		e.mu.Unlock()
		if c != nil {
			c <- m
		}
		return
	}
	e.seen = append(e.seen, m)
	answer := e.answers[m.Method]
	e.signal()
	e.mu.Unlock()
	if m.ID == nil {
		return
	}
	go func() {
		var result any
		if answer != nil {
			result = answer(m.Params)
		}
		if err, ok := result.(*wireError); ok {
			e.write(map[string]any{"jsonrpc": "2.0", "id": m.ID, "error": err})
			return
		}
		e.write(map[string]any{"jsonrpc": "2.0", "id": m.ID, "result": result})
	}()
}

func (e *editor) signal() {
	close(e.wake)
	e.wake = make(chan struct{})
}

// on sets the answer to a request of the server.
func (e *editor) on(method string, answer func(params json.RawMessage) any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answers[method] = answer
}

// wait waits for something to be true of what the server sent.
func (e *editor) wait(what string, cond func() bool) {
	e.t.Helper()
	limit := time.After(20 * time.Second)
	for {
		e.mu.Lock()
		ok := cond()
		wake := e.wake
		e.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-wake:
		case <-limit:
			e.mu.Lock()
			defer e.mu.Unlock()
			e.t.Fatalf("waited in vain for %s; the server sent %d messages: %v\nlog: %s", what, len(e.seen), e.methods(), e.log)
		}
	}
}

func (e *editor) methods() (out []string) {
	for _, m := range e.seen {
		out = append(out, m.Method)
	}
	return out
}

// sent returns the parameters of the server's messages of one method so far.
func (e *editor) sent(method string) (out []json.RawMessage) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.sentLocked(method)
}

func (e *editor) sentLocked(method string) (out []json.RawMessage) {
	for _, m := range e.seen {
		if m.Method == method {
			out = append(out, m.Params)
		}
	}
	return out
}

// waitSent waits for the n-th message of a method, counted from 1, and returns its parameters.
func (e *editor) waitSent(method string, n int) json.RawMessage {
	e.t.Helper()
	e.wait(fmt.Sprintf("%s number %d", method, n), func() bool { return len(e.sentLocked(method)) >= n })
	return e.sent(method)[n-1]
}

func (e *editor) write(v any) {
	body, err := json.Marshal(v)
	if err != nil {
		e.t.Error(err)
		return
	}
	e.raw(frame(string(body)))
}

func frame(body string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body) }

// raw sends bytes as they are.
func (e *editor) raw(s string) {
	e.writeMu.Lock()
	defer e.writeMu.Unlock()
	_, _ = io.WriteString(e.conn, s) // a server that has gone shows where its answer is missed
}

func (e *editor) notify(method string, params any) {
	e.write(map[string]any{"jsonrpc": "2.0", "method": method, "params": params})
}

// send sends a request; the answer comes out of the channel, which closes when there will be none.
func (e *editor) send(method string, params any) (id int, answer chan message) {
	e.mu.Lock()
	e.nextID++
	id = e.nextID
	answer = make(chan message, 1)
	e.pending[strconv.Itoa(id)] = answer
	e.mu.Unlock()
	e.write(map[string]any{"jsonrpc": "2.0", "id": id, "method": method, "params": params})
	return id, answer
}

// request sends a request and waits for the answer.
func (e *editor) request(method string, params any) (json.RawMessage, error) {
	e.t.Helper()
	_, answer := e.send(method, params)
	return e.await(method, answer)
}

func (e *editor) await(method string, answer chan message) (json.RawMessage, error) {
	e.t.Helper()
	select {
	case m, ok := <-answer:
		switch {
		case !ok:
			e.t.Fatalf("%s: the connection ended\nlog: %s", method, e.log)
		case m.Error != nil:
			return nil, m.Error
		case m.Result == nil:
			e.t.Fatalf("%s: neither result nor error", method)
		}
		return m.Result, nil
	case <-time.After(60 * time.Second):
		e.t.Fatalf("%s: no answer\nlog: %s", method, e.log)
	}
	return nil, nil
}

func (e *editor) mustRequest(method string, params any) json.RawMessage {
	e.t.Helper()
	raw, err := e.request(method, params)
	if err != nil {
		e.t.Fatalf("%s: %v\nlog: %s", method, err, e.log)
	}
	return raw
}

// errorCode sends a request and returns the code of the error it is answered with, 0 for none.
func (e *editor) errorCode(method string, params any) int {
	e.t.Helper()
	_, err := e.request(method, params)
	if err, ok := err.(*wireError); ok {
		return err.Code
	}
	return 0
}

type lspPosition struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

type lspRange struct {
	Start lspPosition `json:"start"`
	End   lspPosition `json:"end"`
}

func identifier(uri string) map[string]any { return map[string]any{"uri": uri} }

// didOpen opens a document.
func (e *editor) didOpen(uri, language, text string) {
	e.buffers[uri] = &buffer{version: 1, text: []byte(text)}
	e.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{
		"uri": uri, "languageId": language, "version": 1, "text": text,
	}})
}

func (e *editor) didClose(uri string) {
	delete(e.buffers, uri)
	e.notify("textDocument/didClose", map[string]any{"textDocument": identifier(uri)})
}

// didChange replaces the bytes [from, to) of a buffer and tells the server.
func (e *editor) didChange(uri string, from, to int, text string) {
	b := e.buffers[uri]
	change := map[string]any{"range": lspRange{e.position(b.text, from), e.position(b.text, to)}, "text": text}
	b.text = slices.Concat(b.text[:from], []byte(text), b.text[to:])
	e.changed(uri, change)
}

// changed tells the server of changes that were made in the buffer.
func (e *editor) changed(uri string, changes ...map[string]any) {
	b := e.buffers[uri]
	b.version++
	e.notify("textDocument/didChange", map[string]any{
		"textDocument":   map[string]any{"uri": uri, "version": b.version},
		"contentChanges": changes,
	})
}

// replaceAll gives a buffer another text.
func (e *editor) replaceAll(uri, text string) {
	e.buffers[uri].text = []byte(text)
	e.changed(uri, map[string]any{"text": text})
}

// position counts as simply as can be: it walks through the text.
func (e *editor) position(text []byte, off int) lspPosition {
	var p lspPosition
	for i := 0; i < off; {
		r, size := utf8.DecodeRune(text[i:])
		switch {
		case r == '\n', r == '\r' && (i+1 == len(text) || text[i+1] != '\n'):
			p.Line++
			p.Character = 0
		case r == '\r':
		default:
			p.Character += e.units(r, size)
		}
		i += size
	}
	return p
}

func (e *editor) units(r rune, size int) int {
	switch e.encoding {
	case "utf-8":
		return size
	case "utf-16":
		return utf16.RuneLen(r)
	}
	return 1
}

// offset is the inverse of position.
func (e *editor) offset(text []byte, p lspPosition) int {
	var at lspPosition
	i := 0
	for i < len(text) && at != p {
		r, size := utf8.DecodeRune(text[i:])
		switch {
		case r == '\n', r == '\r' && (i+1 == len(text) || text[i+1] != '\n'):
			at = lspPosition{Line: at.Line + 1}
		case r == '\r':
		default:
			at.Character += e.units(r, size)
		}
		i += size
	}
	return i
}

// textOf returns what a range covers.
func (e *editor) textOf(uri string, r lspRange) string {
	b := e.buffers[uri].text
	return string(b[e.offset(b, r.Start):e.offset(b, r.End)])
}
