package explain

// Doc is an explanation: blocks one below the other.
type Doc struct {
	Blocks []Block
}

// Block is a Heading, a Paragraph or a List.
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

func (Heading) block()   {}
func (Paragraph) block() {}
func (List) block()      {}

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

func (d *Doc) list(items ...Line) {
	if len(items) > 0 {
		d.Blocks = append(d.Blocks, List{Items: items})
	}
}
