package scenario

import (
	"fmt"
	"strconv"
)

// Select picks messages of a trace.
type Select struct {
	what  string
	nth   int // 0: all, otherwise only the nth, counted from 1
	match func(*Message) bool
}

// All picks every message.
var All = Select{what: "a message", match: func(*Message) bool { return true }}

// Status picks the responses with that status code.
func Status(code int) Select {
	return Select{what: strconv.Itoa(code), match: func(m *Message) bool { return m.Status() == code }}
}

// StatusTo picks the responses with that status code to requests of that method.
func StatusTo(method string, code int) Select {
	return Select{what: fmt.Sprintf("%d to %s", code, method), match: func(m *Message) bool {
		return m.Status() == code && m.Method() == method
	}}
}

// Request picks the requests of that method.
func Request(method string) Select {
	return Select{what: method, match: func(m *Message) bool { return !m.IsResponse() && m.Method() == method }}
}

// Responses picks every response.
var Responses = Select{what: "a response", match: (*Message).IsResponse}

// Where picks the messages for which match is true; what names them in a panic.
func Where(what string, match func(*Message) bool) Select { return Select{what: what, match: match} }

// First picks only the first of them.
func (s Select) First() Select { return s.Nth(1) }

// Nth picks only the nth of them, counted from 1.
func (s Select) Nth(n int) Select {
	s.nth = n
	s.what = fmt.Sprintf("%s (number %d)", s.what, n)
	return s
}
