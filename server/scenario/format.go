package scenario

import (
	"fmt"
	"time"
)

// Format is a producer's way of writing messages into a text.
type Format uint8

// The formats.
const (
	Bare               Format = iota // the messages alone, one behind the other
	AsteriskPJSIP                    // `pjsip set logger on`, console: no times
	AsteriskFull                     // the same in the full log: a prefix on the marker line
	FreeSWITCHSiptrace               // `sofia global siptrace on`, file log: messages indented
	FreeSWITCHConsole                // the same in fs_cli: messages not indented
	SofiaSiptrace                    // sofia-sip TPORT_LOG=1: indented, a rule after the message too
	SIPpMessages                     // SIPp -trace_msg
	Sngrep                           // sngrep, saved as text

	AsteriskChanSIP   // `sip set debug on` of chan_sip
	Ngrep             // ngrep -W byline
	NgrepWrapped      // ngrep without -W
	KamailioSipdump   // Kamailio, module sipdump
	PJSIP             // pjsua and other programs on PJSIP
	BaresipTrace      // baresip -s
	CiscoCUBE         // debug ccsip messages of Cisco CUBE
	CiscoCUCM         // SDL trace of Cisco CUCM
	BelleSIP          // Linphone and other programs on belle-sip
	Android           // Linphone in the log of Android
	AcmeSipmsg        // sipmsg.log of Oracle and Acme Packet
	JsSIP             // JsSIP 3 in the console of a browser
	JavaLogging       // java.util.logging
	Tcpdump           // tcpdump -A
	TsharkSummary     // tshark, list of packets
	SIPpShortMessages // SIPp -trace_shortmsg
	JSONLines         // a program that logs JSON
	Rsyslog           // a daemon behind rsyslog
	AudioCodes        // syslog of AudioCodes
	TsharkTree        // tshark -V
	TsharkJSON        // tshark -T json
	WiresharkFollow   // tshark -z follow
	SIPpErrors        // SIPp -trace_err
	Sipsak            // sipsak -vvv
	JainSIP           // message log of JAIN-SIP
	JsSIPv0           // JsSIP 0 in the console of a browser
)

// spec is what one format does; each has a file of its own.
type spec struct {
	name string
	// capture is true for tools that see traffic between any hosts; the log of a
	// party holds what this party sent and received.
	capture bool
	// write appends the message with its envelope.
	write func(dst []byte, r *record) []byte
	// chatter appends what the producer logs about the message; nil when it logs nothing.
	chatter func(dst []byte, r *record) []byte
}

var specs = [...]spec{
	Bare:               bareSpec,
	AsteriskPJSIP:      asteriskPJSIPSpec,
	AsteriskFull:       asteriskFullSpec,
	FreeSWITCHSiptrace: freeswitchSiptraceSpec,
	FreeSWITCHConsole:  freeswitchConsoleSpec,
	SofiaSiptrace:      sofiaSiptraceSpec,
	SIPpMessages:       sippMessagesSpec,
	Sngrep:             sngrepSpec,
	AsteriskChanSIP:    asteriskChanSIPSpec,
	Ngrep:              ngrepSpec,
	NgrepWrapped:       ngrepWrappedSpec,
	KamailioSipdump:    kamailioSipdumpSpec,
	PJSIP:              pjsipSpec,
	BaresipTrace:       baresipSpec,
	CiscoCUBE:          ciscoCUBESpec,
	CiscoCUCM:          ciscoCUCMSpec,
	BelleSIP:           belleSIPSpec,
	Android:            androidSpec,
	AcmeSipmsg:         acmeSipmsgSpec,
	JsSIP:              jsSIPSpec,
	JavaLogging:        javaLoggingSpec,
	Tcpdump:            tcpdumpSpec,
	TsharkSummary:      tsharkSummarySpec,
	SIPpShortMessages:  sippShortMessagesSpec,
	JSONLines:          jsonLinesSpec,
	Rsyslog:            rsyslogSpec,
	AudioCodes:         audioCodesSpec,
	TsharkTree:         tsharkTreeSpec,
	TsharkJSON:         tsharkJSONSpec,
	WiresharkFollow:    wiresharkFollowSpec,
	SIPpErrors:         sippErrorsSpec,
	Sipsak:             sipsakSpec,
	JainSIP:            jainSIPSpec,
	JsSIPv0:            jsSIPv0Spec,
}

// Formats returns the formats that are written in full detail, with what their producers log between the messages. All others
// are in AllFormats.
func Formats() []Format { return AllFormats()[:Sngrep+1] }

// AllFormats returns all formats.
func AllFormats() []Format {
	all := make([]Format, len(specs))
	for i := range all {
		all[i] = Format(i)
	}
	return all
}

// String returns the name, kebab-case.
func (f Format) String() string {
	if int(f) >= len(specs) {
		return fmt.Sprintf("Format(%d)", uint8(f))
	}
	return specs[f].name
}

// ParseFormat returns the format of that name.
func ParseFormat(name string) (Format, error) {
	for i := range specs {
		if specs[i].name == name {
			return Format(i), nil
		}
	}
	return 0, fmt.Errorf("find format: no format is called %q", name)
}

// CRLF reports whether the format keeps the line ends of the wire.
func (f Format) CRLF() bool {
	return f == Bare || f == SIPpMessages || f == Sngrep || f == KamailioSipdump || f == BaresipTrace || f == WiresharkFollow || f == SIPpErrors || f == Sipsak || f == JainSIP
}

// Summary reports whether the format has a line for each message instead of its text.
func (f Format) Summary() bool { return f == TsharkSummary || f == SIPpShortMessages }

// ReceivedOnly reports whether the format has messages that the observer received and no other ones.
func (f Format) ReceivedOnly() bool { return f == SIPpErrors || f == Sipsak }

// RenderOption changes how a trace is written.
type RenderOption func(*renderer)

// WithChatter adds the lines that the producer logs about the calls between
// the messages, where it has such lines.
func WithChatter() RenderOption { return func(r *renderer) { r.chatter = true } }

// Render writes the trace as the producer's log. It panics when the observer
// neither sent nor received any of the messages.
func (t Trace) Render(f Format, opts ...RenderOption) []byte {
	r := newRenderer(f, t.Base, t.Observer)
	for _, o := range opts {
		o(r)
	}
	var dst []byte
	for i := range t.Messages {
		dst = r.append(dst, &t.Messages[i])
	}
	if len(dst) == 0 && len(t.Messages) > 0 {
		panic(fmt.Sprintf("scenario: %q takes part in none of %d messages", t.Observer, len(t.Messages)))
	}
	return dst
}

// renderer writes messages one after the other.
type renderer struct {
	spec     *spec
	base     time.Time
	observer string
	chatter  bool
	record   record
}

func newRenderer(f Format, base time.Time, observer string) *renderer {
	return &renderer{spec: &specs[f], base: base, observer: observer}
}

// record is a message as its envelope shows it.
type record struct {
	*Message
	time time.Time
	wire []byte // what reached the log
	size int    // what went over the wire
	sent bool
	peer *Endpoint
}

func (r *renderer) append(dst []byte, m *Message) []byte {
	rec := &r.record
	rec.Message = m
	switch {
	case m.From.Host == r.observer:
		rec.sent, rec.peer = true, &m.To
	case m.To.Host == r.observer:
		rec.sent, rec.peer = false, &m.From
	case r.spec.capture:
	default:
		return dst
	}
	rec.time = r.base.Add(m.At)
	rec.wire = m.appendWire(rec.wire[:0])
	rec.size = len(rec.wire)
	if m.Cut > 0 && m.Cut < len(rec.wire) {
		rec.wire = rec.wire[:m.Cut]
	}
	chatter := r.chatter && r.spec.chatter != nil
	if chatter && rec.sent {
		dst = r.spec.chatter(dst, rec)
	}
	if m.Joined {
		if !r.spec.capture {
			return appendLines(dst, rec.wire, "")
		}
		return appendVerbatim(dst, rec.wire, "\r\n")
	}
	if !r.spec.capture {
		dst = append(dst, m.Before...)
	}
	dst = r.spec.write(dst, rec)
	if !r.spec.capture {
		dst = append(dst, m.After...)
	}
	if chatter && !rec.sent {
		dst = r.spec.chatter(dst, rec)
	}
	return dst
}
