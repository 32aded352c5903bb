package sip

import (
	"strings"
	"testing"
)

func TestLookupHeader(t *testing.T) {
	seen := map[string]HeaderID{}
	for id := HeaderOther + 1; id < headerCount; id++ {
		if id.String() == "" {
			t.Errorf("header %d has no name", id)
		}
		for _, name := range []string{id.String(), id.Compact()} {
			if name == "" {
				continue
			}
			if other, ok := seen[strings.ToLower(name)]; ok {
				t.Errorf("%q names %v and %v", name, other, id)
			}
			seen[strings.ToLower(name)] = id
			for _, n := range []string{name, strings.ToLower(name), strings.ToUpper(name)} {
				if got := LookupHeader([]byte(n)); got != id {
					t.Errorf("%q is %v, want %v", n, got, id)
				}
			}
			if len(name) > maxHeaderName {
				t.Errorf("%q is longer than %d", name, maxHeaderName)
			}
			if len(name) > 1 {
				for _, n := range []string{name + "x", name[1:] + "\x00", "\x80" + name[1:]} {
					if got := LookupHeader([]byte(n)); got != HeaderOther {
						t.Errorf("%q is %v", n, got)
					}
				}
			}
		}
	}
	for _, n := range []string{"", "q", "z", "X-Foo", " To", "To ", strings.Repeat("a", 300)} {
		if got := LookupHeader([]byte(n)); got != HeaderOther {
			t.Errorf("%q is %v", n, got)
		}
	}
	if HeaderOther.String() != "" || HeaderOther.Compact() != "" {
		t.Error("HeaderOther has a name")
	}
}

func TestEqualFold(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"", "", true}, {"To", "tO", true}, {"to", "t", false}, {"@", "`", false}, {"[", "{", false}, {"K", "\u212a", false}, {"\xe4", "\xc4", false}, {"a1-", "A1-", true}, {"\x00", " ", false},
	} {
		if got := EqualFold([]byte(c.a), c.b); got != c.want {
			t.Errorf("%q and %q: %v", c.a, c.b, got)
		}
	}
}

func TestIsToken(t *testing.T) {
	for s, want := range map[string]bool{"": false, "INVITE": true, "a-.!%*_+`'~9": true, "a b": false, "a/b": false, "a\"": false, "é": false, "a:b": false} {
		if got := IsToken([]byte(s)); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}
