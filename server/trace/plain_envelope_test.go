package trace

import "testing"

// What loggers nobody described write before a message or above it.
func TestEnvelopesInProse(t *testing.T) {
	for _, c := range []struct{ head, want string }{
		{"2026-11-22 05:47:19.301 INFO Received SIP message from 192.0.2.70:5060 over UDP:\n", "2026-11-22 05:47:19.301 received 192.0.2.70 5060>- UDP 0"},
		{"05:47:19 sending request to tls:192.0.2.10:5061\n", "05:47:19 sent ->192.0.2.10 5061 tls 0"},
		{"Nov 22 05:47:19 sbc1 proxy[1205]: RX 254 bytes udp/192.0.2.70:5060\n", "Nov 22 05:47:19 received 192.0.2.70 5060>- udp 0"},
		{"[22 05:47:19.301] UDP 192.0.2.70:5060 -> 192.0.2.10:5060, 254 bytes\n\n", "05:47:19.301 - 192.0.2.70 5060>192.0.2.10 5060 UDP 0"},
		{"=== 05:47:19 outgoing packet 192.0.2.10:5060 ===\n", "05:47:19 sent ->192.0.2.10 5060 - 0"},
		{"2026-11-22T05:47:19Z from 192.0.2.70:5060 to 192.0.2.10:5060:\n---------\n", "2026-11-22T05:47:19Z - 192.0.2.70 5060>192.0.2.10 5060 - 0"},
		{"2026-11-22T05:47:19Z got this:\n", "2026-11-22T05:47:19Z - ->- - 0"},
		{"received and sent message 192.0.2.70:5060\n", "- - ->- - 0"},
		{"the call from alice was received well\n", "- - ->- - 0"},
		{"05:47:19 switching to 192.0.2.70 now\n", "- - ->- - 0"},
		{"Server at 192.0.2.70:5060 is up\n", "- - ->- - 0"},
	} {
		tr := scanText(t, "log\n"+c.head+withMessages("$OPTIONS\n"))
		checkTiling(t, tr)
		checkStrings(t, c.head, envelopes(tr), c.want)
	}
}

// A message in one line tells of itself in the members or pairs around it.
func TestEnvelopesOfRecords(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`{"@timestamp":"2026-11-22T05:47:19.301Z","direction":"inbound","src_ip":"192.0.2.70","src_port":5060,"dst_ip":"192.0.2.10","dst_port":"5061","proto":"tcp","message":"` + escapedExample(`\r\n`) + `"}`, "2026-11-22T05:47:19.301Z received 192.0.2.70 5060>192.0.2.10 5061 tcp 0"},
		{`{"message":"` + escapedExample(`\r\n`) + `","ts":1795326439.301,"dir":"tx","destination":"sip:192.0.2.10:5060"}`, "1795326439.301 sent ->192.0.2.10 5060 - 0"},
		{`time=2026-11-22T05:47:19Z level=debug dir=rx src=192.0.2.70:5060 size=254 raw="` + escapedExample(`\r\n`) + `"`, "2026-11-22T05:47:19Z received 192.0.2.70 5060>- - 254"},
		{"Nov 22 05:47:19 sbc1 proxy[1205]: received message from 192.0.2.70:5060: " + escapedExample("#015#012"), "Nov 22 05:47:19 received 192.0.2.70 5060>- - 0"},
		{audioCodes.Example, "19-12@12:45:02.514 received 192.0.2.70 5060>- UDP 0"},
		{`{"time":"yesterday","from":"alice","to":"bob","msg":"` + escapedExample(`\r\n`) + `"}`, "- - ->- - 0"},
	} {
		tr := scanText(t, "log\n"+c.text+"\n")
		checkTiling(t, tr)
		checkStrings(t, c.text, envelopes(tr), c.want)
	}
}

func TestThreads(t *testing.T) {
	for prefix, want := range map[string]string{
		"[Nov 22 05:47:19] VERBOSE[4711][C-0000002a] chan_sip.c: ": "C-0000002a",
		"[Nov 22 05:47:19] VERBOSE[4711] chan_sip.c: ":             "4711",
		"Nov 22 05:47:19 sbc1 proxy[1205]: ":                       "1205",
		" 1(31837) INFO: ":                                         "31837",
		"05:47:19 [INFO] ":                                         "",
	} {
		if got := string(logThread([]byte(prefix)).In([]byte(prefix))); got != want {
			t.Errorf("%q: %q, want %q", prefix, got, want)
		}
	}
}
