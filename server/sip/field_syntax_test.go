package sip

import (
	"fmt"
	"strings"
	"testing"
)

// The offending bytes stand between « and »; a value without them is right.
var fieldSyntaxCases = []struct {
	names  string // header fields that read it alike
	value  string
	errors string // what belongs there
}{
	{"Allow", "", ""},
	{"Allow", "INVITE, ACK,\r\n BYE", ""},
	{"Allow", "INVITE ACK,BYE", "INVITE« »ACK,BYE: a comma between two methods"},
	{"Allow", "INVITE, ACK,", "INVITE, ACK«,»: a method beside the comma"},
	{"Allow", ",INVITE", "«,»INVITE: a method beside the comma"},
	{"Allow", "INVITE,,ACK", "INVITE,«,»ACK: a method beside the comma"},
	{"Allow", "INVITE, <ACK>", "INVITE, «<ACK>»: a method"},
	{"Supported", "", ""},
	{"Supported Require Proxy-Require Unsupported", "100rel, Timer", ""},
	{"Supported Require Proxy-Require Unsupported", "100rel;timer", "100rel«;»timer: a comma between two option tags"},
	{"Require Proxy-Require Unsupported", "", "«»: an option tag"},
	{"Allow-Events", "presence, dialog.winfo", ""},
	{"Allow-Events", "presence,dialog winfo", "presence,dialog« »winfo: a comma between two event packages"},
	{"Content-Encoding", "gzip, x", ""},
	{"Content-Encoding", "gzip;q=1", "gzip«;»q=1: a comma between two encodings"},
	{"Content-Language", "en, es-419", ""},
	{"Content-Language", "en_GB", "«en_GB»: a language, as en or en-GB"},
	{"Accept", "", ""},
	{"Accept", "application/sdp;level=1, text / * ;q=0.5, */*", ""},
	{"Accept", "application/sdp, text", "application/sdp, «text»: a type and a subtype with a slash between them, as application/sdp"},
	{"Accept", "a/b;q=2", "a/b;q=«2»: a number from 0 to 1 with at most three decimals"},
	{"Accept", "a/b;", "a/b«;»: a parameter beside the semicolon"},
	{"Accept", "a/", "«a/»: a type and a subtype with a slash between them, as application/sdp"},
	{"Accept-Encoding", "gzip;q=0.5, *, identity;q=1.000", ""},
	{"Accept-Encoding", "gzip;q=0.1234", "gzip;q=«0.1234»: a number from 0 to 1 with at most three decimals"},
	{"Accept-Encoding", "g zip", "«g zip»: an encoding"},
	{"Accept-Language", "da, en-gb;q=0.8, *;q=0", ""},
	{"Accept-Language", "english-lang1", ""},
	{"Accept-Language", "e1", "«e1»: a language, as en or en-GB"},
	{"Accept-Language", "en;q", "en;«q»: a number from 0 to 1 with at most three decimals"},
	{"Accept-Language", "en;;q=1", "en;«;»q=1: a parameter beside the semicolon"},
	{"Accept-Contact Reject-Contact Feature-Caps", `*;audio;+sip.a="<x>";require, *`, ""},
	{"Accept-Contact Reject-Contact Feature-Caps", "audio", "«audio»: a * in front of the parameters"},
	{"Request-Disposition", "no-fork, queue", ""},
	{"Request-Disposition", "no fork", "no« »fork: a comma between two directives"},
	{"Priority", "non-urgent", ""},
	{"Priority", "very urgent", "«very urgent»: a priority, as urgent"},
	{"P-Early-Media", "sendrecv, gated", ""},
	{"P-Early-Media", "sendrecv gated", "sendrecv« »gated: a comma between two directions"},
	{"SIP-ETag SIP-If-Match Suppress-If-Match", "dx200xyz", ""},
	{"SIP-ETag SIP-If-Match Suppress-If-Match", `"dx"`, `«"dx"»: an entity tag, which is a token`},
	{"Info-Package Recv-Info", "foo;a=1", ""},
	{"Recv-Info", "", ""},
	{"Info-Package", "foo, bar", "«foo, bar»: an Info Package"},
	{"Recv-Info", "foo, b a", "foo, «b a»: an Info Package"},
	{"Answer-Mode Priv-Answer-Mode", "Manual;require", ""},
	{"Answer-Mode Priv-Answer-Mode", ";require", "«»;require: Manual or Auto"},
	{"Refer-Sub", "FALSE;a", ""},
	{"Refer-Sub", "no", "«no»: true or false"},
	{"Content-Disposition", "session;handling=optional", ""},
	{"Content-Disposition", `session;handling="optional"`, `session;handling=«"optional"»: required or optional`},
	{"Content-Disposition", "ses/sion", "«ses/sion»: a disposition, as session"},
	{"Event", "presence.winfo;id=1;x", ""},
	{"Event", "presence;id", "presence;«id»: a token as id"},
	{"Event", "presence..winfo", "«presence..winfo»: a name on both sides of each full stop"},
	{"Event", "presence, dialog", "«presence, dialog»: an event package, as presence"},
	{"Subscription-State", "active;expires=60;Reason=x;retry-after=2", ""},
	{"Subscription-State", "active;expires=1m", "active;expires=«1m»: seconds in digits"},
	{"Subscription-State", "terminated;reason=", "terminated;«reason=»: a value behind the ="},
	{"Subscription-State", `terminated;reason="x"`, `terminated;reason=«"x"»: a token as reason`},
	{"Subscription-State", "terminated;retry-after", "terminated;«retry-after»: seconds in digits"},
	{"RSeq", "4294967295", ""},
	{"RSeq", "0", "«0»: a number from 1 to 4294967295"},
	{"RSeq", "4294967296", "«4294967296»: a number from 1 to 4294967295"},
	{"RSeq", "18446744073709551617", "«18446744073709551617»: a number from 1 to 4294967295"},
	{"RAck", "776656 1\r\n INVITE", ""},
	{"RAck", "776656 1", "«776656 1»: the RSeq, the CSeq number and the method of the response"},
	{"RAck", "1 1 INVITE x", "«1 1 INVITE x»: the RSeq, the CSeq number and the method of the response"},
	{"RAck", "0 1 INVITE", "«0» 1 INVITE: a number from 1 to 4294967295"},
	{"RAck", "1 2147483648 INVITE", "1 «2147483648» INVITE: a CSeq number, less than 2147483648"},
	{"RAck", "1 1 IN/VITE", "1 1 «IN/VITE»: a method"},
	{"Reason", `SIP ;cause=200 ;text="Call, completed", Q.850;cause=16;text=Normal;location=LN`, ""},
	{"Reason", "Q.850;cause=NORMAL", "Q.850;cause=«NORMAL»: digits as cause"},
	{"Reason", "Q.850;text=Normal clearing", "Q.850;text=Normal« clearing»: a semicolon behind the value"},
	{"Reason", "Normal clearing", "«Normal clearing»: a protocol, as SIP or Q.850"},
	{"Warning", `370 devnull "Choose, a bigger pipe", 399  [2001:db8::1]:5060  "x"`, ""},
	{"Warning", `370 "Insufficient bandwidth"`, `«370 "Insufficient bandwidth"»: a host or pseudonym between code and text`},
	{"Warning", `37 devnull "x"`, `«37» devnull "x": a code of three digits`},
	{"Warning", `370 devnull x`, `370 devnull «x»: quotes around the text`},
	{"Warning", `370 devnull`, `«370 devnull»: a text in quotes at the end`},
	{"Warning", `370`, `«370»: a host or pseudonym and a text in quotes behind the code`},
	{"Warning", `370 a@b "x"`, `370 «a@b» "x": a host with or without a port, or a pseudonym`},
	{"Warning", `370 a "x" y`, `370 a "x"« y»: a comma or nothing behind the text`},
	{"Warning", `370 a "x`, `370 a «"x»: a closing quote`},
	{"Replaces Join", "a<b>@c ;to-tag=1;from-tag=2;early-only;x=1", ""},
	{"Replaces Join", "a@c;to-tag=1", "«a@c;to-tag=1»: the parameter from-tag"},
	{"Replaces Join", "a@c;from-tag=1", "«a@c;from-tag=1»: the parameter to-tag"},
	{"Replaces Join", "a@c", "«a@c»: the parameters to-tag and from-tag"},
	{"Replaces Join", "a@c@d;to-tag=1;from-tag=2", "«a@c@d;to-tag=1;from-tag=2»: a Call-ID, a semicolon and tags"},
	{"Replaces Join", "a;to-tag=1;to-tag=1;from-tag=2", ""},
	{"Replaces Join", "a;to-tag;from-tag=2", "a;«to-tag»;from-tag=2: a token as tag"},
	{"Target-Dialog", "a@c;local-tag=1;remote-tag=2", ""},
	{"Target-Dialog", "a@c;to-tag=1;from-tag=2", "«a@c;to-tag=1;from-tag=2»: the parameter local-tag"},
	{"In-Reply-To", "70710@saturn.example.com, 17320@saturn.example.com", ""},
	{"In-Reply-To", "{0h!a0i\"<snda}@[ki3], a", ""},
	{"In-Reply-To", "a@b;c", "«a@b;c»: a Call-ID"},
	{"Session-ID", "AB30317f1a784dc48ff824d0d3715d86;remote=00000000000000000000000000000000", ""},
	{"Session-ID", "ab30317f-1a78-4dc4-8ff8-24d0d3715d86", "«ab30317f-1a78-4dc4-8ff8-24d0d3715d86»: 32 hexadecimal digits"},
	{"Session-ID", "ab30317f1a784dc48ff824d0d3715d86;remote=0", "ab30317f1a784dc48ff824d0d3715d86;remote=«0»: 32 hexadecimal digits"},
	{"Privacy", "id ; header;critical", ""},
	{"Privacy", "id,header", "id«,»header: a semicolon between two values"},
	{"Privacy", "id;;header", "id;«;»header: a privacy value, as id beside the semicolon"},
	{"Privacy", "id;", "id«;»: a privacy value, as id beside the semicolon"},
	{"Privacy", "<id>", "«<id>»: a privacy value, as id"},
	{"Geolocation", "<cid:a@b.example.com>;a=1, <sips:a@example.com>", ""},
	{"Geolocation", "cid:a@b.example.com", "«cid:a@b.example.com»: angle brackets around the URI"},
	{"Geolocation-Routing", "yes", ""},
	{"Geolocation-Routing", "y/n", "«y/n»: yes or no"},
	{"Geolocation-Error", `100;code="Cannot Process Location"`, ""},
	{"Geolocation-Error", "100;code=x", "100;code=«x»: a text in quotes"},
	{"Geolocation-Error", "1000", "«1000»: a code of one to three digits"},
	{"Resource-Priority Accept-Resource-Priority", "ets.0, wps.4", ""},
	{"Accept-Resource-Priority", "", ""},
	{"Resource-Priority Accept-Resource-Priority", "ets", "«ets»: a namespace and a priority, as ets.0"},
	{"Resource-Priority Accept-Resource-Priority", "a.b.c", "«a.b.c»: a namespace and a priority, as ets.0"},
	{"Security-Client Security-Server Security-Verify", "ipsec-3gpp;alg=hmac-md5-96;q=0.1, tls", ""},
	{"Security-Client Security-Server Security-Verify", "tls;q=1.5", "tls;q=«1.5»: a number from 0 to 1 with at most three decimals"},
	{"Security-Client Security-Server Security-Verify", "digest;d-ver=0", "digest;d-ver=«0»: 32 hexadecimal digits in quotes"},
	{"Security-Client Security-Server Security-Verify", ";q=1", "«»;q=1: a security mechanism, as tls or ipsec-3gpp"},
	{"User-to-User", `00a0;encoding=hex, "a b";purpose=x`, ""},
	{"User-to-User", "00a;encoding=hex", "«00a»;encoding=hex: pairs of hexadecimal digits, for encoding=hex"},
	{"User-to-User", "a b", "«a b»: data: a token or a quoted string"},
	{"P-Access-Network-Info", `ADSL2+;dsl-location="x", IEEE-802.11;network-provided`, ""},
	{"P-Access-Network-Info", "IEEE 802.11", "«IEEE 802.11»: an access type, as 3GPP-E-UTRAN-FDD"},
	{"P-Charging-Vector", `icid-value="AyretyU0dm+6O2IrT5tAFrbHLso=";icid-generated-at=192.0.2.1;orig-ioi=a`, ""},
	{"P-Charging-Vector", "orig-ioi=a", "«orig-ioi=a»: the parameter icid-value"},
	{"P-Charging-Vector", "icid-value", "«icid-value»: a value of icid-value"},
	{"P-Charging-Vector", "icid-value=a+b=;x", "icid-value=«a+b=»;x: quotes around a value that is no token"},
	{"P-Charging-Function-Addresses", "ccf=192.0.2.1;ecf=[2001:db8::1]", ""},
	{"P-Charging-Function-Addresses", "ccf=aaa://a", "ccf=«aaa://a»: quotes around a value that is no token"},
	{"P-Visited-Network-ID", `other.net, "Visited network number 1";x`, ""},
	{"P-Visited-Network-ID", `"a`, `«"a»: a closing quote`},
	{"P-Visited-Network-ID", `"a" b`, `"a"« b»: a semicolon behind the quoted string`},
	{"P-Visited-Network-ID", `a b`, `«a b»: the name of a network: a token or a quoted string`},
	{"P-Associated-URI", "", ""},
	{"P-Associated-URI P-Called-Party-ID", "<sip:a@example.com>", ""},
	{"P-Associated-URI P-Called-Party-ID", "sip:a@example.com", "«sip:a@example.com»: angle brackets around the URI"},
	{"History-Info", "<sip:a@example.com>;index=1, <sip:b@example.com>;index=1.1;rc=1", ""},
	{"History-Info", "<sip:a@example.com>", "«<sip:a@example.com>»: the parameter index"},
	{"History-Info", "<sip:a@example.com>;index=1.", "<sip:a@example.com>;index=«1.»: numbers separated by full stops, as 1.1"},
	{"History-Info Diversion", "sip:a@example.com", ""}, // AddressSyntax says it
	{"History-Info Diversion", "", ""},
	{"History-Info Diversion", ",", ""},
	{"Diversion", `<tel:+15550100>;reason=unconditional;counter=12;privacy="full"`, ""},
	{"Diversion", "<tel:+15550100>;counter=1.5", "<tel:+15550100>;counter=«1.5»: one or two digits"},
	{"Diversion", "<tel:+15550100>;limit=100", "<tel:+15550100>;limit=«100»: one or two digits"},
}

func TestFieldSyntax(t *testing.T) {
	right, wrong := map[HeaderID]bool{}, map[HeaderID]bool{}
	for _, c := range fieldSyntaxCases {
		for name := range strings.FieldsSeq(c.names) {
			m := withFields(name + ": " + c.value)
			h := &m.Headers[0]
			got := ""
			if err := m.FieldSyntax(h); err != nil {
				v := string(m.Bytes(h.Value))
				from, to := err.At.Off-h.Value.Off, err.At.End()-h.Value.Off
				got = v[:from] + "«" + v[from:to] + "»" + v[to:] + ": " + err.Want
				wrong[h.ID] = true
			} else {
				right[h.ID] = true
			}
			if got != c.errors {
				t.Errorf("%s: %s\n got %s\nwant %s", name, c.value, got, c.errors)
			}
		}
	}
	for id := HeaderOther; id < headerCount; id++ {
		if HasFieldSyntax(id) != (right[id] && wrong[id]) {
			t.Errorf("%s needs a case that is right (%t) and one that is wrong (%t)", id, right[id], wrong[id])
		}
	}
}

func TestFieldsWithoutGrammarAreNotJudged(t *testing.T) {
	m := withFields("X-Other: <\"")
	if err := m.FieldSyntax(&m.Headers[0]); err != nil {
		t.Error(err)
	}
}

func TestFieldSyntaxDoesNotAllocateForRightValues(t *testing.T) {
	for _, c := range fieldSyntaxCases {
		if c.errors != "" || strings.ContainsAny(c.names, " ") {
			continue
		}
		m := withFields(c.names + ": " + c.value)
		if n := testing.AllocsPerRun(10, func() { m.FieldSyntax(&m.Headers[0]) }); n > 0 {
			t.Errorf("%s: %s: %v allocations", c.names, c.value, n)
		}
	}
}

func TestReadValuesOfExtensions(t *testing.T) {
	m := withFields("Reason: SIP;cause=480, Q.850 ;cause=16 ;text=\"a\";location=LN\r\nWarning: 399 h:5060 \"x\", 1\r\n" +
		"Privacy: id,, header\r\nPrivacy: ;user\r\n" +
		"Subscription-State: terminated;reason=timeout;retry-after=5;expires=6\r\nReplaces: a;early-only;from-tag=2;to-tag=1\r\n" +
		"Target-Dialog: a;local-tag=3;remote-tag=4\r\nSession-ID: 0123456789abcdef0123456789ABCDEF;remote=00000000000000000000000000000000\r\nRAck: 1 2 INVITE")
	str := func(s Span) string { return string(m.Bytes(s)) }
	var got []string
	m.Reasons(func(r Reason) bool {
		got = append(got, fmt.Sprintf("%s cause %s text %s location %s in %s", str(r.Protocol), str(r.Cause), str(r.Text), str(r.Location), r.Header.ID))
		return true
	})
	m.Warnings(func(w Warning) bool {
		got = append(got, fmt.Sprintf("%s from %s: %s (%t) in %s", str(w.Code), str(w.Agent), str(w.Text), w.Err == nil, w.Header.ID))
		return true
	})
	m.PrivacyValues(func(_ *Header, s Span) bool {
		got = append(got, str(s))
		return true
	})
	if s, err := m.ReadSubscriptionState(m.Header(HeaderSubscriptionState).Value); err == nil {
		got = append(got, fmt.Sprintf("%s because of %s, %s, %s", str(s.State), str(s.Reason), str(s.Expires), str(s.RetryAfter)))
	}
	for _, id := range []HeaderID{HeaderReplaces, HeaderTargetDialog} {
		if d, err := m.ReadDialogReference(m.Header(id)); err == nil {
			got = append(got, fmt.Sprintf("%s to %s from %s %t", str(d.CallID), str(d.ToTag), str(d.FromTag), d.EarlyOnly))
		}
	}
	if s, err := m.ReadSessionID(m.Header(HeaderSessionID).Value); err == nil {
		got = append(got, str(s.Local)+" "+str(s.Remote))
	}
	if r, err := m.ReadRAck(m.Header(HeaderRAck).Value); err == nil {
		got = append(got, str(r.Response)+"|"+str(r.CSeq)+"|"+str(r.Method))
	}
	want := []string{
		"SIP cause 480 text  location  in Reason", `Q.850 cause 16 text "a" location LN in Reason`,
		`399 from h:5060: "x" (true) in Warning`, "1 from :  (false) in Warning",
		"id", "header", "user",
		"terminated because of timeout, 6, 5", "a to 1 from 2 true", "a to 3 from 4 false",
		"0123456789abcdef0123456789ABCDEF 00000000000000000000000000000000", "1|2|INVITE",
	}
	if a, b := strings.Join(got, "\n"), strings.Join(want, "\n"); a != b {
		t.Errorf("got\n%s\nwant\n%s", a, b)
	}
}

func FuzzFieldSyntax(f *testing.F) {
	for _, c := range fieldSyntaxCases {
		name, _, _ := strings.Cut(c.names, " ")
		f.Add([]byte(name), []byte(c.value))
	}
	f.Fuzz(func(t *testing.T, name, value []byte) {
		m := Parse([]byte("SIP/2.0 200 OK\r\n" + string(name) + ": " + string(value)))
		for i := range m.Headers {
			h := &m.Headers[i]
			inside := func(s Span, what string) {
				if s.Len < 0 || s.Len > 0 && (s.Off < h.Value.Off || s.End() > h.Value.End()) || int(s.End()) > len(m.Text) {
					t.Fatalf("%s of %q is %v, the value %v", what, m.Text, s, h.Value)
				}
			}
			if err := m.FieldSyntax(h); err != nil {
				inside(err.At, err.Want)
			}
			m.ReadDialogReference(h)
			if s, err := m.ReadSubscriptionState(h.Value); err == nil {
				inside(s.State, "state")
				inside(s.Expires, "expires")
			}
			if s, err := m.ReadSessionID(h.Value); err == nil && s.Local.Len != 32 {
				t.Fatalf("%q", m.Text)
			}
			r := m.reason(h.Value)
			inside(r.Cause, "cause")
			inside(r.Protocol, "protocol")
			w := m.warning(h.Value)
			inside(w.Code, "code")
			inside(w.Agent, "agent")
			inside(w.Text, "text")
		}
		n := 0
		for _, v := range m.PrivacyValues {
			if n++; v.Len == 0 || n > len(m.Text) {
				t.Fatalf("%q", m.Text)
			}
		}
	})
}
