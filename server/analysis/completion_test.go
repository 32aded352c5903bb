package analysis_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipls/server/analysis"
	"sipls/server/text"
)

// completionAt completes at the | of a text.
func completionAt(t *testing.T, name, marked string) (analysis.Completion, bool, string) {
	t.Helper()
	before, after, ok := strings.Cut(marked, "|")
	if !ok {
		t.Fatal("no | in the text")
	}
	s := analysis.New(analysis.Source{Name: name}, text.New([]byte(before+after)))
	c, ok := s.Completion(text.Offset(len(before)))
	return c, ok, before + after
}

func labels(c analysis.Completion) (out []string) {
	for _, x := range c.Items {
		out = append(out, x.Label)
	}
	return out
}

const invite = "INVITE sip:bob@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\n" +
	"From: <sip:alice@example.com>;tag=1\nTo: <sip:bob@example.com>\nCall-ID: 1@192.0.2.1\nCSeq: 1 INVITE\n"

// TestCompletion shows what is offered at the cursor, which is the |, and what a choice makes of its line.
func TestCompletion(t *testing.T) {
	for _, c := range []struct {
		name   string
		text   string
		first  []string // the first items
		has    []string
		not    []string
		choose string // this item makes
		line   string // this line, with {} around placeholders
	}{
		{
			name:  "what the message lacks comes first",
			text:  "INVITE sip:bob@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\n|\nFrom: <sip:alice@example.com>;tag=1\nCall-ID: 1@192.0.2.1\nCSeq: 1 INVITE\n\n",
			first: []string{"To", "Contact"},
			not:   []string{"From", "Call-ID", "Max-Forwards"},
			has:   []string{"Supported", "Route"},
		},
		{name: "a half-typed name", text: invite + "Sup|", has: []string{"Supported"}, choose: "Supported", line: "Supported: {timer}"},
		{name: "a half-typed name above others", text: strings.Replace(invite, "From", "Con|\nFrom", 1), choose: "Contact", line: "Contact: <sip:{user@192.0.2.1:5060}>"},
		{name: "a name that has its value", text: invite + "Subj|ekt: x\n\n", choose: "Subject", line: "Subject: x"},
		{name: "a file that holds only the start line", text: "INVITE sip:bob@example.com SIP/2.0\n|", first: []string{"Via"}, has: []string{"From", "To", "Call-ID", "CSeq"}},
		{name: "CSeq gets the method", text: "REGISTER sip:example.com SIP/2.0\nC|", choose: "CSeq", line: "CSeq: {1} REGISTER"},
		{name: "prose gets nothing", text: invite + "Subject: what|"},
		{name: "an unknown header field gets nothing", text: invite + "Foo: |"},

		{name: "option tags", text: invite + "Supported: 10|", has: []string{"100rel", "timer", "replaces"}, choose: "100rel", line: "Supported: 100rel"},
		{name: "option tags that are listed already", text: invite + "Supported: timer, |", has: []string{"100rel"}, not: []string{"timer"}, choose: "path", line: "Supported: timer, path"},
		{name: "at the colon", text: invite + "Require:|", choose: "100rel", line: "Require: 100rel"},
		{name: "compact names", text: invite + "k: |", has: []string{"100rel"}},
		{name: "in the middle of a list", text: invite + "Supported: ti|mer, path\n\n", choose: "100rel", line: "Supported: 100rel, path"},
		{name: "in a folded line", text: invite + "Supported: path,\n 10|", has: []string{"100rel"}, not: []string{"path"}, choose: "100rel", line: " 100rel"},

		{name: "transports", text: invite + "Via: SIP/2.0/|", has: []string{"SIP/2.0/UDP", "SIP/2.0/TLS", "SIP/2.0/WSS"}, choose: "SIP/2.0/TCP", line: "Via: SIP/2.0/TCP {192.0.2.1:5060};branch=z9hG4bK{branch}"},
		{name: "a transport that has its host", text: invite + "Via: SIP/2.0/U| 192.0.2.9;branch=z9hG4bK2\n", choose: "SIP/2.0/TLS", line: "Via: SIP/2.0/TLS 192.0.2.9;branch=z9hG4bK2"},
		{name: "parameters of Via", text: invite + "Via: SIP/2.0/UDP 192.0.2.9;|", has: []string{"branch", "rport", "received"}, choose: "rport", line: "Via: SIP/2.0/UDP 192.0.2.9;rport"},
		{name: "parameters that are there already", text: invite + "Via: SIP/2.0/UDP 192.0.2.9;rport;|", not: []string{"rport"}, choose: "branch", line: "Via: SIP/2.0/UDP 192.0.2.9;rport;branch=z9hG4bK{branch}"},

		{name: "methods in CSeq", text: "OPTIONS sip:b@example.com SIP/2.0\nCSeq: 1 |", first: []string{"OPTIONS"}, has: []string{"INVITE"}, choose: "OPTIONS", line: "CSeq: 1 OPTIONS"},
		{name: "methods in Allow", text: invite + "Allow: INVITE, |", has: []string{"ACK", "BYE"}, not: []string{"INVITE"}},
		{name: "methods in RAck", text: invite + "RAck: 1 1 |", first: []string{"INVITE"}},
		{name: "event packages", text: invite + "Event: |", has: []string{"presence", "dialog", "refer", "presence.winfo"}},
		{name: "event packages in a list", text: invite + "Allow-Events: presence, |", has: []string{"dialog"}, not: []string{"presence"}},
		{name: "content types", text: invite + "Content-Type: app|", has: []string{"application/sdp"}, choose: "application/sdp", line: "Content-Type: application/sdp"},
		{name: "dispositions", text: invite + "Content-Disposition: |", has: []string{"session", "render"}},
		{name: "their handling", text: invite + "Content-Disposition: session;handling=|", first: []string{"required", "optional"}},
		{name: "priorities", text: invite + "Priority: |", has: []string{"emergency", "normal"}},
		{name: "privacy", text: invite + "Privacy: id;|", has: []string{"header", "critical"}},
		{name: "states of subscriptions", text: invite + "Subscription-State: |", choose: "active", line: "Subscription-State: active;expires={3600}"},
		{name: "why a subscription ended", text: invite + "Subscription-State: terminated;reason=|", has: []string{"noresource", "timeout"}},
		{name: "parameters of a terminated subscription", text: invite + "Subscription-State: terminated;|", has: []string{"reason"}, not: []string{"expires"}},
		{name: "protocols of Reason", text: invite + "Reason: |", choose: "Q.850", line: "Reason: Q.850;cause="},
		{name: "causes of the telephone network", text: invite + "Reason: Q.850;cause=1|", has: []string{"16", "17"}, not: []string{"486"}, choose: "16", line: "Reason: Q.850;cause=16"},
		{name: "codes as causes", text: invite + "Reason: SIP;cause=|", has: []string{"486"}, not: []string{"16"}},
		{name: "the text of a cause", text: invite + "Reason: SIP;cause=486;text=|", choose: "Busy Here", line: `Reason: SIP;cause=486;text="Busy Here"`},
		{name: "the text of a cause in quotes", text: invite + `Reason: SIP;cause=200;text="|"`, choose: "OK", line: `Reason: SIP;cause=200;text="OK"`},
		{name: "warnings", text: invite + "Warning: 30|", has: []string{"304", "399"}, choose: "304", line: `Warning: 304 {192.0.2.1} "Media type not available"`},
		{name: "who refreshes the session", text: invite + "Session-Expires: 1800;refresher=|", first: []string{"uac", "uas"}},
		{name: "Content-Length of the body that is there", text: invite + "Content-Type: text/plain\nContent-Length: |\n\nhello\nworld", first: []string{"12"}},
		{name: "Content-Length without body", text: invite + "Content-Length: |\n\n", first: []string{"0"}},
		{name: "Max-Forwards", text: "OPTIONS sip:b@example.com SIP/2.0\nMax-Forwards: |", first: []string{"70"}},

		{name: "URIs", text: invite + "Contact: <|", has: []string{"sip:", "sips:", "tel:"}, choose: "sips:", line: "Contact: <sips:{user@example.com}>"},
		{name: "a URI that is there", text: invite + "Contact: <s|ip:a@192.0.2.1>"},
		{name: "a Request-URI that is there", text: "INVITE s|ip:bob@192.0.2.1 SIP/2.0\n"},
		{name: "URI parameters", text: invite + "Contact: <sip:a@192.0.2.1;|>", has: []string{"transport", "lr"}, not: []string{"expires"}, choose: "transport", line: "Contact: <sip:a@192.0.2.1;transport=>"},
		{name: "transports in a URI", text: invite + "Contact: <sip:a@192.0.2.1;transport=|>", first: []string{"udp", "tcp"}, choose: "tcp", line: "Contact: <sip:a@192.0.2.1;transport=tcp>"},
		{name: "header parameters behind a URI", text: invite + "Contact: <sip:a@192.0.2.1>;|", has: []string{"expires", "q", "+sip.instance"}, not: []string{"transport"}, choose: "expires", line: "Contact: <sip:a@192.0.2.1>;expires="},
		{name: "loose routing", text: invite + "Route: <sip:192.0.2.5;|", choose: "lr", line: "Route: <sip:192.0.2.5;lr>"},
		{name: "a quoted display name is no place for words", text: invite + `From: "Al|`},

		{name: "schemes of challenges", text: "SIP/2.0 407 Proxy Authentication Required\nProxy-Authenticate: |", choose: "Digest", line: `Proxy-Authenticate: Digest realm="{realm}", nonce="{nonce}", algorithm=MD5, qop="auth"`},
		{name: "digest parameters", text: "SIP/2.0 407 x\nProxy-Authenticate: Digest realm=\"a, b\", |", has: []string{"nonce", "qop", "stale"}, not: []string{"realm", "username"}, choose: "nonce", line: `Proxy-Authenticate: Digest realm="a, b", nonce="{nonce}"`},
		{name: "digest algorithms", text: "SIP/2.0 401 x\nWWW-Authenticate: Digest algorithm=|", has: []string{"MD5", "SHA-256"}},
		{name: "qop of a challenge is quoted", text: "SIP/2.0 401 x\nWWW-Authenticate: Digest qop=|", choose: "auth", line: `WWW-Authenticate: Digest qop="auth"`},
		{name: "qop of a challenge in quotes", text: "SIP/2.0 401 x\nWWW-Authenticate: Digest qop=\"au|\"", choose: "auth", line: `WWW-Authenticate: Digest qop="auth"`},
		{name: "qop of credentials is not", text: invite + "Authorization: Digest qop=|", choose: "auth", line: "Authorization: Digest qop=auth"},

		{name: "an empty file", text: "|", has: []string{"INVITE", "OPTIONS message", "SIP/2.0 486 Busy Here", "SIP/2.0 200 OK message"}, choose: "INVITE", line: "INVITE sip:{bob@example.com} SIP/2.0"},
		{name: "a half-typed method", text: "REG|", choose: "REGISTER", line: "REGISTER sip:{example.com} SIP/2.0"},
		{name: "a half-typed status line", text: "SIP/2.0 48|", choose: "SIP/2.0 486 Busy Here", line: "SIP/2.0 486 Busy Here"},
		{name: "another code", text: "SIP/2.0 4|86 Busy Here\nVia: SIP/2.0/UDP 192.0.2.1\n", not: []string{"SIP/2.0 404 Not Found message"}, choose: "SIP/2.0 404 Not Found", line: "SIP/2.0 404 Not Found"},
		{name: "before a status line", text: "|SIP/2.0 486 Busy Here\nVia: x\n", choose: "SIP/2.0 404 Not Found", line: "SIP/2.0 404 Not Found"},
		{name: "another method", text: "INV|ITE sip:bob@example.com SIP/2.0\nVia: x\n", choose: "MESSAGE", line: "MESSAGE sip:bob@example.com SIP/2.0"},
		{name: "a Request-URI", text: "INVITE |", choose: "sip:", line: "INVITE sip:{user@example.com} SIP/2.0"},
		{name: "parameters of a Request-URI", text: "INVITE sip:bob@192.0.2.1;tr| SIP/2.0\n", choose: "transport", line: "INVITE sip:bob@192.0.2.1;transport= SIP/2.0"},
		{name: "values in a Request-URI", text: "INVITE sip:bob@192.0.2.1;transport=| SIP/2.0\n", choose: "tcp", line: "INVITE sip:bob@192.0.2.1;transport=tcp SIP/2.0"},
		{name: "the version", text: "INVITE sip:bob@192.0.2.1 |", choose: "SIP/2.0", line: "INVITE sip:bob@192.0.2.1 SIP/2.0"},
		{name: "behind a message", text: invite + "Content-Length: 0\n\n|", has: []string{"SIP/2.0 180 Ringing", "BYE message"}, not: []string{"Via"}},

		{name: "lines of a session description", text: invite + "Content-Type: application/sdp\n\nv=0\no=- 1 1 IN IP4 192.0.2.1\n|", first: []string{"s="}, has: []string{"m=", "a="}, not: []string{"v="}, choose: "m=", line: "m=audio {49170} RTP/AVP {0 8 101}"},
		{name: "attributes", text: invite + "Content-Type: application/sdp\n\nv=0\nm=audio 5004 RTP/AVP 0 101\na=|", has: []string{"rtpmap", "sendonly", "ptime"}, not: []string{"ice-lite"}, choose: "sendonly", line: "a=sendonly"},
		{name: "codecs", text: invite + "Content-Type: application/sdp\n\nv=0\nm=audio 5004 RTP/AVP 0 101\na=rtpmap:101 |", first: []string{"PCMU/8000"}, has: []string{"opus/48000/2", "telephone-event/8000"}, choose: "telephone-event/8000", line: "a=rtpmap:101 telephone-event/8000"},
		{name: "formats of the stream", text: invite + "Content-Type: application/sdp\n\nv=0\nm=audio 5004 RTP/AVP 0 101\na=rtpmap:|", first: []string{"0", "101"}, choose: "0", line: "a=rtpmap:0 PCMU/8000"},
		{name: "kinds of media", text: invite + "Content-Type: application/sdp\n\nv=0\nm=|", first: []string{"audio", "video"}},
		{name: "transports of media", text: invite + "Content-Type: application/sdp\n\nv=0\nm=audio 5004 RTP/S|", choose: "RTP/SAVP", line: "m=audio 5004 RTP/SAVP"},
		{name: "static payload types", text: invite + "Content-Type: application/sdp\n\nv=0\nm=audio 5004 RTP/AVP |", has: []string{"0", "8", "18"}, not: []string{"34"}},
		{name: "values of attributes", text: invite + "Content-Type: application/sdp\n\nv=0\nm=audio 5004 RTP/AVP 0\na=setup:|", first: []string{"active", "passive", "actpass", "holdconn"}},
		{name: "address types", text: invite + "Content-Type: application/sdp\n\nv=0\nc=IN |", first: []string{"IP4", "IP6"}},
		{name: "other bodies get nothing", text: invite + "Content-Type: text/plain\n\nhello|"},
	} {
		for _, eol := range []string{"\n", "\r\n"} {
			t.Run(c.name+map[string]string{"\n": ", LF", "\r\n": ", CR LF"}[eol], func(t *testing.T) {
				got, ok, all := completionAt(t, "case.sip", strings.ReplaceAll(c.text, "\n", eol))
				nothing := c.first == nil && c.has == nil && c.not == nil && c.choose == ""
				if ok == nothing {
					t.Fatalf("something is offered: %t\n%q", ok, labels(got))
				}
				checkCompletion(t, got, c.first, c.has, c.not)
				if c.choose != "" {
					if d := cmp.Diff(c.line, lineAfter(t, got, all, c.choose)); d != "" {
						t.Errorf("the line after %s (-want +got):\n%s", c.choose, d)
					}
				}
			})
		}
	}
}

func checkCompletion(t *testing.T, got analysis.Completion, first, has, not []string) {
	t.Helper()
	all := labels(got)
	if len(all) < len(first) || len(first) > 0 && cmp.Diff(first, all[:len(first)]) != "" {
		t.Errorf("the first of %q are not %q", all, first)
	}
	found := map[string]bool{}
	for _, l := range all {
		if found[l] {
			t.Errorf("%q is offered twice", l)
		}
		found[l] = true
	}
	for _, l := range has {
		if !found[l] {
			t.Errorf("%q is not among %q", l, all)
		}
	}
	for _, l := range not {
		if found[l] {
			t.Errorf("%q is among %q", l, all)
		}
	}
}

// lineAfter returns the line of the cursor after the choice of an item, with braces around placeholders.
func lineAfter(t *testing.T, c analysis.Completion, all, label string) string {
	t.Helper()
	for _, x := range c.Items {
		if x.Label != label {
			continue
		}
		var b strings.Builder
		for _, p := range x.Insert {
			if p.Placeholder {
				b.WriteString("{" + p.Text + "}")
			} else {
				b.WriteString(p.Text)
			}
		}
		if c.From > c.At || c.At > c.To || strings.ContainsAny(all[c.From:c.To], "\r\n") {
			t.Fatalf("it replaces %q, [%d, %d) around %d", all[c.From:c.To], c.From, c.To, c.At)
		}
		start := strings.LastIndexByte(all[:c.From], '\n') + 1
		rest, _, _ := strings.Cut(all[c.To:], "\n")
		return all[start:c.From] + b.String() + strings.TrimSuffix(rest, "\r")
	}
	t.Fatalf("%q is not offered", label)
	return ""
}

func TestCompletionInScenarios(t *testing.T) {
	const head = "<scenario name=\"a\">\n  <send retrans=\"500\"><![CDATA[\n\n"
	const options = head + "    OPTIONS sip:[service]@[remote_ip] SIP/2.0\n    Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
	const tail = "\n    Content-Length: 0\n\n  ]]></send>\n</scenario>\n"
	for _, c := range []struct {
		name         string
		text         string
		first        []string
		has, not     []string
		choose, line string
	}{
		{name: "outside of a message", text: "<scenario name=\"a\">\n  |\n  <send><![CDATA[\n\n  ]]></send>\n</scenario>\n"},
		{name: "in a tag", text: "<scenario name=\"a\">\n  <send><![CDATA[\n  OPTIONS sip:a SIP/2.0\n\n  ]]></send>\n  <recv |\n</scenario>\n"},
		{name: "a name with indentation", text: options + "    Fr|" + tail, choose: "From", line: "    From: <sip:{sipp}@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]"},
		{name: "the line of the cursor is empty", text: options + "    |" + tail, first: []string{"Max-Forwards", "From", "To", "Call-ID", "CSeq"}},
		{name: "without indentation", text: strings.ReplaceAll(options, "    ", "") + "Call|" + strings.ReplaceAll(tail, "    ", ""), choose: "Call-ID", line: "Call-ID: [call_id]"},
		{name: "keywords", text: options + "    Call-ID: [|" + tail, has: []string{"[call_id]", "[branch]", "[len]", "[last_Via:]"}, choose: "[call_id]", line: "    Call-ID: [call_id]"},
		{name: "in a keyword", text: options + "    Call-ID: x///[ca|ll]\n" + tail, choose: "[call_id]", line: "    Call-ID: x///[call_id]"},
		{name: "keywords that are header fields", text: head + "    SIP/2.0 200 OK\n    [la|" + tail, first: []string{"[last_Via:]"}, choose: "[last_Via:]", line: "    [last_Via:]"},
		{name: "keyword lines count as the fields they stand for", text: head + "    SIP/2.0 200 OK\n    [last_Via:]\n    [last_From:]\n    |" + tail, not: []string{"From"}, has: []string{"Contact", "Call-ID"}, choose: "Call-ID", line: "    [last_Call-ID:]"},
		{name: "values", text: options + "    CSeq: |" + tail, first: []string{"[cseq] OPTIONS"}},
		{name: "option tags", text: options + "    Supported: |" + tail, has: []string{"100rel"}},
		{name: "an empty section", text: head + "    |\n  ]]></send>\n</scenario>\n", has: []string{"INVITE", "OPTIONS message"}, choose: "OPTIONS", line: "    OPTIONS sip:[service]@[remote_ip]:[remote_port] SIP/2.0"},
		{name: "session descriptions", text: options + "    Content-Type: application/sdp\n\n    v=0\n    m=audio [media_port] RTP/AVP 8\n    a=|\n\n  ]]></send>\n</scenario>\n", has: []string{"rtpmap"}, choose: "sendrecv", line: "    a=sendrecv"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok, all := completionAt(t, "case.xml", c.text)
			nothing := c.first == nil && c.has == nil && c.not == nil && c.choose == ""
			if ok == nothing {
				t.Fatalf("something is offered: %t\n%q", ok, labels(got))
			}
			checkCompletion(t, got, c.first, c.has, c.not)
			if c.choose != "" {
				if d := cmp.Diff(c.line, lineAfter(t, got, all, c.choose)); d != "" {
					t.Errorf("the line after %s (-want +got):\n%s", c.choose, d)
				}
			}
		})
	}
}

func TestCompletionLeavesEvidenceAlone(t *testing.T) {
	for _, marked := range []string{invite + "Sup|", "|", "2026-01-01 INVITE |"} {
		if c, ok, _ := completionAt(t, "trace.log", marked); ok {
			t.Errorf("%q gets %q", marked, labels(c))
		}
	}
}

// TestCompletionTopics asks for the explanation of everything that is offered somewhere.
func TestCompletionTopics(t *testing.T) {
	asked := map[string]bool{}
	for _, marked := range []string{
		"|", invite + "|", invite + "Supported: |", invite + "Event: |", invite + "Privacy: |", invite + "Reason: |", invite + "Reason: Q.850;cause=|",
		invite + "Reason: SIP;cause=|", invite + "Warning: |", invite + "Via: |", invite + "Via: SIP/2.0/UDP a;|", invite + "Contact: <sip:a;|", invite + "Contact: <sip:a;transport=|",
		invite + "Contact: <sip:a>;|", invite + "Proxy-Authorization: |", invite + "Proxy-Authorization: Digest |", invite + "Authorization: Digest algorithm=|",
		invite + "Authorization: Digest qop=|", invite + "CSeq: 1 |", invite + "Content-Length: |",
		invite + "\nv=0\n|", invite + "\nv=0\na=|", invite + "\nv=0\nm=audio 1 RTP/AVP |", invite + "\nv=0\nm=audio 1 RTP/AVP 0 101\na=rtpmap:|", invite + "\nv=0\nm=video 1 RTP/AVP 96\na=rtpmap:96 |",
	} {
		c, ok, _ := completionAt(t, "case.sip", marked)
		if !ok {
			t.Errorf("nothing is offered at the end of %q", marked)
		}
		for _, x := range c.Items {
			if x.Topic == "" || asked[x.Topic] {
				continue
			}
			asked[x.Topic] = true
			if d, ok := analysis.CompletionTopic(x.Topic); !ok || len(d.Blocks) < 2 {
				t.Errorf("nothing to tell about %q, the topic of %q", x.Topic, x.Label)
			}
		}
	}
	c, _, _ := completionAt(t, "case.xml", "<scenario name=\"a\"><send><![CDATA[\nOPTIONS [|\n]]></send></scenario>")
	for _, x := range c.Items {
		if _, ok := analysis.CompletionTopic(x.Topic); !ok {
			t.Errorf("nothing to tell about %q", x.Topic)
		}
	}
	if d, ok := analysis.CompletionTopic("no such thing"); ok {
		t.Errorf("a topic that is none: %v", d)
	}
}

// FuzzCompletion asks at any place of any text. What is offered must fit in the line of the cursor.
func FuzzCompletion(f *testing.F) {
	for _, seed := range []struct {
		text     string
		scenario bool
	}{
		{invite + "Via: SIP/2.0/UDP a;b=\"c\\\"<d>;\nContact: <sip:a@b;c=d?e=f>;g, \n\nv=0\nm=audio 1 RTP/AVP 0\na=rtpmap:0 \n", false},
		{"<scenario name=\"a\"><send><![CDATA[\n  SIP/2.0 200 OK\n  [last_Via:]\n  To: [a]\n   b\n\n  v=0\n]]></send><send><![CDATA[]]></scenario>", true},
		{"Proxy-Authenticate: Digest a=\"b\", c=,,=;<>\n\n\n\r\r\n", false},
	} {
		for off := range len(seed.text) + 1 {
			f.Add(seed.text, off, seed.scenario)
		}
	}
	f.Fuzz(func(t *testing.T, all string, off int, scenario bool) {
		name := "case.sip"
		if scenario {
			name = "case.xml"
		}
		s := analysis.New(analysis.Source{Name: name}, text.New([]byte(all)))
		c, ok := s.Completion(text.Offset(off))
		if !ok {
			return
		}
		if c.At != text.Offset(off) || c.From > c.At || c.To < c.At || c.From < 0 || int(c.To) > len(all) {
			t.Fatalf("at %d of %q: [%d, %d) around %d", off, all, c.From, c.To, c.At)
		}
		if strings.ContainsAny(all[c.From:c.To], "\r\n") {
			t.Fatalf("at %d of %q: it replaces %q", off, all, all[c.From:c.To])
		}
		for _, x := range c.Items {
			if x.Label == "" || strings.ContainsAny(x.Label, "\r\n") {
				t.Fatalf("at %d of %q: label %q", off, all, x.Label)
			}
		}
	})
}

func BenchmarkCompletion(b *testing.B) {
	one := strings.ReplaceAll(invite, "\n", "\r\n") + "Content-Length: 0\r\n\r\n"
	doc := []byte(strings.Repeat(one, (50<<20)/len(one)))
	s := analysis.New(analysis.Source{Name: "large.sip"}, text.New(doc))
	half := text.Offset(len(doc) / 2 / len(one) * len(one))
	for name, off := range map[string]text.Offset{
		"start line":   half,
		"field name":   half + text.Offset(strings.Index(one, "Via")+2),
		"field value":  half + text.Offset(strings.Index(one, ";branch")+1),
		"end of text":  text.Offset(len(doc)),
		"start of all": 0,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := s.Completion(off); !ok {
					b.Fatal("nothing is offered")
				}
			}
		})
	}
}
