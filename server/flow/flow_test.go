package flow_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rivo/uniseg"

	"sipls/server/analysis"
	"sipls/server/flow"
	"sipls/server/scenario"
	"sipls/server/text"
)

var update = flag.Bool("update", false, "write the golden files anew")

// log is a text that is read.
type log struct {
	name    string
	content []byte
}

// flows draws the calls of texts as one trace.
func flows(logs ...log) []*flow.Flow {
	var snaps []*analysis.Snapshot
	for _, l := range logs {
		snaps = append(snaps, analysis.New(analysis.Source{Name: l.name}, text.New(l.content)))
	}
	analysis.Join(snaps...)
	x := snaps[0].Calls()
	var out []*flow.Flow
	for _, c := range x.InOrder() {
		out = append(out, x.Flow(c))
	}
	return out
}

var carol = scenario.Party{Name: "Carol", User: "1003", Domain: "example.com", Addr: scenario.UDP("198.51.100.23:5060"), Agent: scenario.Baresip}

// pictures are the golden files, by name.
func pictures() map[string][]log {
	pbx, proxy := scenario.PBX(scenario.Asterisk), scenario.PBX(scenario.Kamailio)
	one := func(t scenario.Trace, f scenario.Format) []log { return []log{{"trace.log", t.Render(f)}} }
	proxied := scenario.Proxied(scenario.Alice, proxy, scenario.Bob, scenario.Challenged(407))
	return map[string][]log{
		"two-hops":              one(proxied, scenario.Sngrep),
		"two-hops-no-addresses": one(proxied, scenario.CiscoCUBE),
		"two-logs": {
			{"alice.log", proxied.SeenBy(scenario.Alice.Addr.Host).Render(scenario.FreeSWITCHSiptrace)},
			{"proxy.log", proxied.SeenBy(proxy.Addr.Host).Render(scenario.FreeSWITCHSiptrace)},
		},
		"two-hops-bare": one(proxied, scenario.Bare),
		"two-logs-no-addresses": {
			{"bob.log", proxied.SeenBy(scenario.Bob.Addr.Host).Render(scenario.CiscoCUBE)},
			{"proxy.log", proxied.SeenBy(proxy.Addr.Host).Render(scenario.CiscoCUBE)},
		},
		"fork-bare":            one(scenario.Forked(scenario.Alice, proxy, []scenario.Party{scenario.Bob, carol}), scenario.Bare),
		"fork":                 one(scenario.Forked(scenario.Alice, proxy, []scenario.Party{scenario.Bob, carol}), scenario.Ngrep),
		"two-legs":             one(scenario.Bridge(scenario.Alice, pbx, scenario.Bob).SeenBy(pbx.Addr.Host), scenario.AsteriskFull),
		"unanswered":           one(scenario.Call(scenario.Alice, pbx, scenario.Unanswered()), scenario.Sngrep),
		"refused":              one(scenario.Call(scenario.Alice, pbx, scenario.Challenged(407), scenario.Rejected(488)), scenario.Bare),
		"cancelled":            one(scenario.Call(scenario.Alice, pbx, scenario.Cancelled()), scenario.PJSIP),
		"refreshed":            one(scenario.Register(scenario.Alice, pbx, scenario.Challenged(401), scenario.Refreshes(3, 8*time.Hour)), scenario.Sngrep),
		"registration-refused": one(scenario.Register(scenario.Alice, pbx, scenario.WrongPassword()), scenario.JsSIP),
		"lost-ack":             one(scenario.Call(scenario.Alice, pbx).Without(scenario.Request("ACK")).Repeat(scenario.StatusTo("INVITE", 200), 500*time.Millisecond, 1500*time.Millisecond), scenario.Sngrep),
		"headless":             one(scenario.Call(scenario.Alice, pbx, scenario.CalleeHangsUp()).Only(scenario.Where("the end", func(m *scenario.Message) bool { return m.Method() == "BYE" })), scenario.AsteriskPJSIP),
		"strange-answers":      one(scenario.Call(scenario.Alice, pbx, scenario.Rejected(500)).With(scenario.Status(500), scenario.SetReason("Server\x1b[31m 日本; end #35;: 内部エラー style a:#x;")), scenario.Sngrep),
	}
}

// TestPictures compares what is drawn with files that people can read.
func TestPictures(t *testing.T) {
	for name, logs := range pictures() {
		t.Run(name, func(t *testing.T) {
			var all bytes.Buffer
			drawn := flows(logs...)
			for i, f := range drawn {
				if i > 0 {
					all.WriteString("\n\n")
				}
				all.WriteString(f.Text(flow.TextStyle{Columns: 100}))
			}
			golden(t, name+".txt", all.Bytes())
			golden(t, name+".mmd", []byte(flow.Mermaid(drawn)))
		})
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got) {
		t.Errorf("%s, want\n%s", got, want)
	}
}

// TestTextIsStraight: lifelines stand below each other, no control character comes through, nothing is too wide.
func TestTextIsStraight(t *testing.T) {
	for name, logs := range pictures() {
		for _, f := range flows(logs...) {
			for _, columns := range []int{40, 80, 100, 200} {
				checkStraight(t, name, f, columns)
			}
		}
	}
}

func checkStraight(t *testing.T, name string, f *flow.Flow, columns int) {
	t.Helper()
	picture := f.Text(flow.TextStyle{Columns: columns})
	_, ladder, _ := strings.Cut(picture, "\n\n")
	var want []int
	for line := range strings.Lines(ladder) {
		line = strings.TrimRight(line, "\n")
		if strings.ContainsFunc(line, func(c rune) bool { return c < ' ' || c == 0x7f }) {
			t.Errorf("%s: a control character in %q", name, line)
		}
		if len(f.Participants) <= 3 && columns >= 100 && uniseg.StringWidth(line) > columns {
			t.Errorf("%s: %d columns: %s", name, uniseg.StringWidth(line), line)
		}
		var at []int
		column := 0
		for g := uniseg.NewGraphemes(line); g.Next(); column += g.Width() {
			if g.Str() == "│" {
				at = append(at, column)
			}
		}
		if want == nil {
			want = at
		}
		for _, x := range at {
			if !contains(want, x) {
				t.Errorf("%s: no lifeline stands in column %d of %s", name, x, line)
			}
		}
	}
}

func contains(list []int, x int) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}

// mermaidLine is what a line of a diagram may be; labels hold nothing that Mermaid takes for more than text.
var mermaidLine = regexp.MustCompile(`^(sequenceDiagram|    (participant p\d+ as|Note over p\d+,p\d+:|p\d+(->>|-->>|--x|-x)p\d+:) (([\pL\pN ./@(),_:-]|#\d+;)+(<br/>)?)+)$`)

// mermaidTraps are words that Mermaid reads itself.
var mermaidTraps = regexp.MustCompile(`(?i): *(wrap|nowrap):|style|classdef|%%`)

func checkMermaid(t *testing.T, diagram string) {
	t.Helper()
	if !strings.HasSuffix(diagram, "\n") {
		t.Errorf("no line end behind %q", diagram)
	}
	for line := range strings.Lines(diagram) {
		if line = strings.TrimSuffix(line, "\n"); !mermaidLine.MatchString(line) || mermaidTraps.MatchString(line) {
			t.Errorf("Mermaid does not read %q", line)
		}
	}
}

func TestMermaidGrammar(t *testing.T) {
	for _, logs := range pictures() {
		checkMermaid(t, flow.Mermaid(flows(logs...)))
	}
	checkMermaid(t, flow.Mermaid(nil))
}

// FuzzWords: whatever stands in a log, a picture stays one.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"INVITE;x", "a\nend", "style a:b#35;", "wrap: x", "%%{init: {}}%%", "a-->>b: c", "\x1b[31m", "日本", "\u202e", "classDef", "#", ""} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, name, label string) {
		x := &flow.Flow{
			Title: label, CallID: name, Places: []string{name},
			Participants: []flow.Participant{{Name: name, Product: label}, {Name: name + "b"}},
			Arrows:       []flow.Arrow{{To: 1, Label: label, Again: 2}, {From: 1, Label: name, Failed: true}, {Label: label, Unanswered: true}},
			Hints:        []string{label},
		}
		checkMermaid(t, flow.Mermaid([]*flow.Flow{x}))
		for _, s := range []string{name, label} {
			if strings.ContainsRune(s, '│') {
				return
			}
		}
		checkStraight(t, "fuzz", x, 100)
	})
}
