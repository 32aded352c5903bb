package explain

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"sipls/knowledge"
)

// Element is a piece of a message where it stands: a parameter, a URI, a line of a session description.
type Element struct {
	Title    string
	Facts    []Line // what it says here, the most useful first
	Meaning  string // what it is anywhere, "" for nothing
	Cites    []knowledge.Cite
	Unproven bool // there is no public definition of the meaning
}

// maxElementCites is how many standards an element names, the first ones: those that define it.
const maxElementCites = 2

// ElementOf takes title, meaning and standard from the knowledge base. What Entry lists besides is left out:
// the facts of an Element are those of the message.
func ElementOf(e knowledge.Entry) Element {
	return Element{Title: e.Name, Meaning: e.Summary, Cites: e.Cites, Unproven: !e.Verified}
}

// Fact adds a line to the facts; one without text is left out.
func (e *Element) Fact(l ...Inline) {
	for _, in := range l {
		if in.Text != "" {
			e.Facts = append(e.Facts, l)
			return
		}
	}
}

// Say adds a line of words to the facts; an empty one is left out.
func (e *Element) Say(words string) { e.Fact(Text(words)) }

// Doc returns the explanation: the facts in front of the meaning, the standard last.
func (e Element) Doc() (d Doc) {
	d.heading(3, Text(e.Title))
	d.list(e.Facts...)
	cites := e.Cites[:min(len(e.Cites), maxElementCites)]
	var l Line
	if e.Meaning != "" {
		l = append(l, Text(e.Meaning))
		if e.Unproven {
			l = append(l, Text(" (From practice: no public definition was found.)"))
		}
	}
	switch {
	case l != nil:
		l = append(l, inParentheses(cites)...)
	default:
		l = citeAll(cites)
	}
	if l != nil {
		d.para(l...)
	}
	return d
}

// With puts facts below the title of a document, in front of all that it says.
func (d Doc) With(facts ...Line) Doc {
	if len(facts) == 0 || len(d.Blocks) == 0 {
		return d
	}
	out := Doc{Blocks: make([]Block, 0, len(d.Blocks)+1)}
	out.Blocks = append(out.Blocks, d.Blocks[0])
	out.list(facts...)
	out.Blocks = append(out.Blocks, d.Blocks[1:]...)
	return out
}

// Quote makes an inline run of text of a message, cut where it is too long for a sentence.
func Quote(b []byte) Inline { return Mono(clip(b)) }

// Seconds writes a number of seconds for people: "3600 s = 1 h", "30 s".
func Seconds(n uint64) string {
	s := strconv.FormatUint(n, 10) + " s"
	if n < 60 || n > 1<<32 {
		return s
	}
	return s + " = " + TimeSpan(time.Duration(n)*time.Second)
}

// TimeSpan writes a time span in its two greatest units: "1 h 30 min", "12 s", "35 ms". The sign is left out.
func TimeSpan(d time.Duration) string {
	d = d.Abs()
	if d < 10*time.Second {
		return duration(d)
	}
	d = d.Round(time.Second)
	units := []struct {
		name string
		size time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"min", time.Minute}, {"s", time.Second}}
	var words []string
	for i, u := range units {
		n := d / u.size
		d -= n * u.size
		if n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, u.name))
		}
		// Seconds beside days say nothing.
		if len(words) > 0 && i < len(units)-1 && (len(words) == 2 || n == 0) {
			break
		}
	}
	return strings.Join(words, " ")
}

// StatusName returns a response code with its phrase, the code alone where it is not known.
func StatusName(code int) string { return statusName(code) }
