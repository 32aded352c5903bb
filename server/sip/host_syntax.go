package sip

// HostSyntax judges a host: nil where s is
//
//	host = hostname / IPv4address / IPv6reference
//
// of RFC 3261 section 25.1, IPv6 addresses by RFC 5954 section 4.1.
func (m *Message) HostSyntax(s Span) *SyntaxError {
	return hostSyntax(m.Text, int(s.Off), int(s.End()))
}

// PortSyntax judges a port: nil where s is a number from 0 to 65535. The grammar (RFC 3261
// section 25.1: 1*DIGIT) sets no limit, UDP and TCP do; 0 is a port of the grammar that nobody can be reached at.
func (m *Message) PortSyntax(s Span) *SyntaxError {
	if _, ok := portNumber(s.In(m.Text)); !ok {
		return &SyntaxError{At: s, Want: "a port from 1 to 65535"}
	}
	return nil
}

// portNumber reads a port; leading zeros are digits like others.
func portNumber(b []byte) (int, bool) {
	n := 0
	for _, c := range b {
		if !isDigit(c) {
			return 0, false
		}
		if n = n*10 + int(c-'0'); n > 65535 {
			return 0, false
		}
	}
	return n, len(b) > 0
}

func hostSyntax(t []byte, from, end int) *SyntaxError {
	if from == end {
		return syntaxError(from, end, "a host")
	}
	if t[from] == '[' {
		next, err := ipv6Reference(t, from, end)
		if err == nil && next < end {
			err = syntaxError(next, end, "nothing behind the bracket of an IPv6 address")
		}
		return err
	}
	dots, digits, colons := 0, true, 0
	for i := from; i < end; i++ {
		switch c := t[i]; {
		case c == '.':
			dots++
		case c == ':':
			colons++
		case !isDigit(c):
			digits = false
		}
	}
	if colons > 1 && ipv6Address(t[from:end]) {
		return syntaxError(from, end, "brackets around an IPv6 address")
	}
	if digits && colons == 0 {
		if dots == 3 && ipv4Address(t[from:end]) {
			return nil
		}
		return syntaxError(from, end, "an IPv4 address, four numbers up to 255, or a host name")
	}
	return hostnameSyntax(t, from, end)
}

// hostnameSyntax: *( domainlabel "." ) toplabel [ "." ]. Labels begin and end with a
// letter or digit, the last one begins with a letter.
func hostnameSyntax(t []byte, from, end int) *SyntaxError {
	label, last := from, from
	for i := from; ; i++ {
		if i < end && t[i] != '.' {
			if !isAlnum(t[i]) && t[i] != '-' {
				return syntaxError(i, i+1, "letters, digits, hyphens and dots in a host name")
			}
			continue
		}
		switch {
		case i == label && i == end && label > from: // the dot of a fully qualified name
		case i == label:
			return syntaxError(label, min(label+1, end), "a label between the dots of a host name")
		case t[label] == '-' || t[i-1] == '-':
			return syntaxError(label, i, "a label that begins and ends with a letter or digit")
		default:
			last = label
		}
		if i >= end {
			break
		}
		label = i + 1
	}
	if isDigit(t[last]) {
		return syntaxError(last, end, "a last label that begins with a letter")
	}
	return nil
}

func isAlnum(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'z' }

// ipv6Reference reads "[" IPv6address "]" at from and returns the offset behind it.
func ipv6Reference(t []byte, from, end int) (next int, err *SyntaxError) {
	shut := from + 1
	for shut < end && t[shut] != ']' {
		shut++
	}
	if shut == end {
		return end, syntaxError(from, end, "a closing bracket behind the IPv6 address")
	}
	if !ipv6Address(t[from+1 : shut]) {
		return end, syntaxError(from+1, shut, "an IPv6 address")
	}
	return shut + 1, nil
}

// ipv4Address: four numbers of one to three digits, up to 255.
func ipv4Address(b []byte) bool {
	parts, n, digits := 0, 0, 0
	for i := 0; ; i++ {
		if i == len(b) || b[i] == '.' {
			if digits == 0 || digits > 3 || n > 255 {
				return false
			}
			parts, n, digits = parts+1, 0, 0
			if i == len(b) {
				return parts == 4
			}
			continue
		}
		if !isDigit(b[i]) {
			return false
		}
		n, digits = n*10+int(b[i]-'0'), digits+1
		if digits > 3 {
			return false
		}
	}
}

// ipv6Address: eight groups of one to four hexadecimal digits, "::" at most once for
// one or more of them, the last two perhaps as an IPv4 address (RFC 5954 section 4.1).
func ipv6Address(b []byte) bool {
	groups, gap := 0, false
	i := 0
	if len(b) >= 2 && b[0] == ':' && b[1] == ':' {
		gap, i = true, 2
		if i == len(b) {
			return true
		}
	}
	for {
		from := i
		for i < len(b) && isHex(b[i]) {
			i++
		}
		if i < len(b) && b[i] == '.' {
			groups += 2
			return ipv4Address(b[from:]) && (groups == 8 || gap && groups < 8)
		}
		if i == from || i-from > 4 {
			return false
		}
		groups++
		if i == len(b) {
			return groups == 8 || gap && groups < 8
		}
		if b[i] != ':' || groups == 8 {
			return false
		}
		i++
		if i < len(b) && b[i] == ':' {
			if gap {
				return false
			}
			gap = true
			i++
			if i == len(b) {
				return groups < 8
			}
		} else if i == len(b) {
			return false
		}
	}
}

func isHex(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }
