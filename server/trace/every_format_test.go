package trace

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sipls/server/scenario"
	"sipls/server/sip"
	"sipls/server/text"
)

// facts are what a format says of a message beyond its text.
type facts struct {
	format    *Format
	time      string // layout of the time, "" where none is written
	direction bool
	peer      bool // the other side, where the direction says
	ends      bool // both sides
	transport bool
	size      bool
	summary   bool // the start line only
}

// everyFormat says it for those that no other test of this kind looks at.
var everyFormat = map[scenario.Format]facts{
	scenario.AsteriskChanSIP:   {format: asteriskChanSIP, direction: true, peer: true},
	scenario.Ngrep:             {format: ngrepByline, time: "2006/01/02 15:04:05.000000", ends: true},
	scenario.NgrepWrapped:      {format: ngrepWrapped, time: "2006/01/02 15:04:05.000000", ends: true},
	scenario.KamailioSipdump:   {format: kamailioSipdump, direction: true, ends: true, transport: true},
	scenario.PJSIP:             {format: pjsip, time: "15:04:05.000", direction: true, peer: true, transport: true, size: true},
	scenario.BaresipTrace:      {format: baresip, ends: true, transport: true},
	scenario.CiscoCUBE:         {format: ciscoCUBE, time: "Jan _2 15:04:05.000", direction: true},
	scenario.CiscoCUCM:         {format: ciscoCUCM, time: "15:04:05.000", direction: true, peer: true, transport: true},
	scenario.BelleSIP:          {format: belleSIP, direction: true, peer: true, transport: true, size: true},
	scenario.Android:           {format: belleSIP, time: "01-02 15:04:05.000", direction: true, peer: true, transport: true, size: true},
	scenario.AcmeSipmsg:        {format: acmePacket, time: "Jan _2 15:04:05.000", direction: true, ends: true},
	scenario.JsSIP:             {format: jsSIPv3, direction: true},
	scenario.JavaLogging:       {format: javaLogging, time: "Jan 2, 2006 3:04:05 PM", direction: true},
	scenario.Tcpdump:           {format: tcpdump, time: "15:04:05.000000", ends: true},
	scenario.TsharkSummary:     {format: tsharkSummary, summary: true},
	scenario.SIPpShortMessages: {format: sippShortMessages, time: "2006-01-02\t15:04:05.000000", direction: true, summary: true},
	scenario.JSONLines:         {format: jsonText, time: "2006-01-02T15:04:05.000000Z07:00", direction: true, ends: true, transport: true},
	scenario.Rsyslog:           {format: syslogEscapes, time: "Jan _2 15:04:05", direction: true, peer: true},
	scenario.TsharkTree:        {format: tsharkTree, ends: true},
	scenario.TsharkJSON:        {format: tsharkJSON, ends: true},
	scenario.WiresharkFollow:   {format: WiresharkFollow, size: true},
	scenario.SIPpErrors:        {format: sippErrors, time: "2006-01-02\t15:04:05.000000", direction: true},
	scenario.Sipsak:            {format: sipsak, direction: true, peer: true, transport: true},
	scenario.JainSIP:           {format: jainSIP, direction: true, ends: true},
	scenario.JsSIPv0:           {format: jsSIP, direction: true},
	scenario.AudioCodes:        {format: audioCodes, time: "02-01@15:04:05.000", direction: true, peer: true, transport: true},
}

func TestEveryFormatHoldsTheSameCalls(t *testing.T) {
	for _, f := range scenario.AllFormats() {
		if _, ok := everyFormat[f]; !ok && formatOf[f] == nil {
			t.Errorf("%v is in no test", f)
		}
	}
	pbx := scenario.PBX(scenario.Asterisk)
	calls := scenario.Merge(
		scenario.Bridge(scenario.Alice, pbx, scenario.Bob, scenario.Challenged(407), scenario.Hold()),
		scenario.Call(scenario.Alice, pbx, scenario.Rejected(486), scenario.Start(time.Minute)),
		scenario.Register(scenario.Bob, pbx, scenario.Challenged(401), scenario.Start(2*time.Minute)),
	).SeenBy(pbx.Addr.Host)
	for f, want := range everyFormat {
		t.Run(f.String(), func(t *testing.T) {
			tr := Scan(text.New(calls.Render(f)), Options{Mode: modeOf(Log)})
			checkTiling(t, tr)
			n := 0
			calls := calls
			if f.ReceivedOnly() {
				calls.Messages = slices.DeleteFunc(slices.Clone(calls.Messages), func(m scenario.Message) bool { return m.From.Host == calls.Observer })
			}
			for i := range tr.Len() {
				seg, _ := tr.Segment(i)
				for k, m := range seg.Messages {
					if n == len(calls.Messages) {
						t.Fatalf("one message too many: %q", m.Text)
					}
					sent := &calls.Messages[n]
					n++
					if seg.Format != want.format {
						t.Errorf("%q: format %s, want %s", sent.Start, seg.Format.Name, want.format.Name)
					}
					want.check(t, tr.Bytes(i), m, &seg.Envelopes[k], sent, calls)
				}
			}
			if n != len(calls.Messages) {
				t.Errorf("%d messages, %d were sent", n, len(calls.Messages))
			}
		})
	}
}

func (w *facts) check(t *testing.T, seg []byte, m *sip.Message, e *Envelope, sent *scenario.Message, calls scenario.Trace) {
	t.Helper()
	if w.summary {
		if got := strings.TrimRight(string(m.Bytes(m.Start.Text)), " "); got != strings.TrimRight(sent.Start, " ") || m.Form != sip.Summary {
			t.Errorf("start line %q, form %v, want %q", got, m.Form, sent.Start)
		}
	} else {
		wire := strings.TrimRight(strings.ReplaceAll(string(sent.Wire()), "\r\n", "\n"), "\n")
		if got := strings.TrimRight(strings.ReplaceAll(string(m.Text), "\r\n", "\n"), "\n"); got != wire {
			t.Errorf("%q, want %q", got, wire)
		}
		if m.Head.Is != sip.Whole || m.Tail.Is != sip.Whole {
			t.Errorf("%q: head %+v, tail %+v", sent.Start, m.Head, m.Tail)
		}
		checkLogOfPhys(t, m)
	}
	word := func(r Range) string { return string(r.In(seg)) }
	if w.time != "" {
		if got, want := word(e.Time), calls.Base.Add(sent.At).Format(w.time); got != want {
			t.Errorf("time %q, want %q", got, want)
		}
	}
	dir, src, dst := Received, endpoint(sent.From), endpoint(sent.To)
	outgoing := sent.From.Host == calls.Observer
	if outgoing {
		dir = Sent
	}
	if w.peer && outgoing {
		src = ""
	} else if w.peer {
		dst = ""
	}
	if !w.direction {
		dir = DirectionUnknown
	}
	if w.peer || w.ends {
		if got, want := fmt.Sprintf("%s>%s", peer(word, e.Src), peer(word, e.Dst)), src+">"+dst; got != want {
			t.Errorf("%q: ends %q, want %q", sent.Start, got, want)
		}
	}
	if e.Direction != dir {
		t.Errorf("%q: direction %v, want %v", sent.Start, e.Direction, dir)
	}
	if got := word(e.Transport); w.transport && !strings.EqualFold(got, sent.From.Transport) {
		t.Errorf("%q: transport %q", sent.Start, got)
	}
	if w.size && int(e.Size) != len(sent.Wire()) {
		t.Errorf("%q: size %d, want %d", sent.Start, e.Size, len(sent.Wire()))
	}
}
