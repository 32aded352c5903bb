package analysis

// mediaType is a media type that SIP messages carry. Its meaning names a standard that uses it.
type mediaType struct{ name, meaning string }

// mediaTypeTable lists the body types of the SIP standards and the ones that gateways send.
var mediaTypeTable = []mediaType{
	{"application/sdp", "Session description (RFC 8866)."},
	{"message/sipfrag", "Part of a SIP message: how a transfer goes on, in NOTIFY of refer (RFC 3420)."},
	{"multipart/mixed", "Several bodies, such as a session description and a location (RFC 5621)."},
	{"text/plain", "Text, in MESSAGE (RFC 3428)."},
	{"application/pidf+xml", "Presence (RFC 3863)."},
	{"application/simple-message-summary", "Voice mail waiting (RFC 3842)."},
	{"application/dialog-info+xml", "States of calls, for busy lamps (RFC 4235)."},
	{"application/reginfo+xml", "Registrations, in NOTIFY of reg (RFC 3680)."},
	{"application/conference-info+xml", "State of a conference (RFC 4575)."},
	{"application/watcherinfo+xml", "Who watches a resource (RFC 3858)."},
	{"application/rlmi+xml", "List of resources (RFC 4662)."},
	{"application/resource-lists+xml", "List of users (RFC 4826)."},
	{"application/kpml-request+xml", "Which digits a server wants to be told (RFC 4730)."},
	{"application/kpml-response+xml", "The digits pressed (RFC 4730)."},
	{"application/rs-metadata+xml", "What a recorded session is, for recorders (RFC 7865)."},
	{"application/trickle-ice-sdpfrag", "ICE candidates found later, in INFO (RFC 8840)."},
	{"message/cpim", "Message with the names of its sender and receiver (RFC 3862)."},
	{"message/sip", "Whole SIP message (RFC 3261)."},
	{"application/dtmf-relay", "Digit pressed, in INFO; not registered."},
	{"application/dtmf", "Digit pressed, in INFO; not registered."},
	{"application/media_control+xml", "Asks for a full picture, in INFO (RFC 5168)."},
	{"application/isup", "Message of the telephone network (RFC 3204)."},
	{"application/qsig", "Message of a private telephone network (RFC 3204)."},
	{"application/pkcs7-mime", "Encrypted body (RFC 3261)."},
	{"application/pkcs7-signature", "Signature of a body (RFC 3261)."},
}

func mediaTypes() []CompletionItem {
	return words(mediaTypeTable, "", func(t mediaType) (string, string) { return t.name, t.meaning })
}

// contentCodings are those of HTTP that RFC 3261 sections 20.2 and 20.12 take over.
func contentCodings() []CompletionItem {
	return []CompletionItem{
		literalItem(WordCompletion, "identity", "The body as it is: what is meant without the header field (RFC 3261 section 20.2).", ""),
		literalItem(WordCompletion, "gzip", "The body compressed by gzip (RFC 3261 section 20.12).", ""),
	}
}
