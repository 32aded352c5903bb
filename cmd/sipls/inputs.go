package main

import (
	"fmt"
	"runtime"

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

// each reads the texts that args name, lets produce make items of each on all
// processors, and calls print with them in the order of the arguments, and of
// production. What can't be read is told on standard error; ok says that there was nothing such.
func each[T any](args []string, mode *trace.Mode, std stdio, produce func(*analysis.Snapshot, func(T) bool), print func(T)) (ok bool) {
	type stream struct {
		items chan T
		err   error // set before items is closed
	}
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	queue := make(chan *stream, cap(slots))
	go func() {
		defer close(queue)
		for _, arg := range args {
			source.Expand(arg, func(name string, err error) bool {
				s := &stream{items: make(chan T, ahead), err: err}
				slots <- struct{}{}
				queue <- s
				go func() {
					defer func() { <-slots }()
					defer close(s.items)
					if s.err != nil {
						return
					}
					var in *analysis.Snapshot
					if in, s.err = open(name, mode, std); s.err == nil {
						produce(in, func(item T) bool { s.items <- item; return true })
					}
				}()
				return true
			})
		}
	}()
	ok = true
	for s := range queue {
		for item := range s.items {
			print(item)
		}
		if s.err != nil {
			fmt.Fprintf(std.err, "sipls: %s\n", explain.Printable(s.err.Error()))
			ok = false
		}
	}
	return ok
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
