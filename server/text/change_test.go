package text

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
)

func TestApply(t *testing.T) {
	tests := []struct {
		name    string
		text    string
		changes []Change
		want    string
	}{
		{"nothing", "abc", nil, "abc"},
		{"insertion", "abc", []Change{{1, 1, []byte("x")}}, "axbc"},
		{"deletion", "abc", []Change{{1, 2, nil}}, "ac"},
		{"replacement", "abc", []Change{{0, 3, []byte("xy")}}, "xy"},
		{"into nothing", "", []Change{{0, 0, []byte("x")}}, "x"},
		{"all away", "abc", []Change{{0, 3, nil}}, ""},
		{"all away and back", "abc", []Change{{0, 3, nil}, {0, 0, []byte("x")}}, "x"},
		{"at the end", "abc", []Change{{3, 3, []byte("x")}}, "abcx"},
		{"one after the other", "abc", []Change{{0, 0, []byte("xy")}, {2, 3, nil}, {0, 1, nil}}, "ybc"},
		{"beyond the end", "abc", []Change{{9, 12, []byte("x")}}, "abcx"},
		{"before the start", "abc", []Change{{-9, 1, []byte("x")}}, "xbc"},
		{"end before start", "abc", []Change{{2, 1, []byte("x")}}, "abxc"},
		{"largest range", "abc", []Change{{math.MinInt, math.MaxInt, []byte("x")}}, "x"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := New([]byte(tt.text))
			after := d.Apply(tt.changes...)
			if p := newNaive(tt.want).problem(after, -1, len(tt.want)+1); p != "" {
				t.Error(p)
			}
			if p := newNaive(tt.text).problem(d, -1, len(tt.text)+1); p != "" {
				t.Errorf("the receiver changed: %s", p)
			}
		})
	}
}

func TestChangeTextIsCopied(t *testing.T) {
	by := []byte("abc")
	d := New(nil).Apply(Change{0, 0, by})
	by[1] = 'x'
	if got := string(d.Bytes()); got != "abc" {
		t.Errorf("the document is now %q", got)
	}
}

// Edits at chunk borders make and break pairs of CR and LF and UTF-8 sequences there.
func TestBordersMoveWhenAnEditJoinsTheirSides(t *testing.T) {
	smallChunks(t)
	for _, joined := range []string{"\r\n", "é", "€", "😀"} {
		for at := range 50 {
			for split := 1; split < len(joined); split++ {
				t.Run(fmt.Sprintf("%q split after %d at %d", joined, split, at), func(t *testing.T) {
					text := repeated("0123456789", 50)
					between := repeated("-", 50)
					n := newNaive(string(text[:at]) + joined[:split] + string(between) + joined[split:] + string(text[at:]))
					from := Offset(at + split)
					join := Change{from, from + Offset(len(between)), nil}
					part := Change{from, from, between}
					d := New([]byte(n.text))
					for _, c := range []Change{join, part, join} {
						d, n = d.Apply(c), n.apply(c)
						if p := n.problem(d, -1, len(n.text)+1); p != "" {
							t.Fatal(p)
						}
					}
				})
			}
		}
	}
}

func TestOldSnapshotsStayAsTheyWere(t *testing.T) {
	smallChunks(t)
	r := rand.New(rand.NewPCG(1, 2))
	var snapshots []*Document
	var texts []naive
	d, n := New([]byte("BYE sip:a@example.com SIP/2.0\r\n\r\n")), newNaive("BYE sip:a@example.com SIP/2.0\r\n\r\n")
	for range 200 {
		snapshots, texts = append(snapshots, d), append(texts, n)
		at := Offset(r.IntN(len(n.text) + 1))
		c := Change{at, at + Offset(r.IntN(20)), []byte(fragments[r.IntN(len(fragments))])}
		d, n = d.Apply(c), n.apply(c)
	}
	for i, d := range snapshots {
		if p := texts[i].problem(d, -1, len(texts[i].text)+1); p != "" {
			t.Fatalf("snapshot %d: %s", i, p)
		}
	}
}

func TestReadersAndEditsRunSideBySide(t *testing.T) {
	n := newNaive(string(repeated("Иван <sip:ivan@example.com>\r\n", 3*maxChunk)))
	d := New([]byte(n.text))
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 2))
			for range 20 {
				from := r.IntN(len(n.text) - 20)
				if p := n.problem(d, from, from+20); p != "" {
					t.Error(p)
					return
				}
			}
		})
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 3))
			d, n := d, n
			for range 20 {
				at := r.IntN(len(n.text) - 20)
				c := Change{Offset(at), Offset(at + 3), []byte("\r\nzü")}
				d, n = d.Apply(c), n.apply(c)
				if p := n.problem(d, at-8, at+8); p != "" {
					t.Error(p)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestManyEditsKeepTheTableSmall(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	d := New(repeated("Max-Forwards: 70\r\n", 1<<18))
	for range 4000 {
		at := Offset(r.IntN(int(d.Len())))
		if r.IntN(2) == 0 {
			d = d.Apply(Change{at, at, repeated("é\r", r.IntN(600))})
		} else {
			d = d.Apply(Change{at, at + Offset(r.IntN(600)), nil})
		}
		if n, most := len(d.chunks), int(d.Len())/minChunk()+1; n > most {
			t.Fatalf("%d chunks for %d bytes, at most %d expected", n, d.Len(), most)
		}
	}
	if p := tableProblem(d); p != "" {
		t.Error(p)
	}
}

func TestEditOf50MBDoesNotCopyTheDocument(t *testing.T) {
	const limit, rounds = 512 << 10, 50
	d := New(repeated("Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK7c\r\n", fiftyMB))
	for name, at := range map[string]Offset{"start": 0, "middle": d.Len() / 2, "chunk border": d.chunks[7].start.off, "end": d.Len()} {
		t.Run(name, func(t *testing.T) {
			d := d
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for range rounds {
				d = d.Apply(Change{at, at, []byte("x")})
			}
			runtime.ReadMemStats(&after)
			if got := (after.TotalAlloc - before.TotalAlloc) / rounds; got > limit {
				t.Errorf("an edit allocates %d bytes, want at most %d", got, limit)
			}
		})
	}
}
