package trace

import "bytes"

// sippErrors is what SIPp writes with -trace_err. The quote that closes a message stands before the next
// entry, on its line.
var sippErrors = &Format{
	Name:  "sipp-errors",
	Title: "SIPp -trace_err",
	Grammar: `date, time and seconds since 1970 with tabs between them, a colon, a text that ends with: received '
the message, which begins on that line, with CR LF line ends, then ' before the next entry on its line`,
	Example: "2026-11-22\t05:47:17.229792\t1795326437.229792: Aborting call on unexpected message for Call-Id '1-899@192.0.2.20': while expecting '200' (index 8), received '" +
		exampleMessage + "'\n",
	Opens: func(line []byte) bool { return sippEntry(line) >= 0 },
	Envelope: func(head []byte) (e Envelope, ok bool) {
		line, _ := nextLine(head)
		at := sippEntry(line)
		if at < 0 || !onlyBlankBehind(head) {
			return e, false
		}
		e.Time = stampAt(line, at)
		return e, true
	},
	Before: func(prefix []byte) (e Envelope, ok bool) {
		if !bytes.HasSuffix(prefix, sippReceived) {
			return e, false
		}
		at := sippEntry(prefix)
		if at < 0 {
			return e, false
		}
		e.Direction, e.Time = Received, stampAt(prefix, at)
		return e, true
	},
	Closes: func(line []byte) bool { return len(line) > 0 && line[0] == '\'' && allBlank(line[1:]) },
}

var sippReceived = []byte(", received '")

const sippDate = "9999-99-99"

// sippEntry returns where an entry begins on a line: at its start, behind the quote that closes a
// message, or behind a body that the quote follows. It is -1 where none does.
func sippEntry(line []byte) int {
	at := bytes.IndexByte(line[:min(len(line), maxPrefix)], '\t') - len(sippDate)
	if at < 0 || at > 0 && line[at-1] != '\'' || !shape(line[at:], sippDate+"\t99:99:99.999999\t9") {
		return -1
	}
	rest := bytes.TrimLeft(line[at+len(sippDate+"\t99:99:99.999999\t"):], digits)
	if len(rest) == 0 || rest[0] != '.' {
		return -1
	}
	if rest = bytes.TrimLeft(rest[1:], digits); !bytes.HasPrefix(rest, []byte(": ")) {
		return -1
	}
	return at
}
