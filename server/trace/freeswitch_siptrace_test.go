package trace

import (
	"strings"
	"testing"
)

func TestFreeSWITCHSiptrace(t *testing.T) {
	const (
		recv = "recv 254 bytes from udp/[192.0.2.70]:5060 at 05:47:55.530071:\n"
		send = "send 233 bytes to udp/[192.0.2.70]:5060 at 05:47:55.537551:\n"
		rule = rule72 + "\n"
	)
	runSamples(t, []sample{
		{
			name: "file log: indented, no rule behind",
			text: recv + "   " + rule + ">OPTIONS\n" + send + "   " + rule + ">200\n",
			outline: []string{
				`3-11 freeswitch-siptrace "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`14-21 freeswitch-siptrace "SIP/2.0 200 OK" whole/whole`,
			},
			envelopes: []string{"05:47:55.530071 received 192.0.2.70 5060>- udp 254", "05:47:55.537551 sent ->192.0.2.70 5060 udp 233"},
		},
		{
			name: "sofia: indented, a rule behind",
			text: recv + "   " + rule + ">OPTIONS\n   " + rule + send + "   " + rule + ">200\n   " + rule,
			outline: []string{
				`3-11 freeswitch-siptrace "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`15-22 freeswitch-siptrace "SIP/2.0 200 OK" whole/whole`,
			},
		},
		{
			name: "console: not indented",
			text: recv + rule + "$OPTIONS\n" + send + rule + "$200\n",
			outline: []string{
				`3-11 freeswitch-siptrace "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`14-21 freeswitch-siptrace "SIP/2.0 200 OK" whole/whole`,
			},
		},
		{
			name: "indented messages whose empty lines lost the blanks",
			text: recv + "   " + rule + strings.ReplaceAll(withMessages(">INVITE\n"), "   \n", "\n") + send + "   " + rule + ">200\n",
			outline: []string{
				`3-20 freeswitch-siptrace "INVITE sip:bob@example.com SIP/2.0" whole/whole`,
				`23-30 freeswitch-siptrace "SIP/2.0 200 OK" whole/whole`,
			},
		},
		{
			name: "drachtio: a date in front, no rule",
			text: "2026-07-09 11:46:10.771507 " + recv + "$OPTIONS\n2026-07-09 11:46:10.771600 tport.c:2892 tport_recv_event()\n",
			outline: []string{
				`2-10 freeswitch-siptrace "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
			envelopes: []string{"05:47:55.530071 received 192.0.2.70 5060>- udp 254"},
		},
		{
			name: "numbered by hand, coloured, a CR at the end of the head",
			text: "1-> " + recv + rule + "$OPTIONS\n\x1b[32m" + strings.TrimSuffix(send, "\n") + "\x1b[m\r\n" + rule + "$200\n",
			outline: []string{
				`3-11 freeswitch-siptrace "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`14-21 freeswitch-siptrace "SIP/2.0 200 OK" whole/whole`,
			},
			envelopes: []string{"05:47:55.530071 received 192.0.2.70 5060>- udp 254", "05:47:55.537551 sent ->192.0.2.70 5060 udp 233"},
		},
		{
			name: "IPv6 peer; no port; flow label and compression behind the port",
			text: "recv 254 bytes from tls/[2001:db8::7]:5061 at 05:47:55.530071:\n" + rule + "$OPTIONS\n" +
				"send 233 bytes to udp/[192.0.2.70] at 05:47:55.537551:\n" + rule + "$200\n" +
				"recv 254 bytes from udp/[2001:db8::7]:5060/123;comp=sigcomp at 05:47:56.000001:\n" + rule + "$OPTIONS\n",
			outline: []string{
				`3-11 freeswitch-siptrace "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
				`14-21 freeswitch-siptrace "SIP/2.0 200 OK" whole/whole`,
				`24-32 freeswitch-siptrace "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			},
			envelopes: []string{
				"05:47:55.530071 received 2001:db8::7 5061>- tls 254",
				"05:47:55.537551 sent ->192.0.2.70 - udp 233",
				"05:47:56.000001 received 2001:db8::7 5060>- udp 254",
			},
		},
		{
			name: "console lines follow the SDP at once, with and without a channel id",
			text: "recv 457 bytes from udp/[192.0.2.70]:5060 at 05:47:55.530071:\n" + rule + "$INVITE\n" +
				"2026-11-22 05:47:55.531001 97.77% [NOTICE] switch_channel.c:1118 New Channel sofia/internal/alice@example.com\n" +
				"recv 457 bytes from udp/[192.0.2.70]:5060 at 05:47:55.630071:\n   " + rule + ">INVITE\n" +
				"e343d2cb-fef0-4f00-b83d-743a9b05b6f0 2026-11-22 05:47:55.631001 [DEBUG] sofia.c:7499 Channel entering state [received][100]\n",
			outline: []string{
				`3-20 freeswitch-siptrace "INVITE sip:bob@example.com SIP/2.0" whole/whole`,
				`24-41 freeswitch-siptrace "INVITE sip:bob@example.com SIP/2.0" whole/whole`,
			},
		},
		{
			name: "sofia truncates a long message",
			text: "recv 9000 bytes from tcp/[192.0.2.70]:5060 at 05:47:55.530071:\n   " + rule + indented(cutBehind(sampleMessages["INVITE"], "CSeq: 1 INVITE\n")) +
				"   " + rule + "   *** message truncated at 2047 ***\n" + send + "   " + rule + ">200\n",
			outline: []string{
				`3-9 freeswitch-siptrace "INVITE sip:bob@example.com SIP/2.0" cut/cut`,
				`14-21 freeswitch-siptrace "SIP/2.0 200 OK" whole/whole`,
			},
		},
		{
			name:    "a line of dashes and text that looks a little like a head",
			text:    "recv some bytes from udp/[192.0.2.70]\nsend 12 bytes to disk at 05:47:55\n" + rule + "$OPTIONS\n",
			outline: []string{`4-12 plain "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`},
		},
		{
			name: "the message that the tool prints once more is an excerpt",
			text: recv + "   " + rule + ">200\n   " + rule + "SIP/2.0 200 OK\r\nTo: <sip:192.0.2.10>;tag=93810874\nServer: example\n\r\n",
			outline: []string{
				`3-10 freeswitch-siptrace "SIP/2.0 200 OK" whole/whole`,
				`12-15 plain "SIP/2.0 200 OK" cut/cut`,
			},
		},
	})
}

// Indentation is no part of a message; each byte leads back to its place.
func TestIndentedMessageMapsToDocument(t *testing.T) {
	s := withMessages("recv 457 bytes from udp/[192.0.2.70]:5060 at 05:47:55.530071:\n   " + rule72 + "\n>INVITE\n")
	tr := scanText(t, s)
	seg, _ := tr.Segment(0)
	m := seg.Messages[0]
	if want := sampleMessages["INVITE"]; string(m.Text) != want {
		t.Fatalf("text is\n%q, want\n%q", m.Text, want)
	}
	checkLogOfPhys(t, m)
	for _, h := range m.Headers {
		from, to := tr.Range(0, m, h.Value)
		if got, want := s[from:to], string(m.Bytes(h.Value)); got != want {
			t.Errorf("%s stands at %q, want %q", m.Bytes(h.Name), got, want)
		}
		i, k, log, ok := tr.MessageAt(from)
		if i != 0 || k != 0 || log != h.Value.Off || !ok {
			t.Errorf("the byte at %d is logical %d of message %d.%d, %v; want %d", from, log, i, k, ok, h.Value.Off)
		}
		indentation := tr.Document().LineStart(tr.Document().LineAt(from))
		if _, _, _, ok := tr.MessageAt(indentation); ok {
			t.Errorf("the indentation of %s is part of the message", m.Bytes(h.Name))
		}
	}
}
