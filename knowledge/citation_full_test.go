//go:build acceptance

package knowledge

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	update   = flag.Bool("update", false, "write "+sectionsFile+" anew")
	rfcExtra = flag.String("rfc", "", "folder with texts of RFCs that the shared reference lacks")
)

// notInReference are RFCs that we cite and whose texts the shared reference
// lacks. Their lines in the frozen list were made with the flag -rfc and stay as they are without it.
var notInReference = []int{
	2198, 3108, 3389, 3407, 3605, 3611, 3952, 4040, 4103, 4145, 4298, 4567, 4568, 4570, 4573, 4574,
	4585, 4588, 4612, 4629, 4749, 4788, 4796, 4856, 4867, 5104, 5109, 5347, 5391, 5404, 5506, 5547,
	5574, 5576, 5577, 5761, 5763, 5939, 5993, 6184, 6189, 6190, 6236, 6416, 6466, 6714, 7273, 7587,
	7655, 7741, 7798, 8035, 8122, 8285, 8627, 8830, 8841, 8842, 8851, 8853, 8856, 8858, 8859, 8864,
	9143,
}

// rfcText returns the text of an RFC, "" when it is not here.
func rfcText(t testing.TB, number string) string {
	shared := os.Getenv("SIPLS_SHARED")
	if shared == "" {
		shared = "../../shared"
	}
	folder := filepath.Join(shared, "reference", "rfc")
	if _, err := os.Stat(folder); err != nil {
		t.Fatalf("the texts of the RFCs are missing (SIPLS_SHARED): %v", err)
	}
	for _, dir := range []string{folder, *rfcExtra} {
		if text, err := os.ReadFile(filepath.Join(dir, "rfc"+number+".txt")); err == nil && dir != "" {
			return string(text)
		}
	}
	return ""
}

type rfcSection struct {
	number, title string
	text          string // without subsections
}

var (
	rfcHeading  = regexp.MustCompile(`^((?:\d{1,2}|[A-Z])(?:\.\d{1,2})*)\.?\s+(\S.*)$`)
	rfcAppendix = regexp.MustCompile(`^(?:Appendix|APPENDIX|Annex) ([A-Z](?:\.\d+)*)[.:]?\s*(?:- )?(.*)$`)
	rfcMargin   = regexp.MustCompile(`^RFC \d+\s.*\d{4}$|\[Page \d+\]$`)
	rfcContents = regexp.MustCompile(`\.{3}|\. \. |\s{3,}\S`)
)

// rfcSections cuts the text of an RFC at its headings, which alone stand in the first column.
func rfcSections(text string) []rfcSection {
	var out []rfcSection
	var body strings.Builder
	flush := func() {
		if len(out) > 0 {
			out[len(out)-1].text = body.String()
		}
		body.Reset()
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(strings.ReplaceAll(line, "\f", ""), " \r\n")
		if rfcMargin.MatchString(line) {
			continue
		}
		m := rfcHeading.FindStringSubmatch(line)
		if m == nil {
			m = rfcAppendix.FindStringSubmatch(line)
		}
		if m != nil && !rfcContents.MatchString(m[2]) {
			flush()
			out = append(out, rfcSection{number: m[1], title: m[2]})
			continue
		}
		body.WriteString(line + "\n")
	}
	flush()
	return out
}

// library are the sections of all RFCs that were asked for.
type library map[string][]rfcSection

func (l library) sections(t testing.TB, number string) []rfcSection {
	s, ok := l[number]
	if !ok {
		if text := rfcText(t, number); text != "" {
			s = rfcSections(text)
		}
		l[number] = s
	}
	return s
}

// section returns title and text of a section with its subsections.
func (l library) section(t testing.TB, c Cite) (title, text string, ok bool) {
	var b strings.Builder
	for _, s := range l.sections(t, strings.TrimPrefix(c.Standard, "RFC ")) {
		switch {
		case s.number == c.Section && !ok:
			title, ok = s.title, true
		case !strings.HasPrefix(s.number, c.Section+"."):
			continue
		}
		b.WriteString(s.title + "\n" + s.text)
	}
	return title, b.String(), ok
}

func TestFrozenSectionsAreThoseOfTheTexts(t *testing.T) {
	lib := library{}
	frozen := map[Cite]string{}
	if _, err := os.Stat(sectionsFile); err == nil {
		frozen = sectionTitles(t)
	}
	want := map[string]string{}
	missing := map[int]bool{}
	for _, c := range citations(t) {
		number, ok := strings.CutPrefix(c.cite.Standard, "RFC ")
		if !ok || c.cite.Section == "" {
			continue
		}
		line := "RFC" + number + " " + c.cite.Section
		if lib.sections(t, number) == nil {
			n, _ := strconv.Atoi(number)
			missing[n] = true
			if frozen[c.cite] == "" {
				t.Errorf("%s: no text of %s here (flag -rfc)", c.where, c.cite.Standard)
			}
			want[line] = frozen[c.cite]
			continue
		}
		title, _, ok := lib.section(t, c.cite)
		if !ok {
			t.Errorf("%s: %s does not exist", c.where, c.cite)
			continue
		}
		want[line] = title
	}
	for n := range missing {
		if !slices.Contains(notInReference, n) {
			t.Errorf("the text of RFC %d is not in the reference: look the sections up, then note it in notInReference", n)
		}
	}
	for _, n := range notInReference {
		if !missing[n] && *rfcExtra == "" {
			t.Errorf("RFC %d is in the reference, or nothing cites it: take it out of notInReference", n)
		}
	}
	lines := make([]string, 0, len(want))
	for line, title := range want {
		lines = append(lines, line+"\t"+title)
	}
	slices.SortFunc(lines, compareSections)
	text := "# Titles of the sections of RFCs that files in knowledge cite. Written by: go test -tags acceptance ./knowledge -update\n" + strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile(sectionsFile, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(sectionsFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(got), text); diff != "" {
		t.Errorf("%s is not what the texts say (-update writes it):\n%s", sectionsFile, diff)
	}
}

// compareSections orders by RFC, then by section number.
func compareSections(a, b string) int {
	key := func(s string) string {
		place, _, _ := strings.Cut(s, "\t")
		doc, section, _ := strings.Cut(strings.TrimPrefix(place, "RFC"), " ")
		var k strings.Builder
		fmt.Fprintf(&k, "%5s", doc)
		for part := range strings.SplitSeq(section, ".") {
			fmt.Fprintf(&k, " %3s", part)
		}
		return k.String()
	}
	return strings.Compare(key(a), key(b))
}

var brokenWord = regexp.MustCompile(`-\n\s*`)

func TestSectionsNameWhatTheyAreCitedFor(t *testing.T) {
	lib := library{}
	checked := 0
	for _, c := range citations(t) {
		if c.thing == "" || c.cite.Section == "" {
			continue
		}
		_, text, ok := lib.section(t, c.cite)
		if !ok {
			continue // the test above reports it
		}
		checked++
		text = strings.Join(strings.Fields(brokenWord.ReplaceAllString(text, "-")), " ")
		if !strings.Contains(strings.ToLower(text), strings.ToLower(c.thing)) {
			t.Errorf("%s: %s does not name %q", c.where, c.cite, c.thing)
		}
	}
	if checked < 900 {
		t.Errorf("only %d citations have a name to look for", checked)
	}
}
