// Package analysis is the engine's front door: a text goes in, an immutable
// Snapshot comes out that knows its messages, what belongs together, what is wrong
// and how to mend it. The language server and the command line both ask it.
//
// A Snapshot may be used by many goroutines at once. Work that not everybody
// needs (correlation, rules) is done when it is first asked for, and what an
// edit cannot have touched is taken over from the snapshot before.
package analysis
