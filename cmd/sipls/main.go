// Command sipls explains SIP in logs and message files: as a language server
// for editors, and on the command line.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
)

// Exit codes.
const (
	exitClean    = 0
	exitFindings = 1 // findings at or above --fail-on
	exitTrouble  = 2 // usage or I/O error
)

// stdio is what a command reads and writes.
type stdio struct {
	in       io.Reader
	out, err io.Writer
	progress *progress // nil: nobody watches
}

func main() {
	os.Exit(run(os.Args[1:], stdio{in: os.Stdin, out: os.Stdout, err: os.Stderr}))
}

// exitError ends the program with a code. Its message, if there is one, was not printed yet.
type exitError struct {
	code int
	msg  string
}

func (e exitError) Error() string { return e.msg }

func run(args []string, std stdio) int {
	root := &cobra.Command{
		Use:           "sipls",
		Short:         "Explain SIP in logs and message files",
		Long:          "sipls finds SIP messages in any log or message file, explains response codes and what they mean in\nplace, and says what is wrong. In an editor it is a language server (sipls serve).",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
	}
	root.SetArgs(args)
	root.SetIn(std.in)
	root.SetOut(std.out)
	root.SetErr(std.err)
	root.AddCommand(serveCommand(std), checkCommand(std), whyCommand(std), ruleCommand(std), messagesCommand(std), callsCommand(std), flowCommand(std), extractCommand(std), formatsCommand(std), explainCommand(std), compareCommand(std), searchCommand(std), versionCommand(std))
	// Editors may start the program with --stdio alone.
	stdioFlag := root.Flags().Bool("stdio", false, "serve the language server protocol on standard input and output")
	root.RunE = func(cmd *cobra.Command, _ []string) error {
		if *stdioFlag || len(args) == 0 && !isTerminal(std.in) {
			return serve(cmd.Context(), std, serveOptions{})
		}
		return cmd.Help()
	}
	err := root.Execute()
	var exit exitError
	switch {
	case err == nil:
		return exitClean
	case errors.As(err, &exit):
		if exit.msg != "" {
			fmt.Fprintln(std.err, "sipls: "+exit.msg)
		}
		return exit.code
	}
	fmt.Fprintf(std.err, "sipls: %v\nRun 'sipls --help' for usage.\n", err)
	return exitTrouble
}
