//go:build acceptance

package sip

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// shared returns the path of a file in the shared folder, SIPLS_SHARED or beside the checkout.
func shared(tb testing.TB, elem ...string) string {
	tb.Helper()
	dir := os.Getenv("SIPLS_SHARED")
	if dir == "" {
		dir = "../../../shared"
	}
	if _, err := os.Stat(filepath.Join(dir, "corpus", "INDEX.tsv")); err != nil {
		tb.Fatalf("the acceptance tests need the shared corpus; set SIPLS_SHARED: %v", err)
	}
	return filepath.Join(append([]string{dir}, elem...)...)
}

func rows(tb testing.TB, elem ...string) [][]string {
	tb.Helper()
	b, err := os.ReadFile(shared(tb, elem...))
	if err != nil {
		tb.Fatal(err)
	}
	var out [][]string
	for line := range strings.Lines(string(b)) {
		if !strings.HasPrefix(line, "#") {
			out = append(out, strings.Split(strings.TrimRight(line, "\r\n"), "\t"))
		}
	}
	return out[1:]
}

func TestRegisteredHeaderFieldsAreKnown(t *testing.T) {
	for _, row := range rows(t, "reference", "header-fields.tsv") {
		name, compact := row[0], row[1]
		if strings.ContainsAny(name, "*/") {
			continue // a family of fields
		}
		if compact == "-" {
			compact = ""
		}
		id := LookupHeader([]byte(name))
		if id == HeaderOther {
			t.Errorf("%s is not known", name)
			continue
		}
		if id.String() != name {
			t.Errorf("%s is spelt %s", name, id)
		}
		if id.Compact() != compact {
			t.Errorf("the compact form of %s is %q, not %q", name, compact, id.Compact())
		}
	}
}

func TestSameAsSipgoOnTheFlows(t *testing.T) {
	n := 0
	for _, row := range rows(t, "torture", "FLOWS.tsv") {
		if strings.Contains(row[0], "as-printed") {
			continue
		}
		b, err := os.ReadFile(shared(t, "torture", row[0]))
		if err != nil {
			t.Fatal(err)
		}
		off, _ := strconv.Atoi(row[2])
		size, _ := strconv.Atoi(row[3])
		checkSameAsSipgo(t, b[off:off+size])
		n++
	}
	if n < 300 {
		t.Errorf("%d messages", n)
	}
}

// The parser tests of other stacks: elements tile whatever it is.
func TestVectorsAreLossless(t *testing.T) {
	for _, folder := range []string{"vectors/*", "rfc4475"} {
		files, err := filepath.Glob(shared(t, "torture", folder, "*"))
		if err != nil || len(files) < 20 {
			t.Fatalf("%d files, %v", len(files), err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			checkElements(t, Parse(b))
		}
	}
}
