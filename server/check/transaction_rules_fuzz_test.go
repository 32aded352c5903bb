package check

import (
	"strings"
	"testing"

	"sipls/server/sip"
)

// FuzzTransactionRules lets the rules about Via, CSeq, numbers and dates judge any values: places and edits stay inside the
// text, and preferred fixes, one applied after the other, come to an end.
func FuzzTransactionRules(f *testing.F) {
	const via = "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1"
	for _, seed := range [][5]string{
		{via, "1 INVITE", "70", "Fri, 01 Jan 2010 16:00:00 GMT", "1800;refresher=uac"},
		{"SIP/2.0/UDP 192.0.2.15;;,;,,", "x", "300", "Fri, 1 Jan 2010 16:00:00 EST", "60;"},
		{",SIP/2.0/UDP 2001:db8::1:;branch", "1INVITE;a", "-1", "2010-01-01T16:00:00Z", "5 (a (b\\"},
		{"SIP//UDP a:99999;rport=;received=x, ,\r\nVia:", "99999999999 INVITE", "", "", "30;refresher=x"},
		{"SIP/2.0/UDP 192.0.2.1;rport=1;branch=z9hG4bK", "", "0", "Sat, 01 Jan 2010 16:00:00 UTC", "4294967296"},
		{"//UDP 0,,\r\nV:", "2170000000 INVITE", "7", "1", "0;(00"},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3], seed[4])
	}
	rules := map[*Rule]bool{}
	for _, r := range viaRules {
		rules[r] = true
	}
	for _, r := range []*Rule{dateValue, retryAfterValue, timestampValue, sessionInterval, sessionBelowMinimum, refresherValue} {
		rules[r] = true
	}
	f.Fuzz(func(t *testing.T, via, cseq, hops, date, seconds string) {
		text := []byte("INVITE sip:b@example.com SIP/2.0\r\nVia: " + via + "\r\nMax-Forwards: " + hops + "\r\nFrom: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.com>\r\nCall-ID: " + seconds +
			"\r\nCSeq: " + cseq + "\r\nDate: " + date + "\r\nRetry-After: " + seconds + "\r\nTimestamp: " + seconds + "\r\nExpires: " + hops + "\r\nSession-Expires: " + seconds + "\r\nMin-SE: " + hops + "\r\n\r\n")
		for range 100 {
			m := sip.Parse(text)
			m.Head.Is, m.Tail.Is, m.Exact = sip.Whole, sip.Whole, true
			s := &Subject{Message: m, Editable: true}
			var next []byte
			Run(s, func(f Finding) {
				if !rules[f.Rule] && !strings.HasSuffix(f.Rule.Name, "-value") {
					return
				}
				if f.At.At.Off < 0 || f.At.At.Len < 0 || int(f.At.At.End()) > len(text) {
					t.Fatalf("%s is reported outside the text", f.Rule.Name)
				}
				for _, fix := range Fixes(s, &f) {
					var edits []splice
					for _, e := range fix.Edits {
						if e.At.Off < 0 || e.At.Len < 0 || int(e.At.End()) > len(text) {
							t.Fatalf("%s: %q leaves the text", f.Rule.Name, fix.Title)
						}
						edits = append(edits, splice{e.At, e.Text.String()})
					}
					if fix.Preferred && next == nil {
						next = apply(text, 0, edits)
					}
				}
			})
			if next == nil {
				return
			}
			text = next
		}
		t.Fatalf("fixes do not come to an end: %q", text)
	})
}
