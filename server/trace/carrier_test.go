package trace

import (
	"encoding/json"
	"fmt"
	"html"
	"strings"
	"testing"

	"sipls/server/sip"
	"sipls/server/text"
)

// carried are ways in which a log carries the lines of messages: each gets messages with LF line ends.
var carried = []struct {
	name  string
	write func(messages ...string) string
}{
	{"a prefix on each line, as logcat writes it", eachLine(func(i int, line string) string {
		return fmt.Sprintf("07-06 14:32:%02d.%03d  6072  6072 I Linphone: %s", i/7, i*37%1000, line)
	})},
	{"a prefix on each line, that of an empty one without its last blank", eachLine(func(i int, line string) string {
		return strings.TrimRight(fmt.Sprintf("Nov 22 05:47:%02d sbc1 proxy[1205]: %s", i%60, line), " ")
	})},
	{"RFC 5424 syslog", eachLine(func(i int, line string) string {
		return fmt.Sprintf("<134>1 2026-11-22T05:47:19.%06d+01:00 sbc1.example.com sipd 812 ID%d - %s", i*1000, 47, line)
	})},
	{"a counter in the prefix", eachLine(func(i int, line string) string {
		return fmt.Sprintf("<133>[S=%d] [SID=b9027c:24:198171] %s", 1718543+i, line)
	})},
	{"a container's log", eachLine(func(i int, line string) string {
		return fmt.Sprintf("2026-11-22T05:47:19.%09dZ stdout F %s", 301621000+i, line)
	})},
	{"a line drawing", eachLine(func(_ int, line string) string { return "| " + line })},
	{"quoted, as in a mail", eachLine(func(_ int, line string) string { return "> " + line })},
	{"an id of letters and digits", eachLine(func(i int, line string) string {
		return fmt.Sprintf("[3f2a9c1e-77b0-4c1d-9e7a-0d2b6c8e1f44] 05:47:%02d,123 [worker-12] TRACE c.e.sip.Wire - %s", i%60, line)
	})},
	{"words between the prefix and the start line", func(messages ...string) string {
		return eachLine(func(i int, line string) string {
			if strings.Contains(line, "SIP/2.0") && !strings.Contains(line, ":") || strings.HasSuffix(line, " SIP/2.0") || strings.HasPrefix(line, "SIP/2.0 ") {
				line = "message received: " + line
			}
			return fmt.Sprintf("2026-11-22 05:47:%02d.301 [sip] %s", i%60, line)
		})(messages...)
	}},
	{"all lines but the first indented", func(messages ...string) string {
		var b strings.Builder
		for _, m := range messages {
			start, rest, _ := strings.Cut(m, "\n")
			b.WriteString("05:47:19.301 sip: " + start + "\n" + indentedBy(rest+"\n", "       ") + "05:47:19.302 sip: done\n")
		}
		return b.String()
	}},
	{"^M for CR", eachLine(func(_ int, line string) string { return line + "^M" })},
	{`\r for CR`, eachLine(func(_ int, line string) string { return line + `\r` })},
	{`\r\n and LF`, eachLine(func(_ int, line string) string { return "DEBUG " + line + `\r\n` })},
	{"a sign for CR", eachLine(func(_ int, line string) string { return line + "␍" })},
	{"a colour on each line", eachLine(func(_ int, line string) string { return "\x1b[32m" + line + "\x1b[0m" })},
	{"colours of names and values", eachLine(func(_ int, line string) string {
		name, value, ok := strings.Cut(line, ": ")
		if !ok {
			return line
		}
		return "\x1b[1;36m" + name + "\x1b[0m: \x1b[33m" + value + "\x1b[0m"
	})},
	{"a coloured prefix", eachLine(func(i int, line string) string {
		return fmt.Sprintf("\x1b[90m05:47:%02d\x1b[0m \x1b[1mDEBUG\x1b[0m %s", i%60, line)
	})},
	{"an empty line behind each", eachLine(func(_ int, line string) string { return line + "\n" })},
	{"CR CR LF", eachLine(func(_ int, line string) string { return line + "\r\r" })},
	{"Docker's JSON, a line a record", eachLine(func(i int, line string) string {
		j, _ := json.Marshal(line + "\r\n")
		return fmt.Sprintf(`{"log":%s,"stream":"stdout","time":"2026-11-22T05:47:19.%09dZ"}`, j, 301621000+i)
	})},
	{"references of HTML", func(messages ...string) string {
		return "<html><body><pre>\n" + html.EscapeString(strings.Join(messages, "\n\n")) + "</pre></body></html>\n"
	}},
	{"lines of HTML with breaks", func(messages ...string) string {
		return "<td>" + strings.ReplaceAll(html.EscapeString(strings.Join(messages, "\n")), "\n", "<br>\n") + "</td>\n"
	}},
	{"JSON lines", eachMessage(func(i int, m string) string {
		j, _ := json.Marshal(crlfOf(m))
		return fmt.Sprintf(`{"level":"debug","ts":"2026-11-22T05:47:19.%03dZ","msg":"sip message","raw":%s,"n":%d}`, i, j, i) + "\n"
	})},
	{"JSON lines with LF", eachMessage(func(i int, m string) string {
		j, _ := json.Marshal(m)
		return fmt.Sprintf(`{"n":%d,"raw":%s}`, i, j) + "\n"
	})},
	{"JSON in JSON", eachMessage(func(_ int, m string) string {
		j, _ := json.Marshal(crlfOf(m))
		jj, _ := json.Marshal(`{"raw":` + string(j) + `}`)
		return `{"log":` + string(jj) + "}\n"
	})},
	{"JSON in one line", func(messages ...string) string {
		var list []string
		for _, m := range messages {
			j, _ := json.Marshal(crlfOf(m))
			list = append(list, fmt.Sprintf(`{"dir":"in","raw":%s}`, j))
		}
		return "[" + strings.Join(list, ",") + "]\n"
	}},
	{"Python's repr", eachMessage(func(_ int, m string) string {
		return "DEBUG:root:packet: b'" + strings.ReplaceAll(strings.ReplaceAll(m, `'`, `\'`), "\n", `\r\n`) + "'\n"
	})},
	{"rsyslog", eachMessage(func(i int, m string) string {
		return fmt.Sprintf("Nov 22 05:47:%02d sbc1 proxy[1205]: message: ", i%60) + strings.ReplaceAll(m, "\n", "#015#012") + "\n"
	})},
	{"rsyslog with LF", eachMessage(func(i int, m string) string {
		return fmt.Sprintf("Nov 22 05:47:%02d sbc1 proxy[1205]: ", i%60) + strings.ReplaceAll(m, "\n", "#012") + "\n"
	})},
	{"octal escapes", spelled(`\015\012`)},
	{"hexadecimal escapes", spelled(`\x0d\x0a`)},
	{"escapes of Unicode", spelled(`\u000d\u000a`)},
	{"names of the two bytes", spelled("<CR><LF>")},
	{"names in brackets", spelled("[CR][LF]")},
	{"control signs", spelled("␍␊")},
	{"caret notation", spelled("^M^J")},
	{"XML references", spelled("&#13;&#10;")},
	{"a break of HTML", spelled("<br>")},
	{"a bar", spelled(" | ")},
	{"a blank", spelled(" ")},
	{"two tildes", spelled("~~")},
	{"a broken bar", spelled("¦")},
}

func crlfOf(m string) string { return strings.ReplaceAll(m, "\n", "\r\n") }

func eachLine(write func(i int, line string) string) func(...string) string {
	return func(messages ...string) string {
		var b strings.Builder
		n := 0
		for _, m := range messages {
			for line := range strings.Lines(m + "\n") {
				b.WriteString(write(n, strings.TrimSuffix(line, "\n")) + "\n")
				n++
			}
		}
		return b.String()
	}
}

func eachMessage(write func(i int, m string) string) func(...string) string {
	return func(messages ...string) string {
		var b strings.Builder
		for i, m := range messages {
			b.WriteString(write(i, m))
		}
		return b.String()
	}
}

func spelled(end string) func(...string) string {
	return eachMessage(func(i int, m string) string {
		return fmt.Sprintf("05:47:%02d.301 got ", i%60) + strings.ReplaceAll(m, "\n", end) + "\n"
	})
}

func indentedBy(s, by string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		b.WriteString(by + line)
	}
	return b.String()
}

// A message comes out of every way of carrying it as it went in, and each of its bytes leads back to where it stands.
func TestMessagesComeOutAsTheyWentIn(t *testing.T) {
	messages := []string{withMessages("$OPTIONS\n"), withMessages("$200\n"), withMessages("$INVITE\n")}
	for i := range messages {
		messages[i] = strings.TrimSuffix(messages[i], "\n")
	}
	for _, c := range carried {
		t.Run(c.name, func(t *testing.T) {
			content := c.write(messages...)
			tr := Scan(text.New([]byte(content)), Options{Mode: modeOf(Log)})
			checkTiling(t, tr)
			var got []string
			for i := range tr.Len() {
				seg, _ := tr.Segment(i)
				for _, m := range seg.Messages {
					got = append(got, strings.TrimRight(strings.ReplaceAll(string(m.Text), "\r\n", "\n"), "\n"))
					if m.Head.Is == sip.Cut || m.Tail.Is == sip.Cut {
						t.Errorf("%q: head %v, tail %v", m.Bytes(m.Start.Text), m.Head, m.Tail)
					}
					checkLogOfPhys(t, m)
				}
			}
			var want []string
			for _, m := range messages {
				want = append(want, strings.TrimRight(m, "\n"))
			}
			checkStrings(t, "messages", got, want...)
			if t.Failed() {
				t.Logf("\n%s", content)
			}
		})
	}
}

// twoWriters writes two messages line by line in turn, each behind the prefix of its writer.
func twoWriters(a, b string) string {
	prefixed := func(m, id string) string {
		return eachLine(func(i int, line string) string {
			return fmt.Sprintf("2026-11-22 05:47:19.%03d [%s] DEBUG sip.Wire - %s", i, id, line)
		})(strings.TrimSuffix(m, "\n"))
	}
	return interleaved(prefixed(a, "worker-1"), prefixed(b, "worker-2"))
}

func TestTwoWritersInTurn(t *testing.T) {
	tr := scanText(t, "log\n"+twoWriters(withMessages("$OPTIONS\n"), withMessages("$INVITE\n"))+twoWriters(withMessages("$INVITE\n"), withMessages("$200\n")))
	checkStrings(t, "messages", outline(tr),
		`2-18 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`, `3-28 plain "INVITE sip:bob@example.com SIP/2.0" whole/whole`,
		`29-54 plain "INVITE sip:bob@example.com SIP/2.0" whole/whole`, `30-44 plain "SIP/2.0 200 OK" whole/whole`)
}
