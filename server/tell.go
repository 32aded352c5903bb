package server

import (
	"sync"

	"go.lsp.dev/protocol"
)

// toldOnce remembers what the user was told already.
type toldOnce struct {
	mu    sync.Mutex
	topic map[string]bool
}

// first reports whether it is called with this topic for the first time.
func (t *toldOnce) first(topic string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.topic[topic] {
		return false
	}
	if t.topic == nil {
		t.topic = map[string]bool{}
	}
	t.topic[topic] = true
	return true
}

// forget makes the next call of first with the topic the first one again.
func (t *toldOnce) forget(topic string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.topic, topic)
}

// tellOnce writes to the client's log, once for each topic.
func (s *session) tellOnce(topic string, level protocol.MessageType, message string) {
	if s.state.Load() != stateInitialized || !s.told.first(topic) {
		return
	}
	if err := s.client.LogMessage(s.base, &protocol.LogMessageParams{Type: level, Message: message}); err != nil {
		s.log.Debug("window/logMessage failed", "error", err)
	}
}

// showOnce shows the user a message, once for each topic.
func (s *session) showOnce(topic string, level protocol.MessageType, message string) {
	if s.state.Load() == stateInitialized && s.told.first(topic) {
		s.show(level, message)
	}
}

// show shows the user a message.
func (s *session) show(level protocol.MessageType, message string) {
	if err := s.client.ShowMessage(s.base, &protocol.ShowMessageParams{Type: level, Message: message}); err != nil {
		s.log.Debug("window/showMessage failed", "error", err)
	}
}

const (
	messageError   = protocol.MessageTypeError
	messageWarning = protocol.MessageTypeWarning
	messageInfo    = protocol.MessageTypeInfo
)
