// Package settings holds what a user may set, whatever sets it: an editor, a
// command line or a file.
package settings

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Section is the name under which editors keep the settings.
const Section = "sipls"

// Settings are the settings in force. Names of rules may be those of families, or patterns with asterisks.
type Settings struct {
	Select         []string          // rules whose findings are shown; nil for all
	Ignore         []string          // rules whose findings are not shown, whatever Select says
	Severity       map[string]string // rules whose findings are to have another severity, or are "off"
	MaxDiagnostics int               // most findings shown per document; 0 shows none
	As             string            // how texts are read: "" by what they look like, "log" or "bare"
	InlayHints     bool              // times and retransmissions are shown behind start lines
	CodeLens       bool              // over the first message of a call is shown what became of it
}

// Default returns the settings of a user who sets nothing.
func Default() Settings { return Settings{MaxDiagnostics: 1000, InlayHints: true, CodeLens: true} }

// Apply puts what a JSON object sets in the place of what was set before. The
// object may be wrapped in one whose only interesting member is the section. A
// member that is unknown belongs to somebody else, the editor's own part for
// one, and is passed over.
//
// Each problem is one sentence for the user; what it is about keeps its old value. Whether there
// are such rules and severities is for others to tell.
func (s *Settings) Apply(raw []byte) (problems []string) {
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
	for _, member := range []struct {
		name string
		list *[]string
	}{{"select", &s.Select}, {"ignore", &s.Ignore}} {
		v, ok := present(object, member.name)
		if !ok {
			continue
		}
		var names []string
		if err := json.Unmarshal(v, &names); err != nil {
			problems = append(problems, fmt.Sprintf("sipls.%s has to be a list of rule names.", member.name))
			continue
		}
		slices.Sort(names)
		*member.list = slices.Compact(names)
	}
	if v, ok := present(object, "severity"); ok {
		var levels map[string]string
		if err := json.Unmarshal(v, &levels); err != nil {
			problems = append(problems, `sipls.severity has to be an object of rule names and severities: {"NAME": "hint"}.`)
		} else {
			s.Severity = levels
		}
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
	for _, member := range []struct {
		name string
		on   *bool
	}{{"inlayHints", &s.InlayHints}, {"codeLens", &s.CodeLens}} {
		v, ok := present(object, member.name)
		if !ok {
			continue
		}
		var on bool
		if err := json.Unmarshal(v, &on); err != nil {
			problems = append(problems, fmt.Sprintf("sipls.%s has to be true or false.", member.name))
			continue
		}
		*member.on = on
	}
	return problems
}

// present returns a member that is there and not null: some editors send null
// for what is not set.
func present(object map[string]json.RawMessage, name string) (json.RawMessage, bool) {
	v, ok := object[name]
	return v, ok && string(v) != "null"
}
