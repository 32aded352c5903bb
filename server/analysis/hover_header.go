package analysis

import (
	"strings"

	"sipls/knowledge"
	"sipls/server/explain"
	"sipls/server/sip"
)

// wordKinds says what the words in the value of a header field name, as a kind
// of knowledge.Lookup.
var wordKinds = map[sip.HeaderID]string{
	sip.HeaderAllow:        "method",
	sip.HeaderCSeq:         "method",
	sip.HeaderSupported:    "option-tag",
	sip.HeaderRequire:      "option-tag",
	sip.HeaderProxyRequire: "option-tag",
	sip.HeaderUnsupported:  "option-tag",
	sip.HeaderEvent:        "event",
	sip.HeaderAllowEvents:  "event",
	sip.HeaderPrivacy:      "privacy",
	sip.HeaderWarning:      "warning",
}

// headerHover explains the header field at a place in a message: its name, or a
// word of its value that has a meaning of its own. at is what it explains.
func headerHover(m *sip.Message, log int32) (doc explain.Doc, at sip.Span, ok bool) {
	for i := range m.Headers {
		h := &m.Headers[i]
		switch {
		case log < h.Line.Off:
			return doc, at, false
		case h.Name.Contains(log):
			e := knowledge.LookupHeaderField(string(m.Bytes(h.Name)))
			if e == nil {
				return doc, at, false
			}
			return explain.EntryHover(e.Entry()), h.Name, true
		case h.Value.Contains(log):
			return wordHover(m, h, log)
		}
	}
	return doc, at, false
}

func wordHover(m *sip.Message, h *sip.Header, log int32) (doc explain.Doc, at sip.Span, ok bool) {
	if h.ID == sip.HeaderReason {
		for g, v := range m.Values(h.ID) {
			if g == h && v.Contains(log) {
				return firstEntry(string(m.Bytes(v)), v)
			}
		}
	}
	kind := wordKinds[h.ID]
	if kind == "" {
		return doc, at, false
	}
	at = wordAt(m.Text, h.Value, log)
	if at.Len == 0 {
		return doc, at, false
	}
	return firstEntry(kind+":"+string(m.Bytes(at)), at)
}

func firstEntry(what string, at sip.Span) (doc explain.Doc, _ sip.Span, ok bool) {
	entries := knowledge.Lookup(what)
	if len(entries) == 0 {
		return doc, at, false
	}
	return explain.EntryHover(entries[0]), at, true
}

// wordAt returns the token around log.
func wordAt(text []byte, in sip.Span, log int32) sip.Span {
	from, to := log, log
	for from > in.Off && isWord(text[from-1]) {
		from--
	}
	for to < in.End() && isWord(text[to]) {
		to++
	}
	return sip.Span{Off: from, Len: to - from}
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
