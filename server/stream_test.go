package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.lsp.dev/jsonrpc2"
)

// halves is a connection whose two directions have nothing to do with each other.
type halves struct {
	io.Reader
	io.Writer
}

func (halves) Close() error { return nil }

// readAll reads to the end and returns the methods of the messages and the codes of the answers that the
// stream gave by itself.
func readAll(t testing.TB, input io.Reader, limit int64) (methods []string, codes []int) {
	t.Helper()
	var out bytes.Buffer
	ended := false
	s := newStream(halves{input, &out}, limit, func(error) {}, func() { ended = true })
	for {
		m, _, err := s.Read(context.Background())
		if err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("Read: %v", err)
			}
			break
		}
		switch m := m.(type) {
		case jsonrpc2.RequestMessage:
			methods = append(methods, m.Method())
		case *jsonrpc2.Response:
			methods = append(methods, "response")
		}
	}
	if !ended {
		t.Error("the end of the input was not told")
	}
	for answer := range strings.SplitAfterSeq(out.String(), "}}") {
		_, body, ok := strings.Cut(answer, "\r\n\r\n")
		if !ok {
			continue
		}
		var m struct {
			ID    json.RawMessage
			Error wireError
		}
		if err := json.Unmarshal([]byte(body), &m); err != nil {
			t.Fatalf("answer %q: %v", body, err)
		}
		if string(m.ID) != "null" {
			t.Errorf("id of an answer to an unknown message: %s", m.ID)
		}
		codes = append(codes, m.Error.Code)
	}
	return methods, codes
}

func note(method string) string { return frame(`{"jsonrpc":"2.0","method":"` + method + `"}`) }

func TestStreamGoesOnAfterInputItCannotRead(t *testing.T) {
	const parse, invalid = -32700, -32600
	good := note("good")
	headerless := `{"jsonrpc":"2.0","method":"lost","params":"Content-Length: 7\r\n\r\n"}`
	for _, c := range []struct {
		name, input string
		methods     []string
		codes       []int
	}{
		{"two messages", note("one") + note("two"), []string{"one", "two"}, nil},
		{"other header fields, any case, blanks, bare line feeds", "content-TYPE: x\ncontent-length : \t29 \n\n" + `{"jsonrpc":"2.0","method":"a"}`[:29] + good, []string{"good"}, []int{parse}},
		{"lower case header", "content-length: 30\n\n" + `{"jsonrpc":"2.0","method":"a"}` + good, []string{"a", "good"}, nil},
		{"body that is no JSON", frame("{nonsense") + good, []string{"good"}, []int{parse}},
		{"body of nothing", "Content-Length: 0\r\n\r\n" + good, []string{"good"}, []int{parse}},
		{"body that is a batch", frame(`[{"jsonrpc":"2.0","method":"a"}]`) + good, []string{"good"}, []int{invalid}},
		{"body that is a number", frame("7") + good, []string{"good"}, []int{parse}},
		{"wrong version of JSON-RPC", frame(`{"jsonrpc":"1.0","method":"a"}`) + good, []string{"good"}, []int{invalid}},
		{"id that is a fraction", frame(`{"jsonrpc":"2.0","method":"a","id":1.5}`) + good, []string{"good"}, []int{invalid}},
		{"id beyond 64 bits", frame(`{"jsonrpc":"2.0","method":"a","id":99999999999999999999}`) + good, []string{"good"}, []int{invalid}},
		{"header without length", "Content-Type: x\r\n\r\n" + headerless + good, []string{"good"}, []int{parse}},
		{"length that is no number", "Content-Length: many\r\n\r\n" + headerless + good, []string{"good"}, []int{parse}},
		{"negative length", "Content-Length: -5\r\n\r\n" + headerless + good, []string{"good"}, []int{parse}},
		{"length beyond 64 bits", "Content-Length: 99999999999999999999\r\n\r\n" + headerless + good, []string{"good"}, []int{parse}},
		{"line that is no field", "hello there\r\n" + good, []string{"good"}, []int{parse}},
		{"text without lines before a header", strings.Repeat("x", 200_000) + good, []string{"good"}, []int{parse}},
		{"a very long line of what a header begins with", strings.Repeat("Content-Length: ", 20_000) + good, []string{"good"}, []int{parse}},
		{"length that is too short", "Content-Length: 10\r\n\r\n" + `{"jsonrpc":"2.0","method":"a"}` + good, []string{"good"}, []int{parse, parse}},
		{"length that is too long costs the next message", "Content-Length: 40\r\n\r\n" + `{"jsonrpc":"2.0","method":"a"}` + note("eaten") + good, []string{"good"}, []int{parse, parse}},
		{"body over the limit", frame(`{"jsonrpc":"2.0","method":"big","params":"`+strings.Repeat("x", 5000)+`"}`) + good, []string{"good"}, []int{invalid}},
		{"end in the header", good + "Content-Le", []string{"good"}, nil},
		{"end in the body", good + "Content-Length: 100\r\n\r\n{", []string{"good"}, nil},
		{"end in nonsense", good + "nonsense", []string{"good"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			methods, codes := readAll(t, strings.NewReader(c.input), 4096)
			if d := cmp.Diff(c.methods, methods); d != "" {
				t.Errorf("messages (-want +got):\n%s", d)
			}
			if d := cmp.Diff(c.codes, codes); d != "" {
				t.Errorf("answers (-want +got):\n%s", d)
			}
		})
		t.Run(c.name+", byte by byte", func(t *testing.T) {
			methods, codes := readAll(t, &oneByte{c.input}, 4096)
			if d := cmp.Diff(c.methods, methods); d != "" {
				t.Errorf("messages (-want +got):\n%s", d)
			}
			if d := cmp.Diff(c.codes, codes); d != "" {
				t.Errorf("answers (-want +got):\n%s", d)
			}
		})
	}
}

type oneByte struct{ rest string }

func (o *oneByte) Read(p []byte) (int, error) {
	if o.rest == "" {
		return 0, io.EOF
	}
	p[0] = o.rest[0]
	o.rest = o.rest[1:]
	return 1, nil
}

// FuzzStream: whatever comes in front, a message behind an unmistakable gap is read.
func FuzzStream(f *testing.F) {
	f.Add("")
	f.Add("Content-Length: 5\r\n\r\n{")
	f.Add("Content-Length: 0\r\n\r\nContent-Length")
	f.Add("a: b\r\n\r\nContent-Length: 1\n\n1")
	f.Fuzz(func(t *testing.T, junk string) {
		// Bodies that junk announces are shorter than the gap, which keeps headers apart.
		gap := strings.Repeat("-", 5000) + "\r\n"
		methods, _ := readAll(t, strings.NewReader(junk+gap+note("good")), 4096)
		if strings.Contains(strings.ToLower(junk), "content-length") {
			return // junk may announce what eats the rest
		}
		if len(methods) == 0 || methods[len(methods)-1] != "good" {
			t.Errorf("messages: %q", methods)
		}
	})
}

func TestStreamWritesOneFramePerMessage(t *testing.T) {
	var out bytes.Buffer
	s := newStream(halves{strings.NewReader(""), &out}, 0, nil, nil)
	var want strings.Builder
	for _, size := range []int{0, 1, 100, keptBuffer + 1, 1 << 20, 7} {
		params := `"` + strings.Repeat("x", size) + `"`
		n, err := s.Write(context.Background(), jsonrpc2.NewNotification("m", jsonrpc2.RawMessage(params)))
		frame := frame(fmt.Sprintf(`{"jsonrpc":"2.0","method":"m","params":%s}`, params))
		if err != nil || n != int64(len(frame)) {
			t.Fatalf("Write: %d, %v; want %d", n, err, len(frame))
		}
		want.WriteString(frame)
		if cap(s.out) > keptBuffer {
			t.Errorf("a buffer of %d bytes is kept", cap(s.out))
		}
	}
	if out.String() != want.String() {
		t.Error("the frames differ from what was written")
	}
}

func TestStreamWritesTheAnswerToACancelledRequest(t *testing.T) {
	var out bytes.Buffer
	s := newStream(halves{strings.NewReader(""), &out}, 0, nil, nil)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Write(ctx, jsonrpc2.NewResponse(jsonrpc2.NewNumberID(1), nil, jsonrpc2.ErrInternal)); err != nil || out.Len() == 0 {
		t.Errorf("Write: %v, %q", err, out.String())
	}
}
