package check

import (
	"slices"
	"strings"
	"sync"
)

// Rules returns all rules, sorted by name.
var Rules = sync.OnceValue(func() []*Rule {
	out := []*Rule{cancelTerminated, contentLength, cseqMethod, messageUnfinished, viaBranchCookie}
	out = append(out, requiredHeaderRules()...)
	slices.SortFunc(out, func(a, b *Rule) int { return strings.Compare(a.Name, b.Name) })
	return out
})

// Lookup returns the rule of that name, nil when there is none.
func Lookup(name string) *Rule {
	rules := Rules()
	if i, ok := slices.BinarySearchFunc(rules, name, func(r *Rule, n string) int { return strings.Compare(r.Name, n) }); ok {
		return rules[i]
	}
	return nil
}
