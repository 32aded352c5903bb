package scenario

// fork is one more branch of the INVITE behind the proxy.
type fork struct{}

func (r *relay) fork(callee Party) {}

func (f *fork) request(h *hop)                             {}
func (f *fork) cancel(h *hop)                              {}
func (f *fork) response(h *hop, method string, status int) {}
func (f *fork) passed(h *hop, method string, status int)   {}
