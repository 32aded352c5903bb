package scenario

import (
	"fmt"
	"io"
	"strconv"
	"time"
)

// Noise writes exactly size bytes of log lines of a busy machine without any
// SIP message: times, levels, names, numbers, now and then colour sequences, a
// lone CR, bytes that are not UTF-8, a line of some kilobytes. The last line may
// be cut. The same seed gives the same bytes. An error is that of w.
func Noise(w io.Writer, size int64, seed uint64) error {
	return fill(w, size, newNoise(newSource(seed, "noise")).append)
}

// noise makes lines without SIP, one after the other in time.
type noise struct {
	source
	texts []string
	at    time.Time
}

func newNoise(s source) *noise {
	n := &noise{s, make([]string, 500), base}
	for i := range n.texts {
		n.texts[i] = s.sentence(3 + s.IntN(12))
	}
	return n
}

func (s *noise) append(dst []byte) []byte {
	s.at = s.at.Add(s.Duration(40 * time.Millisecond))
	dst = append(appendDate(dst, s.at, '-'), ' ')
	dst = append(appendClockMicros(dst, s.at), " ["...)
	dst = append(append(dst, [...]string{"DEBUG", "INFO", "NOTICE", "WARNING", "ERR"}[s.IntN(5)]...), "] "...)
	dst = append(append(dst, noiseWords[s.IntN(len(noiseWords))]...), ".c:"...)
	dst = append(strconv.AppendInt(dst, int64(s.IntN(4000)), 10), ' ')
	dst = append(dst, s.texts[s.IntN(len(s.texts))]...)
	switch s.IntN(400) {
	case 0:
		dst = append(dst, " \x1b[32mready\x1b[0m"...)
	case 1:
		dst = append(dst, " 40 %\r 80 %\r100 %"...)
	case 2:
		dst = append(dst, " caf\xe9 \xff\xfe\x00"...)
	case 3:
		for range 300 {
			dst = append(append(dst, ' '), s.texts[s.IntN(len(s.texts))]...)
		}
	}
	return append(dst, '\n')
}

// LongLine writes exactly size bytes without any line end: records of JSON one
// after the other, no SIP message in them. An error is that of w.
func LongLine(w io.Writer, size int64, seed uint64) error {
	s := newSource(seed, "long line")
	texts := make([]string, 500)
	for i := range texts {
		texts[i] = s.sentence(4 + s.IntN(20))
	}
	return fill(w, size, func(dst []byte) []byte {
		dst = append(dst, `{"ts":`...)
		dst = strconv.AppendInt(dst, base.Unix()+s.Int64N(86400), 10)
		dst = append(append(append(dst, `,"caller":"`...), noiseWords[s.IntN(len(noiseWords))]...), `","status":`...)
		dst = strconv.AppendInt(dst, 200+s.Int64N(400), 10)
		return append(append(append(dst, `,"msg":"`...), texts[s.IntN(len(texts))]...), `"}, `...)
	})
}

// fill writes what more appends until size bytes are written.
func fill(w io.Writer, size int64, more func([]byte) []byte) error {
	buf := make([]byte, 0, chunk+16<<10)
	for size > 0 {
		buf = buf[:0]
		for len(buf) < chunk {
			buf = more(buf)
		}
		out := buf[:min(int64(len(buf)), size)]
		if _, err := w.Write(out); err != nil {
			return fmt.Errorf("write noise: %w", err)
		}
		size -= int64(len(out))
	}
	return nil
}

func (s source) sentence(words int) string {
	var b []byte
	for i := range words {
		if i > 0 {
			b = append(b, ' ')
		}
		switch s.IntN(6) {
		case 0:
			b = append(b, s.digits(1+s.IntN(5))...)
		case 1:
			b = append(append(append(b, noiseWords[s.IntN(len(noiseWords))]...), '='), s.hex(8)...)
		default:
			b = append(b, noiseWords[s.IntN(len(noiseWords))]...)
		}
	}
	return string(b)
}

var noiseWords = [...]string{
	"session", "channel", "queue", "worker", "cache", "thread", "timer", "codec", "socket", "packet", "bridge", "route",
	"gateway", "profile", "user", "lookup", "reload", "expired", "opened", "closed", "state", "buffer", "jitter", "löschen",
	"media", "database", "transaction", "connected", "running", "idle", "failed", "retry", "started", "stopped", "naïve", "→",
}
