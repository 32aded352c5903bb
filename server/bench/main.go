// Command bench measures sipls on logs that it generates, beside grep and another SIP parser in the same run, so that
// its figures are ratios that hold on any machine: `make bench`.
//
// It needs grep, and the built program (-sipls). It prints a table, writes the figures as JSON (-out) and says what became
// slower than in an earlier file (-against).
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"sipls/server/scenario"
)

// options are the flags.
type options struct {
	sipls   string
	sizes   []int // MB, of the documents of the language server
	size    int   // MB, of the logs of the command line
	noise   int
	seed    uint64
	runs    int
	formats []scenario.Format
	only    []string
	out     string
	against string
}

// parts are what can be measured alone.
var parts = []string{"commands", "parser", "session"}

func main() {
	if len(os.Args) == 3 && os.Args[1] == scanCommand {
		exit(scanFile(os.Args[2]))
	}
	o, err := parseOptions()
	if err == nil {
		err = run(o)
	}
	exit(err)
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func parseOptions() (o options, err error) {
	sizes := flag.String("sizes", "1,10,50", "sizes in MB of the documents that the language server opens")
	formats := flag.String("formats", "asterisk-full,freeswitch-siptrace,sngrep", "producers of the logs")
	only := flag.String("only", strings.Join(parts, ","), "what to measure")
	flag.StringVar(&o.sipls, "sipls", "bin/sipls", "the program to measure")
	flag.IntVar(&o.size, "size", 50, "size in MB of the logs of the command line")
	flag.IntVar(&o.noise, "noise", 86, "how many of 100 bytes of the noisy log are lines without SIP")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the generator: the same seed gives the same logs")
	flag.IntVar(&o.runs, "runs", 5, "how often each figure is measured; the median counts")
	flag.StringVar(&o.out, "out", "", "file to write the figures to, as JSON")
	flag.StringVar(&o.against, "against", "", "earlier file of figures to compare with")
	flag.Parse()
	if flag.NArg() > 0 {
		return o, fmt.Errorf("%q is not expected; all there is are flags (-h)", flag.Arg(0))
	}
	for s := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return o, fmt.Errorf("-sizes: %q is no number of MB", s)
		}
		o.sizes = append(o.sizes, n)
	}
	for s := range strings.SplitSeq(*formats, ",") {
		f, err := scenario.ParseFormat(s)
		if err != nil {
			return o, fmt.Errorf("-formats: %w", err)
		}
		o.formats = append(o.formats, f)
	}
	o.only = strings.Split(*only, ",")
	for _, p := range o.only {
		if !slices.Contains(parts, p) {
			return o, fmt.Errorf("-only: %q is none of %s", p, strings.Join(parts, ", "))
		}
	}
	if o.noise < 0 || o.noise > 99 || o.size < 1 || o.runs < 1 {
		return o, fmt.Errorf("-noise is 0 to 99, -size and -runs at least 1")
	}
	if o.sipls, err = filepath.Abs(o.sipls); err != nil {
		return o, err
	}
	if _, err := os.Stat(o.sipls); err != nil {
		return o, fmt.Errorf("-sipls: %s is not there; build it with make", o.sipls)
	}
	return o, nil
}

func run(o options) error {
	var before *report
	if o.against != "" {
		var err error
		if before, err = readReport(o.against); err != nil {
			return err
		}
	}
	dir, err := os.MkdirTemp("", "sipls-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	r := newReport(o)
	for _, p := range []struct {
		name    string
		measure func(*report, options, string) error
	}{{"commands", measureCommands}, {"parser", measureParser}, {"session", measureSessions}} {
		if slices.Contains(o.only, p.name) {
			if err := p.measure(r, o, dir); err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
		}
	}
	r.print(os.Stdout)
	if before != nil {
		r.compare(os.Stdout, before)
	}
	if o.out != "" {
		return r.write(o.out)
	}
	return nil
}
