package scenario

import (
	"net/netip"
	"strconv"
)

// Endpoint is one end of a transport: an IP address, a port and a transport
// as Via spells it (UDP, TCP, TLS, WS, WSS).
type Endpoint struct {
	Host      string
	Port      int
	Transport string
}

// UDP returns the endpoint for an "ip:port" or "[ip6]:port". It panics when addr
// is neither: addresses are constants of tests.
func UDP(addr string) Endpoint { return endpoint("UDP", addr) }

// TCP is [UDP] for TCP.
func TCP(addr string) Endpoint { return endpoint("TCP", addr) }

// TLS is [UDP] for TLS over TCP.
func TLS(addr string) Endpoint { return endpoint("TLS", addr) }

// WSS is [UDP] for SIP over secure WebSocket (RFC 7118).
func WSS(addr string) Endpoint { return endpoint("WSS", addr) }

func endpoint(transport, addr string) Endpoint {
	a := netip.MustParseAddrPort(addr)
	return Endpoint{Host: a.Addr().String(), Port: int(a.Port()), Transport: transport}
}

// String returns "ip:port", an IPv6 address in brackets.
func (e Endpoint) String() string { return e.hostText() + ":" + strconv.Itoa(e.Port) }

// uriText is the endpoint as the hostport of a URI and the transport behind it.
func (e Endpoint) uriText() string {
	switch e.Transport {
	case "TCP":
		return e.String() + ";transport=tcp"
	case "TLS":
		return e.String() + ";transport=tls"
	case "WS", "WSS":
		return e.String() + ";transport=ws"
	}
	return e.String()
}

// hostText is the host as a URI or a Via writes it.
func (e Endpoint) hostText() string {
	if e.v6() {
		return "[" + e.Host + "]"
	}
	return e.Host
}

func (e Endpoint) v6() bool {
	for i := range len(e.Host) {
		if e.Host[i] == ':' {
			return true
		}
	}
	return false
}

func (e Endpoint) appendTo(dst []byte) []byte {
	if e.v6() {
		dst = append(dst, '[')
		dst = append(dst, e.Host...)
		dst = append(dst, ']')
	} else {
		dst = append(dst, e.Host...)
	}
	dst = append(dst, ':')
	return strconv.AppendInt(dst, int64(e.Port), 10)
}
