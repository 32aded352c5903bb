package sip

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
	"github.com/google/go-cmp/cmp"

	"sipls/server/scenario"
)

// Another parser must read the same in messages that follow the grammar.
func TestSameAsSipgo(t *testing.T) {
	pbx := scenario.PBX(scenario.Kamailio)
	secure := scenario.Bob
	secure.Addr = scenario.TLS("[2001:db8::22]:5061")
	traces := []scenario.Trace{
		scenario.Register(scenario.Alice, pbx, scenario.Challenged(401)),
		scenario.Register(secure, pbx, scenario.WrongPassword()),
		scenario.Bridge(scenario.Alice, pbx, scenario.Bob, scenario.Challenged(407), scenario.Hold(), scenario.EarlyMedia()),
		scenario.Call(scenario.Alice, pbx, scenario.Rejected(486)),
		scenario.Call(scenario.Alice, pbx, scenario.Cancelled()),
		scenario.Keepalive(pbx, scenario.Alice),
	}
	n := 0
	for _, tr := range traces {
		for i := range tr.Messages {
			checkSameAsSipgo(t, tr.Messages[i].Wire())
			n++
		}
	}
	if n < 40 {
		t.Errorf("%d messages", n)
	}
	for _, s := range []string{
		"OPTIONS sip:a@example.com SIP/2.0\r\nv: SIP/2.0/UDP [2001:db8::1]:5060;branch=z9hG4bK1;rport\r\nf: \"A, B\" <sip:a@example.com>;tag=1\r\nt: <sip:b@example.com;lr>\r\ni: 1@x\r\nCSeq: 5 OPTIONS\r\nl: 0\r\n\r\n",
		"SIP/2.0 180 \r\nVia: SIP/2.0/TCP example.com;branch=z9hG4bK1\r\nFrom: sip:a@example.com;tag=1\r\nTo: sip:b@example.com;tag=2\r\nCall-ID: 1\r\nCSeq: 2147483647 INVITE\r\nContact: *\r\nX-Empty:\r\nContent-Length: 3\r\n\r\na\r\n",
	} {
		checkSameAsSipgo(t, []byte(s))
	}
}

func checkSameAsSipgo(t *testing.T, text []byte) {
	t.Helper()
	theirs, err := sip.ParseMessage(text)
	if err != nil {
		t.Errorf("sipgo: %v in\n%s", err, text)
		return
	}
	m := Parse(text)
	// sipgo makes several header fields of a list.
	if d := cmp.Diff(slices.Compact(summaryOfSipgo(theirs)), slices.Compact(summary(m))); d != "" {
		t.Errorf("(-sipgo +ours)\n%s\nin\n%s", d, text)
	}
	if m.Start.Malformed {
		t.Errorf("malformed start line in\n%s", text)
	}
}

func summary(m *Message) []string {
	out := []string{fmt.Sprintf("%s %s %s %d %s", m.Bytes(m.Start.Method), m.Bytes(m.Start.URI), m.Bytes(m.Start.Version), m.Start.Status, m.Bytes(m.Start.Reason))}
	for i := range m.Headers {
		name := string(m.Bytes(m.Headers[i].Name))
		if id := m.Headers[i].ID; id != HeaderOther {
			name = id.String()
		}
		out = append(out, strings.ToLower(name))
	}
	v, c := m.TopVia(), m.CSeq()
	from, _ := m.Address(HeaderFrom)
	to, _ := m.Address(HeaderTo)
	length, _, _ := m.ContentLength()
	return append(out,
		"call-id "+string(m.CallID()),
		fmt.Sprintf("cseq %d %s", c.Number, m.Bytes(c.Method)),
		fmt.Sprintf("via %s %s %s %s %s", m.Bytes(v.Protocol), m.Bytes(v.Transport), bytes.Trim(m.Bytes(v.Host), "[]"), m.Bytes(v.Port), m.Branch(v)), // sipgo takes the brackets off
		fmt.Sprintf("from %s %s %s", Unquote(m.Bytes(from.Display)), m.Bytes(from.URI), m.Tag(HeaderFrom)),
		fmt.Sprintf("to %s %s %s", Unquote(m.Bytes(to.Display)), m.Bytes(to.URI), m.Tag(HeaderTo)),
		fmt.Sprintf("length %d", length),
		"body "+string(bytes.TrimRight(m.Bytes(m.Body), "\x00")),
	)
}

func summaryOfSipgo(msg sip.Message) []string {
	var out []string
	var headers []sip.Header
	switch x := msg.(type) {
	case *sip.Request:
		out = append(out, fmt.Sprintf("%s %s %s 0 ", x.Method, x.Recipient.String(), x.SipVersion))
		headers = x.Headers()
	case *sip.Response:
		out = append(out, fmt.Sprintf("  %s %d %s", x.SipVersion, x.StatusCode, x.Reason))
		headers = x.Headers()
	}
	for _, h := range headers {
		out = append(out, strings.ToLower(h.Name()))
	}
	v, c, from, to := msg.Via(), msg.CSeq(), msg.From(), msg.To()
	port := ""
	if v.Port > 0 {
		port = fmt.Sprint(v.Port)
	}
	branch, _ := v.Params.Get("branch")
	fromTag, _ := from.Params.Get("tag")
	toTag, _ := to.Params.Get("tag")
	length := 0
	if l := msg.ContentLength(); l != nil {
		length = int(*l)
	}
	return append(out,
		"call-id "+msg.CallID().Value(),
		fmt.Sprintf("cseq %d %s", c.SeqNo, c.MethodName),
		fmt.Sprintf("via %s/%s %s %s %s %s", v.ProtocolName, v.ProtocolVersion, v.Transport, v.Host, port, strings.TrimSpace(branch)), // sipgo leaves the fold of the line there
		fmt.Sprintf("from %s %s %s", from.DisplayName, from.Address.String(), fromTag),
		fmt.Sprintf("to %s %s %s", to.DisplayName, to.Address.String(), toTag),
		fmt.Sprintf("length %d", length),
		"body "+string(msg.Body()),
	)
}
