package check

import (
	"fmt"
	"strings"

	"sipls/knowledge"
)

var sdpLineMissing = &Rule{
	Name:     "sdp-line-missing",
	Scope:    Message,
	Needs:    needSDP,
	Severity: Warning,
	Fields:   sdpFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8866", Section: "5"}, {Standard: "RFC 8866", Section: "9"}},
	Doc: Doc{
		Title: "Session description without v=, o=, s= or t=",
		Text: `v=, o=, s= and t= must be there, even where they say nothing: ` + "`s=-`, `t=0 0`" + `. Strict peers refuse a description without
them, many put up with it: a warning, one for all of them. Nothing is reported of a body that may be cut, and of one that has no line of SDP at all.`,
	},
	Cases: func() []Case {
		return []Case{
			badSDP("no s= and no t=", "v=0\no=- 1 1 IN IP4 192.0.2.1\nc=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0\n", sdpAudio, "warning: v=0"),
			badSDP("no v=", "o=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\nm=audio 4000 RTP/AVP 0\n", sdpAudio, "warning: o=- 1 1 IN IP4 192.0.2.1"),
			badSDP("no o=", "v=0\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\n", "", "warning: v=0"),
			goodSDP("all there", sdpSession),
			{Name: "no session description at all", Text: bodyMessage("INVITE", "Content-Type: text/plain\n", "o=1\n")},
			cutSDP("cut off before them", "v=0\no=- 1 1 IN IP4 192.0.2.1\n"),
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		for i := range s.descriptions() {
			d := &s.facts.sdp.list[i]
			if !d.hasSession() || !d.anyLine() {
				continue
			}
			var missing []string
			for _, c := range "vost" {
				if !d.has(byte(c)) {
					missing = append(missing, string(c)+"=")
				}
			}
			if missing == nil {
				continue
			}
			first := 0
			for d.Lines[first].Type == 0 {
				first++
			}
			f := Finding{
				Severity:    Warning,
				At:          at(d.Lines[first].Text()),
				Title:       "session description without " + strings.Join(missing, ", "),
				Evidence:    fmt.Sprintf("The session part has no %s line, which must be there.", strings.Join(missing, ", no ")),
				Consequence: "Strict peers refuse the description with 400 or 488.",
				Next:        "Make the element that wrote the description add what is missing.",
				detail:      i,
			}
			if !d.has('o') {
				f.Consequence = "Peers cannot tell one version of the description from the next; many refuse it with 400 or 488."
			}
			report(f)
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		d := &s.descriptions()[f.detail.(int)]
		if !d.has('o') {
			return nil // its number and address are the sender's to choose
		}
		var out []Edit
		var title []string
		add := func(letter byte, line, before string) {
			if d.has(letter) {
				return
			}
			place := 0
			for place < d.SessionEnd() && (d.Lines[place].Type == 0 || strings.IndexByte(before, d.Lines[place].Type) >= 0) {
				place++
			}
			title = append(title, line)
			out = append(out, d.insertLine(place, line))
		}
		add('v', "v=0", "")
		add('s', "s=-", "vo")
		add('t', "t=0 0", "vosiuepcb")
		return s.bodyFix("Insert "+strings.Join(title, ", "), out...)
	},
}

// has reports whether the session part has a line of a type, v= and the like; blanks beside it or a capital letter are other rules' business.
func (d *description) has(letter byte) bool {
	for i := range d.Lines[:d.SessionEnd()] {
		if d.Lines[i].Type|0x20 == letter {
			return true
		}
	}
	return false
}
