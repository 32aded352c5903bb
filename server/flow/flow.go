package flow

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"sipls/server/call"
	"sipls/server/sip"
	"sipls/server/trace"
)

// Flow is the picture of one call. Its words come out of a log and are not escaped: that is for whoever draws.
type Flow struct {
	Title        string // what became of the call, in one line
	CallID       string
	Places       []string // the texts that it stands in
	Participants []Participant
	Arrows       []Arrow
	Hints        []string // what one should know besides: other legs, an order that is a guess
}

// Participant sends or gets messages.
type Participant struct {
	Name    string // its address, else what is known of it
	Product string // what it calls itself; "" where no message shows it
}

// Arrow is a message on one hop, with its retransmissions.
type Arrow struct {
	From, To int // participants
	Label    string
	Request  bool
	Clock    trace.Clock // of the first time
	Timed    bool
	Since    time.Duration // how much later it is than the arrow before
	HasSince bool

	Again    int           // how often it was sent again
	AgainFor time.Duration // from the first to the last time; 0 when it is not known

	Failed     bool // a failure that nothing mended
	Unanswered bool // a request without any answer in the log, though it was sent again
	Place      Place
	Mark       string // what to see here; drawn instead of the place
}

// Place is the line at which a message begins.
type Place struct {
	Text string // its name
	Line int    // counted from 1
}

// Hop is what the log says around a message of a call.
type Hop struct {
	Text     uint32 // number of the text it stands in
	Src, Dst string // addresses, "" for what the log does not say
	Clock    trace.Clock
	Timed    bool // Clock is known
	Place    Place
	// What follows stands for addresses where there are none: whom From and To name, the host that To names, and
	// who wrote the topmost Via, with its branch in Via. Below is the Via below it in the same form.
	From, To, Server string
	SentBy           string
	Via, Below       string
}

// copyGap is the time within which a message seen again was written twice, not sent twice.
const copyGap = 50 * time.Millisecond

// builder makes a flow of a call.
type builder struct {
	c      *call.Call
	hops   []Hop
	src    []string // of each message
	dst    []string
	same   map[string]string // names of one participant to each other
	names  map[string]int    // participant by name
	f      *Flow
	latest int32 // the last message that has an arrow
	// passedOn tells by a Via who passed the request on that has it on top, and by who wrote that Via who
	// passes on what it sends.
	passedOn map[string]string
	next     []int32 // of each exchange the one in which the same side tries again; None
}

// try is a request, with whatever CSeq number.
type try struct {
	method  call.Method
	initial bool
	from    uint64 // tag, in a dialog
}

// shortNames returns for each name of a text its last part, the whole name where two have that in common.
func shortNames(names []string) map[string]string {
	out, count := map[string]string{}, map[string]int{}
	for _, n := range names {
		out[n] = n[strings.LastIndexAny(n, `/\`)+1:]
		count[out[n]]++
	}
	for _, n := range names {
		if count[out[n]] > 1 || out[n] == "" {
			out[n] = n
		}
	}
	return out
}

// Of makes the picture of a call; hops run in parallel with its messages.
func Of(c *call.Call, hops []Hop) *Flow {
	b := builder{c: c, hops: hops, same: map[string]string{}, names: map[string]int{}, f: &Flow{}, latest: call.None}
	for i := range hops {
		if name := hops[i].Place.Text; !slices.Contains(b.f.Places, name) {
			b.f.Places = append(b.f.Places, name)
		}
	}
	b.ends()
	b.join()
	b.arrows()
	b.products()
	switch {
	case c.Jumps:
		b.f.Hints = append(b.f.Hints, "The clock of the log jumps: the order is that of the lines, times between messages are not shown.")
	case c.Guessed && len(c.Messages) > 1 && !slices.ContainsFunc(hops, func(h Hop) bool { return h.Timed }):
		b.f.Hints = append(b.f.Hints, "No message has a time: the order is that of the lines.")
	case c.Guessed && len(c.Messages) > 1:
		b.f.Hints = append(b.f.Hints, "The order is partly a guess: not all times are there, or they contradict the protocol.")
	}
	return b.f
}

const (
	thisHost   = "this host"
	peer       = "peer"
	callerSide = "caller's side"
	calleeSide = "callee's side"
)

// ends finds out who sent each message to whom.
func (b *builder) ends() {
	n := len(b.c.Messages)
	b.src, b.dst = make([]string, n), make([]string, n)
	several := false
	for i := range b.hops {
		several = several || b.hops[i].Text != b.hops[0].Text
	}
	short := shortNames(b.f.Places)
	in := func(name string, i int) string { // as the text of message i has it
		if several {
			name += " (" + short[b.hops[i].Place.Text] + ")"
		}
		return name
	}
	host := func(i int) string { return in(thisHost, i) }
	upper, lower := false, false // an unnamed peer is at the caller's side, at the callee's
	var unnamed []int
	for i := range b.c.Messages {
		m, h := &b.c.Messages[i], &b.hops[i]
		b.src[i], b.dst[i] = h.Src, h.Dst
		if m.Direction == trace.DirectionUnknown {
			switch {
			case h.Src == "" && h.Dst != "":
				b.src[i] = host(i)
			case h.Src != "" && h.Dst == "":
				b.dst[i] = host(i)
			}
			continue
		}
		own, other := &b.src[i], &b.dst[i]
		if m.Direction == trace.Received {
			own, other = other, own
		}
		if *own == "" {
			*own = host(i)
		}
		if *other == "" {
			unnamed = append(unnamed, i)
			if b.upstream(i) {
				upper = true
			} else {
				lower = true
			}
		}
	}
	caller, callee := callerSide, calleeSide
	if len(b.c.Messages) > 0 && b.c.Messages[0].To != 0 && b.c.Messages[0].Request {
		caller, callee = peer+" 1", peer+" 2" // who called stands in front of the log
	}
	for _, i := range unnamed {
		name := peer
		if upper && lower {
			if name = callee; b.upstream(i) {
				name = caller
			}
		}
		if name = in(name, i); b.c.Messages[i].Direction == trace.Received {
			b.src[i] = name
		} else {
			b.dst[i] = name
		}
	}
	b.passedOn = map[string]string{}
	for i := range b.hops {
		if h := &b.hops[i]; h.Below != "" && h.SentBy != "" {
			b.passedOn[h.Below] = h.SentBy
			if by, _, _ := strings.Cut(h.Below, ";"); b.c.Messages[i].Vias == 2 && b.passedOn[by] == "" {
				b.passedOn[by] = h.SentBy
			}
		}
	}
	for i := range b.c.Messages {
		if b.src[i] == "" && b.dst[i] == "" && !b.asTransaction(i) {
			b.byName(i)
		}
	}
}

// upstream reports whether the other side of a message that was sent or received is the side of the caller.
func (b *builder) upstream(i int) bool {
	m := &b.c.Messages[i]
	received := (m.Direction == trace.Received) == m.Request // its request was
	return received == (m.From == b.c.Messages[0].From)
}

// asTransaction takes the ends of another message of the transaction.
func (b *builder) asTransaction(i int) bool {
	m := &b.c.Messages[i]
	if m.Transaction == call.None {
		return false
	}
	for _, k := range b.c.Transactions[m.Transaction].Messages {
		if int(k) == i || b.hops[k].Src == "" && b.hops[k].Dst == "" {
			continue
		}
		if b.src[i], b.dst[i] = b.src[k], b.dst[k]; b.c.Messages[k].Request != m.Request {
			b.src[i], b.dst[i] = b.dst[k], b.src[k]
		}
		return true
	}
	return false
}

// byName takes whom From, To and Via name for the ends.
func (b *builder) byName(i int) {
	m := &b.c.Messages[i]
	h, vias := &b.hops[i], m.Vias
	if t := m.Transaction; t != call.None {
		// CANCEL and the ACK to a failure go the way of their INVITE, though they have one Via only.
		if x := b.c.Transactions[t].Cancels; x != call.None {
			t = x
		}
		if k := b.c.Transactions[t].Messages[0]; t != m.Transaction || m.Method == call.ACK {
			h, vias = &b.hops[k], b.c.Messages[k].Vias
		}
	}
	from, to := h.From, h.To
	if from == to && h.Server != "" && h.Server != from {
		to = h.Server // of a registration
	}
	if vias > 1 && h.SentBy != "" {
		from = h.SentBy
	}
	if next, ok := b.passedOn[h.Via]; ok {
		to = next
	} else if next, ok := b.passedOn[h.SentBy]; ok && vias == 1 && m.Transaction != call.None && b.c.Transactions[m.Transaction].Initial {
		to = next // it answered itself
	}
	if from == "" {
		from = "?"
	}
	if to == "" || to == from {
		to = peer
	}
	if !m.Request {
		from, to = to, from
	}
	b.src[i], b.dst[i] = from, to
}

// root returns the name that stands for all names of a participant.
func (b *builder) root(name string) string {
	for {
		next, ok := b.same[name]
		if !ok {
			return name
		}
		name = next
	}
}

// unite says that two names are of one participant. The one that says more stands for both.
func (b *builder) unite(name, other string) {
	name, other = b.root(name), b.root(other)
	if name == other {
		return
	}
	if vague(name) > vague(other) {
		name, other = other, name
	}
	b.same[other] = name
}

// vague says how little a name tells: an address least, the other side of a connection most.
func vague(name string) int {
	switch {
	case strings.HasPrefix(name, thisHost):
		return 1
	case strings.HasPrefix(name, peer), strings.HasPrefix(name, callerSide), strings.HasPrefix(name, calleeSide):
		return 2
	}
	return 0
}

// hostOf returns the host of an address.
func hostOf(address string) string {
	if i := strings.LastIndexByte(address, ':'); i > 0 && (address[0] == '[' || strings.IndexByte(address, ':') == i) {
		return address[:i]
	}
	return address
}

// join finds the names that are of one participant: an answer goes back to where its request came from, though the
// ports may differ; and what two texts have of one message says how the one names the host of the other.
func (b *builder) join() {
	for i := range b.c.Transactions {
		t := &b.c.Transactions[i]
		if t.Request == call.None {
			continue
		}
		from, to := b.src[t.Request], b.dst[t.Request]
		if hostOf(from) == hostOf(to) {
			continue
		}
		for _, k := range t.Messages {
			a, z := b.src[k], b.dst[k]
			if !b.c.Messages[k].Request {
				a, z = z, a
			}
			if a != from && hostOf(a) == hostOf(from) {
				b.unite(from, a)
			}
			if z != to && hostOf(z) == hostOf(to) {
				b.unite(to, z)
			}
		}
	}
	for i := range b.c.Messages {
		m := &b.c.Messages[i]
		if m.First == call.None || b.hops[i].Text == b.hops[m.First].Text || m.Text != b.c.Messages[m.First].Text {
			continue
		}
		k := m.First
		for _, pair := range [][2]string{{b.src[i], b.src[k]}, {b.dst[i], b.dst[k]}} {
			if strings.HasPrefix(pair[0], thisHost) != strings.HasPrefix(pair[1], thisHost) {
				b.unite(pair[0], pair[1])
			}
		}
	}
}

func (b *builder) participant(name string) int {
	name = b.root(name)
	p, ok := b.names[name]
	if !ok {
		p = len(b.f.Participants)
		b.names[name] = p
		b.f.Participants = append(b.f.Participants, Participant{Name: name})
	}
	return p
}

// arrows draws each message once.
func (b *builder) arrows() {
	type drawn struct {
		first    int32
		from, to int
	}
	type seen struct {
		arrow         int
		message, last int32
	}
	b.findTries()
	arrows := map[drawn]seen{}
	for i := range b.c.Messages {
		m := &b.c.Messages[i]
		k := drawn{int32(i), b.participant(b.src[i]), b.participant(b.dst[i])}
		if m.First != call.None {
			k.first = m.First
		}
		if before, ok := arrows[k]; ok {
			a := &b.f.Arrows[before.arrow]
			gap, known := b.c.Since(before.last, int32(i))
			copied := m.Copy
			if b.hops[i].Text == b.hops[before.last].Text && known {
				copied = gap < copyGap
			}
			if !copied {
				a.Again++
				if all, known := b.c.Since(before.message, int32(i)); known && all > 0 {
					a.AgainFor = all
				}
			}
			before.last = int32(i)
			arrows[k] = before
			continue
		}
		arrows[k] = seen{len(b.f.Arrows), int32(i), int32(i)}
		h := &b.hops[i]
		a := Arrow{From: k.from, To: k.to, Label: label(m), Request: m.Request, Clock: h.Clock, Timed: h.Timed, Place: h.Place, Failed: b.failed(int32(i))}
		if b.latest != call.None {
			a.Since, a.HasSince = b.c.Since(b.latest, int32(i))
		}
		b.latest = int32(i)
		b.f.Arrows = append(b.f.Arrows, a)
	}
	for k, s := range arrows {
		m := &b.c.Messages[k.first]
		if a := &b.f.Arrows[s.arrow]; m.Request && a.Again > 0 && m.Method != call.ACK && m.Transaction != call.None {
			t := &b.c.Transactions[m.Transaction]
			a.Unanswered = t.Trying == call.None && t.Final == call.None
		}
	}
}

// label writes what a message is: "INVITE (SDP)", "200 OK (BYE)".
func label(m *call.Message) string {
	var b strings.Builder
	if m.Request {
		name := string(m.Msg.Bytes(m.Msg.Start.Method))
		if m.Method == call.INVITE && m.To != 0 {
			name = "re-INVITE"
		}
		b.WriteString(name)
	} else {
		b.WriteString(strconv.Itoa(int(m.Status)))
		if reason := strings.TrimSpace(string(m.Msg.Bytes(m.Msg.Start.Reason))); reason != "" {
			b.WriteString(" " + reason)
		}
		if method := m.Msg.Method(); len(method) > 0 && m.Method != call.INVITE {
			b.WriteString(" (" + string(method) + ")")
		}
	}
	for body := range m.Msg.Parts() {
		if mt := m.Msg.Bytes(body.Type.Subtype); sip.EqualFold(mt, "sdp") {
			b.WriteString(" (SDP)")
			break
		}
	}
	return b.String()
}

// failed reports whether a response is a failure that nothing mended: after a challenge the request comes again.
func (b *builder) failed(i int32) bool {
	m := &b.c.Messages[i]
	if m.Request || m.Status < 400 {
		return false
	}
	switch m.Status {
	case 401, 407, 422, 423:
		return !b.mended(m)
	case 487:
		return m.Transaction == call.None || b.c.Transactions[m.Transaction].Canceled == call.None
	}
	return true
}

// findTries finds for each exchange the next one that is the same request again.
func (b *builder) findTries() {
	b.next = make([]int32, len(b.c.Exchanges))
	latest := map[try]int32{}
	for i := len(b.c.Exchanges) - 1; i >= 0; i-- {
		x := &b.c.Exchanges[i]
		k := try{method: x.Method, initial: x.Initial}
		if !x.Initial {
			k.from = b.c.Messages[b.c.Transactions[x.Transactions[0]].Messages[0]].From
		}
		b.next[i] = call.None
		if n, ok := latest[k]; ok {
			b.next[i] = n
		}
		latest[k] = int32(i)
	}
}

// mended reports whether the request comes again after its first refusal, or again with more success.
func (b *builder) mended(m *call.Message) bool {
	if m.Transaction == call.None || b.c.Transactions[m.Transaction].CSeq == 0 {
		return false
	}
	t := &b.c.Transactions[m.Transaction]
	next := b.next[t.Exchange]
	if next == call.None {
		return false
	}
	if m.Status > 407 || t.Request == call.None {
		return true
	}
	request := b.c.Messages[t.Request].Msg
	if request.Header(sip.HeaderAuthorization) == nil && request.Header(sip.HeaderProxyAuthorization) == nil {
		return true // a challenge
	}
	f := b.c.FinalOf(next)
	return f != call.None && b.c.Messages[f].Status != 401 && b.c.Messages[f].Status != 407
}

// products finds what the participants call themselves: who sends a request with one Via wrote its User-Agent, and who
// answers without having passed the request on wrote Server.
func (b *builder) products() {
	most := make([]uint8, len(b.c.Exchanges)) // Via of the request on its last hop
	for i := range b.c.Exchanges {
		for _, t := range b.c.Exchanges[i].Transactions {
			most[i] = max(most[i], b.c.Transactions[t].Vias)
		}
	}
	several := map[*Participant]bool{}
	for i := range b.c.Messages {
		m := &b.c.Messages[i]
		p := &b.f.Participants[b.participant(b.src[i])]
		var is string
		switch {
		case m.Request && m.Vias == 1 && m.Method != call.CANCEL && m.Method != call.ACK:
			is = product(m.Msg, sip.HeaderUserAgent, sip.HeaderServer)
		case !m.Request && m.Status > 100 && m.Transaction != call.None && m.Msg.Header(sip.HeaderRecordRoute) == nil:
			t := &b.c.Transactions[m.Transaction]
			if x := t.Exchange; t.CSeq != 0 && t.Request != call.None && t.Vias == most[x] && b.c.Exchanges[x].Method == t.Method {
				is = product(m.Msg, sip.HeaderServer, sip.HeaderUserAgent)
			}
		}
		switch {
		case is == "" || several[p]:
		case p.Product != "" && p.Product != is:
			several[p], p.Product = true, "" // a name for several, or something else went through
		default:
			p.Product = is
		}
	}
}

func product(m *sip.Message, ids ...sip.HeaderID) string {
	for _, id := range ids {
		if v := m.Value(id); len(v) > 0 {
			return string(v)
		}
	}
	return ""
}
