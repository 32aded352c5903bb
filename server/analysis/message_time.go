package analysis

import (
	"bytes"
	"time"

	"sipls/server/text"
	"sipls/server/trace"
)

// Times are the times of the messages of a snapshot, in the order of the text.
type Times []trace.Clock

const (
	// nearLines is how many lines of the log around a message may state its date.
	nearLines = 6
	// nearBytes is how many bytes they may have.
	nearBytes = 2 << 10
	// nearSpan is how far a time of day may be from that of a line that states its date, for both
	// to be of the same day.
	nearSpan = 6 * time.Hour
)

// Times returns when each message was logged. Where only a time of day is written, or a date without a year, the
// date is that of the neighbours that write theirs: lines of the log close by, then the messages before, then
// those behind. Where no neighbour states it the date stays unknown. It looks at every message.
func (s *Snapshot) Times() Times {
	out := make(Times, s.Len())
	near := make(Times, s.Len()) // of times without a date the closest line that states one
	parallel(len(s.parts), func(i int) {
		if s.parts[i] == nil {
			return
		}
		for k := range s.parts[i].messages {
			m := s.messageIn(i, k)
			c, ok := trace.ParseClock(s.TimeText(m))
			if !ok {
				continue
			}
			if out[m.ID.Seq] = c; !c.Dated {
				near[m.ID.Seq], _, _ = s.statedDate(m, c)
			}
		}
	})
	known := -1 // the last message with a date
	for i, c := range out {
		switch {
		case c.Dated, c.At.IsZero():
		case near[i].Dated:
			out[i] = dated(c, near[i])
		case known >= 0:
			out[i] = dated(c, out[known])
		}
		if out[i].Dated {
			known = i
		}
	}
	// What stands before the first date is told by what follows it.
	known = -1
	for i := len(out) - 1; i >= 0; i-- {
		switch {
		case out[i].Dated:
			known = i
		case known >= 0 && !out[i].At.IsZero():
			out[i] = dated(out[i], out[known])
		}
	}
	return out
}

// dated gives a clock without a full date that of another one, so that the two are as close as can be. An offset
// from UTC is not taken over: nobody says that both writers have the same.
func dated(c, other trace.Clock) trace.Clock {
	o, at := other.At, c.At
	if c.Daily {
		at = time.Date(o.Year(), o.Month(), o.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), time.UTC)
		wall := time.Date(o.Year(), o.Month(), o.Day(), o.Hour(), o.Minute(), o.Second(), o.Nanosecond(), time.UTC)
		switch span := at.Sub(wall); {
		case span > 12*time.Hour:
			at = at.AddDate(0, 0, -1)
		case span < -12*time.Hour:
			at = at.AddDate(0, 0, 1)
		}
	} else {
		at = time.Date(o.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), time.UTC)
		switch span := at.Sub(o); {
		case span > 183*24*time.Hour:
			at = at.AddDate(-1, 0, 0)
		case span < -183*24*time.Hour:
			at = at.AddDate(1, 0, 0)
		}
	}
	return trace.Clock{At: at, Dated: true}
}

// statedDate returns the time of the closest line around a message that states a date, and that line.
func (s *Snapshot) statedDate(m Message, c trace.Clock) (at trace.Clock, line []byte, ok bool) {
	_, start := s.trace.Segment(m.segment)
	seg, _ := s.trace.Segment(m.segment)
	end := start + text.Offset(seg.Len)
	before := s.doc.Slice(max(0, start-nearBytes), start)
	for range nearLines {
		before = bytes.TrimRight(before, "\r\n")
		i := bytes.LastIndexAny(before, "\r\n")
		if d, ok := stated(before[i+1:], c); ok {
			return d, before[i+1:], true
		}
		if i < 0 {
			break
		}
		before = before[:i]
	}
	behind := s.doc.Slice(end, min(s.doc.Len(), end+nearBytes))
	for range nearLines {
		line, rest, _ := bytes.Cut(behind, []byte("\n"))
		if d, ok := stated(line, c); ok {
			return d, bytes.TrimRight(line, "\r"), true
		}
		behind = rest
	}
	return trace.Clock{}, nil, false
}

// stated returns the time of a line that states a date and is close to c.
func stated(line []byte, c trace.Clock) (trace.Clock, bool) {
	d, ok := trace.ParseClock(trace.LogTime(line))
	if !ok || !d.Dated {
		return d, false
	}
	near := dated(c, d).At.Sub(time.Date(d.At.Year(), d.At.Month(), d.At.Day(), d.At.Hour(), d.At.Minute(), d.At.Second(), d.At.Nanosecond(), time.UTC))
	return d, near.Abs() <= nearSpan
}
