package sip

import (
	"bytes"
	"testing"

	"sipls/server/scenario"
)

func benchMessages() (texts [][]byte, size int64) {
	pbx := scenario.PBX(scenario.Asterisk)
	tr := scenario.Bridge(scenario.Alice, pbx, scenario.Bob, scenario.Challenged(407), scenario.Hold())
	for i := range tr.Messages {
		w := tr.Messages[i].Wire()
		texts = append(texts, w)
		size += int64(len(w))
	}
	return texts, size
}

func BenchmarkParse(b *testing.B) {
	texts, size := benchMessages()
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, text := range texts {
			Parse(text)
		}
	}
}

func BenchmarkParseInto(b *testing.B) {
	texts, size := benchMessages()
	b.SetBytes(size)
	b.ReportAllocs()
	var m Message
	for b.Loop() {
		for _, text := range texts {
			ParseInto(&m, text)
		}
	}
}

// BenchmarkParseHuge parses one message of 4 MiB of header fields.
func BenchmarkParseHuge(b *testing.B) {
	text := append([]byte("OPTIONS sip:a SIP/2.0\r\n"), bytes.Repeat([]byte("X-Field: value\r\n"), 4<<20/16)...)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Parse(text)
	}
}

func BenchmarkTypedViews(b *testing.B) {
	texts, size := benchMessages()
	var messages []*Message
	for _, text := range texts {
		messages = append(messages, Parse(text))
	}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, m := range messages {
			m.Branch(m.TopVia())
			m.Tag(HeaderFrom)
			m.CSeq()
			m.ContentLength()
		}
	}
}
