// Package check holds the rules: what may be wrong in a message and how to mend it.
//
// One rule is one file, and registry.go lists them all. A Rule brings its documentation, and the Cases that
// show where it fires and where it stays silent; they are its tests. A rule over several messages brings Scenes instead, traces
// that are written in several producers' formats; call_rule.go has what it sees of a call, negotiation.go the offers and answers,
// auth_trail.go the challenges and credentials, unanswered.go what nobody answered, diagnosis.go why a call failed. What a
// rule needs of a message is declared (Needs) and enforced by Run: a rule never sees a
// message that is too damaged for it.
package check
