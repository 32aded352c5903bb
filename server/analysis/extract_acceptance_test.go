//go:build acceptance

package analysis_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestExtractSharedTexts takes every call out of the logs of the corpus and of the flows.
func TestExtractSharedTexts(t *testing.T) {
	for _, folder := range []string{"corpus", "torture/flows"} {
		err := filepath.WalkDir(filepath.Join(shared(t), folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if strings.HasSuffix(path, "jain-sip-torture-1.xml") {
				// Nothing but the start line of the next one ends this message.
				content = []byte(strings.Replace(string(content), "\nContent-Length: 0\nINVITE", "\nContent-Length: 0\n\nINVITE", 1))
			}
			checkExtract(t, content, path)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
