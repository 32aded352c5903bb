package scenario

import "strconv"

// sippMessagesSpec is the file of -trace_msg:
//
//	----------------------------------------------- 2026-03-17 09:30:00.000000
//	UDP message sent (593 bytes):           or: UDP message received [441] bytes :
//
//	message, CR LF
//	an empty line
var sippMessagesSpec = spec{
	name: "sipp-messages",
	write: func(dst []byte, r *record) []byte {
		dst = append(dst, "----------------------------------------------- "...)
		dst = append(appendDate(dst, r.time, '-'), ' ')
		dst = append(appendClockMicros(dst, r.time), '\n')
		dst = append(dst, r.peer.Transport...)
		if r.sent {
			dst = append(dst, " message sent ("...)
			dst = append(strconv.AppendInt(dst, int64(r.size), 10), " bytes):\n\n"...)
		} else {
			dst = append(dst, " message received ["...)
			dst = append(strconv.AppendInt(dst, int64(r.size), 10), "] bytes :\n\n"...)
		}
		return append(appendVerbatim(dst, r.wire, "\r\n"), '\n')
	},
}
