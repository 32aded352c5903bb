package check

import "strings"

// requestOf is a request that these header fields, in whole lines, make complete; for cases. Of the fields that
// rules would miss in it those that the lines bring are left out.
func requestOf(method, lines string) string {
	toTag := ""
	switch method {
	case "NOTIFY", "PRACK", "BYE", "INFO", "UPDATE":
		toTag = ";tag=2"
	}
	body := "Content-Length: 0\n\n"
	add := func(line string) {
		name, _, _ := strings.Cut(line, ":")
		if !strings.Contains("\n"+lines, "\n"+name+":") {
			lines += line + "\n"
		}
	}
	switch method {
	case "INVITE":
		add("Contact: <sip:a@192.0.2.1>")
		add("Allow: INVITE, ACK, BYE, CANCEL")
		add("Supported: timer")
	case "OPTIONS":
		add("Accept: application/sdp")
	case "PRACK":
		add("RAck: 1 1 INVITE")
	case "SUBSCRIBE":
		add("Contact: <sip:a@192.0.2.1>")
		add("Event: presence")
		add("Expires: 600")
	case "NOTIFY":
		add("Contact: <sip:a@192.0.2.1>")
		add("Event: presence")
		add("Subscription-State: active;expires=60")
	case "PUBLISH":
		add("Event: presence")
	case "REFER":
		add("Contact: <sip:a@192.0.2.1>")
		add("Refer-To: <sip:c@example.com>")
	}
	uri := "sip:b@example.com"
	if method == "REGISTER" {
		uri = "sip:example.com"
	}
	return method + " " + uri + " SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>" +
		toTag + "\nCall-ID: 1@192.0.2.1\nCSeq: 1 " + method + "\n" + lines + body
}

// responseTo is a response with these header fields, in whole lines, to what requestOf makes; for cases.
func responseTo(method, status, lines string) string {
	return "SIP/2.0 " + status + "\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>;tag=2\nCall-ID: 1@192.0.2.1\nCSeq: 1 " +
		method + "\n" + lines + "Content-Length: 0\n\n"
}

// inCutLog is a log that ends behind the header fields of a message of requestOf or responseTo; for cases.
func inCutLog(message string) string {
	return "2026-11-22 10:00:00 a message:\n" + strings.TrimSuffix(message, "\nContent-Length: 0\n\n")
}
