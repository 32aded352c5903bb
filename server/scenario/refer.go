package scenario

// transfer is what a REFER does inside a call.
func (d *dialog) transfer(media) {}
