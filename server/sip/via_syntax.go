package sip

// Via parameters whose values have a grammar of their own (RFC 3261 section 25.1, RFC 3581 section 3).
const (
	wantViaProtocol = "SIP/2.0 and a transport, as SIP/2.0/UDP"
	wantViaHost     = "the host that sent the message"
)

// ViaSyntax judges one Via value: nil where it is sent-protocol, white space, sent-by and parameters
// (RFC 3261 section 25.1).
func (m *Message) ViaSyntax(v Span) *SyntaxError {
	t, end := m.Text, int(v.End())
	if v.Len == 0 {
		return &SyntaxError{At: v, Want: wantViaProtocol}
	}
	// name / version / transport, white space around the slashes allowed
	i := int(v.Off)
	for k := range 3 {
		from := i
		for i < end && isToken(t[i]) {
			i++
		}
		if i == from {
			return syntaxError(from, min(from+1, end), wantViaProtocol)
		}
		behind := i
		for behind < end && isLWS(t[behind]) {
			behind++
		}
		if k == 2 {
			if behind == i {
				return syntaxError(int(v.Off), end, "a blank between the transport and "+wantViaHost)
			}
			i = behind
			break
		}
		if behind == end || t[behind] != '/' {
			return syntaxError(int(v.Off), end, wantViaProtocol)
		}
		for i = behind + 1; i < end && isLWS(t[i]); i++ {
		}
	}
	via := m.via(v)
	if via.Host.Len == 0 {
		return syntaxError(i, i, wantViaHost)
	}
	if err := m.HostSyntax(via.Host); err != nil {
		return err
	}
	behind := int(via.Host.End())
	for behind < end && isLWS(t[behind]) {
		behind++
	}
	if via.Port.Len > 0 {
		if err := m.PortSyntax(via.Port); err != nil {
			return err
		}
	} else if behind < end && t[behind] == ':' {
		return syntaxError(behind, behind+1, "a port behind the colon")
	}
	if via.Params.Len == 0 {
		return m.ParamsSyntax(via.Params, ';')
	}
	return m.viaParamsSyntax(via)
}

func (m *Message) viaParamsSyntax(via Via) *SyntaxError {
	for p := range m.Params(via.Params, ';') {
		name, value := m.Bytes(p.Name), m.Bytes(p.Value)
		// The address of received has colons, which other values may not have.
		if !EqualFold(name, "received") || len(value) == 0 {
			if err := m.ParamSyntax(p, via.Params, ';'); err != nil {
				return err
			}
		}
		switch {
		case EqualFold(name, "ttl"):
			if n, ok := portNumber(value); !ok || n > 255 {
				return paramError(p, "a number from 0 to 255")
			}
		case EqualFold(name, "received"):
			if len(value) > 1 && value[0] == '[' { // RFC 5118 section 4.5: implementations write the brackets
				value = value[1 : len(value)-1]
			}
			if !ipv4Address(value) && !ipv6Address(value) {
				return paramError(p, "an IP address")
			}
		case EqualFold(name, "rport"):
			if n, ok := portNumber(value); p.HasValue && (!ok || n == 0) {
				return paramError(p, "a port from 1 to 65535, or nothing")
			}
		case EqualFold(name, "branch"):
			if !p.HasValue || p.Value.Len == 0 {
				return paramError(p, "an identifier of the transaction")
			}
		case EqualFold(name, "maddr"):
			if err := m.HostSyntax(p.Value); err != nil {
				return err
			}
		}
	}
	if last := int(via.Params.End()) - 1; m.Text[last] == ';' && m.lastSeparator(via.Params, ';') == last {
		return syntaxError(last, last+1, "a parameter beside the semicolon")
	}
	return nil
}
