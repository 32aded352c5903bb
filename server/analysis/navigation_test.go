package analysis_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"sipls/server/analysis"
	"sipls/server/scenario"
	"sipls/server/text"
	"sipls/server/trace"
)

// within reports whether an extent lies in another one.
func within(e, in analysis.Extent) bool { return in.From <= e.From && e.From <= e.To && e.To <= in.To }

// checkNavigation checks what must be true of outline, folds, tokens, links and selections of any text; probes is
// how many ranges and cursors it tries.
func checkNavigation(t *testing.T, s *analysis.Snapshot, random *rand.Rand, probes int) {
	t.Helper()
	ctx := context.Background()
	all := analysis.Extent{To: s.Document().Len()}
	said := func(e analysis.Extent) []byte { return s.Document().Slice(e.From, e.To) }

	symbols, err := s.DocumentSymbols(ctx, 100)
	if err != nil || len(symbols) != min(s.Len(), 101) {
		t.Fatalf("%d symbols for %d messages (%v)", len(symbols), s.Len(), err)
	}
	var level func(list []analysis.Symbol, in analysis.Extent)
	level = func(list []analysis.Symbol, in analysis.Extent) {
		end := in.From
		for _, x := range list {
			if x.From < end || !within(x.Extent, in) || !within(x.Head, x.Extent) || strings.TrimSpace(x.Name) == "" || len(x.Name) > 500 || strings.ContainsAny(x.Name+x.Detail, "\r\n\x1b\x00") {
				t.Errorf("symbol %q %+v (head %+v) in %+v behind %d", x.Name, x.Extent, x.Head, in, end)
			}
			end = x.To
			level(x.Children, x.Extent)
		}
	}
	level(symbols, all)

	folds, err := s.FoldingRanges(ctx)
	if err != nil || len(folds) != s.Len() {
		t.Fatalf("%d folds for %d messages (%v)", len(folds), s.Len(), err)
	}
	end := text.Offset(0)
	for _, f := range folds {
		if f.Message.From < end || !within(f.Message, all) || f.Body.From < f.Body.To && !within(f.Body, f.Message) {
			t.Errorf("fold %+v behind %d", f, end)
		}
		end = f.Message.To
	}

	tokens := func(from, to text.Offset) (out []analysis.Token) {
		if err := s.SemanticTokens(ctx, from, to, func(x analysis.Token) { out = append(out, x) }); err != nil {
			t.Fatal(err)
		}
		return out
	}
	full := tokens(0, all.To)
	end = 0
	for _, x := range full {
		if x.From < end || x.From >= x.To || !within(x.Extent, all) || bytes.ContainsAny(said(x.Extent), "\r\n") {
			t.Fatalf("token %q %+v behind %d", said(x.Extent), x, end)
		}
		end = x.To
	}
	for range probes {
		from := text.Offset(random.IntN(int(all.To) + 1))
		to := from + text.Offset(random.IntN(400))
		var part []analysis.Token
		for _, x := range full {
			if x.From < to && from < x.To && from < to {
				part = append(part, x)
			}
		}
		if got := tokens(from, to); !slices.Equal(got, part) {
			t.Fatalf("tokens of [%d, %d): %+v, of all: %+v", from, to, got, part)
		}
	}

	links, err := s.DocumentLinks(ctx, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range links {
		if !within(l.Extent, all) || l.From == l.To || !strings.HasPrefix(l.Cite.URL(), "https://") {
			t.Errorf("link %+v on %q", l, said(l.Extent))
		}
	}

	for range probes {
		off := text.Offset(random.IntN(int(all.To)+3) - 1)
		last := analysis.Extent{From: min(max(off, 0), all.To)}
		last.To = last.From
		grown := s.SelectionRanges(off)
		for _, e := range grown {
			if !within(last, e) || last == e || !within(e, all) {
				t.Errorf("selection at %d grows from %+v to %+v", off, last, e)
			}
			last = e
		}
		if len(grown) > 0 && last != all {
			t.Errorf("selection at %d grows to %+v", off, last)
		}
	}

	for range probes {
		off := text.Offset(random.IntN(int(all.To)+3) - 1)
		checkRelations(t, s, off)
		checkCalls(t, s, off)
	}

	for m := range s.All {
		if id := m.CallID(); len(id) > 0 && random.IntN(5) == 0 {
			from, _ := s.Range(m, m.Start.Text)
			at, ok := callIDOf(s, m)
			if !ok {
				continue
			}
			same, err := s.DocumentHighlights(ctx, at.From, 1000)
			if err != nil || !slices.Contains(same, at) {
				t.Errorf("Call-ID at %+v of the message at %d is not among %+v (%v)", at, from, same, err)
			}
		}
	}
}

// callIDOf returns where the Call-ID of a message stands, if a cursor can be put there.
func callIDOf(s *analysis.Snapshot, m analysis.Message) (analysis.Extent, bool) {
	for i := range m.Headers {
		if h := &m.Headers[i]; h.ID.String() == "Call-ID" {
			from, to := s.Range(m, h.Value)
			at, log, ok := s.At(from)
			return analysis.Extent{From: from, To: to}, ok && at.ID == m.ID && h.Value.Contains(log)
		}
	}
	return analysis.Extent{}, false
}

func TestNavigationInEveryFormat(t *testing.T) {
	for _, f := range scenario.AllFormats() {
		t.Run(f.String(), func(t *testing.T) {
			content := challengeWithoutChallenge().Render(f, scenario.WithChatter())
			random := rand.New(rand.NewPCG(1, uint64(f)))
			checkNavigation(t, snapshot("trace.log", content), random, 30)
			for range 30 {
				cut := random.IntN(len(content))
				checkNavigation(t, snapshot("trace.sip", content[cut:cut+random.IntN(len(content)-cut)]), random, 10)
			}
		})
	}
}

func TestNavigationInAScenario(t *testing.T) {
	s := snapshot("uac.xml", []byte("<?xml version=\"1.0\"?>\n<scenario name=\"x\">\n<send><![CDATA[\n\n  INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0\n  Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"+
		"  [last_Record-Route:]\n  From: \"[$1] [field0 file=\"a.csv\"]\" <sip:sipp@[local_ip]>;tag=[pid]SIPpTag[call_number]\n  Call-ID: [call_id]\n  CSeq: 1 INVITE\n  Content-Length: [len]\n\n  v=0\n  c=IN IP[media_ip_type] [media_ip]\n\n]]></send>\n</scenario>\n"))
	if s.Len() != 1 || s.Trace().Mode() != trace.Scenario {
		t.Fatalf("%d messages, read as %s", s.Len(), s.Trace().Mode())
	}
	checkNavigation(t, s, rand.New(rand.NewPCG(1, 2)), 1000)
}

func FuzzNavigation(f *testing.F) {
	// Short texts, so that minimising is quick.
	for i, seed := range []string{
		"INVITE sip:a@h SIP/2.0\r\nv: SIP/2.0/UDP h;branch=1\r\nf: \"A\" <sip:a@h>;tag=1\r\ni: 1\r\nc: application/sdp\r\n\r\nv=0\r\nm=a 1 b 0\r\na=b:0 c/1\r\n",
		"recv 9 bytes from udp/[192.0.2.1]:5060 at 10:00:00.000000:\n   -----\n   SIP/2.0 200 OK\n   i: 1\n   CSeq: 1 ACK\n\n   x\n",
		"got SIP/2.0 486 Busy\nSIP/2.0 401 No\nWWW-Authenticate: Digest realm=\"a\",\n nonce=b\nCall-ID: 1\n\n",
		"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP [::1;branch=\"<>,;\r\n :=\"\r\n\r\nm=\r\na=:\r\n=\r\n",
		"<?xml version=\"1.0\"?>\n<scenario>\n<![CDATA[\n INVITE sip:[a]@[b SIP/2.0\n [last_Via:]\n From: \"[$1\"]\n]]>",
	} {
		f.Add([]byte(seed), uint8(i))
	}
	modes := []*trace.Mode{nil, new(trace.Log), new(trace.Bare), new(trace.Scenario)}
	f.Fuzz(func(t *testing.T, content []byte, how uint8) {
		name := []string{"trace.log", "message.sip"}[how%2]
		s := analysis.New(analysis.Source{Name: name, Mode: modes[how/2%4]}, text.New(content))
		checkNavigation(t, s, rand.New(rand.NewPCG(1, uint64(how))), 4)
	})
}
