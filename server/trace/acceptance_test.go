//go:build acceptance

package trace

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipls/server/sip"
	"sipls/server/text"
)

// shared returns the path of a file in the shared folder, SIPLS_SHARED or beside the checkout.
func shared(tb testing.TB, elem ...string) string {
	tb.Helper()
	dir := os.Getenv("SIPLS_SHARED")
	if dir == "" {
		dir = "../../../shared"
	}
	if _, err := os.Stat(filepath.Join(dir, "corpus", "INDEX.tsv")); err != nil {
		tb.Fatalf("the acceptance tests need the shared corpus; set SIPLS_SHARED: %v", err)
	}
	return filepath.Join(append([]string{dir}, elem...)...)
}

func readShared(tb testing.TB, elem ...string) []byte {
	tb.Helper()
	b, err := os.ReadFile(shared(tb, elem...))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// table returns the cells of a table without its header line.
func sharedTable(tb testing.TB, elem ...string) [][]string {
	tb.Helper()
	var rows [][]string
	for line := range strings.Lines(string(readShared(tb, elem...))) {
		if !strings.HasPrefix(line, "#") {
			rows = append(rows, strings.Split(strings.TrimRight(line, "\r\n"), "\t"))
		}
	}
	return rows[1:]
}

func scanShared(tb testing.TB, elem ...string) *Trace {
	tb.Helper()
	t := Scan(text.New(readShared(tb, elem...)), Options{})
	checkTiling(tb, t)
	return t
}

// wantFormats says for the files of the formats that are read with their envelopes which messages have
// which format.
var wantFormats = map[string]map[string]int{
	"acme-sbc-1.log":            {"acme-sipmsg": 2},
	"asterisk-chansip-1.log":    {"asterisk-chansip": 3},
	"asterisk-chansip-2.log":    {"asterisk-chansip": 3},
	"asterisk-pjsip-1.log":      {"asterisk-pjsip": 7},
	"asterisk-pjsip-2.log":      {"asterisk-pjsip": 1},
	"asterisk-pjsip-full-1.log": {"asterisk-pjsip": 6, "plain": 3},
	"baresip-1.log":             {"baresip": 22},
	"cisco-cube-1.log":          {"cisco-cube": 2},
	"cisco-cube-2.log":          {"cisco-cube": 1, "plain": 5},
	"cisco-cucm-1.log":          {"cisco-cucm": 3},
	"drachtio-1.log":            {"freeswitch-siptrace": 1},
	"freeswitch-siptrace-1.log": {"freeswitch-siptrace": 2},
	"ethereal-V-1.txt":          {"tshark-tree": 26},
	"freeswitch-siptrace-2.log": {"freeswitch-siptrace": 2},
	"java-jul-1.log":            {"java-logging": 2, "plain": 2},
	"jssip-1.log":               {"jssip-3": 4},
	"jssip-2.log":               {"jssip": 2},
	"kamailio-sipdump-1.txt":    {"kamailio-sipdump": 219},
	"linphone-1.log":            {"belle-sip": 2},
	"linphone-2.log":            {"belle-sip": 2},
	"ngrep-byline-1.txt":        {"ngrep": 92},
	"ngrep-normal-1.txt":        {"ngrep-wrapped": 81},
	"pjsip-1.log":               {"pjsip": 2},
	"pjsip-2.log":               {"pjsip": 3},
	"raw-sip-1.txt":             {"bare": 6},
	"raw-sip-2.txt":             {"bare": 12},
	"sipp-err-1.log":            {"sipp-errors": 11},
	"sipp-msg-1.log":            {"sipp-messages": 50},
	"sipp-msg-2.log":            {"sipp-messages": 18},
	"sipp-msg-3.log":            {"sipp-messages": 48},
	"sipp-scenario-1.xml":       {"sipp-scenario": 3},
	"sipp-scenario-2.xml":       {"sipp-scenario": 3},
	"sipp-scenario-3.xml":       {"sipp-scenario": 4},
	"sipp-scenario-4.xml":       {"sipp-scenario": 5},
	"sipp-shortmsg-1.log":       {"sipp-shortmsg": 39},
	"sipsak-1.txt":              {"plain": 2, "sipsak": 2},
	"sipvicious-1.txt":          {"plain": 2},
	"sngrep-1.txt":              {"sngrep": 81},
	"tcpdump-A-1.txt":           {"tcpdump": 81},
	"tshark-json-1.json":        {"tshark-json": 92},
	"tshark-summary-1.txt":      {"tshark-summary": 81},
	"tshark-V-1.txt":            {"tshark-tree": 81},
	"wireshark-follow-1.txt":    {"wireshark-follow": 46},
	"sofia-siptrace-1.txt":      {"freeswitch-siptrace": 4, "plain": 2},
}

func TestCorpusCounts(t *testing.T) {
	for _, row := range sharedTable(t, "corpus", "INDEX.tsv") {
		file, requests, responses, codes, form := row[0], row[5], row[6], row[7], row[len(row)-1]
		t.Run(file, func(t *testing.T) {
			tr := scanShared(t, "corpus", file)
			gotRequests, gotResponses := 0, 0
			status, formats := map[int]int{}, map[string]int{}
			for i := range tr.Len() {
				seg, _ := tr.Segment(i)
				for _, m := range seg.Messages {
					formats[seg.Format.Name]++
					if m.IsRequest() {
						gotRequests++
					} else {
						gotResponses++
						status[m.Start.Status]++
					}
					if m.Start.Malformed {
						t.Errorf("malformed start line %q", m.Bytes(m.Start.Text))
					}
				}
			}
			got := fmt.Sprintf("%d, %d, %s", gotRequests, gotResponses, codeList(status))
			want := requests + ", " + responses + ", " + codes
			switch {
			case form != "full" && form != "summary":
				if gotRequests+gotResponses != 0 {
					t.Errorf("%d requests and %d responses in a file without a message", gotRequests, gotResponses)
				}
				return
			case got != want:
				t.Errorf("requests, responses, codes: %s, want %s", got, want)
			}
			if want := wantFormats[file]; want != nil && !maps.Equal(formats, want) {
				t.Errorf("formats %v, want %v", formats, want)
			}
		})
	}
}

func codeList(status map[int]int) string {
	var s []string
	for _, code := range slices.Sorted(maps.Keys(status)) {
		s = append(s, fmt.Sprintf("%dx%d", code, status[code]))
	}
	if s == nil {
		return "-"
	}
	return strings.Join(s, " ")
}

// Envelope lines as a person would read them off; the message begins some lines below.
var envelopeLine = map[string]struct {
	re    *regexp.Regexp
	below int
}{
	"asterisk-pjsip":      {regexp.MustCompile(`^(?:\[(?P<time>[^\]]*)\] VERBOSE\S* \S+: )?<--- (?P<verb>Received|Transmitting) SIP \S+ \((?P<size>\d+) bytes\) \w+ (?P<proto>\w+):(?P<peer>\S+) --->$`), 1},
	"acme-sipmsg":         {regexp.MustCompile(`^(?P<time>\d\d:\d\d\.\d{3}) On \[\d:\d\](?P<local>\S+) (?P<verb>sent|received) \w+ (?P<peer>\S+)$`), 1},
	"asterisk-chansip":    {regexp.MustCompile(`^(?:<--- SIP (?P<verb>read) from (?P<proto>\w+):(?P<peer>\S+) --->|(?P<verb2>Retransmitting) #\d \(NAT\) to (?P<peer2>\S+:\d+):)$`), 1},
	"baresip":             {regexp.MustCompile(`^(?P<proto>UDP) (?P<src>\S+) -> (?P<dst>\S+)$`), 1},
	"belle-sip":           {regexp.MustCompile(`^(?P<time>\S+ \S+) .*: message (?P<verb>sent) to \[(?P<proto>\w+)://(?P<peer>\S+)\], size: \[(?P<size>\d+)\] bytes$`), 1},
	"cisco-cube":          {regexp.MustCompile(`^(?:\d: )?\*(?P<time>\w+ \d+ \S+): //.*:\n(?P<verb>Sent|Received):(?: SIP (?P<proto>\w+) message from (?P<src>\S+) to (?P<dst>\S+))?`), 2},
	"cisco-cucm":          {regexp.MustCompile(`^\S+ \|(?P<time>\S+) \|AppInfo  \|\S+ (?P<verb>Incoming|Outgoing) SIP (?P<proto>\w+) message (?:size (?P<size>\d+) )?\w+ (?P<host>\S+):\[(?P<port>\d+)\]:$`), 2},
	"java-logging":        {regexp.MustCompile(`^(?P<time>\w+ \d+, \d+ \S+ [AP]M) [^\n]*\nINFO: (?P<verb>Sending)?`), 1},
	"jssip":               {regexp.MustCompile(`^JsSIP \| TRANSPORT \| (?P<verb>sending) WebSocket message:$`), 2},
	"jssip-3":             {regexp.MustCompile(`^browser\.js:\d+ JsSIP:Transport (?P<verb>received|sending) (?:text )?message:(?:INVITE |SIP/2\.0 )`), 0},
	"ngrep":               {regexp.MustCompile(`^U (?P<time>\S+ \S+) (?P<src>\S+) -> (?P<dst>\S+) #\d+$`), 1},
	"pjsip":               {regexp.MustCompile(`^(?P<time>(?:\S+ )?\d\d:\d\d:\S+) .*\.(?P<verb>TX|RX) (?P<size>\d+) bytes .* \w+ (?P<proto>UDP) (?P<peer>\S+):$`), 1},
	"freeswitch-siptrace": {regexp.MustCompile(`(?P<verb>recv|send) (?P<size>\d+) bytes \w+ (?P<proto>\w+)/\[(?P<host>[^\]]+)\]:(?P<port>\d+) at (?P<time>[\d:.]+):$`), 2},
	"sipp-messages":       {regexp.MustCompile(`^-{47} (?P<time>\S+ \S+)\n(?P<proto>\w+) message (?P<verb>sent|received) .(?P<size>\d+). ?`), 3},
	"sipp-errors":         {regexp.MustCompile(`^'?(?P<time>\S+\t\S+)\t[\d.]+: .*, (?P<verb>received) 'SIP/2\.0 `), 0},
	"sipp-shortmsg":       {regexp.MustCompile(`^(?P<time>\S+\t\S+)\t\S+\t(?P<letter>[SR])\t`), 0},
	"tcpdump":             {regexp.MustCompile(`^(?P<time>\S+) IP (?P<src>\S+) > (?P<dst>\S+): SIP`), 1},
	"tshark-summary":      {regexp.MustCompile(`^ *\d+ +(?P<time>\S+) +(?P<src>\S+) → (?P<dst>\S+) +SIP`), 0},
	"ngrep-wrapped":       {regexp.MustCompile(`^U (?P<time>\S+ \S+) (?P<src>\S+) -> (?P<dst>\S+) #\d+$`), 1},
	"sngrep":              {regexp.MustCompile(`^(?P<time>\d{4}/\S+ \S+) (?P<src>\S+) -> (?P<dst>\S+)$`), 1},
}

func TestCorpusEnvelopes(t *testing.T) {
	for file := range wantFormats {
		t.Run(file, func(t *testing.T) {
			tr := scanShared(t, "corpus", file)
			doc := tr.Document()
			textOf := func(line int) string {
				return strings.TrimRight(string(doc.Slice(doc.LineStart(line), doc.LineStart(line+1))), "\r\n")
			}
			all := envelopes(tr)
			n := 0
			for i := range tr.Len() {
				seg, _ := tr.Segment(i)
				for _, m := range seg.Messages {
					got := all[n]
					n++
					form, ok := envelopeLine[seg.Format.Name]
					if !ok {
						continue
					}
					from, _ := tr.Range(i, m, sip.Span{Len: 1})
					line := doc.LineAt(from) - form.below
					if file == "drachtio-1.log" {
						line++ // no rule
					}
					head := textOf(line)
					if seg.Format == sippMessages || seg.Format == ciscoCUBE || seg.Format == javaLogging {
						head += "\n" + textOf(line+1)
					}
					match := form.re.FindStringSubmatch(head)
					if match == nil && file == "linphone-2.log" {
						continue // lines of Android, masked
					}
					if match == nil {
						if seg.Format == sippMessages && got == "- received ->- UDP 0" {
							continue // what SIPp did not expect
						}
						t.Fatalf("line %d: %q does not look like an envelope", line+1, head)
					}
					if want := readOff(form.re, match); got != want {
						t.Errorf("line %d: %q, want %q", line+1, got, want)
					}
				}
			}
		})
	}
}

// readOff says what an envelope line says, as envelopes does.
func readOff(re *regexp.Regexp, match []string) string {
	f := map[string]string{}
	for i, name := range re.SubexpNames() {
		if name = strings.TrimSuffix(name, "2"); match[i] != "" {
			f[name] = match[i]
		}
	}
	or := func(s, other string) string {
		if s == "" {
			return other
		}
		return s
	}
	host := func(s string) string {
		i := strings.LastIndexByte(s, ':')
		if i < 0 && strings.Count(s, ".") == 4 { // tcpdump
			i = strings.LastIndexByte(s, '.')
		}
		if i < 0 {
			return s + " -"
		}
		return s[:i] + " " + s[i+1:]
	}
	peer := f["host"] + " " + f["port"]
	if f["peer"] != "" {
		peer = host(f["peer"])
	}
	local := "-"
	if f["local"] != "" {
		local = host(f["local"])
	}
	dir, ends := "-", "->-"
	switch f["verb"] + f["letter"] {
	case "R", "Received", "recv", "received", "read", "Incoming", "RX":
		dir, ends = "received", peer+">"+local
	case "S", "Sending", "Transmitting", "Retransmitting", "send", "sent", "Sent", "sending", "Outgoing", "TX":
		dir, ends = "sent", local+">"+peer
	}
	if peer == " " {
		ends = "->-"
	}
	if f["src"] != "" {
		ends = host(f["src"]) + ">" + host(f["dst"])
	}
	return or(f["time"], "-") + " " + dir + " " + ends + " " + or(f["proto"], "-") + " " + or(f["size"], "0")
}

// In logs that nobody touched the logger's size is that of the message, and the message is whole.
func TestCorpusSizes(t *testing.T) {
	for file, n := range map[string]int{"sipp-msg-1.log": 39, "sipp-msg-2.log": 18, "sipp-msg-3.log": 48, "sofia-siptrace-1.txt": 4} {
		tr := scanShared(t, "corpus", file)
		sized := 0
		for i := range tr.Len() {
			seg, _ := tr.Segment(i)
			for k, m := range seg.Messages {
				size := int(seg.Envelopes[k].Size)
				if size == 0 {
					continue
				}
				sized++
				if got := sip.WireLen(m.Text); got != size || m.Head.Is != sip.Whole || m.Tail.Is != sip.Whole || m.Exact != (seg.Format == sippMessages) {
					t.Errorf("%s: %q has %d bytes, the logger counted %d; head %v, tail %v, exact %v", file, m.Bytes(m.Start.Text), got, size, m.Head, m.Tail, m.Exact)
				}
			}
		}
		if sized != n {
			t.Errorf("%s: %d sizes, want %d", file, sized, n)
		}
	}
}

// A message ends with its last line that is not empty or with its empty line: what stands between two
// messages is no SIP.
func TestCorpusNothingOfAMessageIsLeftOver(t *testing.T) {
	sipLine := regexp.MustCompile(`(?m)^ {0,3}(?:(?:Via|From|To|Call-ID|CSeq|Contact|Content-Length|User-Agent|Allow|Supported): |[vosctma]=\S)`)
	for file := range wantFormats {
		if strings.HasPrefix(file, "asterisk-chansip-") || file == "jssip-1.log" {
			continue // they hold pieces of messages that have no start line or that somebody cut something out of
		}
		tr := scanShared(t, "corpus", file)
		for i := range tr.Len() {
			seg, _ := tr.Segment(i)
			b := tr.Bytes(i)
			at := 0
			check := func(rest []byte) {
				if m := sipLine.Find(rest); m != nil {
					t.Errorf("%s, segment %d: %q is part of no message", file, i, m)
				}
			}
			for _, m := range seg.Messages {
				check(b[at:m.At])
				at = int(m.PhysEnd(int32(len(m.Text))))
			}
			check(b[at:])
		}
	}
}

// How complete the messages of the hand-made and copied logs are.
func TestCorpusCompleteness(t *testing.T) {
	for file, want := range map[string]string{
		"acme-sbc-1.log":            "2 whole/whole",
		"asterisk-chansip-1.log":    "1 cut/cut, 1 whole/masked, 1 whole/whole",
		"asterisk-chansip-2.log":    "1 cut/cut, 2 whole/whole",
		"asterisk-pjsip-1.log":      "7 whole/whole",
		"asterisk-pjsip-2.log":      "1 whole/cut",
		"asterisk-pjsip-full-1.log": "1 cut/cut, 8 whole/whole",
		"baresip-1.log":             "22 whole/whole",
		"cisco-cucm-1.log":          "3 whole/whole",
		"drachtio-1.log":            "1 whole/masked",
		"freeswitch-siptrace-1.log": "1 cut/cut, 1 whole/whole",
		"freeswitch-siptrace-2.log": "1 cut/cut, 1 whole/whole",
		"jssip-1.log":               "2 cut/cut, 1 whole/masked, 1 whole/whole",
		"kamailio-sipdump-1.txt":    "219 whole/whole",
		"ngrep-byline-1.txt":        "92 whole/whole",
		"pjsip-1.log":               "1 cut/cut, 1 whole/whole",
		"pjsip-2.log":               "1 cut/cut, 2 whole/whole",
		"raw-sip-1.txt":             "6 whole/whole",
		"raw-sip-2.txt":             "12 whole/whole",
		"sipp-err-1.log":            "11 whole/whole",
		"sipp-msg-1.log":            "50 whole/whole",
		"sipp-scenario-4.xml":       "5 whole/masked",
		"sngrep-1.txt":              "81 whole/whole",
		"sofia-siptrace-1.txt":      "2 cut/cut, 4 whole/whole",
	} {
		tr := scanShared(t, "corpus", file)
		n := map[string]int{}
		for i := range tr.Len() {
			seg, _ := tr.Segment(i)
			for _, m := range seg.Messages {
				n[m.Head.Is.String()+"/"+m.Tail.Is.String()]++
			}
		}
		var got []string
		for _, k := range slices.Sorted(maps.Keys(n)) {
			got = append(got, fmt.Sprint(n[k], " ", k))
		}
		if g := strings.Join(got, ", "); g != want {
			t.Errorf("%s: %s, want %s", file, g, want)
		}
	}
}

// Edits of real logs: incremental equals from nothing.
func TestCorpusEdits(t *testing.T) {
	for _, row := range sharedTable(t, "corpus", "INDEX.tsv") {
		b := readShared(t, "corpus", row[0])
		doc := text.New(b[:min(len(b), 60<<10)])
		tr := Scan(doc, Options{})
		checkEqual(t, inShares(tr, 5000), tr)
		step := max(1, int(doc.Len())/25)
		for at := 0; at < int(doc.Len()); at += step {
			c := text.Change{Start: text.Offset(at), End: text.Offset(at + at%3), Text: []byte(fragments[at%len(fragments)])}
			doc = doc.Apply(c)
			next, sp := tr.Edit(doc, c)
			checkEqual(t, next, Scan(doc, Options{}))
			checkSplice(t, tr, next, sp)
			tr = next
		}
	}
}

func TestCorpusMentions(t *testing.T) {
	for file, want := range map[string]string{
		"livekit-1.log":            "200x1 403x2 486x1",
		"freeswitch-console-1.log": "200x1 480x2",
		"kamailio-xlog-1.log":      "200x4 408x2 486x2 488x2 603x2",
		"asterisk-notice-1.log":    "-",
		"asterisk-security-1.log":  "-",
		"kamailio-syslog-1.log":    "-",
		"opensips-syslog-1.log":    "-",
		"audiocodes-1.log":         "-",
		"clearwater-1.log":         "-",
		"sngrep-1.txt":             "-",
		"sipp-msg-1.log":           "-",
	} {
		status := map[int]int{}
		for m := range scanShared(t, "corpus", file).AllMentions {
			status[m.Status]++
		}
		if got := codeList(status); got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
}

// The flows are streams of messages with nothing between; FLOWS.tsv says where each begins and ends.
func TestTortureFlowsAreFramed(t *testing.T) {
	want := map[string][]string{}
	for _, row := range sharedTable(t, "torture", "FLOWS.tsv") {
		want[row[0]] = append(want[row[0]], row[2]+" "+row[3]+" "+row[5])
	}
	if len(want) < 50 {
		t.Fatalf("%d files", len(want))
	}
	for file, want := range want {
		tr := scanShared(t, "torture", file)
		var got []string
		for i := range tr.Len() {
			seg, at := tr.Segment(i)
			for _, m := range seg.Messages {
				got = append(got, fmt.Sprint(int(at)+int(m.At), " ", len(m.Text), " ", string(m.Bytes(m.Start.Text))))
				if m.Head.Is != sip.Whole || m.Tail.Is != sip.Whole || !m.Exact {
					t.Errorf("%s: %q: head %+v, tail %+v, exact %v", file, m.Bytes(m.Start.Text), m.Head, m.Tail, m.Exact)
				}
			}
		}
		checkStrings(t, file+": offset, length, start line", got, want...)
	}
}

// Each of the torture messages is a file of its own, well-formed or not.
func TestTortureMessagesAreBareAndInOnePiece(t *testing.T) {
	files, err := filepath.Glob(shared(t, "torture", "rfc4475", "*.dat"))
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tr := Scan(text.New(b), Options{})
		checkTiling(t, tr)
		seg, _ := tr.Segment(0)
		if tr.Mode() != Bare || tr.Len() != 1 || len(seg.Messages) != 1 || !bytes.Equal(seg.Messages[0].Text, b) {
			t.Errorf("%s: mode %v, %d segments", filepath.Base(file), tr.Mode(), tr.Len())
		}
	}
}

// The parser tests of other stacks, in every mode.
func TestVectorsAreRead(t *testing.T) {
	files, err := filepath.Glob(shared(t, "torture", "vectors", "*", "*"))
	if err != nil || len(files) < 200 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	bare := 0
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range []Options{{}, {Mode: modeOf(Log)}, {Mode: modeOf(Bare)}, {Mode: modeOf(Scenario)}} {
			checkTiling(t, Scan(text.New(b), o))
		}
		if DetectMode(text.New(b)) == Bare {
			bare++
		} else if !bytes.HasPrefix(b, []byte("debut de stream")) {
			t.Errorf("%s is not bare: %.60q", file, b)
		}
	}
}

// found is what must be the same of a message however the text around it is put together.
func foundIn(tr *Trace) []string {
	var out []string
	for i := range tr.Len() {
		seg, _ := tr.Segment(i)
		for _, m := range seg.Messages {
			out = append(out, fmt.Sprintf("%s | %s | %s", m.Bytes(m.Start.Text), m.CallID(), strings.Join(strings.Fields(string(m.Value(sip.HeaderCSeq))), " ")))
		}
	}
	return out
}

// All files behind one another, in any order, hold the messages that they hold one by one.
func TestCorpusConcatenated(t *testing.T) {
	var files []string
	alone, content := map[string][]string{}, map[string][]byte{}
	for _, row := range sharedTable(t, "corpus", "INDEX.tsv") {
		files = append(files, row[0])
		b := readShared(t, "corpus", row[0])
		if len(b) > 0 && b[len(b)-1] != '\n' {
			b = append(b, '\n')
		}
		content[row[0]] = b
		alone[row[0]] = foundIn(Scan(text.New(b), Options{}))
	}
	r := rand.New(rand.NewPCG(4, 2))
	for n := range 12 {
		switch n {
		case 0:
		case 1:
			slices.Reverse(files)
		default:
			r.Shuffle(len(files), func(i, k int) { files[i], files[k] = files[k], files[i] })
		}
		var all []byte
		var want []string
		for _, f := range files {
			all = append(all, content[f]...)
			want = append(want, alone[f]...)
		}
		tr := Scan(text.New(all), Options{})
		checkTiling(t, tr)
		if d := cmp.Diff(want, foundIn(tr)); d != "" {
			t.Fatalf("order %d, from %v: (-one by one +together):\n%s", n, files, d)
		}
	}
}

func TestCorpusCut(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 4))
	for _, row := range sharedTable(t, "corpus", "INDEX.tsv") {
		t.Run(row[0], func(t *testing.T) {
			t.Parallel()
			b := readShared(t, "corpus", row[0])
			whole := Scan(text.New(b), Options{})
			if len(b) <= 64<<10 {
				for at := range b {
					checkCut(t, whole, at)
				}
				return
			}
			for range 10000 {
				checkCut(t, whole, int(r.Uint64N(uint64(len(b)))))
			}
		})
	}
}

// sameCapture are files that tools made of one capture: each holds the same messages between the same ends at the same times.
var sameCapture = [][]string{
	{"sngrep-1.txt", "ngrep-normal-1.txt", "tcpdump-A-1.txt", "tshark-V-1.txt"},
	{"ngrep-byline-1.txt", "tshark-json-1.json"},
}

func TestCorpusSameCapture(t *testing.T) {
	for _, files := range sameCapture {
		want := captured(t, files[0])
		for _, f := range files[1:] {
			got := captured(t, f)
			if len(got) != len(want) {
				t.Errorf("%s: %d messages, %s holds %d", f, len(got), files[0], len(want))
				continue
			}
			for i := range want {
				if d := cmp.Diff(want[i], got[i]); d != "" {
					t.Errorf("%s, message %d (-%s +this):\n%s", f, i, files[0], d)
				}
			}
		}
	}
}

// captured returns each message with its ends, its time of day and its text as far as all tools show it.
func captured(t *testing.T, file string) []string {
	t.Helper()
	clock := regexp.MustCompile(`\d\d:\d\d:\d\d\.\d{6}`)
	tr := scanShared(t, "corpus", file)
	var out []string
	for i := range tr.Len() {
		seg, _ := tr.Segment(i)
		b := tr.Bytes(i)
		for k, m := range seg.Messages {
			e := seg.Envelopes[k]
			var lines []string
			for line := range strings.Lines(string(m.Text)) {
				lines = append(lines, strings.Join(strings.Fields(line), " "))
			}
			out = append(out, fmt.Sprintf("%s %s:%s > %s:%s\n%s", clock.FindString(string(e.Time.In(b))), e.Src.Host.In(b), e.Src.Port.In(b), e.Dst.Host.In(b), e.Dst.Port.In(b),
				strings.TrimSpace(strings.Join(lines, "\n"))))
		}
	}
	slices.Sort(out) // some sort by call
	return out
}
