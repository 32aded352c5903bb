package server

import (
	"strings"
	"testing"

	"sipls/server/scenario"
)

// Where a message stands in one line of the log, escaped, or its lines are wrapped and joined, everything that is said of it
// lands on the right bytes.
func TestFeaturesInEscapedForms(t *testing.T) {
	const uri = "file:///a.log"
	calls := astralCall()
	callID := calls.Messages[0].Get("Call-ID")
	for _, f := range []scenario.Format{scenario.JSONLines, scenario.Rsyslog, scenario.AudioCodes, scenario.NgrepWrapped, scenario.Android} {
		for _, encoding := range []string{"utf-8", "utf-16", "utf-32"} {
			t.Run(f.String()+"/"+encoding, func(t *testing.T) {
				e := open(t, `{"general":{"positionEncodings":["`+encoding+`"]},"textDocument":{"documentSymbol":{"hierarchicalDocumentSymbolSupport":true},`+strings.TrimPrefix(allTokenRequests, "{")+`}`)
				log := string(calls.Render(f))
				e.didOpen(uri, "log", log)

				symbols := e.symbols(uri)
				if len(symbols) != len(calls.Messages) {
					t.Fatalf("%d messages in the outline, want %d", len(symbols), len(calls.Messages))
				}
				h, ok := e.hover(uri, "SIP/2.0 407")
				if !ok || !strings.Contains(h.Contents.Value, "407") || e.textOf(uri, h.Range) != "SIP/2.0 407 Proxy Authentication Required" {
					t.Errorf("hover %v at %q: %s", ok, e.textOf(uri, h.Range), h.Contents.Value)
				}
				at := strings.Index(log, callID)
				places := e.highlights(uri, e.position([]byte(log), at+3))
				if at < 0 || len(places) < len(calls.Messages) {
					t.Errorf("Call-ID at %d has %d places", at, len(places))
				}
				for _, r := range places {
					if got := strings.ReplaceAll(e.textOf(uri, r), "\n  ", ""); got != callID {
						t.Errorf("%q is highlighted for %q", got, callID)
					}
				}
				methods := 0
				for _, token := range e.decodeTokens([]byte(log), e.tokens("full", uri, nil).Data) {
					if token.Text == "INVITE" {
						methods++
					}
				}
				if methods < 2 {
					t.Errorf("%d methods have a colour", methods)
				}
			})
		}
	}
}
