// Package explain builds what sipls tells a person, as a small tree, and
// renders it: Markdown for editors, plain text, text with colours for terminals, JSON.
//
// Every surface shows the same tree, so that all say the same. Text that comes
// out of a log stays plain data in the tree and is escaped by each renderer.
package explain
