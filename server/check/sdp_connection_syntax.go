package check

import (
	"sipls/knowledge"
	"sipls/server/sip"
)

var sdpConnectionSyntax = &Rule{
	Name:     "sdp-connection-syntax",
	Scope:    Message,
	Needs:    needSDP,
	Severity: Error,
	Failures: []string{"ip-family-mismatch"},
	Fields:   sdpFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8866", Section: "5.7"}},
	Doc: Doc{
		Title: "Malformed c=, or an address that is not of its type",
		Text: `c= has three values: IN, IP4 or IP6, and an address of that type or a host name. Behind a multicast address may stand a time to live and
a number of addresses. Another form is an error: nobody can send media there. An IPv4 multicast address without a time to live is a warning.`,
	},
	Cases: func() []Case {
		const head, tail = "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\n", "\nt=0 0\nm=audio 4000 RTP/AVP 0\n"
		return []Case{
			badSDP("an IPv6 address of type IP4", head+"c=IN IP4 2001:db8::1"+tail, head+"c=IN IP6 2001:db8::1"+tail, "error: IP4"),
			badSDP("an IPv4 address of type IP6", head+"c=IN IP6 192.0.2.1"+tail, sdpAudio, "error: IP6"),
			badSDP("brackets around an IPv6 address", head+"c=IN IP6 [2001:db8::1]"+tail, "", "error: [2001:db8::1]"),
			badSDP("no address type", head+"c=IN 192.0.2.1"+tail, "", "error: c=IN 192.0.2.1"),
			badSDP("a port behind the address", head+"c=IN IP4 192.0.2.1:4000"+tail, "", "error: 192.0.2.1:4000"),
			badSDP("multicast without a time to live", head+"c=IN IP4 224.2.36.42"+tail, "", "warning: 224.2.36.42"),
			goodSDP("a host name", head+"c=IN IP4 media.example.com"+tail),
			goodSDP("multicast", head+"c=IN IP4 224.2.36.42/127/3"+tail),
			cutSDP("cut off in the line", head+"c=IN IP4 192.0."),
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		for i := range s.descriptions() {
			d := &s.facts.sdp.list[i]
			for j := range d.Lines {
				l := &d.Lines[j]
				if l.Type != 'c' {
					continue
				}
				if _, err := d.Connection(l); err != nil && !s.isMask(d.Bytes(l.Value)) {
					severity := Error
					if err.Want == sip.WantTTL {
						severity = Warning
					}
					report(Finding{
						Severity:    severity,
						At:          at(place(l, err.At)),
						Title:       "malformed c= in a session description",
						Evidence:    found(d, l, err),
						Consequence: "The peer has no address to send media to: it refuses the call with 488, or nobody hears anything.",
						Next:        "Correct the address, or its type, at the element that wrote it.",
						detail:      valueDefect{d, l, err},
					})
				}
			}
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		x := f.detail.(valueDefect)
		return s.addressFix(x.d, x.err)
	},
}
