package server

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type selection struct {
	Range  lspRange
	Parent *selection
}

func (e *editor) selections(uri string, at ...lspPosition) (out []selection) {
	e.t.Helper()
	decode(e.t, e.mustRequest("textDocument/selectionRange", map[string]any{"textDocument": identifier(uri), "positions": at}), &out)
	if len(out) != len(at) {
		e.t.Fatalf("%d selections for %d positions", len(out), len(at))
	}
	return out
}

const selecting = `{"selectionRange":{}}`

// checkSelection checks what must be true of every selection and returns its texts.
func (e *editor) checkSelection(t *testing.T, uri string, at lspPosition, s *selection) (texts []string) {
	t.Helper()
	text := e.buffers[uri].text
	for x := s; x != nil; x = x.Parent {
		if !e.valid(text, x.Range) || !x.Range.contains(lspRange{at, at}) {
			t.Errorf("at %+v: %+v", at, x.Range)
		}
		if x.Parent != nil && (!x.Parent.Range.contains(x.Range) || x.Parent.Range == x.Range) {
			t.Errorf("at %+v: %+v does not grow to %+v", at, x.Range, x.Parent.Range)
		}
		texts = append(texts, e.textOf(uri, x.Range))
	}
	if n := len(texts); texts[n-1] != string(text) {
		t.Errorf("at %+v: at last %q", at, texts[n-1])
	}
	return texts
}

func TestSelectionRanges(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	everyForm(t, selecting, func(t *testing.T, f form) {
		text := []byte(f.text)
		var at []lspPosition
		for range 40 {
			at = append(at, f.e.position(text, f.e.offset(text, f.e.position(text, random.IntN(len(text)+1)))))
		}
		for i, s := range f.e.selections(f.uri, at...) {
			f.e.checkSelection(t, f.uri, at[i], &s)
		}

		// From a display name to the message.
		start := f.at("Ерёмина", 0, 3)
		texts := f.e.checkSelection(t, f.uri, start, &f.e.selections(f.uri, start)[0])
		from := strings.Index(f.text, "From: ")
		value := f.text[from+len("From: ") : from+strings.IndexAny(f.text[from:], "\r\n")]
		if texts[0] != "Ерёмина" || texts[1] != value[:strings.Index(value, ";tag=")] || texts[2] != value || texts[3] != "From: "+value {
			t.Errorf("from the inside out: %q", texts[:5])
		}
		if head := texts[4]; !strings.HasPrefix(head, "Via:") || strings.Contains(head, "v=0") || strings.Contains(head, "INVITE sip:") {
			t.Errorf("header section %q", head)
		}
		if message := texts[5]; !strings.HasPrefix(message, "INVITE sip:2000@example.com SIP/2.0") || !strings.Contains(message, "v=0") || strings.TrimSpace(message) != message {
			t.Errorf("message %q", message)
		}
		if len(texts) != 7 && f.name != "bare" {
			t.Errorf("%d selections", len(texts))
		}
	})
}

func TestSelectionRangesOfEachPart(t *testing.T) {
	const message = "SIP/2.0 401 Not Now\r\nVia: SIP/2.0/UDP h;branch=1, SIP/2.0/UDP i;branch=2\r\nWWW-Authenticate: Digest realm=\"a b\", nonce=\"c\"\r\nTo: <sip:b@example.com;lr>;tag=2\r\nbroken line\r\n\r\nv=0\r\na=rtpmap:0 PCMU/8000"
	const uri = "file:///a.sip"
	e := open(t, `{"textDocument":`+selecting+`}`)
	e.didOpen(uri, "sip", message)
	f := form{uri: uri, text: message, e: e}
	head := message[strings.Index(message, "Via"):strings.Index(message, "\r\n\r\n")]
	for _, c := range []struct {
		at   string
		plus int
		want []string
	}{
		{"401", 1, []string{"401", "SIP/2.0 401 Not Now"}},
		{"Now", 1, []string{"Now", "Not Now", "SIP/2.0 401 Not Now"}},
		{"branch=2", 8, []string{"2", "branch=2", "SIP/2.0/UDP i;branch=2", "SIP/2.0/UDP h;branch=1, SIP/2.0/UDP i;branch=2", "Via: SIP/2.0/UDP h;branch=1, SIP/2.0/UDP i;branch=2", head}},
		{"a b", 0, []string{"a", "a b", "\"a b\"", "realm=\"a b\"", "Digest realm=\"a b\"", "Digest realm=\"a b\", nonce=\"c\"", "WWW-Authenticate: Digest realm=\"a b\", nonce=\"c\"", head}},
		{"nonce", 2, []string{"nonce", "nonce=\"c\"", "Digest realm=\"a b\", nonce=\"c\"", "WWW-Authenticate: Digest realm=\"a b\", nonce=\"c\"", head}},
		{"example", 2, []string{"example.com", "sip:b@example.com;lr", "<sip:b@example.com;lr>", "<sip:b@example.com;lr>;tag=2", "To: <sip:b@example.com;lr>;tag=2", head}},
		{"To:", 1, []string{"To", "To: <sip:b@example.com;lr>;tag=2", head}},
		{"broken", 1, []string{"broken", "broken line", head}},
		{"PCMU", 1, []string{"PCMU", "rtpmap:0 PCMU/8000", "a=rtpmap:0 PCMU/8000", "v=0\r\na=rtpmap:0 PCMU/8000"}},
	} {
		at := f.at(c.at, 0, c.plus)
		got := e.checkSelection(t, uri, at, &e.selections(uri, at)[0])
		if d := cmp.Diff(append(c.want, message), got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.at, d)
		}
	}
}

func TestSelectionRangesOutsideOfMessages(t *testing.T) {
	const uri = "file:///a.log"
	e := open(t, `{"textDocument":`+selecting+`}`)
	const log = "10:00:00 nothing here\nrecv 40 bytes from udp/[192.0.2.1]:5060 at 10:00:00.000000:\n   ------------------------------------------------------------------------\n   OPTIONS sip:a@example.com SIP/2.0\n   Call-ID: 1\n   CSeq: 1 OPTIONS\n\n"
	e.didOpen(uri, "log", log)
	f := form{uri: uri, text: log, e: e}
	at := f.at("nothing", 0, 1)
	if d := cmp.Diff([]string{"nothing", "10:00:00 nothing here", log}, e.checkSelection(t, uri, at, &e.selections(uri, at)[0])); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	at = f.at("   CSeq", 0, 0)
	if d := cmp.Diff([]string{"   CSeq: 1 OPTIONS", "Call-ID: 1\n   CSeq: 1 OPTIONS", "OPTIONS sip:a@example.com SIP/2.0\n   Call-ID: 1\n   CSeq: 1 OPTIONS", log}, e.checkSelection(t, uri, at, &e.selections(uri, at)[0])); d != "" {
		t.Errorf("in an indentation (-want +got):\n%s", d)
	}
	const invalidParams = -32602
	if code := e.errorCode("textDocument/selectionRange", map[string]any{"textDocument": identifier(uri), "positions": make([]lspPosition, maxCursors+1)}); code != invalidParams {
		t.Errorf("very many cursors: code %d", code)
	}
}
