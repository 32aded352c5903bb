package check

import (
	"strconv"
	"strings"

	"sipls/server/sip"
)

// Session descriptions for cases: a session part, and one with an audio stream.
const (
	sdpSession = "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\n"
	sdpAudio   = sdpSession + "m=audio 4000 RTP/AVP 0\n"
)

// sdpMessage is an INVITE with this session description and its length; for cases.
func sdpMessage(sdp string) string {
	return bodyMessage("INVITE", "Content-Type: application/sdp\n", sdp)
}

// bodyMessage is a request with these header fields, in whole lines, a body and its length; for cases.
func bodyMessage(method, fields, body string) string {
	return bodyMessageOf(method, fields, body, sip.WireLen([]byte(body)))
}

func bodyMessageOf(method, fields, body string, length int) string {
	head := strings.TrimSuffix(requestOf(method, fields), "Content-Length: 0\n\n")
	return head + "Content-Length: " + strconv.Itoa(length) + "\n\n" + body
}

// badSDP is a case of a session description with a defect; fixed is what its fix makes of it, "" for none.
func badSDP(name, sdp, fixed string, want ...string) Case {
	c := Case{Name: name, Text: sdpMessage(sdp), Want: want}
	if fixed != "" {
		c.Fixed = sdpMessage(fixed)
	}
	return c
}

// goodSDP is a case of a session description without the defect.
func goodSDP(name, sdp string) Case { return Case{Name: name, Text: sdpMessage(sdp)} }

// cutSDP is a case of a log that ends inside a session description.
func cutSDP(name, sdp string) Case {
	return Case{Name: name, Log: true, Text: cutBody("INVITE", "Content-Type: application/sdp\n", sdp)}
}

// cutBody is a log that ends inside the body of a message.
func cutBody(method, fields, body string) string {
	return "2026-11-22 10:00:00 a message:\n" + bodyMessageOf(method, fields, body, 900)
}
