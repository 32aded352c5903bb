package analysis

import (
	"bytes"
	"slices"
	"strings"

	"sipls/knowledge"
	"sipls/server/check"
	"sipls/server/explain"
	"sipls/server/sip"
	"sipls/server/text"
	"sipls/server/trace"
)

// Completion is what may be written at a place of an editable text.
type Completion struct {
	// What the choice replaces stands in one line: [From, To), or [From, At) where the user wants
	// to keep what is behind the cursor.
	From, At, To text.Offset
	Items        []CompletionItem // the best first
}

// CompletionItem is one choice.
type CompletionItem struct {
	Label      string
	Kind       CompletionKind
	Filter     string         // what the text typed so far is compared with; "" for Label
	Note       string         // a few words for the list: "missing"; may be empty
	Detail     string         // a sentence or two; may be empty
	Insert     check.Template // its line ends are LF; the same words stand for one placeholder
	Topic      string         // what CompletionTopic explains; "" for nothing
	Deprecated bool           // it is no longer to be sent
}

// CompletionKind says what an item is.
type CompletionKind uint8

const (
	MessageCompletion   CompletionKind = iota // a whole message
	MethodCompletion                          // a request line or a method
	StatusCompletion                          // a status line or a code
	FieldCompletion                           // a header field, a line of a session description
	ParameterCompletion                       // the name of a parameter or attribute
	WordCompletion                            // a word that a registry lists
	ValueCompletion                           // another value
	URICompletion                             // a URI or its beginning
	KeywordCompletion                         // [keyword] of SIPp
)

// literalItem is an item that inserts its label.
func literalItem(kind CompletionKind, label, detail, topic string) CompletionItem {
	return CompletionItem{Label: label, Kind: kind, Detail: detail, Insert: check.Literal(label), Topic: topic}
}

// templateItem is an item that inserts a text in which {words} are for the user to fill in.
func templateItem(kind CompletionKind, label, insert, detail, topic string) CompletionItem {
	return CompletionItem{Label: label, Kind: kind, Detail: detail, Insert: check.ParseTemplate(insert), Topic: topic}
}

// Completion returns what may be written at off. It looks at the lines around off only, whatever
// the rest of the text is like, since a message that somebody writes is broken most of the time. ok is
// false in a text that is evidence, and where nothing is to be said.
func (s *Snapshot) Completion(off text.Offset) (c Completion, ok bool) {
	if !s.Editable() || off < 0 || off > s.doc.Len() {
		return c, false
	}
	w := s.writingAt(off)
	if w == nil {
		return c, false
	}
	c = w.complete()
	return c, len(c.Items) > 0
}

// CompletionTopic explains what an item stands for. ok is false where there is nothing to tell.
func CompletionTopic(topic string) (d explain.Doc, ok bool) {
	if name, found := strings.CutPrefix(topic, keywordTopic); found {
		return keywordDoc(name)
	}
	entries := knowledge.Lookup(topic)
	if len(entries) == 0 {
		return d, false
	}
	if code := statusOfKey(entries[0].Key); code != 0 {
		return explain.Mention(code)
	}
	return explain.EntryHover(entries[0]), true
}

func statusOfKey(key string) int {
	digits, ok := strings.CutPrefix(key, "status:")
	if !ok || len(digits) != 3 || !allDigits([]byte(digits)) {
		return 0
	}
	return int(digits[0]-'0')*100 + int(digits[1]-'0')*10 + int(digits[2]-'0')
}

// maxWritten and maxWrittenLines are how many bytes and lines are looked at on each side of the cursor.
const (
	maxWritten      = 64 << 10
	maxWrittenLines = 1000
)

// writing is a message around a cursor, line by line, maybe without start line.
type writing struct {
	s        *Snapshot
	off      text.Offset // of the cursor
	scenario bool        // keywords of SIPp in brackets are allowed
	lines    []writtenLine
	at       int // the line of the cursor
	indent   int // blanks before the start line
}

// writtenLine is a line without its line end and without the indentation of the message.
type writtenLine struct {
	from text.Offset
	text []byte
}

func (l *writtenLine) blank() bool { return len(bytes.TrimSpace(l.text)) == 0 }

// folded reports whether the line goes on with the field of the line above.
func (l *writtenLine) folded() bool {
	return len(l.text) > 0 && (l.text[0] == ' ' || l.text[0] == '\t') && !l.blank()
}

var (
	cdataStart = []byte("<![CDATA[")
	cdataEnd   = []byte("]]>")
)

// writingAt finds the message around off, nil if there can be none.
func (s *Snapshot) writingAt(off text.Offset) *writing {
	w := &writing{s: s, off: off, scenario: s.trace.Mode() == trace.Scenario}
	here := s.doc.LineAt(off)
	line := func(n int) (l writtenLine, ok bool) {
		from, to := s.doc.LineStart(n), s.doc.LineEnd(n)
		if from+maxWritten < off || to > off+maxWritten || n < here-maxWrittenLines || n > here+maxWrittenLines {
			return l, false
		}
		return writtenLine{from, s.doc.Slice(from, to)}, true
	}
	l, ok := line(here)
	if !ok || off > l.from+text.Offset(len(l.text)) {
		return nil // a line without end, or in the line end
	}
	if w.scenario {
		if !w.collectCDATA(l, here, line) {
			return nil
		}
	} else if !w.collectBare(l, here, line) {
		return nil
	}
	w.dedent()
	return w
}

// collectCDATA takes the lines of the CDATA section around the cursor. ok is false outside of one.
func (w *writing) collectCDATA(l writtenLine, here int, line func(int) (writtenLine, bool)) (ok bool) {
	inside, outside := enterCDATA(&l, int(w.off-l.from))
	if outside {
		return false
	}
	w.lines = []writtenLine{l}
	for n := here - 1; !inside; n-- {
		l, ok := line(n)
		if n < 0 || !ok {
			return false
		}
		if inside, outside = enterCDATA(&l, len(l.text)); outside {
			return false
		}
		w.lines = append(w.lines, l)
	}
	slices.Reverse(w.lines)
	for len(w.lines) > 1 && w.lines[0].blank() {
		w.lines = w.lines[1:]
	}
	w.at = len(w.lines) - 1
	for n := here + 1; ; n++ {
		last := &w.lines[len(w.lines)-1]
		if i := bytes.Index(last.text, cdataEnd); i >= 0 {
			last.text = last.text[:i]
			if len(w.lines)-1 == w.at {
				return int(w.off-last.from) <= i
			}
			if last.blank() {
				w.lines = w.lines[:len(w.lines)-1]
			}
			return true
		}
		l, ok := line(n)
		if !ok || n >= w.s.doc.LineCount() {
			return true
		}
		w.lines = append(w.lines, l)
	}
}

// enterCDATA looks for the last edge of a CDATA section before col. At the start of one it takes off what
// stands up to there.
func enterCDATA(l *writtenLine, col int) (inside, outside bool) {
	start, end := bytes.LastIndex(l.text[:col], cdataStart), bytes.LastIndex(l.text[:col], cdataEnd)
	switch {
	case start > end:
		n := start + len(cdataStart)
		l.from, l.text = l.from+text.Offset(n), l.text[n:]
		return true, false
	case end >= 0:
		return false, true
	}
	return false, false
}

// collectBare takes the lines from the start line above the cursor up to the next one. Without a start line
// it takes those up to an empty line.
func (w *writing) collectBare(l writtenLine, here int, line func(int) (writtenLine, bool)) (ok bool) {
	w.lines = []writtenLine{l}
	started := isStart(l.text)
	for n := here - 1; n >= 0 && !started; n-- {
		l, ok := line(n)
		if !ok {
			return false
		}
		started = isStart(l.text)
		w.lines = append(w.lines, l)
	}
	slices.Reverse(w.lines)
	w.at = len(w.lines) - 1
	if !started {
		for i := w.at - 1; i >= 0; i-- {
			if w.lines[i].blank() {
				w.lines, w.at = w.lines[i+1:], w.at-i-1
				break
			}
		}
	}
	for n := here + 1; n < w.s.doc.LineCount(); n++ {
		l, ok := line(n)
		if !ok || isStart(l.text) {
			break
		}
		w.lines = append(w.lines, l)
	}
	return true
}

// isStart reports whether a line has the shape of a start line. A Via that somebody writes has it, too, for a moment.
func isStart(line []byte) bool {
	line = bytes.TrimLeft(line, " \t")
	word, _, _ := bytes.Cut(line, []byte(" "))
	return sip.LooksLikeStartLine(line) && bytes.IndexByte(word, ':') < 0
}

// dedent takes off the indentation of the start line.
func (w *writing) dedent() {
	w.indent = blanksAt(w.lines[0].text)
	for i := range w.lines {
		l := &w.lines[i]
		n := min(w.indent, blanksAt(l.text))
		if i == w.at {
			n = min(n, int(w.off-l.from))
		}
		l.from, l.text = l.from+text.Offset(n), l.text[n:]
	}
}

func blanksAt(b []byte) int { return len(b) - len(bytes.TrimLeft(b, " \t")) }

// before and behind return what stands on the line of the cursor before and behind it.
func (w *writing) before() []byte { return w.lines[w.at].text[:w.column()] }
func (w *writing) behind() []byte { return w.lines[w.at].text[w.column():] }

func (w *writing) column() int { return int(w.off - w.lines[w.at].from) }

// list makes a list whose choices replace what stands between the columns of the line.
func (w *writing) list(from, to int, items []CompletionItem) Completion {
	base := w.lines[w.at].from
	return Completion{From: base + text.Offset(from), At: w.off, To: base + text.Offset(to), Items: items}
}

// complete decides what the cursor is in.
func (w *writing) complete() Completion {
	if c, ok := w.keyword(); ok {
		return c
	}
	if w.at == 0 {
		return w.startLine()
	}
	head := w.headEnd()
	switch {
	case w.at > head:
		return w.body(head + 1)
	case w.lines[w.at].folded():
		return w.fieldValue()
	case bytes.IndexByte(w.before(), ':') >= 0:
		return w.fieldValue()
	}
	return w.fieldName()
}

// headEnd returns the line that ends the header section: the first empty one. The line of the cursor does not: a header
// field may be about to be written there.
func (w *writing) headEnd() int {
	for i := 1; i < len(w.lines); i++ {
		if w.lines[i].blank() && i != w.at {
			return i
		}
	}
	return len(w.lines)
}

// message reads the lines as a message, with the one at the cursor or without it. named is false where a
// keyword of SIPp may stand for any header field.
func (w *writing) message(withCursor bool) (m *sip.Message, named bool) {
	var b []byte
	for i := range w.lines {
		if i != w.at || withCursor {
			b = append(append(b, w.lines[i].text...), "\r\n"...)
		}
	}
	m = sip.Parse(b)
	m.Head = sip.Part{Is: sip.Whole}
	named = true
	if w.scenario {
		named = nameKeywordLines(m)
	}
	return m, named
}

// nearby is how far from the cursor the request is looked for that a response answers.
const nearby = 256 << 10
