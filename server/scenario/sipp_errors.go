package scenario

import "fmt"

// sippErrorsSpec is SIPp -trace_err:
//
//	date TAB time TAB seconds since 1970: text, received 'message, CR LF'
//	for what was received only
var sippErrorsSpec = spec{
	name: "sipp-errors",
	write: func(dst []byte, r *record) []byte {
		if r.sent {
			return dst
		}
		dst = fmt.Appendf(dst, "%s\t%d.%06d: Aborting call on unexpected message for Call-Id '%s': while expecting '200' (index 8), received '",
			r.time.Format("2006-01-02\t15:04:05.000000"), r.time.Unix(), r.time.Nanosecond()/1000, r.Get("Call-ID"))
		return append(append(dst, r.wire...), "'.\n"...)
	},
}
