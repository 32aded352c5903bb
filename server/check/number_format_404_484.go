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

var numberForm = &Rule{
	Name:     "number-format-404-484",
	Scope:    Trace,
	Severity: Information,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "21.4.22"}, {Standard: "RFC 3261", Section: "19.1.6"}, {Standard: "RFC 3966", Section: "5.1.4"}},
	Doc: Doc{
		Title: "Number refused in one form that goes through in another one",
		Text: `Carriers want numbers in one form: +49..., 0049..., 49... or the national 030.... The rule fires for a call that is answered 404, 484 or 604 when the log
has another call to the same host whose number has the same digits in another form, and that one rings or is answered. It compares numbers of seven digits or more; a number
that is refused in every form, or that nobody dialled otherwise, is not reported.`,
	},
	Scenes: func() []Scene {
		server := scenario.PBX(scenario.Asterisk)
		dial := func(number string, n uint64, o ...scenario.Option) scenario.Trace {
			return scenario.Call(scenario.Alice, server, append(o, scenario.Dial(number), scenario.Seed(n), scenario.Start(time.Duration(n)*time.Minute))...)
		}
		refused := dial("+493012345678", 1, scenario.Rejected(404))
		want := []Sighting{{
			Severity: Information, At: scenario.Request("INVITE"),
			Related: []scenario.Select{scenario.Where("the refusal", func(m *scenario.Message) bool { return m.Status() >= 400 }), scenario.Request("INVITE").Nth(2)},
		}}
		return []Scene{
			{Name: "with + and without", Trace: scenario.Merge(refused, dial("493012345678", 2)), Want: want},
			{Name: "the national form rings", Trace: scenario.Merge(refused, dial("03012345678", 2, scenario.Cancelled())), Want: want},
			{Name: "484, and the second try is refused as well", Trace: scenario.Merge(dial("0493012345678", 1, scenario.Rejected(484)), dial("00493012345678", 2), dial("0493012345678", 3, scenario.Rejected(484))), Want: want},
			{Name: "another number", Trace: scenario.Merge(refused, dial("493012345679", 2))},
			{Name: "the same form", Trace: scenario.Merge(refused, dial("+493012345678", 2))},
			{Name: "refused in both forms", Trace: scenario.Merge(refused, dial("493012345678", 2, scenario.Rejected(404)))},
			{Name: "an extension", Trace: scenario.Merge(dial("01002", 1, scenario.Rejected(404)), dial("1002", 2))},
			{Name: "digit by digit", Trace: scenario.Merge(dial("030123456", 1, scenario.Rejected(484)), dial("03012345678", 2))},
			{Name: "another host", Trace: scenario.Merge(refused, scenario.Call(server, scenario.Party{Domain: "example.org", Addr: scenario.UDP("192.0.2.50:5060"), Agent: scenario.Asterisk}, scenario.Dial("493012345678"), scenario.Seed(2), scenario.Start(2*time.Minute)))},
		}
	},
	CheckTrace: func(t *TraceSubject, report func(Finding)) {
		type refusal struct {
			dialled
			final int32
			done  bool
		}
		var refused map[string][]*refusal
		for c, s := range t.Calls {
			r := &s.Result
			if r.Method != call.INVITE || r.Status != 404 && r.Status != 484 && r.Status != 604 {
				continue
			}
			d, ok := dialledIn(s, r.Exchange)
			if !ok {
				continue
			}
			d.call = c
			if refused == nil {
				refused = map[string][]*refusal{}
			}
			same := false
			for _, o := range refused[d.key()] {
				same = same || o.number == d.number && bytes.EqualFold(o.host, d.host)
			}
			if !same && len(refused[d.key()]) < 8 {
				refused[d.key()] = append(refused[d.key()], &refusal{dialled: d, final: r.Decided})
			}
		}
		if refused == nil {
			return
		}
		for c, s := range t.Calls {
			for x := range s.Exchanges {
				d, ok := goesThrough(s, int32(x))
				if !ok {
					continue
				}
				d.call = c
				for _, r := range refused[d.key()] {
					if r.done || !r.inAnotherForm(&d) {
						continue
					}
					r.done = true
					f := Finding{
						Severity:    Information,
						Certainty:   WeakHint,
						At:          t.At(r.call, r.request),
						Related:     []Related{t.Related(r.call, r.final, "the refusal"), t.Related(c, d.request, "the same number in another form, which is accepted")},
						Title:       fmt.Sprintf("Number %s is refused, %s is accepted", clip([]byte(r.number)), clip([]byte(d.number))),
						Evidence:    fmt.Sprintf("The call to %s gets %s; another call to the same digits as %s goes through at the same host.", clip([]byte(r.number)), t.Calls[r.call].Name(r.final), clip([]byte(d.number))),
						Consequence: "The host may want numbers in the second form only; calls with the first one fail.",
						Next:        "Let the dial plan write numbers for this host in the form that it accepts (most carriers: + and country code).",
					}
					f.At.At = t.Calls[r.call].Messages[r.request].Msg.Start.URI
					report(f)
				}
			}
		}
	},
}

// dialled is a number that an INVITE asks for.
type dialled struct {
	call         int
	request      int32
	number, core string // as written without separators; without + and prefixes for long-distance calls
	host         []byte
	to           uint64
}

// fewestDigits is how long a number must be to be compared with others.
const fewestDigits = 7

func (d *dialled) key() string { return d.core[len(d.core)-fewestDigits:] }

// inAnotherForm reports whether the other number has the same digits in another form, at the same host.
func (d *dialled) inAnotherForm(o *dialled) bool {
	if d.number == o.number || !bytes.EqualFold(d.host, o.host) || d.to != 0 && o.to != 0 && d.to != o.to || len(d.host) == 0 && d.to == 0 {
		return false
	}
	short, long := d.core, o.core
	if len(short) > len(long) {
		short, long = long, short
	}
	// What may stand in front is a country code.
	return strings.HasSuffix(long, short) && len(long)-len(short) <= 3
}

// dialledIn returns the number that an exchange of INVITE asks for; ok is false when it asks for none.
func dialledIn(s *CallSubject, exchange int32) (d dialled, ok bool) {
	if exchange == call.None {
		return d, false
	}
	d.request = s.Transactions[s.Exchanges[exchange].Upstream].Request
	if d.request == call.None {
		return d, false
	}
	m := s.Messages[d.request].Msg
	u, err := m.URI(m.Start.URI)
	if err != nil || u.Kind == sip.OtherURI {
		return d, false
	}
	var number []byte
	for i, c := range m.Bytes(u.User) {
		switch {
		case c >= '0' && c <= '9', c == '+' && i == 0:
			number = append(number, c)
		case c == ';':
		case c != '-' && c != '.' && c != '(' && c != ')':
			return d, false
		}
		if c == ';' {
			break
		}
	}
	d.number, d.host, d.to = string(number), m.Bytes(u.Host), s.Messages[d.request].Dst
	d.core = d.number
	for _, prefix := range [...]string{"+", "011", "00", "0"} {
		if rest, cut := strings.CutPrefix(d.number, prefix); cut {
			d.core = rest
			break
		}
	}
	return d, len(d.core) >= fewestDigits
}

// goesThrough returns the number that an INVITE asks for that rang or was answered.
func goesThrough(s *CallSubject, exchange int32) (d dialled, ok bool) {
	e := &s.Exchanges[exchange]
	if e.Method != call.INVITE || !e.Initial {
		return d, false
	}
	u := &s.Transactions[e.Upstream]
	if u.Final == call.None && u.Ringing == call.None {
		return d, false
	}
	if u.Final != call.None {
		status := s.Messages[u.Final].Status
		if status >= 300 && (u.Ringing == call.None || status != 486 && status != 487 && status != 480 && status != 600 && status != 603) {
			return d, false
		}
	}
	return dialledIn(s, exchange)
}
