package scenario

// Index returns the place of the first message that sel picks, counted from 0. It panics when
// there is none.
func (t Trace) Index(sel Select) int { return t.pick(sel)[0] }
