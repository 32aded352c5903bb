package trace

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

var followSample = withMessages(`
===================================================================
Follow: udp,ascii
Filter: udp.stream eq 0
Node 0: 192.0.2.70:5060
Node 1: 192.0.2.10:5060
254
%OPTIONS
` + "\t233" + `
%200
===================================================================
Follow: tcp,ascii
Filter: tcp.stream eq 1
Node 0: [2001:db8::70]:49152
Node 1: [2001:db8::10]:5060
	349
%407
`)

func TestWiresharkFollow(t *testing.T) {
	tr := scanText(t, followSample)
	checkStrings(t, "messages", outline(tr),
		`8-16 wireshark-follow "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole exact`,
		`18-25 wireshark-follow "SIP/2.0 200 OK" whole/whole exact`,
		`32-40 wireshark-follow "SIP/2.0 407 Proxy Authentication Required" whole/whole exact`,
	)
	checkStrings(t, "envelopes", envelopes(tr), "- - ->- - 254", "- - ->- - 233", "- - ->- - 349")
	var replies []bool
	for i := range tr.Len() {
		seg, _ := tr.Segment(i)
		for _, e := range seg.Envelopes {
			replies = append(replies, e.Reply)
		}
	}
	if d := cmp.Diff([]bool{false, true, true}, replies); d != "" {
		t.Errorf("sent by node 1 (-want +got):\n%s", d)
	}
	var ends []string
	for _, f := range tr.Follows() {
		ends = append(ends, f.Node0+" "+f.Node1)
	}
	checkStrings(t, "nodes", ends, "192.0.2.70:5060 192.0.2.10:5060", "[2001:db8::70]:49152 [2001:db8::10]:5060")
}
