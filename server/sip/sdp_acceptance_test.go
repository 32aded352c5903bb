//go:build acceptance

package sip

import (
	"strconv"
	"strings"
	"testing"
)

// TestBodyValuesOfOtherStacks judges the lines of session descriptions and the media types that other stacks test.
func TestBodyValuesOfOtherStacks(t *testing.T) {
	// ersip rejects a line without a line end; here a line may end where the text does.
	unended := map[string]bool{"h0328": true, "h0364": true}
	n := 0
	for _, row := range rows(t, "torture", "HEADERS.tsv") {
		id, kind, verdict := row[0], row[2], row[4]
		text, err := strconv.Unquote(`"` + strings.ReplaceAll(row[3], `"`, `\x22`) + `"`)
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		if unended[id] || verdict != "valid" && verdict != "invalid" {
			continue
		}
		right := false
		switch kind {
		case "sdp_addr":
			d := sdpOf("c=IN IP4 " + text)
			if strings.Contains(text, ":") {
				d = sdpOf("c=IN IP6 " + text)
			}
			_, err := d.Connection(&d.Lines[0])
			right = err == nil
		case "sdp_origin", "sdp_conn", "sdp_attr", "sdp_bandwidth", "sdp_aux":
			if kind == "sdp_aux" && !strings.HasPrefix(text, "m=") {
				text = "m=audio 4000 " + text + " 0"
			}
			d := sdpOf(strings.ReplaceAll(text, "\r\n", "\n"))
			l := &d.Lines[0]
			var err *SyntaxError
			switch l.Type {
			case 'o':
				_, err = d.Origin(l)
			case 'c':
				_, err = d.Connection(l)
			case 'm':
				_, err = d.MediaLine(l)
			}
			right = err == nil && l.Type != 0 && !l.Loose
		case "content-type", "content_type":
			m := bodyOf("Content-Type: "+strings.TrimPrefix(text, "Content-Type: ")+"\n", "")
			right = m.MediaTypeSyntax(m.Headers[0].Value) == nil
		default:
			continue
		}
		n++
		if right != (verdict == "valid") {
			t.Errorf("%s (%s) is %s, but the grammar says %t: %s", id, kind, verdict, right, text)
		}
	}
	if n < 20 {
		t.Errorf("%d rows", n)
	}
}
