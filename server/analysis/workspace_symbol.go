package analysis

import (
	"bytes"
	"cmp"
	"context"
	"strconv"
	"strings"

	"sipls/server/call"
	"sipls/server/sip"
)

// CallSymbol is a call that is looked for.
type CallSymbol struct {
	Name   string // what became of it, and what of it was looked for: one visible line
	CallID string // one visible line; may be empty
	At     Extent // the start line of its first message
}

// CallSymbols returns the first limit calls of the text that all words of the query are found in: in a number, name or URI of the
// two ends, in the Call-ID, as a method, as the code of one of its responses, or as what became of it. An empty query finds
// all calls. It returns the error of ctx when that ends first.
func (s *Snapshot) CallSymbols(ctx context.Context, query string, limit int) ([]CallSymbol, error) {
	calls := s.Calls()
	words := strings.Fields(strings.ToLower(query))
	var out []CallSymbol
	for c := range calls.Len() {
		if c%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if len(out) == limit {
			break
		}
		state := calls.list[c]
		first := state.members[0]
		at, ok := s.startLineOf(first)
		if !ok {
			continue
		}
		found, ok := calls.search(c, words)
		if !ok {
			continue
		}
		x := CallSymbol{Name: calls.Sentence(c), CallID: label(string(first.message().CallID()), maxLabel), At: at}
		// Editors pass over names that do not hold what was typed.
		for i, word := range words {
			if !strings.Contains(strings.ToLower(x.Name), word) {
				x.Name += ", " + found[i]
			}
		}
		x.Name = label(x.Name, 2*maxLens)
		out = append(out, x)
	}
	return out, nil
}

// search finds each of the words, in small letters, in call c and tells where it found them; ok is false when one is missing.
func (x *Calls) search(c int, words []string) (found []string, ok bool) {
	for _, word := range words {
		where := x.searchWord(c, word)
		if where == "" {
			return nil, false
		}
		found = append(found, where)
	}
	return found, true
}

func (x *Calls) searchWord(c int, word string) string {
	state := x.list[c]
	m := state.members[0].message()
	in := func(sp sip.Span) bool { return bytes.Contains(bytes.ToLower(m.Bytes(sp)), []byte(word)) }
	for _, id := range [...]sip.HeaderID{sip.HeaderFrom, sip.HeaderTo} {
		a, ok := m.Address(id)
		switch {
		case !ok:
		case in(a.Display):
			return string(m.Bytes(a.Display))
		case in(a.URI):
			return string(m.Bytes(a.URI))
		}
	}
	if in(m.Start.URI) {
		return string(m.Bytes(m.Start.URI))
	}
	if bytes.Contains(bytes.ToLower(m.CallID()), []byte(word)) {
		return "Call-ID " + string(m.CallID())
	}
	if code, err := strconv.Atoi(word); err == nil && state.call.HasStatus(code) {
		return word
	}
	if method := string(bytes.ToLower(m.Method())); strings.HasPrefix(method, word) {
		return cmp.Or(string(m.Method()), method)
	}
	for o := call.InProgress; o <= call.Completed; o++ {
		if strings.HasPrefix(o.String(), word) && len(word) > 2 {
			if x.Result(c).Outcome == o {
				return o.String()
			}
		}
	}
	return ""
}
