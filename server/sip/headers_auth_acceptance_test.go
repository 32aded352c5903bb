//go:build acceptance

package sip

import (
	"strconv"
	"strings"
	"testing"
)

// The verdicts are about the grammar: which parameters Digest needs is for the rules.
func TestAuthValuesOfOtherStacks(t *testing.T) {
	fields := map[string]string{
		"authorization": "Authorization: ", "proxy_authorization": "Proxy-Authorization: ", "proxy-authorization": "Proxy-Authorization: ",
		"www-authenticate": "WWW-Authenticate: ", "www_authenticate": "WWW-Authenticate: ",
		"proxy_authenticate": "Proxy-Authenticate: ", "proxy-authenticate": "Proxy-Authenticate: ",
		"authentication_info": "Authentication-Info: ", "authentication-info": "Authentication-Info: ",
	}
	n := 0
	for _, row := range rows(t, "torture", "HEADERS.tsv") {
		id, kind, verdict := row[0], row[2], row[4]
		field, ok := fields[kind]
		if !ok || verdict != "valid" && verdict != "invalid" {
			continue
		}
		n++
		value, err := strconv.Unquote(`"` + strings.ReplaceAll(row[3], `"`, `\x22`) + `"`)
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		if !strings.HasPrefix(strings.ToLower(value), strings.ToLower(field[:len(field)-1])) {
			value = field + value
		}
		m := withFields(value)
		right := true
		r := m.ReadAuth(&m.Headers[0])
		for p := (AuthPart{}); r.Next(&p); {
			right = right && p.Err == nil && !p.NoComma && !p.Joined
		}
		if right != (verdict == "valid") {
			t.Errorf("%s is %s, but the grammar says %t: %s", id, verdict, right, value)
		}
	}
	if n < 15 {
		t.Errorf("%d rows", n)
	}
}
