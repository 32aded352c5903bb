package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sipls/server/analysis"
	"sipls/server/text"
)

// textOfDocument answers with the bytes of a document and whether its snapshot is what a reading from nothing gives.
func textOfDocument(s *session, ctx context.Context, docs view, params []byte) (any, error) {
	var p wireDocument
	if err := decodeParams(params, &p); err != nil {
		return nil, err
	}
	r := docs[*p.URI]
	if r == nil {
		return nil, errNotOpen
	}
	snap, err := s.snapshot(ctx, r)
	if err != nil {
		return nil, err
	}
	fresh := analysis.New(r.source, text.New(bytes.Clone(r.doc.Bytes())))
	a, err := snap.Findings(ctx)
	if err != nil {
		return nil, err
	}
	b, err := fresh.Findings(ctx)
	if err != nil {
		return nil, err
	}
	same := len(a) == len(b) && bytes.Equal(snap.Document().Bytes(), r.doc.Bytes())
	for i := range a {
		same = same && a[i].Rule == b[i].Rule && a[i].At == b[i].At
	}
	return json.RawMessage(fmt.Sprintf(`{"bytes":%q,"same":%v}`, fmt.Sprintf("%x", r.doc.Bytes()), same)), nil
}

type textAnswer struct {
	Bytes string
	Same  bool
}

func (e *editor) checkText(uri string) (string, bool) {
	var a textAnswer
	decode(e.t, e.mustRequest("test/text", identifier(uri)), &a)
	want := fmt.Sprintf("%x", e.buffers[uri].text)
	if a.Bytes != want {
		return fmt.Sprintf("the server has %s, the editor %s", a.Bytes, want), false
	}
	if !a.Same {
		return "the snapshot is not what a reading from nothing gives", false
	}
	return "", true
}

// TestServerFollowsRandomEdits sends edits made at random places of a text that is awkward to count in, several
// at a time, and compares what client and server have.
func TestServerFollowsRandomEdits(t *testing.T) {
	pieces := []string{
		response(407, "INVITE"), "SIP/2.0 200 OK\r\n", "\r\n", "\r\n\r\n", "\n", "\r", "a", "Via: SIP/2.0/UDP 192.0.2.1\r\n",
		"\u00e9", "\u20ac", "\U0001f600", "e\u0301", "\u2028", "\x00", "From: \"\u0418\u0432\u0430\u043d\" <sip:a@example.com>\r\n", "\"\\", "",
	}
	for _, encoding := range []string{"utf-8", "utf-16", "utf-32"} {
		t.Run(encoding, func(t *testing.T) {
			e := open(t, `{"general":{"positionEncodings":["`+encoding+`"]},"textDocument":{"diagnostic":{}}}`, withRequest("test/text", quick, textOfDocument))
			if e.encoding != encoding {
				t.Fatalf("the server counts in %s", e.encoding)
			}
			n := 0
			rapid.Check(t, func(t *rapid.T) {
				n++
				uri := fmt.Sprintf("file:///%d.sip", n)
				some := func(label string) string {
					return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 4).Draw(t, label), "")
				}
				e.didOpen(uri, "sip", some("text"))
				for range rapid.IntRange(1, 6).Draw(t, "notifications") {
					var changes []map[string]any
					for range rapid.IntRange(1, 3).Draw(t, "changes") {
						b := e.buffers[uri]
						if rapid.IntRange(0, 9).Draw(t, "whole") == 0 {
							b.text = []byte(some("all"))
							changes = append(changes, map[string]any{"text": string(b.text)})
							continue
						}
						from := boundary(b.text, rapid.IntRange(0, len(b.text)).Draw(t, "from"))
						to := boundary(b.text, rapid.IntRange(from, len(b.text)).Draw(t, "to"))
						insert := some("insert")
						changes = append(changes, map[string]any{"range": lspRange{e.position(b.text, from), e.position(b.text, to)}, "text": insert})
						b.text = append(append(bytes.Clone(b.text[:from]), insert...), b.text[to:]...)
					}
					e.changed(uri, changes...)
					if rapid.Bool().Draw(t, "look") {
						if problem, ok := e.checkText(uri); !ok {
							t.Fatal(problem)
						}
					}
				}
				if problem, ok := e.checkText(uri); !ok {
					t.Fatal(problem)
				}
				e.didClose(uri)
			})
		})
	}
}

// boundary returns the nearest place before off at which a position can be.
func boundary(b []byte, off int) int {
	for off > 0 && off < len(b) && (b[off]&0xc0 == 0x80 || b[off] == '\n' && b[off-1] == '\r') {
		off--
	}
	return off
}

func TestPositionsOutsideTheTextAreBroughtIntoIt(t *testing.T) {
	const uri = "file:///a.sip"
	for _, c := range []struct{ name, rng, want string }{
		{"character behind the line", `{"start":{"line":0,"character":99},"end":{"line":0,"character":2147483647}}`, "ab+\r\ncd"},
		{"line behind the text", `{"start":{"line":9,"character":0},"end":{"line":4294967295,"character":4294967295}}`, "ab\r\ncd+"},
		{"all of it", `{"start":{"line":0,"character":0},"end":{"line":2147483647,"character":0}}`, "+"},
		{"end before start", `{"start":{"line":1,"character":1},"end":{"line":0,"character":0}}`, "ab\r\nc+d"},
		{"negative", `{"start":{"line":-1,"character":-1},"end":{"line":0,"character":-5}}`, "+ab\r\ncd"},
		{"no range", `null`, "+"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := open(t, pulling, withRequest("test/text", quick, textOfDocument))
			e.didOpen(uri, "sip", "ab\r\ncd")
			e.buffers[uri].text = []byte(c.want)
			e.changed(uri, map[string]any{"range": json.RawMessage(c.rng), "text": "+"})
			if problem, ok := e.checkText(uri); !ok {
				t.Error(problem)
			}
		})
	}
}

func TestInvalidUTF8Survives(t *testing.T) {
	const uri = "file:///a.log"
	e := open(t, `{"general":{"positionEncodings":["utf-8"]},"textDocument":{"diagnostic":{}}}`, withRequest("test/text", quick, textOfDocument))
	text := "From: \"\xc8\xe2\xe0\xed\" <sip:a@example.com>"
	e.buffers[uri] = &buffer{version: 1, text: []byte(text)}
	e.raw(frame(`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"` + uri + `","languageId":"log","version":1,"text":"` + strings.ReplaceAll(text, `"`, `\"`) + `"}}}`))
	if problem, ok := e.checkText(uri); !ok {
		t.Error(problem)
	}
}

func TestAChangeThatIsNotUnderstoodIsToldOnce(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, pulling, withRequest("test/text", quick, textOfDocument))
	e.didOpen(uri, "sip", "ab")
	for range 3 {
		e.notify("textDocument/didChange", map[string]any{"textDocument": identifier(uri), "contentChanges": []any{map[string]any{"text": "x"}, map[string]any{"range": 7, "text": "y"}}})
	}
	if problem, ok := e.checkText(uri); !ok {
		t.Error(problem)
	}
	if told := e.sent("window/logMessage"); len(told) != 1 {
		t.Errorf("told %d times", len(told))
	}
	if log := e.log.String(); !strings.Contains(log, "textDocument/didChange") {
		t.Errorf("log: %s", log)
	}
}

func TestOpeningAnOpenDocumentReplacesIt(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, pulling, withRequest("test/text", quick, textOfDocument))
	e.didOpen(uri, "sip", response(407, "INVITE"))
	if n := len(e.pull(uri, "").Items); n != 1 {
		t.Fatalf("%d diagnostics", n)
	}
	e.didOpen(uri, "sip", "")
	if problem, ok := e.checkText(uri); !ok {
		t.Error(problem)
	}
}

func TestClosedDocumentIsForgotten(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, `{"textDocument":{"diagnostic":{},"codeAction":{"codeActionLiteralSupport":{}}}}`)
	e.didOpen(uri, "sip", response(407, "INVITE"))
	e.pull(uri, "")
	e.didClose(uri)
	if r := e.pull(uri, ""); r.Kind != "full" || len(r.Items) != 0 {
		t.Errorf("diagnostics: %+v", r)
	}
	if raw := e.mustRequest("textDocument/hover", map[string]any{"textDocument": identifier(uri), "position": lspPosition{}}); string(raw) != "null" {
		t.Errorf("hover: %s", raw)
	}
	if raw := e.mustRequest("textDocument/codeAction", map[string]any{"textDocument": identifier(uri), "range": lspRange{}, "context": map[string]any{}}); string(raw) != "[]" {
		t.Errorf("code actions: %s", raw)
	}
}

func TestAnalysisThatFailsIsAnErrorOfTheRequestsThatNeedIt(t *testing.T) {
	r := newRevision("u", "sip", 1, text.New(nil), nil)
	r.analyse(func(func()) bool { return false })
	if _, err := r.analysed(context.Background()); err == nil {
		t.Error("no error")
	}
	next := r.edited(2, text.New([]byte("x")), []text.Change{{Text: []byte("x")}})
	next.analyse(func(f func()) bool { f(); return true })
	if snap, err := next.analysed(context.Background()); err != nil || snap.Document().Len() != 1 {
		t.Errorf("the next revision: %v", err)
	}
}

func TestWaitingForAnAnalysisCanBeCancelled(t *testing.T) {
	r := newRevision("u", "sip", 1, text.New(nil), nil)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.analysed(ctx); err == nil {
		t.Error("no error")
	}
}

// TestRevisionsNobodyAsksAbout: edits pile up on the last revision that was analysed and cost one analysis.
func TestRevisionsNobodyAsksAbout(t *testing.T) {
	run := func(f func()) bool { f(); return true }
	doc := text.New([]byte("SIP/2.0 200 OK\r\n"))
	r := newRevision("u", "sip", 1, doc, nil)
	r.analyse(run)
	first := r
	for i := range 100 {
		c := text.Change{Start: doc.Len(), End: doc.Len(), Text: []byte{byte('a' + i%26)}}
		doc = doc.Apply(c)
		r = r.edited(int32(i+2), doc, []text.Change{c})
		if r.base != first || len(r.changes) != i+1 {
			t.Fatalf("revision %d: %d changes", i, len(r.changes))
		}
	}
	r.analyse(run)
	if got := r.snap.Document().Bytes(); !bytes.Equal(got, doc.Bytes()) {
		t.Errorf("got %q", got)
	}
	if r.base != nil || r.changes != nil {
		t.Error("what the analysis needed is kept")
	}
}
