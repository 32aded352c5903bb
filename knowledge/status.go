package knowledge

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed status/*.md
var statusFiles embed.FS

// Status is what there is to know about one response code. Registered says
// whether IANA lists it; the others are met in the wild.
type Status struct {
	Code       int      `yaml:"code"`
	Phrase     string   `yaml:"phrase"`
	Class      string   `yaml:"class"` // provisional, success, redirection, client-error, server-error, global-failure
	Registered bool     `yaml:"registered"`
	References []string `yaml:"refs"`
	Methods    string   `yaml:"methods"`    // in words, the methods it may answer
	Variants   []string `yaml:"variants"`   // other reason phrases that real elements send
	Deprecated bool     `yaml:"deprecated"` // no longer to be sent
	Emitters   string   `yaml:"emitters"`   // who sends an unregistered code
	Similar    []int    `yaml:"similar"`    // codes that people confuse with it, most confusing first
	Short      string   `yaml:"short"`      // one sentence

	GeneratedBy []string `yaml:"generated_by"` // uac-local, proxy, registrar, redirect-server, uas, gateway, intermediary
	Retry       string   `yaml:"retry"`        // what the client may do: "no retry", "with credentials" ...
	RetryDetail string   `yaml:"retry_detail"` // what is changed or waited for, with its section
	InDialog    string   `yaml:"in_dialog"`    // what it ends inside a dialog (RFC 5057): none, transaction, usage, dialog
	Ack         bool     `yaml:"ack"`          // as an answer to INVITE the client acknowledges it

	Sections []Section `yaml:"-"`
}

// Section is one part of an explanation.
type Section struct {
	Title string // "Meaning", "When you see it", "How to fix it" ...
	Text  string // Markdown without headings
}

// Cites returns the places that define the code.
func (s *Status) Cites() []Cite {
	var out []Cite
	for _, r := range s.References {
		out = append(out, ParseCite(r))
	}
	return out
}

// Section returns the Markdown under a heading, "" when the code has none.
func (s *Status) Section(title string) string {
	for _, sec := range s.Sections {
		if sec.Title == title {
			return sec.Text
		}
	}
	return ""
}

// Provisional reports whether a response with this code leaves the transaction open.
func (s *Status) Provisional() bool { return s.Code < 200 }

// LookupStatus returns what is known about a code, nil when there is nothing.
func LookupStatus(code int) *Status {
	if code < 0 || code >= len(statuses) {
		return nil
	}
	e := &statuses[code]
	e.once.Do(func() { e.status = readStatus(code) })
	return e.status
}

// statuses are read one by one, when they are asked for: all of them take some
// ten milliseconds, which the first hover should not wait for.
var statuses [1000]struct {
	once   sync.Once
	status *Status
}

func readStatus(code int) *Status {
	name := fmt.Sprintf("status/%d.md", code)
	b, err := statusFiles.ReadFile(name)
	if err != nil {
		return nil // not among the embedded files
	}
	s, err := parseStatus(string(b))
	if err == nil && s.Code != code {
		err = fmt.Errorf("code is %d", s.Code)
	}
	if err != nil {
		panic(fmt.Sprintf("%s: %v", name, err)) // a test reads every file
	}
	return s
}

// StatusCodes returns all codes with an explanation, ascending.
var StatusCodes = sync.OnceValue(func() []int {
	files, err := statusFiles.ReadDir("status")
	if err != nil {
		panic(err) // the folder is embedded
	}
	out := make([]int, 0, len(files))
	for _, f := range files {
		if code, err := strconv.Atoi(strings.TrimSuffix(f.Name(), ".md")); err == nil {
			out = append(out, code)
		}
	}
	slices.Sort(out)
	return out
})

// ClassOf names the class of a code (RFC 3261 section 7.2), "" outside 100 to 699.
func ClassOf(code int) string {
	switch code / 100 {
	case 1:
		return "provisional"
	case 2:
		return "success"
	case 3:
		return "redirection"
	case 4:
		return "client-error"
	case 5:
		return "server-error"
	case 6:
		return "global-failure"
	}
	return ""
}

func parseStatus(text string) (s *Status, err error) {
	s = &Status{}
	if s.Sections, err = parseMarkdown(text, s); err != nil {
		return nil, err
	}
	return s, nil
}
