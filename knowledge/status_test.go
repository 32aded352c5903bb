package knowledge

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// fullDepth are the codes whose explanation must have every part.
var fullDepth = []int{
	100, 180, 183, 200, 202, 300, 301, 302, 305, 380, 400, 401, 403, 404, 405, 407, 408, 415, 420, 422, 423,
	480, 481, 482, 483, 484, 486, 487, 488, 489, 491, 500, 501, 503, 504, 600, 603, 606,
}

var sectionOrder = []string{
	"Meaning", "When you see it", "How to fix it", "What the client does next", "Do not confuse with", "Vendor notes", "In PSTN terms", "Learn more",
}

func TestEveryStatusFileIsWellFormed(t *testing.T) {
	files, err := fs.Glob(statusFiles, "status/*.md")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 75 {
		t.Fatalf("%d files; the registry alone has 75 codes", len(files))
	}
	for _, name := range files {
		t.Run(name, func(t *testing.T) {
			b, err := statusFiles.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			s, err := parseStatus(string(b))
			if err != nil {
				t.Fatal(err)
			}
			if !utf8.Valid(b) || strings.Contains(string(b), "\r") {
				t.Error("not UTF-8 with LF line ends")
			}
			if s.Phrase == "" || s.Short == "" || len(s.References) == 0 {
				t.Error("phrase, short and refs must be there")
			}
			if class := ClassOf(s.Code); class != "" && s.Class != class {
				t.Errorf("class is %q, RFC 3261 section 7.2 says %q", s.Class, class)
			}
			for _, c := range s.Cites() {
				if c.Section == "" && strings.HasPrefix(c.Standard, "RFC ") {
					t.Errorf("%s has no section", c)
				}
			}
			at := -1
			for _, sec := range s.Sections {
				i := slices.Index(sectionOrder, sec.Title)
				if i <= at {
					t.Errorf("section %q is unknown or out of order", sec.Title)
				}
				at = i
				if sec.Text == "" {
					t.Errorf("section %q is empty", sec.Title)
				}
			}
			for _, must := range []string{"Meaning", "How to fix it", "Learn more"} {
				if s.Section(must) == "" && s.Registered {
					t.Errorf("section %q is missing", must)
				}
			}
			for _, o := range s.Similar {
				if o == s.Code || LookupStatus(o) == nil {
					t.Errorf("similar code %d has no explanation", o)
				}
			}
		})
	}
}

func TestFullDepth(t *testing.T) {
	for _, code := range fullDepth {
		s := LookupStatus(code)
		if s == nil {
			t.Errorf("%d is not explained", code)
			continue
		}
		for _, title := range sectionOrder[:5] {
			if s.Section(title) == "" {
				t.Errorf("%d has no section %q", code, title)
			}
		}
	}
}

func TestClassOf(t *testing.T) {
	for code, want := range map[int]string{
		99: "", 100: "provisional", 199: "provisional", 200: "success", 399: "redirection", 486: "client-error",
		504: "server-error", 699: "global-failure", 700: "",
	} {
		if got := ClassOf(code); got != want {
			t.Errorf("ClassOf(%d) = %q, want %q", code, got, want)
		}
	}
}

func TestParseStatusRejects(t *testing.T) {
	for name, text := range map[string]string{
		"no front matter":       "# 200\n",
		"endless front matter":  "---\ncode: 200\n",
		"unknown key":           "---\ncode: 200\ncolour: red\n---\n\n## Meaning\nx\n",
		"no sections":           "---\ncode: 200\n---\n\nx\n",
		"front matter not YAML": "---\ncode: [\n---\n\n## Meaning\nx\n",
	} {
		if _, err := parseStatus(text); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestCite(t *testing.T) {
	for in, want := range map[string][2]string{
		"RFC3261 22.3":   {"RFC 3261 section 22.3", "https://www.rfc-editor.org/rfc/rfc3261#section-22.3"},
		"RFC3261":        {"RFC 3261", "https://www.rfc-editor.org/rfc/rfc3261"},
		"ATIS-1000099":   {"ATIS-1000099", ""},
		" RFC6665 8.3.1": {"RFC 6665 section 8.3.1", "https://www.rfc-editor.org/rfc/rfc6665#section-8.3.1"},
	} {
		c := ParseCite(in)
		if c.String() != want[0] || c.URL() != want[1] {
			t.Errorf("ParseCite(%q) = %q, %q, want %q", in, c, c.URL(), want)
		}
	}
}

func BenchmarkStatuses(b *testing.B) {
	files, _ := fs.Glob(statusFiles, "status/*.md")
	for b.Loop() {
		for _, name := range files {
			text, _ := statusFiles.ReadFile(name)
			if _, err := parseStatus(string(text)); err != nil {
				b.Fatal(err)
			}
		}
	}
}
