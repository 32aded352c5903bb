package main

import (
	"bufio"
	"fmt"

	"github.com/spf13/cobra"

	"sipls/server/flow"
)

// flowColumns is how wide a picture may be that goes to no terminal.
const flowColumns = 100

func flowCommand(std stdio) *cobra.Command {
	var format, as string
	var ids []string
	cmd := &cobra.Command{
		Use:   "flow FILE|DIR|-... [--call ID]",
		Short: "Draw calls: who sent what to whom, and when",
		Long: `Draws the messages of calls as arrows between those who sent and got them, one call after the other; with --call
one call, or several. All files with times form one trace: a call may be spread over several files.

Participants are named by their addresses as the logger wrote them; where it did not, by what is known: "this host" is the one
that wrote the log, "peer" the other side, else who From and To name. A message stands there once on each hop,
with its retransmissions below it; ✗ marks failures. On the left stands the time by the log's clock and how much later
it is than the message before, on the right the line of the log.

--format mermaid writes a sequence diagram for Mermaid, which GitHub, GitLab and many wikis show in Markdown.

--call takes the Call-ID, as 'sipls calls' lists it; asterisks stand for anything where no call has the ID as written.

Exit status: 0 drawn, 1 no call has that ID, 2 usage or I/O error.`,
		Example: "  sipls flow trace.log\n  sipls flow trace.log --call 0_2734227497@198.51.100.21\n  sipls flow alice.log bob.log --call '0_27*' --format mermaid",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			mode, err := parseMode(as)
			if err != nil {
				return err
			}
			if format != "text" && format != "mermaid" {
				return fmt.Errorf("--format %q is not text or mermaid", format)
			}
			style := flow.TextStyle{Columns: flowColumns, Colour: colours(std.out)}
			if isTerminal(std.out) {
				style.Columns = columns(std.out)
			}
			std := watched(std)
			defer std.progress.end()
			traces, ok := readTraces(args, mode, std)
			chosen := make([][]int, len(traces))
			if len(ids) > 0 {
				if chosen, err = choose(traces, ids); err != nil {
					return err
				}
			} else {
				for i, t := range traces {
					chosen[i] = t.InOrder()
				}
			}
			out := bufio.NewWriter(std.out)
			var all []*flow.Flow
			first := true
			for i, t := range traces {
				for _, c := range chosen[i] {
					f := t.Flow(c)
					if format == "mermaid" {
						all = append(all, f)
						continue
					}
					if !first {
						out.WriteString("\n\n")
					}
					first = false
					out.WriteString(f.Text(style))
				}
			}
			if format == "mermaid" {
				out.WriteString(flow.Mermaid(all))
			}
			return written(out, "the picture", ok)
		},
	}
	cmd.Flags().StringArrayVar(&ids, "call", nil, "`Call-ID` of a call to draw; may be given again")
	cmd.Flags().StringVar(&format, "format", "text", "text or mermaid")
	cmd.Flags().StringVar(&as, "as", "", "read as bare messages (bare) or as a log (log), whatever the text looks like")
	return cmd
}
