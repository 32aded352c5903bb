package analysis_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipls/server/analysis"
	"sipls/server/check"
	"sipls/server/sip"
	"sipls/server/text"
)

// TestFixes applies each fix that a rule offers in its own cases, in texts with CR LF and with LF: the finding is gone, no
// rule finds anything new, no message is lost, lines keep the line ends of their neighbours, and in the end there is nothing
// left to apply.
func TestFixes(t *testing.T) {
	for _, r := range check.Rules() {
		t.Run(r.Name, func(t *testing.T) {
			for _, c := range r.Cases() {
				if c.Log || c.Want == nil {
					continue
				}
				for _, eol := range []string{"\r\n", "\n"} {
					t.Run(fmt.Sprintf("%s/%q", c.Name, eol), func(t *testing.T) {
						s := sipFile(strings.ReplaceAll(c.Text, "\n", eol))
						for _, f := range findingsOf(t, s, r.Name) {
							fixes := s.Fixes(&f)
							if preferred := slices.DeleteFunc(slices.Clone(fixes), func(x analysis.Fix) bool { return !x.Preferred }); len(preferred) > 1 {
								t.Errorf("%d fixes of %q are the obvious one", len(preferred), f.Title)
							}
							for _, fix := range fixes {
								checkFix(t, s, &f, fix, eol)
							}
						}
						checkRepeated(t, s, c, r, eol)
					})
				}
			}
		})
	}
}

// checkFix applies one fix and compares the findings before and after it.
func checkFix(t *testing.T, s *analysis.Snapshot, f *check.Finding, fix analysis.Fix, eol string) {
	t.Helper()
	before := byRule(t, s)
	after := s.Edit(changes(fix))
	content := string(after.Document().Bytes())
	if content == string(s.Document().Bytes()) {
		t.Errorf("%s changes nothing", fix.Title)
	}
	now := byRule(t, after)
	if now[f.Rule.Name] >= before[f.Rule.Name] {
		t.Errorf("%s leaves the finding in\n%s", fix.Title, content)
	}
	for name, n := range now {
		if n > before[name] && name != f.Rule.Name {
			t.Errorf("%s makes a finding of %s in\n%s", fix.Title, name, content)
		}
	}
	if after.Len() != s.Len() {
		t.Errorf("%s makes %d messages of %d", fix.Title, after.Len(), s.Len())
	}
	if wrong := lineEnds(content, eol); wrong != "" && lineEnds(string(s.Document().Bytes()), eol) == "" {
		t.Errorf("%s: %s in %q", fix.Title, wrong, content)
	}
	m := s.Message(int(f.At.Msg.Seq))
	first, _ := s.Range(m, m.Start.Line)
	_, last := s.Range(m, sip.Span{Len: int32(len(m.Text))})
	for i, e := range fix.Edits {
		if e.From < first || e.To > last {
			t.Errorf("%s: edit %d [%d, %d) is outside of the message [%d, %d)", fix.Title, i, e.From, e.To, first, last)
		}
		if e.To < e.From || i > 0 && e.From < fix.Edits[i-1].To {
			t.Errorf("%s: edit %d [%d, %d) overlaps another or is out of order", fix.Title, i, e.From, e.To)
		}
	}
}

// checkRepeated applies the obvious fixes of a rule until none is left. The text is then the one that the case promises.
func checkRepeated(t *testing.T, s *analysis.Snapshot, c check.Case, r *check.Rule, eol string) {
	t.Helper()
	const most = 20
	for range most {
		found := findingsOf(t, s, r.Name)
		i := slices.IndexFunc(found, func(f check.Finding) bool { return obviousFix(s, &f) != nil })
		if i < 0 {
			if want := strings.ReplaceAll(c.Fixed, "\n", eol); c.Fixed != "" {
				if d := cmp.Diff(want, string(s.Document().Bytes())); d != "" {
					t.Errorf("the text after the fix (-want +got):\n%s", d)
				}
			}
			return
		}
		s = s.Edit(changes(*obviousFix(s, &found[i])))
	}
	t.Errorf("after %d fixes there is still something to fix in\n%s", most, s.Document().Bytes())
}

// obviousFix returns the preferred fix of a finding, else the first one; nil when there is none.
func obviousFix(s *analysis.Snapshot, f *check.Finding) *analysis.Fix {
	fixes := s.Fixes(f)
	if i := slices.IndexFunc(fixes, func(x analysis.Fix) bool { return x.Preferred }); i >= 0 {
		return &fixes[i]
	}
	if len(fixes) > 0 {
		return &fixes[0]
	}
	return nil
}

// byRule returns how often each rule finds something.
func byRule(t *testing.T, s *analysis.Snapshot) map[string]int {
	t.Helper()
	all, err := s.Findings(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, f := range all {
		out[f.Rule.Name]++
	}
	return out
}

// lineEnds says what is wrong with the line ends of a text that has eol only, "" for nothing.
func lineEnds(s, eol string) string {
	switch {
	case eol == "\n" && strings.Contains(s, "\r"):
		return "a CR"
	case eol == "\r\n" && strings.Count(s, "\n") != strings.Count(s, "\r\n"):
		return "an LF without CR"
	}
	return ""
}

func sipFile(content string) *analysis.Snapshot {
	return analysis.New(analysis.Source{Name: "case.sip"}, text.New([]byte(content)))
}

// TestFixAllOfEachCase: whatever rule a text breaks, mending all of it brings nothing new and leaves nothing that could be mended.
func TestFixAllOfEachCase(t *testing.T) {
	all := func(*check.Finding) bool { return true }
	for _, r := range check.Rules() {
		for _, c := range r.Cases() {
			if c.Log {
				continue
			}
			t.Run(r.Name+"/"+c.Name, func(t *testing.T) {
				s := snapshotOf(c)
				edits, err := s.FixAll(t.Context(), all)
				if err != nil {
					t.Fatal(err)
				}
				before, after := byRule(t, s), s.Edit(changes(analysis.Fix{Edits: edits}))
				for name, n := range byRule(t, after) {
					if n > before[name] {
						t.Errorf("a new finding of %s in\n%s", name, after.Document().Bytes())
					}
				}
				if again, err := after.FixAll(t.Context(), all); err != nil || len(again) > 0 {
					t.Errorf("once more: %v, %v", again, err)
				}
			})
		}
	}
}

func TestFixAll(t *testing.T) {
	const rest = "From: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 OPTIONS\n"
	for _, c := range []struct{ name, text, only, want string }{
		{
			name: "fixes in one line, in several and in several messages",
			text: "OPTIONS sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=1\n" + rest + "Content-Length: 3\n\n" +
				"OPTIONS sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=2\nMax-Forwards: 70\n" + rest + "Content-Length: 0\n\n",
			want: "OPTIONS sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\n" + rest + "Content-Length: 0\n\n" +
				"OPTIONS sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK2\nMax-Forwards: 70\n" + rest + "Content-Length: 0\n\n",
		},
		{
			name: "one rule only",
			only: "via-branch-without-cookie",
			text: "OPTIONS sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=1\nMax-Forwards: 70\n" + rest + "Content-Length: 3\n\n",
			want: "OPTIONS sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\n" + rest + "Content-Length: 3\n\n",
		},
		{
			name: "what the user has to fill in is left alone",
			text: "SIP/2.0 407 Proxy Authentication Required\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\n" + strings.Replace(rest, "com>\n", "com>;tag=2\n", 1) + "Content-Length: 0\n\n",
			want: "SIP/2.0 407 Proxy Authentication Required\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\n" + strings.Replace(rest, "com>\n", "com>;tag=2\n", 1) + "Content-Length: 0\n\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			crlf := strings.NewReplacer("\n", "\r\n")
			s := sipFile(crlf.Replace(c.text))
			edits, err := s.FixAll(t.Context(), func(f *check.Finding) bool { return c.only == "" || f.Rule.Name == c.only })
			if err != nil {
				t.Fatal(err)
			}
			got := s.Edit(changes(analysis.Fix{Edits: edits}))
			if d := cmp.Diff(crlf.Replace(c.want), string(got.Document().Bytes())); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			for i := 1; i < len(edits); i++ {
				if edits[i].From < edits[i-1].To {
					t.Errorf("edits overlap: %v", edits)
				}
			}
		})
	}
}

func TestFixAllLeavesEvidenceAlone(t *testing.T) {
	s := analysis.New(analysis.Source{Name: "a.log"}, text.New([]byte("OPTIONS sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=1\r\n\r\n")))
	if edits, err := s.FixAll(t.Context(), func(*check.Finding) bool { return true }); err != nil || edits != nil {
		t.Errorf("%v, %v", edits, err)
	}
}

func TestFixAllEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := sipFile("OPTIONS sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=1\r\n\r\n")
	if _, err := s.FixAll(ctx, func(*check.Finding) bool { return true }); err != context.Canceled {
		t.Error(err)
	}
}

// FuzzFixAll mends what the fuzzer writes: nothing panics, no rule finds more than before, edits do not overlap.
func FuzzFixAll(f *testing.F) {
	for _, r := range check.Rules() {
		for _, c := range r.Cases() {
			if c.Want != nil && !c.Log {
				f.Add(strings.ReplaceAll(c.Text, "\n", "\r\n"))
				break
			}
		}
	}
	f.Fuzz(func(t *testing.T, content string) {
		s := sipFile(content)
		edits, err := s.FixAll(t.Context(), func(*check.Finding) bool { return true })
		if err != nil {
			t.Fatal(err)
		}
		at := text.Offset(0)
		for _, e := range edits {
			if e.From < at || e.To < e.From || e.To > s.Document().Len() {
				t.Fatalf("edit [%d, %d) behind %d", e.From, e.To, at)
			}
			at = e.To
		}
		before, after := byRule(t, s), s.Edit(changes(analysis.Fix{Edits: edits}))
		for name, n := range byRule(t, after) {
			if n > before[name] {
				t.Errorf("%s finds %d, not %d, in %q made of %q", name, n, before[name], after.Document().Bytes(), content)
			}
		}
		if after.Len() != s.Len() {
			t.Errorf("%d messages of %d", after.Len(), s.Len())
		}
	})
}
