package check

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"sipls/knowledge"
	"sipls/server/sip"
)

var valueUnlisted = &Rule{
	Name:     "value-unlisted",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Information,
	Fields:   listedFieldIDs,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "Value that no standard lists",
		Text: `Some header fields and parameters hold one of a few words: Priority, Content-Disposition, the state and reason of Subscription-State, reason and privacy of
Diversion, codes of Geolocation-Error, location of Reason, security mechanisms, directives of Request-Disposition, namespaces of Resource-Priority. Most of them may be extended, so another word is a hint, in texts that somebody
writes only. An unknown subscription state is information, in logs as well: nothing says what a subscriber makes of it.`,
	},
	Cases: func() []Case {
		invite := func(lines string) string { return requestOf("INVITE", lines) }
		diversion := func(reason string) string {
			return invite("Diversion: <sip:c@example.com>;reason=" + reason + "\n")
		}
		notify := requestOf("NOTIFY", "Subscription-State: dormant;expires=60\n")
		return []Case{
			{Name: "a priority", Text: invite("Priority: high\n"), Want: []string{"hint: high"}},
			{Name: "a reason of Diversion that is misspelt", Text: diversion("noanswer"), Want: []string{"hint: noanswer"}, Fixed: diversion("no-answer")},
			{Name: "a state", Text: notify, Want: []string{"information: dormant"}},
			{Name: "a state in a log", Log: true, Text: "<--- Received SIP request (300 bytes) from UDP:192.0.2.1:5060 --->\n" + notify, Want: []string{"information: dormant"}},
			{Name: "a directive and a namespace", Text: invite("Request-Disposition: no-fork, hurry\nResource-Priority: abc.1\n"), Want: []string{"hint: hurry", "hint: abc"}},
			{Name: "values that are listed, in any letter case", Text: invite("Priority: Emergency\nContent-Disposition: session\nResource-Priority: ets.0\nDiversion: <sip:c@example.com>;reason=\"user-busy\";privacy=off\n")},
			{Name: "a priority in a log", Log: true, Text: "<--- Received SIP request (300 bytes) from UDP:192.0.2.1:5060 --->\n" + invite("Priority: high\n")},
			{Name: "cut off in it", Log: true, Text: inCutLog(requestOf("NOTIFY", "Contact: <sip:a@192.0.2.1>\nEvent: presence\nSubscription-State: act\n"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		for i := range listedFields {
			f := &listedFields[i]
			if !s.Editable && f.severity == Hint || !s.facts.has(f.id) {
				continue
			}
			for h, v := range s.Message.Values(f.id) {
				if at := f.place(s.Message, v); at.Len > 0 {
					f.judge(s.Message, h, at, report)
				}
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

// listedField is a header field, or a parameter of it, whose values standards list.
type listedField struct {
	id        sip.HeaderID
	parameter string // "" for the value itself
	severity  Severity
	cite      string
	values    func() nameSet
}

var listedFields = []listedField{
	listed(sip.HeaderSubscriptionState, "", Information, "RFC6665 4.1.3"),
	listed(sip.HeaderSubscriptionState, "reason", Hint, "RFC6665 4.1.3"),
	listed(sip.HeaderPriority, "", Hint, "RFC3261 20.26"),
	listed(sip.HeaderContentDisposition, "", Hint, "RFC3261 20.11"),
	listed(sip.HeaderContentDisposition, "handling", Hint, "RFC3261 20.11"),
	listed(sip.HeaderDiversion, "reason", Hint, "RFC5806 4"),
	listed(sip.HeaderDiversion, "privacy", Hint, "RFC5806 4"),
	listed(sip.HeaderDiversion, "screen", Hint, "RFC5806 4"),
	listed(sip.HeaderGeolocationError, "", Hint, "RFC6442 4.4"),
	listed(sip.HeaderReason, "location", Hint, "RFC8606 4"),
	listed(sip.HeaderRequestDisposition, "", Hint, "RFC3841 9.1"),
	listed(sip.HeaderResourcePriority, "namespace", Hint, "RFC4412 12.5"),
	listed(sip.HeaderSecurityClient, "", Hint, "RFC3329 2.2"),
	listed(sip.HeaderSecurityServer, "", Hint, "RFC3329 2.2"),
	listed(sip.HeaderSecurityVerify, "", Hint, "RFC3329 2.2"),
}

var listedFieldIDs = func() (ids []sip.HeaderID) {
	for _, f := range listedFields {
		ids = append(ids, f.id)
	}
	return slices.Compact(ids)
}()

func listed(id sip.HeaderID, parameter string, severity Severity, cite string) listedField {
	return listedField{id, parameter, severity, cite, sync.OnceValue(func() nameSet {
		field := id.String()
		if strings.HasPrefix(field, "Security-") {
			field = sip.HeaderSecurityClient.String() // one list for all three
		}
		var rows []*knowledge.Value
		for _, v := range knowledge.Values() {
			if v.Header == field && v.Parameter == parameter {
				rows = append(rows, v)
			}
		}
		if id == sip.HeaderSubscriptionState && parameter == "" {
			rows = append(rows, &knowledge.Value{Value: "waiting"}) // RFC 3857 section 4.7.1
		}
		return newNameSet(rows, func(v *knowledge.Value) string { return v.Value })
	})}
}

// place returns what is to be looked up in one value, empty where there is nothing.
func (f *listedField) place(m *sip.Message, v sip.Span) sip.Span {
	switch {
	case f.parameter == "":
		return m.ReadWorded(v).Word
	case f.id == sip.HeaderResourcePriority: // the namespace stands before the full stop
		b := m.Bytes(v)
		for i, c := range b {
			if c == '.' {
				return sip.Span{Off: v.Off, Len: int32(i)}
			}
		}
		return sip.Span{}
	}
	p, _ := m.FindParam(m.ReadAddress(v).Params, ';', f.parameter)
	if b := m.Bytes(p.Value); len(b) > 1 && b[0] == '"' {
		return sip.Span{Off: p.Value.Off + 1, Len: p.Value.Len - 2}
	}
	return p.Value
}

func (f *listedField) judge(m *sip.Message, h *sip.Header, place sip.Span, report func(Finding)) {
	b := m.Bytes(place)
	if !sip.IsToken(b) || f.values().find(b) != "" {
		return
	}
	what := h.ID.String()
	if f.parameter != "" {
		what = f.parameter + " of " + what
	}
	out := Finding{
		Severity:    f.severity,
		At:          at(place),
		Title:       fmt.Sprintf("%s %s is not listed", what, clip(b)),
		Evidence:    fmt.Sprintf("%s is none of the words that standards list for %s.", clip(b), what),
		Consequence: "Receivers that do not know it act as if it were not there.",
		Next:        "Check the spelling.",
		Cites:       []knowledge.Cite{knowledge.ParseCite(f.cite)},
		detail:      f.values().similar(b),
	}
	if f.severity == Information {
		out.Consequence = "Nothing says what a subscriber makes of a state that it does not know; many end the subscription."
	}
	report(out)
}
