package trace

import "bytes"

// Format is one producer's way of writing messages into a text. Its functions must be
// cheap: Opens is asked of every line that might end a message.
type Format struct {
	Name    string // permanent, kebab-case: what `messages` prints
	Title   string // for people
	Grammar string // documentation: what the envelope looks like

	// Opens reports whether the line, given without its line end and at least minMarker
	// bytes long, begins an envelope.
	Opens func(line []byte) bool
	// Envelope reads the lines from the one that Opens to the one before the
	// start line, line ends included; ok is false when they are not an envelope of this
	// format after all.
	Envelope func(head []byte) (e Envelope, ok bool)
	// Closes reports whether the line, given without its line end, stands behind a message
	// and belongs to its envelope; nil when the format writes nothing there.
	Closes func(line []byte) bool
}

// Formats are all known formats, in the order in which they are asked.
var Formats = []*Format{
	asteriskPJSIP,
	freeswitchSiptrace,
	sippMessages,
	sngrepText,
}

// The formats without an envelope of their own.
var (
	// Plain is a message found by the general rule alone.
	Plain = &Format{Name: "plain", Title: "SIP in any other text", Grammar: "a start line followed by header fields; text before the start line on its line is taken off"}
	// BareMessages is a text that begins with a start line.
	BareMessages = &Format{Name: "bare", Title: "bare messages", Grammar: "messages one after the other, the first line of the text is a start line"}
)

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
	Size      int32 // bytes the logger claims the message has on the wire, 0 when it does not say
}

// peer puts the other side where the direction says.
func (e *Envelope) peer(p Endpoint) {
	if e.Direction == Sent {
		e.Dst = p
	} else {
		e.Src = p
	}
}

// opens returns the format whose envelope the line begins, nil if none.
func opens(line []byte) *Format {
	if len(line) < minMarker {
		return nil
	}
	for _, f := range Formats {
		if f.Opens(line) {
			return f
		}
	}
	return nil
}

// minMarker is less than the length in bytes of any line that opens an envelope.
const minMarker = 20

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
