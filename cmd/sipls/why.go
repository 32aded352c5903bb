package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"sipls/server/analysis"
	"sipls/server/explain"
)

func whyCommand(std stdio) *cobra.Command {
	var format, as string
	var ids []string
	cmd := &cobra.Command{
		Use:   "why FILE|DIR|-...",
		Short: "Say why calls failed",
		Long: `Says of each call, registration or other request that failed why it did: what decided, who decided it, what
shows that, how sure that is, and what to do next; and of a call that came about what went wrong in it. What failed again
in the same way is only counted. All files with times form one trace.

--call says it of one call, whatever became of it: its Call-ID, as 'sipls calls' lists it; asterisks stand for
anything where no call has the ID as written.

--format json prints of each call {callId, method, from, to, start, outcome, status, reason, messages, story, title, cause,
evidence, origin, next, certainty, rule, failure, cites, decided, chain, legs}; what is not known is null.

Exit status: 0 said, whether or not a call failed, 1 no call has that ID, 2 usage or I/O error.`,
		Example: "  sipls why trace.log\n  sipls why proxy.log pbx.log --call a84b4c76e66710@pc33.example.com",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			mode, err := parseMode(as)
			if err != nil {
				return err
			}
			if format != "text" && format != "json" {
				return fmt.Errorf("--format %q is not text or json", format)
			}
			progress := watched(std)
			defer progress.progress.end()
			traces, ok := readTraces(args, mode, progress)
			var list reasons
			if len(ids) > 0 {
				chosen, err := choose(traces, ids)
				if err != nil {
					return err
				}
				for i, t := range traces {
					for _, c := range chosen[i] {
						list.add(t, c)
					}
				}
			} else {
				list.gather(traces)
			}
			out := bufio.NewWriter(std.out)
			if format == "json" {
				list.writeJSON(out)
			} else {
				list.write(out, std, len(ids) == 0)
			}
			return written(out, "the report", ok)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	cmd.Flags().StringArrayVar(&ids, "call", nil, "`Call-ID` of a call to explain; may be given again")
	cmd.Flags().StringVar(&as, "as", "", "read as bare messages (bare) or as a log (log), whatever the text looks like")
	return cmd
}

// reason is a call that is to be explained, with those that failed in the same way after it.
type reason struct {
	in   *analysis.Calls
	call int
	same []int
}

// reasons are the calls to explain.
type reasons struct {
	list  []*reason
	calls int // how many there are at all
	open  int // of them those whose end is not in the log
}

func (r *reasons) add(t *analysis.Calls, c int) { r.list = append(r.list, &reason{in: t, call: c}) }

// gather finds all calls that failed or are in trouble. What failed again in the same way joins the first one.
func (r *reasons) gather(traces []*analysis.Calls) {
	for _, t := range traces {
		kinds := make([]string, t.Len())
		open := make([]bool, t.Len())
		t.EachCall(func(c int) { kinds[c], open[c] = t.Trouble(c) })
		first := map[string]*reason{}
		for _, c := range t.InOrder() {
			r.calls++
			switch kind := kinds[c]; {
			case open[c]:
				r.open++
			case kind == "":
			case first[kind] != nil:
				first[kind].same = append(first[kind].same, c)
			default:
				r.add(t, c)
				first[kind] = r.list[len(r.list)-1]
			}
		}
	}
}

// shownAgain is how many of the calls that failed in the same way are named.
const shownAgain = 3

func (r *reasons) write(out io.Writer, std stdio, all bool) {
	n := 0
	for i, x := range r.list {
		n += 1 + len(x.same)
		if i > 0 {
			io.WriteString(out, "\n"+strings.Repeat("-", 80)+"\n\n")
		}
		w := x.in.Why(x.call)
		for k, c := range x.same {
			if k == shownAgain {
				break
			}
			p := x.in.PlacesOf(c)[0]
			w.Same = append(w.Same, explain.Spot{File: p.Name, Line: p.Line})
		}
		w.Again = len(x.same)
		io.WriteString(out, docText(std, w.Doc()))
	}
	if !all {
		return
	}
	if n > 0 {
		io.WriteString(out, "\n")
	}
	fmt.Fprintf(out, "%s: %d failed or in trouble.", callCount(r.calls), n)
	if r.open > 0 {
		fmt.Fprintf(out, " The log does not show the end of %d more.", r.open)
	}
	io.WriteString(out, "\n")
}

func callCount(n int) string {
	if n == 1 {
		return "1 call"
	}
	return fmt.Sprintf("%d calls", n)
}

func (r *reasons) writeJSON(out io.Writer) {
	io.WriteString(out, "[")
	n := 0
	for _, x := range r.list {
		for _, c := range append([]int{x.call}, x.same...) {
			b, err := json.Marshal(whyOf(x.in, c))
			if err != nil {
				panic(err) // strings and numbers only
			}
			sep := ",\n"
			if n == 0 {
				sep = "\n"
			}
			n++
			io.WriteString(out, sep)
			out.Write(b)
		}
	}
	if n > 0 {
		io.WriteString(out, "\n")
	}
	io.WriteString(out, "]\n")
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
	Reason   *string `json:"reason"`
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
	// Side is caller or callee, Cause why that leg failed where that explains why this one did.
	Side  *string `json:"side"`
	Cause *string `json:"cause"`
}

func whyOf(t *analysis.Calls, c int) why {
	w, l := t.Why(c), t.Listed(c)
	out := why{
		CallID: w.CallID, Method: optional(l.Method), From: optional(l.From.URI), To: optional(l.To.URI),
		Outcome: l.Result.Outcome.String(), Messages: w.Messages, Story: w.Story, Cites: []string{}, Chain: []whyStep{}, Legs: []whyLeg{},
	}
	if at, ok := t.Start(c); ok {
		if iso, ok := at.ISO(); ok {
			out.Start = &iso
		}
	}
	if l.Result.Status != 0 {
		out.Status, out.Reason = &l.Result.Status, &l.Reason
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
		out.Legs = append(out.Legs, whyLeg{l.CallID, l.File, l.Line, l.Story, l.Evidence, l.Certainty.String(), optional(l.Side), optional(l.Cause)})
	}
	return out
}
