package sip

import (
	"testing"

	"github.com/emiago/sipgo/sip"
)

// force reads all typed values of a message.
func force(m *Message) (wrong int) {
	count := func(err *SyntaxError) {
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
		case HeaderVia, HeaderFrom, HeaderTo, HeaderContact, HeaderRoute, HeaderRecordRoute:
		case HeaderCSeq:
			count(m.CSeqSyntax(h.Value))
		case HeaderCallID:
			count(m.CallIDSyntax(h.Value))
		case HeaderMaxForwards, HeaderExpires, HeaderContentLength:
			_, err := m.Number(h.Value)
			count(err)
		case HeaderWWWAuthenticate, HeaderProxyAuthenticate, HeaderAuthorization, HeaderProxyAuthorization:
			var p AuthPart
			for r := m.ReadAuth(h); r.Next(&p); {
				count(p.Err)
			}
		default:
			if HasFieldSyntax(h.ID) {
				count(m.FieldSyntax(h))
			}
		}
	}
	for _, v := range m.Values(HeaderVia) {
		count(m.ViaSyntax(v))
	}
	for _, id := range [...]HeaderID{HeaderFrom, HeaderTo, HeaderContact, HeaderRoute, HeaderRecordRoute} {
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

// BenchmarkAllTypedValues reads every value of the messages, as sipgo does when it parses them.
func BenchmarkAllTypedValues(b *testing.B) {
	texts, size := benchMessages()
	b.Run("sipls", func(b *testing.B) {
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			for _, text := range texts {
				if wrong := force(Parse(text)); wrong > 0 {
					b.Fatalf("%d values are wrong in\n%s", wrong, text)
				}
			}
		}
	})
	b.Run("sipgo", func(b *testing.B) {
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			for _, text := range texts {
				if _, err := sip.ParseMessage(text); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// BenchmarkLosslessPass is the pass that everything needs, beside sipgo's, on one message of usual size.
func BenchmarkLosslessPass(b *testing.B) {
	texts, _ := benchMessages()
	var text []byte // the one closest to 590 bytes
	for _, x := range texts {
		if text == nil || abs(len(x)-590) < abs(len(text)-590) {
			text = x
		}
	}
	b.Run("sipls", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		m := &Message{}
		for b.Loop() {
			m.Headers = nil
			ParseInto(m, text)
		}
	})
	b.Run("sipgo", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := sip.ParseMessage(text); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func abs(n int) int { return max(n, -n) }
