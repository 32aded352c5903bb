package call_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
	"sipls/server/trace"
)

// built is a call made of a trace as its observer logged it.
func built(tr scenario.Trace) *call.Call { return builtFrom(tr, nil) }

func builtFrom(tr scenario.Trace, source []uint32) *call.Call {
	var messages []*sip.Message
	var facts []*call.Facts
	base := time.Date(2026, 11, 22, 5, 47, 0, 0, time.UTC)
	for i := range tr.Messages {
		x := &tr.Messages[i]
		m := sip.Parse(x.Wire())
		m.Head.Is = sip.Whole
		dir := trace.Received
		if x.From.Host == tr.Observer {
			dir = trace.Sent
		}
		f := call.FactsOf(m, call.Context{
			Time: base.Add(x.At).Format("2006-01-02 15:04:05.000000"), Direction: dir, Src: x.From.String(), Dst: x.To.String(),
		})
		messages, facts = append(messages, m), append(facts, &f)
	}
	return call.Build(messages, facts, source)
}

// dump writes what Build found, a line for each message, transaction and dialog.
func dump(c *call.Call) string {
	var b strings.Builder
	name := func(i int32) string {
		if i == call.None {
			return "-"
		}
		m := &c.Messages[i]
		if m.Request {
			return fmt.Sprintf("%d:%s", i, m.Method)
		}
		return fmt.Sprintf("%d:%d", i, m.Status)
	}
	for i := range c.Messages {
		m := &c.Messages[i]
		fmt.Fprintf(&b, "message %s", name(int32(i)))
		if m.Again() {
			fmt.Fprintf(&b, " again %s copy %t", name(m.First), m.Copy)
		}
		if m.Times > 0 {
			fmt.Fprintf(&b, " times %d", m.Times)
		}
		b.WriteByte('\n')
	}
	for i := range c.Transactions {
		t := &c.Transactions[i]
		fmt.Fprintf(&b, "transaction %d %s %d: request %s trying %s ringing %s final %s ack %s cancels %d canceled %d exchange %d dialog %d\n", i, t.Method, t.CSeq, name(t.Request),
			name(t.Trying), name(t.Ringing), name(t.Final), name(t.ACK), t.Cancels, t.Canceled, t.Exchange, t.Dialog)
	}
	for i := range c.Exchanges {
		e := &c.Exchanges[i]
		fmt.Fprintf(&b, "exchange %d %s %d: %v upstream %d initial %t\n", i, e.Method, e.CSeq, e.Transactions, e.Upstream, e.Initial)
	}
	for i := range c.Dialogs {
		d := &c.Dialogs[i]
		fmt.Fprintf(&b, "dialog %d: request %s formed %s confirmed %s bye %s messages %v\n", i, name(d.Request), name(d.Formed), name(d.Confirmed), name(d.Bye), d.Messages)
	}
	return b.String()
}

func TestBuild(t *testing.T) {
	pbx := scenario.PBX(scenario.Asterisk)
	for _, c := range []struct {
		name  string
		trace scenario.Trace
		want  string
	}{
		{"challenged, answered, ended", scenario.Call(scenario.Alice, pbx, scenario.Challenged(407)), `message 0:INVITE
message 1:407
message 2:ACK
message 3:INVITE
message 4:100
message 5:180
message 6:200
message 7:ACK
message 8:BYE
message 9:200
transaction 0 INVITE 1: request 0:INVITE trying - ringing - final 1:407 ack 2:ACK cancels -1 canceled -1 exchange 0 dialog -1
transaction 1 INVITE 2: request 3:INVITE trying 4:100 ringing 5:180 final 6:200 ack 7:ACK cancels -1 canceled -1 exchange 1 dialog 0
transaction 2 ACK 2: request 7:ACK trying - ringing - final - ack - cancels -1 canceled -1 exchange 2 dialog 0
transaction 3 BYE 3: request 8:BYE trying - ringing - final 9:200 ack - cancels -1 canceled -1 exchange 3 dialog 0
exchange 0 INVITE 1: [0] upstream 0 initial true
exchange 1 INVITE 2: [1] upstream 1 initial true
exchange 2 ACK 2: [2] upstream 2 initial false
exchange 3 BYE 3: [3] upstream 3 initial false
dialog 0: request 3:INVITE formed 5:180 confirmed 6:200 bye 8:BYE messages [5 6 7 8 9]
`},
		{"cancelled", scenario.Call(scenario.Alice, pbx, scenario.Cancelled()), `message 0:INVITE
message 1:100
message 2:180
message 3:CANCEL
message 4:200
message 5:487
message 6:ACK
transaction 0 INVITE 1: request 0:INVITE trying 1:100 ringing 2:180 final 5:487 ack 6:ACK cancels -1 canceled 1 exchange 0 dialog 0
transaction 1 CANCEL 1: request 3:CANCEL trying - ringing - final 4:200 ack - cancels 0 canceled -1 exchange 1 dialog 0
exchange 0 INVITE 1: [0] upstream 0 initial true
exchange 1 CANCEL 1: [1] upstream 1 initial true
dialog 0: request 0:INVITE formed 2:180 confirmed - bye - messages [2 4 5 6]
`},
		{"sent again, answered again", scenario.Register(scenario.Alice, pbx).
			Repeat(scenario.Request("REGISTER"), 500*time.Millisecond, 1500*time.Millisecond).Repeat(scenario.Status(200), 2*time.Millisecond), `message 0:REGISTER times 2
message 1:200
message 2:200 again 1:200 copy true
message 3:REGISTER again 0:REGISTER copy false
message 4:REGISTER again 0:REGISTER copy false
transaction 0 REGISTER 1: request 0:REGISTER trying - ringing - final 1:200 ack - cancels -1 canceled -1 exchange 0 dialog -1
exchange 0 REGISTER 1: [0] upstream 0 initial true
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, dump(built(c.trace))); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// A proxy logs each message on two hops: one exchange, two transactions.
func TestHopsAreOneExchange(t *testing.T) {
	proxy := scenario.PBX(scenario.Kamailio)
	c := built(scenario.Proxied(scenario.Alice, proxy, scenario.Bob))
	var got []string
	for i := range c.Exchanges {
		e := &c.Exchanges[i]
		up := &c.Transactions[e.Upstream]
		got = append(got, fmt.Sprintf("%s hops %d, upstream Via %d", e.Method, len(e.Transactions), up.Vias))
	}
	want := []string{"INVITE hops 2, upstream Via 1", "ACK hops 2, upstream Via 1", "BYE hops 2, upstream Via 1"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if len(c.Dialogs) != 1 {
		t.Errorf("%d dialogs", len(c.Dialogs))
	}
	for i := range c.Transactions {
		if x := &c.Transactions[i]; x.Method == call.INVITE && x.ACK == call.None {
			t.Errorf("no ACK for INVITE transaction %d", i)
		}
	}
}

// The order of the wire, where the log has another one.
func TestOrder(t *testing.T) {
	pbx := scenario.PBX(scenario.Asterisk)
	tr := scenario.Call(scenario.Alice, pbx)
	straight := dump(built(tr))

	// Buffered lines of two loggers: the times tell.
	mixed := tr
	mixed.Messages = append([]scenario.Message(nil), tr.Messages...)
	mixed.Messages[0], mixed.Messages[1] = mixed.Messages[1], mixed.Messages[0]
	c := built(mixed)
	if d := cmp.Diff(straight, dump(c)); d != "" || c.Guessed || c.Messages[0].Input != 1 {
		t.Errorf("guessed %t (-want +got):\n%s", c.Guessed, d)
	}

	// Two files, one behind the other.
	files := tr
	files.Messages = nil
	var source []uint32
	for n, from := range []bool{true, false} {
		for _, m := range tr.Messages {
			if (m.From == scenario.Alice.Addr) == from {
				files.Messages, source = append(files.Messages, m), append(source, uint32(n))
			}
		}
	}
	c = builtFrom(files, source)
	if d := cmp.Diff(straight, dump(c)); d != "" || c.Guessed {
		t.Errorf("two files: guessed %t (-want +got):\n%s", c.Guessed, d)
	}

	// The answer stands in front of its request, at the same moment: the protocol tells.
	same := tr
	same.Messages = append([]scenario.Message(nil), tr.Messages...)
	for i := range same.Messages {
		same.Messages[i].At = 0
	}
	same.Messages[0], same.Messages[1] = same.Messages[1], same.Messages[0]
	if c = built(same); !c.Guessed || c.Messages[0].Input != 1 {
		t.Errorf("guessed %t, first message %d", c.Guessed, c.Messages[0].Input)
	}

	// The clock is set back by an hour: the order of the log stays, time spans are void.
	jump := tr
	jump.Messages = append([]scenario.Message(nil), tr.Messages...)
	for i := range jump.Messages {
		if i > 2 {
			jump.Messages[i].At -= time.Hour
		}
	}
	c = built(jump)
	if _, ok := c.Since(0, 1); ok || !c.Jumps || !c.Guessed || c.Messages[0].Method != call.INVITE {
		t.Errorf("jumps %t, guessed %t, a span is known: %t", c.Jumps, c.Guessed, ok)
	}
}

// What two loggers write of one packet is a copy, what its sender sends twice is not.
func TestCopies(t *testing.T) {
	pbx := scenario.PBX(scenario.Asterisk)
	tr := scenario.Register(scenario.Alice, pbx)
	twice := tr
	twice.Messages = append(append([]scenario.Message(nil), tr.Messages...), tr.Messages...)
	c := builtFrom(twice, []uint32{0, 0, 1, 1})
	for i := range c.Messages {
		if m := &c.Messages[i]; m.Again() && !m.Copy || m.Times != 0 {
			t.Errorf("message %d: again %t, copy %t, times %d", i, m.Again(), m.Copy, m.Times)
		}
	}
	if len(c.Transactions) != 1 {
		t.Errorf("%d transactions", len(c.Transactions))
	}
}

func TestResult(t *testing.T) {
	pbx := scenario.PBX(scenario.Asterisk)
	for _, c := range []struct {
		name   string
		trace  scenario.Trace
		quiet  time.Duration
		want   call.Outcome
		status int
	}{
		{"answered", scenario.Call(scenario.Alice, pbx), 0, call.Answered, 200},
		{"answered after a challenge", scenario.Call(scenario.Alice, pbx, scenario.Challenged(407)), 0, call.Answered, 200},
		{"busy", scenario.Call(scenario.Alice, pbx, scenario.Rejected(486)), 0, call.Busy, 486},
		{"busy everywhere", scenario.Call(scenario.Alice, pbx, scenario.Rejected(600)), 0, call.Busy, 600},
		{"cancelled", scenario.Call(scenario.Alice, pbx, scenario.Cancelled()), 0, call.Cancelled, 487},
		{"no answer", scenario.Call(scenario.Alice, pbx, scenario.Rejected(480)), 0, call.NoAnswer, 480},
		{"redirected", scenario.Call(scenario.Alice, pbx, scenario.Rejected(302)), 0, call.Redirected, 302},
		{"failed", scenario.Call(scenario.Alice, pbx, scenario.Rejected(404)), 0, call.Failed, 404},
		{"credentials refused", scenario.Call(scenario.Alice, pbx, scenario.WrongPassword()), 0, call.Failed, 401},
		{"nothing after the ringing", scenario.Call(scenario.Alice, pbx).Only(scenario.Where("the beginning", func(m *scenario.Message) bool {
			return m.Method() == "INVITE" && m.Status() < 200
		})), 0, call.NoAnswer, 0},
		{"the log ends", scenario.Call(scenario.Alice, pbx).Only(scenario.Request("INVITE")), 10 * time.Second, call.InProgress, 0},
		{"nothing ever comes back", scenario.Call(scenario.Alice, pbx).Only(scenario.Request("INVITE")), time.Minute, call.NoAnswer, 0},
		{"retransmitted until it timed out", scenario.Call(scenario.Alice, pbx, scenario.Unanswered()), 0, call.NoAnswer, 0},
		{"registered", scenario.Register(scenario.Alice, pbx, scenario.Challenged(401)), 0, call.Registered, 200},
		{"refused", scenario.Register(scenario.Alice, pbx, scenario.WrongPassword()), 0, call.Refused, 401},
		{"a registrar that does not answer", scenario.Register(scenario.Alice, pbx, scenario.Unanswered()), time.Minute, call.Refused, 0},
		{"a ping", scenario.Keepalive(scenario.Alice, pbx), 0, call.Completed, 200},
		{"a proxy", scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Rejected(486)), 0, call.Busy, 486},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := built(c.trace).Result(c.quiet)
			if r.Outcome != c.want || r.Status != c.status {
				t.Errorf("%s %d, want %s %d", r.Outcome, r.Status, c.want, c.status)
			}
		})
	}
	r := built(scenario.Call(scenario.Alice, pbx, scenario.Challenged(407), scenario.Ringing(4*time.Second), scenario.Talking(23*time.Second))).Result(0)
	if !r.HasSetup || r.Setup < 4*time.Second || r.Setup > 5*time.Second || !r.HasDuration || r.Duration < 23*time.Second || r.Duration > 24*time.Second {
		t.Errorf("setup %v %t, duration %v %t", r.Setup, r.HasSetup, r.Duration, r.HasDuration)
	}
}

// Ten thousand pings under one Call-ID, with one branch each or all with the same one.
func TestManyMessagesOfOneCall(t *testing.T) {
	ping := sip.Parse([]byte("OPTIONS sip:a@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:b@example.com>;tag=1\r\nTo: <sip:a@example.com>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n"))
	const n = 50_000
	for _, same := range []bool{true, false} {
		messages, facts := make([]*sip.Message, n), make([]*call.Facts, n)
		for i := range n {
			f := call.FactsOf(ping, call.Context{})
			if !same {
				f.Transaction, f.CSeq = f.Transaction+uint64(i/2)*2, f.CSeq+uint32(i/2)
			}
			if f.Request = i%2 == 0; !f.Request {
				f.Status = 200
			}
			messages[i], facts[i] = ping, &f
		}
		began := time.Now()
		c := call.Build(messages, facts, nil)
		c.Result(0)
		if d := time.Since(began); d > 5*time.Second {
			t.Errorf("%v for %d messages of one call, one branch %t", d, n, same)
		}
	}
}
