package server

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipls/server/scenario"
)

const literals = `"codeAction":{"codeActionLiteralSupport":{"codeActionKind":{"valueSet":["quickfix"]}}}`

// apply makes the edits of an action in the buffers, as an editor does: from the last to the first.
func (e *editor) apply(a action) {
	e.t.Helper()
	edits := map[string][]edit{}
	for uri, list := range a.Edit.Changes {
		edits[uri] = append(edits[uri], list...)
	}
	for _, c := range a.Edit.DocumentChanges {
		if c.TextDocument.Version == nil || *c.TextDocument.Version != e.buffers[c.TextDocument.URI].version {
			e.t.Fatalf("the edit is for version %v", c.TextDocument.Version)
		}
		edits[c.TextDocument.URI] = append(edits[c.TextDocument.URI], c.Edits...)
	}
	if len(edits) == 0 {
		e.t.Fatalf("no edit in %+v", a)
	}
	for uri, list := range edits {
		b := e.buffers[uri].text
		type change struct {
			from, to int
			text     string
		}
		var changes []change
		for _, ed := range list {
			text := ed.NewText
			if ed.Snippet != nil {
				text = expand(ed.Snippet.Value)
			}
			changes = append(changes, change{e.offset(b, ed.Range.Start), e.offset(b, ed.Range.End), text})
		}
		slices.SortStableFunc(changes, func(a, b change) int { return a.from - b.from })
		for i := len(changes) - 1; i >= 0; i-- {
			e.didChange(uri, changes[i].from, changes[i].to, changes[i].text)
		}
	}
}

// expand returns what a snippet inserts when the user leaves all placeholders as they are.
func expand(snippet string) string {
	var out strings.Builder
	for i := 0; i < len(snippet); i++ {
		switch {
		case snippet[i] == '\\':
			i++
			out.WriteByte(snippet[i])
		case strings.HasPrefix(snippet[i:], "${"):
			i += strings.IndexByte(snippet[i:], ':')
		case snippet[i] == '}':
		default:
			out.WriteByte(snippet[i])
		}
	}
	return out.String()
}

func TestFixClearsItsFinding(t *testing.T) {
	const changes, documentChanges, snippets = `{}`, `{"documentChanges":true}`, `{"documentChanges":true,"snippetEditSupport":true}`
	texts := map[string]string{
		"CRLF":                response(407, "INVITE"),
		"LF":                  strings.ReplaceAll(response(407, "INVITE"), "\r\n", "\n"),
		"between others":      response(200, "OPTIONS") + response(407, "INVITE") + response(486, "INVITE"),
		"no line end at last": "SIP/2.0 407 Proxy Authentication Required",
		"astral text above":   strings.Replace(response(407, "INVITE"), "Alice", "\U0001f600\u0418", 1),
	}
	for name, text := range texts {
		for _, support := range []string{changes, documentChanges, snippets} {
			for _, encoding := range []string{"utf-8", "utf-16", "utf-32"} {
				t.Run(fmt.Sprint(name, support, encoding), func(t *testing.T) {
					const uri = "file:///a.sip"
					e := open(t, `{"general":{"positionEncodings":["`+encoding+`"]},"textDocument":{"diagnostic":{},`+literals+`},"workspace":{"workspaceEdit":`+support+`}}`)
					e.didOpen(uri, "sip", text)
					find := func() (diagnostic, bool) {
						items := e.pull(uri, "").Items
						i := slices.IndexFunc(items, func(d diagnostic) bool { return d.Code == challengeRule })
						if i < 0 {
							return diagnostic{}, false
						}
						return items[i], true
					}
					d, ok := find()
					if !ok {
						t.Fatal("no finding to fix")
					}
					fixes := slices.DeleteFunc(e.codeActions(uri, lspRange{d.Range.Start, d.Range.Start}, []string{"quickfix"}), func(a action) bool {
						return a.Diagnostics[0].Code != challengeRule
					})
					if len(fixes) != 1 {
						t.Fatalf("fixes: %+v", fixes)
					}
					fix := fixes[0]
					if fix.Title != "Insert Proxy-Authenticate" || fix.Kind == nil || *fix.Kind != "quickfix" || !fix.IsPreferred || !cmp.Equal(fix.Diagnostics, []diagnostic{d}) {
						t.Errorf("fix: %+v", fix)
					}
					hasSnippet := len(fix.Edit.DocumentChanges) > 0 && fix.Edit.DocumentChanges[0].Edits[0].Snippet != nil
					if hasSnippet != (support == snippets) {
						t.Errorf("snippet: %v", hasSnippet)
					}
					e.apply(fix)
					if d, ok := find(); ok {
						t.Errorf("still there: %+v in\n%s", d, e.buffers[uri].text)
					}
					if got := string(e.buffers[uri].text); !strings.Contains(got, "\nProxy-Authenticate: Digest realm=") {
						t.Errorf("the text is now\n%s", got)
					}
				})
			}
		}
	}
}

func TestNoEditsInEvidence(t *testing.T) {
	const uri = "file:///a.log"
	e := open(t, `{"textDocument":{"diagnostic":{},`+literals+`}}`)
	log := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Challenged(407)).
		With(scenario.Status(407), scenario.RemoveHeader("Proxy-Authenticate")).
		Render(scenario.AsteriskFull)
	e.didOpen(uri, "log", string(log))
	d := e.pull(uri, "").Items[0]
	want := []string{"Explain 407", "Compare 401 and 407", "Compare 403 and 407", "Explain rule " + challengeRule}
	if d := cmp.Diff(want, titles(e.codeActions(uri, d.Range, nil))); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if only := e.codeActions(uri, d.Range, []string{"quickfix"}); len(only) > 0 {
		t.Errorf("quick fixes: %v", titles(only))
	}
}

func TestCodeActionsForAnyRangeThatTouchesTheLine(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, `{"textDocument":{`+literals+`}}`)
	e.didOpen(uri, "sip", "\r\n"+response(407, "INVITE")+response(486, "INVITE"))
	at := func(line, from, toLine, to int) lspRange {
		return lspRange{lspPosition{line, from}, lspPosition{toLine, to}}
	}
	const explain407, explain486 = "Explain 407", "Explain 486"
	for _, c := range []struct {
		name string
		rng  lspRange
		want []string
	}{
		{"no length at the start of the line", at(1, 0, 1, 0), []string{explain407}},
		{"no length in the middle", at(1, 20, 1, 20), []string{explain407}},
		{"no length at the end of the line", at(1, 41, 1, 41), []string{explain407}},
		{"a word", at(1, 8, 1, 11), []string{explain407}},
		{"behind the line", at(1, 99, 1, 99), []string{explain407}},
		{"the line above", at(0, 0, 0, 0), nil},
		{"the line below", at(2, 0, 2, 0), nil},
		{"end before start", at(1, 11, 1, 8), []string{explain407}},
		{"everything", at(0, 0, 99, 0), []string{explain407, explain486}},
		{"behind the text", at(99, 0, 99, 9), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := slices.DeleteFunc(titles(e.codeActions(uri, c.rng, nil)), func(title string) bool {
				return title != explain407 && title != explain486
			})
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestCodeActionsKeepToTheKindsAskedFor(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, `{"textDocument":{`+literals+`}}`)
	e.didOpen(uri, "sip", response(407, "INVITE"))
	for _, c := range []struct {
		only        []string
		fix, others bool
	}{
		{nil, true, true},
		{[]string{}, true, true},
		{[]string{""}, true, true},
		{[]string{"quickfix"}, true, false},
		{[]string{"source", "quickfix"}, true, false},
		{[]string{"quickfix.more"}, false, false},
		{[]string{"refactor"}, false, false},
	} {
		got := titles(e.codeActions(uri, lspRange{}, c.only))
		if fix := slices.Contains(got, "Insert Proxy-Authenticate"); fix != c.fix {
			t.Errorf("%v: fix offered: %v", c.only, fix)
		}
		if others := slices.Contains(got, "Explain 407"); others != c.others {
			t.Errorf("%v: explanation offered: %v", c.only, others)
		}
	}
}

func TestClientsWithoutCodeActionLiteralsGetCommands(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, `{}`)
	e.didOpen(uri, "sip", response(407, "INVITE"))
	for _, a := range e.codeActions(uri, lspRange{}, nil) {
		var name string
		decode(t, a.Command, &name)
		if !slices.Contains(commandNames(), name) || a.Kind != nil || a.Edit.Changes != nil {
			t.Errorf("action: %+v", a)
		}
	}
}

func TestIgnoredRulesOfferNothing(t *testing.T) {
	const uri = "file:///a.sip"
	e := connect(t, Options{})
	e.initialize(`{"initializationOptions":{"ignore":["` + challengeRule + `"]},"capabilities":{"textDocument":{"diagnostic":{},` + literals + `}}}`)
	e.didOpen(uri, "sip", response(407, "INVITE"))
	if items := e.pull(uri, "").Items; len(items) > 0 {
		t.Errorf("diagnostics: %v", codes(items))
	}
	for _, title := range titles(e.codeActions(uri, lspRange{}, nil)) {
		if strings.Contains(title, "rule") || strings.Contains(title, "Insert") {
			t.Errorf("offered: %s", title)
		}
	}
}

func TestCodeActionsOfAHugeSelectionAreFewAndSoonThere(t *testing.T) {
	const uri = "file:///a.sip"
	var text strings.Builder
	for status := 400; status < 490; status++ {
		text.WriteString(response(status, "INVITE"))
	}
	e := open(t, `{"textDocument":{`+literals+`}}`)
	e.didOpen(uri, "sip", text.String())
	got := titles(e.codeActions(uri, lspRange{End: lspPosition{100_000, 0}}, []string{""}))
	explained := 0
	for _, title := range got {
		if strings.HasPrefix(title, "Explain 4") {
			explained++
		}
	}
	if explained != maxExplained {
		t.Errorf("%d codes are explained", explained)
	}
}

func TestTouchedLines(t *testing.T) {
	doc, enc := longLineDocument()
	for _, c := range []struct {
		rng      wireRange
		from, to int
	}{
		{wireRange{wirePosition{0, 5}, wirePosition{0, 5}}, 0, reach + 5},
		{wireRange{wirePosition{0, 2 * reach}, wirePosition{0, 2 * reach}}, reach, 3 * reach},
		{wireRange{wirePosition{0, 2 * reach}, wirePosition{0, 2*reach + 10}}, reach, 3*reach + 10},
		{wireRange{wirePosition{0, 0}, wirePosition{0, maxUnit}}, 0, maxSelection + reach},
		{wireRange{wirePosition{1, 0}, wirePosition{1, 1}}, int(doc.Len()) - 4, int(doc.Len())},
	} {
		from, to := touchedLines(doc, c.rng, enc)
		if int(from) != c.from || int(to) != c.to {
			t.Errorf("%v: [%d, %d], want [%d, %d]", c.rng, from, to, c.from, c.to)
		}
	}
}
