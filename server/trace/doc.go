// Package trace finds the SIP messages in a text.
//
// Scan cuts a document into segments that tile it: each holds one message with
// what its logger wrote around it (the envelope), or text without SIP. What a
// segment holds depends only on its bytes, on a limited stretch behind it and on the state of
// the scanner at its start. That is why Edit can restart a little before a change
// and stop at the first old boundary that is reached in the same state.
//
// A log format is one Format value in one file. The general rule needs none: a
// start line followed by header fields anchors a message, whatever stands around it.
//
// Scanning takes time in proportion to the length of the text, whatever is in it, and finds no
// more messages in it than its length has room for.
package trace
