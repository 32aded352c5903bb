//go:build acceptance

package sip

import (
	"strconv"
	"strings"
	"testing"
)

// extensionKinds names the header field that a kind of HEADERS.tsv is about; "" where each row names it.
var extensionKinds = map[string]string{
	"accept": "Accept", "allow": "Allow", "event": "Event", "opttag_list": "Supported", "privacy": "Privacy", "rack": "RAck",
	"reason": "Reason", "replaces": "Replaces", "rseq": "RSeq", "subscription_state": "Subscription-State", "supported": "Supported",
	"header": "",
}

func TestExtensionValuesOfOtherStacks(t *testing.T) {
	n := 0
	for _, row := range rows(t, "torture", "HEADERS.tsv") {
		id, source, kind, verdict := row[0], row[1], row[2], row[4]
		name, ok := extensionKinds[kind]
		if !ok || verdict != "valid" && verdict != "invalid" {
			continue
		}
		line, err := strconv.Unquote(`"` + strings.ReplaceAll(row[3], `"`, `\x22`) + `"`)
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		// The suites of ersip feed values, those of the other stacks header lines.
		if source == "ersip" {
			line = name + ": " + line
		}
		m := withFields(line)
		h := &m.Headers[0]
		if h.Name.Len > 0 && !HasFieldSyntax(h.ID) {
			continue // judged where its own kind is
		}
		n++
		got := fieldVerdict{h.Name.Len > 0, m.FieldSyntax(h)}
		if right := got.named && got.err == nil; right != (verdict == "valid") {
			t.Errorf("%s (%s) is %s, but the grammar says %+v: %s", id, kind, verdict, got, line)
		}
	}
	if n < 15 {
		t.Errorf("%d rows", n)
	}
}

// fieldVerdict is what the grammar says about a header line.
type fieldVerdict struct {
	named bool // there is a name in front of a colon
	err   *SyntaxError
}
