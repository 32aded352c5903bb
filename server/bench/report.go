package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"
)

// report is what was measured.
type report struct {
	Time    string   `json:"time"`
	CPUs    int      `json:"cpus"`
	Size    int      `json:"sizeMB"`
	Noise   int      `json:"noisePercent"`
	Seed    uint64   `json:"seed"`
	Runs    int      `json:"runs"`
	Figures []figure `json:"figures"`
}

// figure is the median of one thing that was measured.
type figure struct {
	Name  string  `json:"name"` // the same in all runs: "check, all SIP"
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	// Ratio is Value by that of what was measured beside it, 0 when nothing was.
	Ratio float64 `json:"ratio,omitempty"`
	Than  string  `json:"than,omitempty"` // what it was measured beside
	Limit float64 `json:"limit,omitempty"`
}

func newReport(o options) *report {
	return &report{Time: time.Now().UTC().Format(time.RFC3339), CPUs: runtime.GOMAXPROCS(0), Size: o.size, Noise: o.noise, Seed: o.seed, Runs: o.runs}
}

// add takes the median of the values.
func (r *report) add(name, unit string, values []float64) *figure {
	r.Figures = append(r.Figures, figure{Name: name, Unit: unit, Value: median(values)})
	return &r.Figures[len(r.Figures)-1]
}

// beside sets the ratio to what was measured in the same run; limit is the most it shall be, 0 for none.
func (f *figure) beside(than string, value, limit float64) {
	f.Than, f.Limit = than, limit
	if value > 0 {
		f.Ratio = f.Value / value
	}
}

func median(v []float64) float64 { return quantile(v, 0.5) }

// quantile returns the least value that a share q of all does not exceed.
func quantile(v []float64, q float64) float64 {
	if len(v) == 0 {
		return 0
	}
	v = slices.Sorted(slices.Values(v))
	return v[min(int(q*float64(len(v))), len(v)-1)]
}

func (r *report) print(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%d MB, %d processors, medians of %d runs\n", r.Size, r.CPUs, r.Runs)
	fmt.Fprintln(w, "what\tmedian\tratio\tbeside\tat most\t")
	for _, f := range r.Figures {
		ratio, limit := "", ""
		if f.Than != "" {
			ratio = fmt.Sprintf("%.2f", f.Ratio)
		}
		if f.Limit > 0 {
			limit = fmt.Sprintf("%g", f.Limit)
			if f.over() {
				limit += " missed"
			}
		}
		fmt.Fprintf(w, "%s\t%.4g %s\t%s\t%s\t%s\t\n", f.Name, f.Value, f.Unit, ratio, f.Than, limit)
	}
	w.Flush()
}

// over reports whether a figure is more than it shall be.
func (f figure) over() bool {
	if f.Than != "" {
		return f.Ratio > f.Limit
	}
	return f.Value > f.Limit
}

// noise of a shared machine: what is slower by less is not told.
const noticeable = 1.15

// compare says what became slower and what faster. Ratios are compared where there are any.
func (r *report) compare(out io.Writer, before *report) {
	old := map[string]figure{}
	for _, f := range before.Figures {
		old[f.Name] = f
	}
	slower := 0
	for _, f := range r.Figures {
		b, ok := old[f.Name]
		if !ok {
			continue
		}
		now, then := f.Value, b.Value
		if f.Than != "" && b.Ratio > 0 {
			now, then = f.Ratio, b.Ratio
		}
		switch {
		case then <= 0:
		case now > then*noticeable:
			slower++
			fmt.Fprintf(out, "slower: %s, %.2f times as much as at %s\n", f.Name, now/then, before.Time)
		case now*noticeable < then:
			fmt.Fprintf(out, "better: %s, %.2f times as much as at %s\n", f.Name, now/then, before.Time)
		}
	}
	if slower == 0 {
		fmt.Fprintf(out, "nothing is slower than at %s by more than %.0f %%\n", before.Time, (noticeable-1)*100)
	}
}

func (r *report) write(name string) error {
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(b, '\n'), 0o644)
}

func readReport(name string) (*report, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("-against: %w", err)
	}
	var r report
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, fmt.Errorf("-against: %s is not what -out writes: %w", name, err)
	}
	return &r, nil
}
