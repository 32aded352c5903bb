package check

import (
	"strings"
	"testing"

	"sipls/server/sip"
)

func TestTemplate(t *testing.T) {
	for _, c := range []struct{ in, plain, snippet string }{
		{"70", "70", "70"},
		{`Digest realm="{realm}", nonce="{nonce}"`, `Digest realm="realm", nonce="nonce"`, `Digest realm="${1:realm}", nonce="${2:nonce}"`},
		{"{INVITE, ACK}", "INVITE, ACK", "${1:INVITE, ACK}"},
		{`a$b\c`, `a$b\c`, `a\$b\\c`},
		{"open {brace", "open {brace", "open {brace"},
		{"shut} {x}", "shut} {x}", `shut\} {x\}`},
		{"", "", ""},
	} {
		got := ParseTemplate(c.in)
		if got.String() != c.plain || got.Snippet() != c.snippet {
			t.Errorf("%q: %q and %q, want %q and %q", c.in, got.String(), got.Snippet(), c.plain, c.snippet)
		}
	}
	if s := Literal("a{b}$").Snippet(); s != `a{b\}\$` {
		t.Errorf("literal text becomes the snippet %q", s)
	}
}

func TestInsertionPoint(t *testing.T) {
	const start = "SIP/2.0 407 Proxy Authentication Required\r\n"
	for _, c := range []struct {
		name, fields string
		id           sip.HeaderID
		behind       string
	}{
		{"no header field yet", "", sip.HeaderProxyAuthenticate, "SIP/2.0 407"},
		{"behind Contact, before the body's fields", "Via: x\r\nCSeq: 1 INVITE\r\nContact: <sip:a>\r\nContent-Length: 0\r\n", sip.HeaderProxyAuthenticate, "Contact:"},
		{"a Via goes before everything else", "From: a\r\nTo: b\r\n", sip.HeaderVia, "SIP/2.0 407"},
		{"behind the Vias there are", "Via: x\r\nVia: y\r\nFrom: a\r\n", sip.HeaderMaxForwards, "Via: y"},
		{"behind a folded field", "Via: x\r\nSubject: a\r\n b\r\nContent-Type: text/plain\r\n", sip.HeaderAllow, "Subject:"},
		{"the body's fields stand last", "Via: x\r\nUser-Agent: u\r\n", sip.HeaderContentLength, "User-Agent:"},
	} {
		m := sip.Parse([]byte(start + c.fields + "\r\n"))
		got := string(m.Bytes(insertionPoint(m, c.id)))
		if !strings.HasPrefix(got, c.behind) {
			t.Errorf("%s: behind %q, want %q", c.name, got, c.behind)
		}
	}
}

// hasCheck reports whether a rule has what its scope asks for.
func hasCheck(r *Rule) bool {
	switch r.Scope {
	case Message:
		return r.Check != nil && r.Needs != 0 && r.CheckCall == nil && r.CheckTrace == nil
	case Trace:
		return r.CheckTrace != nil && r.Check == nil && r.CheckCall == nil
	}
	return r.CheckCall != nil && r.Check == nil && r.CheckTrace == nil
}

func TestRulesAreWellFormed(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules() {
		if r.Name == "" || seen[r.Name] || strings.ToLower(r.Name) != r.Name || strings.ContainsAny(r.Name, " _.") {
			t.Errorf("%q is no unique kebab-case name", r.Name)
		}
		seen[r.Name] = true
		if r.Doc.Title == "" || r.Doc.Text == "" || len(r.Cites) == 0 || r.Cases == nil || !hasCheck(r) {
			t.Errorf("%s: documentation, standard, check, cases and needs must be there", r.Name)
		}
		if Lookup(r.Name) != r {
			t.Errorf("%s is not found by its name", r.Name)
		}
	}
	if Lookup("no-such-rule") != nil {
		t.Error("a rule that does not exist is found")
	}
}

func TestRunWithholdsWhatANeedForbids(t *testing.T) {
	text := []byte("SIP/2.0 407 x\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=1\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n")
	for _, c := range []struct {
		name string
		head sip.Completeness
		form sip.Form
		want bool
	}{
		{"whole", sip.Whole, sip.Full, true},
		{"cut", sip.Cut, sip.Full, false},
		{"masked", sip.Masked, sip.Full, false},
		{"unknown", sip.Unknown, sip.Full, false},
		{"summary", sip.Whole, sip.Summary, false},
	} {
		m := sip.Parse(text)
		m.Head.Is, m.Tail.Is, m.Form = c.head, sip.Whole, c.form
		found := false
		Run(&Subject{Message: m}, func(f Finding) { found = found || f.Rule.Name == "407-without-proxy-authenticate" })
		if found != c.want {
			t.Errorf("%s: reported is %t, want %t", c.name, found, c.want)
		}
	}
}

func BenchmarkRun(b *testing.B) {
	m := sip.Parse([]byte("INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK74bf9\r\nMax-Forwards: 70\r\nFrom: <sip:alice@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\nContact: <sip:alice@192.0.2.1>\r\nContent-Length: 0\r\n\r\n"))
	m.Head.Is, m.Tail.Is = sip.Whole, sip.Whole
	s := &Subject{Message: m}
	for b.Loop() {
		s.facts = facts{}
		Run(s, func(f Finding) { b.Fatal(f.Message()) })
	}
}
