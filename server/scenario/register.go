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

func (d *dialog) register() {
	t := d.bind(nil)
	if d.unanswered {
		d.retransmit("REGISTER")
		return
	}
	if d.challenge != 0 {
		c := d.challenged(t, d.challenge, d.newTag(t))
		d.wait(12 * time.Millisecond)
		t = d.bind(&c)
		if d.wrongPassword {
			d.challenged(t, d.challenge, d.newTag(t))
			return
		}
	}
	if d.status != 200 {
		d.sendPlain(t, d.status, d.newTag(t), 3*time.Millisecond)
		return
	}
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
