package check

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var replacesUnknownDialog = &Rule{
	Name:     "replaces-unknown-dialog",
	Scope:    Trace,
	Severity: Warning,
	Failures: []string{"refer-transfer-fails"},
	Cites:    []knowledge.Cite{{Standard: "RFC 3891", Section: "3"}, {Standard: "RFC 3515", Section: "2.1"}},
	Doc: Doc{
		Title: "Replaces with tags that the call does not have",
		Text: `Replaces, in an INVITE or in the Refer-To of a REFER, names a dialog by Call-ID and both tags. The rule fires when the log holds that call from its beginning, with its 2xx, and none of its dialogs has these
two tags. It does not mind which of them is called to-tag, since that depends on the side, and stays silent where the log holds the call in part or on one side only.`,
	},
	Scenes: func() []Scene {
		server := scenario.PBX(scenario.Asterisk)
		bob := scenario.Call(scenario.Alice, server, scenario.Seed(5), scenario.Talking(2*time.Minute))
		callID := bob.Messages[0].Get("Call-ID")
		tag := func(field string) string {
			_, t, _ := strings.Cut(bob.Messages[bob.Index(scenario.StatusTo("INVITE", 200))].Get(field), ";tag=")
			return t
		}
		refer := scenario.Request("REFER")
		transfer := scenario.Transfer(scenario.Alice, server, scenario.Bob, scenario.Start(20*time.Second))
		with := func(id, to, from string) scenario.Trace {
			return scenario.Merge(bob, transfer.With(refer, scenario.SetHeader("Refer-To", "<sip:1002@example.com?Replaces="+url.QueryEscape(id+";to-tag="+to+";from-tag="+from)+">")))
		}
		want := []Sighting{{Severity: Warning, At: refer, Related: []scenario.Select{scenario.StatusTo("INVITE", 200)}}}
		return []Scene{
			{Name: "a tag is that of nobody", Trace: with(callID, tag("To"), "1"), Want: want},
			{Name: "the right tags", Trace: with(callID, tag("To"), tag("From"))},
			{Name: "seen from the other side", Trace: with(callID, tag("From"), tag("To"))},
			{Name: "a call that the log does not hold", Trace: with("1@192.0.2.99", "1", "2")},
			{Name: "without Replaces", Trace: scenario.Merge(bob, transfer)},
			{Name: "the call began before the log", Trace: with(callID, tag("To"), "1").Without(scenario.Where("the setup", func(m *scenario.Message) bool { return m.Get("Call-ID") == callID && m.At < 20*time.Second }))},
		}
	},
	CheckTrace: func(t *TraceSubject, report func(Finding)) {
		var calls map[uint64]int
		for c, s := range t.Calls {
			if !s.HasMethod(call.REFER) && !s.HasMethod(call.INVITE) {
				continue
			}
			for i := range s.Messages {
				m := &s.Messages[i]
				if !m.Request || m.Again() || !m.Whole || m.Method != call.REFER && m.Method != call.INVITE {
					continue
				}
				id, tags, at := replacedBy(m)
				if id == 0 {
					continue
				}
				if calls == nil {
					calls = make(map[uint64]int, len(t.Calls))
					for k, o := range t.Calls {
						if len(o.Messages) > 0 && o.Messages[0].Call != 0 {
							calls[o.Messages[0].Call] = k
						}
					}
				}
				if other, ok := calls[id]; ok {
					replacesNothing(t, c, int32(i), at, other, tags, report)
				}
			}
		}
	},
}

// replacedBy returns the Call-ID and the tags that a Replaces names, and where it stands; the Call-ID is 0 where there is none.
func replacedBy(m *call.Message) (id uint64, tags [2]uint64, at sip.Span) {
	var value []byte
	if m.Method == call.INVITE {
		h := m.Msg.Header(sip.HeaderReplaces)
		if h == nil {
			return 0, tags, at
		}
		value, at = m.Msg.Bytes(h.Value), h.Value
	} else {
		a, ok := m.Msg.Address(sip.HeaderReferTo)
		if !ok {
			return 0, tags, at
		}
		u, err := m.Msg.URI(a.URI)
		if err != nil || u.Headers.Len == 0 {
			return 0, tags, at
		}
		p, ok := m.Msg.FindParam(u.Headers, '&', "Replaces")
		if !ok {
			return 0, tags, at
		}
		text, wrong := url.PathUnescape(string(m.Msg.Bytes(p.Value)))
		if wrong != nil {
			return 0, tags, at
		}
		value, at = []byte(text), p.Value
	}
	name, rest, _ := bytes.Cut(value, []byte(";"))
	for _, p := range bytes.Split(rest, []byte(";")) {
		key, v, _ := bytes.Cut(bytes.TrimSpace(p), []byte("="))
		switch v = bytes.TrimSpace(v); {
		case sip.EqualFold(key, "to-tag"):
			tags[0] = call.IDKey(v)
		case sip.EqualFold(key, "from-tag"):
			tags[1] = call.IDKey(v)
		}
		if string(v) == "0" {
			return 0, tags, at // stands for no tag at all (RFC 3891 section 3)
		}
	}
	if tags[0] == 0 || tags[1] == 0 {
		return 0, tags, at
	}
	return call.IDKey(bytes.TrimSpace(name)), tags, at
}

// replacesNothing reports a Replaces that names a call of the trace with other tags than its dialogs have.
func replacesNothing(t *TraceSubject, c int, i int32, at sip.Span, other int, tags [2]uint64, report func(Finding)) {
	s, o := t.Calls[c], t.Calls[other]
	if o.Partial() {
		return
	}
	ok := call.None
	for d := range o.Dialogs {
		x := &o.Dialogs[d]
		if x.UAC == tags[0] && x.UAS == tags[1] || x.UAC == tags[1] && x.UAS == tags[0] {
			return
		}
		if x.Invite != call.None && x.Confirmed != call.None && ok == call.None {
			ok = x.Confirmed
		}
	}
	if ok == call.None {
		return
	}
	f := Finding{
		Severity:    Warning,
		At:          t.At(c, i),
		Related:     []Related{t.Related(other, ok, "the call with that Call-ID: its tags are others")},
		Title:       fmt.Sprintf("Replaces in %s names a dialog that does not exist", s.Name(i)),
		Evidence:    "The Call-ID is that of a call in this log, but none of its dialogs has these two tags.",
		Consequence: "The target answers 481 (RFC 3891), and the transfer fails.",
		Next:        "Let whoever writes Replaces take Call-ID and tags of the dialog that it has with the target itself: behind a back-to-back user agent each leg has its own.",
	}
	f.At.At = at
	report(f)
}
