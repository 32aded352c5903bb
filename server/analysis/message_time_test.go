package analysis_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipls/server/analysis"
	"sipls/server/text"
)

func TestDatesOfNeighbours(t *testing.T) {
	const message = "OPTIONS sip:192.0.2.10 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.70:5060;branch=z9hG4bK776asdhds\nFrom: <sip:probe@example.com>;tag=1\nTo: <sip:192.0.2.10>\nCall-ID: 1@192.0.2.70\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"
	recv := func(clock string) string {
		return "recv 254 bytes from udp/[192.0.2.70]:5060 at " + clock + ":\n   ------------------------------------------------------------------------\n" + message
	}
	asterisk := func(stamp string) string {
		return "[" + stamp + "] VERBOSE[1] res_pjsip_logger.c: <--- Received SIP request (254 bytes) from UDP:192.0.2.70:5060 --->\n" + message
	}
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"nobody states a date", recv("05:47:19.301621"), []string{""}},
		{
			"a line of the log above",
			"2026-11-22 05:47:18.000000 [DEBUG] switch_core.c:1 x\n" + recv("05:47:19.301621"),
			[]string{"2026-11-22T05:47:19.301621"},
		},
		{
			"a line of the log behind",
			recv("05:47:19.301621") + "2026-11-22 05:47:20.000000 [DEBUG] switch_core.c:1 x\n",
			[]string{"2026-11-22T05:47:19.301621"},
		},
		{
			"past midnight",
			"2026-11-22 23:59:58.000000 [DEBUG] switch_core.c:1 x\n" + recv("23:59:59.000001") + recv("00:00:00.500000"),
			[]string{"2026-11-22T23:59:59.000001", "2026-11-23T00:00:00.5"},
		},
		{
			"a line far off states the date of another time",
			"2026-11-22 05:47:18.000000 [DEBUG] switch_core.c:1 x\n" + strings.Repeat("x\n", 20) + recv("17:00:00.000000"),
			[]string{""},
		},
		{
			"the messages before and behind",
			recv("05:47:18.000000") + asterisk("2026-11-22 05:47:19") + recv("05:47:20.000000"),
			[]string{"2026-11-22T05:47:18", "2026-11-22T05:47:19", "2026-11-22T05:47:20"},
		},
		{"a date without a year", asterisk("Nov 22 05:47:19"), []string{""}},
		{
			"a year that a neighbour states",
			asterisk("Dec 31 23:59:59") + asterisk("2027-01-01 00:00:01"),
			[]string{"2026-12-31T23:59:59", "2027-01-01T00:00:01"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := analysis.New(analysis.Source{Name: "x.log"}, text.New([]byte(c.text)))
			var got []string
			for _, at := range s.Times() {
				iso, _ := at.ISO()
				got = append(got, iso)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}
