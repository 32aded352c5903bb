package scenario

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// tsharkJSONSpec is tshark -T json:
//
//	an object for each packet: "_index", "frame.time", "ip.src", "sip.Request-Line", "sip.msg_hdr", "sdp.version" ...
var tsharkJSONSpec = spec{
	name:    "tshark-json",
	capture: true,
	write: func(dst []byte, r *record) []byte {
		head, body, _ := bytes.Cut(r.wire, []byte("\r\n\r\n"))
		start, fields, _ := bytes.Cut(head, []byte("\r\n"))
		kind := "sip.Request-Line"
		if r.IsResponse() {
			kind = "sip.Status-Line"
		}
		ip := "ip"
		if r.From.v6() {
			ip = "ipv6"
		}
		layer := "udp"
		if r.From.Transport != "UDP" {
			layer = "tcp"
		}
		text := func(b []byte) string {
			var out bytes.Buffer
			e := json.NewEncoder(&out)
			e.SetEscapeHTML(false)
			if err := e.Encode(string(b)); err != nil {
				panic(err) // text only
			}
			return strings.TrimSuffix(out.String(), "\n")
		}
		dst = fmt.Appendf(dst, "  {\n    \"_index\": \"packets-%s\",\n", r.time.Format("2006-01-02"))
		dst = fmt.Appendf(dst, "    \"frame.time\": \"%s UTC\",\n", r.time.UTC().Format("Jan _2, 2006 15:04:05.000000000"))
		dst = fmt.Appendf(dst, "    \"%[1]s.src\": \"%[2]s\",\n    \"%[1]s.dst\": \"%[3]s\",\n", ip, r.From.Host, r.To.Host)
		dst = fmt.Appendf(dst, "    \"%[1]s.srcport\": \"%[2]d\",\n    \"%[1]s.dstport\": \"%[3]d\",\n", layer, r.From.Port, r.To.Port)
		dst = fmt.Appendf(dst, "    \"%s\": %s,\n    \"sip.msg_hdr\": %s", kind, text(start), text(append(fields, "\r\n"...)))
		names := map[string]string{"v": "version", "o": "owner", "s": "session_name", "c": "connection_info", "t": "time", "m": "media", "a": "media_attr", "b": "bandwidth"}
		for line := range strings.SplitSeq(strings.TrimSuffix(string(body), "\r\n"), "\r\n") {
			if len(line) > 2 {
				dst = fmt.Appendf(dst, ",\n    \"sdp.%s\": %s", names[line[:1]], text([]byte(line[2:])))
			}
		}
		return append(dst, "\n  },\n"...)
	},
}
