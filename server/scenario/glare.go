package scenario

import "time"

// Glare lets both sides put the call on hold at the same moment: each refuses
// the re-INVITE of the other with 491, and the caller, the owner of the Call-ID,
// tries again after 2.1 to 4 s (RFC 3261 section 14.1).
func Glare() Option { return func(p *plan) { p.glare = true } }

func (d *dialog) collide(m media) {
	m[uac].direction, m[uas].direction = "sendonly", "sendonly"
	first := d.invite(uac, m[uac].text(), nil)
	wanted := d.offered
	d.wait(300 * time.Microsecond) // less than the way takes: they cross
	second := d.invite(uas, m[uas].text(), nil)
	d.sendPlain(first, 491, "", 2*time.Millisecond)
	d.sendPlain(second, 491, "", 300*time.Microsecond)
	d.ackFailure(first, "")
	d.ackFailure(second, "")

	d.now += 2100*time.Millisecond + time.Duration(d.IntN(190))*10*time.Millisecond
	t := d.invite(uac, wanted, nil)
	d.sendPlain(t, 100, "", time.Millisecond)
	m[uas].direction = "recvonly"
	d.accept(t, m[uas].text(), "")
}
