package check

import (
	"bytes"
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var noCommonCodec = &Rule{
	Name:     "no-common-codec-488",
	Scope:    Dialog,
	Severity: Warning,
	Methods:  []call.Method{call.INVITE},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "13.3.1.3"}, {Standard: "RFC 3261", Section: "21.4.26"}, {Standard: "RFC 3264", Section: "6"}},
	Doc: Doc{
		Title: "Offer refused, most likely for its codecs",
		Text: `An offer is refused with 488 or 606. It is certain that the codecs are the cause where Warning says so (304, 305) or where the response lists the codecs of the
callee and none of them was offered; it is likely where the callee described itself earlier in the call with other codecs; without any of that the codecs are
a guess, which is an information. telephone-event and comfort noise are no codecs. Refusals for which the log shows another cause are left alone: encryption, fax, another Warning, a common codec.

An answer that refuses all streams of an offer (port 0) is reported, too: the call is up, and nobody hears anything.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		refused := scenario.Call(scenario.Alice, pbx, scenario.Rejected(488), scenario.Codecs("opus"))
		plain := refused.With(scenario.Status(488), scenario.RemoveHeader("Warning"))
		listed := plain.With(scenario.Status(488), scenario.SetBody("application/sdp", capabilities))
		overlap := scenario.Call(scenario.Alice, pbx, scenario.Rejected(488), scenario.Codecs("PCMA", "opus")).
			With(scenario.Status(488), scenario.RemoveHeader("Warning")).With(scenario.Status(488), scenario.SetBody("application/sdp", capabilities))
		held := scenario.Call(scenario.Alice, pbx, scenario.Hold(), scenario.Codecs("PCMU"))
		answered := scenario.Call(scenario.Alice, pbx, scenario.Codecs("PCMU"))
		silent := answered.With(scenario.StatusTo("INVITE", 200), noPort, fitLength)
		want := func(severity Severity, refusal scenario.Select) []Sighting {
			return []Sighting{{Severity: severity, At: refusal, Related: []scenario.Select{scenario.Request("INVITE")}}}
		}
		return []Scene{
			{Name: "Warning names the cause", Trace: refused, Want: want(Warning, scenario.Status(488))},
			{Name: "the response lists other codecs", Trace: listed, Want: want(Warning, scenario.Status(488))},
			{Name: "nothing but the code", Trace: plain, Want: want(Information, scenario.Status(488))},
			{Name: "through a proxy, on both hops", Trace: scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Rejected(488)), Want: want(Warning, scenario.Status(488).Nth(2))},
			{Name: "the answer refuses the only stream", Trace: silent, Want: want(Warning, scenario.StatusTo("INVITE", 200))},
			{Name: "a common codec", Trace: answered},
			{Name: "hold and resume", Trace: held},
			{Name: "another Warning", Trace: refused.With(scenario.Status(488), scenario.SetHeader("Warning", `370 192.0.2.10 "Insufficient bandwidth"`)), Ill: true},
			{Name: "the response lists a codec that was offered", Trace: overlap, Ill: true},
			{Name: "the offer is not in the log", Trace: refused.Without(scenario.Request("INVITE")), Ill: true},
			{Name: "the log ends early", Trace: answered.Only(scenario.Request("INVITE")), Ill: true},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		var seen once
		list := s.negotiations()
		for k := range list {
			n := &list[k]
			if n.refused == call.None {
				s.streamsRefused(n, &seen, report)
				continue
			}
			why := s.refusedForCodecs(k)
			if why.certainty == none || seen.again(s.exchangeOf(n), 0) {
				continue
			}
			f := Finding{
				Severity: Warning, Certainty: why.certainty.certainty(),
				At:          s.At(n.refused),
				Related:     []Related{s.Related(n.offer, "the offer")},
				Title:       "offer refused, the codecs do not fit",
				Evidence:    why.evidence,
				Consequence: "There is no session: the call, or the change to it, fails.",
				Next:        "Enable a codec on both sides that the other one has, PCMU or PCMA as a rule, or let an element between them transcode.",
			}
			switch why.certainty {
			case likely:
				f.Title = "offer refused, most likely for its codecs"
			case guessed:
				f.Title = "offer refused, perhaps for its codecs"
				f.Next = "Compare these codecs with those of the other side, and look for Warning, Reason or log lines at the element that refused."
			}
			report(f)
		}
	},
}

// capabilities is what a callee lists in a 488; for scenes.
const capabilities = "v=0\r\no=- 1 1 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\nm=audio 0 RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"

// noPort refuses the stream of a scene's description.
func noPort(m *scenario.Message) {
	at := strings.Index(m.Body, "m=audio ") + len("m=audio ")
	end := at + strings.IndexByte(m.Body[at:], ' ')
	m.Body = m.Body[:at] + "0" + m.Body[end:]
}

// surety is how sure a rule is of a cause.
type surety uint8

const (
	none surety = iota
	guessed
	likely
	certain
)

func (s surety) certainty() Certainty {
	return map[surety]Certainty{guessed: WeakHint, likely: StrongHint, certain: Proof}[s]
}

// cause is why an offer was refused.
type cause struct {
	certainty surety
	evidence  string
}

// refusedForCodecs tells whether negotiation k failed for its codecs.
func (s *CallSubject) refusedForCodecs(k int) (c cause) {
	n := &s.negotiations()[k]
	m := &s.Messages[n.refused]
	d := s.description(n.offer)
	if m.Status != 488 && m.Status != 606 || d == nil || d.hasFax() {
		return c
	}
	if x := s.exchangeOf(n); x != call.None {
		if f := s.FinalOf(x); f != call.None && s.Messages[f].Status < 300 {
			return c // another branch was taken
		}
	}
	t, ok := d.firstRTP()
	if !ok {
		return c
	}
	offered := t.formats()
	what := fmt.Sprintf("The offer has %s", offered.String())
	other := false
	for w := range m.Msg.Warnings {
		switch code := string(m.Msg.Bytes(w.Code)); {
		case code == "304", code == "305":
			return cause{certain, fmt.Sprintf("%s, and the %s says Warning %s %s.", what, s.Name(n.refused), code, clip(m.Msg.Bytes(w.Text)))}
		case bytes.Contains(bytes.ToLower(m.Msg.Bytes(w.Text)), []byte("codec")):
			return cause{certain, fmt.Sprintf("%s, and the %s warns: %s.", what, s.Name(n.refused), clip(m.Msg.Bytes(w.Text)))}
		case code != "399":
			other = true
		}
	}
	if other {
		return c
	}
	if theirs := s.description(n.refused); theirs != nil {
		if o, ok := theirs.like(&t); ok {
			list := o.formats()
			if common, known := offered.shares(&list); known && !common {
				return cause{certain, fmt.Sprintf("%s; the %s lists what the other side has: %s.", what, s.Name(n.refused), list.String())}
			}
		}
		return c
	}
	if t.isSecure() {
		return c
	}
	if earlier := s.describedBefore(k); earlier != nil {
		if o, ok := earlier.like(&t); ok {
			list := o.formats()
			if common, known := offered.shares(&list); known && !common {
				return cause{likely, fmt.Sprintf("%s; the side that refuses it described itself before with %s.", what, list.String())}
			}
		}
		return c
	}
	if s.Result.Outcome == call.Answered || !s.Transactions[n.transaction].Initial {
		return c
	}
	return cause{guessed, fmt.Sprintf("%s; the %s does not say why it refuses.", what, s.Name(n.refused))}
}

// describedBefore returns the last description, before negotiation k, of the side that answers it; nil for none.
func (s *CallSubject) describedBefore(k int) *description {
	list := s.negotiations()
	n := &list[k]
	asker := s.Messages[n.request].From
	for steps := 0; k > 0 && steps < 16; steps++ {
		k--
		x := &list[k]
		if x.dialog == call.None || x.dialog != n.dialog || x.refused != call.None {
			continue
		}
		i := x.answer
		if (s.Messages[x.request].From == asker) == x.late {
			i = x.offer
		}
		if d := s.description(i); d != nil {
			return d
		}
	}
	return nil
}

// hasFax reports whether the description has a T.38 stream in use.
func (d *description) hasFax() bool {
	for i := range d.Media {
		if t, ok := d.stream(i); ok && t.used() && t.isFax() {
			return true
		}
	}
	return false
}

// isFax reports whether the stream is T.38: image media over UDPTL, TCP or RTP.
func (t *stream) isFax() bool {
	return t.is("image") || bytes.EqualFold(t.d.Bytes(t.m.Proto), []byte("udptl"))
}

// isSecure reports whether the stream is encrypted.
func (t *stream) isSecure() bool { return bytes.Contains(t.d.Bytes(t.m.Proto), []byte("/SAVP")) }

// firstRTP returns the first RTP stream in use.
func (d *description) firstRTP() (stream, bool) {
	for i := range d.Media {
		if t, ok := d.stream(i); ok && t.used() && t.isRTP() {
			return t, true
		}
	}
	return stream{}, false
}

// like returns the first stream of the same media type, in use or not.
func (d *description) like(o *stream) (stream, bool) {
	for i := range d.Media {
		if t, ok := d.stream(i); ok && t.isRTP() && t.sameMedia(o) {
			return t, true
		}
	}
	return stream{}, false
}

// streamsRefused reports a 2xx that refuses every stream of the offer.
func (s *CallSubject) streamsRefused(n *negotiation, seen *once, report func(Finding)) {
	if n.answer == call.None || n.offer == call.None || n.accepted == call.None {
		return
	}
	offer, answer := s.description(n.offer), s.description(n.answer)
	if offer == nil || answer == nil || len(answer.Media) < len(offer.Media) {
		return
	}
	t, ok := offer.firstRTP()
	if !ok {
		return
	}
	for i := range answer.Media {
		if a, ok := answer.stream(i); !ok || a.used() {
			return
		}
	}
	if seen.again(s.exchangeOf(n), 0) {
		return
	}
	f := t.formats()
	refusal, _ := answer.stream(0)
	report(Finding{
		Severity: Warning, Certainty: StrongHint,
		At:          s.Place(n.answer, refusal.text()),
		Related:     []Related{s.Related(n.offer, "the offer")},
		Title:       "answer that refuses every stream of the offer",
		Evidence:    fmt.Sprintf("The offer has %s with %s over %s; in the answer every stream has port 0, which refuses it.", clip(offer.Bytes(t.m.Media)), f.String(), clip(offer.Bytes(t.m.Proto))),
		Consequence: "The call is up without any media: nobody hears anything. Most likely the two sides share no codec or no transport.",
		Next:        "Enable one shared codec on both sides, and see that both want encryption, or both do not.",
		Cites:       []knowledge.Cite{{Standard: "RFC 3264", Section: "6"}, {Standard: "RFC 3264", Section: "6.1"}},
	})
}
