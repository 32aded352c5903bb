package scenario

// bareSpec writes what went over the wire, as one stream.
var bareSpec = spec{
	name:    "bare",
	capture: true,
	write: func(dst []byte, r *record) []byte {
		// A message after one that was cut off begins on a line of its own.
		if n := len(dst); n > 0 && dst[n-1] != '\n' {
			dst = append(dst, "\r\n"...)
		}
		return append(dst, r.wire...)
	},
}
