package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"sipls/server/analysis"
	"sipls/server/explain"
	"sipls/server/source"
)

func extractCommand(std stdio) *cobra.Command {
	var output, as string
	var ids []string
	cmd := &cobra.Command{
		Use:   "extract FILE|DIR|-... --call ID",
		Short: "Write the messages of a call alone, as the log has them",
		Long: `Writes the messages of one call, or of several, with what their loggers wrote around them, byte for byte: a
log that sipls, and whatever else reads the log, reads as before. All files with times form one trace: what they
have of a call is put in the order of time.

--call takes the Call-ID, as 'sipls calls' lists it; asterisks stand for anything where no call has the ID as
written. The file of --output can be read by nobody else. On a terminal control characters of the log are replaced.

Exit status: 0 written, 1 no call has that ID, 2 usage or I/O error.`,
		Example: "  sipls extract trace.log --call 0_2734227497@198.51.100.21 > call.log\n  sipls extract alice.log bob.log --call '0_27*' --output call.log",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			mode, err := parseMode(as)
			if err != nil {
				return err
			}
			if len(ids) == 0 {
				return fmt.Errorf("--call names the call to write; 'sipls calls' lists them")
			}
			if err := notAnInput(output, args); err != nil {
				return err
			}
			terminal := output == "" && isTerminal(std.out)
			std := watched(std)
			defer std.progress.end()
			traces, ok := readTraces(args, mode, std)
			chosen, err := choose(traces, ids)
			if err != nil {
				return err
			}
			var all []byte
			for i, t := range traces {
				if len(chosen[i]) > 0 {
					all = append(all, t.Extract(chosen[i]...)...)
				}
			}
			if output != "" {
				if err := writePrivate(output, all); err != nil {
					return exitError{exitTrouble, explain.Printable(err.Error())}
				}
			}
			out := bufio.NewWriter(std.out)
			switch {
			case output != "":
			case terminal:
				writePrintable(out, all)
			default:
				out.Write(all)
			}
			return written(out, "the messages", ok)
		},
	}
	cmd.Flags().StringArrayVar(&ids, "call", nil, "`Call-ID` of a call to write; may be given again")
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to this `file` instead of standard output")
	cmd.Flags().StringVar(&as, "as", "", "read as bare messages (bare) or as a log (log), whatever the text looks like")
	return cmd
}

// choose returns for each trace the calls that --call names, in the order in which they began.
func choose(traces []*analysis.Calls, ids []string) ([][]int, error) {
	chosen := make([][]int, len(traces))
	for _, id := range ids {
		found := false
		// Where a call has the ID as written, asterisks in it are no pattern.
		exact := false
		for _, t := range traces {
			if _, ok := t.WithCallID(id); ok {
				exact = true
			}
		}
		for i, t := range traces {
			if _, ok := t.WithCallID(id); exact && !ok {
				continue
			}
			for _, c := range t.Matching(id) {
				found = true
				chosen[i] = append(chosen[i], c)
			}
		}
		if !found {
			return nil, exitError{exitFindings, notThere(traces, id)}
		}
	}
	for i, t := range traces {
		if len(chosen[i]) < 2 {
			continue
		}
		wanted := map[int]bool{}
		for _, c := range chosen[i] {
			wanted[c] = true
		}
		chosen[i] = chosen[i][:0]
		for _, c := range t.InOrder() {
			if wanted[c] {
				chosen[i] = append(chosen[i], c)
			}
		}
	}
	return chosen, nil
}

// notThere says that no call has an ID.
func notThere(traces []*analysis.Calls, id string) string {
	var near []string
	n := 0
	for _, t := range traces {
		n += t.Len()
		for _, other := range t.Near(id) {
			if len(near) < 3 {
				near = append(near, quoted(other))
			}
		}
	}
	what := "no call has the Call-ID " + quoted(id)
	switch {
	case n == 0:
		return what + ": there is no call at all"
	case len(near) > 0:
		return what + "; is it " + strings.Join(near, " or ") + "? " + oneOrAll(n)
	}
	return what + "; " + oneOrAll(n)
}

func oneOrAll(n int) string {
	if n == 1 {
		return "'sipls calls' shows the one that is there"
	}
	return fmt.Sprintf("'sipls calls' lists the %d that are there", n)
}

func quoted(s string) string { return `"` + explain.Printable(s) + `"` }

// notAnInput refuses to write over what is read: logs are evidence.
func notAnInput(output string, args []string) error {
	if output == "" {
		return nil
	}
	to, err := os.Stat(output)
	if err != nil {
		return nil // it is not there
	}
	same := false
	for _, arg := range args {
		source.Expand(arg, func(name string, _ error) bool {
			from, err := os.Stat(name)
			same = same || err == nil && os.SameFile(from, to)
			return !same
		})
	}
	if same {
		return fmt.Errorf("--output %s is one of the files to read; a log is not written over", explain.Printable(output))
	}
	return nil
}

// writePrivate writes a file that nobody else can read.
func writePrivate(name string, b []byte) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.Write(b); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// writePrintable writes text for a terminal, line by line.
func writePrintable(w io.Writer, b []byte) {
	for line := range bytes.Lines(b) {
		fmt.Fprintln(w, explain.Printable(string(bytes.TrimRight(line, "\r\n"))))
	}
}
