package analysis

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sipls/server/sip"
	"sipls/server/text"
)

// mapped is a message as it may stand in any log: prefixes before its lines and escapes for some
// of its bytes.
type mapped struct {
	doc     string
	message *sip.Message
}

// drawMapped makes a message out of lines, each behind a prefix, with line ends and quotes escaped or not.
func drawMapped(t *rapid.T, lines []string) mapped {
	var doc, logical strings.Builder
	var pieces []sip.Piece
	prefix := rapid.SampledFrom([]string{"", "   ", "10:00:00 [é] ", "> "}).Draw(t, "prefix")
	lineEnd := rapid.SampledFrom([]string{"\r\n", `\r\n`, "#015#012\n"}).Draw(t, "line end")
	quote := rapid.SampledFrom([]string{`"`, `\"`, "&quot;", "\\\n\""}).Draw(t, "quote")
	doc.WriteString("before\n")
	add := func(log, phys string) {
		p := sip.Piece{Log: int32(logical.Len()), Phys: int32(doc.Len()), LogLen: int32(len(log)), PhysLen: int32(len(phys))}
		logical.WriteString(log)
		doc.WriteString(phys)
		if log != phys {
			p.Kind = sip.Escape
		}
		if n := len(pieces) - 1; n >= 0 && p.Kind == sip.Verbatim && pieces[n].Kind == sip.Verbatim && pieces[n].Phys+pieces[n].PhysLen == p.Phys {
			pieces[n].LogLen += p.LogLen
			pieces[n].PhysLen += p.PhysLen
			return
		}
		if p.LogLen > 0 {
			pieces = append(pieces, p)
		}
	}
	for _, l := range lines {
		doc.WriteString(prefix)
		for _, part := range strings.SplitAfter(l, `"`) {
			if rest, ok := strings.CutSuffix(part, `"`); ok {
				add(rest, rest)
				add(`"`, quote)
			} else {
				add(part, part)
			}
		}
		add("\r\n", lineEnd)
	}
	doc.WriteString("\nbehind")
	m := sip.Parse([]byte(logical.String()))
	m.Map, m.At = pieces, pieces[0].Phys
	return mapped{doc.String(), m}
}

var mappedLines = []string{
	"INVITE sip:bob@example.com SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1", "From: \"Ал\U0001F4DE\" <sip:a@example.com>;tag=1",
	"Subject: \"a", "\tb\" c", "X-Quotes: \"\", \"\"", "CSeq: 1 INVITE", "Content-Type: application/sdp", "", "v=0", "m=audio 4000 RTP/AVP 0", "a=sendrecv",
}

// unescaped returns what a stretch of the document says.
func unescaped(s string) string {
	return strings.NewReplacer(`\r\n`, "\r\n", "#015#012\n", "\r\n", `\"`, `"`, "&quot;", `"`, "\\\n\"", `"`).Replace(s)
}

func TestPiecesOfASpanSayWhatTheSpanSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := drawMapped(t, mappedLines)
		from := rapid.IntRange(0, len(x.message.Text)).Draw(t, "from")
		to := rapid.IntRange(from, len(x.message.Text)).Draw(t, "to")
		want := string(x.message.Text[from:to])
		var got strings.Builder
		end := text.Offset(0)
		eachPiece(x.message, 0, sip.Span{Off: int32(from), Len: int32(to - from)}, func(e Extent) {
			if e.From < end || e.From >= e.To {
				t.Fatalf("%+v behind %d", e, end)
			}
			end = e.To
			got.WriteString(unescaped(x.doc[e.From:e.To]))
		})
		// An escape of several bytes is there as a whole.
		if !strings.Contains(got.String(), want) || len(got.String()) > len(want)+2 {
			t.Fatalf("pieces say %q, want %q", got.String(), want)
		}
	})
}

func TestFirstBehindFindsTheFirstByteThatIsNotBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := drawMapped(t, mappedLines)
		if rapid.Bool().Draw(t, "verbatim") {
			x.message.Map = nil
		}
		phys := int32(rapid.IntRange(0, len(x.doc)).Draw(t, "at"))
		got := firstBehind(x.message, phys)
		for log := range int32(len(x.message.Text)) {
			// The last document byte of a logical one is at or behind phys from the first such on.
			if behind := x.message.PhysEnd(log+1) > phys; behind != (log >= got) {
				t.Fatalf("first behind %d is %d, but %d ends at %d", phys, got, log, x.message.PhysEnd(log+1))
			}
		}
	})
}
