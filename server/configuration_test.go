package server

import (
	"encoding/json"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const (
	asked   = `{"textDocument":{"diagnostic":{}},"workspace":{"configuration":true,"diagnostics":{"refreshSupport":true}}}`
	ignored = `{"ignore":["` + challengeRule + `"]}`
)

// answering answers workspace/configuration with what the pointer holds.
func answering(e *editor, settings *atomic.Pointer[string]) {
	e.on("workspace/configuration", func(params json.RawMessage) any {
		if !strings.Contains(string(params), `"section":"sipls"`) {
			e.t.Errorf("asked for %s", params)
		}
		return []json.RawMessage{json.RawMessage(*settings.Load())}
	})
}

func holding(s string) *atomic.Pointer[string] {
	p := &atomic.Pointer[string]{}
	p.Store(&s)
	return p
}

func TestSettingsArePulled(t *testing.T) {
	const uri = "file:///a.sip"
	e := connect(t, Options{})
	settings := holding(ignored)
	answering(e, settings)
	e.initialize(`{"capabilities":` + asked + `}`)
	e.didOpen(uri, "sip", response(407, "INVITE"))
	e.waitSent("workspace/diagnostic/refresh", 1)
	if items := e.pull(uri, "").Items; len(items) > 0 {
		t.Errorf("diagnostics: %v", codes(items))
	}
	none := `{"ignore":[],"path":"","trace":{"server":"off"}}`
	settings.Store(&none)
	e.notify("workspace/didChangeConfiguration", map[string]any{"settings": nil})
	e.waitSent("workspace/diagnostic/refresh", 2)
	if items := e.pull(uri, "").Items; len(items) != 1 {
		t.Errorf("diagnostics: %v", codes(items))
	}
}

func TestSettingsThatChangeNothingRefreshNothing(t *testing.T) {
	e := connect(t, Options{})
	answering(e, holding(`{"maxDiagnostics":1000}`))
	e.initialize(`{"capabilities":` + asked + `}`)
	e.waitSent("workspace/configuration", 1)
	e.notify("workspace/didChangeConfiguration", map[string]any{"settings": map[string]any{}})
	e.waitSent("workspace/configuration", 2)
	time.Sleep(10 * time.Millisecond)
	if sent := e.sent("workspace/diagnostic/refresh"); len(sent) > 0 {
		t.Errorf("%d refreshes", len(sent))
	}
}

func TestSettingsArePushedToClientsThatDoNotPull(t *testing.T) {
	const uri = "file:///a.sip"
	for name, settings := range map[string]string{
		"wrapped in the section": `{"sipls":` + ignored + `}`,
		"given directly":         ignored,
	} {
		t.Run(name, func(t *testing.T) {
			e := open(t, bare)
			e.didOpen(uri, "sip", response(407, "INVITE"))
			if p := e.published(1); len(p.Diagnostics) != 1 {
				t.Fatalf("diagnostics: %v", p)
			}
			e.notify("workspace/didChangeConfiguration", map[string]any{"settings": json.RawMessage(settings)})
			if p := e.published(2); len(p.Diagnostics) != 0 {
				t.Errorf("diagnostics: %v", p)
			}
			e.notify("workspace/didChangeConfiguration", map[string]any{"settings": map[string]any{}})
			if p := e.published(3); len(p.Diagnostics) != 1 {
				t.Errorf("diagnostics: %v", p)
			}
			if asked := e.sent("workspace/configuration"); len(asked) > 0 {
				t.Error("a client that cannot be asked was asked")
			}
		})
	}
}

func TestSettingsInInitializationOptions(t *testing.T) {
	const uri = "file:///a.sip"
	for _, options := range []string{ignored, `{"sipls":` + ignored + `}`} {
		for name, answer := range map[string]string{"client has none": `null`, "client sets something else": `{"maxDiagnostics":9}`} {
			t.Run(name, func(t *testing.T) {
				e := connect(t, Options{})
				answering(e, holding(answer))
				e.initialize(`{"initializationOptions":` + options + `,"capabilities":` + asked + `}`)
				e.waitSent("workspace/configuration", 1)
				e.didOpen(uri, "sip", response(407, "INVITE"))
				if items := e.pull(uri, "").Items; len(items) > 0 {
					t.Errorf("diagnostics: %v", codes(items))
				}
			})
		}
	}
}

func TestClientThatHasNoAnswerIsBelievedWhatItPushes(t *testing.T) {
	const uri = "file:///a.sip"
	e := connect(t, Options{})
	answering(e, holding(`null`))
	e.initialize(`{"capabilities":` + asked + `}`)
	e.notify("workspace/didChangeConfiguration", map[string]any{"settings": map[string]any{"sipls": json.RawMessage(ignored)}})
	e.waitSent("workspace/diagnostic/refresh", 1)
	e.didOpen(uri, "sip", response(407, "INVITE"))
	if items := e.pull(uri, "").Items; len(items) > 0 {
		t.Errorf("diagnostics: %v", codes(items))
	}
}

func TestWrongSettingsAreToldOnce(t *testing.T) {
	e := connect(t, Options{})
	settings := holding(`{"ignore":["no-such-rule","` + challengeRule + `"],"maxDiagnostics":"many"}`)
	answering(e, settings)
	e.initialize(`{"initializationOptions":7,"capabilities":` + asked + `}`)
	e.waitSent("window/showMessage", 3)
	e.notify("workspace/didChangeConfiguration", nil)
	e.waitSent("workspace/configuration", 2)
	right := `{}`
	settings.Store(&right)
	e.notify("workspace/didChangeConfiguration", nil)
	e.waitSent("workspace/configuration", 3)
	var all []string
	for _, raw := range e.sent("window/showMessage") {
		var m struct {
			Type    int
			Message string
		}
		decode(t, raw, &m)
		if m.Type != 2 {
			t.Errorf("type %d", m.Type)
		}
		all = append(all, m.Message)
	}
	if len(all) != 3 || !strings.Contains(strings.Join(all, "\n"), `"no-such-rule"`) {
		t.Errorf("shown: %q", all)
	}
	e.pull("file:///none.sip", "")
}

func TestRegistrationForChangesOfSettings(t *testing.T) {
	e := open(t, `{"workspace":{"didChangeConfiguration":{"dynamicRegistration":true}}}`)
	raw := string(e.waitSent("client/registerCapability", 1))
	if !strings.Contains(raw, `"method":"workspace/didChangeConfiguration"`) || !strings.Contains(raw, `"section":"sipls"`) {
		t.Errorf("registered: %s", raw)
	}
}

func TestNewestAnswerAboutSettingsCounts(t *testing.T) {
	const uri = "file:///a.sip"
	e := connect(t, Options{})
	first := make(chan struct{})
	var n atomic.Int64
	e.on("workspace/configuration", func(json.RawMessage) any {
		if n.Add(1) == 1 {
			<-first // the first answer comes last
			return []any{map[string]any{}}
		}
		return []json.RawMessage{json.RawMessage(ignored)}
	})
	e.initialize(`{"capabilities":` + asked + `}`)
	e.waitSent("workspace/configuration", 1)
	for n.Load() == 0 { // the second request must not be answered in its place
		time.Sleep(time.Millisecond)
	}
	e.notify("workspace/didChangeConfiguration", nil)
	e.waitSent("workspace/diagnostic/refresh", 1)
	close(first)
	e.didOpen(uri, "sip", response(407, "INVITE"))
	for range 5 {
		if items := e.pull(uri, "").Items; len(items) > 0 {
			t.Errorf("diagnostics: %v", codes(items))
		}
		time.Sleep(time.Millisecond)
	}
}

// TestDiagnosticsWaitForTheFirstSettings: what the user ignores must not flash.
func TestDiagnosticsWaitForTheFirstSettings(t *testing.T) {
	const uri = "file:///a.sip"
	e := connect(t, Options{})
	answer := make(chan struct{})
	e.on("workspace/configuration", func(json.RawMessage) any {
		<-answer
		return []json.RawMessage{json.RawMessage(ignored)}
	})
	e.initialize(`{"capabilities":{"textDocument":{"diagnostic":{}},"workspace":{"configuration":true}}}`)
	e.didOpen(uri, "sip", response(407, "INVITE"))
	_, pending := e.send("textDocument/diagnostic", map[string]any{"textDocument": identifier(uri)})
	time.Sleep(20 * time.Millisecond)
	close(answer)
	raw, err := e.await("textDocument/diagnostic", pending)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(raw), challengeRule) {
		t.Errorf("answered before the settings were there: %s", raw)
	}
}

func TestDiagnosticsDoNotWaitForeverForSettings(t *testing.T) {
	const uri = "file:///a.sip"
	e := connect(t, Options{})
	never := make(chan struct{})
	t.Cleanup(func() { close(never) })
	e.on("workspace/configuration", func(json.RawMessage) any { <-never; return nil })
	e.initialize(`{"capabilities":{"textDocument":{"diagnostic":{}},"workspace":{"configuration":true}}}`)
	e.didOpen(uri, "sip", response(407, "INVITE"))
	if items := e.pull(uri, "").Items; len(items) != 1 {
		t.Errorf("diagnostics: %v", codes(items))
	}
}

// TestTextsAreReadAsTheSettingsSay: the setting wins over what a text looks like.
func TestTextsAreReadAsTheSettingsSay(t *testing.T) {
	const uri = "file:///a.log"
	e := connect(t, Options{})
	e.initialize(`{"capabilities":{"textDocument":{"diagnostic":{}}},"initializationOptions":{"as":"bare"}}`)
	// In a log prose above a message belongs to nobody; in bare text it is the start line.
	e.didOpen(uri, "log", "a note\r\n"+response(407, "INVITE"))
	if items := e.pull(uri, "").Items; len(items) == 1 && items[0].Range.Start.Line == 1 {
		t.Errorf("read as a log: %v", codes(items))
	}
	e.notify("workspace/didChangeConfiguration", map[string]any{"settings": map[string]any{"sipls": map[string]any{"as": "log"}}})
	deadline := time.Now().Add(5 * time.Second)
	for {
		items := e.pull(uri, "").Items
		if len(items) == 1 && items[0].Range.Start.Line == 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("still read as bare: %v", codes(items))
		}
		time.Sleep(5 * time.Millisecond)
	}
	// Edits keep it.
	e.didChange(uri, 0, 1, "A")
	if items := e.pull(uri, "").Items; len(items) != 1 {
		t.Errorf("after an edit: %v", codes(items))
	}
}

func TestSettingsChooseRulesAndSeverities(t *testing.T) {
	const uri = "file:///a.sip"
	for _, c := range []struct {
		settings string
		want     int // severity of the challenge's finding, 0 for none
	}{
		{`{}`, 1},
		{`{"select":["407-*"]}`, 1},
		{`{"select":["transaction"]}`, 0},
		{`{"select":["required-header"],"ignore":["*-authenticate"]}`, 0},
		{`{"severity":{"` + challengeRule + `":"hint"}}`, 4},
		{`{"severity":{"required-header":"off"}}`, 0},
	} {
		e := connect(t, Options{})
		e.initialize(`{"initializationOptions":` + c.settings + `,"capabilities":{"textDocument":{"diagnostic":{}}}}`)
		e.didOpen(uri, "sip", response(407, "INVITE"))
		got := 0
		for _, d := range e.pull(uri, "").Items {
			got = d.Severity
		}
		if got != c.want {
			t.Errorf("%s: severity %d, want %d", c.settings, got, c.want)
		}
	}
}

func TestNamesInSettingsThatNobodyKnowsAreTold(t *testing.T) {
	e := connect(t, Options{})
	e.initialize(`{"initializationOptions":{"select":["a-b"],"ignore":["407-without-proxy-autenticate"],"severity":{"sdp":"fatal"}},"capabilities":{}}`)
	var m struct{ Message string }
	decode(t, e.waitSent("window/showMessage", 1), &m)
	for _, part := range []string{`"a-b"`, "did you mean 407-without-proxy-authenticate", `severity "fatal"`} {
		if !strings.Contains(m.Message, part) {
			t.Errorf("%q is not in %s", part, m.Message)
		}
	}
}
