package analysis

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"sipls/server/check"
	"sipls/server/sip"
)

// above is what stands before the cursor that a new message can belong to.
type above struct {
	request *sip.Message // the nearest one that can be answered; nil if there is none
	invite  *sip.Message // the nearest INVITE
	answer  *sip.Message // the last response to it that has a tag
}

// above looks at the messages near the cursor.
func (w *writing) above() (a above) {
	for m := range w.s.Between(max(w.off-nearby, 0), w.off) {
		if from, _ := w.s.Range(m, m.Start.Text); m.Head.Is != sip.Whole || from >= w.lines[w.at].from {
			continue
		}
		switch {
		case m.IsRequest():
			switch string(m.Method()) {
			case "ACK":
				continue // nothing answers it
			case "INVITE":
				a.invite, a.answer = m.Message, nil
			}
			a.request = m.Message
		case a.invite != nil && string(m.Method()) == "INVITE" && bytes.Equal(m.CallID(), a.invite.CallID()) && m.Tag(sip.HeaderTo) != nil:
			a.answer = m.Message
		}
	}
	return a
}

// follows makes a request that goes on with the INVITE above: a CANCEL while no final response is there, an ACK when there is
// one, other requests inside the dialog that a 2xx made. ok is false where it does not go on.
func (d *drafts) follows(method string) (m draft, ok bool) {
	invite, answer := d.above.invite, d.above.answer
	if invite == nil || invite.CSeq().Number >= 1<<31-1 {
		return m, false
	}
	code := 0
	if answer != nil {
		code = answer.Start.Status
	}
	hop := false // it takes the way of the INVITE to the next element, in the same transaction or so (RFC 3261 sections 9.1, 17.1.1.3)
	number := invite.CSeq().Number
	to := answer
	switch {
	case method == "CANCEL" && code < 200:
		hop, to = true, invite
	case method == "ACK" && code >= 300:
		hop = true
	case method == "ACK" && code >= 200:
	case insideDialog(method) && 200 <= code && code < 300 && method != "PRACK" && method != "NOTIFY":
		number++
	default:
		return m, false
	}
	m = draft{sender: "alice"}
	line := func(format string, args ...any) {
		m.lines = append(m.lines, check.Literal(fmt.Sprintf(format, args...)))
	}
	uri := invite.Bytes(invite.Start.URI)
	var routes []string
	if hop {
		for _, v := range invite.Values(sip.HeaderRoute) {
			routes = append(routes, unfolded(invite.Bytes(v)))
		}
	} else {
		// RFC 3261 section 12.2.1.1
		if c, ok := answer.Address(sip.HeaderContact); ok && c.URI.Len > 0 {
			uri = answer.Bytes(c.URI)
		}
		for _, v := range answer.Values(sip.HeaderRecordRoute) {
			routes = append(routes, unfolded(answer.Bytes(v)))
		}
		slices.Reverse(routes)
	}
	line("%s %s SIP/2.0", method, uri)
	if hop {
		line("Via: %s", unfolded(invite.Bytes(invite.TopVia().Value)))
	} else {
		m.add("Via: SIP/2.0/UDP {192.0.2.1:5060};branch=" + sip.MagicCookie + d.id + ";rport")
	}
	for _, r := range routes {
		line("Route: %s", r)
	}
	line("Max-Forwards: 70")
	line("From: %s", unfolded(invite.Value(sip.HeaderFrom)))
	line("To: %s", unfolded(to.Value(sip.HeaderTo)))
	line("Call-ID: %s", invite.CallID())
	line("CSeq: %d %s", number, method)
	d.finish(&m, false, nil)
	return m, true
}

// unfolded returns a value on one line.
func unfolded(v []byte) string { return strings.Join(strings.Fields(string(v)), " ") }
