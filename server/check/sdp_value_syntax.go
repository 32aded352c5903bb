package check

import (
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var sdpValueSyntax = &Rule{
	Name:     "sdp-value-syntax",
	Scope:    Message,
	Needs:    needSDP,
	Severity: Error,
	Fields:   sdpFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8866", Section: "9"}},
	Doc: Doc{
		Title: "Malformed v=, o=, t=, b= or s= in a session description",
		Text: `v= is 0. o= has six values: a user name or ` + "`-`" + `, the number of the session, its version, IN, the address type and an address. t= has two numbers, b= a
type and a number with a colon between them. s= must not be empty.

An o= with too few values, or with an address that is not of its type, is an error, because peers cannot use it and refuse the description; the others are warnings.`,
	},
	Cases: func() []Case {
		const rest = "s=-\nc=IN IP4 192.0.2.1\nt=0 0\nm=audio 4000 RTP/AVP 0\n"
		return []Case{
			badSDP("a version that there is not", "v=1\no=- 1 1 IN IP4 192.0.2.1\n"+rest, "", "warning: 1"),
			badSDP("an origin without an address", "v=0\no=- 1 1 IN IP4\n"+rest, "", "error: o=- 1 1 IN IP4"),
			badSDP("an origin without a user name", "v=0\no= 1 1 IN IP4 192.0.2.1\n"+rest, "v=0\no=- 1 1 IN IP4 192.0.2.1\n"+rest, "error: IN"),
			badSDP("a session number with letters", "v=0\no=- a1 1 IN IP4 192.0.2.1\n"+rest, "", "warning: a1"),
			badSDP("an IPv6 address of type IP4", "v=0\no=- 1 1 IN IP4 2001:db8::1\n"+rest, "v=0\no=- 1 1 IN IP6 2001:db8::1\n"+rest, "error: IP4"),
			badSDP("one time only", "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0\n", "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\n", "warning: t=0"),
			badSDP("a bandwidth with a unit", sdpAudio+"b=AS:64k\n", "", "warning: 64k"),
			badSDP("an empty session name", "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=\nc=IN IP4 192.0.2.1\nt=0 0\n", "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\n", "hint: s="),
			goodSDP("right, a host name as address", "v=0\no=alice 2890844526 2890844527 IN IP4 pc.example.com\ns= \nc=IN IP4 192.0.2.1\nb=X-a:1\nt=2873397496 2873404696\n"),
			cutSDP("cut off in a line", "v=0\no=- 1 1 IN"),
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		for i := range s.descriptions() {
			d := &s.facts.sdp.list[i]
			for j := range d.Lines {
				l := &d.Lines[j]
				if err, severity := d.valueSyntax(s, l); err != nil && !s.isMask(d.Bytes(l.Value)) {
					f := Finding{
						Severity:    severity,
						At:          at(place(l, err.At)),
						Title:       fmt.Sprintf("malformed %c= in a session description", l.Type),
						Evidence:    found(d, l, err),
						Consequence: "Strict peers cannot read the description and refuse it with 400 or 488.",
						Next:        "Correct the element that wrote the description.",
						detail:      valueDefect{d, l, err},
					}
					if l.Type == 's' {
						f.Title = "empty s= in a session description"
						f.Consequence = "Some parsers refuse it."
						f.Next = "Write s=- for a session without a name."
					}
					report(f)
				}
			}
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		x := f.detail.(valueDefect)
		switch {
		case x.l.Type == 's':
			return s.bodyFix("Write s=-", replace(x.l.Value, "-"))
		case x.l.Type == 't' && words(x.d, x.l.Value) == 1 && string(x.d.Bytes(x.l.Value)) == "0":
			return s.bodyFix("Write t=0 0", replace(x.l.Value, "0 0"))
		case x.l.Type == 'o' && x.l.Loose:
			return s.bodyFix("Write - for the user name", replace(sip.Span{Off: x.l.Line.Off, Len: x.l.Value.Off - x.l.Line.Off}, "o=- "))
		}
		return s.addressFix(x.d, x.err)
	},
}

// valueDefect is what a fix has to know of a malformed line.
type valueDefect struct {
	d   *description
	l   *sip.SDPLine
	err *sip.SyntaxError
}

func (d *description) valueSyntax(s *Subject, l *sip.SDPLine) (err *sip.SyntaxError, severity Severity) {
	severity = Warning
	switch l.Type {
	case 'v':
		if v := d.Bytes(l.Value); len(v) == 0 || v[0] != '0' || len(trimBlanks(v)) != 1 {
			err = &sip.SyntaxError{At: l.Value, Want: "0"}
		}
	case 'o':
		var o sip.SDPOrigin
		if o, err = d.Origin(l); err != nil && (o.Address.Len == 0 || err.At == o.AddrType) {
			severity = Error
		}
	case 't':
		_, err = d.Time(l)
	case 'b':
		_, err = d.Bandwidth(l)
	case 's':
		// A MUST NOT (RFC 8866 section 5.3) that peers do not mind, so whoever writes the text is told only.
		if severity = Hint; l.Value.Len == 0 && s.Editable {
			err = &sip.SyntaxError{At: l.Value, Want: "a name, or - for none"}
		}
	}
	return err, severity
}

func trimBlanks(b []byte) []byte {
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t') {
		b = b[:len(b)-1]
	}
	return b
}

// addressFix corrects the type in front of an address of the other kind.
func (s *Subject) addressFix(d *description, err *sip.SyntaxError) []Fix {
	switch string(d.Bytes(err.At)) {
	case "IP4":
		if err.Want == "IP6 in front of an IPv6 address" {
			return s.bodyFix("Write IP6", replace(err.At, "IP6"))
		}
	case "IP6":
		if err.Want == "IP4 in front of an IPv4 address" {
			return s.bodyFix("Write IP4", replace(err.At, "IP4"))
		}
	}
	return nil
}
