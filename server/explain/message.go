package explain

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"sipls/knowledge"
	"sipls/server/check"
	"sipls/server/sip"
)

// Here is what the text tells of the message under the cursor.
type Here struct {
	Message  *sip.Message
	Line     int    // of the start line, counted from 1
	Time     string // as written, "" when it is not
	From, To string // "192.0.2.1:5060", "" when not known
	Request  *Place // the request a response answers
	Copies   int    // how often that request stands in the text
	Answers  []Answer
	End      *Answer // for a response that ended nothing: the final response of its transaction
	Findings []check.Finding

	Attempt, Attempts int    // of the request: which try this is, and of how many; 0 where one was all
	Again             *Place // the message of which this one is a retransmission or copy
	Copy              bool   // it is a copy: the same packet on another hop, or logged twice
	Retransmission    int    // which one it is, counted from 1; 0 for none
	Others            []int  // lines of the further copies and retransmissions of this message
	Dialog            string // "early", "confirmed", "ended", "" for none
	Bye               int    // line of the BYE that ended it, 0 for none
	Story             string // what became of the call, "" where it is not known
	File              string // the text that the message stands in
	Why               *Why   // of the message that decided a call that failed; nil for others
}

// Place is another message of the same text.
type Place struct {
	Message *sip.Message
	Line    int
	After   time.Duration // how much later than the message of the Here; negative when it was earlier
	Timed   bool          // After is known
}

// Answer is a response to a request.
type Answer struct {
	Place
	Status int
}

// Message explains a message where it stands: what it is, what it means here,
// what is wrong with it, and what the standard says of its code.
func Message(h Here) Doc {
	if h.Message.IsRequest() {
		return request(h)
	}
	return response(h)
}

func response(h Here) (d Doc) {
	m := h.Message
	code := m.Start.Status
	k := knowledge.LookupStatus(code)
	title := strconv.Itoa(code)
	if k != nil {
		title += " " + k.Phrase
	}
	d.heading(3, Text(title))
	if k != nil {
		d.para(Bold(k.Short), Text(" "+classWord(k)))
	} else if class := knowledge.ClassOf(code); class != "" {
		d.para(Text("Not a registered code; a receiver treats it by its class: " + className(class) + "."))
	} else {
		d.para(Text("Not a status code of SIP: they go from 100 to 699."))
	}
	d.findings(h)
	if h.Why != nil {
		d.brief(h.Why, h.File, h.Line)
	}
	d.heading(4, Text("Here"))
	d.list(append(responseFacts(h), callFacts(h)...)...)
	switch {
	case k == nil:
	case h.Why != nil:
		// Why it failed here says more than when such codes are seen anywhere.
		d.meaning(k)
	default:
		d.digest(k)
	}
	return d
}

// callFacts tells where the message stands in its call.
func callFacts(h Here) []Line {
	var facts []Line
	if h.Attempts > 1 {
		facts = append(facts, Line{Text(fmt.Sprintf("Attempt %d of %d of this request.", h.Attempt, h.Attempts))})
	}
	switch {
	case h.Again != nil && h.Copy:
		facts = append(facts, Line{Text(fmt.Sprintf("The same packet stands in line %d: it was logged twice, or on another hop.", h.Again.Line))})
	case h.Again != nil:
		l := Line{Text(fmt.Sprintf("Retransmission %d of the message in line %d", h.Retransmission, h.Again.Line))}
		if h.Again.Timed {
			l = append(l, Text(", "+duration(-h.Again.After)+" after it"))
		}
		facts = append(facts, append(l, Text(".")))
	}
	if len(h.Others) > 0 {
		facts = append(facts, Line{Text("It stands again in " + linesText(h.Others) + ".")})
	}
	switch h.Dialog {
	case "early":
		facts = append(facts, Line{Text("Its dialog is early: nobody has answered yet.")})
	case "confirmed":
		facts = append(facts, Line{Text("Its dialog is confirmed.")})
	case "ended":
		if h.Bye == h.Line {
			facts = append(facts, Line{Text("It ends its dialog.")})
			break
		}
		facts = append(facts, Line{Text(fmt.Sprintf("Its dialog is ended by the BYE in line %d.", h.Bye))})
	}
	if h.Story != "" && h.Why == nil {
		facts = append(facts, Line{Text(h.Story)})
	}
	return facts
}

// linesText lists lines: "line 3", "lines 3, 5 and 9", "lines 3, 5, 9 and 12 more".
func linesText(lines []int) string {
	const most = 4
	if len(lines) == 1 {
		return fmt.Sprintf("line %d", lines[0])
	}
	shown := lines[:min(len(lines), most)]
	var words []string
	for _, l := range shown {
		words = append(words, strconv.Itoa(l))
	}
	if rest := len(lines) - len(shown); rest > 0 {
		return "lines " + strings.Join(words, ", ") + fmt.Sprintf(" and %d more", rest)
	}
	return "lines " + strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

func classWord(k *knowledge.Status) string {
	s := className(k.Class) + "."
	if !k.Registered {
		s += " Not registered; a receiver treats it by its class."
	}
	return s
}

func responseFacts(h Here) []Line {
	m := h.Message
	var facts []Line
	phrase := m.Bytes(m.Start.Reason)
	if k := knowledge.LookupStatus(m.Start.Status); k != nil && len(phrase) > 0 && !sip.EqualFold(phrase, k.Phrase) {
		facts = append(facts, Line{Text("The sender calls it "), Mono(clip(phrase)), Text("; the number decides, the phrase is for people.")})
	}
	method := m.Method()
	switch {
	case h.Request != nil:
		l := Line{Text("Answers "), Mono(clip(method)), Text(fmt.Sprintf(" in line %d", h.Request.Line))}
		if h.Request.Timed {
			l = append(l, Text(", "+duration(-h.Request.After)+" later"))
		}
		if h.Copies > 1 {
			l = append(l, Text(fmt.Sprintf("; the request stands here %d times (retransmissions, or several hops)", h.Copies)))
		}
		facts = append(facts, append(l, Text(".")))
	case len(method) > 0:
		facts = append(facts, Line{Text("The "), Mono(clip(method)), Text(" that it answers is not in this text.")})
	}
	if l := when(h); l != nil {
		facts = append(facts, l)
	}
	facts = append(facts, carried(m)...)
	if h.End != nil {
		l := Line{Text("The transaction ended with "), Bold(statusName(h.End.Status)), Text(fmt.Sprintf(" in line %d", h.End.Line))}
		if h.End.Timed {
			l = append(l, Text(", "+duration(h.End.After)+" after this response"))
		}
		facts = append(facts, append(l, Text(".")))
	} else if m.Start.Status < 200 && h.Request != nil {
		facts = append(facts, Line{Text("No final response follows in this text.")})
	}
	return facts
}

// carried tells which of the header fields that the code asks for are there.
func carried(m *sip.Message) []Line {
	var there Line
	seen := map[string]bool{}
	for _, r := range knowledge.RequirementsFor(m.Start.Status) {
		if r.Messages.Hi-r.Messages.Lo >= 100 || r.Forbidden() || r.Strength == "MAY" || r.Header.Param != "" || r.Header.Token != "" || seen[r.Header.Name] {
			continue
		}
		id := sip.LookupHeader([]byte(r.Header.Name))
		if id == sip.HeaderOther {
			continue
		}
		if v := m.Value(id); v != nil {
			seen[r.Header.Name] = true
			there = append(there, Text([]string{"It carries ", ", "}[min(len(there), 1)]), Mono(r.Header.Name+": "+clip(v)))
		}
	}
	if there == nil {
		return nil
	}
	return []Line{append(there, Text("."))}
}

func request(h Here) (d Doc) {
	m := h.Message
	method := clip(m.Bytes(m.Start.Method))
	d.heading(3, Text(method), Text(" request"))
	d.findings(h)
	var facts []Line
	if l := when(h); l != nil {
		facts = append(facts, l)
	}
	if h.Copies > 1 && h.Again == nil && h.Others == nil {
		facts = append(facts, Line{Text(fmt.Sprintf("It stands here %d times (retransmissions, or several hops).", h.Copies))})
	}
	for _, a := range h.Answers {
		l := Line{Text("Answered by "), Bold(statusName(a.Status)), Text(fmt.Sprintf(" in line %d", a.Line))}
		switch {
		case a.Timed && a.After < 0:
			l = append(l, Text(", "+duration(-a.After)+" before"))
		case a.Timed:
			l = append(l, Text(", "+duration(a.After)+" later"))
		}
		facts = append(facts, append(l, Text(".")))
	}
	if len(h.Answers) == 0 {
		if method == "ACK" {
			facts = append(facts, Line{Text("Nothing answers an ACK.")})
		} else {
			facts = append(facts, Line{Text("No response to it is in this text.")})
		}
	}
	d.list(append(facts, callFacts(h)...)...)
	if h.Why != nil {
		d.brief(h.Why, h.File, h.Line)
	}
	if k := knowledge.LookupMethod(method); k != nil {
		d.para(append(Line{Text(k.Meaning)}, inParentheses(k.Cites)...)...)
	}
	return d
}

// when tells when the message was logged and which way it went.
func when(h Here) Line {
	var l Line
	if h.Time != "" {
		l = Line{Text("Logged at "), Mono(h.Time)}
	}
	add := func(verb string, words ...Inline) {
		if l == nil {
			verb = strings.ToUpper(verb[:1]) + verb[1:]
		} else {
			l = append(l, Text(", "))
		}
		l = append(append(l, Text(verb)), words...)
	}
	switch {
	case h.From != "" && h.To != "":
		add("from ", Mono(h.From), Text(" to "), Mono(h.To))
	case h.From != "":
		add("received from ", Mono(h.From))
	case h.To != "":
		add("sent to ", Mono(h.To))
	}
	if l == nil {
		return nil
	}
	return append(l, Text("."))
}

// findings says what is wrong and what to do, before anything else. The
// diagnostic beside it gives the evidence at length.
func (d *Doc) findings(h Here) {
	var items []Line
	for _, f := range h.Findings {
		if h.Why != nil && (f.Rule.Last || h.Why.Diagnosis.Finding != nil && h.Why.Diagnosis.Finding.Rule == f.Rule) {
			continue // the diagnosis says the same at greater length
		}
		l := Line{Bold(severityWord(f.Severity) + ": " + f.Title + "."), Text(" " + f.Next)}
		items = append(items, append(l, inParentheses(f.Cites)...))
	}
	d.list(items...)
	if h.Message.Head.Is != sip.Whole {
		d.para(Text("The message is not whole here: " + h.Message.Head.Reason + ". What is missing is not judged."))
	}
}

func severityWord(s check.Severity) string {
	return [...]string{"Error", "Warning", "Information", "Hint"}[s]
}

func statusName(code int) string {
	if k := knowledge.LookupStatus(code); k != nil {
		return fmt.Sprintf("%d %s", code, k.Phrase)
	}
	return strconv.Itoa(code)
}

// duration writes a time span the way people read traces.
func duration(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + duration(-d)
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	}
	return d.Round(time.Second).String()
}

// clip shortens text of a message for use in a sentence.
func clip(b []byte) string {
	const most = 120
	if len(b) > most {
		return string(b[:most]) + "…"
	}
	return string(b)
}
