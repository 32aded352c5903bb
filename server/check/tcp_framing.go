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
	"sipls/server/trace"
)

var streamFraming = &Rule{
	Name:     "tcp-framing",
	Scope:    Trace,
	Severity: Warning,
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "18.3"}, {Standard: "RFC 3261", Section: "7.5"}},
	Doc: Doc{
		Title: "Message over a connection that its receiver did not frame by Content-Length",
		Text: `A TCP or TLS connection knows no messages: two may come in one read, and one in two reads; Content-Length tells where each ends. That is normal and not reported. The rule fires when it goes
wrong: a message whose body ends before its Content-Length, while exactly the missing bytes stand in the next record of the log, is answered 400, 413, 488, 500 or 606, or not at all; or a request that stands in one record
behind another message of the same call gets no answer for 64*T1 (32 s).`,
	},
	Scenes: func() []Scene {
		phone, server := scenario.Alice, scenario.PBX(scenario.Asterisk)
		phone.Addr, server.Addr = scenario.TCP("198.51.100.21:5060"), scenario.TCP("192.0.2.10:5060")
		later := scenario.Keepalive(scenario.Bob, scenario.PBX(scenario.Asterisk), scenario.Start(2*time.Minute), scenario.Seed(7))
		invite, bye := scenario.Request("INVITE"), scenario.Request("BYE")
		split := func(m *scenario.Message) {
			wire := m.Wire()
			m.Cut = len(wire) - len(m.Body)/2
			m.After = "[Mar 17 09:30:00] DEBUG[2871]: tcp.c: read 155 bytes from TCP:198.51.100.21:5060\n" + strings.ReplaceAll(string(wire[m.Cut:]), "\r\n", "\n")
		}
		joined := func(m *scenario.Message) { m.Joined = true }
		here := []scenario.Format{scenario.AsteriskFull, scenario.AsteriskChanSIP}
		call := scenario.Call(phone, server)
		refused := scenario.Call(phone, server, scenario.Rejected(400))
		update := call.Move(bye, -22*time.Second)
		return []Scene{
			{Name: "a request in two reads is answered 400", Formats: here, Trace: refused.With(invite, split), Want: []Sighting{{Severity: Warning, At: invite, Related: []scenario.Select{scenario.Status(400)}}}, Ill: true},
			{Name: "a request in two reads is put together", Formats: here, Trace: call.With(invite, split)},
			{Name: "a body that the logger cut", Formats: here, Trace: refused.With(invite, scenario.CutBody()), Ill: true},
			{
				Name: "ACK and BYE in one read, the BYE is not seen", Trace: scenario.Merge(update.Without(scenario.StatusTo("BYE", 200)).With(bye, joined), later), Formats: []scenario.Format{scenario.Sngrep, scenario.AsteriskFull},
				Want: []Sighting{{Severity: Warning, At: bye, Related: []scenario.Select{scenario.Request("ACK")}}},
			},
			{Name: "ACK and BYE in one read, both are seen", Trace: scenario.Merge(update.With(bye, joined), later)},
			{Name: "a 400 alone", Trace: refused},
		}
	},
	CheckTrace: func(t *TraceSubject, report func(Finding)) {
		if t.Lines == nil {
			return
		}
		var end *trace.Clock
		for c, s := range t.Calls {
			for i := range s.Messages {
				m := &s.Messages[i]
				if m.Again() || !m.Whole || !m.Request || m.Transaction == call.None {
					continue
				}
				switch {
				case m.Msg.Tail.Is != sip.Whole && m.Msg.Body.Len > 0:
					splitRequest(t, c, int32(i), report)
				case i > 0 && !m.Timed && s.Messages[i-1].Timed && m.Method != call.ACK:
					if end == nil {
						end = t.end()
					}
					if end != nil {
						joinedRequest(t, c, int32(i), *end, report)
					}
				}
			}
		}
	},
}

// splitRequest reports a request whose body goes on in the next record of the log and that went wrong.
func splitRequest(t *TraceSubject, c int, i int32, report func(Finding)) {
	s := t.Calls[c]
	m := s.Messages[i].Msg
	said, h, ok := m.ContentLength()
	low, high := bodyLength(m)
	if !ok || said <= high || !isOver(m, "TCP", "TLS") {
		return
	}
	tx := &s.Transactions[s.Messages[i].Transaction]
	_, lost := s.unanswered(tx)
	if tx.Final != call.None {
		switch s.Messages[tx.Final].Status {
		case 400, 413, 488, 500, 606:
			lost = true
		}
	}
	if !lost {
		return
	}
	_, behind := t.Lines(c, i)
	if !goesOn(behind, said-high, said-low) {
		return
	}
	f := Finding{
		Severity:    Warning,
		Certainty:   StrongHint,
		At:          t.At(c, i),
		InsteadOf:   t.insteadOf(c, i),
		Title:       fmt.Sprintf("%s in two pieces was not put together", s.Name(i)),
		Evidence:    fmt.Sprintf("Content-Length is %d, this record has %s of body, and the missing ones stand in the next record of the log.", said, bytesWord(high)),
		Consequence: "Most likely the receiver takes one read of the connection for one message: it finds a cut body, and no message in the rest.",
		Next:        "Let the receiver read until Content-Length is complete; do not trust tools that show one message for each packet.",
	}
	f.At.At = sip.Span{Off: h.Name.Off, Len: h.Value.End() - h.Name.Off}
	if tx.Final != call.None {
		f.Evidence += fmt.Sprintf(" The answer is %s.", s.Name(tx.Final))
		f.Related = append(f.Related, t.Related(c, tx.Final, "the answer"))
	}
	report(f)
}

// goesOn reports whether lines of a session description stand in the text that have from least to most bytes with CR LF.
func goesOn(text []byte, least, most int) bool {
	lines := bytes.Split(text, []byte("\n"))
	for from := range min(len(lines), 24) {
		n, described := 0, false
		for _, l := range lines[from:] {
			l = bytes.TrimRight(l, "\r")
			if len(l) == 0 || n > most {
				break
			}
			described = described || len(l) > 2 && l[1] == '=' && l[0] >= 'a' && l[0] <= 'z'
			n += len(l) + 2
		}
		if described && n >= least && n <= most+2 {
			return true
		}
	}
	return false
}

// joinedRequest reports a request in the same record as the message in front of it that gets no answer.
func joinedRequest(t *TraceSubject, c int, i int32, end trace.Clock, report func(Finding)) {
	s := t.Calls[c]
	m := &s.Messages[i]
	tx := &s.Transactions[m.Transaction]
	if tx.Trying != call.None || tx.Final != call.None || m.Src != 0 || m.Dst != 0 || !isOver(m.Msg, "TCP", "TLS") || !isOver(s.Messages[i-1].Msg, "TCP", "TLS") {
		return
	}
	before, _ := t.Lines(c, i)
	_, behind := t.Lines(c, i-1)
	if len(bytes.TrimSpace(before)) > 0 || len(bytes.TrimSpace(behind)) > 0 {
		return
	}
	waited, ok := end.Sub(s.Messages[i-1].Clock)
	if !ok || waited < call.GivenUp {
		return
	}
	report(Finding{
		Severity:    Warning,
		Certainty:   StrongHint,
		At:          t.At(c, i),
		InsteadOf:   t.insteadOf(c, i),
		Related:     []Related{t.Related(c, i-1, "the message in front of it in the same record")},
		Title:       fmt.Sprintf("%s behind another message in one read gets no answer", s.Name(i)),
		Evidence:    fmt.Sprintf("It stands in the same record of the log as the %s in front of it; in %s nothing answers it.", s.Name(i-1), Spell(waited)),
		Consequence: "Most likely the receiver takes one read of the connection for one message and drops what stands behind it.",
		Next:        "Let the receiver read the next message where Content-Length ends the one before.",
	})
}

// end returns the latest clock of the trace, nil when no message has one.
func (t *TraceSubject) end() *trace.Clock {
	var end *trace.Clock
	for _, s := range t.Calls {
		for i := len(s.Messages) - 1; i >= 0; i-- {
			m := &s.Messages[i]
			if !m.Timed {
				continue
			}
			if end == nil {
				end = &m.Clock
			} else if d, ok := m.Clock.Sub(*end); ok && d > 0 {
				end = &m.Clock
			}
			break
		}
	}
	return end
}
