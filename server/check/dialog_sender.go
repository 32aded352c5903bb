package check

import (
	"fmt"

	"sipls/server/call"
)

// forming reports whether message i is a provisional response or a 2xx to the request that formed dialog d.
func (s *CallSubject) forming(d *call.Dialog, i int32) bool {
	m := &s.Messages[i]
	if m.Request || m.Status <= 100 || m.Status >= 300 || m.From != d.UAC || m.To != d.UAS || m.Transaction == call.None || d.Request == call.None {
		return false
	}
	t := &s.Transactions[m.Transaction]
	return t.Initial && t.Request != call.None && t.Method == s.Messages[d.Request].Method && t.CSeq == s.Messages[d.Request].CSeq
}

// andMore says that what was told of one message holds for n more.
func andMore(n int, what string) string {
	switch n {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf(" The same holds for one more %s.", what)
	}
	return fmt.Sprintf(" The same holds for %d more %ss.", n, what)
}
