package check

import "strings"

// swap replaces the first place of a text; for cases.
func swap(text, from, to string) string { return strings.Replace(text, from, to, 1) }

// inLog is a log with one whole message; for cases.
func inLog(message string) string {
	kind := "request"
	if strings.HasPrefix(message, "SIP/") {
		kind = "response"
	}
	return "<--- Received SIP " + kind + " (300 bytes) from UDP:192.0.2.1:5060 --->\n" + message
}
