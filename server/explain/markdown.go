package explain

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Markdown renders a tree as CommonMark. Text is escaped, so that nothing that
// stands in a log becomes a link, an image, HTML or a heading.
func Markdown(d Doc) string {
	var b strings.Builder
	for i, block := range d.Blocks {
		if i > 0 {
			b.WriteByte('\n')
		}
		switch x := block.(type) {
		case Heading:
			b.WriteString(strings.Repeat("#", x.Level))
			b.WriteByte(' ')
			markdownLine(&b, x.Text)
			b.WriteByte('\n')
		case Paragraph:
			markdownLine(&b, x.Text)
			b.WriteByte('\n')
		case List:
			for n, item := range x.Items {
				if x.Numbered {
					b.WriteString(strconv.Itoa(n+1) + ". ")
				} else {
					b.WriteString("- ")
				}
				markdownLine(&b, item)
				b.WriteByte('\n')
			}
		case Verbatim:
			markdownVerbatim(&b, x)
		}
	}
	return b.String()
}

// markdownVerbatim fences text with more backticks than it has in a row.
func markdownVerbatim(b *strings.Builder, v Verbatim) {
	fence := "```"
	for line := range v.lines {
		for strings.Contains(line, fence) {
			fence += "`"
		}
	}
	b.WriteString(fence + "\n")
	for line := range v.lines {
		b.WriteString(line + "\n")
	}
	b.WriteString(fence + "\n")
}

func markdownLine(b *strings.Builder, l Line) {
	for i, in := range l {
		text := Printable(in.Text)
		if in.Style != Code {
			// Four blanks in front would make a code block, two behind a line break; inside they are shown as one.
			text = blanks.ReplaceAllString(text, " ")
			if i == 0 {
				text = strings.TrimLeft(text, " ")
			}
		}
		if text == "" {
			continue
		}
		switch in.Style {
		case Strong:
			// Emphasis does not begin or end beside a blank.
			inner := strings.Trim(text, " ")
			if inner == "" {
				b.WriteString(text)
				continue
			}
			at := strings.Index(text, inner)
			b.WriteString(text[:at] + "**" + escapeMarkdown(inner) + "**" + text[at+len(inner):])
		case Code:
			b.WriteString(codeSpan(text))
		case Link:
			b.WriteString("[" + escapeMarkdown(text) + "](" + in.URL + ")")
		default:
			b.WriteString(escapeMarkdown(text))
		}
	}
}

var blanks = regexp.MustCompile(" {2,}")

// Printable makes one line of valid, visible text: control and formatting
// characters, which could move a cursor or reverse the reading direction, become U+FFFD.
func Printable(s string) string {
	clean := utf8.ValidString(s)
	for i := 0; clean && i < len(s); i++ {
		clean = s[i] >= 0x20 && s[i] < 0x7f
	}
	if clean {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp):
			return utf8.RuneError
		}
		return r
	}, s)
}

// escapeMarkdown puts a backslash before each ASCII character that CommonMark
// gives a meaning anywhere; what only matters at the start of a line is covered with it.
func escapeMarkdown(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; c {
		case '\\', '`', '*', '_', '[', ']', '<', '>', '&', '#', '|', '~', '$', '!':
			b.WriteByte('\\')
			b.WriteByte(c)
		case '-', '+', '=':
			if i == 0 {
				b.WriteByte('\\')
			}
			b.WriteByte(c)
		case '.', ')':
			// "1." at the start of a line would begin a list, "www." a link.
			if digits(s[:i]) || i > 0 && s[i-1]|0x20 == 'w' {
				b.WriteByte('\\')
			}
			b.WriteByte(c)
		case ':':
			// Bare addresses become links in some renderers.
			if strings.HasPrefix(s[i:], "://") {
				b.WriteString("\\:")
				continue
			}
			b.WriteByte(c)
		case '@':
			b.WriteString("\\@")
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// codeSpan fences text with more backticks than it has in a row.
func codeSpan(s string) string {
	if s == "" {
		return ""
	}
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] == '`' {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	fence := strings.Repeat("`", longest+1)
	if s[0] == '`' || s[len(s)-1] == '`' || s[0] == ' ' && s[len(s)-1] == ' ' {
		s = " " + s + " "
	}
	return fence + s + fence
}
