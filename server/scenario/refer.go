package scenario

import (
	"strconv"
	"time"
)

// Transfer is a call in which the caller, or with [CalleeTransfers] the callee,
// sends the other side on to the target: REFER, 200, and a NOTIFY of how the new
// call begins and of how it ends (RFC 3515). Who has transferred hangs up then;
// when the transfer has failed the talk goes on first. The new call is not part
// of the trace: merge it when it matters.
func Transfer(caller, callee, target Party, opts ...Option) Trace {
	d := newDialog("transfer", caller, callee, opts)
	d.referTo = target.URI()
	d.address()
	d.call()
	return d.trace()
}

// CalleeTransfers lets the callee send the REFER.
func CalleeTransfers() Option { return func(p *plan) { p.calleeTransfers = true } }

// ReferAnswered is the response to REFER: 200 by default, which RFC 7647 section 5
// prefers to the 202 that most send. Nothing is notified after a failure.
func ReferAnswered(status int) Option { return func(p *plan) { p.referAnswer = status } }

// ReferResult is the final response of the target that the last NOTIFY tells, 200
// by default.
func ReferResult(status int) Option { return func(p *plan) { p.referResult = status } }

// transfer is what a REFER does inside a call.
func (d *dialog) transfer(m media) {
	from := uac
	if d.calleeTransfers {
		from = uas
	}
	uri := d.party[1-from].ContactURI()
	t := d.begin(from, "REFER", uri)
	b := d.request(t, "REFER", uri)
	d.contact(b, from)
	d.abilities(b)
	b.add(fOther, "Refer-To", "<"+d.referTo+">")
	b.add(fOther, "Referred-By", "<"+d.party[from].URI()+">")
	d.send(b, "")
	if d.referAnswer >= 300 {
		d.sendPlain(t, d.referAnswer, "", 4*time.Millisecond)
		d.pass(d.talk/3, m)
		return
	}
	d.wait(4 * time.Millisecond)
	b = d.respond(t, d.referAnswer, "")
	d.contact(b, 1-from)
	d.send(b, "")

	d.wait(5 * time.Millisecond)
	d.progress(1-from, 100, "active;expires=60")
	d.now += d.ring
	d.progress(1-from, d.referResult, "terminated;reason=noresource")
	if d.referResult >= 300 {
		d.pass(d.talk/3, m)
		return
	}
	d.calleeHangsUp = from == uas
	d.wait(3 * time.Millisecond)
}

// progress notifies of a response of the target (RFC 3515 section 2.4.5).
func (d *dialog) progress(from side, status int, state string) {
	fragment := "SIP/2.0 " + strconv.Itoa(status) + " " + Reason(status) + "\r\n"
	d.sendNotify(from, "refer", state, "message/sipfrag;version=2.0", fragment)
}
