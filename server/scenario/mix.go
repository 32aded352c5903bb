package scenario

import (
	"fmt"
	"io"
	"time"
)

// Mix says what a log of several writers is made of.
type Mix struct {
	Size    int64    // bytes, at least; the last record is whole
	Noise   int      // how many of 100 bytes belong to lines without SIP, 0 to 99
	Formats []Format // who writes; the log changes between them from record to record
	Seed    uint64
}

// burst is how many messages one writer logs at most before another one does.
const burst = 6

// WriteMix writes a log that several producers share: traffic of Generate for each of them, one INVITE in 40 sent again
// after 500 ms as its answer was late, lines without SIP in between. The same Mix gives the same bytes. An
// error is that of w.
func WriteMix(w io.Writer, m Mix) error {
	s := newSource(m.Seed, "mix")
	noise := newNoise(newSource(m.Seed, "noise"))
	type writer struct {
		traffic *traffic
		*renderer
	}
	writers := make([]writer, len(m.Formats))
	for i, f := range m.Formats {
		t := newTraffic(f, m.Seed+uint64(i))
		r := newRenderer(f, base, t.observer)
		r.chatter = true
		writers[i] = writer{t, r}
	}
	var written, quiet int64
	buf := make([]byte, 0, 2*chunk)
	for written < m.Size {
		buf = buf[:0]
		for len(buf) < chunk && written+int64(len(buf)) < m.Size {
			out := writers[s.IntN(len(writers))]
			for range 1 + s.IntN(burst) {
				msg := out.traffic.next()
				buf = out.append(buf, msg)
				if msg.Method() == "INVITE" && !msg.IsResponse() && s.IntN(40) == 0 {
					again := *msg
					again.At += 500 * time.Millisecond
					out.traffic.push(stream{again})
				}
			}
			for quiet*100 < (written+int64(len(buf)))*int64(m.Noise) {
				n := len(buf)
				buf = noise.append(buf)
				quiet += int64(len(buf) - n)
			}
		}
		if _, err := w.Write(buf); err != nil {
			return fmt.Errorf("write mix: %w", err)
		}
		written += int64(len(buf))
	}
	return nil
}
