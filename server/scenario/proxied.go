package scenario

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Proxied is a call through a proxy that stays on its path (Record-Route), as
// the proxy sees it: each message on both hops. The proxy answers what is its
// own business: it sends the 100 and the 407, and answers CANCEL; it
// acknowledges failures of the callee. The options are those of [Call].
func Proxied(caller, proxy, callee Party, opts ...Option) Trace {
	return relayed(caller, proxy, []Party{callee}, opts)
}

func relayed(caller, proxy Party, callees []Party, opts []Option) Trace {
	d := newDialog("proxied", caller, callees[0], opts)
	d.proxy = &proxy
	d.address()
	if callee := &d.party[uas]; callee.User == "" {
		callee.User = d.dial
	} else if d.dial == "" {
		d.target = callee.URI() // the proxy knows the Contact, not the caller
	}
	d.call()
	r := newRelay(d)
	for _, callee := range callees[1:] {
		r.fork(callee)
	}
	for i := range r.passing {
		r.pass(i)
	}
	return Merge(Trace{Base: base, Observer: proxy.Addr.Host, Messages: r.messages})
}

// answeredByProxy lets the proxy of the dialog, if there is one, answer the
// request until the function returned is called.
func (d *dialog) answeredByProxy(t *transaction) (done func()) {
	if d.proxy == nil {
		return func() {}
	}
	other := &d.party[1-t.from]
	callee := *other
	*other = *d.proxy
	return func() { *other = callee }
}

// timedOut is what a proxy tells the caller when nobody has answered the INVITE
// (RFC 3261 section 16.8).
func (d *dialog) timedOut(t *transaction) {
	if d.proxy == nil {
		return
	}
	tag := d.newTag(t)
	func() {
		defer d.answeredByProxy(t)()
		d.sendPlain(t, 408, tag, time.Millisecond)
	}()
	d.ackFailure(t, tag)
}

// relay makes of the messages between two parties those on the hops before and
// behind a proxy.
type relay struct {
	*dialog                 // makes what the proxy says itself, and collects the messages
	passing []Message       // between the parties
	hops    map[string]*hop // by the branch of the sender
	late    time.Duration   // how long the messages so far were on their way
	forks   []*fork
}

// hop is what the proxy knows of a request.
type hop struct {
	request   Message // as it came
	from      side
	via       string // that of the proxy
	answered  string // the same with what the next hop adds
	uri       string // Request-URI behind the proxy
	forwarded Message
	routed    bool // with Record-Route: the request may begin a dialog
}

func newRelay(d *dialog) *relay {
	own := *d
	own.messages = make([]Message, 0, 2*len(d.messages))
	return &relay{dialog: &own, passing: d.messages, hops: map[string]*hop{}}
}

// end is the proxy on the hop to a party: both ends speak the same transport.
func (r *relay) end(s side) Endpoint {
	e := r.proxy.Addr
	e.Transport = r.party[s].Addr.Transport
	return e
}

// emit puts a message on a hop after some time.
func (r *relay) emit(m Message, from, to Endpoint, after time.Duration) {
	if after > 0 {
		r.now += after + r.Duration(after/4).Truncate(time.Microsecond)
	}
	m.At, m.From, m.To = r.now, from, to
	r.messages = append(r.messages, m)
}

const (
	atOnce   = 400 * time.Microsecond // what the proxy does by itself
	lookedUp = 900 * time.Microsecond // what it does with a location or a route
)

// pass takes the next message between the parties over the proxy.
func (r *relay) pass(i int) {
	m := r.passing[i]
	r.now = m.At + r.late
	if m.IsResponse() {
		r.response(m)
	} else {
		r.requested(m, i)
	}
	r.late = r.now - m.At
}

// requested takes a request over the proxy.
func (r *relay) requested(m Message, i int) {
	from := uac
	if m.From == r.party[uas].Addr {
		from = uas
	}
	next := r.party[1-from].Addr
	branch := viaBranch(m.Get("Via"))
	h := r.hops[branch]
	first := m
	if h == nil && toTag(m.Get("To")) != "" || h != nil && !h.routed {
		first = m.with(r.routes(from)...) // the ACK to a failure repeats the Route
	}
	switch {
	case h == nil:
		h = &hop{request: m, from: from, routed: toTag(m.Get("To")) == ""}
		r.hops[branch] = h
		r.emit(first, m.From, r.end(from), 0)
		if r.refused(i, branch) {
			return
		}
		if m.Method() == "INVITE" {
			r.emit(r.own(h, "INVITE", 100, ""), r.end(from), m.From, atOnce)
		}
		r.forward(h, first)
		for _, f := range r.forks {
			f.request(h)
		}
	case m.Method() == "ACK": // to a failure: the proxy has acknowledged it itself
		r.emit(first, m.From, r.end(from), 0)
	case m.Method() == "CANCEL":
		r.emit(first, m.From, r.end(from), 0)
		r.emit(r.own(h, "CANCEL", 200, toTag(r.passing[i+1].Get("To"))), r.end(from), m.From, atOnce)
		r.emit(h.hopByHop(m, "CANCEL"), r.end(1-from), next, atOnce)
		for _, f := range r.forks {
			f.cancel(h)
		}
	default: // sent again: the proxy has answered 100, nobody has answered the proxy
		r.emit(h.forwarded, r.end(1-from), next, 0)
		for _, f := range r.forks {
			f.again(h)
		}
	}
}

// forward sends a request on with the Via of the proxy and, when it may begin a
// dialog, its Record-Route.
func (r *relay) forward(h *hop, m Message) {
	var t transaction
	p := *r.proxy
	p.Addr = r.end(1 - h.from)
	r.vias(&t, &p)
	h.via, h.answered = t.via, t.viaAnswered
	h.uri = strings.Fields(m.Start)[1]
	var top []Header
	if h.routed {
		h.uri = r.party[uas].ContactURI()
		for _, uri := range r.path() {
			top = append(top, Header{"Record-Route", uri})
		}
	}
	out := m.without("Route", "Proxy-Authorization")
	out = out.without("Via").with(append(top, Header{"Via", h.via}, Header{"Via", viaAnswered(m.Get("Via"), &r.party[h.from])})...)
	out.Start = m.Method() + " " + h.uri + " SIP/2.0"
	hopsLeft, _ := strconv.Atoi(m.Get("Max-Forwards"))
	SetHeader("Max-Forwards", strconv.Itoa(hopsLeft-1))(&out)
	h.forwarded = out
	r.emit(out, p.Addr, r.party[1-h.from].Addr, lookedUp)
}

// response takes a response over the proxy.
func (r *relay) response(m Message) {
	h := r.hops[viaBranch(m.Get("Via"))]
	back := r.party[h.from].Addr
	if m.From == r.proxy.Addr {
		r.emit(m, r.end(h.from), back, 0)
		return
	}
	next := r.party[1-h.from].Addr
	at := r.end(1 - h.from)
	status, method := m.Status(), m.Method()
	if method == "CANCEL" { // between the proxy and its neighbour
		m = m.without("Via").with(Header{"Via", h.answered})
		r.emit(m, next, at, 0)
		for _, f := range r.forks {
			f.response(h, method, status)
		}
		return
	}
	caller := m
	if h.routed && method == "INVITE" && status > 100 && status < 300 {
		var path []Header
		for _, uri := range r.path() {
			path = append(path, Header{"Record-Route", uri})
		}
		caller = m.with(path...)
	}
	r.emit(caller.without("Via").with(Header{"Via", h.answered}, Header{"Via", m.Get("Via")}), next, at, 0)
	if method == "INVITE" && status >= 300 {
		ack := h.hopByHop(h.forwarded, "ACK")
		SetHeader("To", m.Get("To"))(&ack)
		r.emit(ack, at, next, atOnce)
	}
	for _, f := range r.forks {
		f.response(h, method, status)
	}
	if status > 100 {
		r.emit(caller, r.end(h.from), back, atOnce)
	}
	for _, f := range r.forks {
		f.passed(h, method, status)
	}
}

// refused reports whether the proxy answers a request itself instead of sending it on.
func (r *relay) refused(i int, branch string) bool {
	for _, m := range r.passing[i+1:] {
		if m.IsResponse() && viaBranch(m.Get("Via")) == branch {
			return m.From == r.proxy.Addr && m.Status() == 407
		}
	}
	return false
}

// own is a response of the proxy itself.
func (r *relay) own(h *hop, method string, status int, tag string) Message {
	t := r.transaction(h, method)
	defer r.answeredByProxy(t)()
	b := r.respond(t, status, tag)
	b.add(fContentLength, "Content-Length", b.traits.clen(0))
	return b.Message
}

// transaction is the request, or its CANCEL, as its sender knows it.
func (r *relay) transaction(h *hop, method string) *transaction {
	m := &h.request
	number, _, _ := strings.Cut(m.Get("CSeq"), " ")
	cseq, _ := strconv.ParseUint(number, 10, 32)
	return &transaction{
		from: h.from, method: method, viaAnswered: viaAnswered(m.Get("Via"), &r.party[h.from]), cseq: uint32(cseq),
		fromField: m.Get("From"), toField: m.Get("To"), toTagged: toTag(m.Get("To")) != "",
	}
}

// hopByHop is the ACK to a failure, or the CANCEL, that the proxy makes for the
// request it has sent on: RFC 3261 sections 9.1, 17.1.1.3.
func (h *hop) hopByHop(like Message, method string) Message {
	m := like.without("Record-Route", "Via", "Contact", "Allow", "Supported", "Require", "Session-Expires", "Min-SE", "Content-Type", "Authorization", "Proxy-Authorization", "User-Agent").with(Header{"Via", h.via})
	m.Body = ""
	m.Start = method + " " + h.uri + " SIP/2.0"
	number, _, _ := strings.Cut(h.request.Get("CSeq"), " ")
	SetHeader("CSeq", number+" "+method)(&m)
	SetHeader("Max-Forwards", "70")(&m)
	SetHeader("Content-Length", "0")(&m)
	return m
}

// path are the Record-Route values, the last hop on top: one, or one for each
// transport when the proxy stands between two (RFC 5658 section 6.1).
func (r *relay) path() []string {
	last, first := r.routeURI(uas), r.routeURI(uac)
	if last == first {
		return []string{last}
	}
	return []string{last, first}
}

func (r *relay) routeURI(s side) string { return "<sip:" + r.end(s).uriText() + ";lr>" }

// routes are the Route rows of a request inside the dialog, in the order of the way.
func (r *relay) routes(from side) (rows []Header) {
	for _, uri := range r.path() {
		rows = append(rows, Header{"Route", uri})
	}
	if from == uac && len(rows) == 2 {
		rows[0], rows[1] = rows[1], rows[0]
	}
	return rows
}

// with returns the message with rows in front of the others.
func (m Message) with(rows ...Header) Message {
	m.Headers = append(append(make([]Header, 0, len(m.Headers)+len(rows)), rows...), m.Headers...)
	return m
}

// without returns the message without the rows of those names.
func (m Message) without(names ...string) Message {
	keep := make([]Header, 0, len(m.Headers))
	for _, h := range m.Headers {
		if !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, h.Name) }) {
			keep = append(keep, h)
		}
	}
	m.Headers = keep
	return m
}

// viaBranch is the branch of a Via value.
func viaBranch(via string) string {
	_, v, _ := strings.Cut(via, ";branch=")
	v, _, _ = strings.Cut(v, ";")
	return v
}

// toTag is the tag of a From or To value.
func toTag(value string) string {
	_, v, _ := strings.Cut(value, ";tag=")
	return v
}
