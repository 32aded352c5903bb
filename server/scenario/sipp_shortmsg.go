package scenario

import "fmt"

// sippShortMessagesSpec is SIPp -trace_shortmsg:
//
//	date TAB time TAB seconds since 1970 TAB S or R TAB Call-ID TAB CSeq:1 INVITE TAB start line
var sippShortMessagesSpec = spec{
	name: "sipp-shortmsg",
	write: func(dst []byte, r *record) []byte {
		way := "R"
		if r.sent {
			way = "S"
		}
		return fmt.Appendf(dst, "%s\t%d.%06d\t%s\t%s\tCSeq:%s\t%s\n", r.time.Format("2006-01-02\t15:04:05.000000"), r.time.Unix(), r.time.Nanosecond()/1000, way, r.Get("Call-ID"), r.Get("CSeq"), r.Start)
	},
}
