package scenario

// sngrepSpec is "Save as txt":
//
//	2026/03/17 09:30:00.000000 198.51.100.21:5060 -> 192.0.2.10:5060
//	message, CR LF
//	two empty lines
var sngrepSpec = spec{
	name:    "sngrep",
	capture: true,
	write: func(dst []byte, r *record) []byte {
		dst = append(appendDate(dst, r.time, '/'), ' ')
		dst = append(appendClockMicros(dst, r.time), ' ')
		dst = append(r.From.appendTo(dst), " -> "...)
		dst = append(r.To.appendTo(dst), '\n')
		return append(appendVerbatim(dst, r.wire, "\r\n"), "\n\n"...)
	},
}
