package trace

import (
	"testing"
	"time"
)

func TestParseClock(t *testing.T) {
	for _, c := range []struct {
		raw, iso string // iso: as ISO returns it, "" where the date is not wholly written
		at       string // At, as 2006-01-02T15:04:05.999999999Z07:00
		clock    Clock
	}{
		{"2026-11-22 05:47:19.301621", "2026-11-22T05:47:19.301621", "2026-11-22T05:47:19.301621Z", Clock{Dated: true}},
		{"2026-11-22\t05:47:19.301621", "2026-11-22T05:47:19.301621", "2026-11-22T05:47:19.301621Z", Clock{Dated: true}},
		{"1795326439", "2026-11-22T05:47:19Z", "2026-11-22T05:47:19Z", Clock{Dated: true, Zoned: true}},
		{"1795326439.301", "2026-11-22T05:47:19.301Z", "2026-11-22T05:47:19.301Z", Clock{Dated: true, Zoned: true}},
		{"1795326439301", "2026-11-22T05:47:19.301Z", "2026-11-22T05:47:19.301Z", Clock{Dated: true, Zoned: true}},
		{"2026-11-22\t05:47:19.301621\t1795326439.301621", "2026-11-22T05:47:19.301621", "2026-11-22T05:47:19.301621Z", Clock{Dated: true}},
		{"2026-11-22 05:47:19.301621\t1795326439.301621", "2026-11-22T05:47:19.301621", "2026-11-22T05:47:19.301621Z", Clock{Dated: true}},
		{"2026-11-22T05:47:19.301621+0100", "2026-11-22T05:47:19.301621+01:00", "2026-11-22T05:47:19.301621+01:00", Clock{Dated: true, Zoned: true}},
		{"2026-11-22T05:47:19.301621+01:00", "2026-11-22T05:47:19.301621+01:00", "2026-11-22T05:47:19.301621+01:00", Clock{Dated: true, Zoned: true}},
		{"2026-11-22T05:47:19Z", "2026-11-22T05:47:19Z", "2026-11-22T05:47:19Z", Clock{Dated: true, Zoned: true}},
		{"2026-11-22 05:47:19 -0700", "2026-11-22T05:47:19-07:00", "2026-11-22T05:47:19-07:00", Clock{Dated: true, Zoned: true}},
		{"2026-11-22 05:47:19", "2026-11-22T05:47:19", "2026-11-22T05:47:19Z", Clock{Dated: true}},
		{"2026-11-22 05:47:19.123", "2026-11-22T05:47:19.123", "2026-11-22T05:47:19.123Z", Clock{Dated: true}},
		{"2026-11-22 05:47:19,123", "2026-11-22T05:47:19.123", "2026-11-22T05:47:19.123Z", Clock{Dated: true}},
		{"2026-11-22 05:47:19:123", "2026-11-22T05:47:19.123", "2026-11-22T05:47:19.123Z", Clock{Dated: true}},
		{"2005/07/04 09:32:52.844249", "2005-07-04T09:32:52.844249", "2005-07-04T09:32:52.844249Z", Clock{Dated: true}},
		{"24-10-2016 20:36:38.303", "2016-10-24T20:36:38.303", "2016-10-24T20:36:38.303Z", Clock{Dated: true}},
		{"Nov 22 05:47:19", "", "0000-11-22T05:47:19Z", Clock{}},
		{"Nov  2 05:47:19.5", "", "0000-11-02T05:47:19.5Z", Clock{}},
		{"Nov 2 05:47:19.5", "", "0000-11-02T05:47:19.5Z", Clock{}},
		{"Nov 22 2026 05:47:19.301", "2026-11-22T05:47:19.301", "2026-11-22T05:47:19.301Z", Clock{Dated: true}},
		{"Nov  2 2026 05:47:19", "2026-11-02T05:47:19", "2026-11-02T05:47:19Z", Clock{Dated: true}},
		{"Aug 07, 2026 11:42:17 PM", "2026-08-07T23:42:17", "2026-08-07T23:42:17Z", Clock{Dated: true}},
		{"Aug 7, 2026 1:42:17\u202fAM", "2026-08-07T01:42:17", "2026-08-07T01:42:17Z", Clock{Dated: true}},
		{"1795326386.097621", "2026-11-22T05:46:26.097621Z", "2026-11-22T05:46:26.097621Z", Clock{Dated: true, Zoned: true}},
		{"05:47:55.530071", "", "0000-01-01T05:47:55.530071Z", Clock{Daily: true}},
		{"05:47:55", "", "0000-01-01T05:47:55Z", Clock{Daily: true}},
	} {
		got, ok := ParseClock(c.raw)
		if !ok {
			t.Errorf("%q: not read", c.raw)
			continue
		}
		if at := got.At.Format(time.RFC3339Nano); at != c.at {
			t.Errorf("%q: %s, want %s", c.raw, at, c.at)
		}
		if iso, ok := got.ISO(); iso != c.iso || ok != (c.iso != "") {
			t.Errorf("%q: ISO %q, %v, want %q", c.raw, iso, ok, c.iso)
		}
		got.At = time.Time{}
		if got != c.clock {
			t.Errorf("%q: %+v, want %+v", c.raw, got, c.clock)
		}
	}
	for _, raw := range []string{"", "5", "C-0000001a", "2026-11-22", "2026-13-22 05:47:19", "25:00:00", "05:47", "Foo 22 05:47:19", "2026-11-22 05:47:19 and so on and so on and so on and so on and so on", "179532643", "1795326439.", "795326439.301621", "1795326439.3016210000"} {
		if c, ok := ParseClock(raw); ok {
			t.Errorf("%q: %+v", raw, c)
		}
	}
}

func TestClockSub(t *testing.T) {
	for _, c := range []struct {
		later, sooner string
		want          time.Duration
		ok            bool
	}{
		{"05:47:56.5", "05:47:55", 1500 * time.Millisecond, true},
		{"00:00:01", "23:59:59", 2 * time.Second, true},
		{"23:59:59", "00:00:01", -2 * time.Second, true},
		{"Jan  1 00:00:01", "Dec 31 23:59:59", 2 * time.Second, true},
		{"Mar  1 00:00:00", "Feb 28 00:00:00", 48 * time.Hour, true}, // year 0 has a 29 February
		{"2026-01-01 00:00:01", "2025-12-31 23:59:59", 2 * time.Second, true},
		{"2026-01-01T00:00:00+01:00", "2025-12-31T23:00:00Z", 0, true},
		{"2026-01-01 00:00:01", "00:00:01", 0, false},
		{"2026-01-01 00:00:01", "2026-01-01T00:00:01Z", 0, false},
		{"Jan  1 00:00:01", "00:00:01", 0, false},
	} {
		a, ok1 := ParseClock(c.later)
		b, ok2 := ParseClock(c.sooner)
		if got, ok := a.Sub(b); !ok1 || !ok2 || got != c.want || ok != c.ok {
			t.Errorf("%s - %s is %v, %v, want %v, %v", c.later, c.sooner, got, ok, c.want, c.ok)
		}
	}
}

// What is found in front of a message is what ParseClock reads.
func TestLogTime(t *testing.T) {
	for prefix, want := range map[string]string{
		"[Nov 22 05:47:19] VERBOSE[1001] res_pjsip_logger.c: ":          "Nov 22 05:47:19",
		"[2026-11-22 05:47:19.123] VERBOSE[1001][C-0000001a] x.c: ":     "2026-11-22 05:47:19.123",
		"messages-20260513:[May  2 14:59:23] VERBOSE[4400] ":            "May  2 14:59:23",
		"Nov  6 10:23:55 proxy1 kamailio[58605]: NOTICE: ":              "Nov  6 10:23:55",
		"<134>Jan  5 10:26:12 phone [634]: ":                            "Jan  5 10:26:12",
		"2026-07-09 11:46:10.771507 ":                                   "2026-07-09 11:46:10.771507",
		"2025-06-24T07:40:37.687Z  INFO  ":                              "2025-06-24T07:40:37.687Z",
		"24-10-2016 20:36:38.303 UTC Verbose ":                          "24-10-2016 20:36:38.303",
		"2026-11-22 05:35:55:075 [belle-sip] MESSAGE ":                  "2026-11-22 05:35:55:075",
		"*Oct 14 00:25:06.327: //-1/xxxxxxxxxxxx/SIP/Msg/":              "Oct 14 00:25:06.327",
		"000123: Oct 14 2026 00:25:06.327 UTC: //-1/xxxxxxxxxxxx/SIP/":  "Oct 14 2026 00:25:06.327",
		".Mar 1 00:25:06: //-1/xxxxxxxxxxxx/SIP/":                       "Mar 1 00:25:06",
		"18:14:38.687           pjsua_core.c  .TX 523 bytes ":           "18:14:38.687",
		"e343d2cb-fef0-4f00-b83d-743a9b05b6f0 2026-11-22 05:47:55.63 [": "2026-11-22 05:47:55.63",
		"JsSIP:Transport received text message:":                        "",
		"[e343d2cb-fef0-4f00-b83d-743a9b05b6f0] ":                       "",
		"[C-0000001a] ":                      "",
		"INFO: Sending: ":                    "",
		"from 192.0.2.1:5060 ":               "",
		"id 12026-11-22 05:47:19 ":           "05:47:19",
		"2026-11-22":                         "",
		"":                                   "",
		"x/05:47:19":                         "",
		"a message of 2026-11-22, no time: ": "",
	} {
		r := logTime([]byte(prefix))
		got := prefix[r.Off : r.Off+r.Len]
		if got != want {
			t.Errorf("%q: %q, want %q", prefix, got, want)
		}
		if _, ok := ParseClock(got); ok != (got != "") {
			t.Errorf("%q: ParseClock does not read %q", prefix, got)
		}
	}
}
