package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"sipls/server/scenario"
	"sipls/server/source"
	"sipls/server/text"
	"sipls/server/trace"
)

// scanCommand makes this program scan a file and end; so reading, scanning and starting a process are measured as those of grep.
const scanCommand = "scan-file"

func scanFile(name string) error {
	b, err := source.Read(name, nil)
	if err != nil {
		return err
	}
	_, err = fmt.Println(trace.Scan(text.New(b), trace.Options{}).Len())
	return err
}

// cost is what a command took.
type cost struct {
	wall, cpu time.Duration
	peak      int64 // bytes of memory
}

// measure runs a command once, its output goes through a pipe to nobody.
func measure(name string, args ...string) (c cost, err error) {
	cmd := exec.Command(name, args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return c, err
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return c, err
	}
	if _, err := io.Copy(io.Discard, out); err != nil {
		return c, err
	}
	err = cmd.Wait()
	c.wall = time.Since(start)
	// 1 says that there are findings, or no line.
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == 1 {
		err = nil
	}
	if err != nil {
		return c, fmt.Errorf("%s: %w", name, err)
	}
	c.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	c.peak = peakOf(cmd.ProcessState)
	return c, nil
}

// measureCommands times whole commands, each beside grep on the same file; they take turns, so that what else the machine does
// hits all of them.
func measureCommands(r *report, o options, dir string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for _, l := range []struct {
		name        string
		generate    func(io.Writer) error
		scan, check float64 // limits
	}{
		{fmt.Sprintf("%d %% noise", o.noise), o.mixed(o.size, o.noise), 0.5, 2},
		{"all SIP", o.mixed(o.size, 0), 0, 10},
		{"noise only, 20 times as long", func(w io.Writer) error { return scenario.Noise(w, int64(o.size)*20*megabyte, o.seed) }, 1, 0},
	} {
		file, err := writeLog(dir, "command.log", l.generate)
		if err != nil {
			return err
		}
		commands := []struct {
			what  string
			args  []string
			limit float64
		}{
			{"grep -c", []string{"grep", "-c", "SIP/2.0", file}, 0},
			{"scan", []string{self, scanCommand, file}, l.scan},
			{"check", []string{o.sipls, "check", file}, l.check},
		}
		costs := make([][]cost, len(commands))
		for range o.runs {
			for i, c := range commands {
				one, err := measure(c.args[0], c.args[1:]...)
				if err != nil {
					return err
				}
				costs[i] = append(costs[i], one)
			}
		}
		grep := median(walls(costs[0]))
		for i, c := range commands {
			f := r.add(c.what+", "+l.name, "ms", walls(costs[i]))
			if i == 0 {
				continue
			}
			f.beside("grep -c", grep, c.limit)
			r.add(c.what+", "+l.name+", CPU", "ms", each(costs[i], func(c cost) float64 { return milliseconds(c.cpu) }))
			r.add(c.what+", "+l.name+", memory", "MB", each(costs[i], func(c cost) float64 { return float64(c.peak) / megabyte }))
		}
	}
	return nil
}

func walls(costs []cost) []float64 {
	return each(costs, func(c cost) float64 { return milliseconds(c.wall) })
}

func each[T any](of []T, value func(T) float64) []float64 {
	out := make([]float64, len(of))
	for i, x := range of {
		out[i] = value(x)
	}
	return out
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
