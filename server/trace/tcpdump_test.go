package trace

import (
	"strings"
	"testing"
)

const ipHeaders = "E...i......e.....3d\"........"

// With -A: the bytes of the headers may end in a letter, or hold line ends.
var tcpdumpSample = withMessages("05:47:19.301621 IP 192.0.2.70.5060 > 192.0.2.10.5060: SIP: OPTIONS sip:192.0.2.10 SIP/2.0\n"+ipHeaders+"$OPTIONS\n") + "\n" +
	withMessages("2026-11-22 05:47:19.302000 IP6 2001:db8::10.5060 > 2001:db8::70.49152: SIP: SIP/2.0 200 OK\n`.\nab.v$200\n") +
	withMessages("1795326439.303000 IP 192.0.2.70.sip > 192.0.2.10.5062: Flags [P.], seq 1:468, ack 1, win 502, length 467: SIP: INVITE sip:bob@example.com SIP/2.0\n"+ipHeaders+"A$INVITE\n") +
	withMessages("05:47:19.304000 02:00:00:00:00:01 (oui Unknown) > 02:00:00:00:00:02 (oui Unknown), ethertype IPv4 (0x0800), length 396: 192.0.2.10.5062 > 192.0.2.70.sip: UDP, length 349\n"+ipHeaders+"v$407\n") +
	withMessages("05:47:19.305000 IP 203.0.113.1 > 203.0.113.2: IP 192.0.2.70.5060 > 192.0.2.10.5060: UDP, length 254\n"+ipHeaders+"E$OPTIONS\n") +
	withMessages(" 00:00:00.001000 IP 192.0.2.10.5060 > 192.0.2.70.5060: SIP, length: 233\n"+ipHeaders+"$200\n") +
	withMessages("IP 192.0.2.10.5060 > 192.0.2.70.5060: SIP: SIP/2.0 200 OK\n"+ipHeaders+"$200\n")

func TestTcpdump(t *testing.T) {
	checkDissected(t, tcpdumpSample,
		[]string{
			`2-10 tcpdump "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			`14-21 tcpdump "SIP/2.0 200 OK" whole/whole`,
			`23-40 tcpdump "INVITE sip:bob@example.com SIP/2.0" whole/whole`,
			`42-50 tcpdump "SIP/2.0 407 Proxy Authentication Required" whole/whole`,
			`52-60 tcpdump "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			`62-69 tcpdump "SIP/2.0 200 OK" whole/whole`,
			`71-78 tcpdump "SIP/2.0 200 OK" whole/whole`,
		},
		[]string{
			"05:47:19.301621 - 192.0.2.70 5060>192.0.2.10 5060 - 0",
			"2026-11-22 05:47:19.302000 - 2001:db8::10 5060>2001:db8::70 49152 - 0",
			"1795326439.303000 - 192.0.2.70 ->192.0.2.10 5062 - 0",
			"05:47:19.304000 - 192.0.2.10 5062>192.0.2.70 - - 0",
			"05:47:19.305000 - 192.0.2.70 5060>192.0.2.10 5060 - 0",
			"- - 192.0.2.10 5060>192.0.2.70 5060 - 233",
			"- - 192.0.2.10 5060>192.0.2.70 5060 - 0",
		},
		[]string{
			sampleMessages["OPTIONS"], sampleMessages["200"], sampleMessages["INVITE"], sampleMessages["407"], sampleMessages["OPTIONS"],
			sampleMessages["200"], sampleMessages["200"],
		})
}

// tabbed returns a message behind tabs, as -v prints it.
func tabbed(name string) string {
	return "\t" + strings.ReplaceAll(strings.TrimSuffix(sampleMessages[name], "\n"), "\n", "\n\t") + "\n"
}

// With -v the ends stand in the second line; with -A too the message is there twice.
var tcpdumpVerboseSample = "05:47:19.301621 IP (tos 0x0, ttl 64, id 57357, offset 0, flags [DF], proto UDP (17), length 282)\n" +
	"    192.0.2.70.5060 > 192.0.2.10.sip: [udp sum ok] SIP, length: 254\n" + tabbed("OPTIONS") +
	withMessages("05:47:19.302621 IP (tos 0x0, ttl 64, id 57357, offset 0, flags [DF], proto UDP (17), length 261)\n"+
		"    192.0.2.10.sip > 192.0.2.70.5060: SIP, length: 233\n"+tabbed("200")+ipHeaders+"a$200\n") +
	"05:47:19.303621 IP6 (hlim 64, next-header UDP (17) payload length: 465) 2001:db8::70.5060 > 2001:db8::10.5060: [no cksum] SIP, length: 457\n" + tabbed("INVITE")

func TestTcpdumpVerbose(t *testing.T) {
	checkDissected(t, tcpdumpVerboseSample,
		[]string{
			`3-11 tcpdump "OPTIONS sip:192.0.2.10 SIP/2.0" whole/whole`,
			`22-29 tcpdump "SIP/2.0 200 OK" whole/whole`,
			`31-48 tcpdump "INVITE sip:bob@example.com SIP/2.0" whole/whole`,
		},
		[]string{
			"05:47:19.301621 - 192.0.2.70 5060>192.0.2.10 - - 254",
			"05:47:19.302621 - 192.0.2.10 ->192.0.2.70 5060 - 233",
			"05:47:19.303621 - 2001:db8::70 5060>2001:db8::10 5060 - 457",
		},
		[]string{sampleMessages["OPTIONS"], sampleMessages["200"], sampleMessages["INVITE"]})
}

// Lines alone, the same packet twice, and bytes in hexadecimal that hold no start line.
const tcpdumpSummarySample = `05:47:19.301621 IP 192.0.2.70.5060 > 192.0.2.10.5060: SIP: OPTIONS sip:192.0.2.10 SIP/2.0
05:47:19.801621 IP 192.0.2.70.5060 > 192.0.2.10.5060: SIP: OPTIONS sip:192.0.2.10 SIP/2.0
05:47:19.802000 eth0  In  IP 192.0.2.10.5060 > 192.0.2.70.5060: SIP: SIP/2.0 200 OK
	0x0000:  4500 02d6 e00d 4000 ff11 32c2 c633 6401  E.....@...2..3d.
	0x0010:  cb00 7111 13c4 13c5 02c2 0000 494e 5649  ..q.........SIP/2.0
05:47:19.802100 IP 192.0.2.10 > 192.0.2.70: ICMP 192.0.2.10 udp port 5060 unreachable, length 36
05:47:19.803000 ip: 192.0.2.10.5060 > 192.0.2.70.5060: SIP: SIP/2.0 200 OK
`

func TestTcpdumpSummary(t *testing.T) {
	checkDissected(t, tcpdumpSummarySample,
		[]string{
			`1-1 tcpdump "OPTIONS sip:192.0.2.10 SIP/2.0" unknown/unknown`,
			`2-2 tcpdump "OPTIONS sip:192.0.2.10 SIP/2.0" unknown/unknown`,
			`3-3 tcpdump "SIP/2.0 200 OK" unknown/unknown`,
			`7-7 tcpdump "SIP/2.0 200 OK" unknown/unknown`,
		},
		[]string{
			"05:47:19.301621 - 192.0.2.70 5060>192.0.2.10 5060 - 0",
			"05:47:19.801621 - 192.0.2.70 5060>192.0.2.10 5060 - 0",
			"05:47:19.802000 - 192.0.2.10 5060>192.0.2.70 5060 - 0",
			"05:47:19.803000 - 192.0.2.10 5060>192.0.2.70 5060 - 0",
		},
		[]string{"OPTIONS sip:192.0.2.10 SIP/2.0", "OPTIONS sip:192.0.2.10 SIP/2.0", "SIP/2.0 200 OK", "SIP/2.0 200 OK"})
}
