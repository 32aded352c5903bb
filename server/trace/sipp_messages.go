package trace

import "bytes"

// sippMessages is the file that SIPp writes with -trace_msg.
var sippMessages = &Format{
	Name:  "sipp-messages",
	Title: "SIPp -trace_msg",
	Grammar: `47 dashes, a blank, 2026-11-22 05:47:19.301621
UDP message sent (593 bytes):   or   UDP message received [441] bytes :
an empty line, the message with its own CR LF line ends. A message that the scenario did not expect comes
once more, behind 47 dashes without a time and a line like "Unexpected UDP message received:"`,
	Example: sippRule + " 2026-11-22 05:47:19.301621\nUDP message received [254] bytes :\n\n" + exampleMessage + "\n",
	Opens:   func(line []byte) bool { return sippRuleEnd(line) >= 0 },
	Envelope: func(head []byte) (e Envelope, ok bool) {
		line, rest := nextLine(head)
		at := sippRuleEnd(line)
		if at < 0 {
			return e, false
		}
		if at < len(line) {
			e.Time = stampAt(line, at+1)
		}
		text, _ := nextLine(rest)
		if !onlyBlankBehind(rest) || !bytes.HasSuffix(bytes.TrimRight(text, " \t"), []byte(":")) {
			return e, false
		}
		message := bytes.Index(text, []byte(" message"))
		if message < 0 {
			return e, false
		}
		base := len(head) - len(rest)
		e.Direction = Received
		if bytes.Contains(text, []byte("sent")) {
			e.Direction = Sent
		}
		// UDP message, UDP control message
		proto := bytes.TrimSuffix(text[:message], []byte(" control"))
		word := bytes.LastIndexByte(proto, ' ') + 1
		e.Transport = Range{int32(base + word), int32(len(proto) - word)}
		c := cursor{b: text, at: message + len(" message")}
		if c.skip(" sent (") || c.skip(" sent [") || c.skip(" received [") {
			e.Size = c.number()
		}
		return e, c.ok() && e.Transport.Len > 0
	},
}

// sippRule begins an entry.
const sippRule = "-----------------------------------------------"

var sippNoteEnd = []byte(")." + sippRule)

// sippRuleEnd returns the offset behind the rule where the line is the first of an
// entry, -1 where it is not. The time may be missing. Before the rule may stand a note
// that SIPp writes without a line end, `UDP message lost (recv).`
func sippRuleEnd(line []byte) int {
	i := 0
	if len(line) == 0 || line[0] != '-' {
		if i = bytes.Index(line, sippNoteEnd) + len(")."); i < len(").") {
			return -1
		}
	}
	end := i + len(sippRule)
	if len(line) < end || string(line[i:end]) != sippRule {
		return -1
	}
	if rest := line[end:]; len(rest) > 0 && (rest[0] != ' ' || !shape(rest[1:], "9999-99-99")) {
		return -1
	}
	return end
}
