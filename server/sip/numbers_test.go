package sip

import (
	"testing"
)

// value returns a message and the span of its only header field's value.
func valueOf(line string) (*Message, Span) {
	m := Parse([]byte("OPTIONS sip:a SIP/2.0\r\n" + line + "\r\n\r\n"))
	return m, m.Headers[0].Value
}

func wrong(m *Message, err *SyntaxError) string {
	if err == nil {
		return ""
	}
	return string(m.Bytes(err.At)) + " | " + err.Want
}

func TestViaSyntax(t *testing.T) {
	for v, want := range map[string]string{
		"SIP/2.0/UDP pc33.example.com;branch=z9hG4bK776asdhds":            "",
		"SIP / 2.0 /\tTCP [2001:db8::9]:5060 ;rport;received=2001:db8::1": "",
		"SIP/2.0/UDP 192.0.2.1;received=[2001:db8::1]":                    "",
		"SIP/2.0/UDP first.example.com:4000;ttl=16;maddr=224.2.0.1":       "",
		"SIP/2.0/TLS-SCTP a;alias;keep;oc=20;oc-algo=\"loss\"":            "",
		"SIP/2.0/UDP 192.0.2.1:":                                          ": | a port behind the colon",
		"SIP/2.0/UDP 192.0.2.1:70000":                                     "70000 | a port from 1 to 65535",
		"SIP/2.0/UDP":                                                     "SIP/2.0/UDP | a blank between the transport and the host that sent the message",
		"SIP/2.0/UDP ;branch=1":                                           " | the host that sent the message",
		"SIP//UDP a":                                                      "/ | " + wantViaProtocol,
		"/2.0/UDP a":                                                      "/ | " + wantViaProtocol,
		"a:5060;x=y":                                                      "a:5060;x=y | " + wantViaProtocol,
		"SIP/2.0/UDP a;ttl=256":                                           "256 | a number from 0 to 255",
		"SIP/2.0/UDP a;received=host.example.com":                         "host.example.com | an IP address",
		"SIP/2.0/UDP a;rport=":                                            "rport= | a value behind the =",
		"SIP/2.0/UDP a;rport=0":                                           "0 | a port from 1 to 65535, or nothing",
		"SIP/2.0/UDP a;branch":                                            "branch | an identifier of the transaction",
	} {
		m, s := valueOf("Via: " + v)
		if got := wrong(m, m.ViaSyntax(s)); got != want {
			t.Errorf("%q: %q, want %q", v, got, want)
		}
	}
}

func TestCSeqSyntax(t *testing.T) {
	for v, want := range map[string]string{
		"314159 INVITE": "", "4 \t reGister": "", "4711\r\n INVITE": "", "99999999999999999999 X": "",
		"INVITE": "INVITE | a sequence number", "-1 ACK": "-1 | a sequence number", "": " | a sequence number",
		"1": " | a blank and the method of the request behind the number", "1INVITE": "INVITE | a blank and the method of the request behind the number",
		"1 INVITE;a=b": ";a=b | nothing behind the method", "1 INVITE, 2 ACK": ", 2 ACK | nothing behind the method",
	} {
		m, s := valueOf("CSeq: " + v)
		if got := wrong(m, m.CSeqSyntax(s)); got != want {
			t.Errorf("%q: %q, want %q", v, got, want)
		}
	}
}

func TestSeconds(t *testing.T) {
	for v, want := range map[string]string{
		"18000;duration=3600": "", "120 (I'm in a meeting)": "", "120 (a (b) \\) c) ;duration=1": "", "5": "",
		"": " | a number of seconds", "soon": "soon | a number of seconds", "5 (open": "(open | a closing bracket", "5 minutes": "minutes | a parameter or nothing behind the seconds",
		"5;": "; | a parameter behind the semicolon",
	} {
		m, s := valueOf("Retry-After: " + v)
		_, err := m.Seconds(s, true)
		if got := wrong(m, err); got != want && (want == "" || got == "") {
			t.Errorf("%q: %q, want %q", v, got, want)
		}
	}
	m, s := valueOf("Session-Expires: 1800;refresher=uas")
	got, err := m.Seconds(s, false)
	if err != nil || got.Value != 1800 || string(m.Bytes(got.Params)) != "refresher=uas" {
		t.Errorf("%+v %v", got, err)
	}
}

func TestDate(t *testing.T) {
	for v, want := range map[string]string{
		"Sat, 13 Nov 2010 23:29:00 GMT":   "",
		"Fri, 01 Jan 2010 16:00:00 EST":   "EST | GMT",
		"Sat, 13 Nov 2010 23:29:00":       "Sat, 13 Nov 2010 23:29:00 | a date as Sat, 13 Nov 2010 23:29:00 GMT",
		"Sat, 13 Nov 2010 23:29:00 +0100": "+0100 | GMT",
		"Sun, 13 Nov 2010 23:29:00 GMT":   "Sun | Sat, the day of this date",
		"Fri, 31 Feb 2018 05:00:00 GMT":   "Fri, 31 Feb 2018 05:00:00 GMT | a date as Sat, 13 Nov 2010 23:29:00 GMT",
		"Fri, 16 Awg 1963 05:00:00 GMT":   "Fri, 16 Awg 1963 05:00:00 GMT | a date as Sat, 13 Nov 2010 23:29:00 GMT",
		"":                                " | a date as Sat, 13 Nov 2010 23:29:00 GMT",
	} {
		m, s := valueOf("Date: " + v)
		_, err := m.Date(s)
		if got := wrong(m, err); got != want {
			t.Errorf("%q: %q, want %q", v, got, want)
		}
	}
}

func FuzzNumbers(f *testing.F) {
	for _, s := range []string{"SIP/2.0/UDP a:5060;ttl=1;received=::1;rport;branch=z", "1 INVITE", "5 (a(b)) ;c=d", "Sat, 13 Nov 2010 23:29:00 GMT", "", "[", "SIP/2.0/UDP [::1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, v string) {
		m := Parse([]byte("X: " + v))
		all := Span{Len: int32(len(m.Text))}
		_, number := m.Number(all)
		_, seconds := m.Seconds(all, true)
		_, date := m.Date(all)
		for _, err := range []*SyntaxError{m.ViaSyntax(all), m.CSeqSyntax(all), m.CallIDSyntax(all), number, seconds, date} {
			if err != nil && (err.At.Off < 0 || err.At.Len < 0 || int(err.At.End()) > len(m.Text) || err.Want == "") {
				t.Fatalf("%q: %+v", v, err)
			}
		}
	})
}
