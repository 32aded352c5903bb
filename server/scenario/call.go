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
// sense; only the
// caller is challenged, and only its half has what else goes wrong by an option.
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
	on := Party{Name: caller.Name, User: caller.User, Domain: pbx.Addr.hostText(), Addr: pbx.Addr, Agent: pbx.Agent, Password: pbx.Password}
	out := newDialog("bridged", on, callee, opts)
	out.challenge, out.inDialog, out.belowMinSE, out.glare, out.dial = 0, 0, 0, false, ""
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

// media are the descriptions of the two sides, that of the caller first.
type media [2]*session

func (d *dialog) call() {
	d.agree()
	var m media
	m[uac] = newSession(d.source, d.party[uac], d.codecs)
	d.offers(m[uac])
	t := d.invite(uac, d.firstOffer(m[uac]), nil)
	if d.unanswered {
		d.retransmit("INVITE")
		d.timedOut(t)
		return
	}
	var credentials *challenge
	if d.challenge != 0 {
		tag := d.newTag(t)
		c := d.challenged(t, d.challenge, tag)
		d.ackFailure(t, tag)
		d.wait(4 * time.Millisecond)
		credentials = &c
		t = d.invite(uac, d.offered, credentials)
		if d.wrongPassword {
			tag = d.newTag(t)
			d.challenged(t, d.challenge, tag)
			d.ackFailure(t, tag)
			return
		}
	}
	if d.belowMinSE != 0 {
		t = d.tooSmall(t, credentials)
	}
	d.sendPlain(t, 100, "", time.Millisecond)
	d.accepted = d.now

	tag := d.newTag(t)
	m[uas] = newSession(d.source, d.party[uas], nil)
	bodies := d.negotiate(m)
	d.wait(d.alert)
	if ringsFirst(d.status) || d.cancelled {
		d.provisional(t, tag, bodies)
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
		d.accept(t, bodies.response(), bodies.ack())
		d.talked(m)
		d.hangUp()
	}
}

// invite sends an INVITE; with a challenge it carries credentials for it.
func (d *dialog) invite(from side, sdp string, c *challenge) *transaction {
	uri := d.target
	if d.tag[uas] != "" {
		uri = d.party[1-from].ContactURI()
	}
	t := d.begin(from, "INVITE", uri)
	b := d.request(t, "INVITE", uri)
	d.contact(b, from)
	d.abilities(b)
	d.askForTimer(b, from)
	if c != nil {
		d.authorize(b, t, *c)
	}
	if d.tag[uas] == "" && (d.challenge == 0 || c != nil) {
		d.earn(b, d.status)
	}
	d.offered = sdp // credentials do not change the offer
	d.send(b, sdp)
	return t
}

// provisional is the ringing, or the early media.
func (d *dialog) provisional(t *transaction, tag string, bodies *bodies) {
	status := 180
	if d.earlyMedia {
		status = 183
	}
	b := d.respond(t, status, tag)
	d.contact(b, uas)
	if d.earlyMedia {
		d.abilities(b)
	}
	if d.reliable {
		d.sendReliably(b, t, tag, bodies)
		return
	}
	sdp := ""
	if d.earlyMedia && !d.lateOffer {
		sdp = bodies.early()
	}
	d.send(b, sdp)
}

// accept sends the 200 and its ACK, a transaction of its own that goes to the
// Contact and repeats the credentials (RFC 3261 sections 13.2.2.4, 22.1).
func (d *dialog) accept(t *transaction, sdp, ackSDP string) {
	answerer := 1 - t.from
	d.wait(2 * time.Millisecond)
	b := d.respond(t, 200, d.tag[answerer])
	d.contact(b, answerer)
	d.abilities(b)
	d.grantTimer(b, t.from)
	d.send(b, sdp)
	d.refreshed = d.now

	d.wait(8 * time.Millisecond)
	ack := *t
	d.vias(&ack, &d.party[t.from])
	if !t.toTagged {
		ack.toField += ";tag=" + d.tag[answerer]
	}
	b = d.request(&ack, "ACK", d.party[answerer].ContactURI())
	if t.credentials.Name != "" {
		b.add(fCredentials, t.credentials.Name, t.credentials.Value)
	}
	d.send(b, ackSDP)
}

// talked is the call from the first ACK to its end.
func (d *dialog) talked(m media) {
	switch {
	case d.hold:
		for i, direction := range [...][2]string{{"sendonly", "recvonly"}, {"sendrecv", "sendrecv"}} {
			d.pass(d.talk/3, m)
			m[uac].direction, m[uas].direction = direction[0], direction[1]
			t := d.invite(uac, m[uac].text(), nil)
			if i == 0 && d.inDialog != 0 {
				c := d.challenged(t, d.inDialog, "")
				d.ackFailure(t, "")
				d.wait(4 * time.Millisecond)
				t = d.invite(uac, d.offered, &c)
			}
			d.sendPlain(t, 100, "", time.Millisecond)
			d.accept(t, m[uas].text(), "")
		}
		d.pass(d.talk/3, m)
	case d.glare:
		d.pass(d.talk/3, m)
		d.collide(m)
		d.pass(d.talk-d.talk/3, m)
	default:
		d.pass(d.talk, m)
	}
	if d.referTo != "" {
		d.transfer(m)
	}
}

// pass lets time of the talk go by.
func (d *dialog) pass(t time.Duration, m media) {
	end := d.now + t
	d.keepAlive(end, m)
	d.now = max(d.now, end)
}

// hangUp ends the call.
func (d *dialog) hangUp() {
	d.wait(time.Millisecond)
	from := uac
	if d.calleeHangsUp {
		from = uas
	}
	t := d.bye(from, nil)
	if d.inDialog != 0 && !d.hold {
		c := d.challenged(t, d.inDialog, "")
		d.wait(4 * time.Millisecond)
		t = d.bye(from, &c)
	}
	d.sendPlain(t, d.byeStatus, "", 4*time.Millisecond)
}

// bye sends a BYE; with a challenge it carries credentials for it.
func (d *dialog) bye(from side, c *challenge) *transaction {
	uri := d.party[1-from].ContactURI()
	t := d.begin(from, "BYE", uri)
	b := d.request(t, "BYE", uri)
	b.add(fOther, "Reason", `Q.850;cause=16;text="Normal call clearing"`)
	if c != nil {
		d.authorize(b, t, *c)
	}
	d.send(b, "")
	return t
}

// InDialogChallenged lets a request inside the call be challenged, with 401 or
// 407, and be sent again with credentials: the first re-INVITE with [Hold], the
// BYE otherwise.
func InDialogChallenged(status int) Option { return func(p *plan) { p.inDialog = status } }

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
