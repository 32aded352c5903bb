package check

import (
	"bytes"
	"fmt"
	"sync"

	"sipls/knowledge"
	"sipls/server/sip"
)

var eventPackageUnknown = &Rule{
	Name:     "event-package-unknown",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Warning,
	Fields:   []sip.HeaderID{sip.HeaderEvent, sip.HeaderAllowEvents},
	Cites:    []knowledge.Cite{{Standard: "RFC 6665", Section: "8.2.1"}},
	Doc: Doc{
		Title: "Event package that is not registered, or in another letter case",
		Text: `Event packages are compared byte by byte: ` + "`Presence` is not `presence`" + `, and a notifier that takes the standard at its word answers 489. That is a
warning. A package that nobody has registered, and that is no well-known one of a vendor, is information, in texts that somebody writes only: logs may hold any vendor's own.`,
	},
	Cases: func() []Case {
		subscribe := func(event string) string { return requestOf("SUBSCRIBE", "Event: "+event+"\n") }
		return []Case{
			{Name: "another letter case", Text: subscribe("Presence.winfo;id=1"), Want: []string{"warning: Presence"}, Fixed: subscribe("presence.winfo;id=1")},
			{Name: "a package nobody knows", Text: subscribe("weather"), Want: []string{"information: weather"}},
			{Name: "in Allow-Events", Text: requestOf("OPTIONS", "Allow-Events: presence, Dialog\n"), Want: []string{"warning: Dialog"}, Fixed: requestOf("OPTIONS", "Allow-Events: presence, dialog\n")},
			{Name: "a package with a template, and one with a full stop in its name", Text: requestOf("SUBSCRIBE", "Event: dialog.winfo\nAllow-Events: presence.vnd-microsoft\n")},
			{Name: "a package nobody knows in a log", Log: true, Text: "<--- Received SIP request (300 bytes) from UDP:192.0.2.1:5060 --->\n" + subscribe("weather")},
			{Name: "cut off in it", Log: true, Text: inCutLog(subscribe("Presence"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		if h := m.Header(sip.HeaderEvent); h != nil {
			checkEventType(s, m.ReadWorded(h.Value).Word, report)
		}
		if s.facts.has(sip.HeaderAllowEvents) {
			for _, v := range m.Values(sip.HeaderAllowEvents) {
				checkEventType(s, v, report)
			}
		}
	},
	Fix: func(_ *Subject, f *Finding) []Fix {
		right := f.detail.(string)
		if right == "" {
			return nil
		}
		return []Fix{{Title: "Write " + right, Preferred: true, Edits: []Edit{{At: f.At.At, Text: Literal(right)}}}}
	},
}

// checkEventType judges the package and the templates of an event type, unless it is known as a whole.
func checkEventType(s *Subject, v sip.Span, report func(Finding)) {
	m := s.Message
	b := m.Bytes(v)
	if knownEvents().exact[string(b)] || !sip.IsToken(b) {
		return
	}
	for from := int32(0); from < v.Len; {
		to := v.Len
		if i := bytes.IndexByte(b[from:], '.'); i >= 0 {
			to = from + int32(i)
		}
		part := sip.Span{Off: v.Off + from, Len: to - from}
		from = to + 1
		word := m.Bytes(part)
		if len(word) == 0 || knownEvents().exact[string(word)] {
			continue
		}
		f := Finding{At: at(part), Title: fmt.Sprintf("event package %s", clip(word))}
		right := knownEvents().names.find(word)
		f.detail = right
		switch {
		case right != "":
			f.Severity = Warning
			f.Evidence = fmt.Sprintf("The package is called %s; letter case matters.", right)
			f.Consequence = "A notifier that compares byte by byte, as it has to, answers 489."
			f.Next = fmt.Sprintf("Write %s.", right)
		case s.Editable:
			f.Severity = Information
			f.Evidence = fmt.Sprintf("%s is neither registered nor a well-known name of a vendor.", clip(word))
			f.Consequence = "Notifiers that do not know it answer 489."
			f.Next = "Check the spelling, or that the other side knows this package."
		default:
			continue
		}
		report(f)
	}
}

// knownEvents are the event packages, as they are written and in any letter case.
var knownEvents = sync.OnceValue(func() (k struct {
	exact map[string]bool
	names nameSet
},
) {
	packages := knowledge.EventPackages()
	k.exact = map[string]bool{}
	for _, p := range packages {
		k.exact[p.Name] = true
	}
	k.names = newNameSet(packages, func(p *knowledge.EventPackage) string { return p.Name })
	return k
})
