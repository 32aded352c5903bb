package analysis_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipls/server/analysis"
	"sipls/server/check"
	"sipls/server/text"
)

var update = flag.Bool("update", false, "write the golden files anew")

// inserted returns the text after the choice of an item, with the line ends of the text.
func inserted(c analysis.Completion, item analysis.CompletionItem, all, eol string) string {
	return all[:c.From] + strings.ReplaceAll(item.Insert.String(), "\n", eol) + all[c.To:]
}

// TestWholeMessagesAreValid inserts each message that is offered and asks the rules.
func TestWholeMessagesAreValid(t *testing.T) {
	request := func(method string) string {
		out := strings.NewReplacer("INVITE", method, ";tag=1", ";tag=88").Replace(invite)
		if method == "REGISTER" {
			out = strings.NewReplacer("sip:bob@example.com SIP", "sip:example.com SIP", "bob", "alice").Replace(out)
		}
		return out + "Contact: <sip:alice@192.0.2.1:5060>\nContent-Length: 0\n\n"
	}
	options := request("OPTIONS")
	ok := "SIP/2.0 200 OK\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nRecord-Route: <sip:a.example.com;lr>, <sip:b.example.com;lr>\nFrom: <sip:alice@example.com>;tag=88\nTo: <sip:bob@example.com>;tag=99\n" +
		"Call-ID: 1@192.0.2.1\nCSeq: 1 INVITE\nContact: <sip:bob@192.0.2.2>\nContent-Length: 0\n\n"
	for _, c := range []struct {
		name, file, text string
		least            int // messages offered; not every response answers every request
	}{
		{"an empty file", "case.sip", "|", 40},
		{"behind a message", "case.sip", options + "|", 30},
		{"between messages", "case.sip", options + "|\n" + strings.ReplaceAll(options, "z9hG4bK1", "z9hG4bK2"), 30},
		{"an INVITE above", "case.sip", request("INVITE") + "\n|", 35},
		{"an answered INVITE above", "case.sip", request("INVITE") + "\n" + ok + "|", 35},
		{"a refused INVITE above", "case.sip", request("INVITE") + "\n" + strings.Replace(ok, "200 OK", "486 Busy Here", 1) + "|", 35},
		{"a REGISTER above", "case.sip", request("REGISTER") + "\n|", 30},
		{"a scenario", "case.xml", "<scenario name=\"a\">\n<send><![CDATA[\n\n|\n]]></send>\n</scenario>\n", 40},
	} {
		for _, eol := range []string{"\n", "\r\n"} {
			marked := strings.ReplaceAll(c.text, "\n", eol)
			got, ok, all := completionAt(t, c.file, marked)
			if !ok {
				t.Fatalf("%s: nothing is offered", c.name)
			}
			before := analysis.New(analysis.Source{Name: c.file}, text.New([]byte(all)))
			n := 0
			for _, item := range got.Items {
				if item.Kind != analysis.MessageCompletion {
					continue
				}
				n++
				t.Run(fmt.Sprintf("%s/%s/%q", c.name, item.Label, eol), func(t *testing.T) {
					after := analysis.New(analysis.Source{Name: c.file}, text.New([]byte(inserted(got, item, all, eol))))
					if after.Len() != before.Len()+1 && after.Len() != 1 {
						t.Errorf("%d messages of %d", after.Len(), before.Len())
					}
					findings, err := after.Findings(context.Background())
					if err != nil {
						t.Fatal(err)
					}
					for _, f := range findings {
						// What comes of the call, as a 404 in it, is no matter of the message.
						if f.Severity < check.Hint && f.Rule.Scope == check.Message {
							t.Errorf("%s: %s: %s\n%s", f.Severity, f.Rule.Name, f.Message(), after.Document().Bytes())
						}
					}
				})
			}
			if n < c.least {
				t.Errorf("%s: only %d messages", c.name, n)
			}
		}
	}
}

// TestWholeMessagesForReaders keeps some of the messages in files that people can judge.
func TestWholeMessagesForReaders(t *testing.T) {
	for _, c := range []struct{ golden, file, text string }{
		{"messages.txt", "case.sip", "|"},
		{"messages_scenario.txt", "case.xml", "<scenario name=\"a\">\n<send><![CDATA[\n|\n]]></send>\n</scenario>\n"},
	} {
		got, _, _ := completionAt(t, c.file, c.text)
		var b strings.Builder
		for _, item := range got.Items {
			if item.Kind != analysis.MessageCompletion {
				continue
			}
			fmt.Fprintf(&b, "==== %s\n", item.Label)
			for _, p := range item.Insert {
				if p.Placeholder {
					p.Text = "{" + p.Text + "}"
				}
				b.WriteString(p.Text)
			}
		}
		path := filepath.Join("testdata", "completion", c.golden)
		if *update {
			if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), b.String()); d != "" {
			t.Errorf("%s (-want +got; -update writes it anew):\n%s", path, d)
		}
	}
}

func TestResponsesAnswerTheRequestAbove(t *testing.T) {
	got, _, all := completionAt(t, "case.sip", invite+"Contact: <sip:alice@192.0.2.1:5060>\nContent-Length: 0\n\n|")
	for _, item := range got.Items {
		if item.Label != "SIP/2.0 486 Busy Here message" {
			continue
		}
		s := analysis.New(analysis.Source{Name: "case.sip"}, text.New([]byte(inserted(got, item, all, "\n"))))
		if q, ok := s.Index().Request(1); !ok || q != 0 {
			t.Errorf("it answers %d, %t:\n%s", q, ok, s.Document().Bytes())
		}
		return
	}
	t.Error("there is no 486")
}

func TestMessagesOfDifferentPlacesDiffer(t *testing.T) {
	first, _, all := completionAt(t, "case.sip", "|")
	text := inserted(first, first.Items[len(first.Items)-1], all, "\n")
	id := func(c analysis.Completion) string {
		for _, x := range c.Items {
			if x.Label == "OPTIONS message" {
				_, rest, _ := strings.Cut(x.Insert.String(), "Call-ID: ")
				line, _, _ := strings.Cut(rest, "\n")
				return line
			}
		}
		return ""
	}
	second, _, _ := completionAt(t, "case.sip", text+"\n\n|")
	if a, b := id(first), id(second); a == b || a == "" || b == "" {
		t.Errorf("Call-IDs %q and %q", a, b)
	}
}

// TestRequestsGoOnWithTheINVITEAbove shows the requests that belong to a call which the text holds.
func TestRequestsGoOnWithTheINVITEAbove(t *testing.T) {
	const call = invite + "Route: <sip:p.example.com;lr>\nContact: <sip:alice@192.0.2.1:5060>\nContent-Length: 0\n\n"
	const answer = "\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nRecord-Route: <sip:a.example.com;lr>, <sip:b.example.com;lr>\nFrom: <sip:alice@example.com>;tag=1\n" +
		"To: <sip:bob@example.com>;tag=99\nCall-ID: 1@192.0.2.1\nCSeq: 1 INVITE\nContact: <sip:bob@192.0.2.2>\nContent-Length: 0\n\n"
	for _, c := range []struct {
		name, text, method string
		has                []string
	}{
		{"CANCEL takes the way of the INVITE", call, "CANCEL", []string{"CANCEL sip:bob@example.com SIP/2.0", "branch=z9hG4bK1\n", "Route: <sip:p.example.com;lr>", "To: <sip:bob@example.com>\n", "CSeq: 1 CANCEL"}},
		{"CANCEL while it rings", call + "SIP/2.0 180 Ringing" + answer, "CANCEL", []string{"branch=z9hG4bK1\n", "To: <sip:bob@example.com>\n"}},
		{"CANCEL is too late for a final response", call + "SIP/2.0 200 OK" + answer, "CANCEL", []string{"CSeq: 1 CANCEL", "Call-ID: "}},
		{"ACK of a failure", call + "SIP/2.0 486 Busy Here" + answer, "ACK", []string{"ACK sip:bob@example.com SIP/2.0", "branch=z9hG4bK1\n", "Route: <sip:p.example.com;lr>", ";tag=99", "CSeq: 1 ACK"}},
		{"ACK of a 2xx", call + "SIP/2.0 200 OK" + answer, "ACK", []string{"ACK sip:bob@192.0.2.2 SIP/2.0", "Route: <sip:b.example.com;lr>\nRoute: <sip:a.example.com;lr>\n", ";tag=99", "CSeq: 1 ACK"}},
		{"BYE", call + "SIP/2.0 200 OK" + answer, "BYE", []string{"BYE sip:bob@192.0.2.2 SIP/2.0", "Call-ID: 1@192.0.2.1\n", ";tag=99", "CSeq: 2 BYE"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _, _ := completionAt(t, "case.sip", c.text+"|")
			i := slices.IndexFunc(got.Items, func(x analysis.CompletionItem) bool { return x.Label == c.method+" message" })
			if i < 0 {
				t.Fatal("it is not offered")
			}
			text := got.Items[i].Insert.String()
			for _, want := range c.has {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in\n%s", want, text)
				}
			}
		})
	}
}
