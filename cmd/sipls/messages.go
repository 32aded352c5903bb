package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"sipls/server/analysis"
	"sipls/server/explain"
	"sipls/server/sip"
	"sipls/server/trace"
)

// message is a message as `messages --format jsonl` prints it. Fields may be added,
// never renamed or removed; null is what is not known.
type message struct {
	File        string  `json:"file"`
	Line        int     `json:"line"`
	EndLine     int     `json:"endLine"`
	Time        *string `json:"time"`
	TimeText    *string `json:"timeText"`
	Direction   *string `json:"direction"`
	Source      *string `json:"source"`
	Destination *string `json:"destination"`
	Transport   *string `json:"transport"`
	Size        *int    `json:"size"`
	Thread      *string `json:"thread"`
	Kind        string  `json:"kind"`
	Method      *string `json:"method"`
	Status      *int    `json:"status"`
	Reason      *string `json:"reason"`
	CallID      *string `json:"callId"`
	CSeq        *string `json:"cseq"`
	Form        string  `json:"form"`
	Complete    *bool   `json:"complete"`
	Format      string  `json:"format"`
}

var forms = []string{"full", "summary", "mention"}

func messagesCommand(std stdio) *cobra.Command {
	var format, as string
	var form []string
	cmd := &cobra.Command{
		Use:   "messages FILE...",
		Short: "List the SIP messages of a text",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			mode, err := parseMode(as)
			if err != nil {
				return err
			}
			if format != "table" && format != "jsonl" {
				return fmt.Errorf("--format %q is not table or jsonl", format)
			}
			for _, f := range form {
				if !slices.Contains(forms, f) {
					return fmt.Errorf("--form %q is not full, summary or mention", f)
				}
			}
			std := watched(std)
			defer std.progress.end()
			out := bufio.NewWriter(std.out)
			var list lister = &jsonLister{out}
			if format == "table" {
				list = newTableLister(out)
			}
			ok := each(args, mode, std, func(s *analysis.Snapshot, yield func(message) bool) {
				messages(s, form, yield)
			}, list.print)
			list.end()
			if err := out.Flush(); err != nil {
				return exitError{exitTrouble, "writing the list: " + err.Error()}
			}
			if !ok {
				return exitError{code: exitTrouble}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "table", "table or jsonl (one JSON object per line)")
	cmd.Flags().StringSliceVar(&form, "form", forms[:2], "which to list: full, summary, mention")
	cmd.Flags().StringVar(&as, "as", "", "read as bare messages (bare) or as a log (log), whatever the text looks like")
	return cmd
}

// messages lists messages and mentions in the order of the text.
func messages(s *analysis.Snapshot, form []string, yield func(message) bool) {
	next, stop := iter.Pull(mentions(s, slices.Contains(form, "mention")))
	defer stop()
	x, more := next()
	times := s.Times()
	for m := range s.All {
		if !slices.Contains(form, m.Form.String()) {
			continue
		}
		l := listed(s, m, times[m.ID.Seq])
		for ; more && x.Line < l.Line; x, more = next() {
			yield(x)
		}
		yield(l)
	}
	for ; more; x, more = next() {
		yield(x)
	}
}

func mentions(s *analysis.Snapshot, wanted bool) iter.Seq[message] {
	return func(yield func(message) bool) {
		if !wanted {
			return
		}
		for x := range s.Trace().AllMentions {
			line := s.Document().LineAt(x.From) + 1
			f := s.Trace().FactsOf(x)
			l := message{
				File: s.Source().Name, Line: line, EndLine: line, Kind: sip.Response.String(), TimeText: optional(f.Time),
				Method: optional(f.Method), CallID: optional(f.CallID), Status: &x.Status, Form: "mention", Format: trace.Plain.Name,
			}
			if f.Format != nil {
				l.Format = f.Format.Name
			}
			if c, ok := trace.ParseClock(f.Time); ok {
				if iso, ok := c.ISO(); ok {
					l.Time = &iso
				}
			}
			if !yield(l) {
				return
			}
		}
	}
}

func listed(s *analysis.Snapshot, m analysis.Message, at trace.Clock) message {
	from, to := s.Range(m, sip.Span{Len: int32(len(m.Text))})
	lineFrom := s.Document().LineAt(from)
	lineTo := s.Document().LineAt(max(from, to-1))
	src, dst := s.Ends(m)
	l := message{
		File: s.Source().Name, Line: lineFrom + 1, EndLine: lineTo + 1,
		TimeText:    optional(s.TimeText(m)),
		Direction:   optional(m.Envelope.Direction.String()),
		Source:      optional(src),
		Destination: optional(dst),
		Transport:   optional(s.Transport(m)),
		Thread:      optional(s.EnvelopeText(m, m.Envelope.Thread)),
		Kind:        m.Start.Kind.String(),
		Method:      optional(string(m.Method())),
		CallID:      optional(string(m.CallID())),
		CSeq:        optional(strings.Join(strings.Fields(string(m.Value(sip.HeaderCSeq))), " ")),
		Form:        m.Form.String(),
		Format:      m.Format.Name,
	}
	if iso, ok := at.ISO(); ok {
		l.Time = &iso
	}
	if n := int(m.Envelope.Size); n > 0 {
		l.Size = &n
	}
	if !m.IsRequest() {
		if m.Start.Status != 0 {
			l.Status = &m.Start.Status
		}
		reason := string(m.Bytes(m.Start.Reason))
		l.Reason = &reason
	}
	l.Complete = complete(m.Message)
	return l
}

// complete says whether a message is whole: null where the text does not show it. Masked values hide bytes, but cut nothing off.
func complete(m *sip.Message) *bool {
	var is bool
	switch {
	case m.Head.Is == sip.Cut || m.Tail.Is == sip.Cut:
	case m.Head.Is == sip.Whole && (m.Tail.Is == sip.Whole || m.Tail.Is == sip.Masked):
		is = true
	default:
		return nil
	}
	return &is
}

// lister writes messages in one format.
type lister interface {
	print(m message)
	end()
}

type jsonLister struct{ w io.Writer }

func (l *jsonLister) print(m message) {
	b, err := json.Marshal(m)
	if err != nil {
		panic(err) // strings and numbers only
	}
	l.w.Write(append(b, '\n'))
}

func (l *jsonLister) end() {}

// tableLister aligns the columns of some hundred rows at a time: all of a big
// trace would have to be kept until its end.
type tableLister struct {
	w    *tabwriter.Writer
	rows int
}

const alignedRows = 500

func newTableLister(w io.Writer) *tableLister {
	t := &tableLister{w: tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
	fmt.Fprintln(t.w, "PLACE\tTIME\tFROM\tTO\tMESSAGE\tCALL-ID")
	return t
}

func (l *tableLister) print(m message) {
	what := word(m.Method)
	if m.Status != nil {
		what = strings.TrimSpace(fmt.Sprintf("%d %s", *m.Status, word(m.Reason)))
		if m.Method != nil {
			what += " (" + *m.Method + ")"
		}
	}
	if m.Complete != nil && !*m.Complete {
		what += " [cut]"
	}
	row := []string{
		fmt.Sprintf("%s:%d", m.File, m.Line), orDash(m.TimeText), orDash(m.Source), orDash(m.Destination), what, orDash(m.CallID),
	}
	for i := range row {
		row[i] = explain.Printable(row[i])
	}
	fmt.Fprintln(l.w, strings.Join(row, "\t"))
	if l.rows++; l.rows%alignedRows == 0 {
		l.w.Flush()
	}
}

func (l *tableLister) end() { l.w.Flush() }

func word(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func orDash(s *string) string {
	if s == nil {
		return "-"
	}
	return *s
}
