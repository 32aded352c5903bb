package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

// secondsField is a header field that is a number of seconds, maybe with parameters.
type secondsField struct {
	id     sip.HeaderID
	name   string // of the rule
	cite   knowledge.Cite
	params bool
	effect string // what comes of a wrong value
}

var secondsFields = []secondsField{
	{sip.HeaderExpires, "expires-value", knowledge.Cite{Standard: "RFC 3261", Section: "20.19"}, false, "A registrar takes it for 3600 seconds, others for nothing: the binding or subscription lives longer or shorter than the sender believes."},
	{sip.HeaderMinExpires, "min-expires-value", knowledge.Cite{Standard: "RFC 3261", Section: "20.23"}, false, "The client does not learn how long its binding has to be at least and tries the same value again."},
	{sip.HeaderSessionExpires, "session-expires-value", knowledge.Cite{Standard: "RFC 4028", Section: "4"}, true, "The peer refuses the request with 400 or lets the session run without a timer."},
	{sip.HeaderMinSE, "min-se-value", knowledge.Cite{Standard: "RFC 4028", Section: "5"}, true, "The peer refuses the request with 400 or chooses an interval that this side does not accept."},
}

// secondsRules makes a rule for each of the fields.
func secondsRules() []*Rule {
	out := make([]*Rule, len(secondsFields))
	for i, f := range secondsFields {
		field := f.id.String()
		with := func(v string) string { return requestOf("INVITE", field+": "+v+"\n") }
		out[i] = &Rule{
			Name:     f.name,
			Scope:    Message,
			Needs:    NeedFull | NeedHead | NeedValues,
			Severity: Warning,
			Fields:   []sip.HeaderID{f.id},
			Cites:    []knowledge.Cite{f.cite, {Standard: "RFC 3261", Section: "25.1"}},
			Doc: Doc{
				Title: field + " that is no number of seconds",
				Text:  field + " is a number of seconds, less than 2**32. Empty fields have a rule of their own.",
			},
			Cases: func() []Case {
				cases := []Case{
					{Name: "a word", Text: with("never"), Want: []string{"warning: never"}},
					{Name: "a negative number", Text: with("-90"), Want: []string{"warning: -90"}},
					{Name: "2**32", Text: with("4294967296"), Want: []string{"warning: 4294967296"}},
					{Name: "as much as there can be", Text: with("4294967295")},
					{Name: "cut off", Log: true, Text: inCutLog(requestOf("INVITE", field+": never\nSubject: x\n"))},
				}
				if f.id == sip.HeaderExpires {
					cases = append(cases, Case{Name: "a date of RFC 2543", Text: with("Thu, 01 Dec 1994 16:00:00 GMT"), Want: []string{"warning: Thu, 01 Dec 1994 16:00:00 GMT"}})
				}
				if f.params {
					cases = append(cases, Case{Name: "a parameter", Text: with("1800;refresher=uac")}, Case{Name: "an empty parameter", Text: with("1800;"), Want: []string{"warning: ;"}, Fixed: with("1800")})
				}
				return cases
			},
			Check: f.check,
			Fix:   fixSeconds,
		}
	}
	return out
}

func (f *secondsField) check(s *Subject, report func(Finding)) {
	m := s.Message
	h := m.Header(f.id)
	if h.Value.Len == 0 {
		return
	}
	var err *sip.SyntaxError
	if f.params {
		_, err = m.SessionInterval(h.Value)
	} else {
		_, err = m.DeltaSeconds(h.Value)
	}
	if err == nil {
		return
	}
	place := err.At
	if !f.params {
		place = h.Value
	}
	x := Finding{
		Severity:    Warning,
		At:          at(place),
		Title:       fmt.Sprintf("%s is %s", f.id, clip(m.Bytes(h.Value))),
		Evidence:    expected(m, err),
		Consequence: f.effect,
		Next:        "Write a number of seconds.",
	}
	if when, ok := m.ForeignDate(h.Value); ok && f.id == sip.HeaderExpires {
		x.Evidence = fmt.Sprintf("Expires holds a date, %s, as RFC 2543 allowed it.", when.Format(sip.DateLayout))
	}
	report(x)
}

// fixSeconds removes a semicolon to spare behind the seconds.
func fixSeconds(s *Subject, f *Finding) []Fix {
	if string(s.Message.Bytes(f.At.At)) != ";" {
		return nil
	}
	return []Fix{{Title: "Remove the semicolon", Preferred: true, Edits: []Edit{{At: f.At.At}}}}
}
