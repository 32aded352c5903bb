package scenario

import (
	"encoding/json"
	"fmt"
)

// jsonLinesSpec is a program that logs JSON:
//
//	{"ts":"...","direction":"in","src":"...","dst":"...","raw":"the message, \r\n for CR LF"}
var jsonLinesSpec = spec{
	name: "json",
	write: func(dst []byte, r *record) []byte {
		way := "in"
		if r.sent {
			way = "out"
		}
		raw, _ := json.Marshal(string(r.wire))
		return fmt.Appendf(dst, `{"level":"debug","ts":"%s","direction":"%s","src":"%s","dst":"%s","transport":"%s","msg":"sip message","raw":%s}`+"\n",
			r.time.Format("2006-01-02T15:04:05.000000Z07:00"), way, r.From, r.To, r.peer.Transport, raw)
	},
}
