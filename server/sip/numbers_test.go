package sip

import (
	"testing"
	"time"
)

// valueOf returns a message and the span of its only header field's value.
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
		"SIP/2.0/UDP;branch=1":                                            "SIP/2.0/UDP | a blank between the transport and the host that sent the message",
		"SIP/2.0/UDP:192.0.2.1;branch=1":                                  "SIP/2.0/UDP:192.0.2.1 | a blank between the transport and the host that sent the message",
		"SIP/2.0/UDP ;branch=1":                                           " | the host that sent the message",
		"SIP/2.0 a":                                                       "SIP/2.0 a | " + wantViaProtocol,
		"SIP/2.0/UDP 192.0.2.256":                                         "192.0.2.256 | an IPv4 address, four numbers up to 255, or a host name",
		"SIP/2.0/UDP 2001:db8::9":                                         "2001:db8::9 | brackets around an IPv6 address",
		"SIP/2.0/UDP my_host":                                             "_ | letters, digits, hyphens and dots in a host name",
		"SIP/2.0/UDP a b":                                                 "  | letters, digits, hyphens and dots in a host name",
		"SIP/2.0/UDP a;;":                                                 "; | a parameter beside the semicolon",
		"SIP/2.0/UDP a;":                                                  "; | a parameter beside the semicolon",
		"SIP/2.0/UDP a;branch=\"z9hG4bK1\"":                               "\"z9hG4bK1\" | a token as the branch",
		"SIP/2.0/UDP a;branch=1 ;":                                        "; | a parameter beside the semicolon",
		"SIP/2.0/UDP a;branch=\"1;":                                       "\"1; | a closing quote",
		"SIP/2.0/UDP a;received":                                          "received | an IP address behind received",
		"SIP/2.0/UDP a;received=[2001:db8::1":                             "[2001:db8::1 | an IP address",
		"SIP/2.0/UDP a;maddr=b_c":                                         "b_c | a host",
		"":                                                                " | " + wantVia,
		";branch=1":                                                       "; | " + wantViaProtocol,
		"SIP//UDP a":                                                      "/ | " + wantViaProtocol,
		"/2.0/UDP a":                                                      "/ | " + wantViaProtocol,
		"a:5060;x=y":                                                      "a:5060 | " + wantViaProtocol,
		"SIP/2.0/UDP a;ttl=256":                                           "256 | a number from 0 to 255",
		"SIP/2.0/UDP a;received=host.example.com":                         "host.example.com | an IP address",
		"SIP/2.0/UDP a;rport=":                                            "rport= | a value behind the =",
		"SIP/2.0/UDP a;rport=0":                                           "0 | a port from 1 to 65535, or nothing",
		"SIP/2.0/UDP a;branch":                                            "branch | a token as the branch",
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

func TestDeltaSeconds(t *testing.T) {
	for v, want := range map[string]string{
		"0": "", "0000000000060": "", "4294967295": "",
		"4294967296": "4294967296 | seconds up to 4294967295", "99999999999999999999999": "99999999999999999999999 | seconds up to 4294967295",
		"": " | a number", "-1": "-1 | digits only", "1h": "h | digits only", "3600, 60": ", 60 | digits only",
	} {
		m, s := valueOf("Expires: " + v)
		if _, err := m.DeltaSeconds(s); wrong(m, err) != want {
			t.Errorf("%q: %q, want %q", v, wrong(m, err), want)
		}
	}
	m, s := valueOf("Expires: 4294967295")
	if n, _ := m.DeltaSeconds(s); n != 4294967295 {
		t.Error(n)
	}
}

func TestMaxForwards(t *testing.T) {
	for v, want := range map[string]string{
		"70": "", "0": "", "255": "", "0070": "",
		"256": "256 | a number from 0 to 255", "99999999999999999999": "99999999999999999999 | a number from 0 to 255",
		"70,1": ",1 | digits only", "-1": "-1 | digits only", "": " | a number",
	} {
		m, s := valueOf("Max-Forwards: " + v)
		if _, err := m.MaxForwards(s); wrong(m, err) != want {
			t.Errorf("%q: %q, want %q", v, wrong(m, err), want)
		}
	}
}

func TestCallIDSyntax(t *testing.T) {
	for v, right := range map[string]bool{
		"f81d4fae-7dec-11d0-a765-00a0c91e6bf6@192.0.2.1": true, "a": true, `a-.!%*_+` + "`" + `'~()<>:\"/[]?{}@[2001:db8::1]`: true,
		"": false, "@b": false, "a@": false, "a@b@c": false, "a b": false, "a;b": false, "a,b": false, "a=b": false,
	} {
		m, s := valueOf("Call-ID: " + v)
		if err := m.CallIDSyntax(s); (err == nil) != right {
			t.Errorf("%q: %q", v, wrong(m, err))
		}
	}
}

func TestRetryAfter(t *testing.T) {
	for v, want := range map[string]string{
		"18000;duration=3600": "", "120 (I'm in a meeting)": "", "120 (a (b) \\) c) ;duration=1": "", "5": "", "5;x=y": "", "5(now)": "",
		"":                         " | a number of seconds",
		"soon":                     "soon | a number of seconds",
		"5 (open":                  "(open | a closing bracket",
		"5 (ends in \\)":           "(ends in \\) | a closing bracket",
		"5 minutes":                "minutes | a parameter or nothing behind the seconds",
		"5 (a) (b)":                "(b) | a parameter or nothing behind the seconds",
		"5;":                       "; | a parameter beside the semicolon",
		"5;duration":               "duration | a number of seconds",
		"5;duration=1h":            "1h | a number of seconds",
		"5;duration=4294967296":    "4294967296 | a number of seconds",
		"4294967296 (for good)":    "4294967296 | seconds up to 4294967295",
		"Fri, 01 Jan 2010 16:00:0": "Fri, 01 Jan 2010 16:00:0 | a number of seconds",
	} {
		m, s := valueOf("Retry-After: " + v)
		if _, err := m.RetryAfter(s); wrong(m, err) != want {
			t.Errorf("%q: %q, want %q", v, wrong(m, err), want)
		}
	}
	m, s := valueOf("Retry-After: 18000 (at\r\n lunch) ; Duration = 3600")
	r, err := m.RetryAfter(s)
	if err != nil || r.Seconds != 18000 || string(m.Bytes(r.Comment)) != "(at\r\n lunch)" || string(m.Bytes(r.Duration)) != "3600" {
		t.Errorf("%+v %v", r, err)
	}
}

func TestSessionInterval(t *testing.T) {
	for v, want := range map[string]string{
		"1800": "", "1800 ; refresher=uac": "", "90;refresher=whoever": "",
		"1800 uac":    "uac | a parameter or nothing behind the seconds",
		"1800 (long)": "(long) | a parameter or nothing behind the seconds",
		"1800;":       "; | a parameter beside the semicolon",
		"uac":         "uac | a number of seconds",
		"4294967296":  "4294967296 | seconds up to 4294967295",
	} {
		m, s := valueOf("Session-Expires: " + v)
		if _, err := m.SessionInterval(s); wrong(m, err) != want {
			t.Errorf("%q: %q, want %q", v, wrong(m, err), want)
		}
	}
	m, s := valueOf("Session-Expires: 1800;refresher=uas")
	got, err := m.SessionInterval(s)
	p, ok := m.Refresher(got)
	if err != nil || got.Seconds != 1800 || !ok || string(m.Bytes(p.Value)) != "uas" {
		t.Errorf("%+v %v %v", got, err, p)
	}
}

func TestTimestamp(t *testing.T) {
	for v, want := range map[string]string{
		"54": "", "54.": "", "54.21": "", "54.21 0.3": "", "54 .3": "", "54\r\n 3.": "", "54 .": "",
		"":         " | seconds as 54.21",
		".5":       ".5 | seconds as 54.21",
		"10:00":    ":00 | a delay as 0.3, or nothing, behind the time",
		"54.2.1":   ".1 | a delay as 0.3, or nothing, behind the time",
		"54 0.3 1": " 0.3 1 | a delay as 0.3, or nothing, behind the time",
	} {
		m, s := valueOf("Timestamp: " + v)
		if _, err := m.Timestamp(s); wrong(m, err) != want {
			t.Errorf("%q: %q, want %q", v, wrong(m, err), want)
		}
	}
	m, s := valueOf("Timestamp: 54.21 0.3")
	if got, _ := m.Timestamp(s); string(m.Bytes(got.Sent)) != "54.21" || string(m.Bytes(got.Delay)) != "0.3" {
		t.Errorf("%+v", got)
	}
}

func TestDate(t *testing.T) {
	for v, want := range map[string]string{
		"Sat, 13 Nov 2010 23:29:00 GMT":    "",
		"Mon, 29 Feb 2016 00:00:00 GMT":    "",
		"Fri, 01 Jan 2010 16:00:00 EST":    "EST | GMT",
		"Fri, 1 Jan 2010 16:00:00 EST":     "EST | GMT",
		"Sat, 13 Nov 2010 23:29:00":        " | GMT",
		"Sat, 13 Nov 2010 23:29:00 +0100":  "+0100 | GMT",
		"Sat, 13 Nov 2010 23:29:00 GMT+1":  "GMT+1 | GMT",
		"Sat, 13 Nov 2010 23:29:00 gmt":    "gmt | GMT",
		"Sat, 13 Nov 2010 23:29:00 GMT 1":  "GMT 1 | GMT",
		"Sun, 13 Nov 2010 23:29:00 GMT":    "Sun | Sat, the day of this date",
		"Sat, 3 Nov 2018 05:00:00 GMT":     "3 | a day of two digits",
		"Sat,  3 Nov 2018 05:00:00 GMT":    " | a day of two digits",
		"Wed, 31 Feb 2018 05:00:00 GMT":    "31 | a day that the month has",
		"Fri, 00 Feb 2018 05:00:00 GMT":    "00 | a day that the month has",
		"Fri, 16 Awg 1963 05:00:00 GMT":    "Awg | a month as Nov",
		"Fri, 16 Aug 63 05:00:00 GMT":      "63 | a year of four digits",
		"Fri, 16 Aug 1963 5:00:00 GMT":     "5:00:00 | a time as 23:29:00",
		"Fri, 16 Aug 1963 05:00 GMT":       "05:00 | a time as 23:29:00",
		"Fri, 16 Aug 1963 24:00:00 GMT":    "24:00:00 | a time from 00:00:00 to 23:59:59",
		"Fri, 16 Aug 1963 0x:00:00 GMT":    "0x:00:00 | a time from 00:00:00 to 23:59:59",
		"Fri, 16 Aug 1963 05:00:00.25 GMT": "05:00:00.25 | a time as 23:29:00",
		"Fri 16 Aug 1963 05:00:00 GMT":     "Fri 16 Aug 1963 05:00:00 GMT | " + wantDate,
		"2010-11-13T23:29:00Z":             "2010-11-13T23:29:00Z | " + wantDate,
		"":                                 " | " + wantDate,
	} {
		m, s := valueOf("Date: " + v)
		at, err := m.Date(s)
		if got := wrong(m, err); got != want {
			t.Errorf("%q: %q, want %q", v, got, want)
		}
		if err == nil && at.Format(DateLayout) != v {
			t.Errorf("%q is read as %v", v, at)
		}
		if (err != nil) != at.IsZero() {
			t.Errorf("%q: a date and an error", v)
		}
	}
}

func TestForeignDate(t *testing.T) {
	for v, want := range map[string]string{
		"Fri, 01 Jan 2010 16:00:00 EST":        "Fri, 01 Jan 2010 21:00:00 GMT",
		"Fri, 1 Jan 2010 16:00:00 GMT":         "Fri, 01 Jan 2010 16:00:00 GMT",
		"Fri, 01 Jan 2010 00:30:00 +0530":      "Thu, 31 Dec 2009 19:00:00 GMT",
		"Sun, 01 Jan 2010 16:00:00 UTC":        "Fri, 01 Jan 2010 16:00:00 GMT",
		"2010-01-01T16:00:00+01:00":            "Fri, 01 Jan 2010 15:00:00 GMT",
		"Fri, 01 Jan 2010 16:00:00":            "",
		"Fri, 01 Jan 2010 16:00:00 IST":        "", // India, Ireland or Israel
		"Fri, 01 Jan 2010 16:00:00 CET (Rome)": "",
		"GMT":                                  "",
		"":                                     "",
	} {
		m, s := valueOf("Date: " + v)
		at, ok := m.ForeignDate(s)
		if ok != (want != "") || ok && at.Format(DateLayout) != want {
			t.Errorf("%q: %v %v, want %q", v, at, ok, want)
		}
	}
}

// TestNumbersDoNotAllocate holds for values that follow the grammar, which rules read in every message of a log.
func TestNumbersDoNotAllocate(t *testing.T) {
	m, s := valueOf("X: Sat, 13 Nov 2010 23:29:00 GMT")
	via, v := valueOf("Via: SIP/2.0/UDP [2001:db8::9]:5060;rport=5061;received=192.0.2.7;branch=z9hG4bK776asdhds;maddr=192.0.2.1;ttl=1")
	retry, r := valueOf("Retry-After: 18000 (at lunch);duration=3600")
	var at time.Time
	allocs := testing.AllocsPerRun(100, func() {
		at, _ = m.Date(s)
		if err := via.ViaSyntax(v); err != nil {
			t.Fatal(err)
		}
		if _, err := retry.RetryAfter(r); err != nil {
			t.Fatal(err)
		}
	})
	if allocs > 0 || at.IsZero() {
		t.Errorf("%v allocations, %v", allocs, at)
	}
}

func BenchmarkViaSyntax(b *testing.B) {
	m, s := valueOf("Via: SIP/2.0/UDP 192.0.2.1:5060;rport=5061;received=192.0.2.7;branch=z9hG4bK776asdhds")
	b.ReportAllocs()
	for b.Loop() {
		if err := m.ViaSyntax(s); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDate(b *testing.B) {
	m, s := valueOf("Date: Sat, 13 Nov 2010 23:29:00 GMT")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Date(s); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzNumbers(f *testing.F) {
	for _, s := range []string{"SIP/2.0/UDP a:5060;ttl=1;received=::1;rport;branch=z", "1 INVITE", "5 (a(b)) ;c=d", "Sat, 13 Nov 2010 23:29:00 GMT", "", "[", "SIP/2.0/UDP [::1", "54.2 .1", "SIP/2.0/UDP a;;", "a@b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, v string) {
		m := Parse([]byte("X: " + v))
		all := Span{Len: int32(len(m.Text))}
		value := Span{Off: 3, Len: int32(len(m.Text)) - 3}
		for _, s := range []Span{all, value} {
			_, number := m.DeltaSeconds(s)
			_, hops := m.MaxForwards(s)
			_, retry := m.RetryAfter(s)
			_, session := m.SessionInterval(s)
			_, stamp := m.Timestamp(s)
			at, date := m.Date(s)
			if date == nil && at.Format(DateLayout) != string(m.Bytes(s)) {
				t.Fatalf("%q is read as %v", v, at)
			}
			if foreign, ok := m.ForeignDate(s); date == nil && (!ok || !foreign.Equal(at)) {
				t.Fatalf("%q: %v, but %v where zones are known", v, at, foreign)
			}
			for _, err := range []*SyntaxError{m.ViaSyntax(s), m.CSeqSyntax(s), m.CallIDSyntax(s), number, hops, retry, session, stamp, date} {
				if err != nil && (err.At.Off < s.Off || err.At.Len < 0 || err.At.End() > s.End() || err.Want == "") {
					t.Fatalf("%q: %+v outside %+v", v, err, s)
				}
			}
		}
	})
}
