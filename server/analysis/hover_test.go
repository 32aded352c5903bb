package analysis_test

import (
	"strings"
	"testing"

	"sipls/server/explain"
	"sipls/server/text"
)

func TestHoverElsewhere(t *testing.T) {
	log := "[2026-11-22 10:00:00] NOTICE[1] chan_sip.c: Got SIP response 486 \"Busy Here\" back from 192.0.2.1:5060\nnothing of 486 interest\n"
	s := snapshot("full.log", []byte(log))
	if _, from, to, ok := s.Hover(text.Offset(strings.Index(log, "486"))); !ok || string(log[from:to]) != "486" {
		t.Errorf("no hover on a mention (%d-%d)", from, to)
	}
	if _, _, _, ok := s.Hover(text.Offset(strings.LastIndex(log, "486"))); ok {
		t.Error("a hover on three digits that are no status code")
	}
	if _, _, _, ok := s.Hover(0); ok {
		t.Error("a hover on a time stamp")
	}
	for _, off := range []text.Offset{-1, 1 << 40} {
		s.Hover(off) // must not panic
	}
	empty := snapshot("empty.log", nil)
	if _, _, _, ok := empty.Hover(0); ok || empty.Len() != 0 {
		t.Error("an empty text has something in it")
	}
}

func TestHoverOnHeaderFieldsAndCauses(t *testing.T) {
	const head = "2026-11-22 10:00:00 a message:\n"
	const message = "INVITE sip:bob@example.com SIP/2.0\nv: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\n" +
		"To: <sip:b@example.com>\nCall-ID: 1\nCSeq: 1 INVITE\nAllow: INVITE, UPDATE\nSupported: 100rel, timer\nReason: Q.850;cause=17;text=\"busy\"\n" +
		"Event: presence\nWarning: 304 192.0.2.1 \"no\"\nX-House: 17\nContent-Length: 0\n\n" +
		"[2026-11-22 10:00:01] NOTICE[1] app.c: Hangup cause: 34 on SIP/alice\n[2026-11-22 10:00:01] hanging up, cause: NORMAL_CLEARING\nthe cause: 34 reasons\nWhat_a NOT_A_CAUSE\n"
	s := snapshot("trace.log", []byte(head+message))
	for _, c := range []struct{ at, on, want string }{
		{"v: SIP", "v", "Via"},
		{"Max-Forwards", "Max-Forwards", "Max-Forwards"},
		{"UPDATE", "UPDATE", "UPDATE"},
		{"100rel", "100rel", "100rel"},
		{"cause=17", "cause=17", "17"},
		{"presence", "presence", "presence"},
		{"304 192", "304", "304"},
		{"34 on SIP", "34", "34"},
		{"NORMAL_CLEARING", "NORMAL_CLEARING", "16"},
		{"Zebra", "", ""},
		{"17\nContent", "", ""},
		{"34 reasons", "", ""},
		{"NOT_A_CAUSE", "", ""},
		{"z9hG4bK1", "branch=z9hG4bK1", "Via;branch"},
	} {
		off := text.Offset(strings.Index(head+message, c.at) + 1)
		doc, from, to, ok := s.Hover(off)
		if ok != (c.on != "") {
			t.Errorf("%s: hover is %t", c.at, ok)
			continue
		}
		if !ok {
			continue
		}
		if on := string(s.Document().Slice(from, to)); on != c.on {
			t.Errorf("%s: the hover is about %q, want %q", c.at, on, c.on)
		}
		md := explain.Markdown(doc)
		if !strings.Contains(strings.SplitN(md, "\n", 2)[0], c.want) {
			t.Errorf("%s: hover\n%s", c.at, md)
		}
		if n := strings.Count(md, "\n"); n > 30 {
			t.Errorf("%s: %d lines in\n%s", c.at, n, md)
		}
	}
}

// TestDateAgainstTheLog says something of the clocks only where no time zone can be the reason.
func TestDateAgainstTheLog(t *testing.T) {
	for _, c := range []struct{ name, logged, date, want string }{
		{"both have a zone, and agree", "2026-03-26T11:00:00.000+01:00", "Thu, 26 Mar 2026 10:00:01 GMT", "The sender's clock and the log's agree."},
		{"the sender is ahead", "2026-03-26T11:00:00.000+01:00", "Thu, 26 Mar 2026 10:05:00 GMT", "The sender's clock is 5 min ahead of the log's."},
		{"the sender is behind by a day", "2026-03-26T11:00:00.000Z", "Wed, 25 Mar 2026 10:59:30 GMT", "The sender's clock is 1 d behind the log's."},
		{"no zone, a difference that one can make", "2026-03-26 11:00:00.000", "Thu, 26 Mar 2026 10:00:20 GMT", ""},
		{"no zone, half an hour beside", "2026-03-26 15:30:00.000", "Thu, 26 Mar 2026 10:00:20 GMT", ""},
		{"no zone, minutes that none makes", "2026-03-26 11:00:00.000", "Thu, 26 Mar 2026 10:06:00 GMT", "The log does not say its time zone; whichever it is, the clocks are 6 min or more apart."},
		{"no zone, years apart", "2026-03-26 11:00:00.000", "Sat, 01 Jan 2000 00:00:10 GMT", "more than any time zone"},
		{"a time of day only", "11:00:00.000", "Thu, 26 Mar 2026 10:06:00 GMT", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			log := c.logged + " recv 300 bytes from udp:[192.0.2.2]:5060:\nSIP/2.0 200 OK\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>;tag=2\nCall-ID: 1\nCSeq: 1 OPTIONS\nDate: " + c.date + "\nContent-Length: 0\n\n"
			s := snapshot("a.log", []byte(log))
			if s.Len() != 1 || s.TimeText(s.Message(0)) != c.logged {
				t.Fatalf("%d messages", s.Len())
			}
			doc, _, _, ok := s.Hover(text.Offset(strings.Index(log, c.date) + 3))
			said := explain.Plain(doc)
			if !ok || !strings.Contains(strings.Join(strings.Fields(said), " "), c.want) || c.want == "" && strings.Contains(said, "clock") {
				t.Errorf("%s, want %q", said, c.want)
			}
		})
	}
}
