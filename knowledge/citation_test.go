package knowledge

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// citation is one place in a standard that our data or prose name.
type citation struct {
	where string // file and row or line
	cite  Cite
	thing string // what the section must name; "" when there is no name to look for
}

// citations returns those of all tables and Markdown files.
func citations(t testing.TB) []citation {
	var out []citation
	add := func(where string, cites []Cite, thing string) {
		for _, c := range cites {
			out = append(out, citation{where, c, thing})
		}
	}
	for _, h := range HeaderFields() {
		thing := h.Name
		if strings.Contains(thing, "*") {
			thing = ""
		}
		add("tables/header-fields.tsv: "+h.Name, h.Cites, thing)
	}
	for _, p := range HeaderParameters() {
		thing := p.Name
		if strings.Contains(thing, "*") {
			thing = ""
		}
		add("tables/header-parameters.tsv: "+p.Header+";"+p.Name, p.Cites, thing)
	}
	for _, p := range URIParameters() {
		add("tables/uri-parameters.tsv: "+p.Name, p.Cites, p.Name)
	}
	for _, v := range Values() {
		add("tables/enumerated-values.tsv: "+v.key(), v.Cites, v.Value)
	}
	for _, m := range Methods() {
		add("tables/methods.tsv: "+m.Name, m.Cites, m.Name)
	}
	for _, o := range OptionTags() {
		add("tables/option-tags.tsv: "+o.Name, o.Cites, o.Name)
	}
	for _, e := range EventPackages() {
		add("tables/event-packages.tsv: "+e.Name, e.Cites, e.Name)
	}
	for _, w := range Warnings() {
		add(fmt.Sprintf("tables/warn-codes.tsv: %d", w.Code), w.Cites, fmt.Sprint(w.Code))
	}
	for _, r := range ReasonProtocols() {
		add("tables/reason-protocols.tsv: "+r.Name, r.Cites, r.Name)
	}
	for _, p := range PrivacyValues() {
		add("tables/privacy-values.tsv: "+p.Name, p.Cites, p.Name)
	}
	for _, x := range Timers() {
		thing := ""
		if x.title() != x.Name {
			thing = x.title()
			if len(x.Name) == 2 {
				thing = x.Name
			}
		}
		add("tables/timers.tsv: "+x.Name, x.Cites, thing)
	}
	for _, d := range DigestRules() {
		thing := d.Name
		if d.Type == "rule" {
			thing = ""
		}
		add("tables/digest.tsv: "+d.Name, d.Cites, thing)
	}
	for _, c := range Causes() {
		thing := ""
		if strings.HasPrefix(c.SIPNote, "default") {
			thing = "500" // the section says what becomes of causes it does not list
		} else if c.Standard {
			thing = fmt.Sprint(c.Value)
		}
		add(fmt.Sprintf("tables/q850-causes.tsv: %d", c.Value), c.Cites, thing)
	}
	for _, m := range CauseMappings() {
		thing := fmt.Sprint(m.Code)
		if m.Cause == 0 || m.Default || strings.Contains(m.Note, "RFC prints") {
			thing = ""
		}
		add(fmt.Sprintf("tables/sip-to-q850.tsv: %d", m.Code), m.Cites, thing)
	}
	for _, d := range DialogEffects() {
		add(fmt.Sprintf("tables/dialog-effects.tsv: %d", d.Code), d.Cites, fmt.Sprint(d.Code))
	}
	for _, x := range Failures() {
		add("tables/failures.tsv: "+x.Slug, x.Cites, "")
	}
	for _, l := range SDPLines() {
		add("tables/sdp-lines.tsv: "+l.Type, l.Cites, l.Type+"=")
	}
	for _, a := range SDPAttributes() {
		add("tables/sdp-attributes.tsv: "+a.Name, a.Cites, a.Name)
	}
	for _, c := range Codecs() {
		add("tables/codecs.tsv: "+c.Name, c.Cites, c.Name)
	}
	for _, p := range PayloadTypes() {
		add(fmt.Sprintf("tables/payload-types.tsv: %d", p.Number), p.Cites, p.Codec)
	}
	for _, r := range Requirements() {
		add("required-headers.tsv: "+r.Row+" "+r.Header.String(), r.Cites, "")
	}
	for _, code := range StatusCodes() {
		s := LookupStatus(code)
		thing := ""
		if s.Registered {
			thing = fmt.Sprint(code)
		}
		// The first place defines the code, the others are about what it has to do with.
		if cites := s.Cites(); len(cites) > 0 {
			add(fmt.Sprintf("status/%d.md: refs", code), cites[:1], thing)
		}
	}
	for _, h := range HeaderFields() {
		if p := h.Prose(); p != nil && len(p.References) > 0 {
			add("header/"+strings.ToLower(h.Name)+".md: refs", []Cite{ParseCite(p.References[0])}, h.Name)
		}
	}
	for _, folder := range []struct {
		fs   embed.FS
		glob string
	}{{statusFiles, "status/*.md"}, {headerFiles, "header/*.md"}, {guideFiles, "compare/*.md"}} {
		files, err := fs.Glob(folder.fs, folder.glob)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			text, err := folder.fs.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for line := range strings.Lines(string(text)) {
				n++
				add(fmt.Sprintf("%s:%d", name, n), citesIn(line), "")
			}
		}
	}
	return out
}

var (
	citeInWords = regexp.MustCompile(`\bRFC (\d+),? (?:(?:section|sections|appendix) ([A-Z](?:\.\d+)*|\d+(?:\.\d+)*)|(\d+(?:\.\d+)+))`)
	citeInRefs  = regexp.MustCompile(`\bRFC(\d+) ([A-Z](?:\.\d+)*|\d+(?:\.\d+)*)\b`)
	citeInURL   = regexp.MustCompile(`rfc-editor\.org/rfc/rfc(\d+)#(?:section|appendix)-([A-Z](?:\.\d+)*|\d+(?:\.\d+)*)`)
)

// citesIn finds places of RFCs in prose, front matter and links.
func citesIn(line string) []Cite {
	var out []Cite
	for _, re := range []*regexp.Regexp{citeInWords, citeInRefs, citeInURL} {
		for _, m := range re.FindAllStringSubmatch(line, -1) {
			section := m[2]
			if len(m) > 3 {
				section += m[3]
			}
			out = append(out, Cite{"RFC " + m[1], section})
		}
	}
	return out
}

const sectionsFile = "testdata/sections.txt"

// sectionTitles reads the frozen list of the sections we cite.
func sectionTitles(t testing.TB) map[Cite]string {
	t.Helper()
	text, err := os.ReadFile(sectionsFile)
	if err != nil {
		t.Fatal(err)
	}
	out := map[Cite]string{}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		place, title, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		out[ParseCite(place)] = title
	}
	return out
}

func TestEverySectionCitedExists(t *testing.T) {
	titles := sectionTitles(t)
	for _, c := range citations(t) {
		if strings.HasPrefix(c.cite.Standard, "RFC ") && c.cite.Section != "" && titles[c.cite] == "" {
			t.Errorf("%s: %s is not in %s; does it exist? `go test -tags acceptance ./knowledge -update` looks it up", c.where, c.cite, sectionsFile)
		}
	}
}

func TestCitesIn(t *testing.T) {
	for line, want := range map[string]string{
		"see RFC 3261 section 21.4.8, and RFC 3398 8.2.6.1":                           "RFC 3261 section 21.4.8; RFC 3398 section 8.2.6.1",
		"refs: [RFC3261 21.4.8, RFC3329 A]":                                           "RFC 3261 section 21.4.8; RFC 3329 section A",
		"- [RFC 3261 section 9](https://www.rfc-editor.org/rfc/rfc3261#section-9.1)":  "RFC 3261 section 9; RFC 3261 section 9.1",
		"RFC 3261 allows 8 of them; a phone of RFC 2543 times":                        "",
		"RFC 3261 appendix A; [x](https://www.rfc-editor.org/rfc/rfc3261#appendix-A)": "RFC 3261 section A; RFC 3261 section A",
	} {
		var got []string
		for _, c := range citesIn(line) {
			got = append(got, c.String())
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("citesIn(%q) = %q, want %q", line, got, want)
		}
	}
}

func TestOnlyUnverifiedRowsCiteWholeRFCs(t *testing.T) {
	for _, e := range allEntries() {
		for _, c := range e.Cites {
			if e.Verified && strings.HasPrefix(c.Standard, "RFC ") && c.Section == "" {
				t.Errorf("%s: %s has no section", e.Key, c)
			}
		}
	}
}
