package server

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sipls/server/scenario"
	"sipls/server/text"
)

const (
	allTokenRequests = `{"semanticTokens":{"requests":{"range":true,"full":{"delta":true}},"serverCancelSupport":true}}`
	fullTokenRequest = `{"semanticTokens":{"requests":{"full":true}}}`
)

type tokenAnswer struct {
	ResultID string
	Data     []uint32
	Edits    []struct {
		Start, DeleteCount int
		Data               []uint32
	}
}

func (e *editor) tokens(method, uri string, more map[string]any) (out tokenAnswer) {
	e.t.Helper()
	params := map[string]any{"textDocument": identifier(uri)}
	for k, v := range more {
		params[k] = v
	}
	decode(e.t, e.mustRequest("textDocument/semanticTokens/"+method, params), &out)
	return out
}

// token is what a client makes of five numbers.
type token struct {
	Range  lspRange
	Text   string
	Type   string
	Mods   string // joined by points
	Number [2]uint32
}

func (t token) String() string { return strings.TrimSuffix(t.Text+" "+t.Type+"."+t.Mods, ".") }

// decodeTokens checks what must be true of all tokens: they are in the text, in order, each in one line and beside the others.
func (e *editor) decodeTokens(text []byte, data []uint32) (out []token) {
	e.t.Helper()
	if len(data)%5 != 0 {
		e.t.Fatalf("%d numbers", len(data))
	}
	lines := strings.Split(strings.ReplaceAll(strings.ReplaceAll(string(text), "\r\n", "\n"), "\r", "\n"), "\n")
	var at lspPosition
	end := lspPosition{}
	for d := range slices.Chunk(data, 5) {
		if d[0] > 0 {
			at = lspPosition{Line: at.Line + int(d[0])}
		}
		at.Character += int(d[1])
		x := token{Range: lspRange{at, lspPosition{at.Line, at.Character + int(d[2])}}, Number: [2]uint32{d[3], d[4]}}
		if at.before(end) || d[2] == 0 || at.Line >= len(lines) {
			e.t.Fatalf("token %v at %+v, the one before ends at %+v", d, at, end)
		}
		l := []byte(lines[at.Line])
		from, to := e.offset(l, lspPosition{0, at.Character}), e.offset(l, lspPosition{0, x.Range.End.Character})
		if e.position(l, from) != (lspPosition{0, at.Character}) || e.position(l, to) != (lspPosition{0, x.Range.End.Character}) {
			e.t.Fatalf("token %v at %+v is not in %q", d, at, l)
		}
		x.Text = string(l[from:to])
		if strings.TrimSpace(x.Text) != x.Text {
			e.t.Errorf("token %q", x.Text)
		}
		x.Type = string(tokenTypes[d[3]])
		for i, m := range tokenModifiers {
			if d[4]&(1<<i) != 0 {
				x.Mods = strings.TrimPrefix(x.Mods+"."+m, ".")
			}
		}
		end = x.Range.End
		out = append(out, x)
	}
	return out
}

func styles(tokens []token) (out []string) {
	for _, x := range tokens {
		out = append(out, x.String())
	}
	return out
}

func TestSemanticTokensAreTheSameInEveryForm(t *testing.T) {
	plain := open(t, `{"textDocument":`+allTokenRequests+`}`)
	const uri = "file:///plain.sip"
	bare := astralCall().Render(scenario.Bare)
	plain.didOpen(uri, "sip", string(bare))
	want := styles(plain.decodeTokens(bare, plain.tokens("full", uri, nil).Data))

	everyForm(t, allTokenRequests, func(t *testing.T, f form) {
		got := styles(f.e.decodeTokens([]byte(f.text), f.e.tokens("full", f.uri, nil).Data))
		// What a log says of codes between the messages has tokens too.
		rest := want
		for _, x := range got {
			switch {
			case len(rest) > 0 && x == rest[0]:
				rest = rest[1:]
			case strings.Contains(x, " enumMember.") && x[3] == ' ':
			default:
				t.Fatalf("token %s, want %s", x, rest[0])
			}
		}
		if len(rest) > 0 {
			t.Errorf("no token for %q", rest[0])
		}
	})
}

func TestSemanticTokens(t *testing.T) {
	e := open(t, `{"textDocument":`+allTokenRequests+`}`)
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{
			"request", "INVITE sip:bob@example.com;transport=tcp SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.1:5060;branch=z9hG4bK1;rport\r\n" +
				"f: \"Alice \\\"\U0001F4DE\\\"\" <sip:alice@example.com>;tag=1\r\nTo: Bob <sip:bob@example.com>\r\ni: 1@192.0.2.1\r\nCSeq: 7 INVITE\r\n\r\n",
			[]string{
				"INVITE method", "sip:bob@example.com;transport=tcp namespace", "SIP/2.0 keyword",
				"Via keyword", "SIP/2.0/TCP keyword", "192.0.2.1 namespace", "5060 number", "branch parameter", "z9hG4bK1 variable.readonly", "rport parameter",
				"f keyword", "\"Alice \\\"\U0001F4DE\\\"\" string", "sip:alice@example.com namespace", "tag parameter", "1 variable.readonly",
				"To keyword", "sip:bob@example.com namespace", "i keyword", "1@192.0.2.1 variable.readonly", "CSeq keyword", "7 number", "INVITE method",
			},
		},
		{
			"classes of responses", "SIP/2.0 100 Trying\r\n\r\nSIP/2.0 200 OK\r\n\r\nSIP/2.0 302 Moved Temporarily\r\n\r\nSIP/2.0 486\r\n\r\n" +
				"SIP/2.0 503 Service Unavailable\r\n\r\nSIP/2.0 603 Decline\r\n\r\nSIP/2.0 202 Accepted\r\n\r\n",
			[]string{
				"SIP/2.0 keyword", "100 enumMember.provisional", "Trying string.provisional", "SIP/2.0 keyword", "200 enumMember.success", "OK string.success",
				"SIP/2.0 keyword", "302 enumMember.redirection", "Moved Temporarily string.redirection", "SIP/2.0 keyword", "486 enumMember.clientError",
				"SIP/2.0 keyword", "503 enumMember.serverError", "Service Unavailable string.serverError", "SIP/2.0 keyword", "603 enumMember.globalFailure", "Decline string.globalFailure",
				"SIP/2.0 keyword", "202 enumMember.deprecated.success", "Accepted string.success",
			},
		},
		{"no status code", "SIP/2.0 7xx no\r\nCall-ID: 1\r\n\r\n", []string{"SIP/2.0 keyword", "7xx enumMember", "no string", "Call-ID keyword", "1 variable.readonly"}},
		{
			"authentication", "SIP/2.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"example.com, 1;2\",nonce=\"a\",\r\n algorithm=MD5, stale=TRUE\r\nAuthentication-Info: nc=00000001\r\n\r\n",
			[]string{
				"SIP/2.0 keyword", "401 enumMember.clientError", "Unauthorized string.clientError", "WWW-Authenticate keyword", "Digest enumMember", "realm parameter", "\"example.com, 1;2\" string",
				"nonce parameter", "\"a\" string", "algorithm parameter", "stale parameter", "Authentication-Info keyword", "nc parameter", "00000001 number",
			},
		},
		{
			"lists and folded lines", "INVITE sip:a@example.com SIP/2.0\r\nSupported: 100rel,\r\n\ttimer;x=\"a\r\n b\"\r\nAllow: INVITE, ACK\r\nReplaces: 1@h;to-tag=2;from-tag=3;early-only\r\n" +
				"In-Reply-To: 1@h, 2@h\r\nContact: *\r\nRoute: <sip:p1;lr>, <sip:p2;lr>;x=1.5\r\nRAck: 1 2 INVITE\r\nReason: Q.850;cause=16;text=\"x\"\r\nAccept: application/sdp;level=1\r\n\r\n",
			[]string{
				"INVITE method", "sip:a@example.com namespace", "SIP/2.0 keyword", "Supported keyword", "100rel enumMember", "timer enumMember", "x parameter", "\"a string", "b\" string",
				"Allow keyword", "INVITE method", "ACK method", "Replaces keyword", "1@h variable.readonly", "to-tag parameter", "2 variable.readonly", "from-tag parameter", "3 variable.readonly", "early-only parameter",
				"In-Reply-To keyword", "1@h variable.readonly", "2@h variable.readonly", "Contact keyword", "Route keyword", "sip:p1;lr namespace", "sip:p2;lr namespace", "x parameter", "1.5 number",
				"RAck keyword", "1 number", "2 number", "INVITE method", "Reason keyword", "Q.850 enumMember", "cause parameter", "16 number", "text parameter", "\"x\" string",
				"Accept keyword", "application/sdp type", "level parameter", "1 number",
			},
		},
		{
			"known and unknown names", "OPTIONS sip:a@example.com SIP/2.0\r\nX-House: 17\r\nHide: route\r\nx-fs-support: 1\r\nno header field\r\nMax-Forwards: 70\r\nUser-Agent: a;b=1 <x> \"y\"\r\n" +
				"Via: 1\r\nVia: SIP/2.0/UDP [2001:db8::1]:5060;received=192.0.2.1\r\nVia: SIP/2.0/UDP 2001:db8::1\r\n\r\n",
			[]string{
				"OPTIONS method", "sip:a@example.com namespace", "SIP/2.0 keyword", "X-House property", "17 number", "Hide keyword.deprecated", "x-fs-support keyword", "1 number",
				"Max-Forwards keyword", "70 number", "User-Agent keyword", "Via keyword", "Via keyword", "SIP/2.0/UDP keyword", "[2001:db8::1] namespace", "5060 number", "received parameter",
				"Via keyword", "SIP/2.0/UDP keyword", "2001:db8::1 namespace",
			},
		},
		{
			"session description", "INVITE sip:a@example.com SIP/2.0\r\nContent-Type: application/sdp\r\nContent-Length: 230\r\n\r\nv=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=a 1 b\r\nc=IN IP6 2001:db8::1\r\nt=0 0\r\n" +
				"m=audio 4000/2 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\na=x-house:1\r\nq=1\r\nb=AS:64\r\n",
			[]string{
				"INVITE method", "sip:a@example.com namespace", "SIP/2.0 keyword", "Content-Type keyword", "application/sdp type", "Content-Length keyword", "230 number",
				"v keyword", "0 number", "o keyword", "1 number", "2 number", "192.0.2.1 namespace", "s keyword", "c keyword", "2001:db8::1 namespace", "t keyword", "0 number", "0 number",
				"m keyword", "audio type", "RTP/AVP keyword", "0 number", "101 number", "a keyword", "rtpmap decorator", "101 number", "telephone-event type", "8000 number",
				"a keyword", "sendrecv decorator", "a keyword", "x-house property", "1 number", "q property", "1 number", "b keyword",
			},
		},
		{
			"scenario of SIPp", "<?xml version=\"1.0\"?>\n<scenario name=\"x\">\n<send><![CDATA[\n\n INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0\n [last_Via:]\n" +
				" From: \"[$1]\" <sip:a@[local_ip]>;tag=[call_number]x\n Call-ID: [call_id]\n Via: SIP/2.0/UDP [fe80::1]:5060\n CSeq: [cseq] INVITE\n Content-Length: [len+1]\n\n]]></send>\n</scenario>\n",
			[]string{
				"INVITE method", "sip: namespace", "[service] macro", "@ namespace", "[remote_ip] macro", ": namespace", "[remote_port] macro", "SIP/2.0 keyword", "[last_Via:] macro",
				"From keyword", "\" string", "[$1] macro", "\" string", "sip:a@ namespace", "[local_ip] macro", "tag parameter", "[call_number] macro", "x variable.readonly",
				"Call-ID keyword", "[call_id] macro", "Via keyword", "SIP/2.0/UDP keyword", "[fe80::1] namespace", "5060 number", "CSeq keyword", "[cseq] macro", "INVITE method", "Content-Length keyword", "[len+1] macro",
			},
		},
		{"mention", "10:00:00 got SIP/2.0 486 Busy Here from 192.0.2.1, took 486 ms\n", []string{"486 enumMember.clientError"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e.t = t
			const uri = "file:///a.txt"
			e.didOpen(uri, "plaintext", c.text)
			got := styles(e.decodeTokens([]byte(c.text), e.tokens("full", uri, nil).Data))
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
	e.t = t
}

// TestSemanticTokensOfRanges compares with those of the whole text.
func TestSemanticTokensOfRanges(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	everyForm(t, allTokenRequests, func(t *testing.T, f form) {
		text := []byte(f.text)
		full := f.e.decodeTokens(text, f.e.tokens("full", f.uri, nil).Data)
		for range 30 {
			a, b := random.IntN(len(text)+1), random.IntN(len(text)+1)
			if random.IntN(2) == 0 {
				b = min(a+random.IntN(100), len(text))
			}
			r := lspRange{f.e.position(text, min(a, b)), f.e.position(text, max(a, b))}
			var want []token
			for _, x := range full {
				if r.Start != r.End && x.Range.Start.before(r.End) && r.Start.before(x.Range.End) {
					want = append(want, x)
				}
			}
			got := f.e.decodeTokens(text, f.e.tokens("range", f.uri, map[string]any{"range": r}).Data)
			if d := cmp.Diff(want, got); d != "" {
				t.Fatalf("range %+v (-part of full +range):\n%s", r, d)
			}
		}
	})
}

// apply makes the data that the client has then.
func (a *tokenAnswer) apply(t testing.TB, data []uint32) []uint32 {
	t.Helper()
	if a.Edits == nil {
		return a.Data
	}
	for _, x := range slices.Backward(a.Edits) {
		if x.Start+x.DeleteCount > len(data) || x.Start%5 != 0 || x.DeleteCount%5 != 0 || len(x.Data)%5 != 0 {
			t.Fatalf("edit at %d of %d numbers for %d, there are %d", x.Start, x.DeleteCount, len(x.Data), len(data))
		}
		data = slices.Replace(slices.Clone(data), x.Start, x.Start+x.DeleteCount, x.Data...)
	}
	return data
}

func TestSemanticTokensDeltasMakeTheWhole(t *testing.T) {
	e := open(t, `{"textDocument":`+allTokenRequests+`}`)
	const uri = "file:///a.log"
	var texts []string
	for _, f := range scenario.AllFormats() {
		texts = append(texts, string(astralCall().Render(f)))
	}
	pieces := []string{"", "x", "\r\n", "\n", "\n\n", "\U0001F4DE", "SIP/2.0 486 Busy Here\r\n", "X-House: \"a\"\r\n", "INVITE sip:a@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1\n"}
	deltas := 0
	rapid.Check(t, func(r *rapid.T) {
		e.didOpen(uri, "log", rapid.SampledFrom(texts).Draw(r, "text"))
		first := e.tokens("full", uri, nil)
		have, id := first.Data, first.ResultID
		if id == "" {
			r.Fatal("no result id")
		}
		var waiting []chan message
		for range rapid.IntRange(1, 5).Draw(r, "edits") {
			n := len(e.buffers[uri].text)
			from := rapid.IntRange(0, n).Draw(r, "from")
			to := min(n, from+rapid.SampledFrom([]int{0, 0, 1, 30, 300}).Draw(r, "length"))
			// The client types on characters, not on bytes.
			p := e.buffers[uri].text
			from, to = e.offset(p, e.position(p, from)), e.offset(p, e.position(p, to))
			e.didChange(uri, from, max(from, to), rapid.SampledFrom(pieces).Draw(r, "piece"))
			if rapid.Bool().Draw(r, "impatient") {
				// An answer that the client never looks at.
				_, answer := e.send("textDocument/semanticTokens/full/delta", map[string]any{"textDocument": identifier(uri), "previousResultId": id})
				waiting = append(waiting, answer)
				continue
			}
			d := e.tokens("full/delta", uri, map[string]any{"previousResultId": id})
			if d.Edits != nil {
				deltas++
			}
			have, id = d.apply(t, have), d.ResultID
			whole := e.tokens("full", uri, nil)
			if !slices.Equal(have, whole.Data) || id != whole.ResultID {
				r.Fatalf("%s: a delta of %d edits makes another whole", id, len(d.Edits))
			}
			e.decodeTokens(e.buffers[uri].text, have)
		}
		for _, answer := range waiting {
			if _, err := e.await("delta", answer); err != nil {
				r.Fatal(err)
			}
		}
	})
	if deltas == 0 {
		t.Error("all answers were whole")
	}
}

func TestSemanticTokensDeltaIsSmallAndNamesWhatItSays(t *testing.T) {
	e := open(t, `{"textDocument":`+allTokenRequests+`}`)
	const uri = "file:///a.sip"
	text := string(astralCall().Render(scenario.Bare))
	e.didOpen(uri, "sip", text)
	first := e.tokens("full", uri, nil)
	if d := e.tokens("full/delta", uri, map[string]any{"previousResultId": first.ResultID}); d.ResultID != first.ResultID || d.Edits == nil || len(d.Edits) != 0 {
		t.Errorf("nothing changed: %+v", d)
	}
	at := strings.Index(text, "Max-Forwards")
	e.didChange(uri, at, at, "X-House: 1\r\n")
	d := e.tokens("full/delta", uri, map[string]any{"previousResultId": first.ResultID})
	if len(d.Edits) != 1 || len(d.Edits[0].Data) > 20 || d.ResultID == first.ResultID {
		t.Errorf("a line more: %+v", d)
	}
	if d := e.tokens("full/delta", uri, map[string]any{"previousResultId": first.ResultID}); d.Edits != nil || len(d.Data) == 0 {
		t.Errorf("the name of an older result: %+v", d)
	}
	// Another opening of a document, and another server, know nothing of what the client kept.
	last := e.tokens("full", uri, nil)
	e.didClose(uri)
	e.didOpen(uri, "sip", text)
	if d := e.tokens("full/delta", uri, map[string]any{"previousResultId": last.ResultID}); d.Edits != nil || d.ResultID == first.ResultID {
		t.Errorf("after closing: %+v", d.Edits)
	}
}

func TestSemanticTokensAreKeptForOpenDocumentsOnly(t *testing.T) {
	s := newSession(New(Options{}).options)
	const uri = "file:///a.sip"
	first := newRevision(uri, "sip", 1, text.New(nil), nil)
	kept := func() *tokenResult { return s.lastTokens.doc[uri] }

	s.docs.open(first)
	one, two := &tokenResult{id: "1"}, &tokenResult{id: "2"}
	if before := s.lastTokens.replace(s, first, one); before != nil || kept() != one {
		t.Errorf("before %v, kept %v", before, kept())
	}
	if before := s.lastTokens.replace(s, first, two); before != one || kept() != two {
		t.Errorf("before %v, kept %v", before, kept())
	}
	s.docs.remove(uri)
	s.lastTokens.forget(uri)
	// The answer to a request of before the document was closed.
	s.lastTokens.replace(s, first, one)
	if kept() != nil {
		t.Error("a result is kept for a closed document")
	}
	s.docs.open(newRevision(uri, "sip", 1, text.New(nil), nil))
	s.lastTokens.replace(s, first, one)
	if kept() != nil {
		t.Error("a result is kept for an opening that is over")
	}
}

func TestSemanticTokensOfLongTexts(t *testing.T) {
	const uri = "file:///a.log"
	const most = maxTokenText / len(options)
	text := strings.Repeat(options, most+100)
	lines := strings.Count(text, "\n")
	for _, c := range []struct {
		name, capabilities string
		refused, null      bool
	}{
		{"client that asks for ranges", allTokenRequests, true, false},
		{"client that asks for ranges and must not be refused", `{"semanticTokens":{"requests":{"range":{},"full":{"delta":false}}}}`, false, true},
		{"client that does not", fullTokenRequest, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := open(t, `{"textDocument":`+c.capabilities+`}`)
			e.didOpen(uri, "log", text)
			raw, err := e.request("textDocument/semanticTokens/full", map[string]any{"textDocument": identifier(uri)})
			const serverCancelled = -32802
			if refused := err != nil; refused != c.refused || refused && err.(*wireError).Code != serverCancelled {
				t.Fatalf("%v", err)
			}
			if null := string(raw) == "null"; null != c.null {
				t.Errorf("%.50s", raw)
			}
			if !c.refused && !c.null {
				var full tokenAnswer
				decode(t, raw, &full)
				if got := len(full.Data) / 5 / 6; got < most || got > most+1 {
					t.Errorf("tokens of %d messages", got)
				}
			}
			// The end of the text, and more of it than anybody sees.
			r := lspRange{lspPosition{lines - 40, 0}, lspPosition{lines, 0}}
			if got := len(e.tokens("range", uri, map[string]any{"range": r}).Data) / 5; got != 8*6 {
				t.Errorf("%d tokens in the last 40 lines", got)
			}
			if c.null {
				return
			}
			r = lspRange{lspPosition{}, lspPosition{lines, 0}}
			if got := len(e.tokens("range", uri, map[string]any{"range": r}).Data) / 5 / 6; got < most || got > most+1 {
				t.Errorf("tokens of %d messages in a range", got)
			}
		})
	}
}

func TestSemanticTokensAreOfferedAsAskedFor(t *testing.T) {
	for capabilities, want := range map[string]string{
		`{}`:             "null null",
		allTokenRequests: `true {"delta":true}`,
		fullTokenRequest: "null true",
		`{"semanticTokens":{"requests":{"range":{}}}}`:                 "true null",
		`{"semanticTokens":{"requests":{"full":{"delta":false}}}}`:     "null true",
		`{"semanticTokens":{"requests":{"full":false,"range":false}}}`: "null null",

		`{"semanticTokens":7}`: "null null",
	} {
		e := connect(t, Options{})
		var result struct {
			Capabilities struct {
				SemanticTokensProvider *struct {
					Range, Full json.RawMessage
					Legend      struct{ TokenTypes, TokenModifiers []string }
				}
			}
		}
		decode(t, e.initialize(`{"capabilities":{"textDocument":`+capabilities+`}}`), &result)
		p := result.Capabilities.SemanticTokensProvider
		got := "null null"
		if p != nil {
			or := func(raw json.RawMessage) string {
				if raw == nil {
					return "null"
				}
				return string(raw)
			}
			got = or(p.Range) + " " + or(p.Full)
			if len(p.Legend.TokenTypes) != len(tokenTypes) || !slices.Equal(p.Legend.TokenModifiers, tokenModifiers) {
				t.Errorf("legend %+v", p.Legend)
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s", capabilities, got, want)
		}
	}
}

func BenchmarkSemanticTokens(b *testing.B) {
	line := strings.Count(bigLog(), "\n") / 2
	r := lspRange{lspPosition{line, 0}, lspPosition{line + 100, 0}}
	b.Run("100 lines of 50 MB", func(b *testing.B) {
		benchmarkWhole(b, allTokenRequests, "textDocument/semanticTokens/range", map[string]any{"textDocument": identifier(bigURI), "range": r})
	})
	b.Run("first 2 MiB of 50 MB", func(b *testing.B) {
		benchmarkWhole(b, fullTokenRequest, "textDocument/semanticTokens/full", map[string]any{"textDocument": identifier(bigURI)})
	})
}
