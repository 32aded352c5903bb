package scenario

import "time"

// Chat is a text sent with MESSAGE, and its answer (RFC 3428).
func Chat(from, to Party, text string, opts ...Option) Trace {
	d := newDialog("message", from, to, opts)
	d.address()
	d.belowMinExpires = 0 // nothing expires
	if to.User != "" {
		d.target = d.party[uas].URI()
	}
	ask := func(c *challenge) *transaction {
		t := d.begin(uac, "MESSAGE", d.target)
		b := d.request(t, "MESSAGE", d.target)
		if c != nil {
			d.authorize(b, t, *c)
		}
		if d.challenge == 0 || c != nil {
			d.earn(b, d.status)
		}
		d.sendBody(b, "text/plain", text)
		return t
	}
	if t, _, ok := d.obtain(ask); ok {
		d.sendPlain(t, d.status, d.newTag(t), 3*time.Millisecond)
	}
	return d.trace()
}
