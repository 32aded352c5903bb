package server

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"

	"go.lsp.dev/jsonrpc2"
)

const (
	// keptBuffer is the most memory that a stream holds on to between messages.
	keptBuffer = 64 << 10
	// headerRoom is enough for the header of any message we write.
	headerRoom = len("Content-Length: \r\n\r\n") + 20
)

// stream reads and writes messages framed as LSP does: header fields, an empty
// line, a body of Content-Length bytes.
//
// The library's own stream gives up at the first thing that it does not
// understand, reads bodies of up to 1 GiB and keeps its buffers at their greatest
// size. This one answers what it cannot read and goes on with the next message,
// until the input ends.
type stream struct {
	rwc   io.ReadWriteCloser
	in    *bufio.Reader
	limit int64
	ended func()             // called when the input has ended
	lost  func(reason error) // called for each message that was skipped

	mu  sync.Mutex
	out []byte // guarded by mu

	closing  sync.Once
	closeErr error
}

func newStream(rwc io.ReadWriteCloser, limit int64, lost func(error), ended func()) *stream {
	return &stream{rwc: rwc, in: bufio.NewReaderSize(rwc, keptBuffer), limit: limit, lost: lost, ended: ended}
}

var errHeader = errors.New("the header of a message has no valid Content-Length")

type oversizedError struct{ size, limit int64 }

func (e *oversizedError) Error() string {
	return fmt.Sprintf("a message of %d bytes is longer than the limit of %d", e.size, e.limit)
}

// Read returns the next message that can be understood. Its bytes belong to
// the message alone. The error is that of the input, io.EOF at its end.
func (s *stream) Read(context.Context) (jsonrpc2.Message, int64, error) {
	for {
		body, err := s.readBody()
		switch {
		case err == nil:
			msg, err := jsonrpc2.DecodeMessage(body)
			if err == nil {
				return msg, int64(len(body)), nil
			}
			s.refuse(err)
		case errors.Is(err, errHeader):
			s.refuse(fmt.Errorf("%w: %w", jsonrpc2.ErrParse, err))
		case errors.As(err, new(*oversizedError)):
			s.refuse(fmt.Errorf("%w: %w", jsonrpc2.ErrInvalidRequest, err))
		default:
			s.ended()
			return nil, 0, err
		}
	}
}

// refuse answers a message whose id is not known.
func (s *stream) refuse(reason error) {
	s.lost(reason)
	// A failure to write shows at the next answer too, where somebody waits for it.
	_, _ = s.Write(context.Background(), jsonrpc2.NewResponse(jsonrpc2.ID{}, nil, reason))
}

// readBody reads one header and the body it announces.
func (s *stream) readBody() ([]byte, error) {
	size, err := s.readHeader()
	if err != nil {
		return nil, err
	}
	if size > s.limit {
		if _, err := io.CopyN(io.Discard, s.in, size); err != nil {
			return nil, err
		}
		return nil, &oversizedError{size, s.limit}
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(s.in, body); err != nil {
		return nil, err
	}
	return body, nil
}

// readHeader reads up to the empty line that ends a header and returns the
// size of the body. After errHeader the next header is ahead: the input was
// searched for it.
func (s *stream) readHeader() (size int64, err error) {
	size = -1
	for {
		line, length, err := s.peekLine()
		if err != nil {
			return 0, err
		}
		name, value, isField := bytes.Cut(line, []byte(":"))
		name = bytes.TrimRight(name, " \t")
		empty := len(line) == 0
		if !empty && !(isField && isFieldName(name)) {
			// A header may begin inside this line, behind the rest of a body.
			return 0, s.resync()
		}
		if bytes.EqualFold(name, contentLength) {
			size, err = strconv.ParseInt(string(bytes.TrimSpace(value)), 10, 64)
		}
		_, _ = s.in.Discard(length)
		switch {
		case err != nil || empty && size < 0:
			return 0, s.resync()
		case empty:
			return size, nil
		}
	}
}

var contentLength = []byte("Content-Length")

func isFieldName(b []byte) bool {
	for _, c := range b {
		if c != '-' && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return len(b) > 0
}

// peekLine returns the next line without its end, valid until the next read, and its length with the
// end. A line longer than the buffer is no part of a header: see resync.
func (s *stream) peekLine() (line []byte, length int, err error) {
	for {
		window, _ := s.in.Peek(s.in.Buffered())
		if k := bytes.IndexByte(window, '\n'); k >= 0 {
			return bytes.TrimSuffix(window[:k], []byte("\r")), k + 1, nil
		}
		if _, err := s.in.Peek(len(window) + 1); err != nil {
			if errors.Is(err, bufio.ErrBufferFull) {
				err = s.resync()
			}
			return nil, 0, err
		}
	}
}

// resync skips everything before the next header. It returns errHeader, or
// the error of the input.
//
// A body of unknown size may be ahead, with the next header right behind it on the same line.
// JSON has no raw line end inside a string, so a Content-Length that a real
// line end follows is no part of a text in some body, even though SIP has a header field
// of that name.
func (s *stream) resync() error {
	for {
		if _, err := s.in.Peek(1); err != nil {
			return err
		}
		window, _ := s.in.Peek(s.in.Buffered())
		at, found := findHeader(window)
		if found {
			_, _ = s.in.Discard(at)
			return errHeader
		}
		if at == 0 {
			// What may be a header is not whole yet, and there is room for more.
			if _, err := s.in.Peek(len(window) + 1); err != nil {
				return err
			}
			continue
		}
		_, _ = s.in.Discard(at)
	}
}

// longestHeader is more than "Content-Length", blanks, digits and line end take.
const longestHeader = 64

// findHeader returns where a Content-Length field with a number and a line end
// begins in b. If there is none it returns how much of b cannot be part of one.
func findHeader(b []byte) (at int, found bool) {
	for i := 0; ; i++ {
		k := bytes.IndexAny(b[i:], "cC")
		if k < 0 {
			return len(b), false
		}
		i += k
		switch isHeader(b[i:]) {
		case yes:
			return i, true
		case perhaps:
			return i, false
		}
	}
}

type verdict uint8

const (
	no verdict = iota
	perhaps
	yes
)

// isHeader tells whether b begins with a whole Content-Length line; perhaps, if more bytes decide.
func isHeader(b []byte) verdict {
	n := min(len(b), len(contentLength))
	if !bytes.EqualFold(b[:n], contentLength[:n]) {
		return no
	}
	line := b[n:]
	end := bytes.IndexByte(line[:min(len(line), longestHeader)], '\n')
	if end < 0 {
		if len(line) >= longestHeader {
			return no
		}
		end = len(line)
	}
	digits := 0
	colon := false
	for _, c := range line[:end] {
		switch {
		case c == ':' && !colon:
			colon = true
		case c >= '0' && c <= '9' && colon:
			digits++
		case c != ' ' && c != '\t' && c != '\r':
			return no
		}
	}
	switch {
	case end == len(line):
		return perhaps
	case digits > 0:
		return yes
	}
	return no
}

// Write writes one message in one piece. It does not look at the context: the answer to a
// request that was cancelled has to be written all the same.
func (s *stream) Write(_ context.Context, msg jsonrpc2.Message) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	buf := s.out
	if buf == nil {
		buf = make([]byte, headerRoom, 1<<10)
	}
	buf = jsonrpc2.AppendMessage(buf[:headerRoom], msg)
	var header [headerRoom]byte
	h := append(header[:0], "Content-Length: "...)
	h = strconv.AppendInt(h, int64(len(buf)-headerRoom), 10)
	h = append(h, "\r\n\r\n"...)
	start := headerRoom - len(h)
	copy(buf[start:], h)
	s.out = nil
	if cap(buf) <= keptBuffer {
		s.out = buf
	}
	n, err := s.rwc.Write(buf[start:])
	return int64(n), err
}

// Close closes the connection, once.
func (s *stream) Close() error {
	s.closing.Do(func() { s.closeErr = s.rwc.Close() })
	return s.closeErr
}
