package sip

import "strings"

// fieldGrammar is the grammar of a header field whose values are read by themselves.
type fieldGrammar struct {
	list  bool // a comma begins the next value
	plain bool // a comma does so even behind a quote or an opening angle bracket, which have no meaning in a word
	empty bool // the field may have no value
	// address says that each value is an address whose own grammar, an empty value included, is AddressSyntax's.
	address bool
	want    string // what one value is, a noun phrase
	// value judges one value, blanks around it left out.
	value func(m *Message, v Span) *SyntaxError
}

// fieldGrammars are the header fields that FieldSyntax can judge.
var fieldGrammars = [headerCount]fieldGrammar{
	HeaderAccept:                     {list: true, empty: true, want: "a media range, as application/sdp", value: mediaRangeSyntax},
	HeaderAcceptContact:              {list: true, want: "a * with parameters", value: starSyntax},
	HeaderAcceptEncoding:             {list: true, empty: true, want: "an encoding", value: encodingSyntax},
	HeaderAcceptLanguage:             {list: true, empty: true, want: "a language, as en", value: languageRangeSyntax},
	HeaderAcceptResourcePriority:     {list: true, empty: true, want: wantResource, value: resourceSyntax},
	HeaderAllow:                      {list: true, empty: true, want: "a method", value: methodSyntax},
	HeaderAllowEvents:                {list: true, want: wantPackage, value: eventTypeSyntax},
	HeaderAnswerMode:                 {want: "Manual or Auto", value: answerModeSyntax},
	HeaderContentDisposition:         {want: wantDisposition, value: dispositionSyntax},
	HeaderContentEncoding:            {list: true, want: "an encoding", value: codingSyntax},
	HeaderContentLanguage:            {list: true, want: "a language, as en", value: languageSyntax},
	HeaderDiversion:                  {list: true, empty: true, address: true, value: diversionSyntax},
	HeaderEvent:                      {want: wantPackage, value: eventSyntax},
	HeaderFeatureCaps:                {list: true, want: "a * with parameters", value: starSyntax},
	HeaderGeolocation:                {list: true, want: "a URI in angle brackets", value: geolocationSyntax},
	HeaderGeolocationError:           {want: "a code of one to three digits", value: geolocationErrorSyntax},
	HeaderGeolocationRouting:         {want: "yes or no", value: geolocationRoutingSyntax},
	HeaderHistoryInfo:                {list: true, empty: true, address: true, value: historySyntax},
	HeaderInReplyTo:                  {list: true, plain: true, want: "a Call-ID", value: callIDSyntax},
	HeaderInfoPackage:                {want: "an Info Package", value: infoPackageSyntax},
	HeaderJoin:                       {want: "a Call-ID and tags", value: joinSyntax},
	HeaderPAccessNetworkInfo:         {list: true, want: "an access type, as 3GPP-E-UTRAN-FDD", value: accessNetworkSyntax},
	HeaderPAssociatedURI:             {list: true, empty: true, want: "an address in angle brackets", value: nameAddrSyntax},
	HeaderPCalledPartyID:             {want: "an address in angle brackets", value: nameAddrSyntax},
	HeaderPChargingFunctionAddresses: {list: true, want: "a parameter, as ccf or ecf", value: chargingAddressesSyntax},
	HeaderPChargingVector:            {want: "the parameter icid-value", value: chargingVectorSyntax},
	HeaderPEarlyMedia:                {list: true, empty: true, want: "a direction, as sendrecv", value: earlyMediaSyntax},
	HeaderPVisitedNetworkID:          {list: true, want: "the name of a network", value: visitedNetworkSyntax},
	HeaderPrivAnswerMode:             {want: "Manual or Auto", value: answerModeSyntax},
	HeaderPriority:                   {want: "a priority, as urgent", value: prioritySyntax},
	HeaderPrivacy:                    {want: wantPrivacy, value: privacySyntax},
	HeaderProxyRequire:               {list: true, want: wantOptionTag, value: optionTagSyntax},
	HeaderRAck:                       {want: wantRAck, value: rackSyntax},
	HeaderRSeq:                       {want: wantRSeq, value: rseqSyntax},
	HeaderReason:                     {list: true, want: "a protocol, as SIP or Q.850", value: reasonSyntax},
	HeaderRecvInfo:                   {list: true, empty: true, want: "an Info Package", value: infoPackageSyntax},
	HeaderReferSub:                   {want: "true or false", value: referSubSyntax},
	HeaderRejectContact:              {list: true, want: "a * with parameters", value: starSyntax},
	HeaderReplaces:                   {want: "a Call-ID and tags", value: joinSyntax},
	HeaderRequestDisposition:         {list: true, want: "a directive, as no-fork", value: directiveSyntax},
	HeaderRequire:                    {list: true, want: wantOptionTag, value: optionTagSyntax},
	HeaderResourcePriority:           {list: true, want: wantResource, value: resourceSyntax},
	HeaderSecurityClient:             {list: true, want: "a security mechanism", value: securitySyntax},
	HeaderSecurityServer:             {list: true, want: "a security mechanism", value: securitySyntax},
	HeaderSecurityVerify:             {list: true, want: "a security mechanism", value: securitySyntax},
	HeaderSessionID:                  {want: wantSessionID, value: sessionIDSyntax},
	HeaderSIPETag:                    {want: "an entity tag", value: entityTagSyntax},
	HeaderSIPIfMatch:                 {want: "an entity tag", value: entityTagSyntax},
	HeaderSubscriptionState:          {want: "a state, as active", value: subscriptionStateSyntax},
	HeaderSupported:                  {list: true, empty: true, want: wantOptionTag, value: optionTagSyntax},
	HeaderSuppressIfMatch:            {want: "an entity tag", value: entityTagSyntax},
	HeaderTargetDialog:               {want: "a Call-ID and tags", value: targetDialogSyntax},
	HeaderUnsupported:                {list: true, want: wantOptionTag, value: optionTagSyntax},
	HeaderUserToUser:                 {list: true, want: "data", value: userToUserSyntax},
	HeaderWarning:                    {list: true, want: wantWarning, value: warningSyntax},
}

// HasFieldSyntax reports whether FieldSyntax can judge fields with this ID.
func HasFieldSyntax(id HeaderID) bool { return fieldGrammars[id].value != nil }

// FieldSyntax returns the first place where one of the header fields that are lists of
// tokens, or words with parameters, leaves its grammar: Allow, Supported, Event, Reason, Warning, RAck and
// their like (RFC 3261 section 25.1 and the extensions that define them). nil where it does not, and for
// fields without a grammar here (HasFieldSyntax). Of Diversion and History-Info it judges the
// parameters with a grammar of their own; the rest is AddressSyntax's.
func (m *Message) FieldSyntax(h *Header) *SyntaxError {
	g := &fieldGrammars[h.ID]
	t, from, end := m.Text, int(h.Value.Off), int(h.Value.End())
	switch {
	case g.value == nil:
		return nil
	case from == end:
		if g.empty {
			return nil
		}
		return syntaxError(from, end, g.want)
	case !g.list:
		return g.value(m, h.Value)
	}
	for at := from; ; from = at + 1 {
		if g.plain {
			for at = from; at < end && t[at] != ','; at++ {
			}
		} else {
			at = skipTo(t, from, end, ',')
		}
		v := trim(t, from, at)
		if v.Len == 0 && !g.address {
			comma := at
			if at == end {
				comma = from - 1
			}
			return syntaxError(comma, comma+1, g.want+besideComma)
		}
		if err := g.value(m, v); err != nil {
			return err
		}
		if at == end {
			return nil
		}
	}
}

// Worded is a value that begins with a word and goes on with parameters: `active;expires=60`.
type Worded struct {
	Value, Word Span
	Params      Span // the first ';' left out
}

// ReadWorded reads one value of a header field whose grammar is a word and parameters.
func (m *Message) ReadWorded(v Span) Worded {
	end := int(v.End())
	semi := skipTo(m.Text, int(v.Off), end, ';')
	return Worded{Value: v, Word: trim(m.Text, int(v.Off), semi), Params: span(min(semi+1, end), end)}
}

// paramsSyntax judges the parameters of a worded value.
func (w Worded) paramsSyntax(m *Message) *SyntaxError {
	if w.Params.Len == 0 && w.Value.End() == w.Word.End() {
		return nil
	}
	return m.ParamsSyntax(w.Params, ';')
}

const (
	besideComma  = " beside the comma"
	commaBetween = "a comma between two "
)

// LacksComma says that two elements of a list stand there without the comma between them; At is what stands in its place.
func (e *SyntaxError) LacksComma() bool { return strings.HasPrefix(e.Want, commaBetween) }

// HasSpareComma says that At is a comma with no element beside it.
func (e *SyntaxError) HasSpareComma() bool { return strings.HasSuffix(e.Want, besideComma) }

// LacksQuotes says that At needs quotes around it.
func (e *SyntaxError) LacksQuotes() bool { return strings.HasPrefix(e.Want, "quotes around a") }

// tokenSyntax judges a word; `another` is what a second word behind it would be, "" where there is none.
func tokenSyntax(m *Message, v Span, want, another string) *SyntaxError {
	from, end := int(v.Off), int(v.End())
	i := nonToken(m.Text, from, end)
	switch {
	case from == end:
		return syntaxError(from, end, want)
	case i == end:
		return nil
	case i > from && another != "" && isLWS(m.Text[i]):
		return syntaxError(i, int(trim(m.Text, i, end).Off), commaBetween+another)
	case i > from && another != "" && m.Text[i] == ';':
		return syntaxError(i, i+1, commaBetween+another)
	}
	return &SyntaxError{At: v, Want: want}
}

// wordSyntax judges a token with parameters.
func wordSyntax(m *Message, v Span, want string) (Worded, *SyntaxError) {
	w := m.ReadWorded(v)
	if err := tokenSyntax(m, w.Word, want, ""); err != nil {
		return w, err
	}
	return w, w.paramsSyntax(m)
}

// numberSyntax judges a parameter that holds digits only.
func numberSyntax(m *Message, p Param, want string) *SyntaxError {
	if !allDigits(m.Bytes(p.Value)) {
		return paramError(p, want)
	}
	return nil
}

// paramError is about the value of a parameter, or about all of it when it has none.
func paramError(p Param, want string) *SyntaxError {
	if p.Value.Len > 0 {
		return &SyntaxError{At: p.Value, Want: want}
	}
	return &SyntaxError{At: p.Name, Want: want}
}

// isQValue: "0" [ "." 0*3DIGIT ] / "1" [ "." 0*3("0") ] (RFC 3261 section 25.1).
func isQValue(b []byte) bool {
	if len(b) == 0 || len(b) > 5 || b[0] != '0' && b[0] != '1' || len(b) > 1 && b[1] != '.' {
		return false
	}
	for i := 2; i < len(b); i++ {
		if !isDigit(b[i]) || b[0] == '1' && b[i] != '0' {
			return false
		}
	}
	return true
}

const wantQValue = "a number from 0 to 1 with at most three decimals"

// preferenceSyntax judges the parameter q where there is one.
func preferenceSyntax(m *Message, params Span) *SyntaxError {
	if p, ok := m.FindParam(params, ';', "q"); ok && !isQValue(m.Bytes(p.Value)) {
		return paramError(p, wantQValue)
	}
	return nil
}
