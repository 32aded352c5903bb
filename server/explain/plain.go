package explain

import (
	"strconv"
	"strings"

	"github.com/rivo/uniseg"

	"sipls/knowledge"
)

// Plain renders a tree as text, lines wrapped at 80 columns.
func Plain(d Doc) string { return renderText(d, 80, noColour) }

// Terminal renders a tree for a terminal of that many columns, with colours.
func Terminal(d Doc, columns int) string { return renderText(d, columns, ansi) }

// palette wraps text of a style in what switches it on and off.
type palette struct{ title, strong, code, link, off string }

var (
	noColour = palette{}
	ansi     = palette{title: "\x1b[1;36m", strong: "\x1b[1m", code: "\x1b[33m", link: "\x1b[4m", off: "\x1b[0m"}
)

func renderText(d Doc, columns int, p palette) string {
	columns = max(columns, 20)
	var b strings.Builder
	for i, block := range d.Blocks {
		if i > 0 {
			b.WriteByte('\n')
		}
		switch x := block.(type) {
		case Heading:
			var text strings.Builder
			for _, in := range x.Text {
				text.WriteString(Printable(in.Text))
			}
			b.WriteString(p.title + text.String() + p.off + "\n")
			if p == noColour && x.Level == 1 {
				b.WriteString(strings.Repeat("=", uniseg.StringWidth(text.String())) + "\n")
			}
		case Paragraph:
			wrapText(&b, x.Text, "", "", columns, p)
		case List:
			for n, item := range x.Items {
				mark := "- "
				if x.Numbered {
					mark = strconv.Itoa(n+1) + ". "
				}
				wrapText(&b, item, mark, strings.Repeat(" ", len(mark)), columns, p)
			}
		case Verbatim:
			for line := range x.lines {
				if line != "" {
					line = "    " + p.code + line + p.off
				}
				b.WriteString(line + "\n")
			}
		}
	}
	return b.String()
}

// wrapText writes a line broken at blanks; a word longer than the line is not broken.
func wrapText(b *strings.Builder, l Line, first, rest string, columns int, p palette) {
	b.WriteString(first)
	at, blank := len(first), false
	for _, in := range l {
		text := Printable(in.Text)
		on := map[Style]string{Strong: p.strong, Code: p.code, Link: p.link}[in.Style]
		// A section of an RFC needs no address to be found.
		if in.Style == Link && p == noColour && !strings.HasPrefix(in.URL, knowledge.RFCEditor) {
			text += " <" + in.URL + ">"
		}
		for i, word := range strings.Split(text, " ") {
			if i > 0 {
				blank = true
			}
			if word == "" {
				continue
			}
			w := uniseg.StringWidth(word)
			if blank {
				if at+1+w > columns && at > len(rest) {
					b.WriteString("\n" + rest)
					at = len(rest)
				} else if at > len(rest) {
					b.WriteByte(' ')
					at++
				}
				blank = false
			}
			if on != "" {
				word = on + word + p.off
			}
			b.WriteString(word)
			at += w
		}
	}
	b.WriteByte('\n')
}
