package check

import (
	"slices"
	"strings"
	"sync"
)

// Rules returns all rules, sorted by name.
var Rules = sync.OnceValue(func() []*Rule {
	var out []*Rule
	for _, f := range Families() {
		out = append(out, f.Rules...)
	}
	slices.SortFunc(out, func(a, b *Rule) int { return strings.Compare(a.Name, b.Name) })
	for _, r := range out {
		if r.Scenes != nil {
			r.Cases = casesOf(r.Scenes)
		}
	}
	return out
})

// The rules by what they look at; each stands in a file of its own.
var (
	// Start line, header lines and the message as a whole.
	messageRules = []*Rule{
		contentLengthSyntax,
		elementTooLong,
		headerBytes,
		headerColonMissing,
		headerFirstFolded,
		headerMisplaced,
		headerNameMisspelled,
		headerNameSyntax,
		headerObsolete,
		headerTwice,
		headerValueEmpty,
		lineEndMissing,
		lineEndsMixed,
		lineOfBlanks,
		messageUnfinished,
		methodSyntax,
		methodUnknown,
		networkBlocked,
		nonInviteProvisional,
		nonInviteTimeout,
		reasonPhraseSpace,
		reasonPhraseUnlikeCode,
		requestTooLarge,
		responseToACK,
		retryAfterMisplaced,
		sipVersion,
		startLineBlanks,
		status202Obsolete,
		statusCodeRange,
		statusCodeUnknown,
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
		callIDSyntax,
		cancelTerminated,
		cseqMethod,
		cseqNumber,
		cseqSyntax,
		maxForwards,
		maxForwardsZero,
		viaBranchCookie,
		viaBranchEmpty,
		viaRPortEmpty,
		viaRPortValue,
		viaSyntax,
		viaTransport,
		viaVersion,
	}
	// Other header fields.
	fieldRules = []*Rule{
		allowIncomplete,
		dateValue,
		expiresLongerThanAsked,
		refresherValue,
		retryAfterValue,
		sessionBelowMinimum,
		sessionInterval,
		sessionIntervalGranted,
		timestampValue,
		earlyDialogEndNotSupported,
		eventPackageUnknown,
		optionTagMisplaced,
		optionTagNeeded,
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
		subscriptionStateParameter,
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
		bodyNotSDP,
		contentLength,
		contentTypeSyntax,
		contentTypeWithoutBody,
		multipartBoundary,
		sipfragStatusLine,
	}
	// Session descriptions.
	sdpRules = []*Rule{
		sdpAttributeSyntax,
		sdpBlank,
		sdpCandidate,
		sdpClockRate,
		sdpConnectionMissing,
		sdpConnectionSyntax,
		sdpCryptoSyntax,
		sdpDirectionTwice,
		sdpFingerprint,
		sdpFormatUnlisted,
		sdpGroup,
		sdpHoldByZeroAddress,
		sdpICECredentials,
		sdpKeyExchange,
		sdpLineMissing,
		sdpLineOrder,
		sdpLineSyntax,
		sdpLineUnknown,
		sdpMediaSyntax,
		sdpPayloadType,
		sdpPayloadTypeTwice,
		sdpPayloadTypeUnmapped,
		sdpPtime,
		sdpRTPMapSyntax,
		sdpSetup,
		sdpStaticPayloadType,
		sdpTelephoneEvent,
		sdpValueSyntax,
	}
)

// Rules over transactions, dialogs, calls and the whole trace; those named like a row of
// knowledge/tables/failures.tsv find that failure.
var (
	// Challenges and credentials, registrations and subscriptions over several messages.
	callAuthenticationRules = []*Rule{
		authLoopBadCredentials,
		callToExpired,
		challengeNeverAnswered,
		digestAlgorithmUnsupported,
		eventRefused,
		minExpires423,
		minSE422,
		registerRefused,
		registrationExpired,
		reinviteChallengedNotHandled,
		retryAfterChallengeMalformed,
		sessionTimerDrop,
		staleNonce,
	}
	// Transactions, dialogs and the ways between them.
	callDialogRules = []*Rule{
		ackBranchReused,
		ackMissing,
		ackNotMatched,
		ackNotToContact,
		ackWithoutCredentials,
		badRequestExplained,
		branchReused,
		cancelNotMatched,
		cancelRace,
		cancelTooEarly,
		cseqOutOfOrder,
		dialogTagChanged,
		failureACKNotMatched,
		failureNotEnded,
		failureWithoutACK,
		forkedDialogs,
		glare,
		globalFailure,
		identityRefused,
		inviteWithoutFinal,
		inviteWithoutResponse,
		loop,
		multipartRefused,
		neverTerminatedAfterCancel,
		notReacked,
		notRemoteTarget,
		overlapWithoutRetryAfter,
		prack100rel,
		recordRouteIgnored,
		requestAfterBye,
		requestWithoutResponse,
		responseTagDiffers,
		subscribeWithoutNotify,
		unknownDialog,
	}
	// Offers, answers and where media goes.
	callMediaRules = []*Rule{
		answerChanged,
		answerDirection,
		answerMediaLines,
		answerMissing,
		answerWithoutOfferedCodec,
		dtmfPayloadMismatch,
		familyMismatch,
		faxRejected,
		holdStuck,
		lateOffer,
		mediaProfileMismatch,
		noCommonCodec,
		noRingback,
		offerDropsMediaLines,
		payloadTypeChangesCodec,
		privateAddressForMedia,
		sdpVersion,
	}
	// Transports, names, reachability, what becomes of calls.
	callTransportRules = []*Rule{
		answerToPortInVia,
		invalidHostCalled,
		keepaliveDown,
		largeRequestLost,
		numberForm,
		privateAddressInContact,
		replacesUnknownDialog,
		rewrittenOnTheWay,
		streamFraming,
		targetUnreachable,
		tlsFailure,
		transferFails,
		transportLost,
	}
	// What became of a call, and why.
	callOutcomeRules = []*Rule{
		callFailed,
	}
)

// Lookup returns the rule of that name, or the only one that finds the failure with that slug; nil when there is none.
func Lookup(name string) *Rule {
	if r := named(name); r != nil {
		return r
	}
	if f := Finders(name); len(f) == 1 {
		return f[0]
	}
	return nil
}

func named(name string) *Rule {
	rules := Rules()
	if i, ok := slices.BinarySearchFunc(rules, name, func(r *Rule, n string) int { return strings.Compare(r.Name, n) }); ok {
		return rules[i]
	}
	return nil
}
