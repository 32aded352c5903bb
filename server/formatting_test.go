package server

import (
	"strings"
	"testing"
)

// format asks for edits and applies them to the buffer as a client does, from the last to the first.
func (e *editor) format(uri, method string, r *lspRange) (edits []edit, text string) {
	e.t.Helper()
	params := map[string]any{"textDocument": identifier(uri), "options": map[string]any{"tabSize": 4, "insertSpaces": true}}
	if r != nil {
		params["range"] = r
	}
	decode(e.t, e.mustRequest(method, params), &edits)
	b := string(e.buffers[uri].text)
	for i := len(edits) - 1; i >= 0; i-- {
		from, to := e.offset([]byte(b), edits[i].Range.Start), e.offset([]byte(b), edits[i].Range.End)
		b = b[:from] + edits[i].NewText + b[to:]
	}
	return edits, b
}

const untidy = "OPTIONS sip:bob@example.com SIP/2.0 \r\nvia:SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nmax-forwards : 70\r\n" +
	"FROM: \"\u0410\u043b\u0438\u0441\u0430 \U0001F4DE\" <sip:alice@example.com>;tag=1  \r\nt: <sip:bob@example.com>\r\ncall-id: 1@192.0.2.1\r\nCSeq: 1 OPTIONS\r\n" +
	"Content-Type: text/plain\r\nContent-Length: 9\r\n\r\nhello"

const tidy = "OPTIONS sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n" +
	"From: \"\u0410\u043b\u0438\u0441\u0430 \U0001F4DE\" <sip:alice@example.com>;tag=1\r\nt: <sip:bob@example.com>\r\nCall-ID: 1@192.0.2.1\r\nCSeq: 1 OPTIONS\r\n" +
	"Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"

func TestFormatting(t *testing.T) {
	const uri = "file:///a.sip"
	for _, encoding := range []string{"utf-8", "utf-16", "utf-32"} {
		e := open(t, `{"general":{"positionEncodings":["`+encoding+`"]}}`)
		e.didOpen(uri, "sip", untidy)
		edits, text := e.format(uri, "textDocument/formatting", nil)
		if text != tidy || len(edits) != 9 {
			t.Errorf("%s: %d edits make\n%s", encoding, len(edits), text)
		}
		e.replaceAll(uri, tidy)
		if edits, _ := e.format(uri, "textDocument/formatting", nil); edits == nil || len(edits) != 0 {
			t.Errorf("%s: a tidy text gets %v", encoding, edits)
		}
	}
}

func TestRangeFormatting(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, `{}`)
	e.didOpen(uri, "sip", untidy)
	lines, want := strings.SplitAfter(untidy, "\n"), strings.SplitAfter(tidy, "\n")
	lines[1], lines[2] = want[1], want[2]
	if _, text := e.format(uri, "textDocument/rangeFormatting", &lspRange{lspPosition{2, 0}, lspPosition{1, 5}}); text != strings.Join(lines, "") {
		t.Errorf("the text is\n%s", text)
	}
}

func TestFormattingLeavesEvidenceAlone(t *testing.T) {
	e := open(t, `{}`)
	e.didOpen("file:///a.log", "log", untidy)
	for _, method := range []string{"textDocument/formatting", "textDocument/rangeFormatting"} {
		for _, uri := range []string{"file:///a.log", "file:///b.sip"} {
			if raw := e.mustRequest(method, map[string]any{"textDocument": identifier(uri)}); string(raw) != "null" {
				t.Errorf("%s: %s gets %s", method, uri, raw)
			}
		}
	}
}
