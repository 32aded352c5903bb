package main

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"sipls/server/analysis"
	"sipls/server/explain"
	"sipls/server/trace"
)

func formatsCommand(std stdio) *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use:   "formats [FILE...]",
		Short: "Show which log formats are recognised, or which ones files hold",
		Long: `Without arguments: the formats that are recognised, with an example each. Other text is searched by the general
rule (plain): a start line followed by header fields is a message, whatever stands around it.

With files: how many messages of which format each holds, how many lines mention a status code, and in which line the
first of them stands.`,
		RunE: func(_ *cobra.Command, args []string) error {
			mode, err := parseMode(as)
			if err != nil {
				return err
			}
			std := watched(std)
			defer std.progress.end()
			out := bufio.NewWriter(std.out)
			ok := true
			if len(args) == 0 {
				listFormats(out)
			} else {
				ok = countFormats(out, args, mode, std)
			}
			if err := out.Flush(); err != nil {
				return exitError{exitTrouble, "writing the list: " + err.Error()}
			}
			if !ok {
				return exitError{code: exitTrouble}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "read as bare messages (bare) or as a log (log), whatever the text looks like")
	return cmd
}

func listFormats(out *bufio.Writer) {
	for _, f := range trace.AllFormats() {
		listFormat(out, f.Name, f.Title, f.Example)
	}
	out.WriteString("Logs that name status codes and hold no messages (messages --form mention, hovers):\n\n")
	for _, f := range trace.MentionFormats {
		listFormat(out, f.Name, f.Title, f.Example)
	}
}

func listFormat(out *bufio.Writer, name, title, example string) {
	fmt.Fprintf(out, "%s: %s\n", name, title)
	for line := range strings.Lines(strings.TrimRight(example, "\r\n")) {
		fmt.Fprintln(out, strings.TrimRight("    "+explain.Printable(strings.TrimRight(line, "\r\n")), " "))
	}
	out.WriteByte('\n')
}

// recognised says what of one format a text holds.
type recognised struct {
	file, format string
	messages     int
	line         int // of the first one, counted from 1
}

func countFormats(out *bufio.Writer, args []string, mode *trace.Mode, std stdio) (ok bool) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "FORMAT\tCOUNT\tFIRST")
	ok = each(args, mode, std, func(s *analysis.Snapshot, yield func(recognised) bool) {
		for _, r := range count(s) {
			yield(r)
		}
	}, func(r recognised) {
		fmt.Fprintf(w, "%s\t%d\t%s:%d\n", r.format, r.messages, explain.Printable(r.file), r.line)
	})
	w.Flush()
	return ok
}

// count returns the formats of a text, the most frequent first.
func count(s *analysis.Snapshot) []recognised {
	var out []recognised
	for m := range s.All {
		i := slices.IndexFunc(out, func(r recognised) bool { return r.format == m.Format.Name })
		if i < 0 {
			from, _ := s.Range(m, m.Start.Text)
			out = append(out, recognised{file: s.Source().Name, format: m.Format.Name, line: s.Document().LineAt(from) + 1})
			i = len(out) - 1
		}
		out[i].messages++
	}
	for x := range s.Trace().AllMentions {
		name := trace.Plain.Name
		if f := s.Trace().FactsOf(x).Format; f != nil {
			name = f.Name
		}
		name += " (mentions)"
		i := slices.IndexFunc(out, func(r recognised) bool { return r.format == name })
		if i < 0 {
			out = append(out, recognised{file: s.Source().Name, format: name, line: s.Document().LineAt(x.From) + 1})
			i = len(out) - 1
		}
		out[i].messages++
	}
	slices.SortStableFunc(out, func(a, b recognised) int { return cmp.Compare(b.messages, a.messages) })
	return out
}
