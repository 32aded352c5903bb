package knowledge

import (
	"regexp"
	"strings"
)

// Failure is one row of failures.tsv: something that goes wrong in real life,
// and how one tells it from messages.
type Failure struct {
	Slug          string // "stale-nonce"; programs may rely on it
	Title         string // a short clause
	Group         string // "auth", "media" ...
	Scope         string // what one must see to tell: message, transaction, dialog, call, trace
	Symptom       string // what the log shows
	Cause         string
	Evidence      string // what to look for in messages
	Fix           string
	Cites         []Cite
	Certainty     string // what the evidence is worth: proof, strong hint, hint
	CertaintyNote string // under which condition, or what it does not prove; may be empty
}

var (
	failureScopes      = []string{"message", "transaction", "dialog", "call", "trace"}
	failureCertainties = []string{"proof", "strong hint", "hint"}
	kebabCase          = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

var failureTable = table[*Failure]{
	file:    "failures.tsv",
	columns: "slug title group scope symptom cause evidence fix refs certainty certainty_note",
	read: func(f *fields) *Failure {
		x := &Failure{
			Slug: f.text(), Title: f.text(), Group: f.text(), Scope: f.oneOf(failureScopes...),
			Symptom: f.sentence(), Cause: f.sentence(), Evidence: f.sentence(), Fix: f.sentence(),
			Cites: f.cites(), Certainty: f.oneOf(failureCertainties...),
		}
		if f.cells[f.read] == "" {
			f.optional()
		} else {
			x.CertaintyNote = f.sentence()
		}
		if !kebabCase.MatchString(x.Slug) {
			f.wrong("slug", "is not in kebab-case")
		}
		if !kebabCase.MatchString(x.Group) {
			f.wrong("group", "is not in kebab-case")
		}
		if strings.HasSuffix(x.Title, ".") {
			f.wrong("title", "ends with a full stop")
		}
		return x
	},
	names: func(x *Failure) []string {
		return []string{x.Slug, x.Title, strings.ReplaceAll(x.Slug, "-", " ")}
	},
}

// LookupFailure returns a failure by its slug or title, letter case ignored; nil
// when it is not known.
func LookupFailure(slug string) *Failure { return failureTable.find(slug) }

// Failures returns all failures, the most frequent first by judgement.
func Failures() []*Failure { return failureTable.all() }

// Entry returns the common view.
func (x *Failure) Entry() Entry {
	certainty := x.Certainty
	if note := x.CertaintyNote; strings.HasPrefix(strings.ToLower(note), certainty+" ") {
		certainty = note // it says so itself
	} else if note != "" {
		certainty += ". " + note
	}
	var f facts
	f.add("Cause", x.Cause)
	f.add("Fix", x.Fix)
	f.add("Evidence", x.Evidence)
	f.add("Certainty", certainty)
	f.add("To see it you need", scopeWords[x.Scope])
	f.add("Group", x.Group)
	return Entry{
		Kind: "failure", Key: "failure:" + x.Slug, Name: x.Title, Summary: x.Symptom,
		Facts: f, Cites: x.Cites, Verified: true, aliases: []string{x.Slug},
	}
}

var scopeWords = map[string]string{
	"message":     "one message",
	"transaction": "a request and its responses",
	"dialog":      "a dialog",
	"call":        "all dialogs and tries of a call",
	"trace":       "the whole log, or several captures",
}
