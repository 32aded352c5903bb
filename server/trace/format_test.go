package trace

import (
	"strings"
	"testing"

	"sipls/server/sip"
)

// examples are the examples of all formats with an envelope, one after the other, and once more with the
// line ends of the wire.
func examples() []byte {
	var b []byte
	for _, f := range Formats {
		b = append(b, f.Example...)
	}
	return append(b, strings.ReplaceAll(string(b), "\n", "\r\n")...)
}

func TestFormatsAreDescribed(t *testing.T) {
	names := map[string]bool{}
	for _, f := range AllFormats() {
		if f.Name == "" || f.Title == "" || f.Grammar == "" || names[f.Name] || f.Name != strings.ToLower(f.Name) || strings.ContainsAny(f.Name, " _") {
			t.Errorf("%q, %q: a format has a name of its own, a title and a grammar", f.Name, f.Title)
		}
		names[f.Name] = true
	}
}

func TestExampleOfAFormatIsOneMessageOfIt(t *testing.T) {
	for _, f := range AllFormats() {
		tr := scanText(t, f.Example)
		n := 0
		for i := range tr.Len() {
			seg, _ := tr.Segment(i)
			for k, m := range seg.Messages {
				if m.Form == sip.Summary {
					n++
					if seg.Format != f || seg.Envelopes[k].Time.Len == 0 {
						t.Errorf("%s: a line of %s at %q", f.Name, seg.Format.Name, seg.Envelopes[k].Time.In(tr.Bytes(i)))
					}
					continue
				}
				want := sip.Whole
				if f == SIPpScenario {
					want = sip.Masked
				}
				if n++; seg.Format != f || m.Head.Is != sip.Whole || m.Tail.Is != want {
					t.Errorf("%s: a message of %s, %v/%v", f.Name, seg.Format.Name, m.Head.Is, m.Tail.Is)
				}
				if f != Plain && f != BareMessages && f != SIPpScenario && seg.Envelopes[k] == (Envelope{}) {
					t.Errorf("%s: nothing is read of the envelope", f.Name)
				}
			}
		}
		if n != 1 {
			t.Errorf("%s: %d messages in\n%s", f.Name, n, f.Example)
		}
	}
}

// Formats in one text do not disturb each other.
func TestExamplesOneAfterTheOther(t *testing.T) {
	tr := scanText(t, string(examples()))
	var got, want []string
	for i := range tr.Len() {
		seg, _ := tr.Segment(i)
		for _, m := range seg.Messages {
			got = append(got, seg.Format.Name+" "+m.Head.Is.String()+"/"+m.Tail.Is.String())
		}
	}
	for range 2 {
		for _, f := range Formats {
			want = append(want, f.Name+" whole/whole")
		}
	}
	checkStrings(t, "messages", got, want...)
}

// Opens is asked only of lines that end as Last says; the lines that begin an envelope do.
func TestLastBytesOfOpeningLines(t *testing.T) {
	for _, f := range Formats {
		found := false
		for line := range strings.Lines(f.Example) {
			line = strings.TrimSuffix(line, "\n")
			if len(line) < minMarker || !f.Opens([]byte(line)) {
				continue
			}
			found = true
			if opens([]byte(line)) != f || opens([]byte(line+" \t")) != f {
				t.Errorf("%s: %q is not asked for", f.Name, line)
			}
		}
		if !found {
			t.Errorf("%s: no line of the example opens it", f.Name)
		}
	}
}
