package check

import (
	"bytes"

	"sipls/server/sip"
)

// maxPaired is how many challenges of a message are compared with each other.
const maxPaired = 16

// challengePairs calls yield for each two Digest challenges of the same header field and
// realm, the upper one first, until that returns false.
func challengePairs(m *sip.Message, yield func(upper, lower *sip.AuthValue) bool) {
	fields := 0
	for i := range m.Headers {
		if id := m.Headers[i].ID; id == sip.HeaderWWWAuthenticate || id == sip.HeaderProxyAuthenticate {
			fields++
		}
	}
	if fields < 2 {
		return
	}
	var all []sip.AuthValue
	a := m.AuthValues()
	for v := (sip.AuthValue{}); len(all) < maxPaired && a.Next(&v); {
		if v.IsChallenge() && isDigest(m, &v) && v.Has(sip.AuthRealm) {
			all = append(all, v)
		}
	}
	for lower := range all {
		for upper := range lower {
			u, l := &all[upper], &all[lower]
			if u.Header.ID == l.Header.ID && bytes.Equal(u.Unquoted(m, sip.AuthRealm), l.Unquoted(m, sip.AuthRealm)) && !yield(u, l) {
				return
			}
		}
	}
}
