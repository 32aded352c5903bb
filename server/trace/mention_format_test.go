package trace

import (
	"fmt"
	"testing"

	"sipls/server/text"
)

func TestExampleOfAMentionFormatMentionsACodeInIt(t *testing.T) {
	for _, f := range MentionFormats {
		tr := Scan(text.New([]byte("log: x\n"+f.Example+"\n")), Options{})
		n := 0
		for m := range tr.AllMentions {
			n++
			if facts := tr.FactsOf(m); facts.Format != f || m.Status != 486 {
				t.Errorf("%s: %d in a line of %v", f.Name, m.Status, facts.Format)
			}
		}
		if n == 0 {
			t.Errorf("%s: no mention in %q", f.Name, f.Example)
		}
	}
}

func TestFactsOfMentions(t *testing.T) {
	for line, want := range map[string]string{
		kamailioLog.Example: "kamailio-log  INVITE 1@192.0.2.20",
		" 2(812) INFO: {2 1 BYE 7@192.0.2.20} <script>: got SIP reply 481": "kamailio-log  BYE 7@192.0.2.20",
		openSIPSLog.Example:       "opensips-log Nov 22 05:47:19 INVITE 1@192.0.2.20",
		freeswitchConsole.Example: "freeswitch-console 2026-11-22 05:47:19.301621  ",
		clearwaterLog.Example:     "clearwater-log 22-11-2026 05:47:19.301 INVITE ",
		liveKitLog.Example:        "livekit-log 2026-11-22T05:47:19.301Z  1@192.0.2.20",
		"2026-11-22 05:47:19 call failed: status=486 call-id=9@192.0.2.20": "- 2026-11-22 05:47:19  9@192.0.2.20",
	} {
		tr := Scan(text.New([]byte("log: x\n"+line+"\n")), Options{})
		var got []string
		for m := range tr.AllMentions {
			f := tr.FactsOf(m)
			name := "-"
			if f.Format != nil {
				name = f.Format.Name
			}
			got = append(got, fmt.Sprintf("%s %s %s %s", name, f.Time, f.Method, f.CallID))
		}
		if len(got) == 0 || got[0] != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}
