package analysis

import (
	"strings"

	"sipls/knowledge"
	"sipls/server/explain"
	"sipls/server/text"
)

// maxLine is the most bytes of a line that are looked at on each side of the cursor.
const maxLine = 4 << 10

func (s *Snapshot) causeHover(off text.Offset) (doc explain.Doc, from, to text.Offset, ok bool) {
	if off < 0 || off > s.doc.Len() {
		return doc, 0, 0, false
	}
	n := s.doc.LineAt(off)
	start, end := max(s.doc.LineStart(n), off-maxLine), min(s.doc.LineEnd(n), off+maxLine)
	if off > end {
		return doc, 0, 0, false // in the line end
	}
	cause, a, b := causeMention(string(s.doc.Slice(start, end)), int(off-start))
	if cause == nil {
		return doc, 0, 0, false
	}
	return explain.EntryHover(cause.Entry()), start + text.Offset(a), start + text.Offset(b), true
}

func isWord(c byte) bool {
	return c == '-' || c == '.' || c == '_' || c == '+' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// causeWords are what makes three digits behind "cause" one of Q.850 in a line of a log.
var causeWords = []string{"sip", "q.850", "q850", "hangup", "sofia", "isdn", "isup"}

// causeMention finds the Q.850 cause that a line of a log names at off: by a
// name that Asterisk or FreeSWITCH gives it, or by its number where the line is about a call.
func causeMention(line string, off int) (cause *knowledge.Cause, from, to int) {
	from, to = off, off
	for from > 0 && isWord(line[from-1]) && line[from-1] != '.' {
		from--
	}
	for to < len(line) && isWord(line[to]) && line[to] != '.' {
		to++
	}
	word := line[from:to]
	if word == "" {
		return nil, 0, 0
	}
	if word[0] < '0' || word[0] > '9' {
		// Single words in lower case are prose.
		if strings.ToUpper(word) != word || !strings.Contains(word, "_") {
			return nil, 0, 0
		}
		return knowledge.LookupCauseName(word), from, to
	}
	lower := strings.ToLower(line)
	before := strings.TrimRight(lower[:from], " :=(\"'")
	if !strings.HasSuffix(before, "cause") && !strings.HasSuffix(before, "cause code") && !strings.HasSuffix(before, "causecode") && !strings.HasSuffix(before, "cause-code") {
		return nil, 0, 0
	}
	for _, w := range causeWords {
		if strings.Contains(lower, w) {
			n := 0
			for _, c := range word {
				if c < '0' || c > '9' || n > 127 {
					return nil, 0, 0
				}
				n = n*10 + int(c-'0')
			}
			return knowledge.LookupCause(n), from, to
		}
	}
	return nil, 0, 0
}
