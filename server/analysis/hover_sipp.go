package analysis

import (
	"bytes"

	"sipls/server/sip"
)

// keyword explains a [keyword] of a SIPp scenario that holds the place.
func (h *hovering) keyword() (told, bool) {
	t, at := h.msg.Text, int(h.at)
	from := bytes.LastIndexAny(t[:min(at+1, len(t))], "[\n")
	if from >= 0 && t[from] == '[' && from == at {
		// The cursor is in front of the bracket.
	} else if from = bytes.LastIndexAny(t[:at], "[\n"); from < 0 || t[from] != '[' {
		return told{}, false
	}
	n := keywordLen(t[from:])
	if n == 0 || from+n < at {
		return told{}, false
	}
	doc, ok := keywordDoc(string(t[from+1 : from+n-1]))
	return told{doc, sip.Span{Off: int32(from), Len: int32(n)}}, ok
}
