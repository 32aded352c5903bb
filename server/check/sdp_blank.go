package check

import (
	"bytes"
	"fmt"

	"sipls/knowledge"
	"sipls/server/sip"
)

var sdpBlank = &Rule{
	Name:     "sdp-blank",
	Scope:    Message,
	Needs:    needSDP,
	Severity: Warning,
	Fields:   sdpFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8866", Section: "5"}},
	Doc: Doc{
		Title: "Blank beside the = or two blanks in a row in a session description",
		Text: `No blank stands before the letter of a line or beside its ` + "`=`" + `, and one blank stands between two values of
` + "`o=`, `c=`, `t=` and `m=`" + `. A blank behind the ` + "`=`" + ` of ` + "`s=`, `i=`, `e=` and `p=`" + ` belongs to the text and is right.

In logs two blanks in a row are an information, because nearly all peers put up with them.`,
	},
	Cases: func() []Case {
		return []Case{
			badSDP("behind the =", "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc= IN IP4 192.0.2.1\nt=0 0\nm=audio 4000 RTP/AVP 0\n", sdpAudio, "warning: c= "),
			badSDP("before the =", "v =0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\nm=audio 4000 RTP/AVP 0\n", sdpAudio, "warning: v ="),
			badSDP("two in a row", sdpSession+"m=audio  4000 RTP/AVP   0\n", sdpAudio, "warning:   "),
			goodSDP("a session without a name", "v=0\no=- 1 1 IN IP4 192.0.2.1\ns= \nc=IN IP4 192.0.2.1\nt=0 0\nm=audio 4000 RTP/AVP 0\n"),
			goodSDP("in the value of an attribute", sdpAudio+"a=X-text:a  b\n"),
			cutSDP("cut off behind it", sdpSession+"m= audio"),
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		for i := range s.descriptions() {
			d := &s.facts.sdp.list[i]
			for j := range d.Lines {
				l := &d.Lines[j]
				where := d.spareBlank(l)
				if where.Len == 0 {
					continue
				}
				f := Finding{
					Severity:    Warning,
					At:          at(where),
					Title:       "blank where none belongs in a session description",
					Evidence:    fmt.Sprintf("%s has a blank beside the letter or the =.", clip(d.Bytes(l.Text()))),
					Consequence: "Strict peers cannot read the line and refuse the description with 400 or 488.",
					Next:        "Correct the element that wrote the description.",
					detail:      bodyEdits(d.blankEdits(l)),
				}
				if !l.Loose {
					if !s.Editable {
						f.Severity = Information
					}
					f.Title = "more than one blank between two values in a session description"
					f.Evidence = fmt.Sprintf("%s has more than one blank between two values.", clip(d.Bytes(l.Text())))
				}
				report(f)
			}
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix { return s.bodyFix("Remove the blanks", f.detail.(bodyEdits)...) },
}

type bodyEdits []Edit

// spareBlank returns the place of a blank that does not belong: the beginning of the line, or the first run in the value.
func (d *description) spareBlank(l *sip.SDPLine) sip.Span {
	if l.Type == 0 {
		return sip.Span{}
	}
	if l.Loose {
		if l.Type == 'o' && words(d, l.Value) < 6 {
			return sip.Span{} // the user name is missing, not the blank one too many
		}
		return sip.Span{Off: l.Line.Off, Len: l.Value.Off - l.Line.Off}
	}
	return d.blankRun(l, l.Value.Off)
}

// blankRun returns the first run of blanks in the value from an offset on; Len 0 when there is none.
func (d *description) blankRun(l *sip.SDPLine, from int32) sip.Span {
	switch l.Type {
	case 'o', 'c', 't', 'm':
	default:
		return sip.Span{}
	}
	i := bytes.Index(d.Text[from:l.Value.End()], []byte("  "))
	if i < 0 {
		return sip.Span{}
	}
	run := sip.Span{Off: from + int32(i), Len: 2}
	for run.End() < l.Value.End() && d.Text[run.End()] == ' ' {
		run.Len++
	}
	if run.End() == l.Value.End() {
		return sip.Span{} // at the end of a line nobody minds
	}
	return run
}

func (d *description) blankEdits(l *sip.SDPLine) []Edit {
	var out []Edit
	if l.Loose {
		letter := l.Line.Off
		for d.Text[letter] != l.Type {
			letter++
		}
		eq := letter + 1
		for d.Text[eq] != '=' {
			eq++
		}
		for _, gap := range [][2]int32{{l.Line.Off, letter}, {letter + 1, eq}, {eq + 1, l.Value.Off}} {
			if gap[0] < gap[1] {
				out = append(out, Edit{At: sip.Span{Off: gap[0], Len: gap[1] - gap[0]}})
			}
		}
	}
	for from := l.Value.Off; ; {
		run := d.blankRun(l, from)
		if run.Len == 0 {
			return out
		}
		out = append(out, Edit{At: sip.Span{Off: run.Off, Len: run.Len - 1}})
		from = run.End()
	}
}

func words(d *description, s sip.Span) int {
	n := 0
	for range d.Words(s) {
		n++
	}
	return n
}
