package trace

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"sipls/server/sip"
)

// Format is one producer's way of writing messages into a text. Its functions must be
// cheap: Opens is asked of every line that might end a message.
type Format struct {
	Name    string // permanent, kebab-case: what `messages` prints
	Title   string // for people
	Grammar string // documentation: what the envelope looks like
	Example string // documentation: a message with its envelope

	// Last are the bytes that a line that begins an envelope can end with, blanks not counted;
	// empty when it can be any. Opens is asked of such lines only.
	Last string
	// Opens reports whether the line, given without its line end and at least minMarker
	// bytes long, begins an envelope.
	Opens func(line []byte) bool
	// Envelope reads the lines from the one that Opens to the one before the
	// start line, line ends included; ok is false when they are not an envelope of this
	// format after all.
	Envelope func(head []byte) (e Envelope, ok bool)
	// Before reads what stands before a start line on its line; nil when nothing that says
	// anything does. ok is false where another writer wrote it.
	Before func(prefix []byte) (e Envelope, ok bool)
	// CRIsDot: the CR at the end of each line is shown as a point; where the start line ends
	// without one the format has no message.
	CRIsDot bool
	// Closes reports whether the line, given without its line end, stands behind a message
	// and belongs to its envelope; nil when the format writes nothing there.
	Closes func(line []byte) bool
}

// Formats are all known formats, in the order in which they are asked.
var Formats = []*Format{
	asteriskPJSIP,
	freeswitchSiptrace,
	sippMessages,
	sippErrors,
	sngrepText,
	ngrepByline,
	kamailioSipdump,
	pjsip,
	asteriskChanSIP,
	baresip,
	ciscoCUBE,
	ciscoCUCM,
	belleSIP,
	acmePacket,
	jsSIP,
	jsSIPv3,
	javaLogging,
	sipsak,
	tcpdump,
	jainSIP,
}

// structuredFormats are read by readers.
var structuredFormats = []*Format{tsharkTree, tsharkJSON, tsharkEK, tsharkSummary, sippShortMessages, ngrepWrapped, WiresharkFollow}

// exampleMessage stands in the examples. It has 254 bytes on the wire.
const exampleMessage = `OPTIONS sip:192.0.2.10 SIP/2.0
Via: SIP/2.0/UDP 192.0.2.70:5060;branch=z9hG4bK776asdhds
Max-Forwards: 70
From: <sip:probe@example.com>;tag=1928301774
To: <sip:192.0.2.10>
Call-ID: a84b4c76e66710@192.0.2.70
CSeq: 63104 OPTIONS
Content-Length: 0

`

// The formats without an envelope of their own.
var (
	// Plain is a message found by the general rule alone.
	Plain = &Format{Name: "plain", Title: "SIP in any other text", Grammar: "a start line followed by header fields; text before the start line on its line is taken off", Example: "2026-11-22 05:47:19,301 INFO sending: " + exampleMessage}
	// BareMessages is a text that begins with a start line.
	BareMessages = &Format{Name: "bare", Title: "bare messages", Grammar: "messages one after the other, the first line of the text is a start line", Example: exampleMessage}
)

// AllFormats returns every format a message may have, those with an envelope first.
func AllFormats() []*Format {
	return slices.Concat(Formats, structuredFormats, escapedFormats, []*Format{SIPpScenario, BareMessages, Plain})
}

// Range is a range of document bytes, counted from the start of the segment.
type Range struct{ Off, Len int32 }

// In returns the bytes of the range; seg are the bytes of the segment.
func (r Range) In(seg []byte) []byte { return seg[r.Off : r.Off+r.Len] }

// Direction says which way a message went, seen from whoever wrote the log.
type Direction uint8

const (
	DirectionUnknown Direction = iota
	Sent
	Received
)

func (d Direction) String() string { return [...]string{"", "sent", "received"}[d] }

// Endpoint is an address as written; a Range of length 0 was not written.
type Endpoint struct{ Host, Port Range }

// Envelope is what a logger wrote around a message. It holds what these bytes
// say and nothing inferred from other lines.
type Envelope struct {
	Time      Range
	Direction Direction
	Src, Dst  Endpoint
	Transport Range
	Protocol  string // the transport where a word of the format says it that is not its name: "UDP", "TCP"
	Thread    Range  // of the logger: thread, process or channel
	Reply     bool   // the second of two nodes sent it, which are named elsewhere (wireshark-follow)
	Size      int32  // bytes the logger claims the message has on the wire, 0 when it does not say
}

// peer puts the other side where the direction says.
func (e *Envelope) peer(p Endpoint) {
	if e.Direction == Sent {
		e.Dst = p
	} else {
		e.Src = p
	}
}

// readPeer reads `host:port` up to end, with which the line ends, and puts the other side
// where the direction says. It reports whether there is a host without blanks and a port.
func (e *Envelope) readPeer(c *cursor, end string) bool {
	to := len(c.b) - len(end)
	if c.failed || to <= c.at || string(c.b[to:]) != end {
		return false
	}
	p, ok := address(c.b, Range{int32(c.at), int32(to - c.at)})
	e.peer(p)
	return ok
}

// address splits `host:port` in r as hostPort does. ok is false where one of the two is missing or
// blanks or brackets stand among them: that is prose.
func address(b []byte, r Range) (p Endpoint, ok bool) {
	p = hostPort(b, r)
	return p, p.Host.Len > 0 && allDigits(p.Port.In(b)) && !bytes.ContainsAny(p.Host.In(b), " \t<>()[]\"'")
}

// isTransport reports whether a word names a transport, in upper or lower case.
func isTransport(w []byte) bool {
	for _, t := range [...]string{"UDP", "TCP", "TLS", "WS", "WSS", "SCTP"} {
		if sip.EqualFold(w, t) {
			return true
		}
	}
	return false
}

// opens returns the format whose envelope the line begins, nil if none.
func opens(line []byte) *Format {
	if len(line) < minMarker {
		return nil
	}
	last := len(line) - 1
	for last > 0 && isBlank(line[last]) {
		last--
	}
	for _, f := range formatsByLast()[line[last]] {
		if f.Opens(line) {
			return f
		}
	}
	return nil
}

// formatsByLast returns the formats to ask, by the last byte of a line.
var formatsByLast = sync.OnceValue(func() *[256][]*Format {
	var t [256][]*Format
	for _, f := range Formats {
		for c := range t {
			if f.Last == "" || strings.IndexByte(f.Last, byte(c)) >= 0 {
				t[c] = append(t[c], f)
			}
		}
	}
	return &t
})

// formatsBefore are the formats that write something before the start line on its line.
var formatsBefore = sync.OnceValue(func() (list []*Format) {
	for _, f := range Formats {
		if f.Before != nil {
			list = append(list, f)
		}
	}
	return list
})

// minMarker is less than the length in bytes of any line that opens an envelope.
const minMarker = 20

const digits = "0123456789"

// closes reports whether the line ends a message of any format.
func closes(line []byte) bool {
	for _, f := range Formats {
		if f.Closes != nil && f.Closes(line) {
			return true
		}
	}
	return closesCDATA(line)
}

// onlyBlankBehind reports whether nothing but empty lines follows the first line of head.
func onlyBlankBehind(head []byte) bool {
	_, rest := nextLine(head)
	return len(bytes.TrimLeft(rest, " \t\r\n")) == 0
}
