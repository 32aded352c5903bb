package server

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"go.lsp.dev/protocol"

	"sipls/server/check"
	"sipls/server/settings"
	"sipls/server/trace"
)

// configuration works out the settings in force. They come from
// initializationOptions and, over these, from the client's answer to
// workspace/configuration; from a client that cannot be asked or has no answer, from what
// didChangeConfiguration brought last.
type configuration struct {
	mu      sync.Mutex
	options json.RawMessage
	pushed  json.RawMessage
	pulled  json.RawMessage
	asked   uint64          // how often the client was asked
	warned  map[string]bool // problems that the settings in force have

	settleOnce sync.Once
	settled    chan struct{} // closed when the first settings are in force
}

// maxSettle is how long diagnostics wait for the first settings of a client.
const maxSettle = 500 * time.Millisecond

// settle ends the waiting for the first settings.
func (c *configuration) settle() { c.settleOnce.Do(func() { close(c.settled) }) }

// wait returns when the first settings are in force: findings that the user
// ignores must not show up and vanish again, and in a client that does not ask twice they would stay.
// A client that never tells its settings is not waited for twice.
func (c *configuration) wait(ctx context.Context) {
	select {
	case <-c.settled:
		return
	default:
	}
	timer := time.NewTimer(maxSettle)
	defer timer.Stop()
	select {
	case <-c.settled:
	case <-timer.C:
		c.settle()
	case <-ctx.Done():
	}
}

// setOptions takes initializationOptions. Problems are told with the first settings after it.
func (c *configuration) setOptions(s *session, raw json.RawMessage) {
	c.mu.Lock()
	c.options = given(raw)
	c.mu.Unlock()
	now, _ := c.inForce()
	s.settings.Store(now)
}

// given returns the JSON in memory of its own, nil for null.
func given(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 || isNull(raw) {
		return nil
	}
	return append(json.RawMessage{}, raw...)
}

// inForce is what the user set and what it means.
type inForce struct {
	settings.Settings
	policy *check.Policy
}

// equal reports whether both show the same findings.
func (f *inForce) equal(o *inForce) bool {
	return f.MaxDiagnostics == o.MaxDiagnostics && f.As == o.As && f.policy.Equal(o.policy)
}

// inForce returns the settings in force and what is wrong with them.
func (c *configuration) inForce() (*inForce, []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := &inForce{Settings: settings.Default()}
	var problems []string
	client := c.pulled
	if client == nil {
		client = c.pushed
	}
	for _, layer := range []json.RawMessage{c.options, client} {
		if layer != nil {
			problems = append(problems, out.Apply(layer)...)
		}
	}
	var wrong []error
	out.policy, wrong = check.NewPolicy(check.Preferences{Select: out.Select, Ignore: out.Ignore, Severity: out.Severity})
	if len(wrong) > 0 {
		problems = append(problems, "In the settings of sipls "+sentences(wrong)+" The name of a rule stands behind each of its findings.")
	}
	return out, problems
}

// sentences puts a few of the errors into words; a message box is no place for more.
func sentences(errs []error) string {
	const most = 5
	var list []string
	for _, err := range errs[:min(len(errs), most)] {
		list = append(list, strings.TrimSuffix(err.Error(), "?"))
	}
	s := strings.Join(list, "; ")
	if n := len(errs) - most; n > 0 {
		s += fmt.Sprintf("; and %d more", n)
	}
	return s + "."
}

// register asks the client to tell when the settings change.
func (c *configuration) register(ctx context.Context, s *session) {
	if !s.caps.registerConfiguration {
		return
	}
	options, err := protocol.Marshal(&protocol.DidChangeConfigurationRegistrationOptions{Section: protocol.String(settings.Section)})
	if err == nil {
		err = s.client.RegisterCapability(ctx, &protocol.RegistrationParams{Registrations: []protocol.Registration{{
			ID:              "sipls-configuration",
			Method:          protocol.MethodWorkspaceDidChangeConfiguration,
			RegisterOptions: options,
		}}})
	}
	if err != nil && ctx.Err() == nil {
		s.log.Warn("registering for changes of settings failed", "error", err)
	}
}

// pull asks the client for the settings and puts them in force.
func (c *configuration) pull(ctx context.Context, s *session) {
	if !s.caps.configuration {
		c.apply(s)
		return
	}
	c.mu.Lock()
	c.asked++
	asked := c.asked
	c.mu.Unlock()
	section := settings.Section
	values, err := s.client.Configuration(ctx, &protocol.ConfigurationParams{Items: []protocol.ConfigurationItem{{Section: &section}}})
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		s.log.Warn("asking for the settings failed", "error", err)
	}
	c.mu.Lock()
	if asked != c.asked {
		// Asked again since: a newer answer is on its way.
		c.mu.Unlock()
		return
	}
	if err == nil {
		c.pulled = nil
		if len(values) > 0 {
			c.pulled = given(json.RawMessage(values[0]))
		}
	}
	c.mu.Unlock()
	c.apply(s)
}

// readAs returns how texts are read, nil for what they look like.
func readAs(set *inForce) *trace.Mode {
	mode, _ := trace.ParseMode(set.As) // Apply took no other value
	return mode
}

// apply puts the settings in force.
func (c *configuration) apply(s *session) {
	now, problems := c.inForce()
	for _, p := range c.fresh(problems) {
		s.show(messageWarning, p)
	}
	before := s.settings.Swap(now)
	if before.As != now.As {
		s.docs.reread(readAs(now))
	}
	c.settle()
	if before.InlayHints != now.InlayHints && s.caps.refreshHints {
		s.askAgain("inlay hints", s.client.InlayHintRefresh)
	}
	if before.CodeLens != now.CodeLens && s.caps.refreshLenses {
		s.askAgain("code lenses", s.client.CodeLensRefresh)
	}
	if before.equal(now) {
		return
	}
	if !s.caps.pullDiagnostics {
		s.pushAgain()
		return
	}
	if s.caps.refreshDiagnostics {
		s.askAgain("diagnostics", s.client.DiagnosticRefresh)
	}
}

// askAgain tells the client that answers that it has are no longer right.
func (s *session) askAgain(what string, refresh func(context.Context) error) {
	if err := refresh(s.base); err != nil && s.base.Err() == nil {
		s.log.Warn("asking the client to ask again failed", "for", what, "error", err)
	}
}

// fresh returns the problems that the settings did not have before.
func (c *configuration) fresh(problems []string) (out []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.warned
	c.warned = map[string]bool{}
	for _, p := range problems {
		if !before[p] && !c.warned[p] {
			out = append(out, p)
		}
		c.warned[p] = true
	}
	return out
}

// didChangeConfiguration handles workspace/didChangeConfiguration.
func (s *session) didChangeConfiguration(params []byte) error {
	var p struct {
		Settings json.RawMessage `json:"settings"`
	}
	if len(params) > 0 {
		if err := decodeParams(params, &p); err != nil {
			return err
		}
	}
	s.config.mu.Lock()
	s.config.pushed = given(p.Settings)
	s.config.mu.Unlock()
	s.spawn("configuration", func(ctx context.Context) { s.config.pull(ctx, s) })
	return nil
}
