package scenario

import (
	"strconv"
	"time"
)

// Reliable lets the callee send its 180 or 183 reliably, and the caller
// acknowledge it with a PRACK (RFC 3262).
func Reliable() Option { return func(p *plan) { p.reliable = true } }

// sendReliably sends a provisional response to the INVITE, and its PRACK. What
// the 183 has answered the 200 does not repeat (RFC 6337 section 3.1.1).
func (d *dialog) sendReliably(b *draft, t *transaction, tag string, bodies *bodies) {
	rseq := strconv.FormatUint(uint64(d.Uint32N(30000)+1), 10)
	b.add(fOther, "Require", "100rel")
	b.add(fOther, "RSeq", rseq)
	sdp, answer := "", ""
	if d.earlyMedia || d.lateOffer {
		sdp, answer = bodies.response(), bodies.ack()
	}
	d.send(b, sdp)
	d.tag[uas] = tag // an early dialog exists

	d.wait(9 * time.Millisecond)
	uri := d.party[uas].ContactURI()
	prack := d.begin(uac, "PRACK", uri)
	b = d.request(prack, "PRACK", uri)
	b.add(fOther, "RAck", rseq+" "+strconv.FormatUint(uint64(t.cseq), 10)+" INVITE")
	d.send(b, answer)
	d.sendPlain(prack, 200, "", 3*time.Millisecond)
}
