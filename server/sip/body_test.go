package sip

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// bodyOf parses a request with these header fields and body; LF stand for CR LF.
func bodyOf(fields, body string) *Message {
	return Parse([]byte(strings.ReplaceAll("OPTIONS sip:a SIP/2.0\n"+fields+"\n"+body, "\n", "\r\n")))
}

func TestParts(t *testing.T) {
	const mixed = "Content-Type: multipart/mixed;boundary=\"b 1\"\n"
	for name, c := range map[string]struct {
		fields, body string
		want         []string // type/subtype: body
	}{
		"no body":       {"Content-Type: application/sdp\n", "", nil},
		"a single body": {"Content-Type: application/sdp\n", "v=0\n", []string{"application/sdp: v=0\n"}},
		"no type":       {"", "v=0\n", []string{"/: v=0\n"}},
		"two parts between preamble and epilogue": {
			mixed, "old reader?\n--b 1\nContent-Type: application/sdp\n\nv=0\n\n--b 1 \n\ntext\n--b 1--\nthe end\n",
			[]string{"application/sdp: v=0\n", "/: text"},
		},
		"header fields only, folded":   {mixed, "--b 1\nContent-Type:\n application/pidf+xml\n--b 1--", []string{"application/pidf+xml: "}},
		"never closed":                 {mixed, "--b 1\nContent-Type: a/b\n\nx\n", []string{"a/b: x\n"}},
		"the boundary does not occur":  {mixed, "--b 2\n\nx\n--b 2--\n", []string{"multipart/mixed: --b 2\n\nx\n--b 2--\n"}},
		"no boundary":                  {"Content-Type: multipart/mixed\n", "--x\n\ny\n--x--", []string{"multipart/mixed: --x\n\ny\n--x--"}},
		"the boundary inside a line":   {mixed, "--b 1\n\nx --b 1\n--b 11\n--b 1--", []string{"/: x --b 1\n--b 11"}},
		"empty parts":                  {mixed, "--b 1\n--b 1\n--b 1--", []string{"/: ", "/: "}},
		"multipart in multipart":       {mixed, "--b 1\nContent-Type: multipart/alternative;boundary=b2\n\n--b2\nContent-Type: a/1\n\n1\n--b2\nContent-Type: a/2\n\n2\n--b2--\n--b 1\nContent-Type: a/3\n\n3\n--b 1--\n", []string{"a/1: 1", "a/2: 2", "a/3: 3"}},
		"compressed, nobody can read":  {mixed + "Content-Encoding: gzip\n", "--b 1\n\nx\n--b 1--", []string{"multipart/mixed: --b 1\n\nx\n--b 1--"}},
		"identity is no compression":   {mixed + "Content-Encoding: identity\n", "--b 1\n\nx\n--b 1--", []string{"/: x"}},
		"the first Content-Type holds": {"Content-Type: a/b\nContent-Type: c/d\n", "x", []string{"a/b: x"}},
	} {
		t.Run(name, func(t *testing.T) {
			m := bodyOf(c.fields, c.body)
			var got []string
			for b := range m.Parts() {
				got = append(got, fmt.Sprintf("%s/%s: %s", m.Bytes(b.Type.Type), m.Bytes(b.Type.Subtype), strings.ReplaceAll(string(m.Bytes(b.Span)), "\r\n", "\n")))
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("parts (-want +got):\n%s", d)
			}
		})
	}
}

func TestMultipartOfRFC5621(t *testing.T) {
	m := bodyOf("Content-Type: multipart/mixed;boundary=b\n", "--b\nContent-Type: application/sdp\nContent-Disposition: session;handling=optional\n\nv=0\n--b--\n")
	b := m.ReadBody()
	if len(b.Parts) != 1 || b.Close.Len == 0 {
		t.Fatalf("%d parts, closed by %v", len(b.Parts), b.Close)
	}
	d := b.Parts[0].Body.Disposition
	if got := string(m.Bytes(d.Type)) + " " + string(m.Bytes(d.Handling)); got != "session optional" || !m.IsOptional(d) {
		t.Errorf("the disposition is %q", got)
	}
}

func TestMultipartLimits(t *testing.T) {
	m := bodyOf("Content-Type: multipart/mixed;boundary=b\n", strings.Repeat("--b\n\nx\n", 1000)+"--b--\n")
	if n := len(m.ReadBody().Parts); n != maxBodyParts {
		t.Errorf("%d parts are read, want %d", n, maxBodyParts)
	}
}

func TestMediaTypeSyntax(t *testing.T) {
	for _, c := range []struct{ value, at, want string }{
		{"application/sdp", "", ""},
		{"application / sdp", "", ""},
		{`multipart/mixed;boundary="a b"; charset=UTF-8`, "", ""},
		{"application/vnd.3gpp.sms", "", ""},
		{"sdp", "sdp", wantMediaType},
		{"", "", wantMediaType},
		{"application/", "application/", wantMediaType},
		{"a/b c", "a/b c", wantMediaType},
		{"a/b, c/d", "a/b, c/d", wantMediaType},
		{"a/b;", ";", "a parameter beside the semicolon"},
		{"a/b;charset", "charset", "a value behind the name of a parameter"},
		{"a/b;charset=", "charset=", "a value behind the ="},
	} {
		m := bodyOf("Content-Type: "+c.value+"\n", "")
		err := m.MediaTypeSyntax(m.Headers[0].Value)
		switch {
		case err == nil && c.want != "":
			t.Errorf("%s: no error, want %q", c.value, c.want)
		case err != nil && (err.Want != c.want || string(m.Bytes(err.At)) != c.at):
			t.Errorf("%s: error at %q, %q; want at %q, %q", c.value, m.Bytes(err.At), err.Want, c.at, c.want)
		}
	}
}

func TestFragment(t *testing.T) {
	for name, c := range map[string]struct {
		text, start string
		headers     int
		body        string
	}{
		"a status line":            {"SIP/2.0 100 Trying\n", "SIP/2.0 100 Trying", 0, ""},
		"a request with fields":    {"INVITE sip:a@b SIP/2.0\nFrom: <sip:a@b>\nTo:\n <sip:b@b>\n\nx", "INVITE sip:a@b SIP/2.0", 2, "x"},
		"header fields only":       {"From: <sip:a@b>\nDate: x\n", "", 2, ""},
		"nothing":                  {"", "", 0, ""},
		"a line that is something": {"Trying\n", "", 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := bodyOf("Content-Type: message/sipfrag\n", c.text)
			f := m.ReadFragment(m.Body)
			if got := string(m.Bytes(f.Start.Text)); f.HasStart && got != c.start || f.HasStart != (c.start != "") || len(f.Headers) != c.headers || string(m.Bytes(f.Body)) != c.body {
				t.Errorf("start line %q (%t), %d header fields, body %q", got, f.HasStart, len(f.Headers), m.Bytes(f.Body))
			}
		})
	}
}

// tiles calls add for the elements of a body, innermost first.
func tiles(b *Body, add func(Span)) {
	if len(b.Parts) == 0 {
		add(b.Span)
		return
	}
	add(b.Preamble)
	for i := range b.Parts {
		p := &b.Parts[i]
		add(p.Delimiter)
		for j := range p.Headers {
			add(p.Headers[j].Line)
		}
		add(p.Blank)
		tiles(&p.Body, add)
	}
	add(b.Close)
	add(b.Epilogue)
}

func FuzzBody(f *testing.F) {
	for _, s := range []string{
		"Content-Type: multipart/mixed;boundary=b\r\n\r\npre\r\n--b\r\nContent-Type: multipart/x;boundary=b2\r\n\r\n--b2\r\n\r\n1\r\n--b2--\r\n--b\r\n\r\nx\r\n--b--\r\nend",
		"Content-Type: multipart/mixed;boundary=\"\"\n\n--", "c: multipart/a;boundary=-\n\n---\n-----", "c: multipart/a;boundary=b\n\n--b\r--b--\r\n--b",
		"c: message/sipfrag\n\nSIP/2.0 200 OK\r\n\r\n", "c: a/b;;\n\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m := Parse(append([]byte("OPTIONS sip:a SIP/2.0\n"), b...))
		body := m.ReadBody()
		at := m.Body.Off
		tiles(&body, func(s Span) {
			if s.Off != at && s.Len > 0 || s.Len < 0 {
				t.Fatalf("an element stands at %d behind %d of %q", s.Off, at, m.Bytes(m.Body))
			}
			at += s.Len
		})
		if at != m.Body.End() {
			t.Fatalf("the elements end at %d of %d", at, m.Body.End())
		}
		for p := range m.Parts() {
			x := m.ReadFragment(p.Span)
			at := x.Span.Off + x.Start.Line.Len
			for i := range x.Headers {
				if x.Headers[i].Line.Off != at {
					t.Fatalf("a header field of the fragment stands at %v behind %d", x.Headers[i].Line, at)
				}
				at = x.Headers[i].Line.End()
			}
			if at+x.Blank.Len+x.Body.Len != x.Span.End() {
				t.Fatalf("the fragment ends at %d of %d", at+x.Blank.Len+x.Body.Len, x.Span.End())
			}
		}
		if h := m.Header(HeaderContentType); h != nil {
			if err := m.MediaTypeSyntax(h.Value); err != nil && (err.At.Off < h.Line.Off || err.At.End() > h.Line.End()) {
				t.Fatalf("%q stands at %v outside %v", err.Want, err.At, h.Line)
			}
		}
	})
}
