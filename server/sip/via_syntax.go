package sip

const (
	wantVia         = "SIP/2.0, a transport and a host, as SIP/2.0/UDP 192.0.2.1"
	wantViaProtocol = "SIP/2.0 and a transport, as SIP/2.0/UDP"
	wantViaHost     = "the host that sent the message"
)

// ViaSyntax judges one Via value: nil where it is sent-protocol, white space, sent-by and parameters
// (RFC 3261 section 25.1), those with a grammar of their own included. An empty value is one that commas leave in the list.
func (m *Message) ViaSyntax(v Span) *SyntaxError {
	if v.Len == 0 {
		return &SyntaxError{At: v, Want: wantVia}
	}
	via := m.via(v)
	behind, err := m.sentProtocolSyntax(via)
	if err != nil {
		return err
	}
	if via.Host.Len == 0 {
		return syntaxError(behind, behind, wantViaHost)
	}
	if err := m.HostSyntax(via.Host); err != nil {
		return err
	}
	if via.Port.Len > 0 {
		if err := m.PortSyntax(via.Port); err != nil {
			return err
		}
	} else if colon := m.skipLWS(int(via.Host.End()), int(v.End())); colon < int(v.End()) && m.Text[colon] == ':' {
		return syntaxError(colon, colon+1, "a port behind the colon")
	}
	for p := range m.Params(via.Params, ';') {
		if err := m.viaParamSyntax(p, via.Params); err != nil {
			return err
		}
	}
	return m.spareSemicolon(via.Params)
}

// sentProtocolSyntax judges name, version and transport, white space around the slashes allowed, and returns the offset of
// sent-by.
func (m *Message) sentProtocolSyntax(via Via) (int, *SyntaxError) {
	t, from, end := m.Text, int(via.Value.Off), int(via.Value.End())
	if via.Params.Off > 0 {
		end = int(via.Params.Off) - 1
	}
	for i, part := from, 0; ; part++ {
		word := i
		if i = nonToken(t, i, end); i == word {
			return 0, syntaxError(i, min(i+1, int(via.Value.End())), wantViaProtocol)
		}
		behind := m.skipLWS(i, end)
		switch {
		case part == 2 && behind == i:
			return 0, syntaxError(from, int(trim(t, from, end).End()), "a blank between the transport and "+wantViaHost)
		case part == 2:
			return behind, nil
		case behind == end || t[behind] != '/':
			return 0, syntaxError(from, int(trim(t, from, end).End()), wantViaProtocol)
		}
		i = m.skipLWS(behind+1, end)
	}
}

// skipLWS returns the offset of the first byte in from..end that is not white space, or end.
func (m *Message) skipLWS(from, end int) int {
	for from < end && isLWS(m.Text[from]) {
		from++
	}
	return from
}

// viaParamSyntax judges one parameter of a Via value (via-params of RFC 3261 section 25.1, response-port of RFC 3581 section 5).
func (m *Message) viaParamSyntax(p Param, params Span) *SyntaxError {
	known := viaParamOf(m.Bytes(p.Name))
	value := m.Bytes(p.Value)
	if known == viaReceived && len(value) > 0 {
		// An IPv6 address stands without the brackets that other values need, but implementations write them.
		if n := len(value); n > 1 && value[0] == '[' && value[n-1] == ']' {
			value = value[1 : n-1]
		}
		if !ipv4Address(value) && !ipv6Address(value) {
			return paramError(p, "an IP address")
		}
		return nil
	}
	if err := m.ParamSyntax(p, params, ';'); err != nil {
		return err
	}
	switch known {
	case viaBranch:
		if !IsToken(value) {
			return paramError(p, "a token as the branch")
		}
	case viaReceived:
		return paramError(p, "an IP address behind received")
	case viaRPort:
		if n, ok := portNumber(value); p.HasValue && (!ok || n == 0) {
			return paramError(p, "a port from 1 to 65535, or nothing")
		}
	case viaTTL:
		if n, ok := portNumber(value); !ok || n > 255 {
			return paramError(p, "a number from 0 to 255")
		}
	case viaMAddr:
		if m.HostSyntax(p.Value) != nil {
			return paramError(p, "a host")
		}
	}
	return nil
}

// viaParam is a parameter of Via whose value has a grammar of its own.
type viaParam uint8

const (
	viaOther viaParam = iota
	viaBranch
	viaReceived
	viaRPort
	viaTTL
	viaMAddr
)

func viaParamOf(name []byte) viaParam {
	switch len(name) {
	case len("ttl"):
		if EqualFold(name, "ttl") {
			return viaTTL
		}
	case len("rport"):
		if EqualFold(name, "rport") {
			return viaRPort
		}
		if EqualFold(name, "maddr") {
			return viaMAddr
		}
	case len("branch"):
		if EqualFold(name, "branch") {
			return viaBranch
		}
	case len("received"):
		if EqualFold(name, "received") {
			return viaReceived
		}
	}
	return viaOther
}

// spareSemicolon finds a semicolon that no parameter follows. params begins behind the first one.
func (m *Message) spareSemicolon(params Span) *SyntaxError {
	last := -1
	switch {
	case params.Len > 0 && m.Text[params.End()-1] == ';':
		last = m.lastSeparator(params, ';')
	case params.Len == 0 && params.Off > 0:
		last = int(params.Off) - 1
	}
	if last < 0 || last != int(params.End())-1 {
		return nil
	}
	return syntaxError(last, last+1, "a parameter beside the semicolon")
}
