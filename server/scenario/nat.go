package scenario

import (
	"strconv"
	"strings"
)

// BehindNAT returns the party behind a NAT: it writes private, an "ip:port", into
// Via, Contact and SDP, while its packets still come from Addr. What answers it
// fills in received and rport (RFC 3261 section 18.2.1, RFC 3581 section 4). The
// healthy form, a phone that has learnt its public address, is the party itself.
func (p Party) BehindNAT(private string) Party {
	p.Private = endpoint(p.Addr.Transport, private)
	return p
}

// local is the address that the party advertises.
func (p *Party) local() Endpoint {
	if p.Private != (Endpoint{}) {
		return p.Private
	}
	return p.Addr
}

// viaAnswered is a Via value with what its receiver adds to it: rport and received
// where it asks for them, received alone where the host is not where the request
// came from.
func viaAnswered(via string, p *Party) string {
	received := ";received=" + p.Addr.Host
	answered := ";rport=" + strconv.Itoa(p.Addr.Port) + received
	switch head, tail, asks := strings.Cut(via, ";rport"); {
	case asks:
		return head + answered + tail
	case p.local().Host != p.Addr.Host:
		return via + received
	}
	return via
}
