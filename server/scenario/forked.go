package scenario

import "time"

// Forked is a call that a proxy sends to several phones at once, as the proxy
// sees it: each rings with a To tag of its own, the first of the callees answers,
// the others are cancelled. They share the Call-ID, the From and the CSeq; what
// tells them apart is the branch of the proxy's Via and the To tag (RFC 3261
// section 16.7). The options are those of [Proxied]: what the first callee does,
// the others do too, except answer.
func Forked(caller, proxy Party, callees []Party, opts ...Option) Trace {
	return relayed(caller, proxy, callees, opts)
}

// fork is one more branch of the INVITE behind the proxy.
type fork struct {
	*relay
	callee Party
	of     *hop // the INVITE
	hop    hop
	tag    string
	ended  bool
}

func (r *relay) fork(callee Party) {
	r.forks = append(r.forks, &fork{relay: r, callee: callee, tag: callee.Agent.traits.tag(r.source, r.dialog)})
}

// as lets the callee of the fork speak in the place of the first one until the
// function returned is called.
func (f *fork) as() (done func()) {
	first := f.party[uas]
	f.party[uas] = f.callee
	return func() { f.party[uas] = first }
}

// request sends the INVITE on to this callee too.
func (f *fork) request(h *hop) {
	if !h.routed || h.request.Method() != "INVITE" {
		return
	}
	defer f.as()()
	f.of, f.ended = h, false
	f.hop = *h
	f.forward(&f.hop, h.request)
}

// again sends the INVITE once more.
func (f *fork) again(h *hop) {
	if f.of == h && f.callee.Addr.Transport == "UDP" {
		defer f.as()()
		f.emit(f.hop.forwarded, f.end(uas), f.callee.Addr, 0)
	}
}

// cancel cancels the branch.
func (f *fork) cancel(h *hop) {
	if f.of == h && !f.ended {
		f.toCallee(f.hop.hopByHop(f.hop.forwarded, "CANCEL"))
	}
}

// response does what the first callee does, before the proxy passes it on.
func (f *fork) response(h *hop, method string, status int) {
	switch {
	case f.of != h || f.ended || status >= 200 && status < 300 && method == "INVITE":
	case method == "CANCEL":
		f.answer(method, status)
	case status == 100:
		f.answer(method, status)
	case status >= 600: // RFC 3261 section 16.7, step 5
		f.stop()
	case status >= 300:
		f.fail(status)
	}
}

// passed does what follows when the proxy has passed on a response of the first
// callee: this one rings too, or is cancelled since the other has answered.
func (f *fork) passed(h *hop, method string, status int) {
	switch {
	case f.of != h || f.ended || method != "INVITE":
	case status > 100 && status < 200:
		m := f.answer(method, 180)
		f.emit(m.without("Via").with(Header{"Via", f.callerVia()}), f.end(uac), f.party[uac].Addr, atOnce)
	case status >= 200 && status < 300:
		f.stop()
	}
}

// stop cancels the branch and waits for its end.
func (f *fork) stop() {
	f.cancel(f.of)
	f.answer("CANCEL", 200)
	f.fail(487)
}

// fail ends the branch with a failure, which the proxy acknowledges.
func (f *fork) fail(status int) {
	m := f.answer("INVITE", status)
	ack := f.hop.hopByHop(f.hop.forwarded, "ACK")
	SetHeader("To", m.Get("To"))(&ack)
	f.toCallee(ack)
	f.ended = true
}

func (f *fork) callerVia() string {
	return viaAnswered(f.hop.request.Get("Via"), &f.party[uac])
}

func (f *fork) toCallee(m Message) {
	defer f.as()()
	f.emit(m, f.end(uas), f.callee.Addr, atOnce)
}

// answer sends a response of the callee to the proxy.
func (f *fork) answer(method string, status int) Message {
	defer f.as()()
	t := f.transaction(&f.hop, method)
	tag := f.tag
	if status == 100 {
		tag = ""
	}
	b := f.respond(t, status, tag)
	vias := []Header{{"Via", f.hop.answered}}
	if method == "INVITE" {
		f.demand(b, t, status)
		vias = append(vias, Header{"Via", t.viaAnswered})
		if status > 100 && status < 200 {
			f.contact(b, uas)
			for _, uri := range f.path() {
				vias = append(vias, Header{"Record-Route", uri})
			}
		}
	}
	b.add(fContentLength, "Content-Length", b.traits.clen(0))
	m := b.Message.without("Via").with(vias...)
	f.emit(m, f.callee.Addr, f.end(uas), 2*time.Millisecond)
	return m
}
