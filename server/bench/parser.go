package main

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	sipgo "github.com/emiago/sipgo/sip"

	"sipls/server/scenario"
	"sipls/server/sip"
)

// messageSize is the length of the messages that parsers are measured with, in bytes.
const messageSize = 590

// measureParser times our lossless pass, and reading all typed values, beside the parser of sipgo on the same messages.
func measureParser(r *report, o options, _ string) error {
	texts := nearest(50)
	var parse, typed, other [2][]float64 // ns and allocations of one message
	for range o.runs {
		into := func(to *[2][]float64, read func(text []byte) error) error {
			var wrong error
			r := testing.Benchmark(func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					if err := read(texts[i%len(texts)]); err != nil {
						wrong = err
					}
				}
			})
			to[0], to[1] = append(to[0], float64(r.NsPerOp())), append(to[1], float64(r.AllocsPerOp()))
			return wrong
		}
		p := sipgo.NewParser()
		if err := errors.Join(
			into(&parse, func(text []byte) error { sip.Parse(text); return nil }),
			into(&typed, func(text []byte) error {
				if n := force(sip.Parse(text)); n > 0 {
					return fmt.Errorf("%d values are wrong in %q", n, text)
				}
				return nil
			}),
			into(&other, func(text []byte) error { _, err := p.ParseSIP(text); return err }),
		); err != nil {
			return err
		}
	}
	r.add("parse", "ns", parse[0]).beside("sipgo", median(other[0]), 1/3.5)
	r.add("parse, allocations", "", parse[1]).Limit = 1
	r.add("parse, all typed values", "ns", typed[0]).beside("sipgo", median(other[0]), 1)
	r.add("parse, all typed values, allocations", "", typed[1])
	r.add("sipgo", "ns", other[0])
	r.add("sipgo, allocations", "", other[1])
	return nil
}

// force reads all typed values of a message.
func force(m *sip.Message) (wrong int) {
	count := func(err *sip.SyntaxError) {
		if err != nil {
			wrong++
		}
	}
	if m.IsRequest() {
		_, err := m.URI(m.Start.URI)
		count(err)
	}
	for i := range m.Headers {
		h := &m.Headers[i]
		switch h.ID {
		case sip.HeaderVia, sip.HeaderFrom, sip.HeaderTo, sip.HeaderContact, sip.HeaderRoute, sip.HeaderRecordRoute:
		case sip.HeaderCSeq:
			count(m.CSeqSyntax(h.Value))
		case sip.HeaderCallID:
			count(m.CallIDSyntax(h.Value))
		case sip.HeaderMaxForwards, sip.HeaderExpires, sip.HeaderContentLength:
			_, err := m.Number(h.Value)
			count(err)
		case sip.HeaderWWWAuthenticate, sip.HeaderProxyAuthenticate, sip.HeaderAuthorization, sip.HeaderProxyAuthorization:
			var p sip.AuthPart
			for r := m.ReadAuth(h); r.Next(&p); {
				count(p.Err)
			}
		default:
			if sip.HasFieldSyntax(h.ID) {
				count(m.FieldSyntax(h))
			}
		}
	}
	for _, v := range m.Values(sip.HeaderVia) {
		count(m.ViaSyntax(v))
	}
	for _, id := range [...]sip.HeaderID{sip.HeaderFrom, sip.HeaderTo, sip.HeaderContact, sip.HeaderRoute, sip.HeaderRecordRoute} {
		for _, a := range m.Addresses(id) {
			if a.Star {
				continue
			}
			_, err := m.URI(a.URI)
			count(err)
			count(m.ParamsSyntax(a.Params, ';'))
		}
	}
	return wrong
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
