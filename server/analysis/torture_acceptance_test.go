//go:build acceptance

package analysis_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"sipls/server/analysis"
	"sipls/server/check"
	"sipls/server/text"
)

// disagreements are vectors whose verdict in EXPECT.tsv is not ours: file, then who is right and why. Its verdicts
// of vectors come from a script. An entry that no longer disagrees fails the test.
var disagreements = map[string]string{
	"vectors/sofia-sip/003.sip": "we are: RFC 3891 section 3 wants a 400 for Replaces in a SUBSCRIBE; the script does not look at it",
	"vectors/ersip/029.sip":     "we are: RFC 6665 section 8.2 makes Event and Subscription-State mandatory in NOTIFY; the script does not look at them",
	"vectors/pjsip/001.sip":     "the stack: it takes a lone CR for a line end, as RFC 2543 allowed, and the message is right then; mixed line ends are a hint",
	"vectors/belle-sip/013.sip": "both: a text that begins with noise is no message file, and in a log nothing tells the broken request line from prose",
}

// TestTortureExpectations judges every file of EXPECT.tsv as a message file. What is valid, oddly or not, has no error. What is
// invalid has an error or a warning on the line that the row names.
func TestTortureExpectations(t *testing.T) {
	dir := shared(t)
	byFile := map[string][]map[string]string{}
	var files []string
	for _, row := range rows(t, dir, "torture", "EXPECT.tsv") {
		file := row["file"]
		if byFile[file] == nil {
			files = append(files, file)
		}
		byFile[file] = append(byFile[file], row)
	}
	if len(files) < 400 {
		t.Fatalf("only %d files", len(files))
	}
	parts := messageSlices(t, dir)
	used := map[string]bool{}
	for _, file := range files {
		j := judgedFile{file: file, slices: parts[file]}
		j.read(t, read(t, dir, "torture", file))
		var wrong []string
		for _, row := range byFile[file] {
			wrong = append(wrong, j.unlike(row)...)
		}
		if strings.HasPrefix(file, "vectors/") && disagreements[file] != "" {
			used[file] = len(wrong) > 0
			continue
		}
		for _, w := range wrong {
			t.Errorf("%s: %s", file, w)
		}
	}
	for file := range disagreements {
		if !used[file] {
			t.Errorf("%s is said to be disputed, but we agree with its verdict", file)
		}
	}
}

// messageSlices returns where each message of the flows begins and ends, by file.
func messageSlices(t *testing.T, dir string) map[string][][2]int {
	out := map[string][][2]int{}
	for _, row := range rows(t, dir, "torture", "FLOWS.tsv") {
		off, err := strconv.Atoi(row["offset"])
		n, err2 := strconv.Atoi(row["length"])
		if err != nil || err2 != nil {
			t.Fatal(row, err, err2)
		}
		out[row["file"]] = append(out[row["file"]], [2]int{off, off + n})
	}
	return out
}

// judgedFile is a file of messages with the findings in it.
type judgedFile struct {
	file     string
	doc      *text.Document
	slices   [][2]int
	findings []placed
}

// placed is a finding with the lines, counted from 1, on which it and the header field it is in begin.
type placed struct {
	check.Finding
	from        int // byte
	line, field int
}

func (j *judgedFile) read(t *testing.T, b []byte) {
	j.doc = text.New(b)
	s := analysis.New(analysis.Source{Name: j.file + ".sip"}, j.doc)
	all, err := s.Findings(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		from, _ := s.RefRange(f.At)
		p := placed{Finding: f, from: int(from), line: j.doc.LineAt(from) + 1}
		p.field = p.line
		m := s.Message(int(f.At.Msg.Seq))
		for _, h := range m.Headers {
			if h.Line.Off <= f.At.At.Off && f.At.At.Off < h.Line.End() {
				at, _ := s.Range(m, h.Line)
				p.field = j.doc.LineAt(at) + 1
			}
		}
		j.findings = append(j.findings, p)
	}
}

// sameDefect are files whose row names one defect by several lines: a version that Via repeats, an unknown method that CSeq does not
// repeat, and blanks in the empty line, which make all lines of the body header fields.
var sameDefect = map[string]bool{"rfc4475/badvers.dat": true, "rfc4475/mismatch02.dat": true, "vectors/jain-sip/013.sip": true}

var (
	lineNumbers  = regexp.MustCompile(`lines? ([0-9]+(?:,[0-9]+)*)`)
	missingField = regexp.MustCompile(`(?:^|;) missing ([a-z-]+)`)
	inMessage    = regexp.MustCompile(`^message ([0-9]+) \((.*?)\)(?:: (.*))?$`)
)

// unlike says where the findings contradict a row.
func (j *judgedFile) unlike(row map[string]string) []string {
	var out []string
	if row["verdict"] != "invalid" {
		for _, f := range j.findings {
			if row["verdict"] != "-" && f.Severity == check.Error && j.within(row["where"], &f) {
				out = append(out, fmt.Sprintf("%s, but line %d: error: %s [%s]", row["verdict"], f.line, f.Title, f.Rule.Name))
			}
		}
		return out
	}
	places := lineNumbers.FindAllString(row["where"], -1)
	if len(places) == 0 || sameDefect[row["file"]] {
		places = []string{row["where"]}
	}
	for _, place := range places {
		if !slices.ContainsFunc(j.findings, func(f placed) bool { return f.Severity <= check.Warning && j.named(row, place, &f) }) {
			out = append(out, fmt.Sprintf("nothing at %q says: %s; there is %q", place, row["problem"], j.said()))
		}
	}
	_, problem, _ := strings.Cut(row["problem"], "mandatory check:")
	problem, _, _ = strings.Cut(problem, "| odd:")
	for _, missing := range missingField.FindAllStringSubmatch(problem, -1) {
		title := "without " + missing[1]
		if !slices.ContainsFunc(j.findings, func(f placed) bool {
			return f.Severity <= check.Warning && j.within(row["where"], &f) && strings.HasSuffix(strings.ToLower(f.Title), strings.ToLower(title))
		}) {
			out = append(out, fmt.Sprintf("nothing says %q; there is %q", title, j.said()))
		}
	}
	return out
}

// said lists the errors and warnings in the file.
func (j *judgedFile) said() []string {
	var seen []string
	for _, f := range j.findings {
		if f.Severity <= check.Warning {
			seen = append(seen, fmt.Sprintf("%d %s", f.line, f.Rule.Name))
		}
	}
	sort.Strings(seen)
	const most = 6
	if len(seen) > most {
		seen = append(seen[:most], "...")
	}
	return seen
}

// within reports whether a finding is in the message that a row is about: one of several in a flow, or the whole file.
func (j *judgedFile) within(where string, f *placed) bool {
	at := inMessage.FindStringSubmatch(where)
	if at == nil {
		return true
	}
	n, _ := strconv.Atoi(at[1])
	m := j.slices[n-1]
	return m[0] <= f.from && f.from < m[1]
}

// lineText returns a line, counted from 1.
func (j *judgedFile) lineText(n int) string {
	return string(j.doc.Slice(j.doc.LineStart(n-1), j.doc.LineEnd(n-1)))
}

// named reports whether a finding is at a place that a row names.
func (j *judgedFile) named(row map[string]string, where string, f *placed) bool {
	if at := inMessage.FindStringSubmatch(where); at != nil {
		if !j.within(where, f) {
			return false
		}
		n, _ := strconv.Atoi(at[1])
		want := at[3]
		if want == "" && strings.HasSuffix(row["problem"], " missing") {
			return f.line == j.doc.LineAt(text.Offset(j.slices[n-1][0]))+1
		}
		for _, line := range []int{f.line, f.field} {
			if strings.HasPrefix(j.lineText(line), want) {
				return true
			}
		}
		return false
	}
	if where == "start line" || where == "end of file" {
		// What is missing is missed on the start line, a body that is too short on Content-Length.
		first := 1
		for first < j.doc.LineCount() && strings.TrimSpace(j.lineText(first)) == "" {
			first++
		}
		return f.line == first || where == "end of file" && strings.HasPrefix(f.Rule.Name, "content-length")
	}
	lines := lineNumbers.FindAllStringSubmatch(where, -1)
	if lines == nil {
		return true
	}
	for _, l := range lines {
		for _, n := range strings.Split(l[1], ",") {
			n, _ := strconv.Atoi(n)
			if slices.Contains([]int{f.line, f.field}, n) {
				return true
			}
		}
	}
	return false
}
