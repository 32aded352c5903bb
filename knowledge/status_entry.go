package knowledge

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// Entry returns the common view.
func (s *Status) Entry() Entry {
	code := strconv.Itoa(s.Code)
	var f facts
	f.add("Class", s.Class)
	f.add("Answers", s.Methods)
	f.add("Sent by", join(s.GeneratedBy))
	f.add("Also written", join(s.Variants))
	if !s.Registered {
		f.add("Status", strings.TrimSuffix("unregistered; sent by "+s.Emitters, "; sent by "))
	} else if s.Deprecated {
		f.add("Status", "deprecated")
	}
	f.add("Retry", strings.TrimPrefix(s.Retry+": "+s.RetryDetail, ": "))
	if d := LookupDialogEffect(s.Code); d != nil {
		f.add("Inside a dialog", strings.TrimSuffix("it ends the "+string(d.Effect)+". "+d.Note, " "))
	}
	if m := LookupCauseMapping(s.Code); m != nil {
		f.add("SIP to PSTN", m.words())
		f.add("FreeSWITCH cause", m.FreeSWITCH)
		f.add("Asterisk cause", m.Asterisk)
	}
	f.add("PSTN to SIP", join(causesTo(s.Code)))
	return Entry{
		Kind: "status", Key: "status:" + code, Name: code + " " + s.Phrase, Summary: s.Short, Facts: f, Cites: s.Cites(),
		Markdown: markdown(s.Sections), Verified: true, aliases: append([]string{code, s.Phrase}, s.Variants...),
	}
}

// causesTo names the causes for which a gateway sends a response code.
func causesTo(code int) []string {
	var out []string
	for _, c := range Causes() {
		for _, sip := range c.SIP {
			if sip == code && c.Standard {
				out = append(out, fmt.Sprintf("%d %s", c.Value, c.Name))
			}
		}
	}
	return out
}

// statusByPhrase finds codes by their reason phrases and the variants of these.
var statusByPhrase = sync.OnceValue(func() map[string][]*Status {
	out := map[string][]*Status{}
	for _, code := range StatusCodes() {
		s := LookupStatus(code)
		for _, p := range append([]string{s.Phrase}, s.Variants...) {
			p = strings.ToLower(p)
			out[p] = append(out[p], s)
		}
	}
	return out
})

// findStatus understands "486", "Busy Here" and "486 Busy Here".
func findStatus(name string) []Entry {
	code, _, _ := strings.Cut(name, " ")
	if n, err := strconv.Atoi(code); err == nil && len(code) == 3 {
		if s := LookupStatus(n); s != nil {
			return []Entry{s.Entry()}
		}
		return nil
	}
	var out []Entry
	for _, s := range statusByPhrase()[strings.ToLower(name)] {
		out = append(out, s.Entry())
	}
	return out
}

func allStatuses() []Entry {
	var out []Entry
	for _, code := range StatusCodes() {
		out = append(out, LookupStatus(code).Entry())
	}
	return out
}
