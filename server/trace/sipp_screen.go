package trace

import "bytes"

// sippScreen is SIPp's picture of a scenario.
var sippScreen = &MentionFormat{
	Name:    "sipp-screen",
	Title:   "SIPp screen",
	Grammar: "        486 <----------         3         0         0         0",
	Example: "        486 <----------         3         0         0         0",
	Matches: func(line []byte) bool { return bytes.Contains(line, sippReceives) || bytes.Contains(line, sippSends) },
}

var (
	sippReceives = []byte(" <---------- ")
	sippSends    = []byte(" ----------> ")
)
