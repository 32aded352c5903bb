package sip

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// checkElements fails the test unless the elements of the message tile its text.
func checkElements(tb testing.TB, m *Message) {
	tb.Helper()
	at := int32(0)
	next := func(what string, s Span) {
		tb.Helper()
		if s.Off != at || s.Len < 0 {
			tb.Fatalf("%s %+v of %q, the element before ends at %d", what, s, m.Text, at)
		}
		at = s.End()
	}
	next("start line", m.Start.Line)
	for i := range m.Headers {
		h := &m.Headers[i]
		next(fmt.Sprintf("header field %d", i), h.Line)
		if h.Line.Len == 0 {
			tb.Fatalf("header field %d of %q is empty", i, m.Text)
		}
		for _, s := range []Span{h.Name, h.Value} {
			if s.Len > 0 && (s.Off < h.Line.Off || s.End() > h.Line.End()) {
				tb.Fatalf("%+v is not in the line %+v of %q", s, h.Line, m.Text)
			}
		}
		if h.Name.Len > 0 && h.Name.End() > h.Value.Off {
			tb.Fatalf("name %+v and value %+v of %q", h.Name, h.Value, m.Text)
		}
		if h.Name.Len == 0 && h.ID != HeaderOther || h.ID != LookupHeader(m.Bytes(h.Name)) {
			tb.Fatalf("%q is %v", m.Bytes(h.Name), h.ID)
		}
	}
	next("empty line", m.Blank)
	next("body", m.Body)
	if int(at) != len(m.Text) {
		tb.Fatalf("elements end at %d of %d", at, len(m.Text))
	}
	s := &m.Start
	for _, p := range []Span{s.Text, s.Version, s.Method, s.URI, s.Code, s.Reason} {
		if p.Off < 0 || p.Len < 0 || p.End() > s.Text.End() {
			tb.Fatalf("%+v in the start line %+v of %q", p, s.Text, m.Text)
		}
	}
}

// fields lists the header fields as name=value, unnamed ones as =value.
func fields(m *Message) []string {
	var out []string
	for i := range m.Headers {
		h := &m.Headers[i]
		out = append(out, string(m.Bytes(h.Name))+"="+string(m.Bytes(h.Value)))
	}
	return out
}

func TestHeaderSection(t *testing.T) {
	const start = "OPTIONS sip:a SIP/2.0\r\n"
	for _, c := range []struct {
		name, text  string
		fields      []string
		blank, body string
	}{
		{"long names", start + "To: <sip:b>\r\nFrom: <sip:a>\r\n\r\n", []string{"To=<sip:b>", "From=<sip:a>"}, "\r\n", ""},
		{"compact names, any letter case", start + "t: <sip:b>\r\nF:<sip:a>\r\nCONTENT-LENGTH: 2\r\n\r\nhi", []string{"t=<sip:b>", "F=<sip:a>", "CONTENT-LENGTH=2"}, "\r\n", "hi"},
		{"white space around the colon", start + "To  : \t<sip:b> \r\n\r\n", []string{"To=<sip:b>"}, "\r\n", ""},
		{"folded", start + "To: <sip:b>\r\n ;tag=1\r\n\t;x\r\nFrom: a\r\n\r\n", []string{"To=<sip:b>\r\n ;tag=1\r\n\t;x", "From=a"}, "\r\n", ""},
		{"folded at once", start + "To:\r\n <sip:b>\r\n\r\n", []string{"To=<sip:b>"}, "\r\n", ""},
		{"folded with a line of blanks", start + "To: a\r\n  \r\n\r\nbody", []string{"To=a"}, "\r\n", "body"},
		{"LF", strings.ReplaceAll(start+"To: a\r\nFrom: b\r\n\r\nx\r\n", "\r\n", "\n"), []string{"To=a", "From=b"}, "\n", "x\n"},
		{"CR", strings.ReplaceAll(start+"To: a\r\nFrom: b\r\n\r\nx\r\n", "\r\n", "\r"), []string{"To=a", "From=b"}, "\r", "x\r"},
		{"mixed line ends", "OPTIONS sip:a SIP/2.0\rTo: a\nFrom: b\r\n\nx", []string{"To=a", "From=b"}, "\n", "x"},
		{"a CR LF behind an LF is an empty line", start + "To: a\n\r\nx", []string{"To=a"}, "\r\n", "x"},
		{"no colon", start + "hello world\r\nTo: a\r\n\r\n", []string{"=hello world", "To=a"}, "\r\n", ""},
		{"no colon, folded", start + "hello\r\n world: x\r\n\r\n", []string{"=hello\r\n world: x"}, "\r\n", ""},
		{"no name", start + ": a\r\n : b\r\n\r\n", []string{"=a\r\n : b"}, "\r\n", ""},
		{"no value", start + "To:\r\nFrom: \r\n\r\n", []string{"To=", "From="}, "\r\n", ""},
		{"a blank before the first name", start + " To: a\r\n\r\n", []string{"To=a"}, "\r\n", ""},
		{"names that are no tokens", start + "T(o: a\r\nMy Name: b\r\n\r\n", []string{"T(o=a", "My Name=b"}, "\r\n", ""},
		{"colons in the value", start + "To: sip:b:c\r\n\r\n", []string{"To=sip:b:c"}, "\r\n", ""},
		{"no empty line", start + "To: a\r\n", []string{"To=a"}, "", ""},
		{"no line end", start + "To: a", []string{"To=a"}, "", ""},
		{"only the start line", start, nil, "", ""},
		{"only an empty line", "\r\nTo: a\r\n", []string{"To=a"}, "", ""},
		{"nothing", "", nil, "", ""},
		{"empty lines in the body", start + "\r\n\r\n\r\nx", nil, "\r\n", "\r\n\r\nx"},
		{"NUL and bytes that are not UTF-8", start + "To: \x00\xff\r\nX\xff: b\r\n\r\n", []string{"To=\x00\xff", "X\xff=b"}, "\r\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := Parse([]byte(c.text))
			checkElements(t, m)
			if d := cmp.Diff(c.fields, fields(m)); d != "" {
				t.Errorf("fields (-want +got):\n%s", d)
			}
			if blank := string(m.Bytes(m.Blank)); blank != c.blank {
				t.Errorf("empty line %q, want %q", blank, c.blank)
			}
			if body := string(m.Bytes(m.Body)); body != c.body {
				t.Errorf("body %q, want %q", body, c.body)
			}
		})
	}
}

func TestParseLeavesCompletenessUnknown(t *testing.T) {
	m := Parse([]byte("SIP/2.0 200 OK\r\n\r\n"))
	if m.Head != (Part{}) || m.Tail != (Part{}) || m.Exact || m.Form != Full || m.Head.Is != Unknown {
		t.Errorf("%+v", m)
	}
}

func TestParseIntoReusesTheHeaders(t *testing.T) {
	text := []byte("SIP/2.0 200 OK\r\nTo: a\r\nFrom: b\r\n\r\n")
	m := Parse(text)
	first := &m.Headers[0]
	if n := testing.AllocsPerRun(10, func() { ParseInto(m, text) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if &m.Headers[0] != first || len(m.Headers) != 2 {
		t.Errorf("%d header fields, a new slice: %v", len(m.Headers), &m.Headers[0] != first)
	}
	if n := testing.AllocsPerRun(10, func() { Parse(text) }); n > 2 {
		t.Errorf("Parse makes %v allocations", n)
	}
}

func TestMethodAndHeaderAccess(t *testing.T) {
	request := Parse([]byte("BYE sip:a SIP/2.0\r\nCSeq: 2 ACK\r\nv: one\r\nVia: two\r\ni: 7@x\r\n\r\n"))
	response := Parse([]byte("SIP/2.0 200 OK\r\nCSeq: 2 INVITE\r\n\r\n"))
	none := Parse([]byte("SIP/2.0 200 OK\r\n\r\n"))
	for _, c := range []struct{ what, got, want string }{
		{"method of a request", string(request.Method()), "BYE"},
		{"method of a response", string(response.Method()), "INVITE"},
		{"method of a response without CSeq", string(none.Method()), ""},
		{"Call-ID", string(request.CallID()), "7@x"},
		{"no Call-ID", string(none.CallID()), ""},
		{"the first of two fields", string(request.Value(HeaderVia)), "one"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
	if none.Header(HeaderVia) != nil || none.CallID() != nil {
		t.Error("a header field that is not there is not nil")
	}
}

// Lines that end in CR, LF or nothing at all must not make parsing quadratic.
func TestParseIsLinear(t *testing.T) {
	for _, s := range []string{"a:\r", " \r", "x\ra:\n", "a"} {
		text := append([]byte("OPTIONS sip:a SIP/2.0\r"), bytes.Repeat([]byte(s), 3<<20/len(s))...)
		began := time.Now()
		m := Parse(text)
		if d := time.Since(began); d > 8*time.Second {
			t.Errorf("%q: %v", s, d)
		}
		checkElements(t, m)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nFrom: \"A\" <sip:a@b>;tag=1\r\nTo: sip:b@c\r\nCSeq: 1 INVITE\r\nContent-Length: 2\r\n\r\nhi",
		"SIP/2.0 407 X\nProxy-Authenticate: Digest realm=\"a\\\"b\", nonce=\"c\"\nContact: *\n\n", "a\r b\r\r", "", ":", "SIP/", "\n\r\n\r",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		m := Parse(text)
		checkElements(t, m)
		within := func(s Span) {
			if s.Off < 0 || s.Len < 0 || int(s.End()) > len(text) {
				t.Fatalf("%+v in %q", s, text)
			}
		}
		for i := range m.Headers {
			id := m.Headers[i].ID
			for _, v := range m.Values(id) {
				within(v)
				for p := range m.Params(v, ';') {
					within(p.Name)
					within(p.Value)
				}
			}
			for _, a := range m.Addresses(id) {
				within(a.Display)
				within(a.URI)
				within(a.Params)
			}
			for a := range m.Auths(id) {
				within(a.Scheme)
				within(a.Params)
				m.AuthParam(a, "realm")
			}
			m.FirstToken(id)
			m.HasToken(id, "x")
			m.Tag(id)
		}
		for _, v := range m.Vias() {
			within(v.Protocol)
			within(v.Transport)
			within(v.Host)
			within(v.Port)
			within(v.Params)
		}
		within(m.CSeq().NumberSpan)
		within(m.CSeq().Method)
		if n, _, ok := m.ContentLength(); ok && (n < 0 || n > 1<<30) {
			t.Fatalf("Content-Length %d", n)
		}
		if n := WireLen(text); n < len(text) || n > 2*len(text) {
			t.Fatalf("%d bytes are %d on the wire", len(text), n)
		}
	})
}
