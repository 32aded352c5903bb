package check

import (
	"strings"

	"sipls/server/scenario"
)

// Scene shows what a rule over calls does with traffic.
type Scene struct {
	Name  string
	Trace scenario.Trace
	// Formats are the producers in whose logs it is shown; nil for sngrep and Asterisk's full log.
	Formats []scenario.Format
	Chatter bool       // the producer's own lines stand between the messages
	Want    []Sighting // nil: the rule must stay silent
	// Ill says that other rules may find something at warning or above; a scene where the rule
	// stays silent is a healthy call unless it says so.
	Ill bool
}

// Sighting is a finding that a scene wants.
type Sighting struct {
	Severity Severity
	At       scenario.Select   // the message it stands on: the first one picked
	Related  []scenario.Select // the messages it names besides, in that order
}

// SceneFormats returns the formats in which a scene is shown.
func (s *Scene) SceneFormats() []scenario.Format {
	if s.Formats != nil {
		return s.Formats
	}
	return []scenario.Format{scenario.Sngrep, scenario.AsteriskFull}
}

// Render writes the scene as a log.
func (s *Scene) Render(f scenario.Format) string {
	if s.Chatter {
		return string(s.Trace.Render(f, scenario.WithChatter()))
	}
	return string(s.Trace.Render(f))
}

// casesOf makes cases of scenes, for the page that explains the rule.
func casesOf(scenes func() []Scene) func() []Case {
	return func() []Case {
		var out []Case
		for _, s := range scenes() {
			c := Case{Name: s.Name, Text: s.Render(s.SceneFormats()[0]), Log: true}
			for _, w := range s.Want {
				c.Want = append(c.Want, w.Severity.String()+": "+strings.TrimSpace(s.Trace.Messages[s.Trace.Index(w.At)].Start))
			}
			out = append(out, c)
		}
		return out
	}
}
