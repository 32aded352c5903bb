package trace

import "bytes"

// sippScenario is a SIPp scenario: messages in CDATA sections, with [keywords]
// that SIPp replaces when it runs. It is recognised by its first bytes, not by lines around a message.
var sippScenario = &Format{
	Name:    "sipp-scenario",
	Title:   "SIPp scenario XML",
	Grammar: "<send><![CDATA[ message with [keywords], indented or not ]]></send>",
	Example: "<scenario name=\"probe\">\n  <send><![CDATA[\n" +
		"    OPTIONS sip:[remote_ip] SIP/2.0\n    Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n" +
		"    From: <sip:probe@example.com>;tag=[call_number]\n    To: <sip:[remote_ip]>\n    Call-ID: [call_id]\n" +
		"    CSeq: 1 OPTIONS\n    Content-Length: 0\n\n  ]]></send>\n</scenario>\n",
	Closes: closesCDATA,
}

var endOfCDATA = []byte("]]>")

func closesCDATA(line []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(line, " \t"), endOfCDATA)
}
