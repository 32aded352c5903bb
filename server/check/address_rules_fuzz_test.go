package check

import (
	"strings"
	"testing"

	"sipls/server/sip"
)

// FuzzAddressRules mends what the rules about addresses find in any text: places and edits stay
// inside the text and in order.
func FuzzAddressRules(f *testing.F) {
	for _, r := range addressRules {
		for _, c := range r.Cases() {
			f.Add([]byte(strings.ReplaceAll(c.Text, "\n", "\r\n")))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		subject := func(b []byte) *Subject {
			m := sip.Parse(b)
			m.Head.Is, m.Tail.Is, m.Exact = sip.Whole, sip.Whole, true
			return &Subject{Message: m, Editable: true}
		}
		s := subject(b)
		var found []Finding
		Run(s, func(f Finding) {
			if f.At.At.Off < 0 || int(f.At.At.End()) > len(b) {
				t.Fatalf("%s is reported outside the text", f.Rule.Name)
			}
			found = append(found, f)
		})
		for i := range found {
			for _, fix := range Fixes(s, &found[i]) {
				from := int32(0)
				for _, e := range fix.Edits {
					if e.At.Off < from || int(e.At.End()) > len(b) {
						t.Fatalf("%s: edits of %q overlap or leave the text", found[i].Rule.Name, fix.Title)
					}
					if from = e.At.End(); e.NewLine {
						from = 0
					}
				}
			}
		}
	})
}
