package sip

import (
	"strconv"
	"testing"
)

func TestStartLine(t *testing.T) {
	for _, c := range []struct {
		line string
		// request: method|URI|version; response: version|code|status|reason
		want      string
		malformed bool
	}{
		{"INVITE sip:bob@example.com SIP/2.0", "INVITE|sip:bob@example.com|SIP/2.0", false},
		{"!odd-Method0_*+`.%'~ sip:a?b=c SIP/2.0", "!odd-Method0_*+`.%'~|sip:a?b=c|SIP/2.0", false},
		{"INVITE sip:bob@example.com sip/2.0", "INVITE|sip:bob@example.com|sip/2.0", false},
		{"INVITE sip:bob@example.com SIP/7.12", "INVITE|sip:bob@example.com|SIP/7.12", false},
		{"INVITE  sip:bob@example.com SIP/2.0", "INVITE|sip:bob@example.com|SIP/2.0", true},
		{"INVITE sip:bob@example.com  SIP/2.0", "INVITE|sip:bob@example.com|SIP/2.0", true},
		{"INVITE\tsip:bob@example.com SIP/2.0", "INVITE|sip:bob@example.com|SIP/2.0", true},
		{"INVITE sip:bob@example.com\tSIP/2.0", "INVITE|sip:bob@example.com|SIP/2.0", true},
		{"INVITE sip:bob@example.com SIP/2.0 ", "INVITE|sip:bob@example.com|SIP/2.0", true},
		{"INVITE sip:bob@example.com; lr SIP/2.0", "INVITE|sip:bob@example.com; lr|SIP/2.0", true},
		{"INVITE sip:bob@example.com", "INVITE|sip:bob@example.com|", true},
		{"INVITE sip:bob@example.com SIP/2", "INVITE|sip:bob@example.com|SIP/2", true},
		{"INVITE sip:bob@example.com SIP/.0", "INVITE|sip:bob@example.com|SIP/.0", true},
		{"INVITE SIP/2.0", "INVITE||SIP/2.0", true},
		{" INVITE sip:bob@example.com SIP/2.0", "INVITE|sip:bob@example.com|SIP/2.0", true},
		{"\t SIP/2.0 200 OK", "SIP/2.0|200|200|OK", true},
		{"INV(ITE sip:bob@example.com SIP/2.0", "INV(ITE|sip:bob@example.com|SIP/2.0", true},
		{"INVITE", "INVITE||", true},
		{"", "||", true},
		{" ", "||", true},

		{"SIP/2.0 200 OK", "SIP/2.0|200|200|OK", false},
		{"SIP/2.0 486 Busy Here", "SIP/2.0|486|486|Busy Here", false},
		{"SIP/2.0 100 ", "SIP/2.0|100|100|", false},
		{"SIP/2.0 200  OK", "SIP/2.0|200|200|OK", false}, // a phrase may begin with a blank
		{"sip/3.0 200 OK", "sip/3.0|200|200|OK", false},
		{"SIP/2.0 999 \xd0\x9d\xd0\xb5\xd1\x82", "SIP/2.0|999|999|\xd0\x9d\xd0\xb5\xd1\x82", false},
		{"SIP/2.0 200", "SIP/2.0|200|200|", true},
		{"SIP/2.0  200 OK", "SIP/2.0|200|200|OK", true},
		{"SIP/2.0\t200 OK", "SIP/2.0|200|200|OK", true},
		{"SIP/2.0 200\tOK", "SIP/2.0|200|200|OK", true},
		{"SIP/2.0 20 OK", "SIP/2.0|20|0|OK", true},
		{"SIP/2.0 4294967301 better not", "SIP/2.0|4294967301|0|better not", true},
		{"SIP/2.0 4O4 Not Found", "SIP/2.0|4O4|0|Not Found", true},
		{"SIP/2.0/UDP 200 OK", "SIP/2.0/UDP|200|200|OK", true},
		{"SIP/2.0", "SIP/2.0||0|", true},
		{"SIP/", "SIP/||0|", true},
	} {
		for _, eol := range []string{"", "\r\n", "\n", "\r"} {
			text := []byte(c.line + eol)
			s := Parse(text).Start
			got := string(s.Method.In(text)) + "|" + string(s.URI.In(text)) + "|" + string(s.Version.In(text))
			if s.Kind == Response {
				got = string(s.Version.In(text)) + "|" + string(s.Code.In(text)) + "|" + strconv.Itoa(s.Status) + "|" + string(s.Reason.In(text))
			}
			if got != c.want || s.Malformed != c.malformed {
				t.Errorf("%q: %q, malformed %v; want %q, %v", text, got, s.Malformed, c.want, c.malformed)
			}
			if line := string(s.Line.In(text)); line != string(text) {
				t.Errorf("%q: line %q", text, line)
			}
			if line := string(s.Text.In(text)); line != c.line {
				t.Errorf("%q: text %q", text, line)
			}
		}
	}
}

func TestLooksLikeStartLine(t *testing.T) {
	for _, s := range []string{
		"INVITE sip:bob@example.com SIP/2.0", "INVITE sip:bob@example.com SIP/2.0\r\n", "INVITE sip:bob@example.com SIP/2.0 \t", "sip:x SIP/10.22", "xSIP/2.0", "x sip/2.0",
		"SIP/2.0 200 OK", "SIP/2.0", "SIP/2.0 4O4 Not Found", "SIP/ 200", "SIP/x", "sip/2.0 200 OK", "SIP/2.0 200 see SIP/2.0/UDP",
	} {
		if !LooksLikeStartLine([]byte(s)) {
			t.Errorf("none: %q", s)
		}
	}
	for _, s := range []string{
		"", " ", "\r\n", "SIP", "2.0", "INVITE sip:bob@example.com", "INVITE sip:bob@example.com SIP/2", "INVITE sip:bob@example.com SIP/2.", "INVITE sip:bob@example.com SIP/.0", "INVITE sip:x SIP/2.0.1",
		"INVITE sip:bob@example.com HTTP/1.1", "SIP/2.0/UDP 192.0.2.1", "SIP/2.0/UDP", "Via: SIP/2.0/UDP 192.0.2.1:5060", "version 2.0", " SIP/2.0 200 OK",
	} {
		if LooksLikeStartLine([]byte(s)) {
			t.Errorf("one: %q", s)
		}
	}
}
