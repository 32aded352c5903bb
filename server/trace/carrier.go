package trace

// A carrier is the way in which the lines of a message stand in the text where they do not stand
// there as they are: behind a prefix each, or escaped in one line of the text.
type carrier interface {
	// read returns the line of the message whose part of the text starts at document offset `at`.
	read(s *scanner, at int) textLine
}

// part is what a piece of a line is made of: document bytes [from, to), or what they stand for.
type part struct {
	from, to int
	is       string // "": the bytes themselves
}

// read returns the line of the message that starts at `at`.
func (s *scanner) read(st *start, at int) textLine {
	if st.carrier != nil {
		return st.carrier.read(s, at)
	}
	l := s.line(at)
	if st.line.mark > 0 {
		l.crIsDot()
	}
	return l
}

// carrierOf looks for the way in which the lines behind a start line are carried, where they do not
// stand there as they are. It stores what it finds in st.
func (s *scanner) carrierOf(st *start, mode Mode) bool {
	if c := s.lineCarrier(st); c != nil {
		st.carrier = c
		line, col, indent := st.line, st.col, st.indent
		st.line, st.col, st.indent = c.cut(s, &line, col), 0, 0
		if s.headerFollows(st, mode) {
			return true
		}
		st.carrier, st.line, st.col, st.indent = nil, line, col, indent
	}
	return false
}
