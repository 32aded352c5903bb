package trace

import (
	"runtime"
	"sync"

	"sipls/server/text"
)

// shareLen is about how many bytes one processor scans at a time.
const shareLen = 1 << 20

// share is a part of a document that was scanned as if a segment began at its first line in the state of an
// undisturbed log. A segment is a function of the bytes from its start on and the state there, so that from the first
// segment on whose start and state a scan from the left has too, the shares are what that scan would find.
type share struct {
	segs   []*Segment
	starts []int // document offsets of the segments
	end    int   // of the last one
	done   chan struct{}
}

// scanShares scans a document on several processors, in shares of size bytes. The result is that of scanning it from the left to the right.
func scanShares(doc *text.Document, fixed bool, mode Mode, workers, size int, progress func(text.Offset)) table {
	n := int(doc.Len())
	shares := make([]share, (n+size-1)/size)
	for i := range shares {
		shares[i].done = make(chan struct{})
	}
	var working sync.WaitGroup
	tickets := make(chan int, len(shares))
	for i := range shares {
		tickets <- i
	}
	close(tickets)
	for range workers {
		working.Go(func() {
			s := newScanner(doc, fixed)
			for i := range tickets {
				s.share(&shares[i], i*size, min((i+1)*size, n), mode)
				close(shares[i].done)
			}
		})
	}

	var b tableBuilder
	s := newScanner(doc, fixed)
	at, state := 0, State{Mode: mode}
	for i := range shares {
		x := &shares[i]
		<-x.done
		for k := 0; at < min((i+1)*size, n); {
			for k < len(x.segs) && x.starts[k] < at {
				k++
			}
			if k < len(x.segs) && x.starts[k] == at && x.segs[k].In == state {
				b.push(x.segs[k:]...)
				at, state = x.end, x.segs[len(x.segs)-1].Out
				break
			}
			seg := s.next(at, state)
			b.push(seg)
			at += seg.Len
			state = seg.Out
		}
		x.segs, x.starts = nil, nil
		if progress != nil {
			progress(text.Offset(at))
		}
	}
	working.Wait()
	return b.done()
}

// share scans from the first line behind from on, until a segment ends at or behind to.
func (s *scanner) share(x *share, from, to int, mode Mode) {
	at := from
	if from > 0 {
		lf := s.indexByte('\n', from, to)
		if lf == to {
			return // inside a long line
		}
		at = lf + 1
	}
	state := State{Mode: mode}
	for at < to {
		seg := s.next(at, state)
		x.segs, x.starts = append(x.segs, seg), append(x.starts, at)
		at += seg.Len
		state = seg.Out
	}
	x.end = at
}

// processors is how many processors scan a document; 1 for a short one.
func processors(doc *text.Document) int {
	if doc.Len() < 2*shareLen {
		return 1
	}
	return runtime.GOMAXPROCS(0)
}
