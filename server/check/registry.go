package check

import (
	"slices"
	"strings"
	"sync"
)

// Rules returns all rules, sorted by name.
var Rules = sync.OnceValue(func() []*Rule {
	out := slices.Concat(
		messageRules, addressRules, viaRules, fieldRules, authenticationRules, bodyRules, sdpRules,
		requiredHeaderRules(), fieldSyntaxRules(),
	)
	slices.SortFunc(out, func(a, b *Rule) int { return strings.Compare(a.Name, b.Name) })
	return out
})

// The rules by what they look at; each stands in a file of its own.
var (
	// Start line, header lines and the message as a whole.
	messageRules = []*Rule{
		messageUnfinished,
	}
	// URIs and addresses: From, To, Contact, Route and their like.
	addressRules = []*Rule{
		addressSyntax,
		assertedIdentityTag,
		assertedIdentityValues,
		contactBehindNAT,
		contactCount,
		contactExpires,
		contactNotSIPS,
		contactQ,
		contactStar,
		contactUnreachable,
		globalNumber,
		parameterTwice,
		pathOutsideRegister,
		registerUser,
		requestURIHeaders,
		requestURIScheme,
		requestURISyntax,
		routeWithoutLR,
		tagValue,
		telWithoutContext,
		uriParameterOutside,
	}
	// Via, CSeq, Max-Forwards: what transactions are made of.
	viaRules = []*Rule{
		cancelTerminated,
		cseqMethod,
		viaBranchCookie,
	}
	// Other header fields.
	fieldRules = []*Rule{
		allowIncomplete,
		earlyDialogEndNotSupported,
		eventPackageUnknown,
		optionTagMisplaced,
		optionTagUnknown,
		outboundNotAsked,
		privacyNone,
		privacyValueUnknown,
		reasonCause,
		reasonContradictsStatus,
		reasonProtocol,
		reasonProtocolTwice,
		refusalContradictsList,
		replacesMisplaced,
		requireNotSupported,
		securityClientWithoutSecAgree,
		securityPreferenceTwice,
		sessionIDCase,
		unsupportedNotRequired,
		valueUnlisted,
		warningCode,
	}
	// Challenges, credentials, identity, secrets.
	authenticationRules = []*Rule{
		akaNonce,
		authenticationCommaMissing,
		authenticationParameterTwice,
		authenticationSyntax,
		authenticationValuesJoined,
		basicAuthentication,
		challengeOrder,
		challengesOfBothKinds,
		challengeTwice,
		digestAlgorithm,
		digestChallengeIncomplete,
		digestChallengeWithoutQOP,
		digestCredentialsIncomplete,
		digestNonceCount,
		digestQOPParameters,
		digestQuoting,
		digestResponseLength,
		digestStale,
		digestURIDiffers,
		digestUsernameTwice,
		identityNumbers,
		identityObsolete,
		identityParameters,
		identityPASSporT,
		identitySyntax,
		identityTime,
		secretInMessage,
	}
	// Content-Type, Content-Length and what they announce.
	bodyRules = []*Rule{
		contentLength,
	}
	// Session descriptions.
	sdpRules = []*Rule{}
)

// Lookup returns the rule of that name, nil when there is none.
func Lookup(name string) *Rule {
	rules := Rules()
	if i, ok := slices.BinarySearchFunc(rules, name, func(r *Rule, n string) int { return strings.Compare(r.Name, n) }); ok {
		return rules[i]
	}
	return nil
}
