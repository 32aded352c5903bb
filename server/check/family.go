package check

import (
	"slices"
	"sync"
)

// Family is a group of rules that look at the same thing. Its name can stand
// for all of its rules where rules are chosen.
type Family struct {
	Name  string // kebab-case; no rule has the same
	Title string // what its rules look at
	Rules []*Rule
}

// Families returns all families in the order in which people read about them. Each rule is in exactly one.
var Families = sync.OnceValue(func() []Family {
	return []Family{
		{"message", "Start line, header lines and the message as a whole", messageRules},
		{"address", "URIs and addresses: From, To, Contact, Route and their like", addressRules},
		{"transaction", "Via, CSeq, Max-Forwards: what transactions are made of", viaRules},
		{"field", "Other header fields", fieldRules},
		{"authentication", "Challenges, credentials, identity, secrets", authenticationRules},
		{"body", "Bodies and the header fields that announce them", bodyRules},
		{"sdp", "Session descriptions", sdpRules},
		{"field-syntax", "The grammar of single header fields", slices.Concat(fieldSyntaxRules(), secondsRules())},
		{"call-authentication", "Challenges, credentials, registrations and subscriptions over several messages", callAuthenticationRules},
		{"call-dialog", "Transactions and dialogs over several messages", callDialogRules},
		{"call-media", "Offers, answers and where media goes", callMediaRules},
		{"call-transport", "Transports, names, reachability", callTransportRules},
		{"call-outcome", "What became of a call, and why", callOutcomeRules},
		{"required-header", "Header fields that must, should or must not be there", requiredHeaderRules()},
	}
})
