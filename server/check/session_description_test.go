package check

import (
	"slices"
	"strings"
	"testing"

	"sipls/server/sip"
)

// FuzzBodyRules mends what the rules about bodies find in any text: places and edits stay inside the text and in order.
func FuzzBodyRules(f *testing.F) {
	for _, r := range slices.Concat(bodyRules, sdpRules) {
		for _, c := range r.Cases() {
			f.Add([]byte(strings.ReplaceAll(c.Text, "\n", "\r\n")), !c.Log)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte, whole bool) {
		m := sip.Parse(b)
		m.Head.Is, m.Tail.Is, m.Exact = sip.Whole, sip.Cut, whole
		if whole {
			m.Tail.Is = sip.Whole
		}
		s := &Subject{Message: m, Editable: true, Bare: whole}
		var found []Finding
		Run(s, func(f Finding) {
			if f.At.At.Off < 0 || f.At.At.Len < 0 || int(f.At.At.End()) > len(b) {
				t.Fatalf("%s is reported outside the text", f.Rule.Name)
			}
			if slices.Contains(sdpRules, f.Rule) || slices.Contains(bodyRules, f.Rule) {
				found = append(found, f)
			}
		})
		for i := range found {
			for _, fix := range Fixes(s, &found[i]) {
				from := int32(0)
				for _, e := range fix.Edits {
					if e.At.Off < from || int(e.At.End()) > len(b) {
						t.Fatalf("%s: edits of %q overlap or leave the text", found[i].Rule.Name, fix.Title)
					}
					from = e.At.End()
				}
			}
		}
	})
}

// TestGoodDescriptionCostsFewAllocations: in a log of many messages the rules about session descriptions read the
// description once, into a slice of lines and one of media sections; the rest is the list of descriptions.
func TestGoodDescriptionCostsFewAllocations(t *testing.T) {
	const sdp = sdpSession + "m=audio 4000 RTP/AVP 0 8 101\na=rtpmap:0 PCMU/8000\na=rtpmap:8 PCMA/8000\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-16\na=ptime:20\na=sendrecv\n"
	m := sip.Parse([]byte(strings.ReplaceAll(sdpMessage(sdp), "\n", "\r\n")))
	m.Head.Is, m.Tail.Is, m.Exact = sip.Whole, sip.Whole, true
	for _, r := range sdpRules {
		got := testing.AllocsPerRun(100, func() {
			s := &Subject{Message: m}
			s.facts.load(m)
			r.Check(s, func(f Finding) { t.Errorf("%s finds %q", r.Name, f.Title) })
		})
		if got > 5 {
			t.Errorf("%s makes %v allocations", r.Name, got)
		}
	}
}

func BenchmarkSDPRules(b *testing.B) {
	const sdp = sdpSession + "m=audio 4000 RTP/AVP 0 8 101\na=rtpmap:0 PCMU/8000\na=rtpmap:8 PCMA/8000\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-16\na=ptime:20\na=sendrecv\n"
	m := sip.Parse([]byte(strings.ReplaceAll(sdpMessage(sdp), "\n", "\r\n")))
	m.Head.Is, m.Tail.Is = sip.Whole, sip.Whole
	b.ReportAllocs()
	for b.Loop() {
		s := Subject{Message: m}
		s.facts.load(m)
		for _, r := range sdpRules {
			r.Check(&s, func(Finding) {})
		}
	}
}
