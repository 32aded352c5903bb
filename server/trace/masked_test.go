package trace

import "testing"

func TestMasked(t *testing.T) {
	for _, s := range []string{
		"Via: SIP/2.0/UDP X.X.X.X:5060;branch=z9hG4bK1", "Via: SIP/2.0/UDP x.x.x.x", "Via: SIP/2.0/UDP XX.XX.XX.XXX1", "c=IN IP4 82.x.x.x",
		"c=IN IP4 xxx.xxx.xxx.xxx", "c=IN IP4 10.0.XXX.XXX", "c=IN IP4 *.*.*.*", "Contact: <sip:bob@203.0.113.X>", "c=IN IP4 203.0.113.xx\r\n",
		"From: <sip:0*********2@example.com>", "To: <sip:+1555XXX0123@example.com>", "To: <sip:***@example.com>", "To: <sip:1555xxxx@example.com>", "Call-ID: XXXXXXXX@example.com",
		"From: <sip:<sip username>@192.0.2.1>", "From: <sip:bob@<host>>", `Digest realm="<host IP>"`,
		"Via: SIP/2.0/UDP 192.0.2.1;received=udp/[myVoiceSwitchIP]", "To: <sip:bob@[myHost]>", "To: <sip:[user]@example.com>",
		"To: <sip:REDACTED@example.com>", `Authorization: Digest response="redacted"`, "Contact: <sip:redacted@192.0.2.1>",
	} {
		if !Masked([]byte(s)) {
			t.Errorf("not masked: %q", s)
		}
	}
	for _, s := range []string{
		"", "x", "X", "*", "<", "[", "R",
		"From: <sip:bob@example.com>;tag=asXX12dXXXq", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKxxxyyXXX", `nonce="YXXXb2M9xxx/aXXX+0="`, `nonce="1413305427/8dd1b7f56aba97da45754f7052d8a688"`,
		"To:<sip:bob@example.com>", "Contact:<sip:bob@example.com>", "m=<tel:+15550123>", `Contact: <sip:a@b>;+sip.instance="<urn:uuid:69a4004b-6915>"`, `Contact: "<sip:bob@example.com>" <sip:bob@example.com>`,
		"Via: SIP/2.0/UDP [2001:db8::1]:5060", "Contact: <sip:bob@[2001:db8::7]>", "c: x/[::1]", "Route: <sip:[fe80::1%251];lr>",
		"User-Agent: Example 1.x.x", "Max-Forwards: 70", "Allow-Events: message-summary, refer, xcap", "To: <sip:*97@example.com>", "To: <sip:**1@example.com>", "Accept: */*", "a=fmtp:xx 0-15",
		"Subject: six xx x", "User-Agent: FPBX-16.0.40.7(18.9)", "X-Redact: no", "a=x.x", "v=1.2.3.4", "x..x.x", "1.2.x", "1.2.3.x.5",
	} {
		if Masked([]byte(s)) {
			t.Errorf("masked: %q", s)
		}
	}
}
