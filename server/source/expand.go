package source

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// extensions are the files that a directory is searched for.
var extensions = map[string]bool{".sip": true, ".sipmsg": true, ".log": true, ".txt": true, ".trace": true}

// Expand calls yield for each text that an argument of the command line names:
// the argument itself, or, when it is a directory, the SIP files below it, sorted. A
// directory or file that can't be looked at is yielded as an error; the rest goes on.
// Folders whose names begin with a dot are left out, links are not followed.
func Expand(arg string, yield func(name string, err error) bool) {
	if arg == Stdin {
		yield(arg, nil)
		return
	}
	st, err := os.Stat(arg)
	if err != nil {
		yield("", describe(arg, err))
		return
	}
	if !st.IsDir() {
		yield(arg, nil)
		return
	}
	// With a separator behind it a link to a directory is the directory.
	root := strings.TrimRight(arg, string(filepath.Separator)) + string(filepath.Separator)
	_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			if !yield("", describe(path, err)) {
				return fs.SkipAll
			}
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			if path != root && strings.HasPrefix(d.Name(), ".") {
				return fs.SkipDir
			}
			return nil
		case !d.Type().IsRegular():
			return nil
		}
		ext := strings.ToLower(filepath.Ext(path))
		if !extensions[ext] && (ext != ".xml" || !isScenario(path)) {
			return nil
		}
		if !yield(path, nil) {
			return fs.SkipAll
		}
		return nil
	})
}

// isScenario reports whether an XML file is a SIPp scenario.
func isScenario(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return true // reading it will say why
	}
	defer f.Close()
	b := make([]byte, 4<<10)
	n, _ := f.Read(b)
	return bytes.Contains(b[:n], []byte("<scenario"))
}
