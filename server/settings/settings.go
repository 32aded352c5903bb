// Package settings holds what a user may set, whatever sets it: an editor, a
// command line or a file.
package settings

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Section is the name under which editors keep the settings.
const Section = "sipls"

// Settings are the settings in force.
type Settings struct {
	Ignore         []string // names of rules whose findings are not shown, sorted
	MaxDiagnostics int      // most findings shown per document; 0 shows none
	As             string   // how texts are read: "" by what they look like, "log" or "bare"
}

// Default returns the settings of a user who sets nothing.
func Default() Settings { return Settings{MaxDiagnostics: 1000} }

// Ignores reports whether findings of the rule are not shown.
func (s *Settings) Ignores(rule string) bool {
	_, found := slices.BinarySearch(s.Ignore, rule)
	return found
}

// Equal reports whether both show the same findings.
func (s *Settings) Equal(o *Settings) bool {
	return s.MaxDiagnostics == o.MaxDiagnostics && s.As == o.As && slices.Equal(s.Ignore, o.Ignore)
}

// Apply puts what a JSON object sets in the place of what was set before. The
// object may be wrapped in one whose only interesting member is the section. A
// member that is unknown belongs to somebody else, the editor's own part for
// one, and is passed over.
//
// known tells whether a rule of that name exists. Each problem is one sentence
// for the user; what it is about keeps its old value.
func (s *Settings) Apply(raw []byte, known func(rule string) bool) (problems []string) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil {
		return []string{"The settings of sipls have to be a JSON object."}
	}
	if inner, ok := object[Section]; ok {
		object = nil
		if err := json.Unmarshal(inner, &object); err != nil {
			return []string{"The settings of sipls have to be a JSON object."}
		}
	}
	if v, ok := present(object, "ignore"); ok {
		problems = append(problems, s.setIgnore(v, known)...)
	}
	if v, ok := present(object, "maxDiagnostics"); ok {
		var n int
		if err := json.Unmarshal(v, &n); err != nil || n < 0 {
			problems = append(problems, "sipls.maxDiagnostics has to be a whole number, 0 or greater.")
		} else {
			s.MaxDiagnostics = n
		}
	}
	if v, ok := present(object, "as"); ok {
		var as string
		if err := json.Unmarshal(v, &as); err != nil || !slices.Contains([]string{"", "log", "bare"}, as) {
			problems = append(problems, `sipls.as has to be "", "log" or "bare".`)
		} else {
			s.As = as
		}
	}
	return problems
}

// present returns a member that is there and not null: some editors send null
// for what is not set.
func present(object map[string]json.RawMessage, name string) (json.RawMessage, bool) {
	v, ok := object[name]
	return v, ok && string(v) != "null"
}

func (s *Settings) setIgnore(raw json.RawMessage, known func(string) bool) (problems []string) {
	var names []string
	if err := json.Unmarshal(raw, &names); err != nil {
		return []string{"sipls.ignore has to be a list of rule names."}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	var unknown []string
	for _, n := range names {
		if !known(n) {
			unknown = append(unknown, fmt.Sprintf("%q", n))
		}
	}
	s.Ignore = names
	if len(unknown) == 0 {
		return nil
	}
	const most = 5 // a message box is no place for more
	list := strings.Join(unknown[:min(len(unknown), most)], ", ")
	if len(unknown) > most {
		list += fmt.Sprintf(" and %d more", len(unknown)-most)
	}
	return []string{fmt.Sprintf("sipls.ignore names rules that do not exist: %s. The name of a rule stands behind each of its findings.", list)}
}
