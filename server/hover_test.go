package server

import (
	"strings"
	"testing"

	"sipls/server/explain"
	"sipls/server/scenario"
)

type hover struct {
	Contents struct{ Kind, Value string }
	Range    lspRange
}

// hover asks at the first place where a text stands in a buffer; ok is false when there is nothing to tell.
func (e *editor) hover(uri, at string) (h hover, ok bool) {
	e.t.Helper()
	b := e.buffers[uri].text
	off := strings.Index(string(b), at)
	if off < 0 {
		e.t.Fatalf("no %q in %s", at, uri)
	}
	raw := e.mustRequest("textDocument/hover", map[string]any{"textDocument": identifier(uri), "position": e.position(b, off)})
	if string(raw) == "null" {
		return h, false
	}
	decode(e.t, raw, &h)
	return h, true
}

func TestHover(t *testing.T) {
	const uri = "file:///a.log"
	log := string(scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Challenged(407)).
		With(scenario.Status(407), scenario.RemoveHeader("Proxy-Authenticate")).
		Render(scenario.FreeSWITCHSiptrace)) +
		"2026-03-17 09:31:00 NOTICE[1] app_dial.c: got SIP/2.0 486 Busy Here from \u0418\u0432\u0430\u043d\r\n"
	for _, encoding := range []string{"utf-8", "utf-16", "utf-32"} {
		t.Run(encoding, func(t *testing.T) {
			e := open(t, `{"general":{"positionEncodings":["`+encoding+`"]},"textDocument":{"hover":{"contentFormat":["markdown"]}}}`)
			e.didOpen(uri, "log", log)
			for _, c := range []struct{ at, on, says string }{
				{"SIP/2.0 407", "SIP/2.0 407 Proxy Authentication Required", "Proxy-Authenticate"},
				{"407 Proxy Auth", "SIP/2.0 407 Proxy Authentication Required", "Proxy-Authenticate"},
				{"SIP/2.0 200 OK", "SIP/2.0 200 OK", "200"},
				{"486 Busy", "", "486"},
			} {
				h, ok := e.hover(uri, c.at)
				if !ok || h.Contents.Kind != "markdown" || !strings.Contains(h.Contents.Value, c.says) {
					t.Errorf("at %q: %v %+v", c.at, ok, h)
					continue
				}
				if got := e.textOf(uri, h.Range); c.on != "" && got != c.on || !strings.Contains(got, c.at[:3]) {
					t.Errorf("at %q it is about %q", c.at, got)
				}
			}
			e.didOpen("file:///other.log", "log", "2026-03-17 09:31:00 nothing that has to do with telephones\n")
			if h, ok := e.hover("file:///other.log", "nothing"); ok {
				t.Errorf("in a text without SIP: %+v", h)
			}
		})
	}
}

func TestHoverFormatIsTheFirstThatTheClientNames(t *testing.T) {
	const uri = "file:///a.sip"
	for formats, want := range map[string]string{
		`["markdown","plaintext"]`: "markdown",
		`["plaintext","markdown"]`: "plaintext",
		`["markdown"]`:             "markdown",
		`["html","markdown"]`:      "markdown",
		`[]`:                       "plaintext",
		`null`:                     "plaintext",
	} {
		e := open(t, `{"textDocument":{"hover":{"contentFormat":`+formats+`}}}`)
		e.didOpen(uri, "sip", response(486, "INVITE"))
		h, ok := e.hover(uri, "SIP/2.0 486")
		if !ok || h.Contents.Kind != want {
			t.Errorf("%s: %v %+v", formats, ok, h)
		}
		if marked := strings.Contains(h.Contents.Value, "**"); marked != (want == "markdown") {
			t.Errorf("%s: %s", formats, h.Contents.Value)
		}
	}
}

func TestHoverSeesTheTextAsItWasWhenAsked(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, `{"textDocument":{"hover":{"contentFormat":["plaintext"]}}}`)
	e.didOpen(uri, "sip", "")
	var answers []chan message
	statuses := []int{486, 404, 200, 503, 407}
	const rounds = 40
	for range rounds {
		for _, status := range statuses {
			e.replaceAll(uri, response(status, "INVITE"))
			_, answer := e.send("textDocument/hover", map[string]any{"textDocument": identifier(uri), "position": lspPosition{}})
			answers = append(answers, answer)
		}
	}
	for i, answer := range answers {
		raw, err := e.await("textDocument/hover", answer)
		if err != nil {
			t.Fatal(err)
		}
		var h hover
		decode(t, raw, &h)
		status := statuses[i%len(statuses)]
		doc, _ := explain.Status(status)
		title, _, _ := strings.Cut(explain.Plain(doc), "\n")
		if !strings.Contains(h.Contents.Value, strings.Fields(title)[0]) {
			t.Fatalf("hover %d after an edit to %d: %s", i, status, h.Contents.Value)
		}
	}
}
