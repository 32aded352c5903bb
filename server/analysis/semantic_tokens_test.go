package analysis

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sipls/server/sip"
	"sipls/server/text"
	"sipls/server/trace"
)

// TestTokensOfMappedMessages compares the tokens of a message behind prefixes and escapes with those of
// the message alone.
func TestTokensOfMappedMessages(t *testing.T) {
	type said struct {
		Kind TokenKind
		Text string
	}
	tokens := func(doc string, m *sip.Message, within Extent) (out []Token) {
		tk := tokenizer{doc: text.New([]byte(doc)), fields: map[string]Token{}}
		return append(out, tk.segment(&trace.Segment{Len: len(doc), Messages: []*sip.Message{m}}, 0, within)...)
	}
	rapid.Check(t, func(t *rapid.T) {
		x := drawMapped(t, mappedLines)
		plain := string(x.message.Text)
		var want, got []said
		for _, k := range tokens(plain, sip.Parse([]byte(plain)), Extent{0, text.Offset(len(plain))}) {
			want = append(want, said{k.Kind, plain[k.From:k.To]})
		}
		all := tokens(x.doc, x.message, Extent{0, text.Offset(len(x.doc))})
		for i, k := range all {
			if i > 0 && k.From < all[i-1].To || strings.ContainsAny(x.doc[k.From:k.To], "\r\n") {
				t.Fatalf("token %d: %q at %+v", i, x.doc[k.From:k.To], k.Extent)
			}
			s := said{k.Kind, unescaped(x.doc[k.From:k.To])}
			if n := len(got); n > 0 && x.doc[all[i-1].To-1] == '\\' && strings.HasPrefix(s.Text, `"`) {
				// An escape over a line end: its two halves are one token to the reader.
				got[n-1].Text = strings.TrimSuffix(got[n-1].Text, `\`) + s.Text
				continue
			}
			got = append(got, s)
		}
		for i := range got {
			got[i].Text = strings.ReplaceAll(got[i].Text, `\`, "")
		}
		if !strings.Contains(x.doc, "\\\n") {
			if d := cmp.Diff(want, got); d != "" {
				t.Fatalf("alone (-) and mapped (+):\n%s", d)
			}
		}
		from := text.Offset(rapid.IntRange(0, len(x.doc)).Draw(t, "from"))
		within := Extent{from, from + text.Offset(rapid.IntRange(1, 60).Draw(t, "length"))}
		var part []Token
		for _, k := range all {
			if k.From < within.To && within.From < k.To {
				part = append(part, k)
			}
		}
		if d := cmp.Diff(part, tokens(x.doc, x.message, within)); d != "" {
			t.Fatalf("%+v: part of all (-) and range (+):\n%s", within, d)
		}
	})
}

func TestKeywordsOfSIPp(t *testing.T) {
	for text, want := range map[string]int{
		"[service]x": 9, "[$1]": 4, "[len+4]": 7, "[last_Via:]": 11, `[field0 file="x.csv"]`: 21, "[branch-3]": 10,
		"[fe80::1]": 0, "[2001:db8::1]": 0, "[]": 0, "[": 0, "[a": 0, "[a\n]": 0, "[a b\n]": 0, "[a:b]": 0, "[-1]": 0, "[a\"]": 0,
	} {
		if got := keywordLen([]byte(text)); got != want {
			t.Errorf("%s: %d, want %d", text, got, want)
		}
	}
}
