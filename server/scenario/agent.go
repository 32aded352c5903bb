package scenario

import (
	"encoding/base64"
	"strconv"
)

// Agent is a SIP implementation: what it calls itself, the order of its header
// fields and the shape of its identifiers.
type Agent struct {
	Product string // User-Agent or Server value; "" sends none
	traits  *traits
}

// The agents. Phones: Yealink, Linphone, Baresip; servers: Asterisk (PJSIP),
// FreeSWITCH, Kamailio; SIPp is either.
var (
	Asterisk   = Agent{"Asterisk PBX 20.9.2", &asterisk}
	FreeSWITCH = Agent{"FreeSWITCH-mod_sofia/1.10.12-release~64bit", &freeswitch}
	Kamailio   = Agent{"kamailio (5.7.4 (x86_64/linux))", &kamailio}
	SIPp       = Agent{"", &sipp}
	Yealink    = Agent{"Yealink SIP-T46U 108.86.0.90", &yealink}
	Linphone   = Agent{"Linphone-Desktop/5.2.6 (debian) ubuntu/22.04 Qt/5.15.3 LinphoneSDK/5.3.72", &linphone}
	Baresip    = Agent{"baresip v3.14.0 (x86_64/Linux)", &baresip}
)

// field is the kind of a header field row; traits.order sorts by it.
type field uint8

const (
	fVia field = iota
	fMaxForwards
	fFrom
	fTo
	fContact
	fCallID
	fCSeq
	fProduct
	fAllow
	fSupported
	fCredentials // challenges and credentials
	fExpires
	fOther
	fContentType
	fContentLength
	numFields
)

// order[f] is the rank of f among the rows.
type order [numFields]uint8

func orderOf(fields ...field) (o order) {
	for rank, f := range fields {
		o[f] = uint8(rank)
	}
	return o
}

var (
	plainOrder = orderOf(fVia, fMaxForwards, fFrom, fTo, fContact, fCallID, fCSeq, fExpires, fOther, fProduct, fAllow, fSupported, fCredentials, fContentType, fContentLength)
	sofiaOrder = orderOf(fVia, fMaxForwards, fFrom, fTo, fCallID, fCSeq, fContact, fProduct, fAllow, fSupported, fCredentials, fExpires, fOther, fContentType, fContentLength)
	pjsipOrder = orderOf(fVia, fCallID, fFrom, fTo, fCSeq, fContact, fCredentials, fExpires, fAllow, fSupported, fOther, fMaxForwards, fProduct, fContentType, fContentLength)
	phoneOrder = orderOf(fVia, fFrom, fTo, fCallID, fCSeq, fContact, fCredentials, fMaxForwards, fProduct, fExpires, fAllow, fSupported, fOther, fContentType, fContentLength)
)

// traits are the habits of an implementation.
type traits struct {
	requests, responses order
	productInResponses  string // header field that names the product in a response: Server, User-Agent
	allow, supported    string
	rport               string // "before" or "after" the branch; "" does not ask for it
	clen                func(n int) string
	sdpUser, sdpName    string
	codecs              []string

	branch func(s source, d *dialog) string
	tag    func(s source, d *dialog) string
	callID func(s source, d *dialog, host string) string
	cseq   func(s source) uint32

	challenge func(s source, realm string) (value string, c challenge)
}

const (
	cookie   = "z9hG4bK" // RFC 3261 section 8.1.1.7
	allowPBX = "OPTIONS, REGISTER, SUBSCRIBE, NOTIFY, PUBLISH, INVITE, ACK, BYE, CANCEL, UPDATE, PRACK, INFO, MESSAGE, REFER"
)

var asterisk = traits{
	requests: pjsipOrder, responses: pjsipOrder, productInResponses: "Server",
	allow:     allowPBX,
	supported: "100rel, timer, replaces, norefersub",
	rport:     "before",
	// PJSIP leaves room for five digits in front of a body and writes two blanks otherwise.
	clen: func(n int) string {
		if n == 0 {
			return " 0"
		}
		return padLeft(strconv.Itoa(n), 5)
	},
	sdpUser: "-", sdpName: "Asterisk", codecs: []string{"PCMU", "PCMA", "G722"},
	branch: func(s source, _ *dialog) string { return cookie + "Pj" + s.uuid() },
	tag:    func(s source, _ *dialog) string { return s.uuid() },
	callID: func(s source, _ *dialog, _ string) string { return s.uuid() },
	cseq:   func(s source) uint32 { return s.Uint32N(32000) + 1 },
	challenge: func(s source, realm string) (string, challenge) {
		c := challenge{realm, s.digits(10) + "/" + s.hex(32), s.hex(16)}
		return `Digest realm="` + realm + `",nonce="` + c.nonce + `",opaque="` + c.opaque + `",algorithm=MD5,qop="auth"`, c
	},
}

var freeswitch = traits{
	requests: sofiaOrder, responses: sofiaOrder, productInResponses: "User-Agent",
	allow:     "INVITE, ACK, BYE, CANCEL, OPTIONS, MESSAGE, INFO, UPDATE, REGISTER, REFER, NOTIFY, PUBLISH, SUBSCRIBE",
	supported: "timer, path, replaces",
	rport:     "before", clen: strconv.Itoa,
	sdpUser: "FreeSWITCH", sdpName: "FreeSWITCH", codecs: []string{"opus", "G722", "PCMU", "PCMA"},
	branch: func(s source, _ *dialog) string { return cookie + s.alnum(13) },
	tag:    func(s source, _ *dialog) string { return s.alnum(13) },
	callID: func(s source, _ *dialog, _ string) string { return s.uuid() },
	cseq:   func(s source) uint32 { return 10_000_000 + s.Uint32N(120_000_000) },
	challenge: func(s source, realm string) (string, challenge) {
		c := challenge{realm, s.uuid(), ""}
		return `Digest realm="` + realm + `", nonce="` + c.nonce + `", algorithm=MD5, qop="auth"`, c
	},
}

var kamailio = traits{
	requests: plainOrder, responses: plainOrder, productInResponses: "Server",
	allow:     allowPBX,
	supported: "path, outbound",
	rport:     "", clen: strconv.Itoa,
	sdpUser: "-", sdpName: "-", codecs: []string{"PCMU", "PCMA"},
	branch: func(s source, _ *dialog) string { return cookie + s.hex(4) + "." + s.hex(32) + ".0" },
	tag:    func(s source, _ *dialog) string { return s.hex(32) + "." + s.hex(8) },
	callID: func(s source, _ *dialog, host string) string { return s.hex(20) + "@" + host },
	cseq:   func(source) uint32 { return 10 },
	challenge: func(s source, realm string) (string, challenge) {
		c := challenge{realm, base64.StdEncoding.EncodeToString([]byte(s.alnum(24))), ""}
		return `Digest realm="` + realm + `", nonce="` + c.nonce + `", qop="auth"`, c
	},
}

var sipp = traits{
	requests: plainOrder, responses: plainOrder,
	allow:     "INVITE, ACK, BYE, CANCEL, OPTIONS",
	supported: "timer",
	rport:     "",
	clen: func(n int) string {
		if n == 0 {
			return "0"
		}
		return padLeft(strconv.Itoa(n), 5)
	},
	sdpUser: "user1", sdpName: "-", codecs: []string{"PCMU", "PCMA"},
	branch: func(_ source, d *dialog) string {
		return cookie + "-" + d.sippPID() + "-" + d.number + "-" + strconv.Itoa(len(d.messages))
	},
	tag: func(_ source, d *dialog) string {
		return d.sippPID() + "SIPpTag0" + strconv.Itoa(len(d.messages)) + d.number
	},
	callID: func(_ source, d *dialog, host string) string { return d.number + "-" + d.sippPID() + "@" + host },
	cseq:   func(source) uint32 { return 1 },
	challenge: func(s source, realm string) (string, challenge) {
		c := challenge{realm, s.hex(8), ""}
		return `Digest realm="` + realm + `", nonce="` + c.nonce + `", algorithm=MD5, qop="auth"`, c
	},
}

var yealink = traits{
	requests: phoneOrder, responses: phoneOrder, productInResponses: "User-Agent",
	allow:     "INVITE, INFO, PRACK, ACK, BYE, CANCEL, OPTIONS, NOTIFY, REGISTER, SUBSCRIBE, REFER, PUBLISH, UPDATE, MESSAGE",
	supported: "replaces",
	rport:     "after", clen: strconv.Itoa,
	sdpUser: "-", sdpName: "SDP data", codecs: []string{"G722", "PCMA", "PCMU", "G729"},
	branch:    func(s source, _ *dialog) string { return cookie + s.digits(10) },
	tag:       func(s source, _ *dialog) string { return s.digits(10) },
	callID:    func(s source, _ *dialog, host string) string { return "0_" + s.digits(10) + "@" + host },
	cseq:      func(source) uint32 { return 1 },
	challenge: plainChallenge,
}

var linphone = traits{
	requests: phoneOrder, responses: phoneOrder, productInResponses: "User-Agent",
	allow:     "INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, MESSAGE, SUBSCRIBE, INFO, PRACK, UPDATE",
	supported: "replaces, outbound, gruu, path",
	rport:     "after", clen: strconv.Itoa,
	sdpUser: "1001", sdpName: "Talk", codecs: []string{"opus", "PCMU", "PCMA"},
	branch:    func(s source, _ *dialog) string { return cookie + "." + s.alnum(9) },
	tag:       func(s source, _ *dialog) string { return s.alnum(9) },
	callID:    func(s source, _ *dialog, _ string) string { return s.alnum(10) },
	cseq:      func(source) uint32 { return 20 },
	challenge: plainChallenge,
}

var baresip = traits{
	requests: plainOrder, responses: plainOrder, productInResponses: "Server",
	allow:     "INVITE, ACK, BYE, CANCEL, OPTIONS, NOTIFY, SUBSCRIBE, INFO, MESSAGE, UPDATE, REFER",
	supported: "gruu",
	rport:     "after", clen: strconv.Itoa,
	sdpUser: "-", sdpName: "-", codecs: []string{"opus", "G722", "PCMU", "PCMA"},
	branch:    func(s source, _ *dialog) string { return cookie + s.hex(16) },
	tag:       func(s source, _ *dialog) string { return s.hex(16) },
	callID:    func(s source, _ *dialog, _ string) string { return s.hex(16) },
	cseq:      func(s source) uint32 { return 1000 + s.Uint32N(60000) },
	challenge: plainChallenge,
}

func plainChallenge(s source, realm string) (string, challenge) {
	c := challenge{realm, s.hex(32), ""}
	return `Digest realm="` + realm + `", nonce="` + c.nonce + `", algorithm=MD5, qop="auth"`, c
}

func padLeft(s string, width int) string {
	const blanks = "          "
	return blanks[:max(width-len(s), 0)] + s
}
