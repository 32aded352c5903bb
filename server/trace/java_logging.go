package trace

import "bytes"

// javaLogging is what the SimpleFormatter of java.util.logging makes of a message that a program
// logs. Which way the message went is the program's text and no fact of the format.
var javaLogging = &Format{
	Name:  "java-logging",
	Title: "java.util.logging",
	Grammar: `Nov 22, 2026 11:42:17 PM com.example.Connection send
INFO: Sending: and then the message, on the same line or on the next`,
	Example: "Nov 22, 2026 11:42:17 PM com.example.Connection send\nINFO: Sending: " + exampleMessage,
	Opens:   func(line []byte) bool { return javaStamp(line).Len > 0 },
	Envelope: func(head []byte) (e Envelope, ok bool) {
		line, rest := nextLine(head)
		e.Time = javaStamp(line)
		if text, more := nextLine(rest); isJavaLevel(text) {
			rest = more
		}
		return e, e.Time.Len > 0 && len(bytes.TrimLeft(rest, " \t\r\n")) == 0
	},
}

// javaStamp returns the range of the time where the line is `Nov 22, 2026 11:42:17 PM class method`.
func javaStamp(line []byte) Range {
	if line[0] < 'A' || line[0] > 'S' || !isMonthName(line[:3]) {
		return Range{}
	}
	n := 0
	for _, s := range [...]string{"Mmm 99, 9999 99:99:99", "Mmm 99, 9999 9:99:99", "Mmm 9, 9999 99:99:99", "Mmm 9, 9999 9:99:99"} {
		if shape(line, s) {
			n = len(s)
			break
		}
	}
	if n == 0 {
		return Range{}
	}
	rest := bytes.TrimRight(line[n:], " \t")
	for _, s := range [...]string{" AM ", " PM ", "\u202fAM ", "\u202fPM "} {
		if bytes.HasPrefix(rest, []byte(s)) && bytes.Count(rest[len(s):], []byte(" ")) <= 1 {
			return Range{0, int32(n + len(s) - 1)}
		}
	}
	return Range{}
}

// isJavaLevel reports whether a line begins with the level of an entry.
func isJavaLevel(line []byte) bool {
	i := bytes.IndexByte(line, ':')
	if i < 0 {
		return false
	}
	switch string(line[:i]) {
	case "SEVERE", "WARNING", "INFO", "CONFIG", "FINE", "FINER", "FINEST":
		return true
	}
	return false
}
