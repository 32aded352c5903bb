package trace

import (
	"strings"
	"testing"

	"sipls/server/text"
)

func TestDetectMode(t *testing.T) {
	const via = "Via: SIP/2.0/UDP 192.0.2.1\n\n"
	for _, c := range []struct {
		name, text string
		want       Mode
	}{
		{"a request line", "INVITE sip:bob@example.com SIP/2.0\n" + via, Bare},
		{"a status line", "SIP/2.0 200 OK\n" + via, Bare},
		{"a status line alone", "SIP/2.0 200 OK", Bare},
		{"empty lines before it", "\n \t\n\r\nSIP/2.0 200 OK\n" + via, Bare},
		{"a byte order mark before it", "\ufeffSIP/2.0 200 OK\n" + via, Bare},
		{"blanks behind it", "INVITE sip:bob@example.com SIP/2.0 \t\n" + via, Bare},
		{"a malformed status code", "SIP/2.0 4O4 Not Found\n" + via, Bare},
		{"no status code at all", "SIP/2.0\n" + via, Bare},
		{"another version", "INVITE sip:bob@example.com SIP/7.0\n" + via, Bare},
		{"a small letter in the version", "INVITE sip:bob@example.com sip/2.0\n" + via, Bare},
		{"two blanks", "INVITE  sip:bob@example.com  SIP/2.0\n" + via, Bare},
		{"a tab", "INVITE\tsip:bob@example.com\tSIP/2.0\n" + via, Bare},
		{"a blank in the URI", "INVITE sip:bob@example.com; lr SIP/2.0\n" + via, Bare},
		{"no method", "sip:bob@example.com SIP/2.0\n" + via, Bare},
		{"no blank before the version", "INVITE sip:bob@example.comSIP/2.0\n" + via, Bare},
		{"a strange method", "!interesting-Method0123456789_*+`.%indeed'~ sip:bob@example.com SIP/2.0\n" + via, Bare},
		{"one blank before the start line only", " INVITE sip:bob@example.com SIP/2.0\n" + via, Bare},

		{"all is indented", "   INVITE sip:bob@example.com SIP/2.0\n   Via: SIP/2.0/UDP 192.0.2.1\n", Log},
		{"no text", "", Log},
		{"empty lines", "\n\n", Log},
		{"prose", "Dear all,\nINVITE sip:bob@example.com SIP/2.0\n" + via, Log},
		{"a line of tcpdump", "09:32:52.844249 IP 192.0.2.2.5060 > 198.51.100.34.5060: SIP: REGISTER sip:example.com SIP/2.0\n", Log},
		{"a line of SIPp's short messages", "2026-11-22\t05:47:16.921664\t1795326436.921664\tS\t1-899@192.0.2.20\tCSeq:1 INVITE\tINVITE sip:2000@example.com SIP/2.0\n", Log},
		{"a line of syslog", "<134>Jan  5 10:26:12 phone: INVITE sip:2000@example.com SIP/2.0\n", Log},
		{"a line that names what follows", "INFO: Sending: INVITE sip:bob@example.com SIP/2.0\n" + via, Log},
		{"a header field that names the version", "User-Agent: example SIP/2.0\nTo: <sip:bob@example.com>\n", Log},
		{"the value of a Via", "SIP/2.0/UDP 192.0.2.1\n", Log},
		{"HTTP", "GET / HTTP/1.1\n", Log},
		{"an envelope close behind", "SIP/2.0 200 OK\n" + via + "<--- Received SIP request (541 bytes) from UDP:192.0.2.1:5060 --->\nINVITE sip:bob@example.com SIP/2.0\n" + via, Log},

		{"a scenario", sippScenarioSample, Scenario},
		{"a scenario without a declaration", "<!-- call -->\n<scenario name=\"x\">\n", Scenario},
		{"other XML", "<?xml version=\"1.0\"?>\n<messages/>\n", Log},
		{"a text that names the element", "see <scenario name=\"x\">\n", Log},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := DetectMode(text.New([]byte(c.text))); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestModeCanBeForced(t *testing.T) {
	doc := text.New([]byte("hello\nVia: SIP/2.0/UDP 192.0.2.1\n\n"))
	tr := Scan(doc, Options{Mode: modeOf(Bare)})
	checkStrings(t, "messages", outline(tr), `1-3 bare "hello" whole/whole`)
	c := text.Change{Start: 0, End: 0, Text: []byte("x")}
	next, _ := tr.Edit(doc.Apply(c), c)
	checkStrings(t, "messages after an edit", outline(next), `1-3 bare "xhello" whole/whole`)
}

func TestEditFlipsTheMode(t *testing.T) {
	doc := text.New([]byte("x INVITE sip:bob@example.com SIP/2.0\n" + strings.Repeat("Via: SIP/2.0/UDP 192.0.2.1\n", 3) + "\n"))
	tr := Scan(doc, Options{})
	c := text.Change{Start: 0, End: 2}
	next, sp := tr.Edit(doc.Apply(c), c)
	if tr.Mode() != Log || next.Mode() != Bare {
		t.Errorf("%v, then %v", tr.Mode(), next.Mode())
	}
	if want := (Splice{0, tr.Len(), next.Len()}); sp != want {
		t.Errorf("%+v, want %+v", sp, want)
	}
}
