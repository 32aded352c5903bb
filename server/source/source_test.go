package source

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func write(t *testing.T, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	big := strings.Repeat("0123456789abcdef", 20_000)
	for name, content := range map[string]string{"empty.log": "", "binary.log": "\x00\xff\r\n", "big.log": big} {
		path := write(t, dir, name, content)
		got, err := Read(path, nil)
		if err != nil || string(got) != content {
			t.Errorf("%s: %d bytes, %v; want %d", name, len(got), err, len(content))
		}
	}
	if got, err := Read(Stdin, strings.NewReader(big)); err != nil || string(got) != big {
		t.Errorf("standard input: %d bytes, %v", len(got), err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the cable is cut") }

func TestReadErrorsNameTheFileAndTheWayOut(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		name string
		in   string
		want string
	}{
		{"missing file", filepath.Join(dir, "no.log"), "no.log: there is no such file; check the name"},
		{"directory", dir, "is a directory, not a file"},
		{"standard input that fails", Stdin, "standard input: the cable is cut"},
	} {
		_, err := Read(c.in, broken{})
		if err == nil || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%s: error %v, want ... %s", c.name, err, c.want)
		}
	}
}

func TestReadUnreadable(t *testing.T) {
	if os.Geteuid() == 0 || runtime.GOOS == "windows" {
		// Root reads everything: the error that the system would give is made here.
		err := describe("secret.log", &os.PathError{Op: "open", Path: "secret.log", Err: os.ErrPermission})
		if err.Error() != "secret.log: may not be read; check its permissions" {
			t.Errorf("error %v", err)
		}
		return
	}
	path := write(t, t.TempDir(), "secret.log", "x")
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path, nil); err == nil || !strings.Contains(err.Error(), "may not be read") {
		t.Errorf("error %v", err)
	}
}

func expand(arg string) (names []string, errs []string) {
	Expand(arg, func(name string, err error) bool {
		if err != nil {
			errs = append(errs, err.Error())
		} else {
			names = append(names, name)
		}
		return true
	})
	return names, errs
}

func TestExpandDirectory(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"b.log": "", "a.sip": "", "c.SIPMSG": "", "d.txt": "", "e.trace": "", "notes.md": "", "f.go": "",
		"uac.xml": "<?xml version=\"1.0\"?>\n<!-- uac -->\n<scenario name=\"x\">", "pom.xml": "<project/>",
		"sub/deep.log": "", ".git/x.log": "", ".hidden.log": "",
	} {
		write(t, dir, name, content)
	}
	if err := os.Symlink(dir, filepath.Join(dir, "loop")); err != nil && runtime.GOOS != "windows" {
		t.Fatal(err)
	}
	names, errs := expand(dir)
	for i := range names {
		names[i], _ = filepath.Rel(dir, names[i])
		names[i] = filepath.ToSlash(names[i])
	}
	want := []string{".hidden.log", "a.sip", "b.log", "c.SIPMSG", "d.txt", "e.trace", "sub/deep.log", "uac.xml"}
	if d := cmp.Diff(want, names); d != "" || errs != nil {
		t.Errorf("files (-want +got):\n%s%v", d, errs)
	}
}

func TestExpandNames(t *testing.T) {
	dir := t.TempDir()
	named := write(t, dir, "anything.xyz", "")
	for _, arg := range []string{named, Stdin} {
		if names, errs := expand(arg); len(names) != 1 || names[0] != arg || errs != nil {
			t.Errorf("Expand(%q) = %v, %v", arg, names, errs)
		}
	}
	if names, errs := expand(filepath.Join(dir, "missing")); names != nil || len(errs) != 1 || !strings.Contains(errs[0], "no such file") {
		t.Errorf("missing: %v, %v", names, errs)
	}
	n := 0
	write(t, dir, "a.log", "")
	write(t, dir, "b.log", "")
	Expand(dir, func(string, error) bool { n++; return false })
	if n != 1 {
		t.Errorf("went on %d times after false", n)
	}
}

func TestReadGrowsWithWhatComes(t *testing.T) {
	// A size of 0 is what pipes and files under /proc report.
	got, err := readAll("pipe", bytes.NewReader(make([]byte, 200_000)), 0)
	if err != nil || len(got) != 200_000 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if _, err := readAll("huge.log", nil, maxSize+1); err == nil || !strings.Contains(err.Error(), "huge.log: is larger than 4 GiB") {
		t.Errorf("error %v", err)
	}
}
