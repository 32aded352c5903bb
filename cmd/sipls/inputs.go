package main

import (
	"fmt"
	"iter"
	"runtime"
	"sync"

	"sipls/server/analysis"
	"sipls/server/explain"
	"sipls/server/source"
	"sipls/server/text"
	"sipls/server/trace"
)

// parseMode reads the value of --as; "" means to look at the text.
func parseMode(as string) (*trace.Mode, error) {
	mode, err := trace.ParseMode(as)
	if err != nil {
		return nil, fmt.Errorf("--as %w", err)
	}
	return mode, nil
}

// ahead is how many items of a text are made before somebody prints those before them.
const ahead = 256

// input is a text of the command line: how to get at it, nil where err says why it can't be read.
type input struct {
	open func() (*analysis.Snapshot, error)
	err  error
	// file is the name of a file whose beginning decides how it is read; "" for all other texts.
	file string
}

// openMessages is open, but gives nil for a log without messages, which takes no memory then.
func (in input) openMessages() (*analysis.Snapshot, error) {
	if in.file != "" {
		if holds, err := source.Holds(in.file, trace.Word, trace.IsLog); err != nil || !holds {
			return nil, err
		}
	}
	s, err := in.open()
	if err != nil || s.Len() == 0 {
		return nil, err
	}
	return s, nil
}

// inputs yields the texts that args name, in order. None is read before it is opened.
func inputs(args []string, mode *trace.Mode, std stdio) iter.Seq[input] {
	return func(yield func(input) bool) {
		more := true
		for _, arg := range args {
			source.Expand(arg, func(name string, err error) bool {
				in := input{open: func() (*analysis.Snapshot, error) { return open(name, mode, std) }, err: err}
				if mode == nil && name != source.Stdin {
					in.file = name
				}
				more = yield(in)
				return more
			})
			if !more {
				return
			}
		}
	}
}

// each reads the texts that args name, each as a trace of its own, lets produce make items of each on all
// processors, and calls print with them in the order of the arguments, and of
// production. What can't be read is told on standard error; ok says that there was nothing such.
func each[T any](args []string, mode *trace.Mode, std stdio, produce func(*analysis.Snapshot, func(T) bool), print func(T)) (ok bool) {
	return inOrder(inputs(args, mode, std), std, produce, print)
}

// together is each for all texts as one trace: what belongs together is found across files.
func together[T any](args []string, mode *trace.Mode, std stdio, produce func(*analysis.Snapshot, func(T) bool), print func(T)) (ok bool) {
	read := readAll(args, mode, std)
	return inOrder(func(yield func(input) bool) {
		for _, r := range read {
			in := input{err: r.err}
			if in.err == nil {
				if r.snap == nil {
					continue
				}
				in.open = func() (*analysis.Snapshot, error) { return r.snap, nil }
			}
			if !yield(in) {
				return
			}
		}
	}, std, produce, print)
}

// inOrder lets produce make items of each text on all processors, and calls print with them in order.
func inOrder[T any](texts iter.Seq[input], std stdio, produce func(*analysis.Snapshot, func(T) bool), print func(T)) (ok bool) {
	type stream struct {
		items chan T
		err   error // set before items is closed
	}
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	queue := make(chan *stream, cap(slots))
	go func() {
		defer close(queue)
		for in := range texts {
			s := &stream{items: make(chan T, ahead), err: in.err}
			slots <- struct{}{}
			queue <- s
			go func() {
				defer func() { <-slots }()
				defer close(s.items)
				if s.err != nil {
					return
				}
				var snap *analysis.Snapshot
				if snap, s.err = in.open(); s.err == nil {
					produce(snap, func(item T) bool { s.items <- item; return true })
				}
			}()
		}
	}()
	ok = true
	for s := range queue {
		for item := range s.items {
			print(item)
		}
		if s.err != nil {
			complain(std, s.err)
			ok = false
		}
	}
	return ok
}

// read is a text that was read, nil where err says why it was not, or where there is no message in it.
type read struct {
	snap  *analysis.Snapshot
	timed bool
	err   error
}

// readAll reads the texts that args name on all processors and makes one trace of them. Texts without times stay
// traces of their own: nobody knows their order, and message files, as the examples of the RFCs, have the same
// Call-ID again and again.
//
// Of each text with a message in it the document is kept, with its segments and the facts of its messages, until the
// end of the command; of a text without any, as directories of logs have many, nothing is.
func readAll(args []string, mode *trace.Mode, std stdio) []*read {
	var all []*read
	var working sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for in := range inputs(args, mode, std) {
		r := &read{err: in.err}
		all = append(all, r)
		if r.err != nil {
			continue
		}
		slots <- struct{}{}
		working.Go(func() {
			defer func() { <-slots }()
			r.snap, r.err = in.openMessages()
			r.timed = r.snap != nil && r.snap.Timed()
		})
	}
	working.Wait()
	var snaps []*analysis.Snapshot
	for _, r := range all {
		if r.timed {
			snaps = append(snaps, r.snap)
		}
	}
	analysis.Join(snaps...)
	return all
}

// complain tells on standard error why a text can't be read.
func complain(std stdio, err error) {
	fmt.Fprintf(std.err, "sipls: %s\n", explain.Printable(err.Error()))
}

func open(name string, mode *trace.Mode, std stdio) (*analysis.Snapshot, error) {
	b, err := source.Read(name, std.in)
	if err != nil {
		return nil, err
	}
	src := analysis.Source{Name: name, Mode: mode, Once: true}
	if std.progress != nil {
		src.Progress = func(stage string, part float64) { std.progress.at(name, stage, part) }
	}
	return analysis.New(src, text.New(b)), nil
}

// readTraces reads the texts that args name and returns their traces: those with times are one, each other text is one of
// its own. What can't be read is told on standard error; ok says that there was nothing such.
func readTraces(args []string, mode *trace.Mode, std stdio) (traces []*analysis.Calls, ok bool) {
	ok = true
	joined := false
	for _, r := range readAll(args, mode, std) {
		switch {
		case r.err != nil:
			complain(std, r.err)
			ok = false
		case r.snap == nil, r.timed && joined:
		default:
			joined = joined || r.timed
			traces = append(traces, r.snap.Calls())
		}
	}
	return traces, ok
}
