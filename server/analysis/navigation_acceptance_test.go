//go:build acceptance

package analysis_test

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// TestNavigationInSharedTexts checks all logs of the corpus and all torture messages, as they are, cut and damaged.
func TestNavigationInSharedTexts(t *testing.T) {
	files := 0
	for _, folder := range []string{"corpus", "torture"} {
		err := filepath.WalkDir(filepath.Join(shared(t), folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			files++
			random := rand.New(rand.NewPCG(1, uint64(files)))
			checkNavigation(t, snapshot(path, content), random, 50)
			for range min(10, 1<<20/(len(content)+1)) {
				damaged := bytes.Clone(content[random.IntN(len(content)/2+1):])
				for range 1 + len(damaged)/500 {
					if len(damaged) > 0 {
						damaged[random.IntN(len(damaged))] = "\r\n \t\"<>;,=[]\x00\xff:"[random.IntN(15)]
					}
				}
				checkNavigation(t, snapshot(path, damaged), random, 20)
			}
			if t.Failed() {
				t.Fatalf("in %s", path)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 100 {
		t.Errorf("%d files", files)
	}
}
