package scenario

import "fmt"

// androidSpec is Linphone in the log of Android:
//
//	03-17 09:30:00.000  6072  6072 I Linphone: before each line of it
var androidSpec = spec{
	name: "android",
	write: func(dst []byte, r *record) []byte {
		prefix := r.time.Format("01-02 15:04:05.000") + "  6072  6072 I Linphone: "
		dst = append(dst, prefix...)
		if r.sent {
			dst = fmt.Appendf(dst, "channel [0x7f76302000]: message sent to [%s://%s], size: [%d] bytes\n", r.peer.Transport, r.peer, r.size)
		} else {
			dst = fmt.Appendf(dst, "channel [0x7f76302000]: received [%d] new bytes from [%s://%s]:\n", r.size, r.peer.Transport, r.peer)
		}
		return appendLines(dst, r.wire, prefix)
	},
}
