package knowledge

import (
	"slices"
	"strings"
)

// Lookup returns all entries with exactly the name that a user typed, letter case
// ignored, the most usual first; nil when there are none. It understands
//
//	486   486 Busy Here   Busy Here      response codes
//	INVITE   Via   v   Via:              methods; header fields and their compact forms
//	Q.850:34   cause=16   Cause: 34   NORMAL_CLEARING   AST_CAUSE_BUSY
//	100rel   presence   stale   lr   id  option tags, events, digest, URI parameters, privacy
//	Warning:399   Timer B   PT 8   PCMU
//	a=rtpmap   rtpmap   m=               SDP
//	Via;branch   Session-Expires;refresher=uac   Priority: emergency
//	stale-nonce                          failures met in real life
//	kind:name                            asks for one kind: see Kinds
//
// The Key of an entry finds that entry alone.
//
// A name that is nothing else is looked for among reason phrases, too, for which
// all files of response codes are read once, some twenty milliseconds. Where
// that is too long and the kind is known, the typed look-ups are the better choice.
func Lookup(what string) []Entry {
	what = strings.Join(strings.Fields(what), " ")
	if len(what) > maxQuery {
		return nil // no name is that long
	}
	for _, f := range []func(string) []Entry{lookupSDP, lookupPrefix, lookupReason, lookupValue, lookupBare} {
		if out := f(what); len(out) > 0 {
			return out
		}
	}
	return nil
}

// maxQuery is the length in bytes of the longest text that is looked up.
const maxQuery = 200

// lookupSDP understands lines of session descriptions.
func lookupSDP(what string) []Entry {
	if len(what) < 2 || what[1] != '=' {
		return nil
	}
	if name, _, _ := strings.Cut(what[2:], ":"); name != "" && name[0] != ' ' && strings.EqualFold(what[:2], "a=") {
		return one(sdpAttributeTable.find)(name)
	}
	return one(sdpLineTable.find)(what[:1])
}

// lookupPrefix understands a kind, or what the kind is called, before a name.
func lookupPrefix(what string) []Entry {
	lower := strings.ToLower(what)
	var out []Entry
	for _, k := range kinds {
		for _, p := range k.prefixes {
			rest, ok := strings.CutPrefix(lower, p)
			if !ok || rest == "" || !strings.ContainsRune(":= ", rune(rest[0])) {
				continue
			}
			name := strings.Trim(what[len(p)+1:], ` :="`)
			if found := k.find(name); name != "" && len(found) > 0 {
				out = append(out, found...)
				break
			}
		}
	}
	return out
}

// lookupReason understands values of Reason, with the name of the header field or without.
func lookupReason(what string) []Entry {
	lower := strings.TrimPrefix(strings.ToLower(what), "reason:")
	protocol, params, ok := strings.Cut(strings.TrimSpace(lower), ";")
	if !ok {
		// Applications log the bare parameter: what is no cause of Q.850 is a response code.
		if code, ok := strings.CutPrefix(lower, "cause="); ok {
			return findStatus(code)
		}
		return nil
	}
	for p := range strings.SplitSeq(params, ";") {
		value, ok := strings.CutPrefix(strings.TrimSpace(p), "cause=")
		switch {
		case !ok:
		case strings.TrimSpace(protocol) == "q.850":
			return one(LookupCauseName)(value)
		case strings.TrimSpace(protocol) == "sip":
			return findStatus(value)
		}
	}
	return nil
}

// lookupValue understands a header field with something behind its name: nothing
// but a colon, a parameter, or one of its listed values.
func lookupValue(what string) []Entry {
	if strings.Contains(what, ";") {
		if strings.Contains(what, "=") {
			if out := findValue(what); len(out) > 0 {
				return out
			}
			what, _, _ = strings.Cut(what, "=")
		}
		return findHeaderParameter(what)
	}
	for _, sep := range []string{":", "="} {
		name, value, ok := strings.Cut(what, sep)
		if !ok {
			continue
		}
		name, value = strings.TrimSpace(name), strings.Trim(value, ` "`)
		if value != "" {
			if out := findValue(name + "=" + value); len(out) > 0 {
				return out
			}
		}
		if h := headerTable.find(name); h != nil && sep == ":" {
			return []Entry{h.Entry()}
		}
		if slices.ContainsFunc(kinds, func(k kind) bool { return slices.Contains(k.prefixes, strings.ToLower(name)) }) {
			return nil // one kind was asked for and has no such entry
		}
		return findBare(name)
	}
	return nil
}

// lookupBare asks all kinds.
func lookupBare(what string) []Entry {
	for _, version := range []string{"SIP/2.0 ", "sip/2.0 "} {
		what = strings.TrimPrefix(what, version)
	}
	return findBare(what)
}

func findBare(name string) []Entry {
	var out []Entry
	number := isNumber(name)
	for _, k := range kinds {
		if number && (k.name == "payload-type" || k.name == "value") {
			continue // numbers mean these only when one says so
		}
		found := k.find(name)
		if k.name == "header-parameter" && slices.ContainsFunc(out, func(e Entry) bool { return e.Kind == "digest" }) {
			continue // the header fields of authentication have it; one entry says so
		}
		out = append(out, found...)
	}
	return out
}
