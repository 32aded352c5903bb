package trace

import "bytes"

// jainSIP is the message log of JAIN-SIP: an XML element for each message.
var jainSIP = &Format{
	Name:  "jain-sip",
	Title: "JAIN-SIP, log of messages",
	Grammar: `<message from="192.0.2.70:5060" to="192.0.2.10:5060" time="1795326439301" isSender="false" transactionId=".." callId=".." firstLine=".." >
<![CDATA[, the message, ]]>, </message>`,
	Example: "<message from=\"192.0.2.70:5060\" to=\"192.0.2.10:5060\" time=\"1795326439301\" isSender=\"false\" transactionId=\"z9hG4bK776asdhds\" callId=\"a84b4c76e66710@192.0.2.70\" >\n<![CDATA[" +
		exampleMessage + "]]>\n</message>\n",
	Last: ">",
	Opens: func(line []byte) bool {
		return bytes.Contains(line, []byte("<message")) && bytes.Contains(line, []byte("isSender="))
	},
	Envelope: func(head []byte) (e Envelope, ok bool) {
		pairs(head, func(name []byte, from, to int) {
			value, r := head[from:to], Range{int32(from), int32(to - from)}
			switch string(name) {
			case "from":
				e.Src.take(value, r)
			case "to":
				e.Dst.take(value, r)
			case "time":
				e.Time = r
			case "isSender":
				e.Direction = Received
				if string(value) == "true" {
					e.Direction = Sent
				}
			}
		})
		return e, e.Direction != DirectionUnknown
	},
	Closes: func(line []byte) bool {
		return closesCDATA(line) || bytes.Equal(bytes.TrimSpace(line), []byte("</message>"))
	},
}
