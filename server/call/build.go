package call

import (
	"cmp"
	"slices"
	"time"

	"sipls/server/sip"
	"sipls/server/trace"
)

const (
	// maxShuffle is how far the lines of one log may be out of the order of their times, for the times to be right.
	maxShuffle = 2 * time.Second
	// copyGap is the time within which the same message is the same packet written twice: nobody retransmits so
	// early (T1 is 500 ms, RFC 3261 section 17.1.1.1; in closed networks it may be smaller).
	copyGap = 50 * time.Millisecond
)

type builder struct {
	messages []*sip.Message
	facts    []*Facts
	source   []uint32
	c        *Call
	byKey    map[uint64]int32 // transaction key to transaction
	byBranch map[uint64]int32 // branch to INVITE transaction
	dialogs  map[[2]uint64]int32
	initials map[uint64]int32 // From tag to the SUBSCRIBE or REFER
}

func (b *builder) build() *Call {
	n := len(b.messages)
	b.c = &Call{Messages: make([]Message, n)}
	b.order()
	for i := range b.c.Messages {
		f := b.c.Messages[i].Facts
		b.c.methods |= 1 << f.Method
		if s := int(f.Status); s > 0 && s>>6 < len(b.c.statuses) {
			b.c.statuses[s>>6] |= 1 << (s & 63)
		}
	}
	b.transactions()
	b.repeats()
	b.exchanges()
	b.findDialogs()
	b.acks()
	return b.c
}

// order fills in the messages in the order of the wire.
func (b *builder) order() {
	c := b.c
	base := -1
	timed := 0
	for i := range c.Messages {
		m := &c.Messages[i]
		*m = Message{Msg: b.messages[i], Facts: b.facts[i], Input: int32(i), Transaction: None, Dialog: None, First: None, answers: None}
		if !m.Timed {
			continue
		}
		if base < 0 {
			base = i
		}
		m.at, m.timed = m.Clock.Sub(c.Messages[base].Clock)
		if m.timed {
			timed++
		}
	}
	several := b.source != nil && slices.ContainsFunc(b.source, func(s uint32) bool { return s != b.source[0] })
	c.Guessed = timed < len(c.Messages)
	sorted := true
	var latest time.Duration
	for i := range c.Messages {
		m := &c.Messages[i]
		if !m.timed {
			continue
		}
		if i > 0 && several && b.source[i] != b.source[i-1] {
			latest = m.at
			sorted = false
		}
		switch {
		case m.at >= latest:
			latest = m.at
		case latest-m.at > maxShuffle:
			c.Jumps, c.Guessed = true, true
		default:
			sorted = false
		}
	}
	if !sorted && !c.Guessed {
		slices.SortStableFunc(c.Messages, func(a, b Message) int { return cmp.Compare(a.at, b.at) })
	}
	b.causes()
	for i := range c.Messages {
		if int(c.Messages[i].Input) != i {
			c.inverse = make([]int32, len(c.Messages))
			for k := range c.Messages {
				c.inverse[c.Messages[k].Input] = int32(k)
			}
			break
		}
	}
}

// causes puts requests in front of their answers where the time does not forbid it.
func (b *builder) causes() {
	c := b.c
	var first map[uint64]int // answers whose request did not come yet
	for i := range c.Messages {
		m := &c.Messages[i]
		if m.Facts.Transaction == 0 {
			continue
		}
		if !m.Request {
			if first == nil {
				first = map[uint64]int{}
			}
			if _, ok := first[m.Facts.Transaction]; !ok {
				first[m.Facts.Transaction] = i
			}
			continue
		}
		at, early := first[m.Facts.Transaction]
		switch {
		case !early:
			if first == nil {
				first = map[uint64]int{}
			}
			first[m.Facts.Transaction] = -1
		case at >= 0:
			first[m.Facts.Transaction] = -1
			// Far away, or later by the clock: it is a retransmission whose first copy is not in the trace.
			answer := &c.Messages[at]
			if m.timed && answer.timed && m.at-answer.at > copyGap || i-at > 8 {
				continue
			}
			moved := *m
			copy(c.Messages[at+1:i+1], c.Messages[at:i])
			c.Messages[at] = moved
			for k := at + 1; k <= i; k++ {
				if t := c.Messages[k].Facts.Transaction; t != 0 && !c.Messages[k].Request && first[t] == k-1 {
					first[t] = k
				}
			}
			c.Guessed = true
		}
	}
}

// transactionKey names the transaction of a message; where the Via is missing or masked by what else there is.
func transactionKey(f *Facts) uint64 {
	if f.Transaction != 0 {
		return f.Transaction
	}
	if f.CSeq == 0 || f.Method <= Other {
		return 0
	}
	return mix(mix(uint64(f.CSeq)<<8|uint64(f.Method), f.From), 0x9e3779b97f4a7c15)
}

// mix makes one hash of two.
func mix(a, b uint64) uint64 {
	h := (a ^ b<<31 ^ b>>33) * 0xbf58476d1ce4e5b9
	return h ^ h>>29 | 1
}

func (b *builder) transactions() {
	c := b.c
	b.byKey = make(map[uint64]int32, len(c.Messages)/2+1)
	b.byBranch = make(map[uint64]int32)
	for i := range c.Messages {
		m := &c.Messages[i]
		if m.Method == ACK && m.Request && m.Branch != 0 {
			if t, ok := b.byBranch[m.Branch]; ok {
				m.Transaction = t
				continue
			}
		}
		key := transactionKey(m.Facts)
		if key == 0 {
			continue
		}
		t, ok := b.byKey[key]
		if !ok {
			t = int32(len(c.Transactions))
			b.byKey[key] = t
			c.Transactions = append(c.Transactions, Transaction{
				Method: m.Method, CSeq: m.CSeq, Vias: m.Vias,
				Request: None, Final: None, Trying: None, Ringing: None, ACK: None, Cancels: None, Canceled: None, Exchange: None, Dialog: None,
			})
			if m.Method == INVITE && m.Branch != 0 {
				b.byBranch[m.Branch] = t
			}
		}
		m.Transaction = t
	}
	// One array for the messages of all transactions.
	counts := make([]int32, len(c.Transactions)+1)
	for i := range c.Messages {
		if t := c.Messages[i].Transaction; t != None {
			counts[t+1]++
		}
	}
	for t := 1; t < len(counts); t++ {
		counts[t] += counts[t-1]
	}
	all := make([]int32, counts[len(counts)-1])
	for t := range c.Transactions {
		c.Transactions[t].Messages = all[counts[t]:counts[t]:counts[t+1]]
	}
	for i := range c.Messages {
		m := &c.Messages[i]
		if m.Transaction == None {
			continue
		}
		t := &c.Transactions[m.Transaction]
		t.Messages = append(t.Messages, int32(i))
		set := func(to *int32) {
			if *to == None {
				*to = int32(i)
			}
		}
		switch {
		case m.Request && m.Method != t.Method:
			set(&t.ACK)
		case m.Request:
			if t.Request == None {
				t.Vias, t.Initial = m.Vias, m.To == 0
			}
			set(&t.Request)
		case m.Status < 200:
			set(&t.Trying)
			if m.Status > 100 {
				set(&t.Ringing)
			}
		case t.Final == None || c.Messages[t.Final].Status >= 300 && m.Status < 300:
			t.Final = int32(i)
		}
	}
	for i := range c.Transactions {
		t := &c.Transactions[i]
		b.answer(t)
		if t.Method != CANCEL {
			continue
		}
		if x, ok := b.byBranch[c.Messages[t.Messages[0]].Branch]; ok && c.Messages[t.Messages[0]].Branch != 0 {
			t.Cancels, c.Transactions[x].Canceled = x, int32(i)
		}
	}
}

// answer finds the requests for all responses of a transaction at once: thousands of pings may share a branch.
func (b *builder) answer(t *Transaction) {
	last := None
	for n, i := range t.Messages {
		m := &b.c.Messages[i]
		switch {
		case !m.Request:
			m.answers = last
		case m.Method == t.Method:
			if last == None {
				for _, early := range t.Messages[:n] {
					b.c.Messages[early].answers = i
				}
			}
			last = i
		}
	}
}

// repeats finds messages that stand in the trace more than once.
func (b *builder) repeats() {
	c := b.c
	type same struct {
		transaction int32
		text        uint64
	}
	seen := make(map[same]int32, len(c.Messages))
	last := make([]int32, len(c.Messages)) // of the first of a message the latest copy
	for i := range c.Messages {
		m := &c.Messages[i]
		if m.Transaction == None {
			continue
		}
		t := &c.Transactions[m.Transaction]
		what := m.Text
		switch {
		case m.Request:
			// All requests of one transaction and method are the same one (RFC 3261 section 17.2.3); each ACK of a failure is, too.
			what = uint64(m.Method)
		case m.Status >= 200:
			what = mix(uint64(m.Status), m.To)
		}
		k := same{m.Transaction, what}
		first, ok := seen[k]
		if !ok {
			seen[k] = int32(i)
			last[i] = int32(i)
			continue
		}
		m.First = first
		before := last[first]
		last[first] = int32(i)
		p := &c.Messages[before]
		gap, known := c.Since(before, int32(i))
		switch {
		case b.source != nil && b.source[m.Input] != b.source[p.Input]:
			m.Copy = true
		case known && gap < copyGap:
			m.Copy = true
		case p.Direction != m.Direction && p.Direction != trace.DirectionUnknown && m.Direction != trace.DirectionUnknown:
			m.Copy = true
		case p.Src != m.Src && p.Src != 0 && m.Src != 0, p.Dst != m.Dst && p.Dst != 0 && m.Dst != 0:
			m.Copy = true
		case !known && t.Method == m.Method && p.Text != m.Text:
			m.Copy = true
		default:
			c.Messages[first].Times++
		}
	}
}

func (b *builder) exchanges() {
	c := b.c
	type key struct {
		method  Method
		cseq    uint32
		from    uint64
		initial bool
	}
	seen := make(map[key]int32, len(c.Transactions))
	for i := range c.Transactions {
		t := &c.Transactions[i]
		m := &c.Messages[t.Messages[0]]
		if t.CSeq == 0 {
			continue
		}
		k := key{t.Method, t.CSeq, m.From, t.Initial || t.Request == None}
		x, ok := seen[k]
		if !ok {
			x = int32(len(c.Exchanges))
			seen[k] = x
			c.Exchanges = append(c.Exchanges, Exchange{Method: t.Method, CSeq: t.CSeq, Upstream: int32(i), Initial: t.Initial})
		}
		e := &c.Exchanges[x]
		e.Transactions = append(e.Transactions, int32(i))
		if u := &c.Transactions[e.Upstream]; t.Vias < u.Vias {
			e.Upstream = int32(i)
		}
		t.Exchange = x
	}
}

// findDialogs makes dialogs of the messages that have both tags and form one or belong to one.
func (b *builder) findDialogs() {
	c := b.c
	for i := range c.Messages {
		m := &c.Messages[i]
		if m.From == 0 || m.To == 0 {
			continue
		}
		key := [2]uint64{min(m.From, m.To), max(m.From, m.To)}
		d, ok := b.dialogs[key]
		if !ok {
			if !forms(m) || m.Method == ACK && m.Transaction != None && c.Transactions[m.Transaction].Method == INVITE {
				continue
			}
			if b.dialogs == nil {
				b.dialogs = map[[2]uint64]int32{}
			}
			d = int32(len(c.Dialogs))
			b.dialogs[key] = d
			x := Dialog{UAC: m.From, UAS: m.To, Invite: None, Formed: None, Confirmed: None, Bye: None, Request: None}
			switch {
			case !m.Request && m.Method != BYE && m.Method != ACK:
				b.formedBy(&x, int32(i))
			case m.Method == NOTIFY:
				// A NOTIFY may come before the 2xx to its SUBSCRIBE (RFC 6665 section 4.4.1); its To tag is the subscriber's.
				if r := b.initial(m.To); r != None {
					x.UAC, x.UAS, x.Formed, x.Request, x.Confirmed = m.To, m.From, int32(i), r, int32(i)
				}
			}
			c.Dialogs = append(c.Dialogs, x)
		}
		x := &c.Dialogs[d]
		m.Dialog = d
		x.Messages = append(x.Messages, int32(i))
		if x.Confirmed == None && (m.Request && m.Method != PRACK && m.Method != UPDATE && x.Formed == None ||
			!m.Request && m.Status >= 200 && m.Status < 300 && (m.Method == INVITE || m.Method == SUBSCRIBE || m.Method == REFER)) {
			x.Confirmed = int32(i)
		}
		if m.Method == BYE && m.Request && x.Bye == None {
			x.Bye = int32(i)
		}
		if m.Transaction != None {
			if t := &c.Transactions[m.Transaction]; t.Dialog == None {
				t.Dialog = d
			}
		}
	}
}

// forms reports whether a message with both tags is in a dialog: it is a request, or the answer to one that makes a
// dialog, or a 2xx. A failure of a request outside a dialog makes none.
func forms(m *Message) bool {
	if m.Request {
		return m.Method != CANCEL && m.Method != REGISTER && m.Method != PUBLISH && m.Method != OPTIONS && m.Method != MESSAGE
	}
	switch m.Method {
	case INVITE:
		return m.Status > 100 && m.Status < 300
	case SUBSCRIBE, REFER:
		return m.Status >= 200 && m.Status < 300
	}
	return false
}

func (b *builder) formedBy(x *Dialog, i int32) {
	c := b.c
	m := &c.Messages[i]
	x.Formed = i
	if m.Transaction == None {
		return
	}
	t := &c.Transactions[m.Transaction]
	x.Request = t.Request
	if t.Method == INVITE {
		x.Invite = m.Transaction
	}
	if t.Request != None && !t.Initial {
		// Not the request that formed it: the trace begins later, or the tags are not those of the dialog.
		x.Formed, x.Request = None, None
	}
}

// initial returns the first SUBSCRIBE or REFER outside a dialog with the From tag.
func (b *builder) initial(from uint64) int32 {
	if b.initials == nil {
		b.initials = map[uint64]int32{}
		for i := range b.c.Messages {
			m := &b.c.Messages[i]
			if _, ok := b.initials[m.From]; !ok && m.Request && m.To == 0 && (m.Method == SUBSCRIBE || m.Method == REFER) {
				b.initials[m.From] = int32(i)
			}
		}
	}
	if i, ok := b.initials[from]; ok {
		return i
	}
	return None
}

// acks finds the ACK of each 2xx to an INVITE: it is in the same dialog and has the same CSeq number (RFC 3261 section 13.2.2.4).
func (b *builder) acks() {
	c := b.c
	if !c.HasMethod(ACK) {
		return
	}
	type key struct {
		dialog int32
		cseq   uint32
	}
	var acked map[key]int32
	for i := range c.Messages {
		m := &c.Messages[i]
		if m.Method != ACK || !m.Request || m.Dialog == None || m.CSeq == 0 {
			continue
		}
		k := key{m.Dialog, m.CSeq}
		if _, ok := acked[k]; !ok {
			if acked == nil {
				acked = map[key]int32{}
			}
			acked[k] = int32(i)
		}
	}
	for i := range c.Transactions {
		t := &c.Transactions[i]
		if t.Method != INVITE || t.Final == None {
			continue
		}
		f := &c.Messages[t.Final]
		if f.Status >= 300 {
			continue
		}
		t.ACK = None
		if a, ok := acked[key{f.Dialog, t.CSeq}]; ok && f.Dialog != None {
			t.ACK = a
		}
	}
}
