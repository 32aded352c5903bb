package scenario

import (
	"strconv"
	"time"
)

// SessionTimer asks for a session interval of so many seconds; refresher is the
// side, "uac" or "uas" of the INVITE, that refreshes the session with UPDATE each
// time half of the interval has passed, as long as [Talking] lasts (RFC 4028).
func SessionTimer(seconds int, refresher string) Option {
	if refresher != "uac" && refresher != "uas" {
		panic("scenario: a refresher is uac or uas, not " + strconv.Quote(refresher))
	}
	return func(p *plan) { p.sessionExpires, p.refresher = seconds, refresher }
}

// RefreshedByInvite refreshes the session of a [SessionTimer] with re-INVITE.
func RefreshedByInvite() Option { return func(p *plan) { p.refreshMethod = "INVITE" } }

// BelowMinSE lets the callee want sessions of at least that many seconds: the caller,
// which asks for less, gets a 422 and invites again with what that demands
// (RFC 4028 section 7.3). It implies a [SessionTimer].
func BelowMinSE(least int) Option { return func(p *plan) { p.belowMinSE = least } }

const leastSE = 90 // RFC 4028 section 4

// agree decides what both sides need for the scenario beyond their habits.
func (d *dialog) agree() {
	d.minSE = leastSE
	if d.belowMinSE != 0 {
		if d.refresher == "" {
			d.refresher = "uac"
		}
		if d.sessionExpires == 0 || d.sessionExpires >= d.belowMinSE {
			d.sessionExpires = max(d.belowMinSE/2, leastSE)
		}
	}
	if d.sessionExpires != 0 {
		d.need.extensions = append(d.need.extensions, "timer")
		d.need.methods = append(d.need.methods, d.refreshMethod)
	}
	if d.reliable {
		d.need.extensions = append(d.need.extensions, "100rel")
		d.need.methods = append(d.need.methods, "PRACK")
	}
	if d.referTo != "" {
		d.need.methods = append(d.need.methods, "REFER", "NOTIFY")
	}
}

// refreshingSide is the side that refreshes.
func (d *dialog) refreshingSide() side {
	if d.refresher == "uas" {
		return uas
	}
	return uac
}

// role is the refresher as a request of that side, or its response, names it:
// relative to this request.
func (d *dialog) role(from side) string {
	if from == d.refreshingSide() {
		return ";refresher=uac"
	}
	return ";refresher=uas"
}

// askForTimer adds the wish for a session timer to an INVITE or an UPDATE. The
// first INVITE leaves the choice of the refresher to the callee.
func (d *dialog) askForTimer(b *draft, from side) {
	if d.sessionExpires == 0 {
		return
	}
	value := strconv.Itoa(d.sessionExpires)
	if d.tag[uas] != "" {
		value += d.role(from)
	}
	b.add(fOther, "Session-Expires", value)
	b.add(fOther, "Min-SE", strconv.Itoa(d.minSE))
}

// grantTimer adds the session timer to the 2xx to a request of that side.
func (d *dialog) grantTimer(b *draft, from side) {
	if d.sessionExpires == 0 {
		return
	}
	b.add(fOther, "Require", "timer")
	b.add(fOther, "Session-Expires", strconv.Itoa(d.sessionExpires)+d.role(from))
}

// tooSmall rejects the INVITE for its interval and returns the next one.
func (d *dialog) tooSmall(t *transaction, c *challenge) *transaction {
	tag := d.newTag(t)
	d.wait(3 * time.Millisecond)
	b := d.respond(t, 422, tag)
	b.add(fOther, "Min-SE", strconv.Itoa(d.belowMinSE))
	d.send(b, "")
	d.ackFailure(t, tag)
	d.wait(4 * time.Millisecond)
	d.sessionExpires, d.minSE = d.belowMinSE, d.belowMinSE
	return d.invite(uac, d.offered, c)
}

// keepAlive refreshes the session as often as it must be before end.
func (d *dialog) keepAlive(end time.Duration, m media) {
	half := time.Duration(d.sessionExpires) * time.Second / 2
	for half > 0 && d.refreshed+half < end {
		d.now = max(d.now, d.refreshed+half)
		d.refreshSession(m)
	}
}

// refreshSession sends an UPDATE without an offer or a re-INVITE with one that
// has not changed (RFC 4028 section 7.4).
func (d *dialog) refreshSession(m media) {
	from := d.refreshingSide()
	if d.refreshMethod == "INVITE" {
		t := d.invite(from, m[from].same(), nil)
		d.sendPlain(t, 100, "", time.Millisecond)
		d.accept(t, m[1-from].same(), "")
		return
	}
	uri := d.party[1-from].ContactURI()
	t := d.begin(from, "UPDATE", uri)
	b := d.request(t, "UPDATE", uri)
	d.contact(b, from)
	d.abilities(b)
	d.askForTimer(b, from)
	d.send(b, "")

	d.wait(4 * time.Millisecond)
	b = d.respond(t, 200, "")
	d.contact(b, 1-from)
	d.abilities(b)
	d.grantTimer(b, from)
	d.send(b, "")
	d.refreshed = d.now
}
