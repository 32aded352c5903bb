package server

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.lsp.dev/protocol"

	"sipls/server/analysis"
	"sipls/server/check"
	"sipls/server/scenario"
	"sipls/server/text"
)

const challengeRule = "407-without-proxy-authenticate"

func codes(items []diagnostic) (out []string) {
	for _, d := range items {
		out = append(out, d.Code)
	}
	return out
}

func TestPulledDiagnostic(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, pulling)
	e.didOpen(uri, "sip", response(407, "INVITE"))
	r := e.pull(uri, "")
	if r.Kind != "full" || r.ResultID == "" || len(r.Items) != 1 {
		t.Fatalf("report: %+v", r)
	}
	d := r.Items[0]
	if got := e.textOf(uri, d.Range); got != "SIP/2.0 407 Proxy Authentication Required" {
		t.Errorf("it stands at %q", got)
	}
	rule := check.Lookup(d.Code)
	if d.Code != challengeRule || rule == nil || d.Severity != 1 || d.Source != "sipls" {
		t.Errorf("diagnostic: %+v", d)
	}
	if want := rule.Cites[0].URL(); d.CodeDescription.Href != want {
		t.Errorf("link %q, want %q", d.CodeDescription.Href, want)
	}
	if !strings.HasPrefix(d.Message, "407 without Proxy-Authenticate. ") || !strings.Contains(d.Message, "RFC 3261 section 22.3") {
		t.Errorf("message: %s", d.Message)
	}
}

func TestPulledDiagnosticsUnchanged(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, pulling)
	e.didOpen(uri, "sip", response(407, "INVITE"))
	first := e.pull(uri, "")
	if r := e.pull(uri, first.ResultID); r.Kind != "unchanged" || r.ResultID != first.ResultID || r.Items != nil {
		t.Errorf("same text: %+v", r)
	}
	e.didChange(uri, len(e.buffers[uri].text)-2, len(e.buffers[uri].text)-2, "X-Note: nothing that a finding is about\r\n")
	if r := e.pull(uri, first.ResultID); r.Kind != "unchanged" {
		t.Errorf("edit below the finding: %+v", r)
	}
	e.didChange(uri, 0, 0, "\r\n")
	moved := e.pull(uri, first.ResultID)
	if moved.Kind != "full" || moved.ResultID == first.ResultID || moved.Items[0].Range.Start.Line != 1 {
		t.Errorf("edit that moves it: %+v", moved)
	}
	if r := e.pull(uri, "an id of another server"); r.Kind != "full" {
		t.Errorf("strange id: %+v", r)
	}
	e.replaceAll(uri, "")
	if r := e.pull(uri, moved.ResultID); r.Kind != "full" || len(r.Items) != 0 {
		t.Errorf("empty text: %+v", r)
	}
}

func TestClientThatPullsIsNotPushedTo(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, pulling)
	e.didOpen(uri, "sip", response(407, "INVITE"))
	e.didChange(uri, 0, 0, "\r\n")
	e.pull(uri, "")
	e.didClose(uri)
	e.notify("workspace/didChangeConfiguration", map[string]any{"settings": map[string]any{"ignore": []string{challengeRule}}})
	e.pull(uri, "")
	time.Sleep(20 * time.Millisecond)
	if sent := e.sent("textDocument/publishDiagnostics"); len(sent) > 0 {
		t.Errorf("pushed: %s", sent)
	}
}

func TestDiagnosticsInEveryFormat(t *testing.T) {
	for _, format := range scenario.Formats() {
		t.Run(format.String(), func(t *testing.T) {
			log := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Challenged(407)).
				With(scenario.Status(407), scenario.RemoveHeader("Proxy-Authenticate")).
				Render(format)
			e := open(t, pulling)
			e.didOpen("file:///a.log", "log", string(log))
			r := e.pull("file:///a.log", "")
			if d := cmp.Diff([]string{challengeRule}, codes(r.Items)); d != "" {
				t.Fatalf("(-want +got):\n%s", d)
			}
			if got := e.textOf("file:///a.log", r.Items[0].Range); got != "SIP/2.0 407 Proxy Authentication Required" {
				t.Errorf("it stands at %q", got)
			}
		})
	}
}

func TestGravestDiagnosticsAreShownFirst(t *testing.T) {
	const uri = "file:///a.sip"
	text := strings.Repeat(strings.Replace(response(407, "INVITE"), "CSeq", "X-CSeq", 1), 5)
	e := open(t, pulling)
	e.didOpen(uri, "sip", text)
	all := e.pull(uri, "").Items
	e.didClose(uri)
	const most = 3
	e.notify("workspace/didChangeConfiguration", map[string]any{"settings": map[string]any{"maxDiagnostics": most}})
	e.didOpen(uri, "sip", text)
	var some []diagnostic
	waitUntil(t, "the limit", func() bool {
		some = e.pull(uri, "").Items
		return len(some) == most
	})
	worst := slices.MinFunc(all, func(a, b diagnostic) int { return a.Severity - b.Severity }).Severity
	for i, d := range some {
		if d.Severity != worst {
			t.Errorf("severity %d is shown, %d is not", d.Severity, worst)
		}
		if i > 0 && d.Range.Start.Line < some[i-1].Range.Start.Line {
			t.Error("not in the order of the text")
		}
	}
	e.pull(uri, "")
	if told := e.sent("window/logMessage"); len(told) != 1 || !strings.Contains(string(told[0]), fmt.Sprintf("%d findings", len(all))) {
		t.Errorf("told: %s", told)
	}
}

func TestSeverities(t *testing.T) {
	for s := check.Error; s <= check.Hint; s++ {
		if want := int(s) + 1; int(protocolSeverity[s]) != want {
			t.Errorf("%v is sent as %d, want %d", s, protocolSeverity[s], want)
		}
	}
}

type published struct {
	URI         string
	Version     *int
	Diagnostics []diagnostic
}

func (e *editor) published(n int) published {
	e.t.Helper()
	var p published
	raw := e.waitSent("textDocument/publishDiagnostics", n)
	decode(e.t, raw, &p)
	if p.Diagnostics == nil {
		e.t.Errorf("no list in %s", raw)
	}
	return p
}

func TestPushedDiagnostics(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, `{"textDocument":{"publishDiagnostics":{"versionSupport":true}}}`)
	e.didOpen(uri, "sip", response(407, "INVITE"))
	p := e.published(1)
	if p.URI != uri || p.Version == nil || *p.Version != 1 || !slices.Equal(codes(p.Diagnostics), []string{challengeRule}) {
		t.Fatalf("after opening: %+v", p)
	}
	e.didChange(uri, 0, 0, "\r\n")
	p = e.published(2)
	if *p.Version != 2 || p.Diagnostics[0].Range.Start.Line != 1 {
		t.Errorf("after an edit: %+v", p)
	}
	e.didClose(uri)
	if p = e.published(3); len(p.Diagnostics) != 0 || p.Version != nil {
		t.Errorf("after closing: %+v", p)
	}
	e.didOpen(uri, "sip", "")
	if p = e.published(4); len(p.Diagnostics) != 0 || *p.Version != 1 {
		t.Errorf("after opening again: %+v", p)
	}
}

func TestPushedDiagnosticsHaveNoVersionForClientsThatDoNotKnowIt(t *testing.T) {
	e := open(t, bare)
	e.didOpen("file:///a.sip", "sip", "")
	if p := e.published(1); p.Version != nil {
		t.Errorf("version %d", *p.Version)
	}
}

func TestSameDiagnosticsAreNotPushedTwice(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, bare)
	e.didOpen(uri, "sip", response(407, "INVITE"))
	e.published(1)
	end := len(e.buffers[uri].text)
	e.didChange(uri, end-2, end-2, "X-Note: 1\r\n")
	time.Sleep(30 * time.Millisecond) // more than the debounce
	e.didChange(uri, 0, 0, "\r\n")
	if p := e.published(2); p.Diagnostics[0].Range.Start.Line != 1 {
		t.Errorf("second push: %+v", p)
	}
}

func TestPushWaitsUntilTheTextRests(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, `{"textDocument":{"publishDiagnostics":{"versionSupport":true}}}`, func(s *session) { s.debounce = 300 * time.Millisecond })
	e.didOpen(uri, "sip", "")
	e.published(1)
	for range 50 {
		e.didChange(uri, 0, 0, response(407, "INVITE"))
	}
	if p := e.published(2); *p.Version != 51 || len(p.Diagnostics) != 50 {
		t.Errorf("version %d with %d diagnostics", *p.Version, len(p.Diagnostics))
	}
}

func TestClosingCancelsThePushOfAnEdit(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, bare, func(s *session) { s.debounce = 50 * time.Millisecond })
	e.didOpen(uri, "sip", response(407, "INVITE"))
	e.published(1)
	e.didChange(uri, 0, 0, "\r\n")
	e.didClose(uri)
	if p := e.published(2); len(p.Diagnostics) != 0 {
		t.Errorf("after closing: %+v", p)
	}
	time.Sleep(100 * time.Millisecond)
	if sent := e.sent("textDocument/publishDiagnostics"); len(sent) != 2 {
		t.Errorf("pushed to a closed document: %s", sent)
	}
}

func TestManyDocumentsEachGetTheirNewestDiagnostics(t *testing.T) {
	const documents, edits = 20, 30
	e := open(t, `{"textDocument":{"publishDiagnostics":{"versionSupport":true}}}`)
	uri := func(i int) string { return fmt.Sprintf("file:///%d.sip", i) }
	for i := range documents {
		e.didOpen(uri(i), "sip", "")
	}
	for range edits {
		for i := range documents {
			e.didChange(uri(i), 0, 0, response(407, "INVITE"))
		}
	}
	last := map[string]published{}
	looked := 0
	e.wait("the newest diagnostics of all documents", func() bool {
		all := e.sentLocked("textDocument/publishDiagnostics")
		for _, raw := range all[looked:] {
			var p published
			if err := json.Unmarshal(raw, &p); err != nil {
				t.Fatal(err)
			}
			last[p.URI] = p
		}
		looked = len(all)
		for i := range documents {
			if p := last[uri(i)]; p.Version == nil || *p.Version != edits+1 {
				return false
			}
		}
		return true
	})
	for u, p := range last {
		if len(p.Diagnostics) != edits {
			t.Errorf("%s: %d diagnostics", u, len(p.Diagnostics))
		}
	}
}

func TestRelatedInformationOnlyForClientsThatShowIt(t *testing.T) {
	const uri = "file:///%C3%A9.sip"
	doc := text.New([]byte(response(401, "INVITE") + response(407, "INVITE")))
	snap := analysis.New(analysis.Source{Name: uri, Language: "sip"}, doc)
	findings, err := snap.Findings(t.Context())
	if err != nil || len(findings) != 2 {
		t.Fatalf("%d findings, %v", len(findings), err)
	}
	f := findings[0]
	f.Related = []check.Related{{At: findings[1].At, Text: "the other one"}}

	for _, c := range []struct {
		caps clientCapabilities
		want []related
	}{
		{clientCapabilities{}, nil},
		{clientCapabilities{relatedInformation: true}, []related{{
			Location: location{URI: uri, Range: lspRange{lspPosition{8, 0}, lspPosition{8, 41}}},
			Message:  "the other one",
		}}},
	} {
		s := &session{caps: c.caps}
		d := s.protocolDiagnostic(snap, uri, &f)
		raw, err := protocol.Marshal(&d)
		if err != nil {
			t.Fatal(err)
		}
		var got struct{ RelatedInformation []related }
		decode(t, raw, &got)
		if d := cmp.Diff(c.want, got.RelatedInformation); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	}
}

type related struct {
	Location location
	Message  string
}

type location struct {
	URI   string
	Range lspRange
}

// TestResultsOfAnEarlierOpeningAreNotUnchanged: a client that reads a document
// again has thrown its diagnostics away, but may still send the name of the result.
func TestResultsOfAnEarlierOpeningAreNotUnchanged(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, pulling)
	e.didOpen(uri, "sip", response(407, "INVITE"))
	first := e.pull(uri, "")
	if r := e.pull(uri, first.ResultID); r.Kind != "unchanged" {
		t.Fatalf("the same text again: %+v", r)
	}
	e.didClose(uri)
	e.didOpen(uri, "sip", response(407, "INVITE"))
	if r := e.pull(uri, first.ResultID); r.Kind != "full" || len(r.Items) != 1 {
		t.Errorf("after reopening: %+v", r)
	}
}
