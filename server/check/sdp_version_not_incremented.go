package check

import (
	"bytes"
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var sdpVersion = &Rule{
	Name:     "sdp-version-not-incremented",
	Scope:    Dialog,
	Severity: Warning,
	Methods:  []call.Method{call.INVITE},
	Cites:    []knowledge.Cite{{Standard: "RFC 3264", Section: "8"}, {Standard: "RFC 8866", Section: "5.2"}},
	Doc: Doc{
		Title: "Session description that changes while its version does not rise",
		Text: `Within a dialog the version in o= must rise with each change, and who sees the same version may take the description for the same. The rule compares what each
side says in successive offers and answers: streams, ports, transports, formats, addresses and directions. A changed description with the same o= line, or with a lower version of
the same session, is a warning in an offer and an information in an answer. One finding for each side of a dialog.

Provisional responses that are not reliable, refused offers and descriptions that the log does not show whole are not compared, and neither is what another hop of a proxy says.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		held := scenario.Call(scenario.Alice, pbx, scenario.Hold())
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Hold())
		invite := scenario.Request("INVITE")
		same := held.With(invite.Nth(2), originVersion(1), fitLength)
		return []Scene{
			{Name: "hold with the version of the call", Trace: same, Want: []Sighting{{Severity: Warning, At: invite.Nth(2), Related: []scenario.Select{invite}}}},
			{
				Name: "the answer changes and its version does not", Trace: held.With(scenario.StatusTo("INVITE", 200).Nth(2), originVersion(1), fitLength),
				Want: []Sighting{{Severity: Information, At: scenario.StatusTo("INVITE", 200).Nth(2), Related: []scenario.Select{scenario.StatusTo("INVITE", 200)}}},
			},
			{
				Name: "resumed with the version before", Trace: held.With(invite.Nth(3), originVersion(1), fitLength),
				Want: []Sighting{{Severity: Warning, At: invite.Nth(3), Related: []scenario.Select{invite.Nth(2)}}},
			},
			{
				Name: "on both hops of a proxy", Trace: proxied.With(invite.Nth(3), originVersion(1), fitLength).With(invite.Nth(4), originVersion(1), fitLength),
				Want: []Sighting{{Severity: Warning, At: invite.Nth(3), Related: []scenario.Select{invite}}},
			},
			{
				Name: "the request came twice", Trace: same.Repeat(invite.Nth(2), 500_000_000),
				Want: []Sighting{{Severity: Warning, At: invite.Nth(2), Related: []scenario.Select{invite}}},
			},
			{Name: "the version rises", Trace: held},
			{Name: "the version rises, through a proxy", Trace: proxied},
			{Name: "refreshed without a change", Trace: scenario.Call(scenario.Alice, pbx, scenario.SessionTimer(90, "uac"), scenario.RefreshedByInvite(), scenario.Talking(100_000_000_000))},
			{Name: "the log begins with the hold", Trace: same.Without(invite.Nth(1)), Ill: true},
			{Name: "the first description is cut off", Trace: same.With(invite.Nth(1), scenario.CutBody()), Ill: true},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		list := s.negotiations()
		if len(list) < 2 {
			return
		}
		var seen map[heldBy]bool
		last := map[heldBy]int32{}
		hops := s.hasHops()
		look := func(i int32, dialog int32, offer bool) {
			if i == call.None {
				return
			}
			m := &s.Messages[i]
			who := heldBy{dialog, linkOf(m), s.sender(i)}
			d := s.description(i)
			if d == nil || hops && who.link == 0 {
				delete(last, who)
				return
			}
			before, ok := last[who]
			last[who] = i
			if !ok || before == i {
				return
			}
			f, ok := s.versionStays(before, i)
			side := heldBy{dialog: dialog, side: who.side}
			if !ok || seen[side] {
				return
			}
			if seen == nil {
				seen = map[heldBy]bool{}
			}
			seen[side] = true
			f.Severity = Information
			if offer {
				f.Severity = Warning
			}
			report(f)
		}
		for k := range list {
			n := &list[k]
			if n.dialog == call.None || n.refused != call.None || n.answer == call.None {
				continue
			}
			look(n.offer, n.dialog, true)
			look(n.answer, n.dialog, false)
		}
	},
}

// versionStays compares two successive descriptions of one side; ok says that the second one differs and its version is not higher.
func (s *CallSubject) versionStays(before, i int32) (f Finding, ok bool) {
	old, d := s.description(before), s.description(i)
	a, b := old.Line(0, old.SessionEnd(), 'o'), d.Line(0, d.SessionEnd(), 'o')
	if a == nil || b == nil {
		return f, false
	}
	one, err1 := old.Origin(a)
	two, err2 := d.Origin(b)
	if err1 != nil || err2 != nil || !bytes.Equal(old.Bytes(one.ID), d.Bytes(two.ID)) || !bytes.Equal(old.Bytes(one.Username), d.Bytes(two.Username)) ||
		!bytes.Equal(old.Bytes(one.Address), d.Bytes(two.Address)) {
		return f, false
	}
	order := compareNumbers(old.Bytes(one.Version), d.Bytes(two.Version))
	if order < 0 {
		return f, false
	}
	change := difference(old, d, true)
	if change == "" {
		return f, false
	}
	f = Finding{
		At:          s.Place(i, b.Text()),
		Related:     []Related{s.Related(before, "the description of this side before it")},
		Title:       "session description changed, its version did not rise",
		Evidence:    fmt.Sprintf("Since this side's description before it %s, and the version in o= is still %s.", change, clip(d.Bytes(two.Version))),
		Consequence: "The other side may take the description for the old one and ignore the change: hold, resume, codec or port.",
		Next:        "Make the sender raise the version in o= by one with each change.",
	}
	if order > 0 {
		f.Title = "session description with a lower version than before"
		f.Evidence = fmt.Sprintf("Since this side's description before it %s, and the version in o= went from %s back to %s.", change, clip(old.Bytes(one.Version)), clip(d.Bytes(two.Version)))
	}
	return f, true
}

// compareNumbers compares two numbers written with digits only.
func compareNumbers(a, b []byte) int {
	a, b = bytes.TrimLeft(a, "0"), bytes.TrimLeft(b, "0")
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return bytes.Compare(a, b)
}

// difference says what differs between two descriptions of one side, "" where their streams are the same; the lists of
// formats count only on demand.
func difference(old, d *description, formats bool) string {
	if len(old.Media) != len(d.Media) {
		return fmt.Sprintf("the number of streams went from %d to %d", len(old.Media), len(d.Media))
	}
	for i := range d.Media {
		a, ok1 := old.stream(i)
		b, ok2 := d.stream(i)
		if !ok1 || !ok2 {
			return ""
		}
		if !a.used() && !b.used() {
			continue
		}
		media := clip(d.Bytes(b.m.Media))
		if x, y := a.direction(), b.direction(); x != y && a.used() && b.used() {
			return fmt.Sprintf("%s went from %s to %s", media, x, y)
		}
		if x, y := a.m, b.m; !bytes.Equal(old.Bytes(x.Media), d.Bytes(y.Media)) || x.PortNumber != y.PortNumber ||
			!bytes.Equal(old.Bytes(x.Proto), d.Bytes(y.Proto)) || formats && !bytes.Equal(old.Bytes(x.Formats), d.Bytes(y.Formats)) {
			return fmt.Sprintf("%q became %q", clip(old.Bytes(a.text())), clip(d.Bytes(b.text())))
		}
		x, l1 := a.address()
		y, l2 := b.address()
		if l1 != nil && l2 != nil && !bytes.Equal(old.Bytes(x), d.Bytes(y)) {
			return fmt.Sprintf("the address of %s went from %s to %s", media, clip(old.Bytes(x)), clip(d.Bytes(y)))
		}
	}
	return ""
}

// originVersion gives a scene's description another version.
func originVersion(n int) scenario.Fault {
	return func(m *scenario.Message) {
		at := strings.Index(m.Body, "\r\no=") + len("\r\no=")
		line, rest, _ := strings.Cut(m.Body[at:], "\r\n")
		words := strings.Fields(line)
		words[2] = fmt.Sprint(n)
		m.Body = m.Body[:at] + strings.Join(words, " ") + "\r\n" + rest
	}
}
