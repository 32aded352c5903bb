package flow

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"sipls/server/explain"
)

// Mermaid draws calls as one sequence diagram of Mermaid, each below a note with its title. Words of the log are
// escaped, so that they are words in the diagram and nothing else.
func Mermaid(flows []*Flow) string {
	var b strings.Builder
	b.WriteString("sequenceDiagram\n")
	number := map[string]int{} // of a participant by its name
	for _, f := range flows {
		for _, p := range f.Participants {
			if _, ok := number[p.Name]; ok {
				continue
			}
			number[p.Name] = len(number) + 1
			name := mermaidText(p.Name)
			if p.Product != "" {
				name += "<br/>" + mermaidText(p.Product)
			}
			fmt.Fprintf(&b, "    participant p%d as %s\n", number[p.Name], name)
		}
	}
	for _, f := range flows {
		if len(f.Participants) == 0 {
			continue
		}
		over := func(i int) int { return number[f.Participants[i].Name] }
		lo, hi := over(0), over(0)
		for i := range f.Participants {
			lo, hi = min(lo, over(i)), max(hi, over(i))
		}
		note := func(s string) { fmt.Fprintf(&b, "    Note over p%d,p%d: %s\n", lo, hi, s) }
		note(mermaidText(f.Title) + "<br/>Call-ID " + mermaidText(f.CallID))
		for _, h := range f.Hints {
			note(mermaidText(h))
		}
		for i := range f.Arrows {
			a := &f.Arrows[i]
			line := map[bool]string{true: "->>", false: "-->>"}[a.Request]
			switch {
			case a.Failed:
				line = "--x"
			case a.Unanswered:
				line = "-x"
			}
			var words []string
			if a.Timed {
				words = append(words, a.Clock.At.Format("15:04:05.000"))
			}
			words = append(words, mermaidText(a.Label))
			text := strings.Join(words, " ")
			for _, n := range a.notes() {
				text += "<br/>" + mermaidText(n)
			}
			fmt.Fprintf(&b, "    p%d%sp%d: %s\n", over(a.From), line, over(a.To), text)
		}
	}
	return b.String()
}

// mermaidWords mean something to Mermaid wherever they stand.
var mermaidWords = regexp.MustCompile(`(?i)style|classdef|\bend\b|wrap`)

// mermaidText writes text for a label of Mermaid. What is no letter, no digit and none of the marks of addresses becomes the
// number of the character: "#59;" for a semicolon.
func mermaidText(s string) string {
	if s = explain.Printable(s); s == "" {
		return "-"
	}
	special := map[int]bool{}
	for _, at := range mermaidWords.FindAllStringIndex(s, -1) {
		special[at[0]] = true
	}
	var b strings.Builder
	for i, c := range s {
		digit := func(k int) bool { return k >= 0 && k < len(s) && '0' <= s[k] && s[k] <= '9' }
		switch {
		case special[i]:
			fmt.Fprintf(&b, "#%d;", c)
		case unicode.IsLetter(c), unicode.IsDigit(c), c == ' ', c == '.', c == ',', c == '/', c == '@', c == '(', c == ')', c == '_':
			b.WriteRune(c)
		case c == ':' && digit(i-1) && digit(i+1), c == '-' && i > 0:
			b.WriteRune(c)
		default:
			fmt.Fprintf(&b, "#%d;", c)
		}
	}
	return b.String()
}
