package check

import (
	"bytes"
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/sip"
)

var viaSyntax = &Rule{
	Name:     "via-syntax",
	Scope:    Message,
	Needs:    NeedFull | NeedHead | NeedValues,
	Severity: Error,
	Failures: []string{"malformed-header-400-or-drop", "ip-family-mismatch"},
	Fields:   []sip.HeaderID{sip.HeaderVia},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "20.42"}, {Standard: "RFC 3261", Section: "25.1"}},
	Doc: Doc{
		Title: "Via that is malformed",
		Text: `A Via value is the protocol, its version and the transport with slashes between them, a blank, the host that sent the message, maybe a port, and
parameters. The topmost one says where responses go: where it cannot be read the message is refused or dropped. The values below it are
for elements further on; a defect in one of them is a warning.

` + "`branch`" + ` needs a value, ` + "`received`" + ` an IP address, ` + "`maddr`" + ` a host; ` + "`rport`" + ` is a port or has no value, ` + "`ttl`" + ` is a number up to 255. Brackets around the IPv6 address of
` + "`received`" + ` are let pass: implementations write them. A parameter with a wrong value is a warning, since the rest of the Via can be read. An underscore in the
name of the host is information: most peers take it.`,
	},
	Cases: func() []Case {
		right := requestOf("OPTIONS", "")
		with := func(from, to string) string { return swap(right, from, to) }
		return []Case{
			{Name: "no blank behind the transport", Text: with("SIP/2.0/UDP 192", "SIP/2.0/UDP:192"), Want: []string{"error: SIP/2.0/UDP:192.0.2.1"}},
			{Name: "no value at all", Text: with("Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1", "Via:"), Want: []string{"error: Via"}},
			{Name: "a port that is none", Text: with("192.0.2.1;", "192.0.2.1:99999;"), Want: []string{"error: 99999"}, Fixed: with("192.0.2.1;", "192.0.2.1:5060;")},
			{Name: "a colon without port", Text: with("192.0.2.1;", "192.0.2.1:;"), Want: []string{"error: :"}, Fixed: right},
			{Name: "an IPv6 address without brackets", Text: with("192.0.2.1;", "2001:db8::1;"), Want: []string{"error: 2001:db8::1"}, Fixed: with("192.0.2.1;", "[2001:db8::1];")},
			{Name: "an underscore", Text: with("192.0.2.1;", "my_host;"), Want: []string{"information: _"}},
			{Name: "a name as received", Text: with("192.0.2.1;", "192.0.2.1;received=nat.example.com;"), Want: []string{"warning: nat.example.com"}},
			{Name: "a branch that is no token", Text: with("branch=z9hG4bK1", "branch=z9hG4bK:1"), Want: []string{"warning: z9hG4bK:1"}},
			{Name: "a branch without value", Text: with("branch=z9hG4bK1", "branch"), Want: []string{"warning: branch"}},
			{Name: "an equals sign without value", Text: with("192.0.2.1;", "192.0.2.1;rport=;"), Want: []string{"warning: rport="}, Fixed: with("192.0.2.1;", "192.0.2.1;rport;")},
			{Name: "an empty value in the list", Text: with("branch=z9hG4bK1", "branch=z9hG4bK1, "), Want: []string{"warning: ,"}, Fixed: right},
			{Name: "a comma alone", Text: with("Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1", "Via: ,\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1"), Want: []string{"error: ,"}, Fixed: right},
			{Name: "an empty line below", Text: with("branch=z9hG4bK1", "branch=z9hG4bK1\nVia:"), Want: []string{"warning: Via"}, Fixed: right},
			{Name: "commas to spare", Text: with("Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1", "Via: ,SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1,,"), Want: []string{"error: ,", "warning: ,", "warning: ,"}, Fixed: right},
			{Name: "a parameter is missing", Text: with("branch=z9hG4bK1", "branch=z9hG4bK1;"), Want: []string{"error: ;"}, Fixed: right},
			{Name: "parameters are missing", Text: with(";branch=z9hG4bK1", "; ;;branch=z9hG4bK1"), Want: []string{"error: ;"}, Fixed: right},
			{Name: "parameters are missing and the rest stands in the next line", Text: with(";branch=z9hG4bK1", ";;\n branch=z9hG4bK1"), Want: []string{"error: ;"}, Fixed: with(";branch=z9hG4bK1", ";\n branch=z9hG4bK1")},
			{Name: "a lower value", Text: with("branch=z9hG4bK1", "branch=z9hG4bK1, SIP/2.0/UDP 192.0.2.9:0x1"), Want: []string{"warning: 0x1"}, Fixed: with("branch=z9hG4bK1", "branch=z9hG4bK1, SIP/2.0/UDP 192.0.2.9:5060")},
			{Name: "all that is allowed", Text: with("SIP/2.0/UDP 192.0.2.1;", "SIP / 2.0 / TCP [2001:db8::1]:5061 ;received=2001:db8::2;ttl=1;alias;keep;")},
			{Name: "masked", Log: true, Text: swap(inLog(right), "192.0.2.1;branch", "X.X.X.X:XXXX;branch")},
			{Name: "cut off", Log: true, Text: inCutLog(with("192.0.2.1;", "192.0.2.1:99999;"))},
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		m := s.Message
		first := true
		comma := int32(-1) // the last one that a finding is about
		for h, v := range m.Values(sip.HeaderVia) {
			top := first
			first = false
			err := m.ViaSyntax(v)
			if err == nil {
				continue
			}
			f := Finding{
				Severity:    viaSeverity(m, v, err),
				At:          at(err.At),
				Title:       "malformed Via",
				Evidence:    expected(m, err),
				Consequence: "Nobody can tell where responses to this message belong: it is answered with 400 or dropped.",
				Next:        "Correct the Via at the element that wrote it.",
			}
			switch {
			case f.Severity == Information:
				f.Title = "underscore in the host of Via"
				f.Consequence = "Most peers take it, strict ones answer 400 or drop the message."
			case !top:
				f.Severity = Warning
				f.Consequence = "Whoever it is meant for cannot send the response on: it gets lost on its way back."
			case f.Severity == Warning:
				f.Consequence = "Where the parameter counts the response takes a wrong way; strict peers answer 400."
			}
			if v.Len == 0 {
				place := commaBeside(m, h, v)
				if place.Len > 0 && place.Off == comma {
					continue // nothing on either side of it
				}
				comma = place.Off
				f.At = at(place)
				f.detail = h
				f.Title = "empty value in Via"
				f.Evidence = fmt.Sprintf("Nothing stands beside a comma in %s.", clip(m.Bytes(h.Value)))
				if top {
					f.Consequence = "Receivers that look for the topmost value here find none and drop the message."
				} else {
					f.Consequence = "Most receivers overlook it, strict ones answer 400."
				}
				if h.Value.Len == 0 {
					f.At = at(h.Name)
					f.Evidence = "This Via has no value."
				}
			}
			report(f)
		}
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		m := s.Message
		place := f.At.At
		mend := func(title string, at sip.Span, text Template) []Fix {
			return []Fix{{Title: title, Preferred: true, Edits: []Edit{{At: at, Text: text}}}}
		}
		if h, ok := f.detail.(*sip.Header); ok && len(bytes.Trim(m.Bytes(h.Value), ", \t\r\n")) == 0 {
			if onlyVia(m, h) {
				return nil
			}
			return mend("Remove the empty Via", h.Line, nil)
		}
		switch bad := m.Bytes(place); {
		case string(bad) == ";":
			run, more := separatorRun(m, place)
			if more == string(m.Bytes(run)) {
				return nil // one that nothing stands in front of
			}
			return mend("Remove the semicolons to spare", run, Literal(more))
		case string(bad) == ",":
			return mend("Remove the comma", withBlanks(m, place), nil)
		case string(bad) == ":":
			return mend("Remove the colon", place, nil)
		case bytes.HasSuffix(bad, []byte("=")):
			return mend("Remove the equals sign", sip.Span{Off: place.End() - 1, Len: 1}, nil)
		case isViaPort(m, place):
			return mend("Write another port", place, ParseTemplate("{5060}"))
		case bytes.Count(bad, colon) > 1 && isViaHost(m, place):
			return mend("Put brackets around the IPv6 address", place, Literal("["+string(bad)+"]"))
		}
		return nil
	},
}

// viaSeverity is how grave it is when the topmost Via leaves the grammar.
func viaSeverity(m *sip.Message, v sip.Span, err *sip.SyntaxError) Severity {
	if bad := m.Bytes(err.At); len(bad) == 1 && bad[0] == '_' {
		return Information
	}
	for p := range m.Params(v, ';') {
		if p.Name.Len > 0 && p.Name.Off > v.Off && (err.At.Off == p.Name.Off || p.Value.Len > 0 && err.At == p.Value) {
			return Warning
		}
	}
	return Error
}

// onlyVia reports whether no other Via than h has a value.
func onlyVia(m *sip.Message, h *sip.Header) bool {
	for i := range m.Headers {
		if o := &m.Headers[i]; o.ID == sip.HeaderVia && o.Line.Off != h.Line.Off && o.Value.Len > 0 {
			return false
		}
	}
	return true
}

// commaBeside is the comma that makes v an empty value of the field: the one before it, or the one behind the first value.
func commaBeside(m *sip.Message, h *sip.Header, v sip.Span) sip.Span {
	for i := v.Off - 1; i >= h.Value.Off; i-- {
		if m.Text[i] == ',' {
			return sip.Span{Off: i, Len: 1}
		}
	}
	i := v.Off
	for i < h.Value.End()-1 && m.Text[i] != ',' {
		i++
	}
	return sip.Span{Off: i, Len: min(1, h.Value.End()-i)}
}

// separatorRun returns the semicolons and blanks around one of them, and what has to stand in their place: one semicolon when
// a parameter follows, in the next line of the field maybe.
func separatorRun(m *sip.Message, semicolon sip.Span) (sip.Span, string) {
	from, to, end := semicolon.Off, semicolon.End(), semicolon.End()
	for i := range m.Headers {
		if v := m.Headers[i].Value; v.Off <= semicolon.Off && semicolon.Off < v.End() {
			end = v.End()
			for from > v.Off && isSemicolonOrBlank(m.Text[from-1]) {
				from--
			}
		}
	}
	for to < end && isSemicolonOrBlank(m.Text[to]) {
		to++
	}
	next := to
	for next < end && isLWS(m.Text[next]) {
		next++
	}
	run := sip.Span{Off: from, Len: to - from}
	if next == end || m.Text[next] == ',' {
		return run, ""
	}
	return run, ";"
}

func isSemicolonOrBlank(c byte) bool { return c == ';' || c == ' ' || c == '\t' }

// withBlanks returns a place and the blanks behind it. Line ends are left alone.
func withBlanks(m *sip.Message, place sip.Span) sip.Span {
	for int(place.End()) < len(m.Text) && (m.Text[place.End()] == ' ' || m.Text[place.End()] == '\t') {
		place.Len++
	}
	return place
}

func isViaPort(m *sip.Message, place sip.Span) bool {
	for _, via := range m.Vias() {
		if via.Port == place && place.Len > 0 {
			return true
		}
	}
	return false
}

func isViaHost(m *sip.Message, place sip.Span) bool {
	for _, via := range m.Vias() {
		if via.Host == place {
			return true
		}
	}
	return false
}

// expected says in a sentence what stands where the grammar wants something else.
func expected(m *sip.Message, err *sip.SyntaxError) string {
	if err.At.Len == 0 {
		return fmt.Sprintf("There should be %s.", err.Want)
	}
	bad := clip(m.Bytes(err.At))
	if strings.TrimSpace(bad) == "" {
		bad = "A blank"
	}
	return fmt.Sprintf("%s stands where the grammar has %s.", bad, err.Want)
}
