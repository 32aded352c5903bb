package explain

import (
	"testing"
	"time"

	"sipls/knowledge"
)

func TestSecondsForPeople(t *testing.T) {
	for n, want := range map[uint64]string{
		0: "0 s", 59: "59 s", 60: "60 s = 1 min", 90: "90 s = 1 min 30 s", 3600: "3600 s = 1 h", 3601: "3601 s = 1 h", 5400: "5400 s = 1 h 30 min",
		86400: "86400 s = 1 d", 90000: "90000 s = 1 d 1 h", 1<<32 - 1: "4294967295 s = 49710 d 6 h", 1 << 40: "1099511627776 s",
	} {
		if got := Seconds(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		0: "0 µs", -35 * time.Millisecond: "35 ms", 2500 * time.Millisecond: "2.5 s", 59*time.Second + 600*time.Millisecond: "1 min",
		-25 * time.Hour: "1 d 1 h",
	} {
		if got := TimeSpan(d); got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
}

func TestElement(t *testing.T) {
	e := Element{Title: "q=1", Meaning: "A *meaning*.", Unproven: true, Cites: []knowledge.Cite{{Standard: "RFC 3261", Section: "1"}, {Standard: "X"}, {Standard: "Y"}}}
	e.Say("")
	e.Fact(Text(""), Mono(""))
	e.Fact(Mono("<b>"), Text(": fact."))
	want := "### q=1\n\n- `<b>`: fact.\n\nA \\*meaning\\*. (From practice: no public definition was found.) ([RFC 3261 section 1](https://www.rfc-editor.org/rfc/rfc3261#section-1), X)\n"
	if got := Markdown(e.Doc()); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	e = Element{Title: "bare"}
	if got := Markdown(e.Doc()); got != "### bare\n" {
		t.Errorf("%q", got)
	}
	with := e.Doc().With(Line{Text("first")})
	if got := Markdown(with); got != "### bare\n\n- first\n" {
		t.Errorf("%q", got)
	}
}
