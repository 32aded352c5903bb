package trace

import (
	"bytes"

	"sipls/server/sip"
	"sipls/server/text"
)

// Mention is a status code in a text that is no message: prose, CDR, JSON.
type Mention struct {
	From, To text.Offset // the three digits
	Status   int         // 100 to 699
}

// Mentions returns the mentions in the lines that [from, to] touches and that
// belong to no message, in order. It reads those lines only, of longer ones than 64 KiB the part
// around the range.
func (t *Trace) Mentions(from, to text.Offset) []Mention {
	from = min(max(from, 0), t.doc.Len())
	to = min(max(to, from), t.doc.Len())
	lo := max(t.doc.LineStart(t.doc.LineAt(from)), from-maxLine)
	hi := min(t.doc.LineEnd(t.doc.LineAt(to)), to+maxLine)
	var out []Mention
	t.mentionsIn(lo, hi, func(m Mention) bool {
		out = append(out, m)
		return true
	})
	return out
}

// AllMentions calls yield for each mention in the text outside of messages, in
// order. It reads the text piece by piece; no more than a piece is ever copied.
func (t *Trace) AllMentions(yield func(Mention) bool) {
	t.mentionsIn(0, t.doc.Len(), yield)
}

// mentionsIn reports the mentions in [from, to) outside of messages.
func (t *Trace) mentionsIn(from, to text.Offset, yield func(Mention) bool) {
	at := from // up to here all is done
	for i := max(t.Find(from), 0); i < t.Len(); i++ {
		seg, start := t.Segment(i)
		if start >= to {
			break
		}
		for _, m := range seg.Messages {
			lo, hi := t.Range(i, m, sip.Span{Len: int32(len(m.Text))})
			if lo >= to {
				break
			}
			if !t.mentionsBetween(at, min(lo, to), yield) {
				return
			}
			at = max(at, min(hi, to))
		}
		if end := min(start+text.Offset(seg.Len), to); len(seg.Messages) > 0 || end-at >= mentionPiece {
			if !t.mentionsBetween(at, end, yield) {
				return
			}
			at = max(at, end)
		}
	}
	t.mentionsBetween(at, to, yield)
}

const (
	mentionPiece   = 256 << 10 // bytes read at once
	mentionContext = 256       // bytes before and behind a code that are looked at
)

// mentionsBetween reports the mentions whose code begins in [from, to). What it says of a code
// depends on the text around it, not on where the range begins.
func (t *Trace) mentionsBetween(from, to text.Offset, yield func(Mention) bool) bool {
	for from < to {
		end := min(from+mentionPiece, to)
		lo := max(from-mentionContext, 0)
		b := t.doc.Slice(lo, end+mentionContext)
		for i := int(from - lo); i < int(end-lo); {
			if i = nextCode(b, i, int(end-lo)); i < 0 {
				break
			}
			if isMention(b, i) {
				at := lo + text.Offset(i)
				if !yield(Mention{From: at, To: at + 3, Status: int(b[i]-'0')*100 + int(b[i+1]-'0')*10 + int(b[i+2]-'0')}) {
					return false
				}
			}
			i += 3
		}
		from = end
	}
	return true
}

// nextCode returns the offset of the next three digits from 100 to 699 that begin in b[i:end],
// stand alone, and have before them what can be before a status code; -1 if there are none.
func nextCode(b []byte, i, end int) int {
	for ; i < end; i++ {
		if !mayPrecedeCode[b[i]] {
			continue
		}
		if i+3 >= len(b) {
			return -1
		}
		if c := b[i+1]; '1' <= c && c <= '6' && isDigit(b[i+2]) && isDigit(b[i+3]) && (i+4 == len(b) || endsCode(b[i+4:])) && i+1 < end {
			return i + 1
		}
	}
	return -1
}

var mayPrecedeCode = [256]bool{' ': true, '\t': true, '"': true, '\'': true, '=': true, ':': true, '[': true, '(': true}

// endsCode reports whether b can stand behind a status code: not a letter or a digit, nor what
// makes it part of a number, a time or a range.
func endsCode(b []byte) bool {
	c := b[0]
	if isAlphanumeric(c) || c == '_' || c == '%' || c == '/' {
		return false
	}
	joins := c == '.' || c == ':' || c == '-' || c == ','
	return !joins || len(b) == 1 || !isDigit(b[1])
}

// isMention reports whether what stands around the three digits at i makes them a SIP
// status code. The digits alone never do: ports, times, sizes and the codes of HTTP have three
// digits too. No form goes beyond a line, since none has a line end in it.
func isMention(b []byte, i int) bool {
	before, behind := b[max(0, i-mentionContext):i], b[i+3:min(len(b), i+3+mentionContext)]
	j := len(before)
	switch before[j-1] {
	case '[':
		return stateBefore(before)
	case '(':
		return false
	case '"', '\'':
		j--
	}

	// "status": "486"; status=486; sip status: 486; code=486
	j = trimBlanks(before, j)
	if j > 0 && (before[j-1] == '=' || before[j-1] == ':') {
		j = trimBlanks(before, j-1)
		if j > 0 && (before[j-1] == '"' || before[j-1] == '\'') {
			j--
		}
		return keyMeansSIP(before, j, behind)
	}
	if j == len(before) {
		return false
	}
	// SIPp's picture of a scenario
	if bytes.HasPrefix(behind, sippReceives) || bytes.HasPrefix(behind, sippSends) {
		return true
	}
	// SIP 486 Busy Here
	if len(behind) > 1 && behind[0] == ' ' && 'A' <= behind[1] && behind[1] <= 'Z' && oneOf(before[wordBefore(before, j):j], "sip") {
		return !bytes.HasPrefix(behind, []byte(" Request:")) && !bytes.HasPrefix(behind, []byte(" Status:"))
	}
	// SIP/2.0 486; SIP response 486; SIP cause 480
	if k := j - len(anchor); k >= 0 && string(before[k:j]) == string(anchor) {
		return k == 0 || !isAlphanumeric(before[k-1])
	}
	word := wordBefore(before, j)
	if !oneOf(before[word:j], "response", "reply", "status", "code", "cause", "error") {
		return false
	}
	if oneOf(before[word:j], "code") { // SIP response code 486
		if k := trimBlanks(before, word); oneOf(before[wordBefore(before, k):k], "response", "reply", "status", "error") {
			word = wordBefore(before, k)
		}
	}
	return followsSIP(before, word)
}

// followsSIP reports whether the word SIP and blanks stand before b[word:].
func followsSIP(b []byte, word int) bool {
	k := trimBlanks(b, word)
	return k < word && oneOf(b[wordBefore(b, k):k], "sip")
}

// keyMeansSIP reports whether the key that ends before[:j] has a SIP status code as its value.
func keyMeansSIP(before []byte, j int, behind []byte) bool {
	word := wordBefore(before, j)
	key := before[word:j]
	switch {
	case oneOf(key, "status"):
		return followsSIP(before, word) || !otherStatus(before, behind)
	case oneOf(key, "code", "response", "reply", "cause"):
		// In the records of Kamailio's and OpenSIPS's acc module a reason follows the code; Reason
		// header fields in prose read SIP;cause=486.
		return followsSIP(before, word) || oneOf(key, "code") && bytes.HasPrefix(behind, []byte(";reason=")) ||
			oneOf(key, "cause") && hasSuffixFold(before[:word], "sip;")
	case oneOf(key, "with"):
		return hasSuffixFold(before[:word], "responding to invite ") // mod_sofia
	}
	// sip_status, sip_status_code, sipCode, last_sip_response ...
	at := indexFold(key, "sip")
	if at < 0 || at > 0 && key[at-1] != '_' && key[at-1] != '-' {
		return false
	}
	rest := key[at+len("sip"):]
	return hasSuffixFold(rest, "status") || hasSuffixFold(rest, "code") || hasSuffixFold(rest, "response") || hasSuffixFold(rest, "cause")
}

// otherStatus reports whether the line says that a status is that of HTTP or of a process.
func otherStatus(before, behind []byte) bool {
	before = before[lastLineEnd(before)+1:]
	if i := bytes.IndexAny(behind, "\r\n"); i >= 0 {
		behind = behind[:i]
	}
	return indexFold(before, "http") >= 0 || indexFold(behind, "http") >= 0 || indexFold(before, "exit") >= 0
}

// stateBefore reports whether b ends with the name of a call state as FreeSWITCH writes it before the
// code: `entering state [completed][`.
func stateBefore(b []byte) bool {
	b, ok := bytes.CutSuffix(b, []byte("]["))
	if !ok {
		return false
	}
	name := wordBefore(b, len(b))
	if name == 0 || b[name-1] != '[' {
		return false
	}
	switch string(b[name:]) {
	case "init", "authenticating", "calling", "proceeding", "completing", "received", "early", "completed", "ready", "terminating", "terminated":
		return true
	}
	return false
}

// trimBlanks returns the end of b[:end] without blanks at its end.
func trimBlanks(b []byte, end int) int {
	for end > 0 && isBlank(b[end-1]) {
		end--
	}
	return end
}

// wordBefore returns where the word begins that ends b[:end].
func wordBefore(b []byte, end int) int {
	for end > 0 && (isAlphanumeric(b[end-1]) || b[end-1] == '_' || b[end-1] == '-') {
		end--
	}
	return end
}

// oneOf reports whether b is one of the words, letter case ignored.
func oneOf(b []byte, words ...string) bool {
	for _, w := range words {
		if sip.EqualFold(b, w) {
			return true
		}
	}
	return false
}

func hasSuffixFold(b []byte, s string) bool {
	return len(b) >= len(s) && sip.EqualFold(b[len(b)-len(s):], s)
}

func indexFold(b []byte, s string) int {
	for i := 0; i+len(s) <= len(b); i++ {
		if sip.EqualFold(b[i:i+len(s)], s) {
			return i
		}
	}
	return -1
}
