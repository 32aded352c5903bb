package sip

import "bytes"

// lineReader finds the lines of a text one after the other. It looks for each LF
// once, so that a text in which CR alone ends the lines is read in linear time too.
type lineReader struct {
	text []byte
	lf   int // no LF stands between the last line that was read and lf
}

// read returns the end of the line that starts at `at` (without its line end: LF,
// CR LF or CR) and the start of the next one. `at` must not go back.
func (r *lineReader) read(at int) (end, next int) {
	if r.lf <= at {
		r.lf = len(r.text)
		if i := bytes.IndexByte(r.text[at:], '\n'); i >= 0 {
			r.lf = at + i
		}
	}
	end, next = r.lf, min(r.lf+1, len(r.text))
	if i := bytes.IndexByte(r.text[at:end], '\r'); i >= 0 {
		if at+i+1 < end || end == next {
			next = at + i + 1
		}
		end = at + i
	}
	return end, next
}
