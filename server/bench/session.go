package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"sipls/server/scenario"
)

const uri = "file:///bench.log"

// edits is how often each kind of edit is made in one session; quantiles are of these.
const edits = 20

// settle is how long after the last request memory is looked at again.
var settle = 5 * time.Second

// measureSessions lets an editor work in documents of several sizes: opens them, edits, asks.
func measureSessions(r *report, o options, dir string) error {
	type document struct {
		name     string
		size     int
		generate func(io.Writer) error
	}
	var documents []document
	for _, size := range o.sizes {
		documents = append(documents,
			document{fmt.Sprintf("%d MB, %d %% noise", size, o.noise), size, o.mixed(size, o.noise)},
			document{fmt.Sprintf("%d MB all SIP", size), size, o.mixed(size, 0)})
	}
	last := o.sizes[len(o.sizes)-1]
	documents = append(documents, document{fmt.Sprintf("%d MB in one line", last), last, func(w io.Writer) error {
		return scenario.LongLine(w, int64(last)*megabyte, o.seed)
	}})
	for _, d := range documents {
		file, err := writeLog(dir, "document.log", d.generate)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		all := figures{}
		for range o.runs {
			if err := session(o.sipls, text, all); err != nil {
				return fmt.Errorf("%s: %w", d.name, err)
			}
		}
		all.into(r, d.name, d.size, len(text))
	}
	return nil
}

// figures are the values of all sessions by what was measured.
type figures map[string][]float64

func (f figures) add(name string, d time.Duration) { f[name] = append(f[name], milliseconds(d)) }

// shown are the figures in the order of the table: of which a quantile, and the most it shall be for 50 MB and for 1 MB.
var shown = []struct {
	name, what string
	quantile   float64
	most       map[int]float64
}{
	{"open", "open to diagnostics", 0.5, map[int]float64{1: 20}},
	{"open CPU", "open to diagnostics, CPU", 0.5, map[int]float64{50: 600}},
	{"hover", "hover p50", 0.5, nil},
	{"hover", "hover p95", 0.95, map[int]float64{50: 5}},
	{"hover after edit", "hover right after an edit p95", 0.95, map[int]float64{50: 20}},
	{"edit", "edit to diagnostics p50", 0.5, nil},
	{"edit", "edit to diagnostics p95", 0.95, map[int]float64{1: 3, 50: 20}},
	{"edit at start", "edit at the start to diagnostics p95", 0.95, nil},
	{"edit at end", "edit at the end to diagnostics p95", 0.95, nil},
	{"append", "100 lines appended to diagnostics", 0.5, nil},
	{"burst", "ten edits 30 ms apart, last to diagnostics", 0.5, nil},
	{"symbols", "document symbols", 0.5, map[int]float64{50: 300}},
	{"tokens", "semantic tokens of 60 lines", 0.5, nil},
}

func (f figures) into(r *report, document string, size, bytes int) {
	for _, s := range shown {
		v := r.add(document+": "+s.what, "ms", nil)
		v.Value, v.Limit = quantile(f[s.name], s.quantile), s.most[size]
	}
	for _, m := range []string{"memory at most", "memory settled"} {
		v := r.add(document+": "+m, "MB", f[m])
		v.beside("the document", float64(bytes)/megabyte, 0)
	}
}

// session is one run in one server.
func session(sipls string, text []byte, f figures) error {
	c, err := start(sipls)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(string(text))
	if err != nil {
		return err
	}
	opening := frame(fmt.Appendf(nil, `{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":%q,"languageId":"log","version":1,"text":%s}}}`, uri, raw))
	raw = nil
	before := cpuOf(c.cmd.Process.Pid)
	begin := time.Now()
	if err := c.raw(opening); err != nil {
		return err
	}
	s := &typing{client: c, version: 1}
	if err := s.pull(); err != nil {
		return err
	}
	f.add("open", time.Since(begin))
	f.add("open CPU", cpuOf(c.cmd.Process.Pid)-before)
	opening = nil

	lines := bytes.Count(text, []byte("\n"))
	middle := statusLine(text, lines/2)
	for range edits {
		if err := s.timed(f, "hover", func() error { return s.hover(middle) }); err != nil {
			return err
		}
	}
	for i := range edits {
		if err := s.edit(middle+1+i%2, "x"); err != nil {
			return err
		}
		if err := s.timed(f, "hover after edit", func() error { return s.hover(middle) }); err != nil {
			return err
		}
	}
	for _, at := range []struct {
		name string
		line int
	}{{"edit at start", 0}, {"edit", middle + 3}, {"edit at end", max(lines-1, 0)}} {
		for range edits {
			if err := s.timed(f, at.name, func() error {
				if err := s.edit(at.line, "y"); err != nil {
					return err
				}
				return s.pull()
			}); err != nil {
				return err
			}
		}
	}
	tail := tailOf(text, 100)
	if err := s.timed(f, "append", func() error {
		if err := s.edit(lines, string(tail)); err != nil {
			return err
		}
		return s.pull()
	}); err != nil {
		return err
	}
	var last time.Time
	for i := range 10 {
		if i > 0 {
			time.Sleep(30 * time.Millisecond)
		}
		last = time.Now()
		if err := s.edit(middle+3, "z"); err != nil {
			return err
		}
	}
	if err := s.pull(); err != nil {
		return err
	}
	f.add("burst", time.Since(last))
	if err := s.timed(f, "symbols", func() error { return s.ask("textDocument/documentSymbol", nil) }); err != nil {
		return err
	}
	if err := s.timed(f, "tokens", func() error {
		return s.ask("textDocument/semanticTokens/range", map[string]any{"range": map[string]any{"start": position(middle), "end": position(middle + 60)}})
	}); err != nil {
		return err
	}
	peak, _ := memoryOf(c.cmd.Process.Pid)
	time.Sleep(settle)
	_, settled := memoryOf(c.cmd.Process.Pid)
	f["memory at most"] = append(f["memory at most"], float64(peak)/megabyte)
	f["memory settled"] = append(f["memory settled"], float64(settled)/megabyte)
	return c.end()
}

// typing is somebody at work in the document.
type typing struct {
	*client
	version int
	result  string // id of the diagnostics that the editor has
}

func (s *typing) timed(f figures, name string, do func() error) error {
	begin := time.Now()
	err := do()
	f.add(name, time.Since(begin))
	return err
}

func (s *typing) ask(method string, more map[string]any) error {
	params := map[string]any{"textDocument": map[string]any{"uri": uri}}
	for k, v := range more {
		params[k] = v
	}
	_, err := s.request(method, params)
	return err
}

func (s *typing) hover(line int) error {
	return s.ask("textDocument/hover", map[string]any{"position": position(line)})
}

func (s *typing) pull() error {
	params := map[string]any{"textDocument": map[string]any{"uri": uri}}
	if s.result != "" {
		params["previousResultId"] = s.result
	}
	raw, err := s.request("textDocument/diagnostic", params)
	if err != nil {
		return err
	}
	var report struct{ ResultID string }
	if err := json.Unmarshal(raw, &report); err != nil {
		return err
	}
	s.result = report.ResultID
	return nil
}

// edit inserts a text at the beginning of a line.
func (s *typing) edit(line int, insert string) error {
	s.version++
	at := position(line)
	return s.notify("textDocument/didChange", map[string]any{
		"textDocument":   map[string]any{"uri": uri, "version": s.version},
		"contentChanges": []any{map[string]any{"range": map[string]any{"start": at, "end": at}, "text": insert}},
	})
}

func position(line int) map[string]any { return map[string]any{"line": line, "character": 0} }

// statusLine returns the first line from the given one on that begins with a status line; that line where none does.
func statusLine(text []byte, from int) int {
	line := 0
	for l := range bytes.Lines(text) {
		if line >= from && bytes.HasPrefix(bytes.TrimLeft(l, " "), []byte("SIP/2.0 ")) {
			return line
		}
		line++
	}
	return from
}

// tailOf returns the last n lines.
func tailOf(text []byte, n int) []byte {
	at := len(text)
	for range n + 1 {
		i := bytes.LastIndexByte(text[:at], '\n')
		if i < 0 {
			return text[max(0, len(text)-1000):]
		}
		at = i
	}
	return text[at+1:]
}
