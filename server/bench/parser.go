package main

import (
	"slices"
	"testing"

	sipgo "github.com/emiago/sipgo/sip"

	"sipls/server/scenario"
	"sipls/server/sip"
)

// messageSize is the length of the messages that parsers are measured with, in bytes.
const messageSize = 590

// measureParser times our lossless pass beside the parser of sipgo on the same messages.
func measureParser(r *report, o options, _ string) error {
	texts := nearest(50)
	var ours, theirs, oursAllocs, theirsAllocs []float64
	for range o.runs {
		a := testing.Benchmark(func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				sip.Parse(texts[i%len(texts)])
			}
		})
		p := sipgo.NewParser()
		var wrong error
		b := testing.Benchmark(func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := p.ParseSIP(texts[i%len(texts)]); err != nil {
					wrong = err
				}
			}
		})
		if wrong != nil {
			return wrong
		}
		ours, theirs = append(ours, float64(a.NsPerOp())), append(theirs, float64(b.NsPerOp()))
		oursAllocs, theirsAllocs = append(oursAllocs, float64(a.AllocsPerOp())), append(theirsAllocs, float64(b.AllocsPerOp()))
	}
	r.add("parse", "ns", ours).beside("sipgo", median(theirs), 1/3.5)
	r.add("parse, allocations", "", oursAllocs).Limit = 1
	r.add("sipgo", "ns", theirs)
	r.add("sipgo, allocations", "", theirsAllocs)
	return nil
}

// nearest returns the n messages of usual calls whose length is nearest to messageSize.
func nearest(n int) (texts [][]byte) {
	pbx := scenario.PBX(scenario.Asterisk)
	for seed := range uint64(20) {
		t := scenario.Bridge(scenario.Alice, pbx, scenario.Bob, scenario.Challenged(407), scenario.Hold(), scenario.Seed(seed))
		for i := range t.Messages {
			texts = append(texts, t.Messages[i].Wire())
		}
	}
	far := func(b []byte) int { return max(len(b)-messageSize, messageSize-len(b)) }
	slices.SortStableFunc(texts, func(a, b []byte) int { return far(a) - far(b) })
	return texts[:n]
}
