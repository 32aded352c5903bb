package analysis_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sipls/server/analysis"
	"sipls/server/check"
	"sipls/server/explain"
	"sipls/server/scenario"
	"sipls/server/sip"
	"sipls/server/text"
	"sipls/server/trace"
)

// challengeWithoutChallenge is a call whose 407 lacks Proxy-Authenticate.
func challengeWithoutChallenge() scenario.Trace {
	return scenario.Call(scenario.Alice, scenario.Bob, scenario.Challenged(407)).
		With(scenario.Status(407), scenario.RemoveHeader("Proxy-Authenticate"))
}

func snapshot(name string, b []byte) *analysis.Snapshot {
	return analysis.New(analysis.Source{Name: name}, text.New(b))
}

// TestMissingChallengeInEveryFormat is the product in one test: a 407 without
// Proxy-Authenticate, in each format, gets the diagnostic on its status line and a
// hover that tells what it means and what is missing.
func TestMissingChallengeInEveryFormat(t *testing.T) {
	for _, f := range scenario.AllFormats() {
		if f.Summary() || f.ReceivedOnly() {
			continue
		}
		t.Run(f.String(), func(t *testing.T) {
			s := snapshot("trace.log", challengeWithoutChallenge().Render(f))
			fs := findingsOf(t, s, "407-without-proxy-authenticate")
			if len(fs) != 1 {
				t.Fatalf("%d findings, want 1", len(fs))
			}
			from, to := s.RefRange(fs[0].At)
			if got := string(s.Document().Slice(from, to)); got != "SIP/2.0 407 Proxy Authentication Required" {
				t.Errorf("reported on %q", got)
			}
			if fs[0].Severity != check.Error {
				t.Errorf("severity %s", fs[0].Severity)
			}
			all, err := s.Findings(context.Background())
			if err != nil || len(all) != 1 {
				t.Errorf("%d findings in all (%v), want only that one: %v", len(all), err, all)
			}
			doc, _, _, ok := s.Hover(from + 3)
			if !ok {
				t.Fatal("no hover")
			}
			md := explain.Markdown(doc)
			for _, want := range []string{
				"407 Proxy Authentication Required", "407 without Proxy-Authenticate", "Answers `INVITE` in line", "#### Meaning", "#### When you see it",
				"#### How to fix it", "RFC 3261 section 22.3",
			} {
				if !strings.Contains(md, want) {
					t.Errorf("the hover lacks %q:\n%s", want, md)
				}
			}
			if fixes := s.Fixes(&fs[0]); len(fixes) > 0 {
				t.Errorf("a log is offered the edit %q", fixes[0].Title)
			}

			if f == scenario.TsharkTree || f == scenario.TsharkJSON {
				return // nobody edits what tshark has taken apart
			}
			// The same text in a message file is mended, in the form of its neighbours.
			s = snapshot("trace.sip", challengeWithoutChallenge().Render(f))
			fs = findingsOf(t, s, "407-without-proxy-authenticate")
			if len(fs) != 1 {
				t.Fatalf("%d findings in a message file", len(fs))
			}
			fixes := s.Fixes(&fs[0])
			if len(fixes) != 1 {
				t.Fatalf("%d fixes", len(fixes))
			}
			after := s.Edit(changes(fixes[0]))
			if left := findingsOf(t, after, "407-without-proxy-authenticate"); len(left) > 0 {
				t.Errorf("the finding stays in\n%s", after.Document().Bytes())
			}
			if after.Len() != s.Len() {
				t.Errorf("%d messages, before %d", after.Len(), s.Len())
			}
			var neighbour, line string
			for l := range strings.Lines(string(after.Document().Bytes())) {
				if strings.Contains(l, "Proxy-Authenticate: ") {
					line = l
					break
				}
				neighbour = l
			}
			if indent(line) != indent(neighbour) || strings.HasSuffix(line, "\r\n") != strings.HasSuffix(neighbour, "\r\n") {
				t.Errorf("%q is not in the form of its neighbour %q", line, neighbour)
			}
		})
	}
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }

// TestFixInMessageFiles applies the fix to the same message in a .sip file with
// each line end, plain and indented.
func TestFixInMessageFiles(t *testing.T) {
	crlf := string(challengeWithoutChallenge().Only(scenario.Status(407)).Render(scenario.Bare))
	for name, content := range map[string]string{
		"CR LF": crlf,
		"LF":    strings.ReplaceAll(crlf, "\r\n", "\n"),
		"CR":    strings.ReplaceAll(crlf, "\r\n", "\r"),
		"start line and one header field, no line end": "SIP/2.0 407 Proxy Authentication Required\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.com>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INVITE",
	} {
		t.Run(name, func(t *testing.T) {
			s := snapshot("message.sip", []byte(content))
			fs := findingsOf(t, s, "407-without-proxy-authenticate")
			if len(fs) != 1 {
				t.Fatalf("%d findings", len(fs))
			}
			fixes := s.Fixes(&fs[0])
			if len(fixes) != 1 || !fixes[0].Preferred || fixes[0].Title != "Insert Proxy-Authenticate" {
				t.Fatalf("fixes %+v", fixes)
			}
			after := s.Edit(changes(fixes[0]))
			if left := findingsOf(t, after, "407-without-proxy-authenticate"); len(left) > 0 {
				t.Errorf("the finding stays in\n%q", after.Document().Bytes())
			}
			m := after.Message(0)
			h := m.Header(sip.HeaderProxyAuthenticate)
			if h == nil {
				t.Fatalf("no header field in\n%q", after.Document().Bytes())
			}
			end := content[strings.IndexAny(content, "\r\n"):][:2]
			if end[1] != '\n' {
				end = end[:1]
			}
			if got := string(m.Bytes(h.Line)); !strings.HasSuffix(got, end) && h.Line.End() < int32(len(m.Text)) {
				t.Errorf("line end of %q is not %q", got, end)
			}
			if snippet := fixes[0].Edits[0].Text.Snippet(); !strings.Contains(snippet, "${1:realm}") {
				t.Errorf("snippet %q has no placeholder", snippet)
			}
		})
	}
}

func TestEditable(t *testing.T) {
	const message = "OPTIONS sip:a@example.com SIP/2.0\r\n\r\n"
	for _, c := range []struct {
		name, language, content string
		want                    bool
	}{
		{"call.sip", "", message, true},
		{"CALL.SIPMSG", "", message, true},
		{"untitled:1", "sip", message, true},
		{"trace.log", "log", message, false},
		{"trace.txt", "plaintext", message, false},
		{"uac.xml", "xml", "<?xml version=\"1.0\"?>\n<scenario name=\"x\">\n</scenario>\n", true},
		{"other.xml", "xml", "<?xml version=\"1.0\"?>\n<other/>\n", false},
	} {
		s := analysis.New(analysis.Source{Name: c.name, Language: c.language}, text.New([]byte(c.content)))
		if s.Editable() != c.want {
			t.Errorf("%s (%s): editable is %t, want %t", c.name, c.language, s.Editable(), c.want)
		}
	}
}

// TestIncrementalEqualsFromNothing is the law of architecture: after random
// edits a snapshot knows the same as one made of the resulting text.
func TestIncrementalEqualsFromNothing(t *testing.T) {
	trace := challengeWithoutChallenge()
	var texts []string
	for _, f := range scenario.AllFormats() {
		texts = append(texts, string(trace.Render(f)))
	}
	// Calls that go wrong, so that there are findings over several messages.
	for _, rule := range check.Rules() {
		if rule.Scenes != nil {
			scene := rule.Scenes()[0]
			texts = append(texts, scene.Render(scene.SceneFormats()[0]))
		}
	}
	pieces := append([]string{"", "\n", "\r\n", "x", "SIP/2.0 407 Proxy Authentication Required\r\n", "Proxy-Authenticate: Digest realm=\"a\"\r\n", "\n\n", "INVITE sip:a@example.com SIP/2.0\n"}, texts...)
	rapid.Check(t, func(r *rapid.T) {
		s := snapshot("trace.log", []byte(rapid.SampledFrom(texts).Draw(r, "text")))
		for range rapid.IntRange(1, 6).Draw(r, "edits") {
			var cs []text.Change
			n := int(s.Document().Len())
			for range rapid.IntRange(1, 3).Draw(r, "changes") {
				from := rapid.IntRange(0, n).Draw(r, "from")
				to := min(n, from+rapid.SampledFrom([]int{0, 0, 1, 2, 40, 400, n}).Draw(r, "length"))
				piece := rapid.SampledFrom(pieces).Draw(r, "piece")
				cs = append(cs, text.Change{Start: text.Offset(from), End: text.Offset(to), Text: []byte(piece)})
				n += len(piece) - (to - from)
			}
			// Ask in between, so that what is cached is there to be wrong.
			_ = describe(s)
			s = s.Edit(cs)
			fresh := snapshot("trace.log", bytes.Clone(s.Document().Bytes()))
			if d := cmp.Diff(describe(fresh), describe(s)); d != "" {
				r.Fatalf("from nothing (-) and incremental (+) differ:\n%s", d)
			}
		}
	})
}

// describe lists all that a snapshot says.
func describe(s *analysis.Snapshot) []string {
	out := []string{fmt.Sprint(s.Trace().Mode(), s.Len())}
	for m := range s.All {
		from, to := s.Range(m, sip.Span{Len: int32(len(m.Text))})
		request, _ := s.Index().Request(int(m.ID.Seq))
		out = append(out, fmt.Sprintf("%d-%d %s %s %s %s %d %q", from, to, m.Format.Name, m.Head.Is, m.Tail.Is, s.TimeText(m), request, m.Text))
	}
	fs, err := s.Findings(context.Background())
	if err != nil {
		panic(err)
	}
	for _, f := range fs {
		from, to := s.RefRange(f.At)
		line := fmt.Sprintf("%d-%d %s %s", from, to, f.Rule.Name, f.Message())
		for _, r := range f.Related {
			from, to := s.RefRange(r.At)
			line += fmt.Sprintf(" [%d-%d %s]", from, to, r.Text)
		}
		out = append(out, line)
	}
	calls := s.Calls()
	for c := range calls.Len() {
		r := calls.Result(c)
		line := fmt.Sprintf("call %s %s %d", r.Method, r.Outcome, r.Status)
		for i := range calls.Call(c).Messages {
			line += fmt.Sprintf(" %d", calls.ID(c, int32(i)).Seq)
		}
		out = append(out, line)
	}
	return out
}

func TestFindingsStopWithTheirContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s := snapshot("trace.log", challengeWithoutChallenge().Render(scenario.AsteriskPJSIP))
	if _, err := s.Findings(ctx); err == nil {
		t.Error("no error after cancel")
	}
}

func TestModeOverride(t *testing.T) {
	content := []byte("2026-11-22 log line\r\nOPTIONS sip:a@example.com SIP/2.0\r\n\r\n")
	bare := trace.Bare
	if got := analysis.New(analysis.Source{Name: "x", Mode: &bare}, text.New(content)).Message(0).Start.Kind; got != sip.Request {
		t.Errorf("kind %s", got)
	}
	if n := snapshot("x", content).Len(); n != 0 {
		t.Errorf("%d messages in a log that holds only the start line of one", n)
	}
}
