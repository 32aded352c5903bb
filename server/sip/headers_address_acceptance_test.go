//go:build acceptance

package sip

import (
	"strconv"
	"strings"
	"testing"
)

// addressKinds says how the kinds of HEADERS.tsv that are about URIs and addresses are read: the name
// of a field, or what the value is.
var addressKinds = map[string]string{
	"uri": "uri", "url": "uri", "fast_uri": "uri", "sipUri": "uri", "SIPURI": "uri", "SIPURIRelaxed": "uri", "uri_tel": "tel",
	"host": "host", "hostPort": "hostport", "hparams": "params",
	"from": "From", "fromHeader": "From", "fromto": "From", "nameaddr": "From", "uri or name-addr": "From",
	"address": "From", "address_fast": "From", "SIPUserField": "From",
	"to": "To", "toHeader": "To",
	"contact": "Contact", "contactHeader": "Contact", "contact_list": "Contact",
	"route": "Route", "record_route": "Record-Route", "record-route": "Record-Route", "service_route": "Service-Route",
	"refer_to": "Refer-To", "referred_by": "Referred-By", "p_preferred_identity": "P-Preferred-Identity",
}

// addressDisagreements are the rows whose verdict the grammar does not share.
var addressDisagreements = map[string]string{
	"h0002": "belle-sip takes sip: without a host; RFC 3261 section 25.1 demands hostport",
	"h0252": "ersip's list of contacts has no *, which RFC 3261 section 20.10 allows alone",
	"h0322": "ersip takes underscores in host names; RFC 3261 section 25.1 has letters, digits and hyphens only",
	"h0324": "as h0322",
	"h0326": "as h0322",
	"h0412": "baresip takes a path behind the port; RFC 3261 section 25.1 has none",
	"h0552": "the row's check wants no quotes in parameters of an address without brackets; gen-value (RFC 3261 section 25.1) includes quoted-string",
	"h1170": "OpenSIPS takes %4 and a backquote in a user part; RFC 3261 section 25.1 has neither",
}

func TestAddressValuesOfOtherStacks(t *testing.T) {
	n := 0
	used := map[string]bool{}
	for _, row := range rows(t, "torture", "HEADERS.tsv") {
		id, kind, verdict := row[0], row[2], row[4]
		reading, ok := addressKinds[kind]
		if !ok || verdict != "valid" && verdict != "invalid" {
			continue
		}
		n++
		value, err := strconv.Unquote(`"` + strings.ReplaceAll(row[3], `"`, `\x22`) + `"`)
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		right, why := readsAs(reading, value)
		if right == (verdict == "valid") {
			continue
		}
		if addressDisagreements[id] == "" {
			t.Errorf("%s (%s) is %s, but the grammar says %t (%s): %s", id, kind, verdict, right, why, value)
		}
		used[id] = true
	}
	for id := range addressDisagreements {
		if !used[id] {
			t.Errorf("%s: there is no disagreement", id)
		}
	}
	if n < 300 {
		t.Errorf("%d rows", n)
	}
}

func readsAs(reading, value string) (bool, string) {
	m := Parse([]byte("x\r\n" + value))
	s := Span{3, int32(len(value))}
	judge := func(err *SyntaxError) (bool, string) {
		if err != nil {
			return false, err.Want
		}
		return true, ""
	}
	switch reading {
	case "uri":
		_, err := m.URI(s)
		return judge(err)
	case "tel":
		u, err := m.URI(s)
		return err == nil && u.Kind == TelURI, ""
	case "host":
		return judge(m.HostSyntax(s))
	case "hostport":
		host, port := hostPort(m.Text, s)
		if err := m.HostSyntax(host); err != nil || port.Len == 0 {
			return judge(err)
		}
		return judge(m.PortSyntax(port))
	case "params":
		return judge(m.ParamsSyntax(s, ';'))
	}
	// Some rows are whole header lines.
	if name, _, ok := strings.Cut(value, ":"); !ok || LookupHeader([]byte(strings.TrimSpace(name))) == HeaderOther {
		value = reading + ": " + value
	}
	m = withFields(value)
	h := &m.Headers[0]
	form := NameAddrOrSpec
	switch h.ID {
	case HeaderRoute, HeaderRecordRoute, HeaderServiceRoute:
		form = NameAddr
	case HeaderFrom, HeaderTo, HeaderReferTo, HeaderReferredBy:
		_, err := m.AddressSyntax(h.Value, form)
		return judge(err)
	case HeaderContact:
		if string(m.Bytes(h.Value)) == "*" {
			return true, ""
		}
	}
	for _, v := range m.Values(h.ID) {
		if _, err := m.AddressSyntax(v, form); err != nil {
			return judge(err)
		}
	}
	return true, ""
}
