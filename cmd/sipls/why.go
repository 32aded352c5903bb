package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"sipls/server/analysis"
	"sipls/server/check"
	"sipls/server/explain"
)

func whyCommand(std stdio) *cobra.Command {
	var format, as, id string
	cmd := &cobra.Command{
		Use:   "why FILE|DIR|-...",
		Short: "Say why calls failed",
		Long: `Says of each call, registration or other request that failed why it did: what decided, who decided it, what
shows that, how sure that is, and what to do next. All files with times form one trace.

--call says it of one call, whatever became of it. A beginning of the Call-ID will do when no other one begins so.

--format json prints of each call {callId, method, from, to, start, outcome, status, messages, title, story, cause, evidence,
origin, next, certainty, rule, failure, cites, decided, chain, legs}; what is not known is null.

Exit status: 0 done, whether or not a call failed, 2 usage or I/O error, or no call with that Call-ID.`,
		Example: "  sipls why trace.log\n  sipls why --call a84b4c76e66710@pc33.example.com proxy.log pbx.log",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			mode, err := parseMode(as)
			if err != nil {
				return err
			}
			if format != "text" && format != "json" {
				return fmt.Errorf("--format %q is not text or json", format)
			}
			std := watched(std)
			defer std.progress.end()
			traces, ok := tracesOf(readAll(args, mode, std), std)
			out := bufio.NewWriter(std.out)
			p := whyPrinter{w: out, std: std, json: format == "json"}
			p.begin()
			if id != "" {
				if err := p.call(traces, id); err != nil {
					return err
				}
			} else {
				p.failed(traces)
			}
			p.end()
			if err := out.Flush(); err != nil {
				return exitError{exitTrouble, "writing the report: " + err.Error()}
			}
			if !ok {
				return exitError{code: exitTrouble}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	cmd.Flags().StringVar(&id, "call", "", "the `Call-ID` of the call to explain")
	cmd.Flags().StringVar(&as, "as", "", "read as bare messages (bare) or as a log (log), whatever the text looks like")
	return cmd
}

// tracesOf returns the calls of each trace that was read, in order, and tells what could not be read; ok says that there was nothing such.
func tracesOf(all []*read, std stdio) (traces []*analysis.Calls, ok bool) {
	ok = true
	seen := map[*analysis.Calls]bool{}
	for _, r := range all {
		if r.err != nil {
			complain(std, r.err)
			ok = false
		}
		if r.snap == nil || seen[r.snap.Calls()] {
			continue
		}
		seen[r.snap.Calls()] = true
		traces = append(traces, r.snap.Calls())
	}
	return traces, ok
}

// whyPrinter writes why calls failed.
type whyPrinter struct {
	w     io.Writer
	std   stdio
	json  bool
	n     int
	calls int
	open  int
}

func (p *whyPrinter) begin() {
	if p.json {
		io.WriteString(p.w, "[")
	}
}

// call explains the call with a Call-ID.
func (p *whyPrinter) call(traces []*analysis.Calls, id string) error {
	type found struct {
		in *analysis.Calls
		c  int
	}
	var exact, begins []found
	for _, x := range traces {
		c, several := x.FindCall(id)
		switch {
		case c >= 0 && x.CallID(c) == id:
			exact = append(exact, found{x, c})
		case c >= 0:
			begins = append(begins, found{x, c})
		case several:
			begins = append(begins, found{}, found{})
		}
	}
	if exact == nil {
		if exact = begins; len(exact) > 1 {
			return exitError{exitTrouble, fmt.Sprintf("several calls have a Call-ID that begins with %q; write more of it", explain.Printable(id))}
		}
	}
	for _, f := range exact {
		p.print(f.in, f.c)
	}
	if exact != nil {
		return nil
	}
	msg := fmt.Sprintf("no call has the Call-ID %q", explain.Printable(id))
	var near []string
	for _, x := range traces {
		near = append(near, x.NearestCallIDs(id, 3)...)
	}
	if len(near) > 0 {
		msg += "; did you mean " + explain.Printable(strings.Join(near[:min(3, len(near))], " or ")) + "?"
	}
	return exitError{exitTrouble, msg}
}

// failed explains all calls that failed.
func (p *whyPrinter) failed(traces []*analysis.Calls) {
	for _, x := range traces {
		for c := range x.Len() {
			p.calls++
			switch d, ok := x.Subject(c).Diagnose(); {
			case !ok:
			case d.Open:
				p.open++
			default:
				p.print(x, c)
			}
		}
	}
}

func (p *whyPrinter) print(x *analysis.Calls, c int) {
	w := x.Why(c)
	p.n++
	if !p.json {
		if p.n > 1 {
			io.WriteString(p.w, "\n"+strings.Repeat("-", 72)+"\n\n")
		}
		io.WriteString(p.w, docText(p.std, w.Doc()))
		return
	}
	b, err := json.Marshal(whyOf(x.Subject(c), &w))
	if err != nil {
		panic(err) // strings and numbers only
	}
	if p.n > 1 {
		io.WriteString(p.w, ",")
	}
	p.w.Write(append([]byte("\n"), b...))
}

func (p *whyPrinter) end() {
	switch {
	case p.json && p.n > 0:
		io.WriteString(p.w, "\n]\n")
	case p.json:
		io.WriteString(p.w, "]\n")
	case p.calls > 0:
		if p.n > 0 {
			io.WriteString(p.w, "\n")
		}
		fmt.Fprintf(p.w, "%s: %d failed or in trouble", numbered(p.calls, "call"), p.n)
		if p.open > 0 {
			fmt.Fprintf(p.w, ", %d of which the log does not show the end ('sipls why --call ID' tells more)", p.open)
		}
		io.WriteString(p.w, ".\n")
	}
}

func numbered(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// why is a call as `why --format json` prints it. Fields may be added, never renamed or removed.
type why struct {
	CallID   string  `json:"callId"`
	Method   *string `json:"method"`
	From     *string `json:"from"`
	To       *string `json:"to"`
	Start    *string `json:"start"`
	Outcome  string  `json:"outcome"`
	Status   *int    `json:"status"`
	Messages int     `json:"messages"`
	Story    string  `json:"story"`
	Title    *string `json:"title"`
	Cause    *string `json:"cause"`
	Evidence *string `json:"evidence"`
	Origin   *string `json:"origin"`
	Next     *string `json:"next"`
	// Certainty is proof, strong hint or hint.
	Certainty *string `json:"certainty"`
	// Rule is that whose finding is the root cause, Failure the slug of the failure that it is about.
	Rule    *string   `json:"rule"`
	Failure *string   `json:"failure"`
	Cites   []string  `json:"cites"`
	Decided *whyStep  `json:"decided"`
	Chain   []whyStep `json:"chain"`
	Legs    []whyLeg  `json:"legs"`
}

// whyStep is a message in the chain of evidence.
type whyStep struct {
	File        string  `json:"file"`
	Line        int     `json:"line"`
	Time        *string `json:"time"`
	Source      *string `json:"source"`
	Destination *string `json:"destination"`
	Message     string  `json:"message"`
	Text        string  `json:"text"`
}

// whyLeg is another leg of a call.
type whyLeg struct {
	CallID    string `json:"callId"`
	File      string `json:"file"`
	Line      int    `json:"line"`
	Story     string `json:"story"`
	Evidence  string `json:"evidence"`
	Certainty string `json:"certainty"`
}

func whyOf(s *check.CallSubject, w *explain.Why) why {
	out := why{
		CallID: w.CallID, Method: optional(s.Result.Method.String()), From: optional(w.From), To: optional(w.To), Start: optional(w.Time),
		Outcome: s.Result.Outcome.String(), Messages: w.Messages, Story: w.Story, Cites: []string{}, Chain: []whyStep{}, Legs: []whyLeg{},
	}
	if s.Result.Status != 0 {
		out.Status = &s.Result.Status
	}
	if d := w.Diagnosis; d != nil {
		certainty := d.Certainty.String()
		out.Title, out.Cause, out.Evidence, out.Origin, out.Next, out.Certainty = &d.Title, &d.Cause, optional(d.Evidence), optional(d.Origin), optional(d.Next), &certainty
		if d.Finding != nil {
			out.Rule, out.Failure = &d.Finding.Rule.Name, optional(d.Finding.Rule.Failure())
		}
		for _, c := range d.Cites {
			out.Cites = append(out.Cites, c.String())
		}
	}
	for i := range w.Steps {
		x := &w.Steps[i]
		step := whyStep{x.File, x.Line, optional(x.Time), optional(x.From), optional(x.To), x.Message, x.Words}
		out.Chain = append(out.Chain, step)
		if x.Deciding {
			out.Decided = &step
		}
	}
	for _, l := range w.Legs {
		out.Legs = append(out.Legs, whyLeg{l.CallID, l.File, l.Line, l.Story, l.Evidence, l.Certainty.String()})
	}
	return out
}
