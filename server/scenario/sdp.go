package scenario

import (
	"slices"
	"strconv"
)

// codec is a row of the RTP/AVP table (RFC 3551 section 6) or a usual dynamic type.
type codec struct{ payload, rtpmap, fmtp string }

var codecs = map[string]codec{
	"PCMU":            {"0", "PCMU/8000", ""},
	"GSM":             {"3", "GSM/8000", ""},
	"PCMA":            {"8", "PCMA/8000", ""},
	"G722":            {"9", "G722/8000", ""}, // the clock rate is 8000 by RFC 3551 section 4.5.2
	"G729":            {"18", "G729/8000", "annexb=no"},
	"opus":            {"107", "opus/48000/2", "useinbandfec=1"},
	"telephone-event": {"101", "telephone-event/8000", "0-16"},
}

// session is one side's description: RFC 8866, RFC 3264.
type session struct {
	traits    *traits
	host      string
	v6        bool
	id        string
	version   int
	port      int
	codecs    []string
	event     string // payload type of telephone-event, "" for none
	direction string
}

func newSession(s source, p Party, chosen []string) *session {
	if chosen == nil {
		chosen = p.Agent.traits.codecs
	}
	return &session{
		traits: p.Agent.traits, host: p.local().Host, v6: p.Addr.v6(), event: codecs["telephone-event"].payload, id: s.digits(10),
		port: 10000 + 2*s.IntN(10000), codecs: chosen, direction: "sendrecv",
	}
}

// text returns the body; each call is the next version of the session.
func (s *session) text() string {
	s.version++
	family := " IN IP4 "
	if s.v6 {
		family = " IN IP6 "
	}
	b := make([]byte, 0, 512)
	for _, part := range [...]string{
		"v=0\r\no=", s.traits.sdpUser, " ", s.id, " ", strconv.Itoa(s.version), family, s.host,
		"\r\ns=", s.traits.sdpName, "\r\nc=", family[1:], s.host, "\r\nt=0 0\r\nm=audio ", strconv.Itoa(s.port), " RTP/AVP",
	} {
		b = append(b, part...)
	}
	for _, c := range s.codecs {
		b = append(b, ' ')
		b = append(b, codecs[c].payload...)
	}
	if s.event != "" {
		b = append(append(b, ' '), s.event...)
	}
	b = append(b, "\r\n"...)
	for _, c := range s.codecs {
		b = codecs[c].append(b)
	}
	if s.event != "" {
		event := codecs["telephone-event"]
		event.payload = s.event
		b = event.append(b)
	}
	b = append(b, "a=ptime:20\r\na="...)
	b = append(b, s.direction...)
	return string(append(b, "\r\n"...))
}

// same returns the body once more: the version says that nothing has changed.
func (s *session) same() string {
	s.version--
	return s.text()
}

func (c codec) append(b []byte) []byte {
	for _, part := range [...]string{"a=rtpmap:", c.payload, " ", c.rtpmap, "\r\n"} {
		b = append(b, part...)
	}
	if c.fmtp == "" {
		return b
	}
	for _, part := range [...]string{"a=fmtp:", c.payload, " ", c.fmtp, "\r\n"} {
		b = append(b, part...)
	}
	return b
}

// answerTo takes over the codecs of an offer that both sides know and its
// telephone-event; when no codec is common it keeps its own first one.
func (s *session) answerTo(offer *session) {
	var both []string
	for _, c := range offer.codecs {
		if slices.Contains(s.codecs, c) {
			both = append(both, c)
		}
	}
	if both == nil {
		both = s.codecs[:1]
	}
	s.codecs = both
	s.event = offer.event
}

// TelephoneEvent is the payload type with which telephone-event is offered, 101
// by default, 0 when it is not. The answer has it where the offer does.
func TelephoneEvent(payload int) Option { return func(p *plan) { p.telephoneEvent = payload } }

// offers makes the session one that is offered.
func (d *dialog) offers(s *session) {
	s.event = ""
	if d.telephoneEvent != 0 {
		s.event = strconv.Itoa(d.telephoneEvent)
	}
}
