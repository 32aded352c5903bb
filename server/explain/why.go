package explain

import (
	"strconv"
	"strings"
	"time"

	"sipls/server/check"
)

// Why is what there is to tell of a call.
type Why struct {
	CallID    string
	What      string // "INVITE 1001 -> 1002"
	From, To  string // "1001", "1002"
	Time      string // of the first message, as written; "" when it is not
	Messages  int
	Story     string           // what happened, one sentence
	Came      bool             // the call came about; what Diagnosis says went wrong in it
	Diagnosis *check.Diagnosis // nil for a call that went well
	Steps     []Step           // the chain of evidence, or how the call went
	Legs      []Leg
	More      int    // how many legs there are besides
	Again     int    // how many calls failed in the same way after this one
	Same      []Spot // where some of them begin
}

// Spot is where a message starts.
type Spot struct {
	File string
	Line int
}

func (s Spot) String() string { return s.File + ":" + strconv.Itoa(s.Line) }

// from writes a spot for a reader of a file.
func (s Spot) from(file string) string {
	if s.File == file {
		return "line " + strconv.Itoa(s.Line)
	}
	return s.String()
}

// Step is a message in the story of a call.
type Step struct {
	Spot
	Time     string        // as written, "" when it is not
	After    time.Duration // how much later than the first step
	Timed    bool          // After is known
	From, To string
	Message  string // "407 Proxy Authentication Required"
	Words    string // what it is in the story: "the challenge"
	Deciding bool   // this is what the diagnosis is about
}

// Leg is another call that a back-to-back user agent made of this one.
type Leg struct {
	Spot
	CallID, What, Story string
	Evidence            string // what joins them: "X-CID"
	Side                string // "caller" or "callee", "" where the log does not tell
	// Cause says why that leg failed, Before how long before this call did; "" where that can't explain this one.
	Cause     string
	Before    time.Duration
	Certainty check.Certainty
}

// Doc tells why the call failed, or how it went.
func (w *Why) Doc() (d Doc) {
	title, x := w.What, w.Diagnosis
	if x != nil {
		// "INVITE 1001 -> 1002 failed: 403 Forbidden".
		if _, what, ok := strings.Cut(x.Title, " failed: "); ok && !w.Came {
			title += " failed: " + what
		} else {
			title += ": " + x.Title
		}
	}
	d.heading(2, Text(title))
	l := Line{Text("Call-ID "), Mono(w.CallID)}
	if w.Time != "" {
		l = append(l, Text(", begins at "), Mono(w.Time))
	}
	d.para(append(l, Text(", "+messages(w.Messages)+"."))...)
	if x == nil || w.Came {
		d.para(Text(w.Story))
	}
	if x != nil {
		d.para(append(Line{Bold("Why:"), Text(" ")}, w.cause()...)...)
		if x.Origin != "" {
			d.para(Bold("Who decided:"), Text(" "+x.Origin))
		}
		d.para(Bold("How sure:"), Text(" "+x.How()))
		d.para(append(Line{Bold("Next:"), Text(" " + x.Next)}, inParentheses(x.Cites)...)...)
	}
	var items []Line
	for _, s := range w.Steps {
		items = append(items, s.line(""))
	}
	d.list(items...)
	w.legs(&d, "")
	if w.Again > 0 {
		l := Line{Bold("The same again:"), Text(" " + strconv.Itoa(w.Again) + " more")}
		for i, s := range w.Same {
			l = append(l, Text([]string{", at ", ", "}[min(i, 1)]), Mono(s.String()))
		}
		if w.Again > len(w.Same) {
			l = append(l, Text(" ..."))
		}
		d.para(append(l, Text("."))...)
	}
	return d
}

// brief adds the diagnosis in the short form of a hover in a file.
func (d *Doc) brief(w *Why, file string, line int) {
	x := w.Diagnosis
	d.heading(4, Text("Why"))
	d.para(w.cause()...)
	if x.Origin != "" {
		d.para(Text(x.Origin))
	}
	d.para(append(Line{Bold("Next:"), Text(" " + x.Next)}, inParentheses(x.Cites)...)...)
	d.para(Bold("How sure:"), Text(" "+x.How()))
	var items []Line
	for _, s := range w.Steps {
		if s.File != file || s.Line != line {
			items = append(items, s.line(file))
		}
	}
	d.list(items...)
	w.legs(d, file)
}

// cause tells the root cause and what shows it.
func (w *Why) cause() Line {
	x := w.Diagnosis
	l := Line{Text(x.Cause)}
	if x.Evidence != "" {
		l = append(l, Text(" "+x.Evidence))
	}
	if x.Finding != nil {
		l = append(l, Text(" ("), Mono(x.Finding.Rule.Name), Text(")"))
	}
	return l
}

func (w *Why) legs(d *Doc, file string) {
	for _, leg := range w.Legs {
		name := "Other leg"
		if leg.Side != "" {
			name = "Leg to the " + leg.Side
		}
		how := "joined by " + leg.Evidence
		if leg.Certainty == check.WeakHint {
			how = "perhaps: the same " + leg.Evidence
		}
		l := Line{Bold(name), Text(" (" + how + "): " + leg.What + " at "), Mono(leg.from(file)), Text(", Call-ID "), Mono(leg.CallID), Text(". " + leg.Story)}
		if leg.Cause != "" {
			sure := "most likely"
			if leg.Certainty == check.WeakHint {
				sure = "perhaps"
			}
			before := "just before this call failed"
			if leg.Before >= time.Millisecond {
				before = check.Spell(leg.Before) + " before this call failed"
			}
			l = append(l, Text(" That was "+before+", so the cause "+sure+" stands there: "+leg.Cause))
		}
		d.para(l...)
	}
	if w.More > 0 {
		d.para(Text("There are " + strconv.Itoa(w.More) + " more legs."))
	}
}

func messages(n int) string {
	if n == 1 {
		return "one message"
	}
	return strconv.Itoa(n) + " messages"
}

// line tells of a step to a reader of a file.
func (s *Step) line(file string) Line {
	l := Line{Mono(s.from(file))}
	switch {
	case s.Timed && (s.After >= time.Millisecond || s.After < 0):
		l = append(l, Text(" "+after(s.After)))
	case !s.Timed && s.Time != "":
		l = append(l, Text(" at "), Mono(s.Time))
	}
	l = append(l, Text(": "), Bold(s.Message))
	switch {
	case s.From != "" && s.To != "":
		l = append(l, Text(" "+s.From+" -> "+s.To))
	case s.From != "":
		l = append(l, Text(" from "+s.From))
	case s.To != "":
		l = append(l, Text(" to "+s.To))
	}
	if s.Words != "" {
		l = append(l, Text(", "+s.Words))
	}
	return append(l, Text("."))
}

// after writes when a step came: "+8.1 s".
func after(d time.Duration) string {
	if d < 0 {
		return check.Spell(d)
	}
	return "+" + check.Spell(d)
}
