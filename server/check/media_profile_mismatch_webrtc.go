package check

import (
	"bytes"
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
	"sipls/server/sip"
)

var mediaProfileMismatch = &Rule{
	Name:     "media-profile-mismatch-webrtc",
	Scope:    Dialog,
	Severity: Warning,
	Methods:  []call.Method{call.INVITE},
	Cites:    []knowledge.Cite{{Standard: "RFC 3264", Section: "6.1"}, {Standard: "RFC 8866", Section: "5.14"}, {Standard: "RFC 3261", Section: "21.4.26"}},
	Doc: Doc{
		Title: "One side encrypts media and the other one does not",
		Text: `The answer accepts a stream with another kind of transport than the offer has: encrypted (RTP/SAVP, UDP/TLS/RTP/SAVPF) against plain (RTP/AVP), or keys
in the description (a=crypto) against keys by DTLS (a=fingerprint), as browsers have them. Or an encrypted offer, or a plain one to a WebSocket client, is refused with 488 or 606
and nothing else explains it.

RTP/AVP against RTP/AVPF makes no difference here. Offers that leave the choice to the other side (a=crypto beside RTP/AVP, RFC 5939) are left alone, and so are refusals after
which the call is answered with another offer.`,
	},
	Scenes: func() []Scene {
		pbx := scenario.PBX(scenario.Asterisk)
		pbx.Addr = scenario.WSS("192.0.2.10:8089")
		browser := scenario.Alice
		browser.Addr = scenario.WSS("198.51.100.21:50123")
		offered := scenario.Request("INVITE")
		accepted := scenario.StatusTo("INVITE", 200)
		both := scenario.Call(browser, pbx, scenario.Codecs("PCMU")).With(offered, dtls("actpass"), fitLength).With(accepted, dtls("active"), fitLength)
		plainAnswer := scenario.Call(browser, pbx, scenario.Codecs("PCMU")).With(offered, dtls("actpass"), fitLength)
		sdes := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Codecs("PCMU")).With(offered, crypto, fitLength)
		refused := scenario.Call(browser, pbx, scenario.Rejected(488)).With(offered, dtls("actpass"), fitLength)
		bare := refused.With(scenario.Status(488), scenario.RemoveHeader("Warning"))
		toBrowser := scenario.Call(pbx, browser, scenario.Rejected(488)).With(scenario.Status(488), scenario.RemoveHeader("Warning"))
		proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Codecs("PCMU")).With(offered, crypto, fitLength)
		want := func(at scenario.Select) []Sighting {
			return []Sighting{{Severity: Warning, At: at, Related: []scenario.Select{offered}}}
		}
		return []Scene{
			{Name: "DTLS offered, plain RTP answered", Trace: plainAnswer, Want: want(accepted)},
			{Name: "a=crypto offered, DTLS answered", Trace: sdes.With(accepted, dtls("active"), fitLength), Want: want(accepted)},
			{Name: "an offer of DTLS is refused", Trace: bare, Want: want(scenario.Status(488))},
			{Name: "a browser refuses plain RTP", Trace: toBrowser, Want: want(scenario.Status(488))},
			{Name: "on both hops of a proxy", Trace: proxied, Want: want(accepted.Nth(2)), Formats: []scenario.Format{scenario.Sngrep, scenario.KamailioSipdump}},
			{Name: "both with DTLS", Trace: both},
			{Name: "both with a=crypto", Trace: sdes.With(accepted, crypto, fitLength)},
			{Name: "refused for the codecs", Trace: refused, Ill: true},
			{Name: "a choice is offered", Trace: scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk)).With(offered, func(m *scenario.Message) { m.Body += cryptoLine }, fitLength).With(accepted, crypto, fitLength)},
			{Name: "the offer is not in the log", Trace: plainAnswer.Without(offered), Ill: true},
			{Name: "the log ends before the answer", Trace: plainAnswer.Only(offered)},
		}
	},
	CheckCall: func(s *CallSubject, report func(Finding)) {
		var seen once
		list := s.negotiations()
		for k := range list {
			n := &list[k]
			if n.refused != call.None {
				s.profileRefused(k, &seen, report)
				continue
			}
			offer, answer, at := s.answered(n)
			if offer == nil || answer == nil {
				continue
			}
			for o, a := range pairs(offer, answer) {
				if !o.isRTP() || !a.isRTP() || offer.leavesChoice(o.x) {
					continue
				}
				one, other := o.keys(), a.keys()
				if one == unknownKeys || other == unknownKeys || one&other != 0 || seen.again(s.exchangeOf(n), n.dialog) {
					continue
				}
				report(Finding{
					Severity:    Warning,
					At:          s.Place(at, a.text()),
					Related:     []Related{s.Related(n.offer, "the offer")},
					Title:       "answer with another kind of encryption than the offer",
					Evidence:    fmt.Sprintf("The offer has %s over %s, %s; the answer has %s, %s.", clip(offer.Bytes(o.m.Media)), clip(offer.Bytes(o.m.Proto)), one, clip(answer.Bytes(a.m.Proto)), other),
					Consequence: "The sides cannot understand each other's media: the call has no audio, or the offerer ends it.",
					Next:        "Give both sides the same kind of media encryption, or let an SBC or rtpengine between them translate.",
				})
				break
			}
		}
	},
}

// keyKinds is how a stream gets its keys.
type keyKinds uint8

const (
	plainMedia keyKinds = 1 << iota
	keysInSDP
	keysByDTLS

	unknownKeys keyKinds = 0
)

func (k keyKinds) String() string {
	switch k {
	case plainMedia:
		return "not encrypted"
	case keysInSDP:
		return "with keys in the description (a=crypto)"
	case keysByDTLS:
		return "with keys by DTLS (a=fingerprint)"
	}
	return "with keys by DTLS or in the description"
}

// keys tells how the stream gets its keys; unknownKeys where it has none, or others.
func (t *stream) keys() (k keyKinds) {
	if !t.isSecure() {
		return plainMedia
	}
	if t.d.Attribute(t.x, sip.AttrFingerprint) != nil {
		k |= keysByDTLS
	}
	if t.d.attrIn(t.x, sip.AttrCrypto) {
		k |= keysInSDP
	}
	return k
}

// leavesChoice reports whether a plain stream may be answered encrypted: it has keys, or capabilities of RFC 5939.
func (d *description) leavesChoice(x sip.SDPMedia) bool {
	for _, part := range [...]sip.SDPMedia{x, {First: 0, End: d.SessionEnd()}} {
		for i := part.First; i < part.End; i++ {
			l := &d.Lines[i]
			if l.Type != 'a' {
				continue
			}
			if v := d.Bytes(l.Value); bytes.HasPrefix(v, []byte("tcap:")) || bytes.HasPrefix(v, []byte("pcfg:")) {
				return true
			}
			if l.Attr == sip.AttrCrypto || l.Attr == sip.AttrFingerprint {
				if m, ok := d.mediaLine(x); ok && !bytes.Contains(d.Bytes(m.Proto), []byte("/SAVP")) {
					return true
				}
			}
		}
	}
	return false
}

// profileRefused reports a first offer that was refused, most likely for its encryption or for want of it.
func (s *CallSubject) profileRefused(k int, seen *once, report func(Finding)) {
	n := &s.negotiations()[k]
	m := &s.Messages[n.refused]
	offer := s.description(n.offer)
	if m.Status != 488 && m.Status != 606 || offer == nil || !s.Transactions[n.transaction].Initial || s.Result.Outcome == call.Answered {
		return
	}
	t, ok := offer.firstRTP()
	if !ok || s.refusedForCodecs(k).certainty >= likely {
		return
	}
	keys := t.keys()
	transport := ""
	for w := range m.Msg.Warnings {
		switch code := string(m.Msg.Bytes(w.Code)); code {
		case "302":
			transport = fmt.Sprintf("Warning 302 of the %s says that the transport protocol does not fit", s.Name(n.refused))
		case "399":
		default:
			return
		}
	}
	f := Finding{
		Severity: Warning, Certainty: StrongHint,
		At:          s.At(n.refused),
		Related:     []Related{s.Related(n.offer, "the offer")},
		Consequence: "There is no session: the call fails.",
		Next:        "Let an SBC or rtpengine translate between the two sides, or switch the same kind of media encryption on at both.",
	}
	proto := clip(offer.Bytes(t.m.Proto))
	switch {
	case transport != "":
		f.Certainty = Proof
		f.Title = "offer refused for its media transport"
		f.Evidence = fmt.Sprintf("The offer has %s over %s; %s.", clip(offer.Bytes(t.m.Media)), proto, transport)
	case keys == unknownKeys || s.description(n.refused) != nil:
		return
	case keys != plainMedia:
		f.Title = "encrypted offer refused, most likely by a side that does not encrypt media"
		f.Evidence = fmt.Sprintf("The offer has %s over %s, %s, and got %s.", clip(offer.Bytes(t.m.Media)), proto, keys, s.Name(n.refused))
	case s.toWebSocket(n.request):
		f.Title = "plain RTP offered to a WebSocket client, which refuses it"
		f.Evidence = fmt.Sprintf("The offer has %s over %s, and the client got it over WebSocket; browsers talk DTLS-SRTP only.", clip(offer.Bytes(t.m.Media)), proto)
	default:
		return
	}
	if !seen.again(s.exchangeOf(n), n.dialog) {
		report(f)
	}
}

// toWebSocket reports whether the request goes over WebSocket (RFC 7118 section 5).
func (s *CallSubject) toWebSocket(i int32) bool {
	m := s.Messages[i].Msg
	via := m.TopVia()
	if t := m.Bytes(via.Transport); via.OK && (sip.EqualFold(t, "WS") || sip.EqualFold(t, "WSS")) {
		return true
	}
	start := bytes.ToLower(m.Bytes(m.Start.Text))
	return bytes.Contains(start, []byte(";transport=ws")) || bytes.Contains(start, []byte(".invalid"))
}

const cryptoLine = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n"

// crypto gives the stream of a scene's description keys.
func crypto(m *scenario.Message) {
	m.Body = strings.Replace(m.Body, " RTP/AVP ", " RTP/SAVP ", 1) + cryptoLine
}

// dtls makes the stream of a scene's description one of a browser.
func dtls(setup string) scenario.Fault {
	return func(m *scenario.Message) {
		m.Body = strings.Replace(m.Body, " RTP/AVP ", " UDP/TLS/RTP/SAVPF ", 1) +
			"a=ice-ufrag:8hhY\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\na=fingerprint:sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF\r\na=setup:" + setup + "\r\na=rtcp-mux\r\n"
	}
}
