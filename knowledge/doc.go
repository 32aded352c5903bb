// Package knowledge says what the SIP standards say: what response codes mean and
// which header fields a message must carry. It is data that people edit (Markdown
// files and tables in this folder) and typed look-ups over it.
//
// The package imports nothing of sipls. All data is embedded and read once, when it is first asked for.
package knowledge
