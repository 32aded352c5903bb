package check

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var noRingback = &Rule{
	Name:     "early-media-no-ringback",
	Scope:    Dialog,
	Severity: Information,
	Methods:  []call.Method{call.INVITE},
	Statuses: []knowledge.Range{{Lo: 180, Hi: 183}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3960", Section: "3.2"}, {Standard: "RFC 5009", Section: "8"}, {Standard: "RFC 3261", Section: "21.1.5"}},
	Doc: Doc{
		Title: "The caller may hear nothing while the callee is alerted",
		Text: `Most devices play a ringing tone of their own after a 180 and play what comes from the other side after a provisional response with a session description. Three sequences leave
the caller in silence easily: nothing but provisional responses without a session description and without a 180 for three seconds or more; early media that P-Early-Media
calls inactive, and no 180; a 183 with a session description and then, in the same dialog, a 180 without one. In a log with several hops, what the caller got counts.

All of that is legal, and the log does not show the media itself, so it is never more than an information. Preconditions (RFC 3312) are left alone.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		early := scenario.Call(scenario.Alice, pbx, scenario.EarlyMedia())
		invite, progress := scenario.Request("INVITE"), scenario.Status(183)
		bare := early.With(progress, scenario.SetBody("", ""))
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.EarlyMedia())
		ringsToo := func(t scenario.Trace) scenario.Trace {
			m := t.Messages[t.Index(progress)]
			m.Headers = append([]scenario.Header(nil), m.Headers...)
			m.At += time.Second
			m.Start = "SIP/2.0 180 Ringing"
			scenario.SetBody("", "")(&m)
			return scenario.Merge(t, scenario.Of(t.Observer, m))
		}
		return []Scene{
			{
				Name: "183 without a session description, and no 180", Trace: bare,
				Want: []Sighting{{Severity: Information, At: progress, Related: []scenario.Select{invite, scenario.StatusTo("INVITE", 200)}}},
			},
			{
				Name: "early media that is inactive", Trace: early.With(progress, scenario.AddHeader("P-Early-Media", "inactive")),
				Want: []Sighting{{Severity: Information, At: progress, Related: []scenario.Select{invite}}},
			},
			{
				Name: "180 after 183 with a session description", Trace: ringsToo(early),
				Want: []Sighting{{Severity: Information, At: scenario.Status(180), Related: []scenario.Select{progress}}},
			},
			{
				Name: "on both hops of a proxy", Trace: proxied.With(progress, scenario.SetBody("", "")),
				Want: []Sighting{{Severity: Information, At: progress.Nth(2), Related: []scenario.Select{invite, scenario.StatusTo("INVITE", 200).Nth(2)}}},
			},
			{Name: "early media", Trace: early},
			{Name: "ringing", Trace: scenario.Call(scenario.Alice, pbx)},
			{Name: "ringing, and a 183 without a session description besides", Trace: ringsToo(bare)},
			{Name: "early media through a proxy", Trace: proxied},
			{Name: "answered at once", Trace: scenario.Call(scenario.Alice, pbx, scenario.EarlyMedia(), scenario.Ringing(time.Second)).With(progress, scenario.SetBody("", ""))},
			{Name: "the log ends early", Trace: bare.Only(scenario.Where("the first three", func(m *scenario.Message) bool { return m.Method() == "INVITE" && m.Status() < 200 })), Ill: true},
			{Name: "the log has no times", Trace: bare, Formats: []scenario.Format{scenario.AsteriskPJSIP}},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		for x := range s.Exchanges {
			e := &s.Exchanges[x]
			if e.Method != call.INVITE || !e.Initial {
				continue
			}
			t := &s.Transactions[e.Upstream]
			if t.Ringing == call.None || t.Request == call.None || s.media(t.Request).is != readable {
				continue
			}
			s.silentAlert(t, report)
		}
	},
}

func (s *CallSubject) silentAlert(t *call.Transaction, report func(Finding)) {
	bare, described, inactive, after := call.None, call.None, call.None, call.None
	rings := false
	for _, i := range t.Messages {
		m := &s.Messages[i]
		if m.Request || m.First != call.None || m.Status <= 100 || m.Status >= 200 {
			continue
		}
		d := s.media(i)
		if d.is == unreadable {
			return
		}
		silent, said := earlyMedia(m.Msg)
		switch {
		case m.Status == 180:
			rings = true
			if d.is == undescribed && !said && described != call.None && s.Messages[described].Dialog == m.Dialog && after == call.None {
				after = i
			}
			fallthrough
		case said && !silent:
			inactive = call.None
		case silent:
			inactive = i
		}
		switch {
		case d.is == readable && described == call.None:
			if d.hasPreconditions() {
				return
			}
			described = i
		case d.is == undescribed && bare == call.None:
			bare = i
		}
	}
	f := Finding{
		Severity: Information, Certainty: StrongHint,
		Related:     []Related{s.Related(t.Request, "the INVITE")},
		Consequence: "The caller most likely hears silence while the callee is alerted.",
		Next:        "If callers complain, let the callee's side send 180 without a session description, or 183 with one and real media.",
	}
	switch {
	case after != call.None:
		f.Certainty = WeakHint
		f.At = s.At(after)
		f.Related[0] = s.Related(described, "the early media")
		f.Title = "180 without a session description after early media"
		f.Evidence = fmt.Sprintf("The %s came with a session description, then the same side sent 180 without one.", s.Name(described))
		f.Consequence = "Some devices go on playing the early media, others ring themselves: if no media comes, the caller may hear silence."
	case rings:
		return
	case inactive != call.None && described != call.None:
		f.At = s.Field(inactive, sip.HeaderPEarlyMedia)
		f.Title = "early media that is not authorised, and no 180"
		f.Evidence = fmt.Sprintf("P-Early-Media of the %s is inactive, and no 180 tells the caller's side to ring.", s.Name(inactive))
		f.Cites = []knowledge.Cite{{Standard: "RFC 5009", Section: "8"}, {Standard: "RFC 3960", Section: "3.2"}}
	case described == call.None && bare != call.None:
		end := t.Final
		waited, ok := time.Duration(0), false
		if end != call.None {
			waited, ok = s.Since(bare, end)
			f.Related = append(f.Related, s.Related(end, "the end of the wait"))
		} else {
			waited, ok = s.Until(bare)
		}
		if !ok || waited < 3*time.Second {
			return
		}
		f.At = s.At(bare)
		f.Title = fmt.Sprintf("%s without a session description, and no 180", s.Name(bare))
		f.Evidence = fmt.Sprintf("In the %s from this response on the caller's side got neither a 180, after which it would ring, nor a session description for early media.", Spell(waited))
		s.Missing(&f)
	default:
		return
	}
	report(f)
}

// earlyMedia tells what P-Early-Media of a response says: that no early media may be played, or some.
func earlyMedia(m *sip.Message) (silent, said bool) {
	h := m.Header(sip.HeaderPEarlyMedia)
	if h == nil {
		return false, false
	}
	v := strings.ToLower(string(m.Bytes(h.Value)))
	said = strings.Contains(v, "sendrecv") || strings.Contains(v, "sendonly")
	return !said && strings.Contains(v, "inactive"), said
}

// hasPreconditions reports whether the description is part of reserving resources (RFC 3312 section 4): it says nothing of early media.
func (d *description) hasPreconditions() bool {
	for i := range d.Lines {
		if l := &d.Lines[i]; l.Type == 'a' && (bytes.HasPrefix(d.Bytes(l.Value), []byte("curr:")) || bytes.HasPrefix(d.Bytes(l.Value), []byte("des:"))) {
			return true
		}
	}
	return false
}
