package trace

import (
	"fmt"
	"strings"
	"testing"

	"sipls/server/text"
)

func TestMention(t *testing.T) {
	for s, want := range map[string]string{
		"got SIP/2.0 486 Busy Here from 192.0.2.1:5060": "486",
		"SIP/2.0 486":                              "486",
		"SIP: SIP/2.0 401 Unauthorized":            "401",
		`"sip.Status-Line": "SIP/2.0 100 Trying",`: "100",
		`    -- Got SIP response 486 "Busy Here" back from 192.0.2.1:5060`: "486",
		"got sip response code 503 from the carrier":                       "503",
		"SIP reply 404":             "404",
		"SIP status 480, giving up": "480",
		"SIP error 603.":            "603",
		"method=INVITE;from_tag=1;call_id=1-899@192.0.2.20;code=486;reason=Busy Here;src_user=1001": "486",
		"call failed: status=486":               "486",
		`  "status": 486,`:                      "486",
		`{"duration": "3.5s", "status": "200"}`: "200",
		"unexpected status from INVITE response: sip status: 403: Forbidden":                         "403",
		"sip status: 403 (FORBIDDEN)":                                                                "403",
		`"sip_status_code": "500"`:                                                                   "500",
		"sip_status=486 last_sip_response: 487 sipCode = 488":                                        "486 487 488",
		"variable_sip_term_status: [486]":                                                            "",
		"mod_sofia.c:463 sofia/main/1001@192.0.2.1 Overriding SIP cause 480 with 200 from the other": "480",
		"Channel sofia/internal/1001@192.0.2.1 entering state [completed][200]":                      "200",
		"entering state [terminated][487]":                                                           "487",
		"Responding to INVITE with: 488":                                                             "488",
		`Reason: SIP;cause=200;text="Call completed elsewhere"`:                                      "200",
		"Status: 401 Unauthorized | ":                                                                "401",
		"SIP/2.0 100 and SIP/2.0 180, then SIP/2.0 200":                                              "100 180 200",
		"486":                                  "",
		"Busy 486 Here":                        "",
		"HTTP/1.1 404 Not Found":               "",
		`"GET /status HTTP/1.1" status=404`:    "",
		`status=404 proto=http`:                "",
		"exit status=137; exited, status: 203": "",
		"status=0":                             "", "status=1000": "", "status=099": "", "status=700": "", "status=200ms": "", "status=200.5": "", "status: 200:30": "", "status=200-300": "", "status=486/487": "",
		"hangup cause 17": "", "cause: 102": "", "Cause: 488": "", "Q.850;cause=127": "", "error code: 404": "", "code=404": "", "code 404": "", "response 200": "", "reply 200": "",
		"[a][486]": "", "x][486": "", "[completed] [200]": "", "[uncompleted][200]": "", "(486)": "", "[486]": "",
		"192.0.2.1:486": "", "port 506 status": "", "at 12:200:30": "", "took 486 ms": "", "SIP 509 Request: REGISTER": "", "SIP/2.0/UDP 192.0.2.1": "", "SIP/2.0 4861": "", "SIP/3.0 486": "",
		"gossip response 486": "", "sip_user=486": "", "sip_port: 506": "", "mysipcode=486": "", "statuses=486": "", "Via: SIP/2.0\n486": "", "status=\n486": "",
	} {
		tr := Scan(text.New([]byte("log: x\n"+s+"\n")), Options{})
		var got []string
		for m := range tr.AllMentions {
			got = append(got, fmt.Sprint(m.Status))
			if b := string(tr.Document().Slice(m.From, m.To)); b != fmt.Sprint(m.Status) {
				t.Errorf("%q: %d stands at %q", s, m.Status, b)
			}
		}
		if g := strings.Join(got, " "); g != want {
			t.Errorf("%q: got %q, want %q", s, g, want)
		}
	}
}

// longLog has mentions between messages, at the borders of pieces and of tiles, and in lines longer than both.
func longLog() (s string, mentions int) {
	var b strings.Builder
	for i := range 400 {
		fmt.Fprintf(&b, "[Nov 22 05:47:19] VERBOSE[1001] res_pjsip_logger.c: <--- Received SIP request (254 bytes) from UDP:192.0.2.70:5060 --->\n%s\n", sampleMessages["407"])
		fmt.Fprintf(&b, "%s call %d ended, status=486\n", strings.Repeat("x", i*7), i)
		if mentions++; i%80 == 0 {
			b.WriteString(strings.Repeat("y", mentionPiece-700+i) + " got SIP/2.0 503 " + strings.Repeat("z", tileLen+i) + " SIP/2.0 504\n")
			mentions += 2
		}
	}
	return b.String(), mentions
}

func TestAllMentionsFindsEachOnceAndNoneInMessages(t *testing.T) {
	s, want := longLog()
	for _, doc := range []*text.Document{text.New([]byte(s)), inPieces(s, 10_000)} {
		tr := Scan(doc, Options{})
		checkTiling(t, tr)
		n, last := 0, text.Offset(-1)
		for m := range tr.AllMentions {
			if n++; m.Status == 407 || m.From <= last {
				t.Fatalf("%+v behind %d", m, last)
			}
			last = m.From
		}
		if n != want {
			t.Errorf("%d mentions, want %d", n, want)
		}
		n = 0
		for range tr.AllMentions {
			if n++; n == 3 {
				break
			}
		}
	}
}

func inPieces(s string, size int) *text.Document {
	doc := text.New(nil)
	for len(s) > 0 {
		n := min(size, len(s))
		doc = doc.Apply(text.Change{Start: doc.Len(), End: doc.Len(), Text: []byte(s[:n])})
		s = s[n:]
	}
	return doc
}

// Mentions of a range are those of AllMentions on the lines it touches.
func TestMentionsOfARange(t *testing.T) {
	s, _ := longLog()
	doc := text.New([]byte(s))
	tr := Scan(doc, Options{})
	var all []Mention
	for m := range tr.AllMentions {
		all = append(all, m)
	}
	for line := 0; line < doc.LineCount(); line += 3 {
		start, end := doc.LineStart(line), doc.LineEnd(line)
		if end-start > maxLine {
			continue
		}
		var want []string
		for _, m := range all {
			if start <= m.From && m.From < end {
				want = append(want, fmt.Sprint(m))
			}
		}
		for _, at := range []text.Offset{start, (start + end) / 2, end} {
			var got []string
			for _, m := range tr.Mentions(at, at) {
				got = append(got, fmt.Sprint(m))
			}
			checkStrings(t, fmt.Sprintf("line %d", line), got, want...)
		}
	}
	if got := len(tr.Mentions(-5, doc.Len()+5)); got != len(all) {
		t.Errorf("%d mentions in the whole text, want %d", got, len(all))
	}
}
