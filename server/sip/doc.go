// Package sip reads one SIP message without ever failing or losing a byte.
//
// Parse cuts the text of a message into elements that tile it: the start line,
// header fields, the empty line, the body. A malformed line is still an
// element; what its value means is read by the typed views (Via, Addresses,
// CSeq, Challenge, ContentLength), each only when it is asked for, and each of them says
// whether the text followed the grammar of RFC 3261 section 25.
//
// All positions are logical: bytes of the message as its sender wrote it,
// whatever a logger put in front of its lines. Message.Map leads back to the
// bytes of the document.
package sip
