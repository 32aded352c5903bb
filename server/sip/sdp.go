package sip

import "bytes"

// SDP is a session description (RFC 8866), cut into lines that tile it. Reading it never
// fails; the typed views of its lines say whether the text follows the grammar.
type SDP struct {
	Text  []byte // of the message that carries it: spans are offsets in it
	Span  Span
	Lines []SDPLine
	Media []SDPMedia // in order; the lines before the first are the session part
}

// SDPLine is one line of a session description: `a=rtpmap:0 PCMU/8000`.
type SDPLine struct {
	Line  Span // the whole element, line end included
	Value Span // behind the '='; all the text of a line that has no type
	// Type is the letter before the '='; 0 where the line does not begin with one letter and a '='.
	Type byte
	Attr SDPAttr // of a= lines
	// Loose says that blanks stand before the letter or beside the '=', where there must be none (RFC 8866
	// section 5); Value begins behind them. In s=, i=, e= and p= a blank behind the '=' belongs to the value.
	Loose bool
}

// Text returns the span of the line without its line end.
func (l *SDPLine) Text() Span { return Span{l.Line.Off, l.Value.End() - l.Line.Off} }

// SDPMedia is a media section: the m= line, Lines[First], and the lines behind it up to Lines[End].
type SDPMedia struct{ First, End int }

// SDPTypes are the type letters of RFC 8866 section 5 in the order in which they stand in the session part; m= begins a media section.
const SDPTypes = "vosiuepcbtrzkam"

// ReadSDP reads a body as a session description. Lines end in CR LF, LF or CR. It
// allocates the slices of lines and media sections only.
func (m *Message) ReadSDP(s Span) SDP {
	d := SDP{Text: m.Text, Span: s}
	body := m.Bytes(s)
	if len(body) == 0 {
		return d
	}
	d.Lines = make([]SDPLine, 0, max(bytes.Count(body, []byte{'\n'}), bytes.Count(body, []byte{'\r'}))+1)
	end := int(s.End())
	lines := lineReader{text: m.Text[:end]}
	sections := 0
	for at := int(s.Off); at < end; {
		stop, next := lines.read(at)
		l := readSDPLine(m.Text, at, stop, next)
		if l.Type == 'm' {
			sections++
		}
		d.Lines = append(d.Lines, l)
		at = next
	}
	if sections > 0 {
		d.Media = make([]SDPMedia, 0, sections)
	}
	for i := range d.Lines {
		if d.Lines[i].Type == 'm' {
			d.Media = append(d.Media, SDPMedia{i, i + 1})
		} else if n := len(d.Media); n > 0 {
			d.Media[n-1].End = i + 1
		}
	}
	return d
}

func readSDPLine(t []byte, at, stop, next int) SDPLine {
	l := SDPLine{Line: span(at, next), Value: span(at, stop)}
	letter := at
	for letter < stop && isBlank(t[letter]) {
		letter++
	}
	if letter == stop || !isLetter(t[letter]) {
		return l
	}
	eq := letter + 1
	for eq < stop && isBlank(t[eq]) {
		eq++
	}
	if eq == stop || t[eq] != '=' {
		return l
	}
	l.Type = t[letter]
	l.Loose = letter > at || eq > letter+1
	from := eq + 1
	switch l.Type {
	case 's', 'i', 'e', 'p':
	default:
		for from < stop && isBlank(t[from]) {
			from++
			l.Loose = true
		}
	}
	l.Value = span(from, stop)
	if l.Type == 'a' {
		l.Attr = attrOf(t[from:stop])
	}
	return l
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// Bytes returns the bytes of a span.
func (d *SDP) Bytes(s Span) []byte { return s.In(d.Text) }

// SessionEnd returns the index behind the last line of the session part.
func (d *SDP) SessionEnd() int {
	if len(d.Media) > 0 {
		return d.Media[0].First
	}
	return len(d.Lines)
}

// Line returns the first line of a type in Lines[from:to], nil when there is none.
func (d *SDP) Line(from, to int, letter byte) *SDPLine {
	for i := from; i < to; i++ {
		if d.Lines[i].Type == letter {
			return &d.Lines[i]
		}
	}
	return nil
}

// sdpWords reads words separated by blanks: one SP by the grammar (RFC 8866 section 9), more are passed over.
type sdpWords struct {
	text    []byte
	at, end int
}

func (d *SDP) words(s Span) sdpWords { return sdpWords{d.Text, int(s.Off), int(s.End())} }

// next returns the next word; Len 0, at the end, when there is none.
func (w *sdpWords) next() Span {
	for w.at < w.end && isBlank(w.text[w.at]) {
		w.at++
	}
	from := w.at
	for w.at < w.end && !isBlank(w.text[w.at]) {
		w.at++
	}
	return span(from, w.at)
}

// rest returns what follows without the blanks at its ends.
func (w *sdpWords) rest() Span { return trim(w.text, w.at, w.end) }

// Words calls yield for each word of s, a span of words separated by blanks.
func (d *SDP) Words(s Span) func(yield func(Span) bool) {
	return func(yield func(Span) bool) {
		for w := d.words(s); ; {
			if word := w.next(); word.Len == 0 || !yield(word) {
				return
			}
		}
	}
}

// SDPOrigin is the value of an o= line (RFC 8866 section 5.2).
type SDPOrigin struct{ Username, ID, Version, NetType, AddrType, Address Span }

// Origin reads an o= line. The error says what is wrong with its first wrong word.
func (d *SDP) Origin(l *SDPLine) (SDPOrigin, *SyntaxError) {
	w := d.words(l.Value)
	o := SDPOrigin{w.next(), w.next(), w.next(), w.next(), w.next(), w.next()}
	switch rest := w.rest(); {
	case o.Username.Len == 0:
		return o, &SyntaxError{At: o.Username, Want: "a user name, or - for none"}
	case !allDigits(d.Bytes(o.ID)):
		return o, &SyntaxError{At: o.ID, Want: "the session's number, digits only"}
	case !allDigits(d.Bytes(o.Version)):
		return o, &SyntaxError{At: o.Version, Want: "the version of the session, digits only"}
	case !isSDPToken(d.Bytes(o.NetType)):
		return o, &SyntaxError{At: o.NetType, Want: "the network type, IN"}
	case !isSDPToken(d.Bytes(o.AddrType)):
		return o, &SyntaxError{At: o.AddrType, Want: wantAddrType}
	case o.Address.Len == 0:
		return o, &SyntaxError{At: o.Address, Want: "an address"}
	case rest.Len > 0:
		return o, &SyntaxError{At: rest, Want: "nothing behind the address"}
	}
	return o, d.AddressSyntax(o.NetType, o.AddrType, o.Address)
}

// SDPConnection is the value of a c= line (RFC 8866 section 5.7).
type SDPConnection struct {
	NetType, AddrType, Address Span
	TTL, Count                 Span // of multicast addresses, 224.2.1.1/127/3 or ff15::101/3; Len 0 when they are not there
}

// Connection reads a c= line.
func (d *SDP) Connection(l *SDPLine) (SDPConnection, *SyntaxError) {
	w := d.words(l.Value)
	c := SDPConnection{NetType: w.next(), AddrType: w.next(), Address: w.next()}
	switch rest := w.rest(); {
	case !isSDPToken(d.Bytes(c.NetType)):
		return c, &SyntaxError{At: c.NetType, Want: "the network type, IN"}
	case !isSDPToken(d.Bytes(c.AddrType)):
		return c, &SyntaxError{At: c.AddrType, Want: wantAddrType}
	case c.Address.Len == 0:
		return c, &SyntaxError{At: c.Address, Want: "an address"}
	case rest.Len > 0:
		return c, &SyntaxError{At: rest, Want: "nothing behind the address"}
	}
	if err := d.suffixSyntax(&c); err != nil {
		return c, err
	}
	return c, d.AddressSyntax(c.NetType, c.AddrType, c.Address)
}

// suffixSyntax cuts off what stands behind the slashes of a multicast address: a time to live, which IPv4 needs
// and IPv6 does not have, and a number of addresses (RFC 8866 section 5.7).
func (d *SDP) suffixSyntax(c *SDPConnection) *SyntaxError {
	all := d.Bytes(c.Address)
	slash := bytes.IndexByte(all, '/')
	if slash < 0 {
		if EqualFold(d.Bytes(c.AddrType), "IP4") && ipv4Address(all) && isMulticast4(all) {
			return &SyntaxError{At: c.Address, Want: WantTTL}
		}
		return nil
	}
	end := c.Address.End()
	c.Address.Len = int32(slash)
	from := c.Address.End() + 1
	rest := Span{from, end - from}
	if EqualFold(d.Bytes(c.AddrType), "IP6") {
		c.Count = rest
	} else {
		c.TTL = rest
		if slash = bytes.IndexByte(d.Bytes(rest), '/'); slash >= 0 {
			c.TTL.Len = int32(slash)
			c.Count = Span{c.TTL.End() + 1, end - c.TTL.End() - 1}
		}
		if _, ok := number(d.Bytes(c.TTL), 255); !ok {
			return &SyntaxError{At: c.TTL, Want: "a time to live from 0 to 255"}
		}
	}
	if c.Count.Off > 0 && !allDigits(d.Bytes(c.Count)) {
		return &SyntaxError{At: c.Count, Want: "a number of addresses"}
	}
	return nil
}

// WantTTL is what Connection misses behind an IPv4 multicast address.
const WantTTL = "a slash and a time to live behind a multicast address"

// isMulticast4 reports whether an IPv4 address is one from 224.0.0.0 to 239.255.255.255.
func isMulticast4(b []byte) bool {
	return len(b) > 3 && b[3] == '.' && (string(b[:2]) == "22" && b[2] >= '4' || string(b[:2]) == "23")
}

const wantAddrType = "the address type, IP4 or IP6"

// AddressSyntax judges an address by its type: nil where it is an IPv4 address with IP4, an IPv6 address
// with IP6, a host name with either, and for other types, which RFC 8866 leaves open.
func (d *SDP) AddressSyntax(netType, addrType, address Span) *SyntaxError {
	if !EqualFold(d.Bytes(netType), "IN") {
		return nil
	}
	t, a := d.Bytes(addrType), d.Bytes(address)
	is4, is6 := EqualFold(t, "IP4"), EqualFold(t, "IP6")
	switch {
	case !is4 && !is6 && (ipv4Address(a) || ipv6Address(a)):
		return &SyntaxError{At: addrType, Want: wantAddrType}
	case !is4 && !is6:
		return nil
	case is4 && ipv6Address(a):
		return &SyntaxError{At: addrType, Want: "IP6 in front of an IPv6 address"}
	case is6 && ipv4Address(a):
		return &SyntaxError{At: addrType, Want: "IP4 in front of an IPv4 address"}
	case is4 && ipv4Address(a), is6 && ipv6Address(a), isFQDN(a):
		return nil
	case is6:
		return &SyntaxError{At: address, Want: "an IPv6 address without brackets, or a host name"}
	}
	return &SyntaxError{At: address, Want: "an IPv4 address, four numbers up to 255, or a host name"}
}

// isFQDN: letters, digits, hyphens and dots; the last label has a letter, else it is an address gone wrong.
// Underscores, which DNS knows, pass too. The least length of four, which RFC 8866 section 9 asks for, does not count.
func isFQDN(b []byte) bool {
	letter := false
	for _, c := range b {
		switch {
		case c == '.':
			letter = false
		case isLetter(c):
			letter = true
		case !isDigit(c) && c != '-' && c != '_':
			return false
		}
	}
	return letter
}

// IsUnspecified reports whether an address is the unspecified one, 0.0.0.0 or ::.
func IsUnspecified(address []byte) bool {
	return string(address) == "0.0.0.0" || string(address) == "::"
}

// SDPTime is the value of a t= line (RFC 8866 section 5.9).
type SDPTime struct{ Start, Stop Span }

// Time reads a t= line. Numbers that are shorter than the grammar has them, as in t=1 2, pass.
func (d *SDP) Time(l *SDPLine) (SDPTime, *SyntaxError) {
	w := d.words(l.Value)
	t := SDPTime{Start: w.next(), Stop: w.next()}
	switch rest := w.rest(); {
	case !allDigits(d.Bytes(t.Start)):
		return t, &SyntaxError{At: t.Start, Want: "a start time, digits only"}
	case !allDigits(d.Bytes(t.Stop)):
		return t, &SyntaxError{At: t.Stop, Want: "a stop time, digits only"}
	case rest.Len > 0:
		return t, &SyntaxError{At: rest, Want: "nothing behind the stop time"}
	}
	return t, nil
}

// SDPBandwidth is the value of a b= line (RFC 8866 section 5.8).
type SDPBandwidth struct{ Type, Bandwidth Span }

// Bandwidth reads a b= line.
func (d *SDP) Bandwidth(l *SDPLine) (SDPBandwidth, *SyntaxError) {
	v := d.trimmed(l.Value)
	colon := bytes.IndexByte(d.Bytes(v), ':')
	if colon < 0 {
		return SDPBandwidth{}, &SyntaxError{At: v, Want: "a type and a number with a colon between them, as AS:64"}
	}
	b := SDPBandwidth{Type: Span{v.Off, int32(colon)}, Bandwidth: Span{v.Off + int32(colon) + 1, v.Len - int32(colon) - 1}}
	switch {
	case !isSDPToken(d.Bytes(b.Type)):
		return b, &SyntaxError{At: b.Type, Want: "the type of bandwidth, as AS"}
	case !allDigits(d.Bytes(b.Bandwidth)):
		return b, &SyntaxError{At: b.Bandwidth, Want: "a bandwidth, digits only"}
	}
	return b, nil
}

func (d *SDP) trimmed(s Span) Span { return trim(d.Text, int(s.Off), int(s.End())) }

// isSDPToken reports whether b is a token of RFC 8866 section 9, which has more characters than SIP's.
func isSDPToken(b []byte) bool {
	for _, c := range b {
		if !isSDPTokenChar(c) {
			return false
		}
	}
	return len(b) > 0
}

func isSDPTokenChar(c byte) bool {
	return isAlnum(c) || c < 0x80 && bytes.IndexByte([]byte("!#$%&'*+-.^_`{|}~"), c) >= 0
}
