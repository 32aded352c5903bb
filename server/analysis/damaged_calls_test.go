package analysis_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"testing"

	"sipls/server/analysis"
	"sipls/server/check"
	"sipls/server/scenario"
	"sipls/server/text"
)

// TestDamagedCallsAreRead looks in every way at the scenes of all rules over calls after lines were lost, doubled, moved
// or mixed up: nothing panics, and all places lie in the text.
func TestDamagedCallsAreRead(t *testing.T) {
	const tries = 10 // of each scene
	r := rand.New(rand.NewPCG(7, 11))
	n := 0
	for _, rule := range check.Rules() {
		if rule.Scope == check.Message {
			continue
		}
		for _, scene := range rule.Scenes() {
			// Some have no place for addresses or times.
			formats := append(scene.SceneFormats(), scenario.Bare, scenario.AsteriskPJSIP)
			for range tries {
				log := damaged(r, []byte(scene.Render(formats[r.IntN(len(formats))])))
				n++
				func() {
					defer func() {
						if p := recover(); p != nil {
							t.Errorf("%s, %s: %v\n%s\nin\n%s", rule.Name, scene.Name, p, debug.Stack(), log)
						}
					}()
					lookAtAll(t, log)
				}()
			}
		}
	}
	if n < 2000 {
		t.Errorf("only %d logs", n)
	}
}

var codes = []int{100, 180, 183, 199, 200, 202, 302, 400, 401, 403, 404, 405, 407, 408, 415, 420, 421, 422, 423, 437, 438, 480, 481, 482, 483, 484, 486, 487, 488, 489, 491, 500, 503, 504, 513, 580, 600, 603, 604, 606}

// damaged returns a log with some of its lines lost, doubled, moved, cut, or changed places with others.
func damaged(r *rand.Rand, log []byte) []byte {
	lines := bytes.SplitAfter(log, []byte("\n"))
	share := []int{200, 60, 20, 8}[r.IntN(4)]
	for i := range lines {
		if r.IntN(share) > 0 || len(lines[i]) == 0 {
			continue
		}
		j := r.IntN(len(lines))
		switch r.IntN(7) {
		case 0:
			lines[i] = nil
		case 1:
			lines[i] = append(bytes.Clone(lines[i]), lines[i]...)
		case 2:
			lines[i], lines[j] = lines[j], lines[i]
		case 3:
			lines[i] = lines[j]
		case 4: // a number in it is another one: tags, CSeq, ports, codes, times
			b := bytes.Clone(lines[i])
			for k := range b {
				if '0' <= b[k] && b[k] <= '9' && r.IntN(4) == 0 {
					b[k] = byte('0' + r.IntN(10))
				}
			}
			lines[i] = b
		case 5: // another status code
			lines[i] = otherCode(r, lines[i])
		case 6:
			lines[i] = append(bytes.Clone(lines[i][:r.IntN(len(lines[i]))]), '\n')
		}
	}
	if r.IntN(2) == 0 {
		for i := range lines {
			if r.IntN(3) == 0 {
				lines[i] = otherCode(r, lines[i])
			}
		}
	}
	out := bytes.Join(lines, nil)
	if r.IntN(3) == 0 {
		out = out[r.IntN(len(out)+1):]
	}
	return out
}

// otherCode gives a status line another code.
func otherCode(r *rand.Rand, line []byte) []byte {
	at := bytes.Index(line, []byte("SIP/2.0 "))
	if at < 0 {
		return line
	}
	code := codes[r.IntN(len(codes))]
	return fmt.Appendf(bytes.Clone(line[:at]), "SIP/2.0 %d %s\n", code, scenario.Reason(code))
}

// lookAtAll asks for all that is told of calls.
func lookAtAll(t *testing.T, log []byte) {
	s := analysis.New(analysis.Source{Name: "damaged.log"}, text.New(log))
	found, err := s.Findings(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		places := append([]check.Related{{At: f.At}}, f.Related...)
		for _, p := range places {
			if from, to := s.RefRange(p.At); from < 0 || to < from || to > s.Document().Len() {
				panic(fmt.Sprintf("%s points at %d to %d", f.Rule.Name, from, to))
			}
		}
	}
	x := s.Calls()
	for c := range x.Len() {
		x.Listed(c)
		x.Sentence(c)
		x.Flow(c)
		x.Legs(c)
		x.PlacesOf(c)
		x.FindingsIn(c)
		x.Why(c)
	}
}
