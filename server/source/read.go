package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// Stdin is the name that stands for standard input.
const Stdin = "-"

// maxSize is the most bytes read of one text. Positions would allow more, memory rarely does.
const maxSize = 4 << 30

// Read returns the bytes of a file, or of standard input for "-". Its error names
// the file and says what can be done.
func Read(name string, stdin io.Reader) ([]byte, error) {
	if name == Stdin {
		return readAll("standard input", stdin, 0)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, describe(name, err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, describe(name, err)
	}
	if st.IsDir() {
		return nil, fmt.Errorf("%s: is a directory, not a file", name)
	}
	return readAll(name, f, st.Size())
}

func readAll(name string, r io.Reader, size int64) ([]byte, error) {
	if size > maxSize {
		return nil, tooBig(name)
	}
	// One byte more than the file has, so that the end is seen without growing.
	b := make([]byte, 0, max(size+1, 64<<10))
	for {
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch {
		case errors.Is(err, io.EOF):
			return decodeUTF16(b), nil
		case err != nil:
			return nil, describe(name, err)
		case len(b) > maxSize:
			return nil, tooBig(name)
		case len(b) == cap(b):
			b = append(b, 0)[:len(b)]
		}
	}
}

func tooBig(name string) error {
	return fmt.Errorf("%s: is larger than %d GiB; cut out the part you need, for example with grep -A 60 on its Call-ID", name, maxSize>>30)
}

// describe says what went wrong with a file, in words, and what can be done.
func describe(name string, err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: there is no such file; check the name", name)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s: may not be read; check its permissions", name)
	}
	return fmt.Errorf("%s: %s", name, strings.TrimSpace(err.Error()))
}
