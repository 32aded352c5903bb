// Package text holds a document: its bytes, its lines, positions in it and edits of it.
//
// A Document is an immutable snapshot. Apply makes the next one and shares with
// it all text that did not change, so an edit costs the same in a small document as
// in one of 50 MB, but for a table with 72 bytes for each chunk of about 32 KiB.
//
// Bytes are the only coordinate inside the program. Position and Offset convert
// to what an LSP client counts, Column to what a person counts. They scan a few
// chunks at most, however long the line is.
//
// # Lines
//
// A line ends with LF, CR LF or a CR that no LF follows, also mixed in one
// document. The text behind the last line end is a line too, even if empty: a
// document has at least one.
//
// # Invalid UTF-8
//
// Bytes survive as they are. A byte that is not part of a valid UTF-8 sequence
// counts as one code point and as one UTF-16 code unit, which is what a client
// sees: U+FFFD. Valid means what utf8.DecodeRune accepts, so each byte of a
// truncated sequence, of an overlong one, of an encoded surrogate (ED A0 80 to ED
// BF BF) and of a value beyond U+10FFFF counts one.
package text
