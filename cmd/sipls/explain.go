package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"sipls/knowledge"
	"sipls/server/analysis"
	"sipls/server/explain"
)

func explainCommand(std stdio) *cobra.Command {
	var show docFormat
	cmd := &cobra.Command{
		Use:   "explain WHAT",
		Short: "Explain a response code, header field, method, cause, timer ... or a rule",
		Long: `Explains whatever a SIP engineer looks up: a response code (407), a header field or its compact form (Via, v), a
method, a Q.850 cause (Q.850:34, cause=16, NORMAL_CLEARING), an option tag (100rel), a warning code (Warning:399), a
timer (Timer B), an event package, a digest parameter (stale), an SDP attribute (rtpmap), or a rule that 'sipls check' names.
Any other words are searched for.

Exit status: 0 explained, 1 nothing has that name, 2 usage error.`,
		Example: "  sipls explain 407\n  sipls explain v\n  sipls explain Q.850:34",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			what := strings.Join(args, " ")
			doc, ok := explain.What(what)
			if !ok {
				doc, ok = analysis.Rule(what)
			}
			if !ok {
				// No name of anything: words that the explanations may hold.
				if doc, ok = explain.Search(what, 10); !ok {
					return notFound(what)
				}
			}
			return show.write(std, doc)
		},
	}
	show.flag(cmd)
	return cmd
}

func compareCommand(std stdio) *cobra.Command {
	var show docFormat
	cmd := &cobra.Command{
		Use:     "compare A B",
		Short:   "Set two response codes side by side",
		Example: "  sipls compare 401 407",
		Args:    cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			var codes [2]int
			for i, a := range args {
				n, err := strconv.Atoi(a)
				if err != nil {
					return fmt.Errorf("%q is no response code", a)
				}
				if knowledge.LookupStatus(n) == nil {
					return notFound(a)
				}
				codes[i] = n
			}
			doc, ok := explain.Compare(codes[0], codes[1])
			if !ok {
				return fmt.Errorf("%d and %d are the same code", codes[0], codes[1])
			}
			return show.write(std, doc)
		},
	}
	show.flag(cmd)
	return cmd
}

func searchCommand(std stdio) *cobra.Command {
	var show docFormat
	var limit int
	cmd := &cobra.Command{
		Use:     "search WORDS",
		Short:   "Search everything that can be explained",
		Example: "  sipls search no codec",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if limit < 1 {
				return fmt.Errorf("--limit %d is less than 1", limit)
			}
			words := strings.Join(args, " ")
			doc, ok := explain.Search(words, limit)
			if !ok {
				return notFound(words)
			}
			return show.write(std, doc)
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 10, "the most hits to show")
	show.flag(cmd)
	return cmd
}

// notFound says that nothing has a name, and which names are near.
func notFound(what string) error {
	msg := fmt.Sprintf("nothing is known about %q", explain.Printable(what))
	if near := knowledge.Nearest(what, 3); len(near) > 0 {
		msg += "; did you mean " + strings.Join(near, ", ") + "?"
	}
	return exitError{exitFindings, msg}
}

// docFormat is the --format flag of commands that print an explanation.
type docFormat struct{ name string }

func (f *docFormat) flag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.name, "format", "text", "text, markdown or json")
}

func (f *docFormat) write(std stdio, doc explain.Doc) error {
	var text string
	switch f.name {
	case "text":
		text = docText(std, doc)
	case "markdown":
		text = explain.Markdown(doc)
	case "json":
		b, err := json.MarshalIndent(doc, "", "  ")
		if err != nil {
			panic(err) // strings and numbers only
		}
		text = string(b) + "\n"
	default:
		return fmt.Errorf("--format %q is not text, markdown or json", f.name)
	}
	_, err := io.WriteString(std.out, text)
	return err
}

// docText renders an explanation for a person, with colours on a terminal.
func docText(std stdio, doc explain.Doc) string {
	if colours(std.out) {
		return explain.Terminal(doc, terminalWidth(std.out))
	}
	return explain.Plain(doc)
}
