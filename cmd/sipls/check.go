package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"sipls/server/analysis"
	"sipls/server/check"
	"sipls/server/explain"
)

// finding is a finding as `check --format json` prints it. Fields may be added, never renamed or removed.
type finding struct {
	File      string  `json:"file"`
	Line      int     `json:"line"`
	Column    int     `json:"column"`
	EndLine   int     `json:"endLine"`
	EndColumn int     `json:"endColumn"`
	Rule      string  `json:"rule"`
	Severity  string  `json:"severity"`
	Message   string  `json:"message"`
	CallID    *string `json:"callId"`
	// Failure is the slug of the failure in knowledge/tables/failures.tsv that the finding is about.
	Failure *string `json:"failure"`
	Related []place `json:"related"`

	severity check.Severity
	title    string
	details  [4]string // sentences and standards
}

// place is another place that belongs to a finding.
type place struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"` // what stands there: "the challenge"
}

func checkCommand(std stdio) *cobra.Command {
	var format, failOn, as string
	var exitZero bool
	var prefer check.Preferences
	cmd := &cobra.Command{
		Use:   "check FILE|DIR|-...",
		Short: "Report what is wrong in SIP messages",
		Long: `Reports what is wrong in the SIP messages of files, of the .sip .sipmsg .log .txt .trace files and SIPp
scenarios of directories, or of standard input (-).

All files with times form one trace: a finding may rest on messages of several files.

--select, --ignore and --severity take the names of rules ('sipls rule' lists them), of families of rules (address, sdp,
required-header ...), of failures (no-common-codec-488; 'sipls explain no-common-codec-488' tells more) for the rules
that find them, and patterns with asterisks ('407-*').

--format json prints {file, line, column, endLine, endColumn, rule, severity, message, callId, failure, related} of each finding;
failure is the name of a known failure, callId and failure are null where there is none.

Exit status: 0 nothing at or above --fail-on, 1 findings, 2 usage or I/O error.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			mode, err := parseMode(as)
			if err != nil {
				return err
			}
			limit, err := check.ParseSeverity(failOn)
			if err != nil {
				return fmt.Errorf("--fail-on: %w", err)
			}
			if format != "text" && format != "json" {
				return fmt.Errorf("--format %q is not text or json", format)
			}
			policy, problems := check.NewPolicy(prefer)
			if len(problems) > 0 {
				return errors.Join(problems...)
			}
			colour := colours(std.out)
			std := watched(std)
			defer std.progress.end()
			out := bufio.NewWriter(std.out)
			var p printer = &textPrinter{w: out, colour: colour}
			if format == "json" {
				p = &jsonPrinter{w: out}
			}
			var worst *check.Severity
			p.begin()
			ok := together(args, mode, std, func(s *analysis.Snapshot, yield func(finding) bool) {
				findings(cmd.Context(), s, policy, yield)
			}, func(f finding) {
				p.print(f)
				if worst == nil || f.severity < *worst {
					worst = &f.severity
				}
			})
			p.end()
			if err := out.Flush(); err != nil {
				return exitError{exitTrouble, "writing the report: " + err.Error()}
			}
			switch {
			case !ok:
				return exitError{code: exitTrouble}
			case worst != nil && *worst <= limit && !exitZero:
				return exitError{code: exitFindings}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	cmd.Flags().StringVar(&failOn, "fail-on", "warning", "least severity that makes the exit status 1: error, warning, information or hint")
	cmd.Flags().BoolVar(&exitZero, "exit-zero", false, "exit with 0 even when there are findings")
	cmd.Flags().StringVar(&as, "as", "", "read as bare messages (bare) or as a log (log), whatever the text looks like")
	cmd.Flags().StringSliceVar(&prefer.Select, "select", nil, "report these rules only")
	cmd.Flags().StringSliceVar(&prefer.Ignore, "ignore", nil, "rules not to report, whatever --select says")
	cmd.Flags().StringToStringVar(&prefer.Severity, "severity", nil, "`NAME=LEVEL`: report a rule as error, warning, information or hint, or not at all (off)")
	return cmd
}

func findings(ctx context.Context, s *analysis.Snapshot, policy *check.Policy, yield func(finding) bool) {
	// The context is that of the program: when it ends, nobody reads the rest.
	_ = s.EachFinding(ctx, func(f check.Finding) bool {
		if !policy.Apply(&f) {
			return true
		}
		from, to := s.RefRange(f.At)
		line, col := s.Document().Column(from)
		endLine, endCol := s.Document().Column(to)
		related := make([]place, 0, len(f.Related))
		for _, r := range f.Related {
			in := s.Joined(r.At.Msg.Source)
			from, _ := in.RefRange(r.At)
			line, col := in.Document().Column(from)
			related = append(related, place{in.Source().Name, line + 1, col + 1, r.Text})
		}
		return yield(finding{
			File: s.Source().Name, Line: line + 1, Column: col + 1, EndLine: endLine + 1, EndColumn: endCol + 1,
			Rule: f.Rule.Name, Severity: f.Severity.String(), Message: f.Message(),
			CallID: optional(string(s.Message(int(f.At.Msg.Seq)).CallID())), Failure: optional(f.Rule.Failure()), Related: related,
			severity: f.Severity, title: f.Title, details: [...]string{f.Evidence, f.Consequence, f.Next, f.CiteText()},
		})
	})
}

// optional makes null of what is not known.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// printer writes findings in one format.
type printer interface {
	begin()
	print(f finding)
	end()
}

type textPrinter struct {
	w      io.Writer
	colour bool
}

func (p *textPrinter) begin() {}
func (p *textPrinter) end()   {}

func (p *textPrinter) print(f finding) {
	severity := f.Severity
	if p.colour {
		severity = map[string]string{"error": "\x1b[1;31m", "warning": "\x1b[1;33m"}[severity] + severity + "\x1b[0m"
	}
	fmt.Fprintf(p.w, "%s:%d:%d: %s: %s [%s]\n", explain.Printable(f.File), f.Line, f.Column, severity, explain.Printable(f.title), f.Rule)
	for i, d := range f.details {
		if i == len(f.details)-1 {
			for _, r := range f.Related {
				fmt.Fprintf(p.w, "    see %s:%d: %s\n", explain.Printable(r.File), r.Line, explain.Printable(r.Message))
			}
		}
		if d != "" {
			fmt.Fprintf(p.w, "    %s\n", explain.Printable(d))
		}
	}
}

type jsonPrinter struct {
	w io.Writer
	n int
}

func (p *jsonPrinter) begin() { io.WriteString(p.w, "[") }

func (p *jsonPrinter) print(f finding) {
	sep := ",\n"
	if p.n == 0 {
		sep = "\n"
	}
	p.n++
	b, err := json.Marshal(f)
	if err != nil {
		panic(err) // strings and numbers only
	}
	io.WriteString(p.w, sep)
	p.w.Write(b)
}

func (p *jsonPrinter) end() {
	if p.n > 0 {
		io.WriteString(p.w, "\n")
	}
	io.WriteString(p.w, "]\n")
}
