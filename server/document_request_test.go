package server

import (
	"strings"
	"testing"

	"sipls/server/scenario"
	"sipls/server/text"
)

// astralName is a display name in which the three encodings count differently.
const astralName = "Alice \U0001F4DE Ерёмина"

// astralCall is a call with a challenge, a session description and that name.
func astralCall() scenario.Trace {
	alice := scenario.Alice
	alice.Name = astralName
	return scenario.Call(alice, scenario.PBX(scenario.Asterisk), scenario.Challenged(407))
}

// options is a message of a log, five lines long.
const options = "2026-03-17 10:00:00 sent:\nOPTIONS sip:a@example.com SIP/2.0\nUser-Agent: none of your business\nCall-ID: 1\n\n"

// form is a text that holds the call in some form.
type form struct {
	name, uri, language, text string
	e                         *editor
	editable                  bool
	messages                  int
}

// everyForm runs a test on the call in each format of a log and in a message file, with each
// encoding of positions and each line end.
func everyForm(t *testing.T, capabilities string, test func(t *testing.T, f form)) {
	t.Helper()
	call := astralCall()
	var forms []form
	for _, f := range scenario.Formats() {
		forms = append(forms, form{name: f.String(), uri: "file:///a.log", language: "log", text: string(call.Render(f, scenario.WithChatter()))})
	}
	bare := string(call.Render(scenario.Bare))
	forms = append(
		forms,
		form{name: "file", uri: "file:///a.sip", language: "sip", text: bare, editable: true},
		form{name: "file with LF", uri: "file:///a.sip", language: "sip", text: strings.ReplaceAll(bare, "\r\n", "\n"), editable: true},
		form{name: "log with CR LF", uri: "file:///a.log", language: "log", text: strings.ReplaceAll(string(call.Render(scenario.FreeSWITCHSiptrace)), "\n", "\r\n")},
	)
	for _, encoding := range []text.Encoding{text.UTF8, text.UTF16, text.UTF32} {
		e := open(t, `{"general":{"positionEncodings":["`+encoding.String()+`"]},"textDocument":`+capabilities+`}`)
		for _, f := range forms {
			t.Run(f.name+"/"+encoding.String(), func(t *testing.T) {
				e.t = t
				f.e, f.messages = e, len(call.Messages)
				e.didOpen(f.uri, f.language, f.text)
				defer e.didClose(f.uri)
				test(t, f)
			})
		}
		e.t = t
	}
}

// at returns the position of the n-th place of a text, counted from 0, plus some bytes.
func (f *form) at(what string, n, plus int) lspPosition {
	f.e.t.Helper()
	off := 0
	for i := 0; ; i++ {
		k := strings.Index(f.text[off:], what)
		if k < 0 {
			f.e.t.Fatalf("%d times %q", i, what)
		}
		if off += k; i == n {
			return f.e.position([]byte(f.text), off+plus)
		}
		off++
	}
}

func (p lspPosition) before(o lspPosition) bool {
	return p.Line < o.Line || p.Line == o.Line && p.Character < o.Character
}

func (r lspRange) contains(o lspRange) bool { return !o.Start.before(r.Start) && !r.End.before(o.End) }

// valid reports whether a range lies in a text as it stands: both ends are
// places that the text has, and it does not end before it starts.
func (e *editor) valid(text []byte, r lspRange) bool {
	return !r.End.before(r.Start) && e.position(text, e.offset(text, r.Start)) == r.Start && e.position(text, e.offset(text, r.End)) == r.End
}

func TestDocumentRequestsOnWhatIsNotThere(t *testing.T) {
	e := open(t, `{}`)
	e.didOpen("file:///empty.log", "log", "")
	e.didOpen("file:///empty.sip", "sip", "\r\n\r\n")
	e.didOpen("file:///text.log", "log", "nothing that has to do with telephones\n")
	for _, method := range []string{
		"documentSymbol", "foldingRange", "documentHighlight", "selectionRange", "documentLink", "definition", "references", "inlayHint", "codeLens",
		"semanticTokens/full", "semanticTokens/range", "semanticTokens/full/delta",
	} {
		params := func(uri string) map[string]any {
			return map[string]any{
				"textDocument": identifier(uri), "position": lspPosition{5, 5}, "positions": []lspPosition{{5, 5}, {-1, 1 << 30}},
				"range": lspRange{lspPosition{9, 9}, lspPosition{0, 0}}, "previousResultId": "x",
			}
		}
		if raw := e.mustRequest("textDocument/"+method, params("file:///not-open.log")); string(raw) != "null" {
			t.Errorf("%s: of a document that is not open: %s", method, raw)
		}
		for _, uri := range []string{"file:///empty.log", "file:///empty.sip", "file:///text.log"} {
			e.mustRequest("textDocument/"+method, params(uri))
		}
		const invalidParams = -32602
		for _, bad := range []any{nil, map[string]any{}, []any{}, map[string]any{"textDocument": 7}} {
			if code := e.errorCode("textDocument/"+method, bad); code != invalidParams {
				t.Errorf("%s with %v: code %d", method, bad, code)
			}
		}
	}
}
