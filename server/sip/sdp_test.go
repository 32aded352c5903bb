package sip

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sdpOf reads a text, whose LF stand for CR LF, as the body of a message.
func sdpOf(text string) SDP {
	const head = "OPTIONS sip:a SIP/2.0\r\nContent-Type: application/sdp\r\n\r\n"
	m := Parse([]byte(head + strings.ReplaceAll(text, "\n", "\r\n")))
	return m.ReadSDP(m.Body)
}

func TestSDPLines(t *testing.T) {
	const session = "v=0\no=- 1 1 IN IP4 192.0.2.1\ns= \n"
	for name, c := range map[string]struct {
		text string
		want []string // type, attribute, loose, value, section
	}{
		"session part and two sections": {
			text: session + "a=sendonly\nm=audio 4000 RTP/AVP 0\na=mid:1\nm=video 0 RTP/AVP 31\n",
			want: []string{`v "0" -1`, `o "- 1 1 IN IP4 192.0.2.1" -1`, `s " " -1`, `a sendonly "sendonly" -1`, `m "audio 4000 RTP/AVP 0" 0`, `a mid "mid:1" 0`, `m "video 0 RTP/AVP 31" 1`},
		},
		"blanks around the letter and the =": {
			text: "v= 0\n o=x\ns = y\nc\t=z\ns=  y",
			want: []string{`v loose "0" -1`, `o loose "x" -1`, `s loose " y" -1`, `c loose "z" -1`, `s "  y" -1`},
		},
		"no line of SDP": {
			text: "v0\n\nc c=IN IP4 192.0.2.1\nrtpmap=1\n=\nV=0\n",
			want: []string{`? "v0" -1`, `? "" -1`, `? "c c=IN IP4 192.0.2.1" -1`, `? "rtpmap=1" -1`, `? "=" -1`, `V "0" -1`},
		},
		"unknown attribute, letter case counts": {text: "a=RTPMAP:0 X/1\na=rtpmap \na=", want: []string{`a "RTPMAP:0 X/1" -1`, `a rtpmap "rtpmap " -1`, `a "" -1`}},
		"empty":                                 {text: ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := sdpOf(c.text)
			var got []string
			section := -1
			for i := range d.Lines {
				l := &d.Lines[i]
				if l.Type == 'm' {
					section++
				}
				s := "?"
				if l.Type != 0 {
					s = string(l.Type)
				}
				if l.Attr != AttrOther {
					s += " " + l.Attr.String()
				}
				if l.Loose {
					s += " loose"
				}
				got = append(got, fmt.Sprintf("%s %q %d", s, d.Bytes(l.Value), section))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSDPLineEnds(t *testing.T) {
	for _, end := range []string{"\r\n", "\n", "\r"} {
		m := &Message{Text: []byte("v=0" + end + "s=-" + end + "t=0 0")}
		d := m.ReadSDP(span(0, len(m.Text)))
		if len(d.Lines) != 3 || string(d.Bytes(d.Lines[1].Value)) != "-" || string(d.Bytes(d.Lines[2].Text())) != "t=0 0" {
			t.Errorf("lines that end in %q are read as %v", end, d.Lines)
		}
	}
}

// TestSDPSyntax names the offending text and what belongs there; "" is right.
func TestSDPSyntax(t *testing.T) {
	key := strings.Repeat("A", 40)
	for _, c := range []struct{ line, at, want string }{
		{"o=- 1 1 IN IP4 192.0.2.1", "", ""},
		{"o=alice 2890844526 2890844526 IN IP6 2001:db8::1", "", ""},
		{"o=- 1 1 IN IP4 pc.example.com", "", ""},
		{"o=- 1 1 IN  IP4 192.0.2.1", "", ""}, // a blank too many is not this view's business
		{"o=- x1 1 IN IP4 192.0.2.1", "x1", "the session's number, digits only"},
		{"o=- 1 1.5 IN IP4 192.0.2.1", "1.5", "the version of the session, digits only"},
		{"o=- 1 1 IN IP4", "", "an address"},
		{"o=- 1 1 IN IP4 192.0.2.1 x", "x", "nothing behind the address"},
		{"o=- 1 1 IN IP4 2001:db8::1", "IP4", "IP6 in front of an IPv6 address"},
		{"o=- 1 1 IN IP6 192.0.2.1", "IP6", "IP4 in front of an IPv4 address"},
		{"c=IN IP4 192.0.2.1", "", ""},
		{"c=IN IP4 224.2.36.42/127/3", "", ""},
		{"c=IN IP6 ff15::101/3", "", ""},
		{"c=IN IP6 [2001:db8::1]", "[2001:db8::1]", "an IPv6 address without brackets, or a host name"},
		{"c=IN IP4 192.0.2.256", "192.0.2.256", "an IPv4 address, four numbers up to 255, or a host name"},
		{"c=IN IP4 224.2.36.42/x", "x", "a time to live from 0 to 255"},
		{"c=IN IP4 224.2.36.42", "224.2.36.42", WantTTL},
		{"c=IN IP4 224.2.36.42/256", "256", "a time to live from 0 to 255"},
		{"c=IN IP6 ff15::101/x", "x", "a number of addresses"},
		{"c=IN IP4 host_1.example.com", "", ""},
		{"c=IN 192.0.2.1", "", "an address"},
		{"c=IN IP5 192.0.2.1", "IP5", wantAddrType},
		{"c=ATM NSAP 47.0091.8100", "", ""},
		{"t=0 0", "", ""},
		{"t=0", "", "a stop time, digits only"},
		{"t=now 0", "now", "a start time, digits only"},
		{"b=AS:64", "", ""},
		{"b=X-YZ:128", "", ""},
		{"b=AS 64", "AS 64", "a type and a number with a colon between them, as AS:64"},
		{"b=AS:64k", "64k", "a bandwidth, digits only"},
		{"m=audio 49170/2 RTP/AVP 0 8", "", ""},
		{"m=image 0 udptl t38", "", ""},
		{"m=audio 65536 RTP/AVP 0", "65536", "a port from 0 to 65535"},
		{"m=audio RTP/AVP 0", "RTP", "a port from 0 to 65535"},
		{"m=audio 4000/x RTP/AVP 0", "x", "a number of ports"},
		{"m=audio 4000 RTP//AVP 0", "RTP//AVP", "a transport, as RTP/AVP"},
		{"m=audio 4000 RTP/AVP", "", "a format, as a payload type"},
		{"m=", "", "the kind of media, as audio"},
		{"a=rtpmap:96 opus/48000/2", "", ""},
		{"a=rtpmap: 96  opus/48000", "", ""},
		{"a=rtpmap:128 x/8000", "128", "a payload type from 0 to 127"},
		{"a=rtpmap:96 opus", "opus", "an encoding name and a clock rate with a slash between them, as PCMU/8000"},
		{"a=rtpmap:96 opus/x", "x", "a clock rate in Hz, digits only"},
		{"a=rtpmap:96 opus/48000/", "/", "a number of channels behind the slash"},
		{"a=rtpmap", "", "a payload type from 0 to 127"},
		{"a=fmtp:96 0-16", "", ""},
		{"a=fmtp:96", "", "parameters behind the format"},
		{"a=ptime:20", "", ""},
		{"a=ptime:2.5", "", ""},
		{"a=ptime:0", "0", wantPtime},
		{"a=maxptime:20ms", "20ms", wantPtime},
		{"a=ptime", "", wantPtime},
		{"a=sendrecv", "", ""},
		{"a=sendrecv:1", ":1", "nothing behind the name"},
		{"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + key, "", ""},
		{"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + key + "|2^20|1:4 UNENCRYPTED_SRTCP", "", ""},
		{"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + key + "|1:4;inline:" + key + "|2:4", "", ""},
		{"a=crypto:1 X_SUITE inline:AAAA", "", ""},
		{"a=crypto:x AES_CM_128_HMAC_SHA1_80 inline:" + key, "x", "a tag of one to nine digits"},
		{"a=crypto:1 AES-CM inline:" + key, "AES-CM", "a crypto suite, as AES_CM_128_HMAC_SHA1_80"},
		{"a=crypto:1 AES_CM_128_HMAC_SHA1_80", "", "a key, as inline: and the key"},
		{"a=crypto:1 AES_CM_128_HMAC_SHA1_80 " + key, key, "inline: in front of the key"},
		{"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA", "AAAA", keyWant(30)},
		{"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:a-b", "a-b", "a key and salt in base64"},
		{"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + key + "|2^x", "2^x", "a lifetime, as 2^31"},
		{"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + key + "|1:129", "129", "the length of the MKI, 1 to 128 bytes"},
		{"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + key + "|2^20|4", "4", "an MKI and its length, as 1:4"},
		{"a=crypto:1 AEAD_AES_256_GCM inline:" + strings.Repeat("A", 59) + "=", "", ""},
		{"a=fingerprint:sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB", "", ""},
		{"a=fingerprint:sha-1 4A:AD", "4A:AD", "20 bytes in hex"},
		{"a=fingerprint:x-hash 4a:ad", "", ""},
		{"a=fingerprint:x-hash 4aad", "4aad", wantHexPairs},
		{"a=fingerprint:sha-1", "sha-1", "a hash function and bytes, as sha-256 4A:AD:..."},
		{"a=setup:actpass", "", ""},
		{"a=setup:both", "both", "active, passive, actpass or holdconn"},
		{"a=key-mgmt:mikey AQAF", "", ""},
		{"a=key-mgmt:mikey", "", "the data of the protocol, in base64"},
		{"a=ice-ufrag:8hhY", "", ""},
		{"a=ice-ufrag:8hh", "8hh", "4 to 256 letters, digits, + and /"},
		{"a=ice-pwd:asd88fgpdd777uzjYhagZg", "", ""},
		{"a=ice-pwd:asd88fgpdd777uzjYhag-Z", "asd88fgpdd777uzjYhag-Z", "22 to 256 letters, digits, + and /"},
		{"a=candidate:1 1 UDP 2130706431 192.0.2.1 8998 typ host", "", ""},
		{"a=candidate:2 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr 192.0.2.1 rport 8998 generation 0", "", ""},
		{"a=candidate:1 1 UDP 2130706431 192.0.2.1 8998 host", "host", "typ and the type of the candidate, as typ host"},
		{"a=candidate:1 0 UDP 2130706431 192.0.2.1 8998 typ host", "0", "a component from 1 to 256"},
		{"a=candidate:1 1 UDP x 192.0.2.1 8998 typ host", "x", "a priority, digits only, up to 4294967295"},
		{"a=candidate:1 1 UDP 1 192.0.2.1 99999 typ host", "99999", "a port from 0 to 65535"},
		{"a=candidate:1 1 UDP 1 192.0.2.1 9 typ host generation", "generation", "a value behind the name"},
		{"a=ice-options:trickle ice2", "", ""},
		{"a=ice-options:", "", "an ICE option"},
		{"a=ice-lite", "", ""},
		{"a=rtcp:53020", "", ""},
		{"a=rtcp:53020 IN IP6 2001:db8::1", "", ""},
		{"a=rtcp:53020 IN IP4", "IN", "nothing behind the port, or IN, an address type and an address"},
		{"a=rtcp-mux", "", ""},
		{"a=group:BUNDLE 0 1", "", ""},
		{"a=group:", "", "what the group is for, as BUNDLE"},
		{"a=mid:0", "", ""},
		{"a=mid:a b", "a b", "a mid, which is a token"},
		{"a=ssrc:4294967295 cname:x", "", ""},
		{"a=ssrc:4294967296 cname:x", "4294967296", "the number of an RTP source, up to 4294967295"},
		{"a=ssrc:1", "", "an attribute of the source, as cname"},
		{"a=label:1", "", ""},
		{"a=content:slides,main", "", ""},
		{"a=content:slides,", "", "what the stream shows, as slides; several separated by commas"},
		{"a=rtcp-fb:* nack pli", "", ""},
		{"a=rtcp-fb:x nack", "x", "a payload type from 0 to 127, or *"},
		{"a=extmap:1/sendonly urn:ietf:params:rtp-hdrext:toffset", "", ""},
		{"a=extmap:0 urn:x", "0", "the number of the extension, above 0"},
		{"a=extmap:1 toffset", "toffset", "the URI of the extension"},
		{"a=X-foo: any thing", "", ""},
		{"a= ", "", "the name of an attribute, which is a token"},
		{"a=x y:z", "x y", "the name of an attribute, which is a token"},
	} {
		d := sdpOf(c.line)
		l := &d.Lines[0]
		var err *SyntaxError
		switch l.Type {
		case 'o':
			_, err = d.Origin(l)
		case 'c':
			_, err = d.Connection(l)
		case 't':
			_, err = d.Time(l)
		case 'b':
			_, err = d.Bandwidth(l)
		case 'm':
			_, err = d.MediaLine(l)
		case 'a':
			err = d.AttrSyntax(l)
		}
		switch {
		case err == nil && c.want != "":
			t.Errorf("%s: no error, want %q", c.line, c.want)
		case err != nil && (err.Want != c.want || string(d.Bytes(err.At)) != c.at):
			t.Errorf("%s: error at %q, %q; want at %q, %q", c.line, d.Bytes(err.At), err.Want, c.at, c.want)
		}
	}
}

// TestSDPEffectiveValues asks for what holds for the second media section.
func TestSDPEffectiveValues(t *testing.T) {
	const first = "m=audio 4000 RTP/AVP 0\nc=IN IP4 192.0.2.9\na=recvonly\na=setup:active\na=rtpmap:96 x/1\n"
	for name, c := range map[string]struct{ text, connection, direction, setup, encoding string }{
		"its own": {
			"c=IN IP4 192.0.2.1\na=inactive\na=setup:passive\n" + first + "m=video 4002 RTP/AVP 96\nc=IN IP4 192.0.2.2\na=sendonly\na=setup:actpass\na=rtpmap:96 VP8/90000\n",
			"IN IP4 192.0.2.2", "sendonly", "setup:actpass", "VP8",
		},
		"those of the session part": {
			"c=IN IP4 192.0.2.1\na=inactive\na=setup:passive\n" + first + "m=video 4002 RTP/AVP 96\n",
			"IN IP4 192.0.2.1", "inactive", "setup:passive", "",
		},
		"none": {"v=0\n" + first + "m=video 4002 RTP/AVP 96\na=rtpmap:96 VP8\n", "", "sendrecv", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := sdpOf(c.text)
			value := func(l *SDPLine) string {
				if l == nil {
					return ""
				}
				return string(d.Bytes(l.Value))
			}
			s := d.Media[1]
			if got := value(d.MediaConnection(s)); got != c.connection {
				t.Errorf("connection is %q, want %q", got, c.connection)
			}
			if got := d.Direction(s).String(); got != c.direction {
				t.Errorf("direction is %q, want %q", got, c.direction)
			}
			if got := value(d.Attribute(s, AttrSetup)); got != c.setup {
				t.Errorf("a=setup is %q, want %q", got, c.setup)
			}
			if r, ok := d.Encoding(s, []byte("96")); string(d.Bytes(r.Name)) != c.encoding || ok != (c.encoding != "") {
				t.Errorf("encoding is %q, want %q", d.Bytes(r.Name), c.encoding)
			}
		})
	}
}

func FuzzSDP(f *testing.F) {
	for _, s := range []string{
		"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP6 ff15::101/3\r\nt=0 0\r\na=group:BUNDLE 0\r\nm=audio 4000/2 RTP/SAVP 0 96\r\na=rtpmap:96 opus/48000/2\r\n",
		"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA|2^20|1:4;inline:\na=fingerprint:sha-1 4A:\na=candidate:1 1 UDP 1 192.0.2.1 9 typ host raddr\n",
		"c = x\r a=extmap:1/ \na=rtcp:1 IN\n\n=\nb=:\nm=/ / /", "a=content:,", "a=ssrc:1", "o=",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m := &Message{Text: append(append([]byte("xx"), b...), "yy"...)}
		s := Span{2, int32(len(b))}
		d := m.ReadSDP(s)
		at := s.Off
		for i := range d.Lines {
			l := &d.Lines[i]
			if l.Line.Off != at || l.Line.Len == 0 || l.Value.Off < at || l.Value.End() > l.Line.End() || l.Value.Len < 0 {
				t.Fatalf("line %d is %v, value %v, behind %d", i, l.Line, l.Value, at)
			}
			at = l.Line.End()
			var errs [6]*SyntaxError
			_, errs[0] = d.Origin(l)
			_, errs[1] = d.Connection(l)
			_, errs[2] = d.Time(l)
			_, errs[3] = d.Bandwidth(l)
			x, err := d.MediaLine(l)
			errs[4], errs[5] = err, d.AttrSyntax(l)
			d.HasFormat(&x, []byte("0"))
			for _, err := range errs {
				if err != nil && (err.At.Len < 0 || err.At.Off < l.Line.Off || err.At.End() > l.Line.End()) {
					t.Fatalf("%q: %q stands at %v outside its line %v", d.Bytes(l.Line), err.Want, err.At, l.Line)
				}
			}
		}
		if at != s.End() {
			t.Fatalf("lines end at %d of %d", at, s.End())
		}
		for _, x := range d.Media {
			d.MediaConnection(x)
			d.Direction(x)
			d.Encoding(x, []byte("96"))
		}
	})
}

func BenchmarkReadSDP(b *testing.B) {
	d := sdpOf("v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\nm=audio 4000 RTP/AVP 0 8 101\na=rtpmap:0 PCMU/8000\na=rtpmap:8 PCMA/8000\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-16\na=ptime:20\na=sendrecv\n")
	m := &Message{Text: d.Text}
	b.ReportAllocs()
	b.SetBytes(int64(d.Span.Len))
	for b.Loop() {
		x := m.ReadSDP(d.Span)
		for i := range x.Lines {
			switch l := &x.Lines[i]; l.Type {
			case 'o':
				x.Origin(l)
			case 'c':
				x.Connection(l)
			case 'm':
				x.MediaLine(l)
			case 'a':
				x.AttrSyntax(l)
			}
		}
	}
}
