// Package check holds the rules: what may be wrong in a message and how to mend it.
//
// One rule is one file. A Rule brings its documentation, and the Cases that
// show where it fires and where it stays silent; they are its tests. What a
// rule needs of a message is declared (Needs) and enforced by Run: a rule never sees a
// message that is too damaged for it.
package check
