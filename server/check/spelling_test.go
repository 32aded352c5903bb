package check

import "testing"

func TestOneTypingErrorPartsNames(t *testing.T) {
	for _, c := range []struct {
		written, name string
		want          bool
	}{
		{"Contant-Length", "Content-Length", true},
		{"Max-Forward", "Max-Forwards", true},
		{"Max-Forwardss", "Max-Forwards", true},
		{"max-frowards", "Max-Forwards", true},
		{"ivnite", "INVITE", true},
		{"NVITE", "INVITE", true},
		{"aa", "a", true},
		{"", "a", true},
		{"Max-Forwards", "Max-Forwards", false},
		{"max-forwards", "Max-Forwards", false},
		{"Max-For", "Max-Forwards", false},
		{"Contact", "Content", false},
		{"abab", "baba", false},
		{"", "", false},
	} {
		if got := oneError([]byte(c.written), c.name); got != c.want {
			t.Errorf("oneError(%q, %q) = %t", c.written, c.name, got)
		}
	}
}

func TestShortNamesAreNotGuessed(t *testing.T) {
	names := nameSet{2: {"To"}, 4: {"From"}, 8: {"Reply-To"}}
	for written, want := range map[string]string{"Tp": "", "Form": "From", "Fro": "From", "Frmo": "From", "Reply-Too": "Reply-To"} {
		if got := names.oneOff([]byte(written), 4); got != want {
			t.Errorf("oneOff(%q) = %q, want %q", written, got, want)
		}
	}
}
