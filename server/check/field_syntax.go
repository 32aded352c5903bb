package check

import (
	"bytes"
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/sip"
)

// fieldGrammar is what the rule about the grammar of one header field says. Each header field has a rule of
// its own, so that it can be chosen, has its section of a standard and its consequence.
type fieldGrammar struct {
	id       sip.HeaderID
	severity Severity
	cite     string // as in the tables of knowledge
	form     string // the grammar in words
	// What comes of it.
	consequence string
	// For the cases: the message it stands in, a wrong value with the offending bytes in «», a right value.
	in, wrong, right string
}

const (
	ignoresField   = "Receivers ignore the header field, or what stands behind this place; strict ones answer 400."
	optionsUnread  = "A receiver cannot tell which extensions are meant: strict ones answer 400, others overlook some of them."
	refusedWith400 = "The receiver cannot read what the request is about and answers 400."
	methodsUnread  = "The receiver takes methods for unsupported that are not, and may leave out UPDATE, PRACK or REFER in this call."
	bodiesUnread   = "The receiver may send a body that is not understood, or refuse the message."
	privacyUnread  = "The network cannot tell what it has to hide: the caller's identity may reach the callee, or the call is refused."
	agreementFails = "The security agreement with the proxy fails, and the registration with it."
	chargingUnread = "The network cannot tie the call to its charging records."
)

// Error only where the receiver has to refuse the message or misreads it; what is mere information to most receivers is a warning.
var fieldGrammarRules = []fieldGrammar{
	{sip.HeaderAccept, Warning, "RFC3261 20.1", "media ranges separated by commas, such as `application/sdp` or `text/*`, with parameters", bodiesUnread, "OPTIONS", "application/sdp, «text»", "application/sdp;level=1, text/*, */*;q=0.1"},
	{sip.HeaderAcceptContact, Warning, "RFC3841 10", "`*` and feature parameters, several values separated by commas", "Caller preferences are not applied: the call may ring at the wrong device.", "INVITE", "«audio»;require", `*;audio;+sip.instance="<urn:uuid:1>";require`},
	{sip.HeaderAcceptEncoding, Warning, "RFC3261 20.2", "encodings separated by commas, with parameters", bodiesUnread, "OPTIONS", "gzip;q=«2»", "gzip;q=0.5, identity"},
	{sip.HeaderAcceptLanguage, Warning, "RFC3261 20.3", "languages separated by commas, with parameters", ignoresField, "OPTIONS", "«en_GB»", "da, en-gb;q=0.8, es-419"},
	{sip.HeaderAcceptResourcePriority, Warning, "RFC4412 3.2", "resource values such as `ets.0` separated by commas", ignoresField, "200", "«ets»", "ets.0, wps.3"},
	{sip.HeaderAllow, Warning, "RFC3261 20.5", "methods separated by commas; it may be empty", methodsUnread, "OPTIONS", "INVITE« »ACK, BYE", "INVITE, ACK, UPDATE"},
	{sip.HeaderAllowEvents, Warning, "RFC6665 8.2.2", "event packages separated by commas", ignoresField, "OPTIONS", "presence« »dialog", "presence, dialog.winfo"},
	{sip.HeaderAnswerMode, Warning, "RFC5373 2", "`Manual` or `Auto`, with parameters", ignoresField, "INVITE", "«Auto, Manual»", "Auto;require"},
	{sip.HeaderContentDisposition, Warning, "RFC3261 20.11", "a disposition such as `session`, with parameters; `handling` is `required` or `optional`", bodiesUnread, "OPTIONS", "«session, render»", "session;handling=optional"},
	{sip.HeaderContentEncoding, Warning, "RFC3261 20.12", "encodings separated by commas", "The receiver cannot decode the body and answers 415.", "OPTIONS", "gzip«;»q=1", "gzip"},
	{sip.HeaderContentLanguage, Warning, "RFC3261 20.13", "languages separated by commas", ignoresField, "OPTIONS", "«en_GB»", "en, fr"},
	{sip.HeaderDiversion, Warning, "RFC5806 4", "addresses with parameters; `counter` and `limit` have one or two digits", "The count of diversions is lost: voice mail and loop detection go wrong.", "INVITE", "<sip:c@example.com>;reason=user-busy;counter=«1.0»", "<sip:c@example.com>;reason=user-busy;counter=1"},
	{sip.HeaderEvent, Error, "RFC6665 8.2.1", "one event package, with parameters", refusedWith400, "SUBSCRIBE", "«presence, dialog»", "presence.winfo;id=7"},
	{sip.HeaderFeatureCaps, Warning, "RFC6809 6.2", "`*` and feature-capability indicators, several values separated by commas", ignoresField, "INVITE", "«+sip.607»", "*;+sip.607"},
	{sip.HeaderGeolocation, Warning, "RFC6442 4.1", "URIs in angle brackets, separated by commas", "The location is not found: an emergency call may be routed wrongly or answered with 424.", "INVITE", "«sip:loc@example.com»", "<sip:loc@example.com>"},
	{sip.HeaderGeolocationError, Warning, "RFC6442 4.4", "a code of up to three digits; the parameter `code` is a text in quotes", ignoresField, "424", "«location unknown»", `300;code="Dereference Failure"`},
	{sip.HeaderGeolocationRouting, Warning, "RFC6442 4.2", "`yes` or `no`", "Proxies must not use the location to route the call.", "INVITE", "«yes, no»", "no"},
	{sip.HeaderHistoryInfo, Warning, "RFC7044 5", "addresses with the parameter `index`, numbers separated by full stops", "Nobody can tell who diverted the call to whom: voice mail and billing go wrong.", "INVITE", "<sip:c@example.com>;index=«1.a»", "<sip:c@example.com>;index=1, <sip:d@example.com>;index=1.1"},
	{sip.HeaderInReplyTo, Warning, "RFC3261 20.21", "Call-IDs separated by commas", ignoresField, "INVITE", "«1@192.0.2.1;x»", "1@192.0.2.1, 2@192.0.2.1"},
	{sip.HeaderInfoPackage, Warning, "RFC6086 9.2", "one Info Package, with parameters", "The receiver does not know what the INFO is about and answers 469.", "INFO", "«foo, bar»", "foo;a=1"},
	{sip.HeaderJoin, Error, "RFC3911 7.1", "a Call-ID, and the parameters `to-tag` and `from-tag`", refusedWith400, "INVITE", "«1@192.0.2.1;to-tag=1»", "1@192.0.2.1;to-tag=1;from-tag=2"},
	{sip.HeaderPAccessNetworkInfo, Warning, "RFC7315 5.4", "an access type or class, with parameters; several separated by commas", "The network does not learn the access and cell, which emergency calls and charging need.", "OPTIONS", "«IEEE 802.11»", "IEEE-802.11;i-wlan-node-id=001122334455"},
	{sip.HeaderPAssociatedURI, Warning, "RFC7315 5.1", "addresses in angle brackets, separated by commas; it may be empty", "The user agent does not learn its public identities.", "200 REGISTER", "«sip:b@example.com»", "<sip:b@example.com>, <tel:+15550100>"},
	{sip.HeaderPCalledPartyID, Warning, "RFC7315 5.2", "an address in angle brackets", ignoresField, "INVITE", "«sip:b@example.com»", "<sip:b@example.com>"},
	{sip.HeaderPChargingFunctionAddresses, Warning, "RFC7315 5.5", "parameters such as `ccf` and `ecf`", chargingUnread, "OPTIONS", "ccf=«aaa://cdf.example.com»", "ccf=192.0.2.1;ecf=[2001:db8::1]"},
	{sip.HeaderPChargingVector, Warning, "RFC7315 5.6", "the parameter `icid-value`, and others", chargingUnread, "OPTIONS", "«orig-ioi=example.com»", "icid-value=1234bc9876e;icid-generated-at=192.0.2.1"},
	{sip.HeaderPEarlyMedia, Warning, "RFC5009 9", "directions separated by commas; it may be empty", "Gateways do not open the path for early media: the caller hears no announcement.", "INVITE", "supported« »sendrecv", "supported"},
	{sip.HeaderPVisitedNetworkID, Warning, "RFC7315 5.3", "names of networks, tokens or quoted strings, with parameters", ignoresField, "REGISTER", "«other net»", `other.net, "Visited network 1"`},
	{sip.HeaderPrivAnswerMode, Warning, "RFC5373 2", "`Manual` or `Auto`, with parameters", ignoresField, "INVITE", "«Auto, Manual»", "Auto;require"},
	{sip.HeaderPriority, Warning, "RFC3261 20.26", "one priority, such as `urgent`", ignoresField, "INVITE", "«very urgent»", "emergency"},
	{sip.HeaderPrivacy, Warning, "RFC3323 4.2", "values separated by semicolons", privacyUnread, "INVITE", "id«,»header", "id;header"},
	{sip.HeaderProxyRequire, Error, "RFC3261 20.29", "option tags separated by commas", optionsUnread, "OPTIONS", "«<privacy>»", "privacy, sec-agree"},
	{sip.HeaderRAck, Error, "RFC3262 7.2", "the RSeq, the CSeq number and the method of the response, separated by blanks", "The callee cannot tell which response is acknowledged: it repeats the response and then gives up the call.", "PRACK", "«1 INVITE»", "776656 1 INVITE"},
	{sip.HeaderRSeq, Error, "RFC3262 7.1", "one number from 1 to 4294967295", "The caller cannot acknowledge the response: no PRACK comes, and the callee gives up the call.", "183", "«0»", "988789"},
	{sip.HeaderReason, Warning, "RFC3326 2", "protocols with parameters, separated by commas; `cause` has digits only", ignoresField, "BYE", "Q.850;cause=«NORMAL»", `SIP;cause=200;text="Call completed elsewhere", Q.850;cause=16`},
	{sip.HeaderRecvInfo, Warning, "RFC6086 9.2", "Info Packages separated by commas; it may be empty", "The peer does not learn which Info Packages it may send.", "INVITE", "foo, «b a»", "foo, bar;a=1"},
	{sip.HeaderReferSub, Warning, "RFC4488 4", "`true` or `false`, with parameters", "The receiver creates the subscription that this REFER does without, or refuses it.", "REFER", "«no»", "false"},
	{sip.HeaderRejectContact, Warning, "RFC3841 10", "`*` and feature parameters, several values separated by commas", "Caller preferences are not applied: the call may ring at the wrong device.", "INVITE", "«mobile»", "*;video"},
	{sip.HeaderReplaces, Error, "RFC3891 6.1", "a Call-ID, and the parameters `to-tag` and `from-tag`", refusedWith400 + " The transfer or pickup fails.", "INVITE", "«1@192.0.2.1;to-tag=1»", "1@192.0.2.1;to-tag=1;from-tag=2;early-only"},
	{sip.HeaderRequestDisposition, Warning, "RFC3841 10", "directives separated by commas", ignoresField, "INVITE", "no-fork« »queue", "no-fork, queue"},
	{sip.HeaderRequire, Error, "RFC3261 20.32", "option tags separated by commas", optionsUnread, "OPTIONS", "timer«;»path", "timer, path"},
	{sip.HeaderResourcePriority, Warning, "RFC4412 3.1", "resource values such as `ets.0` separated by commas", "The call gets no priority.", "INVITE", "«ets»", "ets.0, wps.3"},
	{sip.HeaderSecurityClient, Warning, "RFC3329 2.2", "mechanisms with parameters, separated by commas", agreementFails, "sec-agree", "tls;q=«1.5»", "ipsec-3gpp;alg=hmac-sha-1-96;q=0.1, tls"},
	{sip.HeaderSecurityServer, Warning, "RFC3329 2.2", "mechanisms with parameters, separated by commas", agreementFails, "494", "tls;q=«1.5»", "ipsec-3gpp;alg=hmac-sha-1-96;q=0.1, tls"},
	{sip.HeaderSecurityVerify, Warning, "RFC3329 2.2", "mechanisms with parameters, separated by commas", agreementFails, "sec-agree", "tls;q=«1.5»", "ipsec-3gpp;alg=hmac-sha-1-96;q=0.1, tls"},
	{sip.HeaderSessionID, Warning, "RFC7989 5", "32 hexadecimal digits, and the parameter `remote` with 32 more", "Tools cannot follow the call from leg to leg by it.", "OPTIONS", "«ab30317f-1a78-4dc4-8ff8-24d0d3715d86»", "ab30317f1a784dc48ff824d0d3715d86;remote=00000000000000000000000000000000"},
	{sip.HeaderSIPETag, Warning, "RFC3903 12", "one token", "The publisher cannot refresh what it has published.", "200 PUBLISH", `«"dx200xyz"»`, "dx200xyz"},
	{sip.HeaderSIPIfMatch, Error, "RFC3903 12", "one token", "The server finds no such publication and answers 400 or 412.", "PUBLISH", `«"dx200xyz"»`, "dx200xyz"},
	{sip.HeaderSubscriptionState, Error, "RFC6665 8.2.3", "a state, with parameters; `expires` and `retry-after` are seconds in digits", "The subscriber cannot tell whether the subscription lives and answers 400.", "NOTIFY", "active;expires=«1h»", "terminated;reason=probation;retry-after=60"},
	{sip.HeaderSupported, Warning, "RFC3261 20.37", "option tags separated by commas; it may be empty", optionsUnread, "OPTIONS", "timer« »path", "timer, path"},
	{sip.HeaderSuppressIfMatch, Warning, "RFC5839 7.3", "one token", ignoresField, "SUBSCRIBE", `«"b4cf7"»`, "b4cf7"},
	{sip.HeaderTargetDialog, Warning, "RFC4538 7", "a Call-ID, and the parameters `local-tag` and `remote-tag`", "The receiver does not find the dialog and refuses the request, or asks the user.", "REFER", "«1@192.0.2.1»", "1@192.0.2.1;local-tag=1;remote-tag=2"},
	{sip.HeaderUnsupported, Warning, "RFC3261 20.40", "option tags separated by commas", "The client does not learn which extension it has to do without, and cannot try again.", "420", "foo« »bar", "foo, bar"},
	{sip.HeaderUserToUser, Warning, "RFC7433 4.1", "a token or quoted string with parameters, hexadecimal with `encoding=hex`; several separated by commas", "The data for the other side's application is lost.", "INVITE", "«00a»;encoding=hex", "00a0;encoding=hex"},
	{sip.HeaderWarning, Warning, "RFC3261 20.43", "a code of three digits, a host or pseudonym and a text in quotes; several separated by commas", "People and tools miss the explanation that the response gives.", "488", `«370 "Insufficient bandwidth"»`, `370 devnull "Choose a bigger pipe", 399 192.0.2.1:5060 "x"`},
}

// fieldSyntaxRules makes the rules of the table.
func fieldSyntaxRules() []*Rule {
	var out []*Rule
	for _, g := range fieldGrammarRules {
		field := g.id.String()
		effect := "It is an error, for the receiver cannot do without the value; a comma with nothing beside it, which receivers put up with, is a warning."
		if g.severity != Error {
			effect = "It is a warning, for most receivers do without the value."
		}
		out = append(out, &Rule{
			Name:     strings.ToLower(field) + "-syntax",
			Scope:    Message,
			Needs:    NeedFull | NeedHead | NeedValues,
			Severity: g.severity,
			Failures: g.failures(),
			Fields:   []sip.HeaderID{g.id},
			Cites:    []knowledge.Cite{knowledge.ParseCite(g.cite)},
			Doc: Doc{
				Title: field + " leaves its grammar",
				Text:  fmt.Sprintf("%s holds %s. The rule reports the first place of the header field that is something else. %s\n\n%s", field, g.form, effect, g.consequence),
			},
			Cases: g.cases,
			Check: g.check,
			Fix:   fixFieldSyntax,
		})
	}
	return out
}

// failures are those of failures.tsv that a malformed value is found as.
func (g fieldGrammar) failures() []string {
	switch {
	case g.id == sip.HeaderRAck, g.id == sip.HeaderRSeq:
		return []string{"prack-100rel"}
	case g.id == sip.HeaderReplaces:
		return []string{"refer-transfer-fails", malformedHeader}
	case g.severity == Error:
		return []string{malformedHeader}
	}
	return nil
}

func (g fieldGrammar) check(s *Subject, report func(Finding)) {
	m := s.Message
	for i := range m.Headers {
		h := &m.Headers[i]
		if h.ID != g.id {
			continue
		}
		err := m.FieldSyntax(h)
		if err == nil {
			continue
		}
		f := Finding{
			Severity:    g.severity,
			At:          at(orName(err.At, h)),
			Title:       fmt.Sprintf("malformed %s", g.id),
			Consequence: g.consequence,
			Next:        "Correct the element that wrote it.",
			detail:      h.Line,
		}
		bad := m.Bytes(err.At)
		switch {
		case h.Value.Len == 0:
			f.Title = fmt.Sprintf("empty %s", g.id)
			f.Evidence = fmt.Sprintf("%s has no value; there should be %s.", g.id, err.Want)
		case err.HasSpareComma():
			f.Severity = Warning
			f.Evidence = fmt.Sprintf("Nothing stands beside a comma in %s.", clip(m.Bytes(h.Value)))
			f.Consequence = "Most receivers overlook it, strict ones refuse the message."
			f.Next = "Delete the comma."
		case len(bytes.TrimSpace(bad)) == 0, strings.HasPrefix(err.Want, "the parameter"):
			v := h.Value
			if err.At.Len > 0 && !isLWS(bad[0]) {
				v = err.At
			}
			f.Evidence = fmt.Sprintf("%s lacks %s.", clip(m.Bytes(v)), err.Want)
		default:
			f.Evidence = fmt.Sprintf("At %s there should be %s.", clip(bad), err.Want)
		}
		report(f)
	}
}

// fixFieldSyntax mends commas and semicolons between the elements of a list, as long as it takes, and the
// quotes around values; it does nothing else, for it cannot know what the sender means.
func fixFieldSyntax(s *Subject, f *Finding) []Fix {
	line := f.detail.(sip.Span)
	before := append([]byte("\r\n"), s.Message.Bytes(line)...) // behind an empty start line
	after := before
	x := &sip.Message{}
	for range 50 {
		sip.ParseInto(x, after)
		if len(x.Headers) != 1 {
			return nil
		}
		h := &x.Headers[0]
		err := x.FieldSyntax(h)
		if err == nil {
			return punctuationFix(h, before, after, line.Off-2)
		}
		sp := splice{at: err.At}
		switch bad := x.Bytes(err.At); {
		case err.HasSpareComma():
		case err.LacksComma():
			sp.text = ", "
		case h.ID == sip.HeaderPrivacy && string(bad) == ",":
			sp.text = ";"
		case err.LacksQuotes() && len(bad) > 0 && x.Text[err.At.Off-1] == '=' && !bytes.ContainsAny(bad, "\"\\ \t\r\n"):
			sp.text = `"` + string(bad) + `"`
		default:
			return nil
		}
		after = apply(after, 0, []splice{sp})
	}
	return nil
}

// punctuationFix replaces what differs between two spellings of a header field; shift is added to offsets in them.
// Line ends are left alone: how they look in the text is not known here.
func punctuationFix(h *sip.Header, before, after []byte, shift int32) []Fix {
	same := 0
	for same < min(len(before), len(after)) && before[same] == after[same] {
		same++
	}
	end := 0
	for end < min(len(before), len(after))-same && before[len(before)-1-end] == after[len(after)-1-end] {
		end++
	}
	from, to := before[same:len(before)-end], after[same:len(after)-end]
	if bytes.ContainsAny(from, "\r\n") || bytes.ContainsAny(to, "\r\n") {
		return nil
	}
	return []Fix{{
		Title: fmt.Sprintf("Correct the punctuation of %s", h.ID), Preferred: true,
		Edits: []Edit{{At: sip.Span{Off: int32(same) + shift, Len: int32(len(from))}, Text: Literal(string(to))}},
	}}
}

func (g fieldGrammar) cases() []Case {
	field := g.id.String()
	message := func(value string) string { return g.message(field + ": " + value + "\n") }
	from, _, _ := strings.Cut(g.wrong, "«")
	_, rest, _ := strings.Cut(g.wrong, "«")
	bad, behind, _ := strings.Cut(rest, "»")
	wrong := message(from + bad + behind)
	out := []Case{
		{Name: "a wrong value", Text: wrong, Want: []string{g.severity.String() + ": " + bad}, Fixed: fixedFields[g.id].text(message)},
		{Name: "a right value", Text: message(g.right)},
		{Name: "cut off in it", Log: true, Text: inCutLog(g.message("X: y\n" + field + ": " + from + bad + behind + "\n"))},
	}
	empty := message("")
	if m := sip.Parse([]byte(empty)); m.FieldSyntax(m.Header(g.id)) != nil {
		out = append(out, Case{Name: "no value", Text: empty, Want: []string{g.severity.String() + ": " + field}})
	}
	if g.id == sip.HeaderRequire {
		out = append(out, Case{
			Name: "commas to spare", Text: message("timer,, path,,"),
			Want: []string{"warning: ,"}, Fixed: message("timer, path"),
		})
	}
	return out
}

// fixedField is the value after the fix; "" where there is none.
type fixedField string

func (f fixedField) text(message func(string) string) string {
	if f == "" {
		return ""
	}
	return message(string(f))
}

// fixedFields are the wrong values of the table that have a fix, mended.
var fixedFields = map[sip.HeaderID]fixedField{
	sip.HeaderAllow:                      "INVITE, ACK, BYE",
	sip.HeaderAllowEvents:                "presence, dialog",
	sip.HeaderPEarlyMedia:                "supported, sendrecv",
	sip.HeaderPChargingFunctionAddresses: `ccf="aaa://cdf.example.com"`,
	sip.HeaderPrivacy:                    "id;header",
	sip.HeaderRequestDisposition:         "no-fork, queue",
	sip.HeaderRequire:                    "timer, path",
	sip.HeaderSupported:                  "timer, path",
	sip.HeaderUnsupported:                "foo, bar",
}

// message is one that the lines belong to.
func (g fieldGrammar) message(lines string) string {
	switch g.in {
	case "sec-agree":
		return requestOf("REGISTER", "Require: sec-agree\nProxy-Require: sec-agree\n"+lines)
	case "183":
		return responseTo("INVITE", "183 Session Progress", "Contact: <sip:b@192.0.2.2>\nRequire: 100rel\n"+lines)
	case "200":
		return responseTo("BYE", "200 OK", lines)
	case "200 REGISTER":
		return responseTo("REGISTER", "200 OK", lines)
	case "200 PUBLISH":
		return responseTo("PUBLISH", "200 OK", "Expires: 60\n"+lines)
	case "420":
		return responseTo("OPTIONS", "420 Bad Extension", lines)
	case "424":
		return responseTo("INVITE", "424 Bad Location Information", lines)
	case "488":
		return responseTo("INVITE", "488 Not Acceptable Here", lines)
	case "494":
		return responseTo("OPTIONS", "494 Security Agreement Required", "Require: sec-agree\n"+lines)
	}
	return requestOf(g.in, lines)
}
