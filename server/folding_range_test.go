package server

import (
	"fmt"
	"strings"
	"testing"
)

type fold struct {
	StartLine, EndLine           int
	StartCharacter, EndCharacter *int
	Kind                         string
}

func (e *editor) folds(uri string) (out []fold) {
	e.t.Helper()
	decode(e.t, e.mustRequest("textDocument/foldingRange", map[string]any{"textDocument": identifier(uri)}), &out)
	return out
}

const lineFolds = `{"foldingRange":{"lineFoldingOnly":true}}`

// line returns a line of a text without its line end.
func line(text string, n int) string {
	return strings.TrimSuffix(strings.Split(text, "\n")[n], "\r")
}

// checkFolds checks what must be true of all folds: they are in the text and each is in
// another or beside it.
func checkFolds(t *testing.T, text string, folds []fold) {
	t.Helper()
	var open []fold
	for _, x := range folds {
		if x.StartLine < 0 || x.StartLine >= x.EndLine || x.EndLine > strings.Count(text, "\n") || x.StartCharacter != nil || x.EndCharacter != nil {
			t.Errorf("fold %+v", x)
		}
		for len(open) > 0 && open[len(open)-1].EndLine < x.StartLine {
			open = open[:len(open)-1]
		}
		if n := len(open); n > 0 && (open[n-1].EndLine < x.EndLine || open[n-1].StartLine >= x.StartLine) {
			t.Errorf("%+v and %+v overlap", open[n-1], x)
		}
		open = append(open, x)
	}
}

func TestFoldingRanges(t *testing.T) {
	everyForm(t, lineFolds, func(t *testing.T, f form) {
		folds := f.e.folds(f.uri)
		checkFolds(t, f.text, folds)
		regions, bodies := 0, 0
		for _, x := range folds {
			first, last := strings.TrimSpace(line(f.text, x.StartLine)), strings.TrimSpace(line(f.text, x.EndLine))
			switch {
			case x.Kind == "region" && strings.Contains(first, "SIP/2.0") && !strings.HasPrefix(first, "Via"):
				regions++
				if last == "" || strings.Contains(last, "---") {
					t.Errorf("message %q ends with %q", first, last)
				}
			case x.Kind == "" && first == "v=0":
				bodies++
				if !strings.HasPrefix(last, "a=") {
					t.Errorf("a body ends with %q", last)
				}
			default:
				t.Errorf("fold %+v at %q", x, first)
			}
		}
		if want := strings.Count(f.text, "v=0"); regions != f.messages || bodies != want || want == 0 {
			t.Errorf("%d messages and %d bodies, want %d and %d", regions, bodies, f.messages, want)
		}
	})
}

func TestFoldingRangesKeepToTheLimitOfTheClient(t *testing.T) {
	const uri = "file:///a.sip"
	text := string(astralCall().Render(0))
	for _, limit := range []int{1, 3, 9, 14, 1000} {
		e := open(t, fmt.Sprintf(`{"textDocument":{"foldingRange":{"rangeLimit":%d}}}`, limit))
		e.didOpen(uri, "sip", text)
		folds := e.folds(uri)
		checkFolds(t, text, folds)
		messages := 0
		for _, x := range folds {
			if x.Kind == "region" {
				messages++
			}
		}
		all := len(astralCall().Messages)
		if len(folds) > limit || messages != min(limit, all) || limit > all && len(folds) == messages {
			t.Errorf("limit %d: %d folds, %d of %d messages", limit, len(folds), messages, all)
		}
	}
}

func TestFoldingRangesOfMessagesThatShareLines(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, `{"textDocument":`+lineFolds+`}`)
	// The body ends without a line end, as it may on the wire.
	message := "MESSAGE sip:a@example.com SIP/2.0\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\none\r\nt"
	text := strings.Repeat(message, 3)
	e.didOpen(uri, "sip", text)
	folds := e.folds(uri)
	checkFolds(t, text, folds)
	if len(folds) != 4 {
		t.Errorf("%+v in %q", folds, text)
	}
	e.didOpen(uri, "sip", strings.Repeat("OPTIONS sip:a@example.com SIP/2.0", 1))
	if folds := e.folds(uri); len(folds) > 0 {
		t.Errorf("one line folds: %+v", folds)
	}
}

func BenchmarkFoldingRanges50MB(b *testing.B) {
	params := map[string]any{"textDocument": identifier(bigURI)}
	b.Run("5000 ranges", func(b *testing.B) {
		benchmarkWhole(b, `{"foldingRange":{"rangeLimit":5000}}`, "textDocument/foldingRange", params)
	})
	b.Run("no limit", func(b *testing.B) {
		benchmarkWhole(b, `{"foldingRange":{}}`, "textDocument/foldingRange", params)
	})
}
