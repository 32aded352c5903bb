// Package knowledge says what the SIP standards say: what response codes, header
// fields, methods, causes of the telephone network, option tags, timers and SDP
// attributes mean, which header fields a message must carry, and what goes wrong
// in real life. It is data that people edit (Markdown files and tables in this folder, see README.md) and typed
// look-ups over it. Lookup, Search and Nearest go over all of it.
//
// The package imports nothing of sipls. All data is embedded; each table and
// file is read when it is asked for first, nothing when the program starts.
package knowledge
