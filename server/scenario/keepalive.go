package scenario

import "time"

// Keepalive is an OPTIONS that asks whether the other side is there, and its answer.
func Keepalive(from, to Party, opts ...Option) Trace {
	d := newDialog("options", from, to, opts)
	d.addr[uas] = nameAddr("", to.URI())
	d.target = to.ContactURI()
	t := d.begin(uac, "OPTIONS", d.target)
	b := d.request(t, "OPTIONS", d.target)
	d.contact(b, uac)
	b.add(fOther, "Accept", "application/sdp")
	d.earn(b, d.status)
	d.send(b, "")
	if d.unanswered {
		d.retransmit("OPTIONS")
		return d.trace()
	}
	if d.status != 200 {
		d.sendPlain(t, d.status, d.newTag(t), 6*time.Millisecond)
		return d.trace()
	}
	d.wait(6 * time.Millisecond)
	b = d.respond(t, 200, d.newTag(t))
	d.contact(b, uas)
	d.abilities(b)
	b.add(fOther, "Accept", "application/sdp")
	b.add(fOther, "Accept-Encoding", "identity")
	b.add(fOther, "Accept-Language", "en")
	d.send(b, "")
	return d.trace()
}
