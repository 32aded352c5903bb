package check

import (
	"slices"
	"strings"
	"testing"

	"sipls/server/sip"
)

// rightMessages are messages in which nothing is wrong, as the rules over whole messages see them.
func rightMessages() []*sip.Message {
	var out []*sip.Message
	for _, text := range []string{
		requestOf("INVITE", "X-Vendor-Note: Grüße\nUser-Agent: x\n"),
		requestOf("OPTIONS", "P-Example-Info: y\n"),
		responseTo("INVITE", "486 Busy Here", "Warning: 399 example.com \"x\"\n"),
		responseTo("INVITE", "603 Declined", ""),
	} {
		m := sip.Parse([]byte(strings.ReplaceAll(text, "\n", "\r\n")))
		m.Head.Is, m.Tail.Is, m.Exact = sip.Whole, sip.Whole, true
		out = append(out, m)
	}
	return out
}

// familyRules are the rules over whole messages that can be about a message.
func familyRules(m *sip.Message) (out []indexed) {
	for _, x := range rulesFor(m) {
		if slices.Contains(messageRules, x.Rule) {
			out = append(out, x)
		}
	}
	return out
}

// runEach applies rules as Run does, whatever they need.
func runEach(s *Subject, rules []indexed, report func(Finding)) {
	s.facts.load(s.Message)
	for _, x := range rules {
		if x.anyField || s.facts.fields.meets(&x.fields) {
			x.Check(s, report)
		}
	}
}

func TestMessageRulesDoNotAllocateOnRightMessages(t *testing.T) {
	for _, m := range rightMessages() {
		rules := familyRules(m)
		for _, s := range []*Subject{{Message: m}, {Message: m, Editable: true, Bare: true}} {
			report := func(f Finding) { t.Error(f.Message()) }
			if n := testing.AllocsPerRun(10, func() { runEach(s, rules, report) }); n > 0 {
				t.Errorf("editable %t: %v allocations for\n%s", s.Editable, n, m.Text)
			}
		}
	}
}

func BenchmarkMessageRules(b *testing.B) {
	var subjects []*Subject
	var rules [][]indexed
	for _, m := range rightMessages() {
		subjects = append(subjects, &Subject{Message: m})
		rules = append(rules, familyRules(m))
	}
	report := func(f Finding) { b.Fatal(f.Message()) }
	b.ReportAllocs()
	for b.Loop() {
		for i, s := range subjects {
			runEach(s, rules[i], report)
		}
	}
}

func FuzzMessageRules(f *testing.F) {
	for _, m := range rightMessages() {
		f.Add(m.Text)
	}
	for _, r := range messageRules {
		for _, c := range r.Cases() {
			f.Add([]byte(c.Text))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		m := sip.Parse(text)
		m.Head.Is, m.Tail.Is, m.Exact = sip.Whole, sip.Whole, true
		s := &Subject{Message: m, Editable: true, Bare: true}
		runEach(s, familyRules(m), func(f Finding) {
			if f.At.At.Off < 0 || int(f.At.At.End()) > len(text) {
				t.Errorf("%s at %v of %d bytes", f.Title, f.At.At, len(text))
			}
		})
		Run(s, func(f Finding) {
			if !slices.Contains(messageRules, f.Rule) {
				return
			}
			for _, fix := range Fixes(s, &f) {
				for _, e := range fix.Edits {
					if e.At.Off < 0 || int(e.At.End()) > len(text) {
						t.Errorf("%s edits %v of %d bytes", fix.Title, e.At, len(text))
					}
				}
			}
		})
	})
}
