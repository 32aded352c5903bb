package scenario

import (
	"net/http"
	"strconv"
	"time"
)

// Register is a registration of a phone at a registrar. Without options it is
// accepted at once; [Challenged] is what registrars usually do.
func Register(ua, registrar Party, opts ...Option) Trace {
	d := newDialog("register", ua, registrar, opts)
	d.target = sipURI("", ua.Domain) // no user part: RFC 3261 section 10.2
	d.addr[uas] = d.addr[uac]
	d.register()
	return d.trace()
}

// Refreshes repeats a registration or a subscription n times, each time after
// that long: the same Call-ID and credentials, rising CSeq and nonce count.
func Refreshes(n int, every time.Duration) Option {
	return func(p *plan) { p.refreshes, p.refreshEvery = n, every }
}

// BelowMinExpires lets the server want a registration or subscription of at least
// that many seconds: a request for less gets a 423 and is sent again (RFC 3261 section
// 10.3, RFC 6665 section 4.2.1.1).
func BelowMinExpires(least int) Option { return func(p *plan) { p.belowMinExpires = least } }

func (d *dialog) register() {
	t, c, ok := d.obtain(d.bind)
	if !ok {
		return
	}
	d.bound(t)
	for range d.refreshes {
		d.now = t.at + d.refreshEvery
		t = d.bind(c)
		d.bound(t)
	}
}

// obtain sends a request that asks for a duration until the server grants it. The
// credentials that it took, if any, are good for the next request too. It reports
// whether the server agrees; what it says when it does is still to be sent.
func (d *dialog) obtain(ask func(*challenge) *transaction) (t *transaction, c *challenge, ok bool) {
	if d.belowMinExpires != 0 && d.expires >= d.belowMinExpires {
		d.expires = max(d.belowMinExpires/2, 1)
	}
	t = ask(nil)
	if d.unanswered {
		d.retransmit(t.method)
		return t, nil, false
	}
	if d.challenge != 0 {
		asked := d.challenged(t, d.challenge, d.newTag(t))
		c = &asked
		d.wait(12 * time.Millisecond)
		t = ask(c)
		if d.wrongPassword {
			d.challenged(t, d.challenge, d.newTag(t))
			return t, c, false
		}
	}
	if d.belowMinExpires != 0 {
		d.wait(3 * time.Millisecond)
		b := d.respond(t, 423, d.newTag(t))
		b.add(fOther, "Min-Expires", strconv.Itoa(d.belowMinExpires))
		d.send(b, "")
		d.expires = d.belowMinExpires
		d.wait(12 * time.Millisecond)
		t = ask(c)
	}
	if d.status >= 300 {
		d.sendPlain(t, d.status, d.newTag(t), 3*time.Millisecond)
		return t, c, false
	}
	return t, c, true
}

// bound grants what a REGISTER asks for.
func (d *dialog) bound(t *transaction) {
	d.wait(3 * time.Millisecond)
	b := d.respond(t, 200, d.newTag(t))
	if d.expires > 0 {
		b.add(fContact, "Contact", "<"+d.party[uac].ContactURI()+">;expires="+strconv.Itoa(d.expires))
	}
	b.add(fOther, "Date", base.Add(d.now).Format(http.TimeFormat))
	d.send(b, "")
}

// bind sends a REGISTER; with a challenge it carries credentials for it.
func (d *dialog) bind(c *challenge) *transaction {
	t := d.begin(uac, "REGISTER", d.target)
	b := d.request(t, "REGISTER", d.target)
	d.contact(b, uac)
	b.add(fExpires, "Expires", strconv.Itoa(d.expires))
	d.abilities(b)
	if c != nil {
		d.authorize(b, t, *c)
	}
	if d.challenge == 0 || c != nil {
		d.earn(b, d.status)
	}
	d.send(b, "")
	return t
}
