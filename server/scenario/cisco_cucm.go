package scenario

import "fmt"

// ciscoCUCMSpec is SDL trace of Cisco CUCM:
//
//	03797320.001 |09:30:00.000 |AppInfo  |//SIP/SIPUdp/wait_SdlDataInd: Incoming SIP UDP message size 541 from 192.0.2.20:[5060]:
//	[212231,NET]
//	message, LF
var ciscoCUCMSpec = spec{
	name: "cisco-cucm",
	write: func(dst []byte, r *record) []byte {
		way := fmt.Sprintf("SdlDataInd: Incoming SIP UDP message size %d from", r.size)
		if r.sent {
			way = "SdlSPISignal: Outgoing SIP UDP message to"
		}
		dst = fmt.Appendf(dst, "03797320.001 |%s |AppInfo  |//SIP/SIPUdp/wait_%s %s:[%d]:\n[212231,NET]\n", r.time.Format("15:04:05.000"), way, r.peer.Host, r.peer.Port)
		return append(appendLines(dst, r.wire, ""), '\n')
	},
}
