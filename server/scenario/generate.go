package scenario

import (
	"fmt"
	"io"
	"time"
)

// Generate writes realistic traffic in a format until at least size bytes are
// there, ending with a whole record: registrations, calls and pings of 200
// phones at one server, interleaved, with the usual mix of outcomes and with
// what the producer logs besides. No message breaks a rule. The calls under way
// at the end are not finished, as in any excerpt. The same seed gives the same
// bytes. An error is that of w.
func Generate(w io.Writer, f Format, size int64, seed uint64) error {
	t := newTraffic(f, seed)
	r := newRenderer(f, base, t.observer)
	r.chatter = true
	var written int64
	buf := make([]byte, 0, chunk+16<<10)
	for written < size {
		buf = buf[:0]
		for len(buf) < chunk && written+int64(len(buf)) < size {
			buf = r.append(buf, t.next())
		}
		if _, err := w.Write(buf); err != nil {
			return fmt.Errorf("write traffic: %w", err)
		}
		written += int64(len(buf))
	}
	return nil
}

const chunk = 64 << 10

// traffic merges traces that begin one after the other; it holds only those
// under way.
type traffic struct {
	source
	observer string
	server   Party
	phones   []Party
	seed     uint64
	starts   time.Duration // when the next trace begins
	active   []stream      // a heap: the one with the earliest message is first
}

// stream is what is left of a trace.
type stream []Message

func newTraffic(f Format, seed uint64) *traffic {
	t := &traffic{source: newSource(seed, "traffic"), seed: seed * 1_000_000_000}
	switch f {
	case AsteriskPJSIP, AsteriskFull:
		t.server = PBX(Asterisk)
	case FreeSWITCHSiptrace, FreeSWITCHConsole, SofiaSiptrace:
		t.server = PBX(FreeSWITCH)
	case SIPpMessages:
		t.server = PBX(Kamailio)
		t.phones = []Party{Tester()}
		t.observer = t.phones[0].Addr.Host
		return t
	default:
		t.server = PBX(Kamailio)
	}
	t.observer = t.server.Addr.Host
	agents := [...]Agent{Yealink, Linphone, Baresip}
	for i := range 200 {
		user := fmt.Sprintf("%d", 1001+i)
		t.phones = append(t.phones, Party{
			Name: "Phone " + user, User: user, Domain: t.server.Domain, Password: "secret-" + user,
			Addr:  Endpoint{fmt.Sprintf("198.51.100.%d", 10+i), 5060 + i%7, "UDP"},
			Agent: agents[i%len(agents)],
		})
	}
	return t
}

// next returns the next message; it is valid until the call after.
func (t *traffic) next() *Message {
	for len(t.active) == 0 || t.active[0][0].At >= t.starts {
		t.push(t.begin())
		t.starts += t.Duration(200 * time.Millisecond)
	}
	m := &t.active[0][0]
	if t.active[0] = t.active[0][1:]; len(t.active[0]) == 0 {
		last := len(t.active) - 1
		t.active[0], t.active[last] = t.active[last], nil
		t.active = t.active[:last]
	}
	t.siftDown()
	return m
}

func (t *traffic) push(s stream) {
	t.active = append(t.active, s)
	a := t.active
	for i := len(a) - 1; i > 0; {
		up := (i - 1) / 2
		if a[up][0].At <= a[i][0].At {
			return
		}
		a[up], a[i] = a[i], a[up]
		i = up
	}
}

func (t *traffic) siftDown() {
	a := t.active
	for i := 0; ; {
		least := 2*i + 1
		if least >= len(a) {
			return
		}
		if r := least + 1; r < len(a) && a[r][0].At < a[least][0].At {
			least = r
		}
		if a[i][0].At <= a[least][0].At {
			return
		}
		a[i], a[least] = a[least], a[i]
		i = least
	}
}

// begin makes one more trace that starts now.
func (t *traffic) begin() stream {
	t.seed++
	opts := []Option{Seed(t.seed), Start(t.starts)}
	phone := t.phones[t.IntN(len(t.phones))]
	n := t.IntN(100)
	switch {
	case n < 24:
		return Register(phone, t.server, append(opts, Challenged(401), Expires(300))...).Messages
	case n < 26:
		return Register(phone, t.server, append(opts, WrongPassword())...).Messages
	case n < 27:
		return Register(phone, t.server, append(opts, Rejected(403))...).Messages
	case n < 33 && len(t.phones) > 1:
		return Keepalive(t.server, phone, opts...).Messages
	}
	opts = append(opts,
		Ringing(time.Second+t.Duration(6*time.Second)),
		Talking(2*time.Second+t.Duration(40*time.Second)))
	if t.IntN(4) > 0 {
		opts = append(opts, Challenged(407))
	}
	if t.IntN(3) == 0 {
		opts = append(opts, CalleeHangsUp())
	}
	switch n = t.IntN(100); {
	case n < 8:
		opts = append(opts, Rejected(486))
	case n < 12:
		opts = append(opts, Rejected(404))
	case n < 15:
		opts = append(opts, Rejected(480))
	case n < 17:
		opts = append(opts, Rejected(488))
	case n < 18:
		opts = append(opts, Rejected(503))
	case n < 20:
		opts = append(opts, Rejected(603))
	case n < 32:
		opts = append(opts, Cancelled())
	case n < 34:
		opts = append(opts, WrongPassword(), Challenged(407))
	case n < 35:
		opts = append(opts, Unanswered())
	case n < 45:
		opts = append(opts, Hold())
	case n < 55:
		opts = append(opts, EarlyMedia())
	}
	callee := t.phones[t.IntN(len(t.phones))]
	if callee.User == phone.User || t.IntN(3) == 0 {
		return Call(phone, t.server, append(opts, Dial("0"+t.digits(6)))...).Messages
	}
	return Bridge(phone, t.server, callee, opts...).Messages
}
