package trace

import (
	"bytes"

	"sipls/server/text"
)

// WiresharkFollow is tshark -z follow,udp,ascii: who the two nodes are stands above all messages, the size of each packet above it, for
// those of node 1 behind a tab.
var WiresharkFollow = &Format{
	Name:  "wireshark-follow",
	Title: "tshark -z follow",
	Grammar: `===================================================================
Follow: udp,ascii
Filter: udp.stream eq 0
Node 0: 192.0.2.70:5060
Node 1: 192.0.2.10:5060
254, behind a tab for what node 1 sent, then the message with CR LF line ends`,
	Example: "===================================================================\nFollow: udp,ascii\nFilter: udp.stream eq 0\nNode 0: 192.0.2.70:5060\nNode 1: 192.0.2.10:5060\n254\n" + exampleMessage,
}

// followEnvelope reads the line above a start line: digits alone, behind a tab for what the second node sent.
func followEnvelope(line []byte) (e Envelope, ok bool) {
	digits := bytes.TrimPrefix(line, []byte("\t"))
	if len(digits) < 2 || len(digits) > 6 || !allDigits(digits) {
		return e, false
	}
	c := cursor{b: digits}
	e.Size = c.number()
	e.Reply = len(digits) < len(line)
	return e, true
}

// Follow is where a stream begins in what tshark follows, and its two ends.
type Follow struct {
	At           text.Offset
	Node0, Node1 string
}

// Follows returns the heads of all streams in the text, in order.
func (t *Trace) Follows() []Follow {
	var out []Follow
	s := newScanner(t.doc, true)
	head := []byte("\nNode 0: ")
	for at := 0; ; {
		p := s.find(head, at, s.n)
		if p < 0 {
			return out
		}
		at = p + len(head)
		first := s.line(at)
		second := s.line(first.next)
		if node1, ok := bytes.CutPrefix(second.text, []byte("Node 1: ")); ok {
			out = append(out, Follow{text.Offset(p), string(bytes.TrimSpace(first.text)), string(bytes.TrimSpace(node1))})
		}
	}
}
