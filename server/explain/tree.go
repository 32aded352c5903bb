package explain

import "strings"

// Doc is an explanation: blocks one below the other.
type Doc struct {
	Blocks []Block
}

// Block is a Heading, a Paragraph, a List or a Verbatim.
type Block interface{ block() }

// Heading starts a part. Level 1 is the title.
type Heading struct {
	Level int
	Text  Line
}

// Paragraph is running text.
type Paragraph struct{ Text Line }

// List is a list of items, numbered or not.
type List struct {
	Numbered bool
	Items    []Line
}

// Verbatim is text whose lines are shown as they are: a message, for one.
type Verbatim struct{ Text string }

func (Heading) block()   {}
func (Paragraph) block() {}
func (List) block()      {}
func (Verbatim) block()  {}

// Line is text with inline marks.
type Line []Inline

// Inline is a run of text.
type Inline struct {
	Text  string // any bytes; renderers make them harmless
	Style Style
	URL   string // of a Link
}

// Style marks a run of text.
type Style uint8

const (
	Normal Style = iota
	Strong
	Code // text of a message or a name in it
	Link
)

// Text, Bold, Mono and To make inline runs.
func Text(s string) Inline       { return Inline{Text: s} }
func Bold(s string) Inline       { return Inline{Text: s, Style: Strong} }
func Mono(s string) Inline       { return Inline{Text: s, Style: Code} }
func To(text, url string) Inline { return Inline{Text: text, Style: Link, URL: url} }

func (d *Doc) heading(level int, text ...Inline) {
	d.Blocks = append(d.Blocks, Heading{Level: level, Text: text})
}

func (d *Doc) para(text ...Inline) {
	d.Blocks = append(d.Blocks, Paragraph{Text: text})
}

// verbatim adds text as it is; the form of its line ends does not matter.
func (d *Doc) verbatim(text string) {
	d.Blocks = append(d.Blocks, Verbatim{Text: text})
}

func (d *Doc) list(items ...Line) {
	if len(items) > 0 {
		d.Blocks = append(d.Blocks, List{Items: items})
	}
}

// lines calls yield for each line of the text, harmless and without line end. Empty lines at the end are left out.
func (v Verbatim) lines(yield func(line string) bool) {
	for line := range strings.SplitSeq(strings.TrimRight(strings.ReplaceAll(v.Text, "\r\n", "\n"), "\r\n"), "\n") {
		if !yield(Printable(line)) {
			return
		}
	}
}

// Under returns the blocks of a document as a part of another one, whose headings are levels higher.
func Under(d Doc, levels int) Doc {
	out := Doc{Blocks: make([]Block, len(d.Blocks))}
	for i, b := range d.Blocks {
		if h, ok := b.(Heading); ok {
			h.Level += levels
			b = h
		}
		out.Blocks[i] = b
	}
	return out
}
