package scenario

import (
	"bytes"
	"fmt"
)

// audioCodesSpec is syslog of AudioCodes:
//
//	<133>[S=..] [SID=..]  (N ..) ---- Incoming SIP Message from 192.0.2.20:5060 to SIPInterface #2 (Trunk) UDP TO(#138) ---- #012
//	the message, #012 for CR LF, on the same line
var audioCodesSpec = spec{
	name: "audiocodes-syslog",
	write: func(dst []byte, r *record) []byte {
		dst = append(dst, "<133>[S=1718543] [SID=b9027c:24:198171]  (N  6891937) ---- "...)
		if r.sent {
			dst = fmt.Appendf(dst, "Outgoing SIP Message to %s from SIPInterface #2 (Trunk) %s TO(#138) ---- #012", r.peer, r.peer.Transport)
		} else {
			dst = fmt.Appendf(dst, "Incoming SIP Message from %s to SIPInterface #2 (Trunk) %s TO(#138) ---- #012", r.peer, r.peer.Transport)
		}
		dst = append(dst, bytes.ReplaceAll(r.wire, []byte("\r\n"), []byte("#012"))...)
		return fmt.Appendf(dst, " [Time:%s]\n", r.time.Format("02-01@15:04:05.000"))
	},
}
