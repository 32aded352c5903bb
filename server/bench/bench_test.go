package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sipls/server/scenario"
)

// TestMain lets this program be the one that scans a file, as the real one is.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == scanCommand {
		exit(scanFile(os.Args[2]))
	}
	os.Exit(m.Run())
}

// TestAllFiguresAreMeasured runs the whole program on small logs.
func TestAllFiguresAreMeasured(t *testing.T) {
	dir := t.TempDir()
	sipls := filepath.Join(dir, "sipls.exe")
	if out, err := exec.Command("go", "build", "-o", sipls, "sipls/cmd/sipls").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	settle = 0
	o := options{
		sipls: sipls, sizes: []int{1}, size: 1, noise: 50, seed: 3, runs: 1, only: parts,
		formats: []scenario.Format{scenario.AsteriskFull, scenario.Sngrep}, out: filepath.Join(dir, "out.json"),
	}
	if err := run(o); err != nil {
		t.Fatal(err)
	}
	r, err := readReport(o.out)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Figures) < 60 {
		t.Errorf("only %d figures", len(r.Figures))
	}
	seen := map[string]bool{}
	for _, f := range r.Figures {
		if f.Value <= 0 && !strings.Contains(f.Name, "CPU") {
			t.Errorf("%s is %g %s", f.Name, f.Value, f.Unit)
		}
		if seen[f.Name] {
			t.Errorf("%s is there twice", f.Name)
		}
		seen[f.Name] = true
	}
}

func TestWhatBecameSlowerIsTold(t *testing.T) {
	before := &report{Time: "then", Figures: []figure{
		{Name: "same", Value: 10},
		{Name: "slower", Value: 10},
		{Name: "better", Value: 10},
		{Name: "ratio", Value: 10, Ratio: 1, Than: "grep"},
		{Name: "gone", Value: 10},
	}}
	now := &report{Figures: []figure{
		{Name: "same", Value: 11},
		{Name: "slower", Value: 20},
		{Name: "better", Value: 5},
		{Name: "ratio", Value: 30, Ratio: 1.05, Than: "grep"}, // the machine is slower, the program is not
		{Name: "new", Value: 1},
	}}
	var out bytes.Buffer
	now.compare(&out, before)
	want := "slower: slower, 2.00 times as much as at then\nbetter: better, 0.50 times as much as at then\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
	out.Reset()
	now.compare(&out, now)
	if !strings.HasPrefix(out.String(), "nothing is slower") {
		t.Errorf("got %s", out.String())
	}
}

func TestQuantile(t *testing.T) {
	v := []float64{5, 1, 4, 2, 3}
	for q, want := range map[float64]float64{0: 1, 0.5: 3, 0.95: 5, 1: 5} {
		if got := quantile(v, q); got != want {
			t.Errorf("quantile %g is %g, want %g", q, got, want)
		}
	}
	if got := quantile(nil, 0.5); got != 0 {
		t.Errorf("of nothing: %g", got)
	}
}

func TestLimits(t *testing.T) {
	for _, c := range []struct {
		f    figure
		want bool
	}{
		{figure{Value: 5, Limit: 4}, true},
		{figure{Value: 3, Limit: 4}, false},
		{figure{Value: 5, Limit: 4, Ratio: 1, Than: "grep"}, false},
		{figure{Value: 1, Limit: 4, Ratio: 5, Than: "grep"}, true},
	} {
		if got := c.f.over(); got != c.want {
			t.Errorf("%+v: %v", c.f, got)
		}
	}
}
