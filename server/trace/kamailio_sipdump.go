package trace

import "bytes"

// kamailioSipdump is the file of Kamailio's sipdump module. Each message that is relayed stands there twice,
// as it was received and as it was sent.
var kamailioSipdump = &Format{
	Name:  "kamailio-sipdump",
	Title: "Kamailio sipdump",
	Grammar: `20 equals signs, then lines tag: rcv (or snd), time: seconds since 1970, proto: udp ipv4,
srcip:, srcport:, dstip:, dstport: and others, then 20 tildes
the message with CR LF line ends, then 20 vertical bars`,
	Example: "====================\ntag: rcv\npid: 31837\nprocess: 1\ntime: 1795326386.097621\ndate: Sun Nov 22 05:46:26 2026\nproto: udp ipv4\n" +
		"srcip: 192.0.2.70\nsrcport: 5060\ndstip: 192.0.2.10\ndstport: 5060\n~~~~~~~~~~~~~~~~~~~~\n" + exampleMessage + "||||||||||||||||||||\n",
	Last:  "=",
	Opens: func(line []byte) bool { return isRun(line, '=') },
	Envelope: func(head []byte) (e Envelope, ok bool) {
		line, rest := nextLine(head)
		if !isRun(line, '=') {
			return e, false
		}
		for len(rest) > 0 && !isRun(line, '~') {
			at := len(head) - len(rest)
			line, rest = nextLine(rest)
			colon := bytes.IndexByte(line, ':')
			if colon < 0 {
				continue
			}
			value := trimRange(head, at+colon+1, at+len(line))
			switch string(line[:colon]) {
			case "tag":
				switch string(value.In(head)) {
				case "rcv":
					e.Direction = Received
				case "snd":
					e.Direction = Sent
				}
			case "time":
				e.Time = value
			case "proto":
				c := cursor{b: head, at: int(value.Off)}
				e.Transport = c.word()
			case "srcip":
				e.Src.Host = value
			case "srcport":
				e.Src.Port = value
			case "dstip":
				e.Dst.Host = value
			case "dstport":
				e.Dst.Port = value
			}
		}
		return e, e.Direction != DirectionUnknown && isRun(line, '~') && len(bytes.TrimLeft(rest, " \t\r\n")) == 0
	},
	Closes: func(line []byte) bool { return isRun(line, '|') },
}

// isRun reports whether a line consists of 20 times the byte c.
func isRun(line []byte, c byte) bool {
	if len(line) < 20 || line[0] != c || line[19] != c {
		return false
	}
	return bytes.Count(line[:20], []byte{c}) == 20 && allBlank(line[20:])
}
