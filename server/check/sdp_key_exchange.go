package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var sdpKeyExchange = &Rule{
	Name:     "sdp-key-exchange",
	Scope:    Message,
	Needs:    needSDP,
	Severity: Warning,
	Failures: []string{"media-profile-mismatch-webrtc"},
	Fields:   sdpFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 4568", Section: "4"}, {Standard: "RFC 5763", Section: "5"}},
	Doc: Doc{
		Title: "Encrypted stream without a key, or a key for a stream that is not encrypted",
		Text: `The transports RTP/SAVP and RTP/SAVPF need a key: a=crypto, a=fingerprint (with DTLS), a=key-mgmt or a=zrtp-hash. Without any there is no audio: a warning.

a=crypto beside RTP/AVP, which is not encrypted, is how some devices offer encryption to peers that may not know it: an information.`,
	},
	Cases: func() []Case {
		const key = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
		return []Case{
			badSDP("no key", sdpSession+"m=audio 4000 RTP/SAVP 0\n", "", "warning: RTP/SAVP"),
			badSDP("a key for a plain stream", sdpAudio+key, "", "information: RTP/AVP"),
			goodSDP("with a key", sdpSession+"m=audio 4000 RTP/SAVP 0\n"+key),
			goodSDP("DTLS, fingerprint in the session part", sdpSession+"a=fingerprint:sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB\na=setup:actpass\nm=audio 4000 UDP/TLS/RTP/SAVPF 0\n"),
			goodSDP("refused", sdpSession+"m=audio 0 RTP/SAVP 0\n"),
			cutSDP("cut off before the key", sdpSession+"m=audio 4000 RTP/SAVP 0\na=sendrecv\na=cry"),
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		for i := range s.descriptions() {
			d := &s.facts.sdp.list[i]
			for _, x := range d.Media {
				m, ok := d.mediaLine(x)
				if !ok || !isUsed(&m) || !sip.IsRTP(d.Bytes(m.Proto)) {
					continue
				}
				proto := d.Bytes(m.Proto)
				secure := bytes.Contains(proto, []byte("/SAVP"))
				f := Finding{At: at(m.Proto)}
				switch {
				case secure && d.whole && !d.hasKey(x):
					f.Severity = Warning
					f.Title = "encrypted stream without a key"
					f.Evidence = fmt.Sprintf("The transport is %s, but there is neither a=crypto nor a=fingerprint nor another key exchange.", proto)
					f.Consequence = "The peer cannot agree on a key and refuses the stream with 488, or there is no audio."
					f.Next = "Make the sender add its key, or find the element that took it out."
				case bytes.HasSuffix(proto, []byte("RTP/AVP")) && d.attrIn(x, sip.AttrCrypto):
					f.Severity = Information
					f.Title = "a=crypto beside a transport without encryption"
					f.Evidence = fmt.Sprintf("The transport is %s, and a=crypto offers a key.", proto)
					f.Consequence = "Peers that go by the standard ignore the key and talk unencrypted; others encrypt."
					f.Next = "If encryption is a must, configure the sender to offer RTP/SAVP."
				default:
					continue
				}
				report(f)
			}
		}
	},
}

// hasKey reports whether something in a section or the session part agrees on a key.
func (d *description) hasKey(x sip.SDPMedia) bool {
	for _, a := range []sip.SDPAttr{sip.AttrCrypto, sip.AttrFingerprint, sip.AttrKeyMgmt} {
		if d.Attribute(x, a) != nil {
			return true
		}
	}
	for i := range d.Lines {
		if l := &d.Lines[i]; l.Type == 'k' || l.Type == 'a' && bytes.HasPrefix(d.Bytes(l.Value), []byte("zrtp-hash:")) {
			return true
		}
	}
	return false
}

// attrIn reports whether a section has an attribute of its own.
func (d *description) attrIn(x sip.SDPMedia, a sip.SDPAttr) bool {
	for i := x.First; i < x.End; i++ {
		if d.Lines[i].Attr == a {
			return true
		}
	}
	return false
}
