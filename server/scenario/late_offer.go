package scenario

// LateOffer lets the caller invite without a session description: the callee
// offers in the 200, or in the first provisional response that it sends reliably,
// and the caller answers in the ACK, or in the PRACK (RFC 3261 section 13.2.1,
// RFC 3262 section 5).
func LateOffer() Option { return func(p *plan) { p.lateOffer = true } }

// firstOffer is the body of the first INVITE.
func (d *dialog) firstOffer(s *session) string {
	if d.lateOffer {
		return ""
	}
	return s.text()
}

// bodies are the two halves of the first offer and answer that are still to be
// sent: in a response, and in what acknowledges it.
type bodies struct {
	media
	late, done bool
}

// negotiate decides who answers whom.
func (d *dialog) negotiate(m media) *bodies {
	if d.lateOffer {
		d.offers(m[uas])
		m[uac].answerTo(m[uas])
	} else {
		m[uas].answerTo(m[uac])
	}
	return &bodies{media: m, late: d.lateOffer}
}

// early is the answer as a provisional response shows it in advance.
func (b *bodies) early() string {
	s := *b.media[uas]
	return s.text()
}

// response is what the callee describes, once.
func (b *bodies) response() string {
	if b.done {
		return ""
	}
	return b.media[uas].text()
}

// ack is the caller's answer, once.
func (b *bodies) ack() string {
	if b.done {
		return ""
	}
	b.done = true
	if !b.late {
		return ""
	}
	return b.media[uac].text()
}
