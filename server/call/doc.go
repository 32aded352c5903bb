// Package call puts messages together: which request a response answers, which
// messages belong to one call.
//
// An Index is built from all messages of a text, in their order, and is immutable.
package call
