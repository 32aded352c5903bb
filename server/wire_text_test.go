package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestUnquote(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"nothing", `""`, ""},
		{"plain", `"INVITE sip:a@example.com SIP/2.0"`, "INVITE sip:a@example.com SIP/2.0"},
		{"short escapes", `"\"\\\/\b\f\n\r\t"`, "\"\\/\b\f\n\r\t"},
		{"code points", `"\u0041\u00e9\u20AC\u0000"`, "A\u00e9\u20ac\x00"},
		{"surrogate pair", `"\ud83d\ude00"`, "\U0001f600"},
		{"half a pair at the end", `"a\ud83d"`, "a\ufffd"},
		{"half a pair before text", `"\ud83dx"`, "\ufffdx"},
		{"first halves in a row", `"\ud83d\ud83d\ude00"`, "\ufffd\U0001f600"},
		{"second half first", `"\ude00\ud83d"`, "\ufffd\ufffd"},
		{"half a pair before an escape", `"\ud83d\n"`, "\ufffd\n"},
		{"invalid UTF-8 stays", "\"\xc8\xe2 \xf0\x9f\"", "\xc8\xe2 \xf0\x9f"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := unquote([]byte(c.in))
			if err != nil || string(got) != c.want {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
	for _, in := range []string{``, `"`, `a`, `"\"`, `"\x"`, `"\u12"`, `"\u12g4"`, `"\`} {
		if got, err := unquote([]byte(in)); !errors.Is(err, errJSON) {
			t.Errorf("%s: got %q, %v", in, got, err)
		}
	}
}

func TestUnquoteWastesLittleMemory(t *testing.T) {
	for _, in := range []string{
		`"` + strings.Repeat(`INVITE sip:alice@example.com SIP/2.0\r\n`, 1000) + `"`,
		`"` + strings.Repeat(`\u0418`, 10_000) + `"`,
	} {
		got, err := unquote([]byte(in))
		if err != nil || cap(got) > len(got)*9/8+1 {
			t.Errorf("%d bytes in %d: %v", len(got), cap(got), err)
		}
	}
}

// What encoding/json makes of the same parameters.
type (
	referenceOpen struct {
		TextDocument struct {
			URI        *string         `json:"uri"`
			LanguageID string          `json:"languageId"`
			Version    json.RawMessage `json:"version"`
			Text       *string         `json:"text"`
		} `json:"textDocument"`
	}
	referenceChange struct {
		TextDocument struct {
			URI *string `json:"uri"`
		} `json:"textDocument"`
		ContentChanges []struct {
			Range *wireRange `json:"range"`
			Text  *string    `json:"text"`
		} `json:"contentChanges"`
	}
)

// mangled is what encoding/json makes of a text that is not all valid UTF-8.
func mangled(b []byte) string {
	var out strings.Builder
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		out.WriteRune(r)
		b = b[size:]
	}
	return out.String()
}

func FuzzDidOpenAgainstEncodingJSON(f *testing.F) {
	f.Add([]byte(`{"textDocument":{"uri":"file:///a.sip","languageId":"sip","version":1,"text":"a\r\nb\u00e9\ud83d\ude00"}}`))
	f.Add([]byte(` { "textDocument" : { "text" : "x" , "other" : [1,{"a":"]"},null,true,-1.5e3] , "uri" : "u" } , "more" : {} } `))
	f.Add([]byte(`{"textDocument":{"uri":"a","text":"1","uri":"b","text":"2"},"textDocument":{"languageId":"c"}}`))
	f.Add([]byte(`{"text\u0044ocument":{"uri":"a","text":null,"te\u0078t":"2"}}`))
	f.Add([]byte(`{"textDocument":{"uri":"a","text":"\ud800\\u0041\""}}`))
	f.Add([]byte(`{"textDocument":null}`))
	f.Fuzz(func(t *testing.T, params []byte) {
		got, err := decodeDidOpen(params)
		var want referenceOpen
		if !decodeExact(params, &want) {
			return // what is no JSON, or has members that only case tells apart, may be refused or not
		}
		if want.TextDocument.URI == nil || want.TextDocument.Text == nil {
			if err == nil {
				t.Errorf("taken without URI or text: %+v", got)
			}
			return
		}
		if err != nil {
			t.Fatalf("refused: %v", err)
		}
		if mangled([]byte(got.URI)) != *want.TextDocument.URI || mangled([]byte(got.Language)) != want.TextDocument.LanguageID {
			t.Errorf("got %q %q, want %q %q", got.URI, got.Language, *want.TextDocument.URI, want.TextDocument.LanguageID)
		}
		if d := cmp.Diff(*want.TextDocument.Text, mangled(got.Text)); d != "" {
			t.Errorf("text (-want +got):\n%s", d)
		}
	})
}

func FuzzDidChangeAgainstEncodingJSON(f *testing.F) {
	f.Add([]byte(`{"textDocument":{"uri":"file:///a.sip","version":2},"contentChanges":[{"range":{"start":{"line":0,"character":1},"end":{"line":2,"character":3}},"rangeLength":4,"text":"x\n"},{"text":"all"}]}`))
	f.Add([]byte(`{"contentChanges":[],"textDocument":{"uri":"a","version":null}}`))
	f.Add([]byte(`{"contentChanges":[{"text":"1"}],"contentChanges":[{"text":"2","range":null}],"textDocument":{"uri":"a"}}`))
	f.Add([]byte(`{"contentChanges":[{"range":{}}],"textDocument":{"uri":"a"}}`))
	f.Add([]byte(`{"contentChanges":[null],"textDocument":{"uri":"a"}}`))
	f.Fuzz(func(t *testing.T, params []byte) {
		got, err := decodeDidChange(params)
		var want referenceChange
		if !decodeExact(params, &want) {
			return
		}
		whole := want.TextDocument.URI != nil
		for _, c := range want.ContentChanges {
			whole = whole && c.Text != nil
		}
		if !whole {
			if err == nil {
				t.Errorf("taken without URI or text: %+v", got)
			}
			return
		}
		if err != nil {
			t.Fatalf("refused: %v", err)
		}
		if mangled([]byte(got.URI)) != *want.TextDocument.URI || len(got.Changes) != len(want.ContentChanges) {
			t.Fatalf("got %q and %d changes, want %q and %d", got.URI, len(got.Changes), *want.TextDocument.URI, len(want.ContentChanges))
		}
		for i, c := range got.Changes {
			w := want.ContentChanges[i]
			if mangled(c.Text) != *w.Text || !cmp.Equal(c.Range, w.Range) {
				t.Errorf("change %d: got %q %v, want %q %v", i, c.Text, c.Range, *w.Text, w.Range)
			}
		}
	})
}

// decodeExact decodes with encoding/json and reports whether the result is one to
// compare with: encoding/json also takes member names in another case, fills one value from duplicate members
// and is not told about null.
func decodeExact(params []byte, into any) bool {
	if json.Unmarshal(params, into) != nil {
		return false
	}
	seen := map[string]bool{}
	dec := json.NewDecoder(bytes.NewReader(params))
	for {
		token, err := dec.Token()
		if err != nil {
			return true
		}
		name, ok := token.(string)
		if !ok {
			continue
		}
		for _, known := range []string{"textDocument", "uri", "languageId", "version", "text", "contentChanges", "range", "start", "end", "line", "character"} {
			if strings.EqualFold(name, known) {
				if name != known || seen[name] && (name == "textDocument" || name == "contentChanges" || name == "range" || name == "start" || name == "end") {
					return false
				}
				seen[name] = true
			}
		}
	}
}

func BenchmarkDecodeDidOpen50MB(b *testing.B) {
	line := `2026-03-17 09:30:00.000 <--- Transmitting SIP response (407 bytes) to UDP:192.0.2.1:5060 --->\r\n`
	params := []byte(`{"textDocument":{"uri":"file:///a.log","languageId":"log","version":1,"text":"` + strings.Repeat(line, 50<<20/len(line)) + `"}}`)
	b.SetBytes(int64(len(params)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decodeDidOpen(params); err != nil {
			b.Fatal(err)
		}
	}
}
