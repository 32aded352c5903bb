package main

import (
	"bufio"
	"io"
	"os"
	"path/filepath"

	"sipls/server/scenario"
)

const megabyte = 1 << 20

// writeLog writes a generated text into a file of dir and returns its name.
func writeLog(dir, name string, generate func(io.Writer) error) (string, error) {
	path := filepath.Join(dir, name)
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	w := bufio.NewWriter(f)
	if err := generate(w); err != nil {
		f.Close()
		return "", err
	}
	if err := w.Flush(); err != nil {
		f.Close()
		return "", err
	}
	return path, f.Close()
}

// mixed returns what writes a log of all formats of the options.
func (o options) mixed(size, noise int) func(io.Writer) error {
	return func(w io.Writer) error {
		return scenario.WriteMix(w, scenario.Mix{Size: int64(size) * megabyte, Noise: noise, Formats: o.formats, Seed: o.seed})
	}
}
