package scenario

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write testdata again")

func TestFormatsWriteWhatTheirProducersWrite(t *testing.T) {
	for _, f := range Formats() {
		t.Run(f.String(), func(t *testing.T) {
			server, observer := PBX(Asterisk), "192.0.2.10"
			caller := Alice
			switch f {
			case FreeSWITCHSiptrace, FreeSWITCHConsole, SofiaSiptrace:
				server = PBX(FreeSWITCH)
			case SIPpMessages:
				server, caller, observer = PBX(Kamailio), Tester(), "192.0.2.20"
			}
			got := Merge(
				Call(caller, server, Rejected(486)),
				Keepalive(server, caller, Start(5*time.Second)),
			).SeenBy(observer).Render(f, WithChatter())
			path := filepath.Join("testdata", f.String()+".golden")
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s differs; run go test -update and read the diff\ngot:\n%s", path, got)
			}
		})
	}
}

// found is a message as a reader of the log sees it.
type found struct {
	size int // as the envelope says, -1 when it does not
	sent bool
	text string // the message, CR LF
}

// grammars are the envelopes; bare has none. Groups of
// the marker: the verb of a sent message, the size.
var grammars = map[Format]struct {
	marker       *regexp.Regexp
	indent, tail string
}{
	AsteriskPJSIP:      {regexp.MustCompile(`(?m)^<--- (?:(Transmitting)|Received) SIP (?:request|response) \((\d+) bytes\) (?:from|to) UDP:[\d.]+:\d+ --->\n`), "", "\n"},
	AsteriskFull:       {regexp.MustCompile(`(?m)^\[[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d\] VERBOSE\[\d+\] res_pjsip_logger.c: <--- (?:(Transmitting)|Received) SIP (?:request|response) \((\d+) bytes\) (?:from|to) UDP:[\d.]+:\d+ --->\n`), "", "\n"},
	FreeSWITCHSiptrace: {regexp.MustCompile(`(?m)^(?:(send)|recv) (\d+) bytes (?:from|to) udp/\[[\d.]+\]:\d+ at \d\d:\d\d:\d\d\.\d{6}:\n   -{72}\n`), "   ", ""},
	FreeSWITCHConsole:  {regexp.MustCompile(`(?m)^(?:(send)|recv) (\d+) bytes (?:from|to) udp/\[[\d.]+\]:\d+ at \d\d:\d\d:\d\d\.\d{6}:\n-{72}\n`), "", ""},
	SofiaSiptrace:      {regexp.MustCompile(`(?m)^(?:(send)|recv) (\d+) bytes (?:from|to) udp/\[[\d.]+\]:\d+ at \d\d:\d\d:\d\d\.\d{6}:\n   -{72}\n`), "   ", "   " + strings.Repeat("-", 72) + "\n"},
	SIPpMessages:       {regexp.MustCompile(`(?m)^-{47} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\nUDP message (?:(sent) \(|received \[)(\d+)(?: bytes\):|\] bytes :)\n\n`), "", "\n"},
	Sngrep:             {regexp.MustCompile(`(?m)^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d{6} [\d.]+:\d+ -> [\d.]+:\d+\n`), "", "\n\n"},
}

// readBack reads a log without chatter by the grammar of its envelope alone.
func readBack(t *testing.T, f Format, log string, messages []Message) (all []found) {
	t.Helper()
	g, ok := grammars[f]
	if !ok { // bare: nothing but the messages
		for i := range messages {
			wire := string(messages[i].Wire())
			rest, cut := strings.CutPrefix(log, wire)
			if !cut {
				t.Fatalf("message %d is not where it should be", i)
			}
			all = append(all, found{-1, messages[i].From.Host == "192.0.2.10", wire})
			log = rest
		}
		if log != "" {
			t.Errorf("something follows: %q", log)
		}
		return all
	}
	marks := g.marker.FindAllStringSubmatchIndex(log, -1)
	for i, m := range marks {
		end := len(log)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		text, tailed := strings.CutSuffix(log[m[1]:end], g.tail)
		if !tailed {
			t.Errorf("message %d does not end in %q", i, g.tail)
		}
		if g.indent != "" {
			text = strings.ReplaceAll("\n"+text, "\n"+g.indent, "\n")[1:]
		}
		if !f.CRLF() {
			if strings.Contains(text, "\r") {
				t.Errorf("message %d has a CR", i)
			}
			text = strings.ReplaceAll(text, "\n", "\r\n")
		}
		e := found{size: -1, text: text}
		if len(m) > 2 {
			e.sent = m[2] >= 0
			e.size, _ = strconv.Atoi(log[m[4]:m[5]])
		}
		all = append(all, e)
	}
	return all
}

func TestWhatIsRenderedReadsBack(t *testing.T) {
	everyTrace(t, func(t *testing.T, tr Trace) {
		for _, f := range Formats() {
			got := readBack(t, f, string(tr.Render(f)), tr.Messages)
			if len(got) != len(tr.Messages) {
				t.Fatalf("%s: %d messages read, %d written", f, len(got), len(tr.Messages))
			}
			for i, g := range got {
				m := &tr.Messages[i]
				wire := string(m.Wire())
				if g.text != wire {
					t.Fatalf("%s: message %d reads %q, want %q", f, i, g.text, wire)
				}
				if g.size >= 0 && (g.size != len(wire) || g.sent != (m.From.Host == tr.Observer)) {
					t.Fatalf("%s: message %d of %d bytes: envelope says %d bytes, sent %v", f, i, len(wire), g.size, g.sent)
				}
			}
		}
	})
}

func TestLogOfAPartyHoldsOnlyItsOwnMessages(t *testing.T) {
	tr := Bridge(Alice, PBX(Asterisk), Bob)
	bobs := string(tr.SeenBy(Bob.Addr.Host).Render(AsteriskPJSIP))
	if n, want := strings.Count(bobs, "<--- "), 7; n != want {
		t.Errorf("Bob's log has %d messages, want %d", n, want)
	}
	if !strings.Contains(bobs, "<--- Received SIP request") || strings.Contains(bobs, Alice.Addr.String()+" --->") {
		t.Errorf("Bob's log:\n%s", bobs)
	}
	if n := strings.Count(string(tr.SeenBy(Bob.Addr.Host).Render(Sngrep)), " -> "); n != len(tr.Messages) {
		t.Errorf("a capture has %d messages, want all %d", n, len(tr.Messages))
	}
}

func TestIPv6AndOtherTransports(t *testing.T) {
	phone, pbx := Alice, PBX(FreeSWITCH)
	phone.Addr, pbx.Addr = TCP("[2001:db8::21]:5060"), TCP("[2001:db8::10]:5060")
	tr := Call(phone, pbx)
	for f, want := range map[Format]string{
		AsteriskPJSIP:     "from TCP:[2001:db8::21]:5060 --->",
		FreeSWITCHConsole: "from tcp/[2001:db8::21]:5060 at ",
		SIPpMessages:      "TCP message received [",
		Sngrep:            "[2001:db8::21]:5060 -> [2001:db8::10]:5060\n",
		Bare:              "c=IN IP6 2001:db8::21\r\n",
	} {
		if got := string(tr.Render(f)); !strings.Contains(got, want) {
			t.Errorf("%s lacks %q:\n%s", f, want, got)
		}
	}
	if got := tr.Messages[0].Get("Contact"); got != "<sip:1001@[2001:db8::21]:5060;transport=tcp>" {
		t.Errorf("Contact is %s", got)
	}
}

func TestFormatNamesRoundTrip(t *testing.T) {
	for _, f := range Formats() {
		if got, err := ParseFormat(f.String()); got != f || err != nil {
			t.Errorf("%s: got %v, %v", f, got, err)
		}
	}
	if _, err := ParseFormat("syslog"); err == nil {
		t.Error("an unknown format has no error")
	}
}
