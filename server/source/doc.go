// Package source reads the texts that sipls looks at: files, the files of a
// directory, standard input. It reads what it is asked to and nothing else.
package source
