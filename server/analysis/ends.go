package analysis

import (
	"sort"

	"sipls/server/trace"
)

// Ends returns who sent a message and to whom, as host:port or the host alone; "" for what the text does not say. What
// tshark -z follow names once for a whole stream counts for each message of it.
func (s *Snapshot) Ends(m Message) (src, dst string) {
	src, dst = s.Endpoint(m, m.Envelope.Src), s.Endpoint(m, m.Envelope.Dst)
	if src != "" || dst != "" || m.Format != trace.WiresharkFollow {
		return src, dst
	}
	s.followsOnce.Do(func() { s.follows = s.trace.Follows() })
	from, _ := s.Range(m, m.Start.Text)
	i := sort.Search(len(s.follows), func(i int) bool { return s.follows[i].At >= from }) - 1
	if i < 0 {
		return "", ""
	}
	if f := s.follows[i]; m.Envelope.Reply {
		return f.Node1, f.Node0
	}
	return s.follows[i].Node0, s.follows[i].Node1
}
