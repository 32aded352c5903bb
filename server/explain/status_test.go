package explain

import (
	"fmt"
	"strings"
	"testing"

	"sipls/knowledge"
	"sipls/server/sip"
)

// TestHoversAreReadInOneLook: for every code, on a status line and on a mention,
// few lines, the code first, the section last.
func TestHoversAreReadInOneLook(t *testing.T) {
	for _, code := range append(knowledge.StatusCodes(), 298, 497) {
		mention, ok := Mention(code)
		if !ok {
			t.Errorf("%d: no hover", code)
			continue
		}
		m := sip.Parse([]byte(fmt.Sprintf("SIP/2.0 %d x\r\nCSeq: 1 INVITE\r\n\r\n", code)))
		m.Head.Is = sip.Whole
		for what, d := range map[string]Doc{"mention": mention, "status line": Message(Here{Message: m, Line: 1})} {
			text := strings.TrimSpace(Markdown(d))
			lines := 0
			for line := range strings.SplitSeq(text, "\n") {
				if line != "" {
					lines++
				}
			}
			if lines > 25 {
				t.Errorf("%d, %s: %d lines\n%s", code, what, lines, text)
			}
			if !strings.Contains(strings.SplitN(text, "\n", 2)[0], fmt.Sprint(code)) {
				t.Errorf("%d, %s: the first line does not name it\n%s", code, what, text)
			}
			if k := knowledge.LookupStatus(code); k != nil {
				last := text[strings.LastIndexByte(text, '\n')+1:]
				if c := k.Cites(); !strings.Contains(last, c[len(c)-1].String()) {
					t.Errorf("%d, %s: the last line is %q, want the section", code, what, last)
				}
			}
		}
	}
}

func TestStatusSaysWhatACodeMustCarry(t *testing.T) {
	d, _ := Status(407)
	if text := Plain(d); !strings.Contains(text, "It must carry Proxy-Authenticate: every 407") {
		t.Errorf("explain 407:\n%s", text)
	}
	d, _ = Status(486)
	if text := Plain(d); strings.Contains(text, "It must carry") {
		t.Errorf("486 has to carry what every response carries, and that is no news:\n%s", text)
	}
}

func TestUnknownCodes(t *testing.T) {
	for code, want := range map[int]string{
		197: "like 183", 298: "like 200", 497: "like 400", 599: "like 500", 699: "like 600", 799: "classes", 99: "", 1000: "", -5: "",
	} {
		d, ok := Status(code)
		if ok != (want != "") || !strings.Contains(Plain(d), want) {
			t.Errorf("%d: %t\n%s", code, ok, Plain(d))
		}
	}
}

func TestHereTellsWhatTheTextKnows(t *testing.T) {
	m := sip.Parse([]byte("SIP/2.0 183 Session in Progress\r\nCSeq: 1 INVITE\r\n\r\n"))
	m.Head.Is = sip.Whole
	d := Message(Here{
		Message: m, Line: 9, Time: "10:00:01", From: "192.0.2.1:5060", Copies: 2,
		Request: &Place{Line: 3, After: -1500e6, Timed: true},
		End:     &Answer{Place: Place{Line: 20, After: 2e9, Timed: true}, Status: 486},
	})
	text := Plain(d)
	for _, want := range []string{
		"The sender calls it Session in Progress", "Answers INVITE in line 3, 1.5 s later; the request stands here 2 times", "Logged at 10:00:01, received from 192.0.2.1:5060.",
		"The transaction ended with 486 Busy Here in line 20, 2.0 s after this response.",
	} {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
			t.Errorf("lacks %q:\n%s", want, text)
		}
	}
	q := sip.Parse([]byte("INVITE sip:a@example.com SIP/2.0\r\n\r\n"))
	q.Head = sip.Part{Is: sip.Cut, Reason: "the text ends"}
	text = Plain(Message(Here{Message: q, Line: 1}))
	for _, want := range []string{"INVITE request", "No response to it is in this text.", "The message is not whole here: the text ends."} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q:\n%s", want, text)
		}
	}
}
