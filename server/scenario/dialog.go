package scenario

import (
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"
)

// side is one of the two parties of a Call-ID.
type side int

const (
	uac side = iota // sent the first request
	uas
)

// dialog writes the messages of one Call-ID.
type dialog struct {
	source
	plan
	party    [2]Party
	addr     [2]string // From and To values without tags
	tag      [2]string // the tag of the UAS is empty until a dialog exists
	cseq     [2]uint32 // the last one used
	target   string    // Request-URI outside a dialog
	callID   string
	number   string // the seed, as SIPp counts its calls
	pid      string
	now      time.Duration
	accepted time.Duration // when the 100 to the INVITE went out
	proxy    *Party        // through which the dialog goes, see Proxied
	need     needs
	nc       uint32 // how often the nonce has been used
	asked    int    // the status of the last challenge
	offered  string // the body of the last INVITE
	minSE    int    // seconds

	refreshed time.Duration // when the session was last refreshed
	referTo   string        // where a transfer goes
	event     string        // what a subscription is to
	messages  []Message
}

func newDialog(kind string, from, to Party, opts []Option) *dialog {
	p := newPlan(opts)
	d := &dialog{
		source: newSource(p.seed, kind, from.User, from.Addr.Host, to.User, to.Addr.Host),
		plan:   p,
		party:  [2]Party{from, to},
		number: strconv.FormatUint(p.seed, 10),
		now:    p.start,
	}
	t := from.Agent.traits
	d.callID = t.callID(d.source, d, from.local().hostText())
	d.cseq[uac] = t.cseq(d.source) - 1
	d.cseq[uas] = to.Agent.traits.cseq(d.source) - 1
	d.addr[uac] = nameAddr(from.Name, from.URI())
	d.tag[uac] = t.tag(d.source, d)
	d.messages = make([]Message, 0, 16)
	return d
}

func (d *dialog) trace() Trace {
	observer := d.party[uas]
	if d.party[uac].User == "" {
		observer = d.party[uac]
	}
	return Trace{Base: base, Observer: observer.Addr.Host, Messages: d.messages}
}

// sippPID is the process id that SIPp puts into its identifiers: one per host.
func (d *dialog) sippPID() string {
	if d.pid == "" {
		h := fnv.New32a()
		h.Write([]byte(d.party[uac].Addr.Host))
		d.pid = strconv.Itoa(1000 + int(h.Sum32()%30000))
	}
	return d.pid
}

// wait lets a time between d and 1.2 d pass.
func (d *dialog) wait(t time.Duration) {
	d.now += (t + d.Duration(t/5+1)).Truncate(time.Microsecond)
}

func (s source) Duration(below time.Duration) time.Duration {
	return time.Duration(s.Int64N(int64(below)))
}

// transaction is what a response, an ACK and a CANCEL repeat of a request.
type transaction struct {
	from        side
	method, uri string
	at          time.Duration
	via         string
	viaAnswered string // with what RFC 3581 section 4 adds
	cseq        uint32
	fromField   string
	toField     string
	toTagged    bool
	credentials Header // of the request, when it had any
}

// begin makes a new transaction of a request that side s sends.
func (d *dialog) begin(s side, method, uri string) *transaction {
	p := &d.party[s]
	d.cseq[s]++
	t := &transaction{from: s, method: method, uri: uri, at: d.now, cseq: d.cseq[s]}
	d.vias(t, p)
	t.fromField = d.addr[s] + ";tag=" + d.tag[s]
	t.toField = d.addr[1-s]
	if tag := d.tag[1-s]; tag != "" {
		t.toField += ";tag=" + tag
		t.toTagged = true
	}
	return t
}

func (d *dialog) vias(t *transaction, p *Party) {
	t.via = "SIP/2.0/" + p.Addr.Transport + " " + p.local().String()
	branch := ";branch=" + p.Agent.traits.branch(d.source, d)
	switch p.Agent.traits.rport {
	case "before":
		t.via += ";rport" + branch
	case "after":
		t.via += branch + ";rport"
	default:
		t.via += branch
	}
	t.viaAnswered = viaAnswered(t.via, p)
}

// draft collects the header fields of a message in the order of its sender.
type draft struct {
	Message
	traits *traits
	order  *order
	ranks  [24]uint8
}

func (b *draft) add(f field, name, value string) {
	rank := b.order[f]
	b.Headers = append(b.Headers, Header{})
	i := len(b.Headers) - 1
	for i > 0 && b.ranks[i-1] > rank {
		b.Headers[i], b.ranks[i] = b.Headers[i-1], b.ranks[i-1]
		i--
	}
	b.Headers[i], b.ranks[i] = Header{name, value}, rank
}

func (d *dialog) draft(from side, o func(*traits) *order) *draft {
	p := &d.party[from]
	b := &draft{traits: p.Agent.traits, order: o(p.Agent.traits)}
	b.From, b.To = p.Addr, d.party[1-from].Addr
	b.Headers = make([]Header, 0, 16)
	return b
}

func requestOrder(t *traits) *order  { return &t.requests }
func responseOrder(t *traits) *order { return &t.responses }

// request drafts the request of a transaction, or its ACK or CANCEL.
func (d *dialog) request(t *transaction, method, uri string) *draft {
	b := d.draft(t.from, requestOrder)
	b.Start = method + " " + uri + " SIP/2.0"
	b.add(fVia, "Via", t.via)
	b.add(fMaxForwards, "Max-Forwards", "70")
	b.add(fFrom, "From", t.fromField)
	b.add(fTo, "To", t.toField)
	b.add(fCallID, "Call-ID", d.callID)
	b.add(fCSeq, "CSeq", strconv.FormatUint(uint64(t.cseq), 10)+" "+method)
	if p := d.party[t.from].Agent.Product; p != "" {
		b.add(fProduct, "User-Agent", p)
	}
	return b
}

// respond drafts the response of the other side. toTag is added where the
// request had none; it is empty in a 100.
func (d *dialog) respond(t *transaction, status int, toTag string) *draft {
	b := d.draft(1-t.from, responseOrder)
	b.Start = "SIP/2.0 " + strconv.Itoa(status) + " " + Reason(status)
	b.add(fVia, "Via", t.viaAnswered)
	b.add(fFrom, "From", t.fromField)
	to := t.toField
	if !t.toTagged && toTag != "" {
		to += ";tag=" + toTag
	}
	b.add(fTo, "To", to)
	b.add(fCallID, "Call-ID", d.callID)
	b.add(fCSeq, "CSeq", strconv.FormatUint(uint64(t.cseq), 10)+" "+t.method)
	if p := d.party[1-t.from].Agent.Product; p != "" && b.traits.productInResponses != "" {
		b.add(fProduct, b.traits.productInResponses, p)
	}
	return b
}

// send completes the message and puts it into the trace.
func (d *dialog) send(b *draft, sdp string) { d.sendBody(b, "application/sdp", sdp) }

// sendBody is send with a body of another type; an empty body has none.
func (d *dialog) sendBody(b *draft, contentType, body string) {
	if body != "" {
		b.add(fContentType, "Content-Type", contentType)
		b.Body = body
	}
	b.add(fContentLength, "Content-Length", b.traits.clen(len(b.Body)))
	b.At = d.now
	d.messages = append(d.messages, b.Message)
}

// sendPlain sends a response without anything special after the time t.
func (d *dialog) sendPlain(t *transaction, status int, toTag string, after time.Duration) {
	d.wait(after)
	b := d.respond(t, status, toTag)
	d.demand(b, t, status)
	d.send(b, "")
}

// needs are the method and the extension beyond the habits of the agents that a
// scenario asks both sides for.
type needs struct{ methods, extensions []string }

// abilities are the header fields that tell what the sender can do.
func (d *dialog) abilities(b *draft) {
	b.add(fAllow, "Allow", withTokens(b.traits.allow, d.need.methods))
	b.add(fSupported, "Supported", withTokens(b.traits.supported, d.need.extensions))
}

// withTokens adds the tokens that a list separated by commas lacks.
func withTokens(list string, tokens []string) string {
	for _, t := range tokens {
		if !slices.Contains(strings.Split(list, ", "), t) {
			list += ", " + t
		}
	}
	return list
}

func (d *dialog) contact(b *draft, s side) {
	b.add(fContact, "Contact", "<"+d.party[s].ContactURI()+">")
}

// newTag is a tag for a response of the other side.
func (d *dialog) newTag(t *transaction) string {
	return d.party[1-t.from].Agent.traits.tag(d.source, d)
}

// challenged sends a 401 or 407 and returns what it asked for. A proxy asks with
// 407, a party with 401 (RFC 3261 section 22.3).
func (d *dialog) challenged(t *transaction, status int, toTag string) challenge {
	if status == 407 {
		defer d.answeredByProxy(t)()
	}
	d.nc, d.asked = 0, status
	d.wait(3 * time.Millisecond)
	b := d.respond(t, status, toTag)
	realm := d.party[uas].Domain
	value, c := b.traits.challenge(d.source, realm)
	name := "WWW-Authenticate"
	if status == 407 {
		name = "Proxy-Authenticate"
	}
	b.add(fCredentials, name, value)
	d.send(b, "")
	return c
}

// authorize adds credentials for the challenge to a request.
func (d *dialog) authorize(b *draft, t *transaction, c challenge) {
	p := d.party[t.from]
	password := p.Password
	if d.wrongPassword {
		password += "-mistyped"
	}
	name := "Authorization"
	if d.asked == 407 {
		name = "Proxy-Authorization"
	}
	d.nc++
	t.credentials = Header{name, c.credentials(p, password, t.method, t.uri, d.hex(16), d.nc)}
	b.add(fCredentials, name, t.credentials.Value)
}

// ackFailure acknowledges a final response other than 2xx: the branch and the
// Request-URI of the INVITE, the To of the response (RFC 3261 section 17.1.1.3).
func (d *dialog) ackFailure(t *transaction, toTag string) {
	d.wait(2 * time.Millisecond)
	ack := *t
	if !t.toTagged {
		ack.toField += ";tag=" + toTag
	}
	d.send(d.request(&ack, "ACK", t.uri), "")
}

// retransmit sends the last message again as RFC 3261 sections 17.1.1.2 and
// 17.1.2.2 time it over UDP when no response comes: T1 = 500 ms, for requests
// other than INVITE at most T2 = 4 s, for 32 s.
func (d *dialog) retransmit(method string) {
	const t1, t2 = 500 * time.Millisecond, 4 * time.Second
	m := d.messages[len(d.messages)-1]
	first := m.At
	if d.party[uas].Addr.Transport != "UDP" { // TCP does it by itself
		d.now = first + 64*t1
		return
	}
	for gap := t1; ; gap *= 2 {
		if method != "INVITE" {
			gap = min(gap, t2)
		}
		m.At += gap
		if m.At-first >= 64*t1 {
			d.now = first + 64*t1
			return
		}
		again := m
		again.At += d.Duration(900 * time.Microsecond).Truncate(time.Microsecond)
		d.messages = append(d.messages, again)
	}
}
