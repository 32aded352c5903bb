package check

import (
	"bytes"
	"sync"

	"sipls/knowledge"
	"sipls/server/sip"
)

// Run applies all message rules whose needs the subject meets.
func Run(s *Subject, report func(Finding)) {
	m := s.Message
	have := provides(m)
	s.facts.load(m)
	var rule *Rule
	emit := func(f Finding) {
		if s.Keywords && f.At.At != m.Start.Text && s.hasKeyword(f.At.At) {
			return // nobody knows what stands there when SIPp runs
		}
		f.Rule = rule
		if f.Cites == nil {
			f.Cites = rule.Cites
		}
		report(f)
	}
	for _, x := range rulesFor(m) {
		if x.Needs&^have == 0 && (x.anyField || s.facts.fields.meets(&x.fields)) {
			rule = x.Rule
			rule.Check(s, emit)
		}
	}
}

// hasKeyword reports whether a keyword stands in a place of the message or elsewhere in its header field.
func (s *Subject) hasKeyword(at sip.Span) bool {
	m := s.Message
	for i := range m.Headers {
		if line := m.Headers[i].Line; line.Off <= at.Off && at.Off < line.End() {
			at = line
			break
		}
	}
	if at.Len == 0 {
		at = m.Start.Text
	}
	return bytes.IndexByte(m.Bytes(at), '[') >= 0
}

// Fixes returns the ways to mend a finding that Run reported for this subject.
// Nothing is mended in a text that nobody edits.
func Fixes(s *Subject, f *Finding) []Fix {
	if !s.Editable || f.Rule.Fix == nil {
		return nil
	}
	s.facts.load(s.Message)
	return f.Rule.Fix(s, f)
}

func provides(m *sip.Message) Needs {
	var have Needs
	if m.Form == sip.Full {
		have |= NeedFull
	}
	if m.Head.Is == sip.Whole {
		have |= NeedHead
	}
	if m.Tail.Is == sip.Whole || m.Tail.Is == sip.Cut {
		have |= NeedBody
	}
	if m.Head.Is != sip.Masked && m.Tail.Is != sip.Masked {
		have |= NeedValues
	}
	return have
}

// ruleIndex holds the rules by what they can be about, so that a message meets
// only those of its own status code.
type ruleIndex struct {
	requests  []indexed
	responses [700][]indexed
}

type indexed struct {
	*Rule
	fields   fieldSet
	anyField bool
}

// fieldSet is a set of known header fields.
type fieldSet [4]uint64

func (f *fieldSet) add(id sip.HeaderID)      { f[id>>6] |= 1 << (id & 63) }
func (f *fieldSet) has(id sip.HeaderID) bool { return f[id>>6]&(1<<(id&63)) != 0 }

func (f *fieldSet) meets(o *fieldSet) bool {
	return f[0]&o[0]|f[1]&o[1]|f[2]&o[2]|f[3]&o[3] != 0
}

var indexedRules = sync.OnceValue(func() *ruleIndex {
	x := &ruleIndex{}
	for _, rule := range Rules() {
		if rule.Scope != Message {
			continue
		}
		r := indexed{Rule: rule, anyField: rule.Fields == nil}
		for _, id := range rule.Fields {
			r.fields.add(id)
		}
		ranges := r.Messages
		if ranges == nil {
			ranges = []knowledge.Range{{Request: true}, {Lo: 0, Hi: 699}}
		}
		for _, rg := range ranges {
			if rg.Request {
				x.requests = add(x.requests, r)
				continue
			}
			for code := rg.Lo; code <= rg.Hi; code++ {
				x.responses[code] = add(x.responses[code], r)
			}
		}
	}
	return x
})

// add appends a rule once, though several of its ranges may hold the code.
func add(rules []indexed, r indexed) []indexed {
	if n := len(rules); n > 0 && rules[n-1].Rule == r.Rule {
		return rules
	}
	return append(rules, r)
}

func rulesFor(m *sip.Message) []indexed {
	x := indexedRules()
	if m.IsRequest() {
		return x.requests
	}
	if m.Start.Status < len(x.responses) {
		return x.responses[m.Start.Status]
	}
	return x.responses[0]
}

// facts are what many rules ask of a message, each worked out once.
type facts struct {
	of     *sip.Message
	fields fieldSet // which known header fields it has; HeaderOther for any unknown one
	method []byte
	toTag  tristate
	cookie tristate
	sdp    descriptions
}

// tristate is a yes or no that may not be known yet.
type tristate uint8

const (
	unknown tristate = iota
	no
	yes
)

func (t *tristate) get(work func() bool) bool {
	if *t == unknown {
		*t = no
		if work() {
			*t = yes
		}
	}
	return *t == yes
}

func (f *facts) load(m *sip.Message) {
	if f.of == m {
		return
	}
	*f = facts{of: m, method: m.Method()}
	for i := range m.Headers {
		f.fields.add(m.Headers[i].ID)
	}
}

func (f *facts) has(id sip.HeaderID) bool { return f.fields.has(id) }

func (f *facts) hasToTag() bool {
	return f.toTag.get(func() bool { return f.of.Tag(sip.HeaderTo) != nil })
}

func (f *facts) hasCookie() bool { return f.cookie.get(f.of.HasMagicCookie) }
