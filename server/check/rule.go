package check

import (
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/sip"
)

// Scope is how much of a trace a rule looks at.
type Scope uint8

const (
	// Message rules judge one message, with the request it answers where that is in the text.
	Message Scope = iota
	// Transaction, Dialog and Call rules judge a call, which is all that shares a Call-ID; the
	// scope tells what a finding is about.
	Transaction
	Dialog
	Call
	// Trace rules judge all calls together.
	Trace
)

func (s Scope) String() string {
	return [...]string{"message", "transaction", "dialog", "call", "trace"}[s]
}

// Severity follows one law. Error: breaks a MUST of a current RFC, the evidence
// is whole, and a peer will refuse or misread it. Warning: breaks a MUST that peers
// tolerate, or is known to break calls. Information: unusual but legal. Hint: SHOULD, MAY, style.
type Severity uint8

const (
	Error Severity = iota
	Warning
	Information
	Hint
)

var severityNames = [...]string{"error", "warning", "information", "hint"}

func (s Severity) String() string { return severityNames[s] }

// ParseSeverity reads a severity by its name.
func ParseSeverity(name string) (Severity, error) {
	for i, n := range severityNames {
		if n == name {
			return Severity(i), nil
		}
	}
	return 0, fmt.Errorf("severity %q is not error, warning, information or hint", name)
}

// Certainty says how strong the evidence for a finding is.
type Certainty uint8

const (
	// Proof: the text shows it.
	Proof Certainty = iota
	// StrongHint: nothing else explains the text well.
	StrongHint
	// WeakHint: the text is compatible with it.
	WeakHint
)

func (c Certainty) String() string { return [...]string{"proof", "strong hint", "hint"}[c] }

// Needs is what a rule needs of a message. Run withholds the rule where it is not met.
type Needs uint8

const (
	// NeedHead: start line and header section are whole and not masked.
	NeedHead Needs = 1 << iota
	// NeedBody: the body is whole, or known to be cut (Tail is Whole or Cut), and nothing is masked.
	NeedBody
	// NeedFull: header lines are there (the form is not a summary).
	NeedFull
	// NeedValues: no value in the message is masked, so that the grammar of values can be judged.
	NeedValues
)

// Rule is one thing that may be wrong.
type Rule struct {
	Name     string // permanent, kebab-case
	Scope    Scope
	Needs    Needs
	Severity Severity          // the gravest it reports
	Messages []knowledge.Range // which messages it can be about; nil for all
	Fields   []sip.HeaderID    // it is asked only where one of these header fields is there; nil for any message
	Cites    []knowledge.Cite
	Doc      Doc
	// Failures are the slugs of failures.tsv that it finds, the main one first. A rule named by a slug finds that one anyway.
	Failures []string
	Cases    func() []Case
	Scenes   func() []Scene // what rules over calls have instead of Cases

	// Of rules over calls: they are asked only where a message has one of the methods and a response one of the codes;
	// nil for any.
	Methods  []call.Method
	Statuses []knowledge.Range
	Last     bool // it explains the call by what the other rules found
	Symptom  bool // it says that nothing answered and not why: findings with InsteadOf stand for its own

	// CheckCall reports what it finds in a call. Rules of scope Transaction, Dialog and Call have it instead of Check.
	CheckCall func(s *CallSubject, report func(Finding))
	// CheckTrace reports what it finds in all calls together. Rules of scope Trace have it instead of Check.
	CheckTrace func(t *TraceSubject, report func(Finding))

	// Check reports what it finds in the subject.
	Check func(s *Subject, report func(Finding))
	// Fix returns edits that mend a finding of this rule; nil when there is no safe one.
	Fix func(s *Subject, f *Finding) []Fix
}

// Doc explains a rule to people.
type Doc struct {
	Title string // what is wrong, a clause
	Text  string // Markdown: when it fires, when it does not
}

// Case shows what a rule does with a text. Text is a message file whose LF
// stand for CR LF, or, with Log set, a log with LF line ends.
type Case struct {
	Name string
	Text string
	Log  bool
	Want []string // "severity: text it is reported on", nil when the rule must stay silent
	// Fixed is the text after the preferred fix; "" when there is none.
	Fixed string
}

// Subject is what a message rule looks at.
type Subject struct {
	Message  *sip.Message
	Request  *sip.Message // the request that a response answers; nil when it is not in the text
	Editable bool         // somebody writes this text; it is no log
	Bare     bool         // the text holds nothing but messages, so its end ends the message
	Keywords bool         // keywords of SIPp in brackets stand for parts of the message

	facts facts
}

// Finding is one thing that is wrong, with all that an engineer needs to act on it.
type Finding struct {
	Rule      *Rule
	Severity  Severity
	Certainty Certainty
	At        call.Ref // within one message rule only At.At is set
	Related   []Related
	// InsteadOf are requests without an answer, of which this finding says why: what a rule that knows the Symptom alone finds
	// there is left out.
	InsteadOf []call.MsgID

	Title       string // what is wrong, a short clause: "407 without Proxy-Authenticate"
	Evidence    string // one sentence: what the text shows
	Consequence string // one sentence: what comes of it
	Next        string // one sentence: what to do
	Cites       []knowledge.Cite

	detail any // for the rule's own Fix
}

// Related is another place that belongs to a finding.
type Related struct {
	At   call.Ref
	Text string
}

// Message returns the finding as one paragraph.
func (f *Finding) Message() string {
	s := f.Title + ". " + f.Evidence
	for _, part := range []string{f.Consequence, f.Next} {
		if part != "" {
			s += " " + part
		}
	}
	if c := f.CiteText(); c != "" {
		s += " (" + c + ")"
	}
	return s
}

// CiteText returns the standards and sections, separated by semicolons.
func (f *Finding) CiteText() string {
	var s []string
	for _, c := range f.Cites {
		s = append(s, c.String())
	}
	return strings.Join(s, "; ")
}

// Fix is one way to mend a finding.
type Fix struct {
	Title     string // imperative: "Insert Proxy-Authenticate"
	Preferred bool   // the obvious one
	Edits     []Edit
}

// Edit changes one message, in logical positions; whoever applies it writes new
// lines with the line end, indentation and escape form of their neighbours.
type Edit struct {
	At   sip.Span // replaced by Text
	Text Template
	// NewLine inserts Text as a header field of its own behind the element that
	// At covers (a header field or the start line) and replaces nothing. Text has no line end.
	NewLine bool
}
