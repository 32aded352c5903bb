//go:build acceptance

package trace

import (
	"fmt"
	"regexp"
	"testing"
)

// What the lines of each record say is what is read.
func TestCorpusSipdumpRecords(t *testing.T) {
	record := regexp.MustCompile(`^={20}\r?\ntag: (rcv|snd)\r?\npid: \d+\r?\nprocess: -?\d+\r?\ntime: (\S+)\r?\ndate: [^\n]*\nproto: (\w+) ipv4\r?\nsrcip: (\S+)\r?\nsrcport: (\d+)\r?\ndstip: (\S+)\r?\ndstport: (\d+)\r?\n~{20}\r?\n`)
	tr := scanShared(t, "corpus", "kamailio-sipdump-1.txt")
	all := envelopes(tr)
	n := 0
	for i := range tr.Len() {
		seg, at := tr.Segment(i)
		if len(seg.Messages) == 0 {
			continue
		}
		m := record.FindSubmatch(tr.Bytes(i))
		if m == nil {
			t.Fatalf("line %d begins no record", tr.Document().LineAt(at)+1)
		}
		dir := map[string]string{"rcv": "received", "snd": "sent"}[string(m[1])]
		if want := fmt.Sprintf("%s %s %s %s>%s %s %s 0", m[2], dir, m[4], m[5], m[6], m[7], m[3]); all[n] != want {
			t.Errorf("line %d: %q, want %q", tr.Document().LineAt(at)+1, all[n], want)
		}
		n++
	}
	if n != 219 {
		t.Errorf("%d records", n)
	}
}
