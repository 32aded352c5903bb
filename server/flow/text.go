package flow

import (
	"fmt"
	"strings"
	"time"

	"github.com/rivo/uniseg"

	"sipls/server/explain"
)

// TextStyle says how a picture in text looks.
type TextStyle struct {
	Columns int  // what it should not be wider than, where that is possible
	Colour  bool // for a terminal that knows colours
}

const (
	timeColumns  = 12 // 09:30:00.071
	sinceColumns = 10 // +12.345 and a blank
	minGap       = 18 // columns between two lifelines
	maxProduct   = 30 // columns of the name of a product that lifelines are moved apart for
	maxPlace     = 24 // and of a place
)

// Text draws a call as a ladder in text: times on the left, an arrow for each message, its place on the right. Words
// of the log are written without control characters.
func (f *Flow) Text(style TextStyle) string {
	t := textFlow{f: f, style: style, short: shortNames(f.Places)}
	t.measure()
	t.title()
	t.heads()
	for i := range f.Arrows {
		t.arrow(i)
	}
	return t.b.String()
}

type textFlow struct {
	f     *Flow
	style TextStyle
	b     strings.Builder
	left  int               // columns in front of the first lifeline
	right int               // columns behind the last one
	gap   int               // columns from one lifeline to the next
	timed bool              // an arrow has a time
	short map[string]string // of the names of texts
	day   string
}

func (t *textFlow) measure() {
	f := t.f
	longest := 0
	for i := range f.Arrows {
		a := &f.Arrows[i]
		t.timed = t.timed || a.Timed
		if span := max(1, abs(a.To-a.From)); span == 1 {
			longest = max(longest, width(f.text(a)))
		}
		t.right = max(t.right, min(width(t.place(a)), maxPlace))
	}
	t.left = 2
	if t.timed {
		t.left += timeColumns + sinceColumns
	}
	for _, p := range f.Participants {
		longest = max(longest, width(explain.Printable(p.Name))-5, min(width(explain.Printable(p.Product)), maxProduct)-5)
	}
	if n := len(f.Participants); n > 1 {
		t.right = max(t.right, minGap/2-1, min(width(explain.Printable(f.Participants[n-1].Name)), maxPlace)/2)
	}
	if !t.timed && len(f.Participants) > 0 {
		p := f.Participants[0]
		t.left = max(t.left, min(max(width(explain.Printable(p.Name)), min(width(explain.Printable(p.Product)), maxProduct)), longest+5)/2)
	}
	t.gap = longest + 7
	if n := len(f.Participants) - 1; n > 0 {
		t.gap = min(t.gap, (t.style.Columns-t.left-2-t.right)/n)
	}
	t.gap = max(t.gap, minGap)
}

func abs(n int) int { return max(n, -n) }

func width(s string) int { return uniseg.StringWidth(s) }

// text is what is written on an arrow.
func (f *Flow) text(a *Arrow) string {
	s := explain.Printable(a.Label)
	if a.Failed {
		s = "✗ " + s
	}
	return s
}

func (t *textFlow) title() {
	f := t.f
	t.paint("1", explain.Printable(f.Title))
	t.b.WriteString("\n")
	line := "Call-ID " + explain.Printable(f.CallID)
	for i := range f.Arrows {
		if a := &f.Arrows[i]; a.Timed {
			if a.Clock.Dated {
				t.day = a.Clock.At.Format(time.DateOnly)
				line += ", " + t.day
				if a.Clock.Zoned {
					line += " " + a.Clock.At.Format("UTC-07:00")
				}
			}
			break
		}
	}
	t.b.WriteString(line + "\n")
	if len(f.Places) > 0 {
		t.b.WriteString("in " + explain.Printable(strings.Join(f.Places, ", ")) + "\n")
	}
	for _, h := range f.Hints {
		t.b.WriteString("note: " + explain.Printable(h) + "\n")
	}
	t.b.WriteString("\n")
}

// heads writes the participants above their lifelines.
func (t *textFlow) heads() {
	var heads [][]string
	rows := 0
	for i, p := range t.f.Participants {
		room := t.gap - 2
		if i > 0 && i == len(t.f.Participants)-1 {
			room = min(room, max(2*(t.style.Columns-t.at(i))-1, minGap-2))
		}
		head := wrap(explain.Printable(p.Name), room, 3)
		if p.Product != "" {
			head = append(head, wrap(explain.Printable(p.Product), room, 1)...)
		}
		heads = append(heads, head)
		rows = max(rows, len(head))
	}
	for r := range rows {
		l := newLine(t.left + t.gap*len(heads) + 1)
		for i, head := range heads {
			if k := r - (rows - len(head)); k >= 0 {
				l.write(max(0, t.at(i)-width(head[k])/2), head[k])
			}
		}
		t.b.WriteString(l.String() + "\n")
	}
	t.b.WriteString(t.lifelines().String() + "\n")
}

// wrap breaks text into at most so many lines, at a blank or in front of the port where that is possible.
func wrap(s string, room, lines int) (out []string) {
	for s != "" && len(out) < lines {
		if width(s) <= room || len(out) == lines-1 {
			return append(out, explain.Clip(s, room))
		}
		head := explain.Clip(s, room+1)
		head = strings.TrimSuffix(head, "…")
		cut := len(head)
		if i := strings.LastIndexAny(head, " :"); i > 0 {
			cut = i
		}
		out = append(out, s[:cut])
		s = strings.TrimPrefix(s[cut:], " ")
	}
	return out
}

// at returns the column of a lifeline.
func (t *textFlow) at(participant int) int { return t.left + t.gap*participant }

func (t *textFlow) lifelines() line {
	l := newLine(t.at(len(t.f.Participants)))
	for i := range t.f.Participants {
		l[t.at(i)] = "│"
	}
	return l
}

func (t *textFlow) arrow(i int) {
	a := &t.f.Arrows[i]
	if a.Timed && a.Clock.Dated {
		if day := a.Clock.At.Format(time.DateOnly); day != t.day {
			t.day = day
			l := t.lifelines()
			l.write(0, day)
			t.b.WriteString(l.String() + "\n")
		}
	}
	l := t.lifelines()
	if a.Timed {
		l.write(0, a.Clock.At.Format("15:04:05.000"))
	}
	if a.HasSince && t.timed {
		l.write(timeColumns, fmt.Sprintf("%*s", sinceColumns-1, since(a.Since)))
	}
	from, to := t.at(a.From), t.at(a.To)
	lo, hi := min(from, to)+1, max(from, to)
	text := t.f.text(a)
	if from == to {
		l.write(lo, "─ "+explain.Clip(text, t.gap-5)+" ↺")
	} else {
		for x := lo; x < hi; x++ {
			l[x] = "─"
		}
		if text = " " + explain.Clip(text, hi-lo-6) + " "; hi-lo > 8 {
			l.write(lo+(hi-lo-width(text))/2, text)
		}
		if from < to {
			l[hi-1] = ">"
		} else {
			l[lo] = "<"
		}
	}
	row := strings.TrimRight(l.String(), " ")
	if a.Failed {
		t.paint("31", row)
	} else {
		t.b.WriteString(row)
	}
	if place := t.place(a); place != "" {
		t.b.WriteString(strings.Repeat(" ", max(1, t.at(len(t.f.Participants)-1)+2-width(row))))
		t.paint("2", place)
	}
	t.b.WriteString("\n")
	for _, note := range a.notes() {
		l := t.lifelines()
		l.write(lo+1, note)
		t.b.WriteString(strings.TrimRight(l.String(), " ") + "\n")
	}
}

// place writes where a message stands, or what there is to see at it.
func (t *textFlow) place(a *Arrow) string {
	switch {
	case a.Mark != "":
		return "◄ " + explain.Printable(a.Mark)
	case a.Place.Line == 0:
		return ""
	}
	place := fmt.Sprintf(":%d", a.Place.Line)
	if len(t.f.Places) > 1 {
		place = explain.Printable(t.short[a.Place.Text]) + place
	}
	return place
}

// notes are what stands below an arrow.
func (a *Arrow) notes() (out []string) {
	times := "once more"
	if a.Again > 1 {
		times = fmt.Sprintf("%d more times", a.Again)
	}
	switch {
	case a.Again == 0:
	case a.AgainFor > 0 && a.Again > 1:
		out = append(out, "sent "+times+", the last "+span(a.AgainFor)+" later")
	case a.AgainFor > 0:
		out = append(out, "sent "+times+" "+span(a.AgainFor)+" later")
	case a.Timed:
		out = append(out, "sent "+times)
	default:
		out = append(out, "stands in the log "+times)
	}
	if a.Unanswered {
		out = append(out, "✗ no answer in the log")
	}
	return out
}

// span writes a time span for a sentence.
func span(d time.Duration) string {
	if s := d.Seconds(); s < 60 {
		return fmt.Sprintf("%.3f s", s)
	}
	return strings.TrimPrefix(since(d), "+")
}

// since writes a time span in few columns: "+0.071", "+1:02:03".
func since(d time.Duration) string {
	if d < 0 {
		return fmt.Sprintf("%.3f", d.Seconds())
	}
	if d = d.Round(time.Millisecond); d < 1000*time.Second {
		return fmt.Sprintf("+%.3f", d.Seconds())
	}
	if d = d.Round(time.Second); d < 24*time.Hour {
		return fmt.Sprintf("+%d:%02d:%02d", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60)
	}
	return fmt.Sprintf("+%dd %d:%02d", int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60)
}

func (t *textFlow) paint(colour, s string) {
	if t.style.Colour {
		s = "\x1b[" + colour + "m" + s + "\x1b[0m"
	}
	t.b.WriteString(s)
}

// line is a line of text by its columns; of what takes two columns the second is "".
type line []string

func newLine(columns int) line {
	l := make(line, max(columns, 0))
	for i := range l {
		l[i] = " "
	}
	return l
}

// write puts text at a column, over what is there.
func (l *line) write(at int, s string) {
	for g := uniseg.NewGraphemes(s); g.Next(); {
		w := max(g.Width(), 1)
		for len(*l) < at+w {
			*l = append(*l, " ")
		}
		(*l)[at] = g.Str()
		for k := 1; k < w; k++ {
			(*l)[at+k] = ""
		}
		at += w
	}
}

func (l line) String() string { return strings.TrimRight(strings.Join(l, ""), " ") }
