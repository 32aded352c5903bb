package scenario

import "time"

// Call is a call from the caller to the callee, as seen between these two: a
// phone and its PBX, or two phones. Without options it is answered after some
// ringing and the caller hangs up.
func Call(caller, callee Party, opts ...Option) Trace {
	d := newDialog("call", caller, callee, opts)
	d.address()
	d.call()
	return d.trace()
}

// Bridge is a call through a PBX that is a party of both halves (a back-to-back
// user agent): the PBX answers the caller once the callee has answered it. The
// two halves have Call-IDs of their own. Options apply to both where they make
// sense; only the caller is challenged.
func Bridge(caller, pbx, callee Party, opts ...Option) Trace {
	opts = append([]Option{Dial(callee.User)}, opts...)
	in := newDialog("call", caller, pbx, opts)
	in.address()
	in.alert = 100 * time.Millisecond
	in.call()
	if in.wrongPassword || in.unanswered {
		return in.trace()
	}

	// What the callee does reaches the caller through the longer time to alert;
	// what the caller does must reach the callee later: that is the lag.
	const lag = 60 * time.Millisecond
	on := Party{caller.Name, caller.User, pbx.Addr.hostText(), pbx.Addr, pbx.Agent, pbx.Password}
	out := newDialog("bridged", on, callee, opts)
	out.challenge, out.dial = 0, ""
	out.now = in.accepted + 10*time.Millisecond
	if out.cancelled {
		out.ring += lag
	}
	if !out.calleeHangsUp {
		out.talk += lag
	}
	out.address()
	out.call()
	return Merge(in.trace(), out.trace()).SeenBy(pbx.Addr.Host)
}

// address decides whom the call is for.
func (d *dialog) address() {
	callee := d.party[uas]
	if d.dial == "" && callee.User != "" {
		d.addr[uas] = nameAddr("", callee.URI())
		d.target = callee.ContactURI()
		return
	}
	if d.dial == "" {
		d.dial = "2000"
	}
	d.target = sipURI(d.dial, callee.Domain)
	d.addr[uas] = nameAddr("", d.target)
}

// ringsFirst reports whether a final response usually comes after ringing.
func ringsFirst(status int) bool {
	switch status {
	case 200, 302, 408, 480, 600, 603:
		return true
	}
	return false
}

func (d *dialog) call() {
	offer := newSession(d.source, d.party[uac], d.codecs)
	t := d.invite(offer.text(), nil)
	if d.unanswered {
		d.retransmit("INVITE")
		return
	}
	if d.challenge != 0 {
		tag := d.newTag(t)
		c := d.challenged(t, d.challenge, tag)
		d.ackFailure(t, tag)
		d.wait(4 * time.Millisecond)
		t = d.invite(d.lastOffer(), &c)
		if d.wrongPassword {
			tag = d.newTag(t)
			d.challenged(t, d.challenge, tag)
			d.ackFailure(t, tag)
			return
		}
	}
	d.sendPlain(t, 100, "", time.Millisecond)
	d.accepted = d.now

	tag := d.newTag(t)
	answer := newSession(d.source, d.party[uas], nil)
	answer.answerTo(offer)
	d.wait(d.alert)
	if ringsFirst(d.status) || d.cancelled {
		d.provisional(t, tag, answer)
		d.now += d.ring
	}
	switch {
	case d.cancelled:
		d.cancel(t, tag)
	case d.status >= 300:
		d.sendPlain(t, d.status, tag, time.Millisecond)
		d.ackFailure(t, tag)
	default:
		d.tag[uas] = tag
		d.accept(t, answer)
		d.talked(offer, answer)
	}
}

// invite sends an INVITE; with a challenge it carries credentials for it.
func (d *dialog) invite(sdp string, c *challenge) *transaction {
	uri := d.target
	if d.tag[uas] != "" {
		uri = d.party[uas].ContactURI()
	}
	t := d.begin(uac, "INVITE", uri)
	b := d.request(t, "INVITE", uri)
	d.contact(b, uac)
	b.abilities()
	if c != nil {
		d.authorize(b, t, d.challenge, *c)
	}
	if d.tag[uas] == "" && (d.challenge == 0 || c != nil) {
		d.earn(b, d.status)
	}
	d.send(b, sdp)
	return t
}

// lastOffer is the body of the last INVITE: credentials do not change the offer.
func (d *dialog) lastOffer() string {
	for i := len(d.messages) - 1; ; i-- {
		if body := d.messages[i].Body; body != "" {
			return body
		}
	}
}

func (d *dialog) provisional(t *transaction, tag string, answer *session) {
	if d.earlyMedia {
		b := d.respond(t, 183, tag)
		d.contact(b, uas)
		b.abilities()
		early := *answer
		d.send(b, early.text())
		return
	}
	b := d.respond(t, 180, tag)
	d.contact(b, uas)
	d.send(b, "")
}

// accept sends the 200 and its ACK, a transaction of its own that goes to the
// Contact and repeats the credentials (RFC 3261 sections 13.2.2.4, 22.1).
func (d *dialog) accept(t *transaction, answer *session) {
	d.wait(2 * time.Millisecond)
	b := d.respond(t, 200, d.tag[uas])
	d.contact(b, uas)
	b.abilities()
	d.send(b, answer.text())

	d.wait(8 * time.Millisecond)
	ack := *t
	d.vias(&ack, &d.party[uac])
	if !t.toTagged {
		ack.toField += ";tag=" + d.tag[uas]
	}
	b = d.request(&ack, "ACK", d.party[uas].ContactURI())
	if t.credentials.Name != "" {
		b.add(fCredentials, t.credentials.Name, t.credentials.Value)
	}
	d.send(b, "")
}

// talked is the call from the first ACK to its end.
func (d *dialog) talked(offer, answer *session) {
	if d.hold {
		for _, direction := range [...][2]string{{"sendonly", "recvonly"}, {"sendrecv", "sendrecv"}} {
			d.now += d.talk / 3
			offer.direction, answer.direction = direction[0], direction[1]
			t := d.invite(offer.text(), nil)
			d.sendPlain(t, 100, "", time.Millisecond)
			d.accept(t, answer)
		}
		d.now += d.talk / 3
	} else {
		d.now += d.talk
	}
	d.wait(time.Millisecond)
	from := uac
	if d.calleeHangsUp {
		from = uas
	}
	uri := d.party[1-from].ContactURI()
	t := d.begin(from, "BYE", uri)
	b := d.request(t, "BYE", uri)
	b.add(fOther, "Reason", `Q.850;cause=16;text="Normal call clearing"`)
	d.send(b, "")
	d.sendPlain(t, d.byeStatus, "", 4*time.Millisecond)
}

// cancel ends the ringing: the CANCEL has the branch and number of the INVITE
// (RFC 3261 section 9.1), the INVITE gets 487.
func (d *dialog) cancel(t *transaction, tag string) {
	c := *t
	c.method = "CANCEL"
	d.send(d.request(&c, "CANCEL", t.uri), "")
	d.sendPlain(&c, 200, tag, 2*time.Millisecond)
	d.sendPlain(t, 487, tag, time.Millisecond)
	d.ackFailure(t, tag)
}
