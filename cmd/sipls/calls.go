package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rivo/uniseg"
	"github.com/spf13/cobra"

	"sipls/server/analysis"
	"sipls/server/check"
	"sipls/server/explain"
	"sipls/server/trace"
)

// callLine is a call as `calls --format json` prints it; null is what is not known. Fields may be added, never renamed
// or removed.
type callLine struct {
	CallID     string        `json:"callId"`
	Method     *string       `json:"method"`
	From       *string       `json:"from"`
	To         *string       `json:"to"`
	Start      *string       `json:"start"`
	SetupMs    *int64        `json:"setupMs"`
	DurationMs *int64        `json:"durationMs"`
	Outcome    string        `json:"outcome"`
	Status     *int          `json:"status"`
	Reason     *string       `json:"reason"`
	Messages   int           `json:"messages"`
	Places     []callPlace   `json:"places"`
	Findings   []callFinding `json:"findings"`

	listed  analysis.Listed
	clock   trace.Clock
	started bool
	marks   [2]int // errors and warnings
}

// callPlace is where a message of a call begins.
type callPlace struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// callFinding is a rule that found something in a call.
type callFinding struct {
	Rule     string `json:"rule"`
	Severity string `json:"severity"` // the gravest of its findings
}

func callsCommand(std stdio) *cobra.Command {
	var format, as string
	cmd := &cobra.Command{
		Use:   "calls FILE|DIR|-...",
		Short: "List the calls of a trace and what became of them",
		Long: `Lists what shares a Call-ID: calls, registrations, subscriptions and the rest, in the order in which they began.
All files with times form one trace: a call may be spread over several files.

The outcome is
  answered     a 2xx to the INVITE
  busy         486 or 600
  cancelled    487
  no-answer    408, 480, or nothing after the ringing
  redirected   a final 3xx
  failed       any other final response
  in-progress  the trace ends before anything is decided
and registered or refused for REGISTER; completed, failed or in-progress for the rest.

AFTER is the time from the first INVITE to the 2xx, TALK from there to the BYE; FOUND counts errors (E) and warnings (W)
of 'sipls check' in the messages of the call. Times are those of the log.

--format json and csv print callId, method, from, to, start (ISO 8601, with an offset where the log has one), setupMs,
durationMs, outcome, status, reason, messages (their number), places (file and line of each start line) and findings (rule
and severity). What is not known is null, in CSV empty.

Exit status: 0 listed, 2 usage or I/O error.`,
		Example: "  sipls calls trace.log\n  sipls calls --format csv alice.log bob.log\n  sipls calls --format json captures/ | jq '.[] | select(.outcome == \"failed\")'",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			mode, err := parseMode(as)
			if err != nil {
				return err
			}
			width := 0
			if isTerminal(std.out) {
				width = columns(std.out)
			}
			print, ok := map[string]func(io.Writer, []callLine){
				"table": func(w io.Writer, list []callLine) { writeCallTable(w, list, width) },
				"json":  writeCallJSON,
				"csv":   writeCallCSV,
			}[format]
			if !ok {
				return fmt.Errorf("--format %q is not table, json or csv", format)
			}
			std := watched(std)
			defer std.progress.end()
			traces, ok := readTraces(args, mode, std)
			var list []callLine
			for _, t := range traces {
				list = append(list, callLines(t)...)
			}
			out := bufio.NewWriter(std.out)
			print(out, list)
			return written(out, "the list", ok)
		},
	}
	cmd.Flags().StringVar(&format, "format", "table", "table, json or csv")
	cmd.Flags().StringVar(&as, "as", "", "read as bare messages (bare) or as a log (log), whatever the text looks like")
	return cmd
}

// written ends the output of a command. ok is false where something could not be read.
func written(out *bufio.Writer, what string, ok bool) error {
	if err := out.Flush(); err != nil {
		return exitError{exitTrouble, "writing " + what + ": " + err.Error()}
	}
	if !ok {
		return exitError{code: exitTrouble}
	}
	return nil
}

// callLines lists the calls of one trace.
func callLines(t *analysis.Calls) []callLine {
	list := make([]callLine, t.Len())
	t.EachCall(func(c int) { list[c] = callLineOf(t, c) })
	sorted := make([]callLine, len(list))
	for i, c := range t.InOrder() {
		sorted[i] = list[c]
	}
	return sorted
}

func callLineOf(t *analysis.Calls, c int) callLine {
	l := t.Listed(c)
	line := callLine{
		CallID: l.ID, Method: optional(l.Method), From: optional(l.From.URI), To: optional(l.To.URI),
		Outcome: l.Result.Outcome.String(), Messages: len(t.Call(c).Messages), listed: l,
	}
	if line.clock, line.started = t.Start(c); line.started {
		if iso, ok := line.clock.ISO(); ok {
			line.Start = &iso
		}
	}
	if l.Result.HasSetup {
		line.SetupMs = milliseconds(l.Result.Setup)
	}
	if l.Result.HasDuration {
		line.DurationMs = milliseconds(l.Result.Duration)
	}
	if l.Result.Status != 0 {
		line.Status, line.Reason = &l.Result.Status, &l.Reason
	}
	for _, p := range t.PlacesOf(c) {
		line.Places = append(line.Places, callPlace{p.Name, p.Line})
	}
	gravest := map[*check.Rule]check.Severity{}
	for _, f := range t.FindingsIn(c) {
		if f.Severity < check.Information {
			line.marks[f.Severity-check.Error]++
		}
		if s, ok := gravest[f.Rule]; !ok || f.Severity < s {
			gravest[f.Rule] = f.Severity
		}
	}
	line.Findings = make([]callFinding, 0, len(gravest))
	rules := make([]*check.Rule, 0, len(gravest))
	for r := range gravest {
		rules = append(rules, r)
	}
	slices.SortFunc(rules, func(a, b *check.Rule) int {
		if d := int(gravest[a]) - int(gravest[b]); d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
	for _, r := range rules {
		line.Findings = append(line.Findings, callFinding{r.Name, gravest[r].String()})
	}
	return line
}

// milliseconds returns nil for a span that clocks that were set make negative.
func milliseconds(d time.Duration) *int64 {
	if d < 0 {
		return nil
	}
	n := d.Round(time.Millisecond).Milliseconds()
	return &n
}

func writeCallJSON(w io.Writer, list []callLine) {
	io.WriteString(w, "[")
	for i := range list {
		sep := ",\n"
		if i == 0 {
			sep = "\n"
		}
		b, err := json.Marshal(&list[i])
		if err != nil {
			panic(err) // strings and numbers only
		}
		io.WriteString(w, sep)
		w.Write(b)
	}
	if len(list) > 0 {
		io.WriteString(w, "\n")
	}
	io.WriteString(w, "]\n")
}

func writeCallCSV(w io.Writer, list []callLine) {
	out := csv.NewWriter(w)
	out.Write([]string{"callId", "method", "from", "to", "start", "setupMs", "durationMs", "outcome", "status", "reason", "messages", "places", "findings"})
	for i := range list {
		l := &list[i]
		var places, findings []string
		for _, p := range l.Places {
			places = append(places, fmt.Sprintf("%s:%d", p.File, p.Line))
		}
		for _, f := range l.Findings {
			findings = append(findings, f.Rule+" ("+f.Severity+")")
		}
		out.Write([]string{
			cell(l.CallID), cell(word(l.Method)), cell(word(l.From)), cell(word(l.To)), word(l.Start), digitsOf(l.SetupMs), digitsOf(l.DurationMs),
			l.Outcome, digitsOf(l.Status), cell(word(l.Reason)), strconv.Itoa(l.Messages), cell(strings.Join(places, "; ")), strings.Join(findings, "; "),
		})
	}
	out.Flush()
}

// cell makes text of a log fit for a spreadsheet: what it would take for a formula gets an apostrophe, which
// spreadsheets take for "this is text", and control characters are taken out.
func cell(s string) string {
	s = explain.Printable(s)
	if s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}

func digitsOf[T int | int64](n *T) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(int64(*n), 10)
}

// maxParty is how many columns of From and To a table shows.
const maxParty = 20

// writeCallTable writes a table for people; width are the columns of the terminal, 0 for no terminal. There Call-IDs
// are cut short so that each call has one line where that is possible.
func writeCallTable(w io.Writer, list []callLine, width int) {
	start, day := "START", ""
	if day = commonDay(list); day != "" {
		start += " " + day
	}
	rows := [][]string{{start, "METHOD", "FROM", "TO", "OUTCOME", "AFTER", "TALK", "MSGS", "FOUND", "PLACE", "CALL-ID"}}
	for i := range list {
		l := &list[i]
		outcome := l.Outcome
		if l.Status != nil && *l.Status >= 300 {
			outcome += " " + strconv.Itoa(*l.Status)
		}
		place := "-"
		if len(l.Places) > 0 {
			place = fmt.Sprintf("%s:%d", l.Places[0].File, l.Places[0].Line)
		}
		rows = append(rows, []string{
			startText(l, day != ""), orDash(l.Method), narrow(l.listed.From.Short, maxParty), narrow(l.listed.To.Short, maxParty),
			outcome, span(l.SetupMs), span(l.DurationMs), strconv.Itoa(l.Messages), marksText(l.marks), place, l.CallID,
		})
	}
	writeAligned(w, rows, width)
}

// commonDay returns the date, with the offset from UTC, on which all calls began that have a time; "" where it is not one.
func commonDay(list []callLine) (day string) {
	for i := range list {
		l := &list[i]
		if !l.started {
			continue
		}
		if !l.clock.Dated {
			return ""
		}
		d := l.clock.At.Format(time.DateOnly)
		if l.clock.Zoned {
			d += l.clock.At.Format("Z07:00")
		}
		if day == "" {
			day = d
		} else if d != day {
			return ""
		}
	}
	return day
}

// startText writes when a call began, with milliseconds and as much of the date as the log has.
func startText(l *callLine, onlyTime bool) string {
	layout := "2006-01-02 15:04:05.000"
	switch {
	case !l.started:
		return "-"
	case l.clock.Daily, onlyTime:
		layout = "15:04:05.000"
	case !l.clock.Dated:
		layout = "Jan _2 15:04:05.000"
	case l.clock.Zoned:
		layout += "Z07:00"
	}
	return l.clock.At.Format(layout)
}

// span writes milliseconds for people.
func span(ms *int64) string {
	if ms == nil {
		return "-"
	}
	return check.Spell(time.Duration(*ms) * time.Millisecond)
}

// marksText counts errors and warnings: "1E 2W".
func marksText(marks [2]int) string {
	var out []string
	for i, n := range marks {
		if n > 0 {
			out = append(out, strconv.Itoa(n)+"EW"[i:i+1])
		}
	}
	if out == nil {
		return "-"
	}
	return strings.Join(out, " ")
}

// narrow cuts text after some columns.
func narrow(s string, columns int) string {
	s = explain.Printable(s)
	if s == "" {
		return "-"
	}
	return explain.Clip(s, columns)
}

// minCallID is how many columns of a Call-ID are shown at least.
const minCallID = 12

// writeAligned writes rows in columns. The last column is cut short where the row does not fit into width columns; 0 is
// without end.
func writeAligned(w io.Writer, rows [][]string, width int) {
	var widths []int
	for _, row := range rows {
		for i := range row {
			row[i] = explain.Printable(row[i])
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], uniseg.StringWidth(row[i]))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		used := 0
		for i, c := range row[:len(row)-1] {
			b.WriteString(c)
			b.WriteString(strings.Repeat(" ", widths[i]-uniseg.StringWidth(c)+2))
			used += widths[i] + 2
		}
		last := row[len(row)-1]
		if width > 0 {
			last = narrow(last, max(width-used, minCallID))
		}
		io.WriteString(w, b.String()+last+"\n")
	}
}
