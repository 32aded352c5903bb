package trace

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"sipls/server/scenario"
	"sipls/server/sip"
	"sipls/server/text"
)

// formatOf is the format that finds each of scenario's formats.
var formatOf = map[scenario.Format]*Format{
	scenario.Bare:               BareMessages,
	scenario.AsteriskPJSIP:      asteriskPJSIP,
	scenario.AsteriskFull:       asteriskPJSIP,
	scenario.FreeSWITCHSiptrace: freeswitchSiptrace,
	scenario.FreeSWITCHConsole:  freeswitchSiptrace,
	scenario.SofiaSiptrace:      freeswitchSiptrace,
	scenario.SIPpMessages:       sippMessages,
	scenario.Sngrep:             sngrepText,
}

// Whatever is written in a format is found in it again: the bytes of the wire, who sent them and when.
func TestWhatAProducerWritesIsFound(t *testing.T) {
	pbx := scenario.PBX(scenario.Asterisk)
	tls := scenario.Bob
	tls.Addr = scenario.TLS("[2001:db8::22]:5061")
	for name, calls := range map[string]scenario.Trace{
		"a bridged call with challenge and hold": scenario.Bridge(scenario.Alice, pbx, scenario.Bob, scenario.Challenged(407), scenario.Hold(), scenario.EarlyMedia()).SeenBy(pbx.Addr.Host),
		"a registration over TLS and IPv6":       scenario.Register(tls, pbx, scenario.Challenged(401)).SeenBy(pbx.Addr.Host),
		"a call to a busy phone, copies included": scenario.Call(scenario.Alice, pbx, scenario.Rejected(486)).
			Repeat(scenario.Request("INVITE"), 500*time.Millisecond).SeenBy(pbx.Addr.Host),
		"folded and compact header fields": scenario.Call(scenario.Alice, pbx).
			With(scenario.Request("INVITE").First(), scenario.FoldHeader("Via")).With(scenario.Status(200).First(), scenario.CompactHeaders()).SeenBy(pbx.Addr.Host),
		"a text with empty lines": scenario.Call(scenario.Alice, pbx).
			With(scenario.Request("BYE"), scenario.SetBody("text/plain", "a\r\n\r\nb\r\n")).SeenBy(pbx.Addr.Host),
	} {
		for f, want := range formatOf {
			t.Run(name+"/"+f.String(), func(t *testing.T) {
				checkProduced(t, f, want, calls)
			})
		}
	}
}

func checkProduced(t *testing.T, f scenario.Format, want *Format, calls scenario.Trace) {
	tr := Scan(text.New(calls.Render(f, scenario.WithChatter())), Options{})
	checkTiling(t, tr)
	sent := calls.Messages
	for i := range tr.Len() {
		seg, _ := tr.Segment(i)
		for k, m := range seg.Messages {
			if len(sent) == 0 {
				t.Fatalf("one message too many: %q", m.Bytes(m.Start.Text))
			}
			if seg.Format != want {
				t.Errorf("%q: format %s, want %s", m.Bytes(m.Start.Text), seg.Format.Name, want.Name)
			}
			checkSent(t, tr, i, m, &seg.Envelopes[k], f, &sent[0], calls)
			sent = sent[1:]
		}
	}
	if len(sent) > 0 {
		t.Errorf("%d messages are missing, the first of them %q", len(sent), sent[0].Start)
	}
}

func checkSent(t *testing.T, tr *Trace, i int, m *sip.Message, e *Envelope, f scenario.Format, sent *scenario.Message, calls scenario.Trace) {
	t.Helper()
	wire := sent.Wire()
	shown := wire
	if !f.CRLF() {
		shown = bytes.ReplaceAll(wire, []byte("\r\n"), []byte("\n"))
	}
	if !bytes.Equal(m.Text, shown) {
		t.Errorf("text is\n%q, want\n%q", m.Text, shown)
	}
	if m.Head.Is != sip.Whole || m.Tail.Is != sip.Whole || m.Exact != f.CRLF() {
		t.Errorf("%q: head %+v, tail %+v, exact %v", sent.Start, m.Head, m.Tail, m.Exact)
	}

	b := tr.Bytes(i)
	word := func(r Range) string { return string(r.In(b)) }
	at := calls.Base.Add(sent.At)
	dir, src, dst, transport := Received, endpoint(sent.From), "", sent.From.Transport
	if sent.From.Host == calls.Observer {
		dir, src, dst, transport = Sent, "", endpoint(sent.To), sent.To.Transport
	}
	size := len(wire)
	stamp := ""
	switch f {
	case scenario.Bare:
		dir, src, transport, size, dst = DirectionUnknown, "", "", 0, ""
	case scenario.AsteriskFull:
		stamp = at.Format("Jan _2 15:04:05")
	case scenario.FreeSWITCHSiptrace, scenario.FreeSWITCHConsole, scenario.SofiaSiptrace:
		transport = strings.ToLower(transport)
		stamp = at.Format("15:04:05.000000")
	case scenario.SIPpMessages:
		src, dst = "", ""
		stamp = at.Format("2006-01-02 15:04:05.000000")
	case scenario.Sngrep:
		dir, src, dst, transport, size = DirectionUnknown, endpoint(sent.From), endpoint(sent.To), "", 0
		stamp = at.Format("2006/01/02 15:04:05.000000")
	}
	got := fmt.Sprintf("%s %v %s>%s %s %d", word(e.Time), e.Direction, peer(word, e.Src), peer(word, e.Dst), word(e.Transport), e.Size)
	want := fmt.Sprintf("%s %v %s>%s %s %d", stamp, dir, src, dst, transport, size)
	if got != want {
		t.Errorf("%q: envelope %q, want %q", sent.Start, got, want)
	}
}

func endpoint(e scenario.Endpoint) string { return fmt.Sprintf("%s %d", e.Host, e.Port) }

func peer(word func(Range) string, e Endpoint) string {
	if e.Host.Len == 0 && e.Port.Len == 0 {
		return ""
	}
	return word(e.Host) + " " + word(e.Port)
}

// No matter where a log is cut, what is left of a message is never taken for a whole one that it is not.
func TestCutLogs(t *testing.T) {
	pbx := scenario.PBX(scenario.Asterisk)
	calls := scenario.Call(scenario.Alice, pbx, scenario.Challenged(407)).SeenBy(pbx.Addr.Host)
	for f := range formatOf {
		if f == scenario.Bare {
			continue // there the end of the text ends the message
		}
		log := calls.Render(f)
		whole := map[string]bool{}
		for i := range calls.Messages {
			w := calls.Messages[i].Wire()
			whole[string(w)] = true
			whole[strings.ReplaceAll(string(w), "\r\n", "\n")] = true
		}
		for n := 0; n < len(log); n += 7 {
			tr := Scan(text.New(log[:n]), Options{})
			for i := range tr.Len() {
				seg, _ := tr.Segment(i)
				for _, m := range seg.Messages {
					if m.Head.Is == sip.Whole && m.Tail.Is == sip.Whole && !whole[string(m.Text)] && !whole[string(m.Text)+"\n"] && !whole[string(m.Text)+"\r\n"] {
						t.Fatalf("%v, %d bytes: whole, %q", f, n, m.Text)
					}
				}
			}
		}
	}
}

func TestGeneratedTrafficIsAllFoundWhole(t *testing.T) {
	for f, want := range formatOf {
		tr := Scan(text.New(generated(t, f, 200<<10)), Options{})
		checkTiling(t, tr)
		n := 0
		for i := range tr.Len() {
			seg, _ := tr.Segment(i)
			for _, m := range seg.Messages {
				if n++; seg.Format != want || m.Head.Is != sip.Whole || m.Tail.Is != sip.Whole || m.Start.Malformed {
					t.Fatalf("%v: %s %+v %+v %q", f, seg.Format.Name, m.Head, m.Tail, m.Text)
				}
			}
		}
		if n < 100 {
			t.Errorf("%v: %d messages", f, n)
		}
	}
}

func TestNoiseHoldsNoMessage(t *testing.T) {
	for i := range uint64(5) {
		var b bytes.Buffer
		if err := scenario.Noise(&b, 300<<10, i); err != nil {
			t.Fatal(err)
		}
		tr := Scan(text.New(b.Bytes()), Options{})
		checkTiling(t, tr)
		if got := outline(tr); got != nil {
			t.Errorf("%q", got)
		}
	}
}
