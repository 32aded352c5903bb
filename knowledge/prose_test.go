package knowledge

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"unicode/utf8"
)

var headerSectionOrder = []string{"What it is for", "What goes wrong", "How to read it", "Learn more"}

func TestEveryHeaderFileIsWellFormed(t *testing.T) {
	files, err := fs.Glob(headerFiles, "header/*.md")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 40 {
		t.Fatalf("%d files; forty header fields matter most", len(files))
	}
	for _, name := range files {
		t.Run(name, func(t *testing.T) {
			b, err := headerFiles.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			p, err := parseHeaderProse(string(b))
			if err != nil {
				t.Fatal(err)
			}
			if !utf8.Valid(b) || strings.Contains(string(b), "\r") {
				t.Error("not UTF-8 with LF line ends")
			}
			if want := "header/" + strings.ToLower(p.Header) + ".md"; name != want {
				t.Errorf("header is %q, its file must be %s", p.Header, want)
			}
			if h := headerTable.find(p.Header); h == nil || h.Name != p.Header {
				t.Errorf("header %q is not in header-fields.tsv", p.Header)
			}
			if p.Short == "" || len(p.References) == 0 {
				t.Error("short and refs must be there")
			}
			next := 0
			for _, sec := range p.Sections {
				at := next
				for at < len(headerSectionOrder) && headerSectionOrder[at] != sec.Title {
					at++
				}
				if at == len(headerSectionOrder) {
					t.Errorf("section %q is unknown or out of order", sec.Title)
					continue
				}
				next = at + 1
				if sec.Text == "" {
					t.Errorf("section %q is empty", sec.Title)
				}
			}
			for _, must := range []string{"What it is for", "What goes wrong", "Learn more"} {
				found := false
				for _, sec := range p.Sections {
					found = found || sec.Title == must
				}
				if !found {
					t.Errorf("section %q is missing", must)
				}
			}
		})
	}
}

// Two codes that can be explained by the same paragraph are not explained.
func TestNoTwoCodesShareAParagraph(t *testing.T) {
	seen := map[string]string{}
	for _, code := range StatusCodes() {
		for _, sec := range LookupStatus(code).Sections {
			if sec.Title == "Learn more" {
				continue // links are the same where the subject is
			}
			for p := range strings.SplitSeq(sec.Text, "\n") {
				p = strings.Join(strings.Fields(strings.TrimLeft(p, "-*# ")), " ")
				if p == "" {
					continue
				}
				here := fmt.Sprintf("status/%d.md, %s", code, sec.Title)
				if there, ok := seen[p]; ok {
					t.Errorf("%s and %s have the same paragraph: %q", there, here, p)
				}
				seen[p] = here
			}
		}
	}
}

func TestDialogEffectsAgreeWithStatusFiles(t *testing.T) {
	for _, d := range DialogEffects() {
		s := LookupStatus(d.Code)
		if s == nil {
			t.Errorf("dialog-effects.tsv: %d has no explanation", d.Code)
		} else if s.InDialog != string(d.Effect) {
			t.Errorf("status/%d.md: in_dialog is %q, dialog-effects.tsv (RFC 5057 section 5.1) says %q", d.Code, s.InDialog, d.Effect)
		}
	}
}

// The program is one file; knowledge must not make it heavy.
func TestEmbeddedFilesAreSmall(t *testing.T) {
	total := len(requiredHeaders)
	for _, folder := range []embed.FS{tableFiles, statusFiles, headerFiles, guideFiles} {
		err := fs.WalkDir(folder, ".", func(_ string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			info, err := d.Info()
			if err == nil {
				total += int(info.Size())
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if total < 100<<10 || total > 4<<20 {
		t.Errorf("%d bytes are embedded; 4 MiB is the limit", total)
	}
	t.Logf("%d bytes are embedded", total)
}
