package check

// onWire says that the bytes of the message are those that its sender wrote, or that somebody writes here: what
// is odd in them is no doing of a logger, which trims and pads lines and lets other lines slip in between.
func onWire(s *Subject) bool { return s.Bare || s.Editable || s.Message.Exact }
