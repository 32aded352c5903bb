package analysis_test

import (
	"testing"

	"sipls/server/check"
	"sipls/server/sip"
)

// TestFixesKeepContentLength: where Content-Length is the length of the body, it still is behind a fix that changes the body, to
// the byte. The rule about it would let the last line end pass.
func TestFixesKeepContentLength(t *testing.T) {
	fits := func(m *sip.Message) bool {
		n, _, ok := m.ContentLength()
		return ok && n == sip.WireLen(m.Bytes(m.Body))
	}
	n := 0
	for _, r := range check.Rules() {
		for _, c := range r.Cases() {
			if c.Log || c.Want == nil {
				continue
			}
			s := snapshotOf(c)
			if s.Len() != 1 || !fits(s.Message(0).Message) || s.Message(0).Body.Len == 0 {
				continue
			}
			for _, f := range findingsOf(t, s, r.Name) {
				for _, fix := range s.Fixes(&f) {
					n++
					if after := s.Edit(changes(fix)); after.Len() == 1 && !fits(after.Message(0).Message) {
						t.Errorf("%s/%s: %s makes\n%s", r.Name, c.Name, fix.Title, after.Document().Bytes())
					}
				}
			}
		}
	}
	if n < 20 {
		t.Errorf("%d fixes were tried", n)
	}
}
