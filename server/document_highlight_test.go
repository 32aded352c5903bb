package server

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func (e *editor) highlights(uri string, at lspPosition) (out []lspRange) {
	e.t.Helper()
	var list []struct {
		Range lspRange
		Kind  int
	}
	raw := e.mustRequest("textDocument/documentHighlight", map[string]any{"textDocument": identifier(uri), "position": at})
	decode(e.t, raw, &list)
	for i, x := range list {
		if x.Kind != 1 || i > 0 && x.Range.Start.before(out[i-1].End) {
			e.t.Errorf("highlight %+v", x)
		}
		out = append(out, x.Range)
	}
	return out
}

func TestDocumentHighlights(t *testing.T) {
	everyForm(t, `{}`, func(t *testing.T, f form) {
		for _, c := range []struct {
			field, before, behind string // what stands around the value
			least                 int
		}{
			{"Call-ID: ", "Call-ID: ", "", f.messages},
			{"Via: ", "branch=", ";", 2},
			{"From: ", ";tag=", "", f.messages},
			{"SIP/2.0 407", ";tag=", "", 2}, // the tag of To
		} {
			start := strings.Index(f.text, c.field)
			from := start + strings.LastIndex(f.text[start:start+strings.Index(f.text[start:], c.before)+len(c.before)], c.before) + len(c.before)
			if c.field == "SIP/2.0 407" {
				to := strings.Index(f.text[start:], "\nTo: ")
				if to < 0 {
					to = strings.Index(f.text[start:], "To: ")
				}
				from = start + to
				from += strings.Index(f.text[from:], c.before) + len(c.before)
			}
			value := f.text[from : from+strings.IndexAny(f.text[from:], ";\r\n")]
			for _, plus := range []int{0, len(value) / 2, len(value)} {
				got := f.e.highlights(f.uri, f.e.position([]byte(f.text), from+plus))
				if len(got) < c.least {
					t.Errorf("%s: %d places of %q, want %d", c.field, len(got), value, c.least)
				}
				for _, r := range got {
					if text := f.e.textOf(f.uri, r); text != value {
						t.Errorf("%q is highlighted for %q", text, value)
					}
				}
			}
		}
		for _, elsewhere := range []string{"Max-Forwards", "example.com", "407 Proxy", "v=0"} {
			if got := f.e.highlights(f.uri, f.at(elsewhere, 0, 1)); len(got) > 0 {
				t.Errorf("%d highlights at %s", len(got), elsewhere)
			}
		}
	})
}

func TestDocumentHighlightsOfATransactionAndANonce(t *testing.T) {
	everyForm(t, `{}`, func(t *testing.T, f form) {
		texts := func(at lspPosition) (out []string) {
			for _, r := range f.e.highlights(f.uri, at) {
				out = append(out, f.e.textOf(f.uri, r))
			}
			return out
		}
		number, _, _ := strings.Cut(f.text[strings.Index(f.text, "CSeq: ")+len("CSeq: "):], " ")
		if got, want := texts(f.at("CSeq: ", 1, 8)), []string{number + " INVITE", number + " INVITE", number + " ACK"}; !slices.Equal(got, want) {
			t.Errorf("CSeq: %q, want %q", got, want)
		}
		nonce, _, _ := strings.Cut(f.text[strings.Index(f.text, `nonce="`)+len(`nonce="`):], `"`)
		for _, where := range []string{"Proxy-Authenticate: ", "Proxy-Authorization: "} {
			at := f.at(where, 0, 0)
			off := f.e.offset([]byte(f.text), at)
			got := texts(f.e.position([]byte(f.text), off+strings.Index(f.text[off:], "nonce=")+8))
			if len(got) < 2 || slices.ContainsFunc(got, func(s string) bool { return s != nonce }) {
				t.Errorf("nonce %q in %s: %q", nonce, where, got)
			}
		}
	})
}

func TestDocumentHighlightsAreWholeValuesOfOneKind(t *testing.T) {
	const uri = "file:///a.log"
	text := strings.Join([]string{
		"2026-03-17 10:00:00 Call-ID: abc in prose",
		"INVITE sip:abc@example.com SIP/2.0",                     // 1
		"Via: SIP/2.0/UDP h;branch=abc, SIP/2.0/UDP h;branch=a;", // 2: branch
		"v: SIP/2.0/UDP h;branch=z9hG4bKabc",
		"From: \"tag=abc\" <sip:a@h;tag=abc>;tag=abc", // 4: tag
		"To: <sip:b@h>;x=abc;tag=ABC",
		"i: abc", // 6: Call-ID
		"CSeq: 1 INVITE",
		"Replaces: abc;to-tag=abc;from-tag=abc1", // 8: Call-ID, tag
		"In-Reply-To: abc, abcd, 1abc,abc",       // 9: Call-ID twice
		"Target-Dialog: abc;remote-tag=abc",      // 10: Call-ID, tag
		"Subject: abc",
		"", "",
	}, "\n")
	e := open(t, `{}`)
	e.didOpen(uri, "log", text)
	lines := strings.Split(text, "\n")
	for _, c := range []struct {
		line int
		at   string
		want []string
	}{
		{2, "=abc", []string{"2:26"}},
		{4, ";tag=abc>;tag=", []string{"4:38", "8:21", "10:30"}},
		{6, " abc", []string{"6:3", "8:10", "9:13", "9:29", "10:15"}},
		{8, " abc", []string{"6:3", "8:10", "9:13", "9:29", "10:15"}},
		{9, ",abc", []string{"6:3", "8:10", "9:13", "9:29", "10:15"}},
		{10, "-tag=", []string{"4:38", "8:21", "10:30"}},
		{1, ":abc", nil},
		{0, " abc", nil},
		{11, " abc", nil},
		{5, ";x=", nil},
	} {
		at := lspPosition{c.line, strings.Index(lines[c.line], c.at) + len(c.at)}
		if strings.HasSuffix(c.at, "abc") {
			at.Character--
		}
		var got []string
		for _, r := range e.highlights(uri, at) {
			if text := e.textOf(uri, r); text != "abc" {
				t.Errorf("%q is highlighted", text)
			}
			got = append(got, fmt.Sprintf("%d:%d", r.Start.Line, r.Start.Character))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("line %d at %q: %v, want %v", c.line, c.at, got, c.want)
		}
	}
}

func TestDocumentHighlightsAreThoseAroundTheCursor(t *testing.T) {
	const uri = "file:///a.log"
	e := open(t, `{}`)
	const messages = 3 * maxHighlights
	e.didOpen(uri, "log", strings.Repeat(options, messages))
	for _, c := range []struct{ cursor, first int }{
		{0, 0},
		{maxHighlights, maxHighlights / 2},
		{messages - 1, messages - maxHighlights},
	} {
		got := e.highlights(uri, lspPosition{c.cursor*5 + 3, 9})
		if len(got) != maxHighlights || got[0].Start.Line != c.first*5+3 {
			t.Errorf("cursor in message %d: %d places, the first is %+v", c.cursor, len(got), got[:min(1, len(got))])
		}
	}
}

func BenchmarkDocumentHighlight50MB(b *testing.B) {
	log := bigLog()
	middle := len(log)/2 + strings.Index(log[len(log)/2:], "\nCall-ID: ") + len("\nCall-ID: ")
	at := lspPosition{strings.Count(log[:middle], "\n"), len("Call-ID: ")}
	benchmarkWhole(b, `{"documentHighlight":{}}`, "textDocument/documentHighlight", map[string]any{"textDocument": identifier(bigURI), "position": at})
}
