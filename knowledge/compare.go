package knowledge

import (
	"embed"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed compare/*.md
var guideFiles embed.FS

// Guide is hand-written guidance for response codes that people confuse.
type Guide struct {
	Codes    []int     `yaml:"codes"`
	Question string    `yaml:"question"` // what one really asks
	Sections []Section `yaml:"-"`        // "Key differences", "When to use which", "In a trace"
}

// Guides returns all guidance, sorted by file name.
var Guides = sync.OnceValue(func() []*Guide {
	files, err := guideFiles.ReadDir("compare")
	if err != nil {
		panic(err) // the folder is embedded
	}
	var out []*Guide
	for _, f := range files {
		b, err := guideFiles.ReadFile("compare/" + f.Name())
		if err != nil {
			panic(err) // the file is embedded
		}
		g, err := parseGuide(string(b))
		if err != nil {
			panic(fmt.Sprintf("compare/%s: %v", f.Name(), err)) // a test reads every file
		}
		out = append(out, g)
	}
	return out
})

func parseGuide(text string) (*Guide, error) {
	g := &Guide{}
	sections, err := parseMarkdown(text, g)
	if err != nil {
		return nil, err
	}
	if len(g.Codes) < 2 || g.Question == "" {
		return nil, fmt.Errorf("codes and question must be there")
	}
	g.Sections = sections
	return g, nil
}

// parseMarkdown reads front matter into v and returns the sections below it.
func parseMarkdown(text string, v any) ([]Section, error) {
	front, body, err := cutFrontMatter(text)
	if err != nil {
		return nil, err
	}
	if err := yaml.UnmarshalWithOptions([]byte(front), v, yaml.Strict()); err != nil {
		return nil, err
	}
	sections := cutSections(body)
	if len(sections) == 0 {
		return nil, fmt.Errorf("no sections")
	}
	return sections, nil
}

// Comparison sets two response codes side by side. Its lists are Markdown, an
// item each; every item is a fact about these two codes.
type Comparison struct {
	A, B        *Status
	Question    string // what one really asks; "" without guidance
	Differences []string
	Shared      []string
	WhenToUse   []string
	InATrace    []string
}

// Compare sets two response codes side by side: guidance that people wrote
// where there is some, and what the facts about both say. ok is false unless
// both are known and differ.
func Compare(a, b int) (c *Comparison, ok bool) {
	x, y := LookupStatus(a), LookupStatus(b)
	if x == nil || y == nil || a == b {
		return nil, false
	}
	c = &Comparison{A: x, B: y}
	c.guide()
	c.notConfused()
	if c.Question == "" {
		// Guidance tells these in better words.
		c.class()
		c.pstn()
	}
	c.origin()
	c.retry()
	c.dialog()
	c.headers()
	c.methods()
	if len(c.WhenToUse) == 0 {
		for _, s := range []*Status{x, y} {
			// The most frequent situation comes first.
			if seen := bullets(s.Section("When you see it")); len(seen) > 0 {
				c.WhenToUse = append(c.WhenToUse, fmt.Sprintf("**%d**: %s", s.Code, seen[0]))
			}
		}
	}
	return c, true
}

func (c *Comparison) differ(format string, args ...any) {
	c.Differences = append(c.Differences, fmt.Sprintf(format, args...))
}

func (c *Comparison) share(format string, args ...any) {
	c.Shared = append(c.Shared, fmt.Sprintf(format, args...))
}

// guide takes over what people wrote about these two codes.
func (c *Comparison) guide() {
	for _, g := range Guides() {
		if !slices.Contains(g.Codes, c.A.Code) || !slices.Contains(g.Codes, c.B.Code) {
			continue
		}
		if c.Question == "" {
			c.Question = g.Question
		}
		for _, s := range g.Sections {
			items := c.about(bullets(s.Text))
			switch s.Title {
			case "Key differences":
				c.Differences = append(c.Differences, items...)
			case "When to use which":
				c.WhenToUse = append(c.WhenToUse, items...)
			case "In a trace":
				c.InATrace = append(c.InATrace, items...)
			}
		}
	}
}

var boldCode = regexp.MustCompile(`\*\*(\d{3})\*\*`)

// about keeps the items that speak of these two codes and no other: what a
// guide says of third codes helps nobody here. Where that leaves nothing, what speaks of one of the two is kept.
func (c *Comparison) about(items []string) []string {
	var strict, loose []string
	for _, item := range items {
		mine, others := 0, 0
		for _, n := range boldCode.FindAllStringSubmatch(item, -1) {
			if n[1] == strconv.Itoa(c.A.Code) || n[1] == strconv.Itoa(c.B.Code) {
				mine++
			} else {
				others++
			}
		}
		if others == 0 {
			strict = append(strict, item)
		}
		if mine > 0 {
			loose = append(loose, item)
		}
	}
	if strict != nil {
		return strict
	}
	return loose
}

// bullets splits a Markdown list into its items.
func bullets(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if item, ok := strings.CutPrefix(line, "- "); ok {
			out = append(out, item)
		} else if n := len(out); n > 0 && strings.TrimSpace(line) != "" {
			out[n-1] += " " + strings.TrimSpace(line)
		}
	}
	return out
}

// notConfused takes over what each explanation says about the other code,
// unless a guide already tells.
func (c *Comparison) notConfused() {
	if len(c.Differences) > 0 {
		return
	}
	for _, s := range []struct{ of, about *Status }{{c.A, c.B}, {c.B, c.A}} {
		for _, item := range bullets(s.of.Section("Do not confuse with")) {
			rest, ok := strings.CutPrefix(item, fmt.Sprintf("**%d**", s.about.Code))
			if ok {
				c.differ("**%d**, seen from %d: %s", s.about.Code, s.of.Code, strings.TrimLeft(rest, " –:-"))
			}
		}
	}
}

func (c *Comparison) class() {
	a, b := c.A, c.B
	const ref = " (RFC 3261 section 7.2)"
	switch {
	case a.Class == b.Class:
		c.share("Both are %s%s.", classWords[a.Class], ref)
	case a.Provisional() != b.Provisional():
		c.differ("%s %s%s.", classSentence(a)+";", classSentence(b), ref)
	default:
		c.differ("Both are final. **%d** is a %s, **%d** a %s%s.", a.Code, classNoun[a.Class], b.Code, classNoun[b.Class], ref)
	}
}

var classWords = map[string]string{
	"provisional": "provisional: the transaction stays open and a final response has to follow", "success": "final and successful",
	"redirection": "final redirections: the caller has to try elsewhere", "client-error": "final client errors: a changed request, or another server, may succeed",
	"server-error": "final server errors: the same request may succeed at another server", "global-failure": "final global failures: the call must not be tried anywhere else",
	"local": "numbers that one program uses inside itself",
}

var classNoun = map[string]string{
	"success": "success", "redirection": "redirection: the caller tries elsewhere", "client-error": "client error: a changed request or another server may succeed",
	"server-error": "server error: this server failed, another may succeed", "global-failure": "global failure: a proxy stops all branches and the call fails everywhere",
	"local": "number that one program uses inside itself",
}

func classSentence(s *Status) string {
	if s.Provisional() {
		return fmt.Sprintf("**%d** is provisional, the transaction stays open", s.Code)
	}
	return fmt.Sprintf("**%d** is final and ends the transaction", s.Code)
}

var originNames = map[string]string{
	"uac-local": "the client's own transaction layer", "proxy": "a proxy", "registrar": "a registrar", "redirect-server": "a redirect server",
	"uas": "the called user agent", "gateway": "a PSTN gateway", "intermediary": "an element on the path",
}

func origins(s *Status) string {
	var words []string
	for _, o := range s.GeneratedBy {
		if w := originNames[o]; w != "" {
			words = append(words, w)
		}
	}
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
	}
	return strings.Join(words, "")
}

func (c *Comparison) origin() {
	a, b := origins(c.A), origins(c.B)
	switch {
	case a == "" || b == "":
	case a == b:
		c.share("Either may come from %s.", a)
	default:
		c.differ("Who generates it: **%d** %s; **%d** %s.", c.A.Code, a, c.B.Code, b)
	}
}

func (c *Comparison) retry() {
	a, b := c.A, c.B
	if a.Retry == "" || b.Retry == "" || a.Retry == b.Retry && a.RetryDetail == b.RetryDetail {
		return
	}
	c.differ("What the client may do next: **%d**, %s; **%d**, %s.", a.Code, retryWords(a), b.Code, retryWords(b))
}

func retryWords(s *Status) string {
	words := s.Retry
	if words == "not applicable" {
		words = "no retry is called for"
	}
	if d := strings.TrimSuffix(s.RetryDetail, "."); d != "" {
		words += ": " + strings.ToLower(d[:1]) + d[1:]
	}
	return words
}

// dialogEnds says what a failure inside a dialog ends (RFC 5057).
var dialogEnds = map[string]string{
	"transaction": "only the transaction", "usage": "the dialog usage it belongs to", "dialog": "the whole dialog, with the call and the subscriptions in it",
}

func (c *Comparison) dialog() {
	a, b := dialogEnds[c.A.InDialog], dialogEnds[c.B.InDialog]
	const ref = " (RFC 5057 section 5.1)"
	switch {
	case a == "" || b == "":
	case a == b:
		c.share("As an answer inside a dialog, either ends %s%s.", a, ref)
	default:
		c.differ("As an answer inside a dialog, **%d** ends %s, **%d** %s%s.", c.A.Code, a, c.B.Code, b, ref)
	}
}

// headers tells which header fields only one of the two must carry.
func (c *Comparison) headers() {
	for _, s := range [][2]*Status{{c.A, c.B}, {c.B, c.A}} {
		var names []string
		var cites []string
		for _, r := range RequirementsFor(s[0].Code) {
			if r.Strength != "MUST" || len(r.When) != 1 || r.When[0].Kind != Always || r.Group != "" || r.Messages.Hi-r.Messages.Lo >= 99 || mustCarry(s[1].Code, r.Header) {
				continue // conditional: it says nothing about each message
			}
			if name := "`" + r.Header.String() + "`"; !slices.Contains(names, name) {
				names = append(names, name)
				if len(r.Cites) > 0 && !slices.Contains(cites, r.Cites[0].String()) {
					cites = append(cites, r.Cites[0].String())
				}
			}
		}
		if len(names) > 0 {
			c.differ("Only **%d** has to carry %s (%s).", s[0].Code, strings.Join(names, ", "), strings.Join(cites, ", "))
		}
	}
}

func mustCarry(code int, t Target) bool {
	for _, r := range RequirementsFor(code) {
		if r.Strength == "MUST" && r.Header == t {
			return true
		}
	}
	return false
}

func (c *Comparison) methods() {
	a, b := c.A, c.B
	if a.Methods != b.Methods && a.Methods != "" && b.Methods != "" {
		c.differ("Requests they answer: **%d** %s; **%d** %s.", a.Code, a.Methods, b.Code, b.Methods)
	}
}

// pstn compares what a gateway makes of the two towards the telephone network.
func (c *Comparison) pstn() {
	a, b := LookupCauseMapping(c.A.Code), LookupCauseMapping(c.B.Code)
	if a == nil || b == nil {
		return
	}
	switch {
	case a.Cause == 0 || b.Cause == 0:
	case a.Cause == b.Cause:
		c.share("A gateway maps both to Q.850 cause %d (RFC 3398 section 8.2.6.1).", a.Cause)
	default:
		c.differ("A gateway maps **%d** to Q.850 cause %d, **%d** to %d (RFC 3398 section 8.2.6.1).", c.A.Code, a.Cause, c.B.Code, b.Cause)
	}
}
