package trace

import "bytes"

// sippScenario is a SIPp scenario: messages in CDATA sections, with [keywords]
// that SIPp replaces when it runs. It is recognised by its first bytes, not by lines around a message.
var sippScenario = &Format{
	Name:    "sipp-scenario",
	Title:   "SIPp scenario XML",
	Grammar: "<send><![CDATA[ message with [keywords], indented or not ]]></send>",
	Closes:  closesCDATA,
}

var endOfCDATA = []byte("]]>")

func closesCDATA(line []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(line, " \t"), endOfCDATA)
}
