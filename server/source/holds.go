package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// block is how much of a file is read at a time when it is only searched.
const block = 256 << 10

// Holds reports whether a file holds a word, reading it through one small block, so that gigabytes without it take
// no memory. Where begins, which sees the first bytes of the file, says no, it is true at once. Its error is that of Read.
func Holds(name string, word []byte, begins func(head []byte) bool) (bool, error) {
	f, err := os.Open(name)
	if err != nil {
		return false, describe(name, err)
	}
	defer f.Close()
	st, err := f.Stat()
	switch {
	case err != nil:
		return false, describe(name, err)
	case st.IsDir():
		return false, fmt.Errorf("%s: is a directory, not a file", name)
	case !st.Mode().IsRegular():
		return true, nil // a pipe is read once
	}
	b := make([]byte, block)
	kept := 0 // bytes of the block before, in which the word may begin
	for first := true; ; first = false {
		n, err := io.ReadFull(f, b[kept:])
		text := b[:kept+n]
		if first && (!begins(text) || isUTF16(text)) || bytes.Contains(text, word) {
			return true, nil
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return false, nil
		case err != nil:
			return false, describe(name, err)
		}
		kept = copy(b, text[len(text)-len(word)+1:])
	}
}
