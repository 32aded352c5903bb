package sip

// HeaderID names a header field this package knows; HeaderOther is any other
// field and a line that has no field name at all.
type HeaderID uint8

// The registered header fields and the unregistered ones met in the wild.
// The order is alphabetical and carries no meaning; add new ones anywhere.
const (
	HeaderOther HeaderID = iota
	HeaderAccept
	HeaderAcceptContact
	HeaderAcceptEncoding
	HeaderAcceptLanguage
	HeaderAcceptResourcePriority
	HeaderAdditionalIdentity
	HeaderAlertInfo
	HeaderAlertMsgError
	HeaderAllow
	HeaderAllowEvents
	HeaderAnswerMode
	HeaderAttestationInfo
	HeaderAuthenticationInfo
	HeaderAuthorization
	HeaderCallID
	HeaderCallInfo
	HeaderCellularNetworkInfo
	HeaderContact
	HeaderContentDisposition
	HeaderContentEncoding
	HeaderContentID
	HeaderContentLanguage
	HeaderContentLength
	HeaderContentTransferEncoding
	HeaderContentType
	HeaderCSeq
	HeaderDate
	HeaderDCInfo
	HeaderDiversion
	HeaderEncryption
	HeaderErrorInfo
	HeaderEvent
	HeaderExpires
	HeaderFeatureCaps
	HeaderFlowTimer
	HeaderFrom
	HeaderGeolocation
	HeaderGeolocationError
	HeaderGeolocationRouting
	HeaderHide
	HeaderHistoryInfo
	HeaderIdentity
	HeaderIdentityInfo
	HeaderInReplyTo
	HeaderInfoPackage
	HeaderJoin
	HeaderMaxBreadth
	HeaderMaxForwards
	HeaderMIMEVersion
	HeaderMinExpires
	HeaderMinSE
	HeaderOrganization
	HeaderOriginationId
	HeaderPAccessNetworkInfo
	HeaderPAnswerState
	HeaderPAssertedIdentity
	HeaderPAssertedService
	HeaderPAssociatedURI
	HeaderPCalledPartyID
	HeaderPChargeInfo
	HeaderPChargingFunctionAddresses
	HeaderPChargingVector
	HeaderPDCSBillingInfo
	HeaderPDCSLAES
	HeaderPDCSOSPS
	HeaderPDCSRedirect
	HeaderPDCSTracePartyID
	HeaderPEarlyMedia
	HeaderPHint
	HeaderPMediaAuthorization
	HeaderPPreferredIdentity
	HeaderPPreferredService
	HeaderPPrivateNetworkIndication
	HeaderPProfileKey
	HeaderPRefusedURIList
	HeaderPRTPStat
	HeaderPServedUser
	HeaderPStationName
	HeaderPUserDatabase
	HeaderPVisitedNetworkID
	HeaderPath
	HeaderPermissionMissing
	HeaderPolicyContact
	HeaderPolicyID
	HeaderPriority
	HeaderPriorityShare
	HeaderPriorityVerstat
	HeaderPrivAnswerMode
	HeaderPrivacy
	HeaderProxyAuthenticate
	HeaderProxyAuthorization
	HeaderProxyRequire
	HeaderRAck
	HeaderReason
	HeaderReasonPhrase
	HeaderRecordRoute
	HeaderRecvInfo
	HeaderReferEventsAt
	HeaderReferSub
	HeaderReferTo
	HeaderReferredBy
	HeaderRejectContact
	HeaderRelayedCharge
	HeaderRemotePartyID
	HeaderReplaces
	HeaderReplyTo
	HeaderRequestDisposition
	HeaderRequire
	HeaderResourcePriority
	HeaderResourceShare
	HeaderResponseKey
	HeaderResponseSource
	HeaderRestorationInfo
	HeaderRetryAfter
	HeaderRoute
	HeaderRSeq
	HeaderSecurityClient
	HeaderSecurityServer
	HeaderSecurityVerify
	HeaderServer
	HeaderServiceInteractInfo
	HeaderServiceRoute
	HeaderSessionExpires
	HeaderSessionID
	HeaderSIPETag
	HeaderSIPIfMatch
	HeaderSubject
	HeaderSubscriptionState
	HeaderSupported
	HeaderSuppressIfMatch
	HeaderTargetDialog
	HeaderTimestamp
	HeaderTo
	HeaderTriggerConsent
	HeaderUnsupported
	HeaderUserAgent
	HeaderUserToUser
	HeaderVia
	HeaderWarning
	HeaderWWWAuthenticate
	HeaderXAsteriskHangupCause
	HeaderXAsteriskHangupCauseCode
	HeaderXFSSupport
	headerCount
)

// headerNames holds, per HeaderID, the canonical long form and the compact
// form (RFC 3261 section 7.3.3 and the IANA registry), if there is one.
var headerNames = [headerCount]struct{ long, compact string }{
	HeaderAccept:                     {"Accept", ""},
	HeaderAcceptContact:              {"Accept-Contact", "a"},
	HeaderAcceptEncoding:             {"Accept-Encoding", ""},
	HeaderAcceptLanguage:             {"Accept-Language", ""},
	HeaderAcceptResourcePriority:     {"Accept-Resource-Priority", ""},
	HeaderAdditionalIdentity:         {"Additional-Identity", ""},
	HeaderAlertInfo:                  {"Alert-Info", ""},
	HeaderAlertMsgError:              {"AlertMsg-Error", ""},
	HeaderAllow:                      {"Allow", ""},
	HeaderAllowEvents:                {"Allow-Events", "u"},
	HeaderAnswerMode:                 {"Answer-Mode", ""},
	HeaderAttestationInfo:            {"Attestation-Info", ""},
	HeaderAuthenticationInfo:         {"Authentication-Info", ""},
	HeaderAuthorization:              {"Authorization", ""},
	HeaderCallID:                     {"Call-ID", "i"},
	HeaderCallInfo:                   {"Call-Info", ""},
	HeaderCellularNetworkInfo:        {"Cellular-Network-Info", ""},
	HeaderContact:                    {"Contact", "m"},
	HeaderContentDisposition:         {"Content-Disposition", ""},
	HeaderContentEncoding:            {"Content-Encoding", "e"},
	HeaderContentID:                  {"Content-ID", ""},
	HeaderContentLanguage:            {"Content-Language", ""},
	HeaderContentLength:              {"Content-Length", "l"},
	HeaderContentTransferEncoding:    {"Content-Transfer-Encoding", ""},
	HeaderContentType:                {"Content-Type", "c"},
	HeaderCSeq:                       {"CSeq", ""},
	HeaderDate:                       {"Date", ""},
	HeaderDCInfo:                     {"DC-Info", ""},
	HeaderDiversion:                  {"Diversion", ""},
	HeaderEncryption:                 {"Encryption", ""},
	HeaderErrorInfo:                  {"Error-Info", ""},
	HeaderEvent:                      {"Event", "o"},
	HeaderExpires:                    {"Expires", ""},
	HeaderFeatureCaps:                {"Feature-Caps", ""},
	HeaderFlowTimer:                  {"Flow-Timer", ""},
	HeaderFrom:                       {"From", "f"},
	HeaderGeolocation:                {"Geolocation", ""},
	HeaderGeolocationError:           {"Geolocation-Error", ""},
	HeaderGeolocationRouting:         {"Geolocation-Routing", ""},
	HeaderHide:                       {"Hide", ""},
	HeaderHistoryInfo:                {"History-Info", ""},
	HeaderIdentity:                   {"Identity", "y"},
	HeaderIdentityInfo:               {"Identity-Info", ""},
	HeaderInReplyTo:                  {"In-Reply-To", ""},
	HeaderInfoPackage:                {"Info-Package", ""},
	HeaderJoin:                       {"Join", ""},
	HeaderMaxBreadth:                 {"Max-Breadth", ""},
	HeaderMaxForwards:                {"Max-Forwards", ""},
	HeaderMIMEVersion:                {"MIME-Version", ""},
	HeaderMinExpires:                 {"Min-Expires", ""},
	HeaderMinSE:                      {"Min-SE", ""},
	HeaderOrganization:               {"Organization", ""},
	HeaderOriginationId:              {"Origination-Id", ""},
	HeaderPAccessNetworkInfo:         {"P-Access-Network-Info", ""},
	HeaderPAnswerState:               {"P-Answer-State", ""},
	HeaderPAssertedIdentity:          {"P-Asserted-Identity", ""},
	HeaderPAssertedService:           {"P-Asserted-Service", ""},
	HeaderPAssociatedURI:             {"P-Associated-URI", ""},
	HeaderPCalledPartyID:             {"P-Called-Party-ID", ""},
	HeaderPChargeInfo:                {"P-Charge-Info", ""},
	HeaderPChargingFunctionAddresses: {"P-Charging-Function-Addresses", ""},
	HeaderPChargingVector:            {"P-Charging-Vector", ""},
	HeaderPDCSBillingInfo:            {"P-DCS-Billing-Info", ""},
	HeaderPDCSLAES:                   {"P-DCS-LAES", ""},
	HeaderPDCSOSPS:                   {"P-DCS-OSPS", ""},
	HeaderPDCSRedirect:               {"P-DCS-Redirect", ""},
	HeaderPDCSTracePartyID:           {"P-DCS-Trace-Party-ID", ""},
	HeaderPEarlyMedia:                {"P-Early-Media", ""},
	HeaderPHint:                      {"P-hint", ""},
	HeaderPMediaAuthorization:        {"P-Media-Authorization", ""},
	HeaderPPreferredIdentity:         {"P-Preferred-Identity", ""},
	HeaderPPreferredService:          {"P-Preferred-Service", ""},
	HeaderPPrivateNetworkIndication:  {"P-Private-Network-Indication", ""},
	HeaderPProfileKey:                {"P-Profile-Key", ""},
	HeaderPRefusedURIList:            {"P-Refused-URI-List", ""},
	HeaderPRTPStat:                   {"P-RTP-Stat", ""},
	HeaderPServedUser:                {"P-Served-User", ""},
	HeaderPStationName:               {"P-Station-Name", ""},
	HeaderPUserDatabase:              {"P-User-Database", ""},
	HeaderPVisitedNetworkID:          {"P-Visited-Network-ID", ""},
	HeaderPath:                       {"Path", ""},
	HeaderPermissionMissing:          {"Permission-Missing", ""},
	HeaderPolicyContact:              {"Policy-Contact", ""},
	HeaderPolicyID:                   {"Policy-ID", ""},
	HeaderPriority:                   {"Priority", ""},
	HeaderPriorityShare:              {"Priority-Share", ""},
	HeaderPriorityVerstat:            {"Priority-Verstat", ""},
	HeaderPrivAnswerMode:             {"Priv-Answer-Mode", ""},
	HeaderPrivacy:                    {"Privacy", ""},
	HeaderProxyAuthenticate:          {"Proxy-Authenticate", ""},
	HeaderProxyAuthorization:         {"Proxy-Authorization", ""},
	HeaderProxyRequire:               {"Proxy-Require", ""},
	HeaderRAck:                       {"RAck", ""},
	HeaderReason:                     {"Reason", ""},
	HeaderReasonPhrase:               {"Reason-Phrase", ""},
	HeaderRecordRoute:                {"Record-Route", ""},
	HeaderRecvInfo:                   {"Recv-Info", ""},
	HeaderReferEventsAt:              {"Refer-Events-At", ""},
	HeaderReferSub:                   {"Refer-Sub", ""},
	HeaderReferTo:                    {"Refer-To", "r"},
	HeaderReferredBy:                 {"Referred-By", "b"},
	HeaderRejectContact:              {"Reject-Contact", "j"},
	HeaderRelayedCharge:              {"Relayed-Charge", ""},
	HeaderRemotePartyID:              {"Remote-Party-ID", ""},
	HeaderReplaces:                   {"Replaces", ""},
	HeaderReplyTo:                    {"Reply-To", ""},
	HeaderRequestDisposition:         {"Request-Disposition", "d"},
	HeaderRequire:                    {"Require", ""},
	HeaderResourcePriority:           {"Resource-Priority", ""},
	HeaderResourceShare:              {"Resource-Share", ""},
	HeaderResponseKey:                {"Response-Key", ""},
	HeaderResponseSource:             {"Response-Source", ""},
	HeaderRestorationInfo:            {"Restoration-Info", ""},
	HeaderRetryAfter:                 {"Retry-After", ""},
	HeaderRoute:                      {"Route", ""},
	HeaderRSeq:                       {"RSeq", ""},
	HeaderSecurityClient:             {"Security-Client", ""},
	HeaderSecurityServer:             {"Security-Server", ""},
	HeaderSecurityVerify:             {"Security-Verify", ""},
	HeaderServer:                     {"Server", ""},
	HeaderServiceInteractInfo:        {"Service-Interact-Info", ""},
	HeaderServiceRoute:               {"Service-Route", ""},
	HeaderSessionExpires:             {"Session-Expires", "x"},
	HeaderSessionID:                  {"Session-ID", ""},
	HeaderSIPETag:                    {"SIP-ETag", ""},
	HeaderSIPIfMatch:                 {"SIP-If-Match", ""},
	HeaderSubject:                    {"Subject", "s"},
	HeaderSubscriptionState:          {"Subscription-State", ""},
	HeaderSupported:                  {"Supported", "k"},
	HeaderSuppressIfMatch:            {"Suppress-If-Match", ""},
	HeaderTargetDialog:               {"Target-Dialog", ""},
	HeaderTimestamp:                  {"Timestamp", ""},
	HeaderTo:                         {"To", "t"},
	HeaderTriggerConsent:             {"Trigger-Consent", ""},
	HeaderUnsupported:                {"Unsupported", ""},
	HeaderUserAgent:                  {"User-Agent", ""},
	HeaderUserToUser:                 {"User-to-User", ""},
	HeaderVia:                        {"Via", "v"},
	HeaderWarning:                    {"Warning", ""},
	HeaderWWWAuthenticate:            {"WWW-Authenticate", ""},
	HeaderXAsteriskHangupCause:       {"X-Asterisk-HangupCause", ""},
	HeaderXAsteriskHangupCauseCode:   {"X-Asterisk-HangupCauseCode", ""},
	HeaderXFSSupport:                 {"X-FS-Support", ""},
}

// String returns the canonical long form, "" for HeaderOther.
func (id HeaderID) String() string { return headerNames[id].long }

// Compact returns the one-letter form, "" where there is none.
func (id HeaderID) Compact() string { return headerNames[id].compact }

// headerBuckets finds the candidates for a field name by its length and first
// letter; a map keyed by string would need the name lowered first.
var headerBuckets = func() (b [maxHeaderName + 1][32][]HeaderID) {
	for id := HeaderOther + 1; id < headerCount; id++ {
		for _, n := range []string{headerNames[id].long, headerNames[id].compact} {
			if n != "" {
				slot := &b[len(n)][n[0]&31]
				*slot = append(*slot, id)
			}
		}
	}
	return b
}()

// maxHeaderName is the length in bytes of the longest name in headerNames.
const maxHeaderName = 29

// LookupHeader classifies a field name, in any letter case, long or compact
// (RFC 3261 sections 7.3.1 and 7.3.3).
func LookupHeader(name []byte) HeaderID {
	if len(name) == 0 || len(name) > maxHeaderName {
		return HeaderOther
	}
	for _, id := range headerBuckets[len(name)][name[0]&31] {
		n := &headerNames[id]
		if EqualFold(name, n.long) || EqualFold(name, n.compact) {
			return id
		}
	}
	return HeaderOther
}

// EqualFold reports whether b equals s, ASCII letter case ignored. SIP tokens
// are ASCII, so Unicode folding would make different tokens equal.
func EqualFold(b []byte, s string) bool {
	if len(b) != len(s) {
		return false
	}
	for i := range b {
		x, y := b[i], s[i]
		if x == y {
			continue
		}
		if x|0x20 != y|0x20 || x|0x20 < 'a' || x|0x20 > 'z' {
			return false
		}
	}
	return true
}
