package server

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

const completions = `{"general":{"positionEncodings":["%s"]},"textDocument":{"completion":{"completionItem":{` +
	`"snippetSupport":true,"insertReplaceSupport":true,"labelDetailsSupport":true,"documentationFormat":["markdown","plaintext"],` +
	`"tagSupport":{"valueSet":[1]},"insertTextModeSupport":{"valueSet":[1,2]}}}}}`

type completionItem struct {
	Label            string
	LabelDetails     struct{ Description string }
	Kind             int
	Tags             []int
	Detail           string
	SortText         string
	FilterText       string
	InsertTextFormat int
	InsertTextMode   int
	TextEdit         struct {
		NewText                string
		Range, Insert, Replace *lspRange
	}
	Documentation struct{ Kind, Value string }
	Data          json.RawMessage
}

// completeAt opens a text and completes at its |. It returns the items as they came, too, and the text without the mark.
func (e *editor) completeAt(uri, language, marked string) (items []completionItem, raw []json.RawMessage) {
	e.t.Helper()
	before, after, ok := strings.Cut(marked, "|")
	if !ok {
		e.t.Fatal("no | in the text")
	}
	e.didOpen(uri, language, before+after)
	result := e.mustRequest("textDocument/completion", map[string]any{
		"textDocument": identifier(uri), "position": e.position(e.buffers[uri].text, len(before)), "context": map[string]any{"triggerKind": 1},
	})
	if string(result) == "null" {
		return nil, nil
	}
	var list struct {
		IsIncomplete *bool
		Items        []json.RawMessage
	}
	decode(e.t, result, &list)
	if list.IsIncomplete == nil || *list.IsIncomplete {
		e.t.Error("the list is not complete")
	}
	for i, r := range list.Items {
		var item completionItem
		decode(e.t, r, &item)
		if want := fmt.Sprintf("%04d", i); item.SortText != want {
			e.t.Errorf("%s: sortText %q, want %q", item.Label, item.SortText, want)
		}
		if item.Documentation.Value != "" {
			e.t.Errorf("%s comes with its documentation", item.Label)
		}
		items = append(items, item)
	}
	return items, list.Items
}

func choose(t testing.TB, items []completionItem, label string) (i int) {
	t.Helper()
	i = slices.IndexFunc(items, func(x completionItem) bool { return x.Label == label })
	if i < 0 {
		t.Fatalf("%q is not among %d items", label, len(items))
	}
	return i
}

// accept makes the edit of an item as a client without snippets does.
func (e *editor) accept(uri string, x completionItem, r *lspRange) string {
	e.t.Helper()
	b := e.buffers[uri].text
	e.didChange(uri, e.offset(b, r.Start), e.offset(b, r.End), x.TextEdit.NewText)
	return string(e.buffers[uri].text)
}

const halfTyped = "INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n" +
	"From: \"\u0410\u043b\u0438\u0441\u0430 \U0001F4DE\" <sip:alice@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\nCall-ID: 1@192.0.2.1\r\nCSeq: 1 INVITE\r\n"

func TestCompletion(t *testing.T) {
	const uri = "file:///a.sip"
	for _, encoding := range []string{"utf-8", "utf-16", "utf-32"} {
		t.Run(encoding, func(t *testing.T) {
			e := open(t, fmt.Sprintf(completions, encoding))
			items, raw := e.completeAt(uri, "sip", halfTyped+"Con|")
			if items[0].Label != "Contact" || items[0].LabelDetails.Description != "missing" {
				t.Errorf("the first is %+v", items[0])
			}
			contact := items[0]
			if contact.InsertTextFormat != 2 || contact.InsertTextMode != 2 || contact.TextEdit.NewText != "Contact: <sip:${1:user@192.0.2.1:5060}>$0" {
				t.Errorf("it inserts %+v", contact)
			}
			if got := e.textOf(uri, *contact.TextEdit.Replace); got != "Con" {
				t.Errorf("it replaces %q", got)
			}

			var resolved completionItem
			answer := e.mustRequest("completionItem/resolve", raw[0])
			decode(t, answer, &resolved)
			if resolved.Documentation.Kind != "markdown" || !strings.Contains(resolved.Documentation.Value, "Contact") {
				t.Errorf("the documentation is %+v", resolved.Documentation)
			}
			var before, after map[string]any
			decode(t, raw[0], &before)
			decode(t, answer, &after)
			delete(after, "documentation")
			if fmt.Sprint(before) != fmt.Sprint(after) {
				t.Errorf("resolving changes the item\nfrom %v\nto   %v", before, after)
			}

			// In the middle of a word, behind characters of different length in each encoding.
			items, _ = e.completeAt("file:///b.sip", "sip", strings.Replace(halfTyped, ";tag", ";\u0410=\"\U0001F4DE\";t|ag", 1))
			tag := items[choose(t, items, "tag")]
			if a, b := e.textOf("file:///b.sip", *tag.TextEdit.Insert), e.textOf("file:///b.sip", *tag.TextEdit.Replace); a != "t" || b != "tag" {
				t.Errorf("it inserts over %q and replaces %q", a, b)
			}
		})
	}
}

func TestCompletionForPlainClients(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, `{}`)
	items, raw := e.completeAt(uri, "sip", halfTyped+"Con|")
	contact := items[0]
	if contact.InsertTextFormat > 1 || contact.TextEdit.Range == nil || contact.TextEdit.Insert != nil || contact.Detail == "" || contact.Label != "Contact" {
		t.Errorf("the first is %s", raw[0])
	}
	if got := e.accept(uri, contact, contact.TextEdit.Range); got != halfTyped+"Contact: <sip:user@192.0.2.1:5060>" {
		t.Errorf("the text is %q", got)
	}
	var resolved completionItem
	decode(t, e.mustRequest("completionItem/resolve", raw[0]), &resolved)
	if resolved.Documentation.Kind != "plaintext" || strings.Contains(resolved.Documentation.Value, "**") {
		t.Errorf("the documentation is %+v", resolved.Documentation)
	}

	// A message gets the line ends of its text, in a scenario the indentation, too.
	items, _ = e.completeAt("file:///b.sip", "sip", halfTyped+"Contact: <sip:alice@192.0.2.1>\r\nContent-Length: 0\r\n\r\n|")
	message := items[choose(t, items, "SIP/2.0 486 Busy Here message")]
	if text := e.accept("file:///b.sip", message, message.TextEdit.Range); strings.Count(text, "\n") != strings.Count(text, "\r\n") {
		t.Errorf("mixed line ends:\n%q", text)
	}
	if r := e.pull("file:///b.sip", ""); slices.ContainsFunc(r.Items, func(d diagnostic) bool { return d.Severity < 4 }) {
		t.Errorf("the message brings %+v", r.Items)
	}
	items, _ = e.completeAt("file:///c.xml", "xml", "<scenario name=\"a\">\n  <send><![CDATA[\n    |\n  ]]></send>\n</scenario>\n")
	message = items[choose(t, items, "OPTIONS message")]
	text := e.accept("file:///c.xml", message, message.TextEdit.Range)
	if !strings.Contains(text, "\n    Via: SIP/2.0/[transport]") || strings.Contains(text, "\nMax") {
		t.Errorf("the scenario is\n%s", text)
	}
}

func TestSnippetsLinkWhatIsTheSame(t *testing.T) {
	e := open(t, fmt.Sprintf(completions, "utf-8"))
	items, _ := e.completeAt("file:///a.sip", "sip", "|")
	text := items[choose(t, items, "OPTIONS message")].TextEdit.NewText
	for _, want := range []string{"OPTIONS sip:${1:bob@example.com} SIP/2.0\n", "To: <sip:${1}>\n", "Content-Length: 0\n\n$0"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestDeprecatedCodesAreMarked(t *testing.T) {
	for capability, want := range map[string]string{`"tagSupport":{"valueSet":[1]}`: "[1]", `"deprecatedSupport":true`: "[]", `"tagSupport":{"valueSet":[{},null,[]]}`: "[]"} {
		e := open(t, `{"textDocument":{"completion":{"completionItem":{`+capability+`}}}}`)
		items, _ := e.completeAt("file:///a.sip", "sip", "SIP/2.0 2|")
		x := items[choose(t, items, "SIP/2.0 202 Accepted")]
		if got := fmt.Sprint(x.Tags); got != want {
			t.Errorf("%s: %s, want %s", capability, got, want)
		}
	}
}

func TestCompletionLeavesEvidenceAlone(t *testing.T) {
	e := open(t, fmt.Sprintf(completions, "utf-8"))
	if items, _ := e.completeAt("file:///a.log", "log", halfTyped+"Con|"); items != nil {
		t.Errorf("a log gets %d items", len(items))
	}
	if raw := e.mustRequest("textDocument/completion", map[string]any{"textDocument": identifier("file:///no.sip"), "position": lspPosition{}}); string(raw) != "null" {
		t.Errorf("a text that is not open gets %s", raw)
	}
}

func TestItemsThatAreNoneOfOursComeBackAsTheyAre(t *testing.T) {
	e := open(t, `{}`)
	for _, item := range []string{`{"label":"x"}`, `{"label":"x","data":7}`, `{"label":"x","data":{"topic":"no such thing"}}`, `{"label":"x","data":{"topic":["x"]}}`} {
		if raw := e.mustRequest("completionItem/resolve", json.RawMessage(item)); string(raw) != item {
			t.Errorf("%s comes back as %s", item, raw)
		}
	}
	if code := e.errorCode("completionItem/resolve", []int{1}); code != -32602 {
		t.Errorf("no item: %d", code)
	}
}

func TestCompletionInALargeTextIsFast(t *testing.T) {
	const uri = "file:///large.sip"
	one := strings.ReplaceAll(halfTyped, "\r\n", "\n") + "Contact: <sip:alice@192.0.2.1>\nContent-Length: 0\n\n"
	n := (8 << 20) / len(one)
	e := open(t, fmt.Sprintf(completions, "utf-16"))
	e.completeAt(uri, "sip", strings.Repeat(one, n)+strings.Replace(one, "To:", "Sup|\nTo:", 1)+strings.Repeat(one, n))
	b := e.buffers[uri].text
	at := len(one)*n + strings.Index(one, "To:") + len("Sup")
	params := map[string]any{"textDocument": identifier(uri), "position": e.position(b, at)}
	start := time.Now()
	const rounds = 20
	for range rounds {
		e.mustRequest("textDocument/completion", params)
	}
	if took := time.Since(start) / rounds; took > 200*time.Millisecond {
		t.Errorf("a completion takes %v", took)
	} else {
		t.Logf("a completion takes %v", took)
	}
}
