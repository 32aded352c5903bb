package analysis

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"sipls/knowledge"
	"sipls/server/sip"
	"sipls/server/text"
	"sipls/server/trace"
)

// TokenKind says what a Token is.
type TokenKind uint8

const (
	MethodToken     TokenKind = iota
	VersionToken              // SIP/2.0, and SIP/2.0/UDP in Via
	StatusToken               // a status code
	ReasonToken               // a reason phrase
	FieldToken                // the name of a header field, the letter of a line of a session description
	URIToken                  // without angle brackets
	HostToken                 // where no URI is: in Via, in a session description
	IdentifierToken           // Call-ID, tag, branch: what is the same belongs together
	ParameterToken            // the name of a parameter
	NumberToken               //
	StringToken               // a quoted string, quotes included
	WordToken                 // a word that a registry lists: option tag, event package, authentication scheme ...
	MediaToken                // a media type, in a session description also a media and an encoding name
	AttributeToken            // the name of an attribute in a session description
	KeywordToken              // [keyword] of SIPp
)

// Token is a piece of the text that has a meaning. It lies in one line and is not empty.
type Token struct {
	Extent
	Kind       TokenKind
	Status     int  // of StatusToken and ReasonToken, 0 if it is no status code
	Known      bool // of FieldToken and AttributeToken: a standard or a vendor whose traffic we know defines it
	Deprecated bool // of StatusToken and FieldToken: it is no longer to be sent
}

// SemanticTokens calls yield for each token that has a byte in [from, to), in the order of the
// text; they do not overlap. What it yields of a token does not depend on the range. It returns the
// error of ctx when that ends first.
func (s *Snapshot) SemanticTokens(ctx context.Context, from, to text.Offset, yield func(Token)) error {
	from, to = max(from, 0), min(to, s.doc.Len())
	if from >= to {
		return nil
	}
	within := Extent{from, to}
	mentions := s.trace.Mentions(from, to)
	until := func(at text.Offset) {
		for len(mentions) > 0 && mentions[0].From < at {
			e := Extent{mentions[0].From, mentions[0].To}
			if e.From < to && from < e.To {
				yield(statusToken(e, StatusToken, mentions[0].Status))
			}
			mentions = mentions[1:]
		}
	}
	t := tokenizer{doc: s.doc, scenario: s.trace.Mode() == trace.Scenario, fields: map[string]Token{}}
	for i := max(s.trace.Find(from), 0); i < s.trace.Len(); i++ {
		if i%64 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		seg, base := s.trace.Segment(i)
		if base >= to {
			break
		}
		for _, x := range t.segment(seg, base, within) {
			until(x.From)
			yield(x)
		}
	}
	until(s.doc.Len())
	return nil
}

func statusToken(e Extent, kind TokenKind, code int) Token {
	st := knowledge.LookupStatus(code)
	return Token{Extent: e, Kind: kind, Status: code, Deprecated: st != nil && st.Deprecated && kind == StatusToken}
}

// tokenizer finds the tokens of messages.
type tokenizer struct {
	doc      *text.Document
	scenario bool
	fields   map[string]Token // what is known about names of header fields
	out      []Token          // of one segment

	m     *sip.Message
	need  sip.Span // the part of the message that matters
	marks []mark   // of one message
}

// mark is a token in a message; Extent is not set yet.
type mark struct {
	sip.Span
	Token
}

// segment returns the tokens that have a byte in within.
func (t *tokenizer) segment(seg *trace.Segment, base text.Offset, within Extent) []Token {
	t.out = t.out[:0]
	for _, m := range seg.Messages {
		from := firstBehind(m, int32(max(within.From-base, 0)))
		to := firstBehind(m, int32(min(within.To-base, text.Offset(seg.Len))))
		// An escape that the range cuts belongs to it.
		to = min(to+1, int32(len(m.Text)))
		t.m, t.need, t.marks = m, sip.Span{Off: from, Len: max(to-from, 0)}, t.marks[:0]
		if t.need.Len == 0 {
			continue
		}
		t.message()
		if t.scenario {
			t.keywords()
		}
		for i := range t.marks {
			t.place(&t.marks[i], base, within)
		}
	}
	byPlace := func(a, b Token) int { return cmp.Compare(a.From, b.From) }
	if !slices.IsSortedFunc(t.out, byPlace) {
		slices.SortStableFunc(t.out, byPlace) // two writers interleave
	}
	end := base
	t.out = slices.DeleteFunc(t.out, func(x Token) bool {
		if x.From < end {
			return true // shares an escape with the token before
		}
		end = x.To
		return false
	})
	return t.out
}

// place finds where a token stands in the document, line by line.
func (t *tokenizer) place(k *mark, base text.Offset, within Extent) {
	for sp := range linesIn(t.m.Text, k.Span) {
		eachPiece(t.m, base, sp, func(e Extent) {
			if e.To <= within.From || within.To <= e.From {
				return
			}
			k.Extent = e
			if t.m.Map == nil {
				t.out = append(t.out, k.Token)
				return
			}
			// Escapes may go over the end of a line.
			b := t.doc.Slice(e.From, e.To)
			for sp := range linesIn(b, sip.Span{Len: int32(len(b))}) {
				k.Extent = Extent{e.From + text.Offset(sp.Off), e.From + text.Offset(sp.End())}
				if k.To > within.From && k.From < within.To {
					t.out = append(t.out, k.Token)
				}
			}
		})
	}
}

// linesIn calls yield for the parts of a span that line ends divide, without the blanks around them.
func linesIn(text []byte, sp sip.Span) func(yield func(sip.Span) bool) {
	return func(yield func(sip.Span) bool) {
		rest := sp
		for {
			b := rest.In(text)
			n := bytes.IndexAny(b, "\r\n")
			if n < 0 {
				n = len(b)
			}
			line := trim(text, sip.Span{Off: rest.Off, Len: int32(n)})
			if line.Len > 0 && !yield(line) || n == len(b) {
				return
			}
			rest = sip.Span{Off: rest.Off + int32(n) + 1, Len: rest.Len - int32(n) - 1}
		}
	}
}

// trim takes blanks and line ends off both ends of a span.
func trim(text []byte, sp sip.Span) sip.Span {
	b := sp.In(text)
	n := int32(len(b) - len(bytes.TrimLeft(b, " \t\r\n")))
	return trimRight(text, sip.Span{Off: sp.Off + n, Len: sp.Len - n})
}

func (t *tokenizer) add(sp sip.Span, kind TokenKind) {
	if sp.Len > 0 {
		t.marks = append(t.marks, mark{sp, Token{Kind: kind}})
	}
}

// needs reports whether a part of the message matters.
func (t *tokenizer) needs(sp sip.Span) bool { return sp.Off < t.need.End() && t.need.Off < sp.End() }

// message finds the tokens of a message in their order.
func (t *tokenizer) message() {
	m := t.m
	if t.needs(m.Start.Line) {
		t.startLine(&m.Start)
	}
	for i := range m.Headers {
		h := &m.Headers[i]
		if h.Line.Off >= t.need.End() {
			return
		}
		if t.needs(h.Line) && h.Name.Len > 0 {
			t.fieldName(h.Name)
			t.value(h)
		}
	}
	if m.Body.Len > 0 && t.needs(m.Body) && isSDP(m) {
		t.sdp()
	}
}

func (t *tokenizer) startLine(l *sip.StartLine) {
	if l.Kind == sip.Request {
		t.add(l.Method, MethodToken)
		t.add(l.URI, URIToken)
		t.add(l.Version, VersionToken)
		return
	}
	t.add(l.Version, VersionToken)
	for _, x := range [...]struct {
		sp   sip.Span
		kind TokenKind
	}{{l.Code, StatusToken}, {l.Reason, ReasonToken}} {
		if x.sp.Len > 0 {
			t.marks = append(t.marks, mark{x.sp, statusToken(Extent{}, x.kind, l.Status)})
		}
	}
}

func (t *tokenizer) fieldName(name sip.Span) {
	b := t.m.Bytes(name)
	x, ok := t.fields[string(b)]
	if !ok {
		x = Token{Kind: FieldToken}
		if h := knowledge.LookupHeaderField(string(b)); h != nil {
			// The row for all names that begin with X- knows none of them.
			x.Known = h.Status != "http" && (sip.EqualFold(b, h.Name) || sip.EqualFold(b, h.Compact))
			x.Deprecated = h.Status == "deprecated"
		}
		t.fields[string(b)] = x
	}
	t.marks = append(t.marks, mark{name, x})
}

// value finds the tokens in the value of a header field.
func (t *tokenizer) value(h *sip.Header) {
	switch h.ID {
	case sip.HeaderCallID:
		t.add(h.Value, IdentifierToken)
	case sip.HeaderCSeq, sip.HeaderRAck:
		t.words(h.Value, MethodToken)
	case sip.HeaderAllow:
		t.elements(h, func(sp sip.Span) { t.add(sp, MethodToken) })
	case sip.HeaderInReplyTo:
		t.elements(h, func(sp sip.Span) { t.add(sp, IdentifierToken) })
	case sip.HeaderVia:
		t.elements(h, t.via)
	case sip.HeaderReplaces, sip.HeaderJoin, sip.HeaderTargetDialog:
		t.elements(h, func(sp sip.Span) { t.withParams(sp, func(sp sip.Span) { t.add(sp, IdentifierToken) }) })
	case sip.HeaderSupported, sip.HeaderRequire, sip.HeaderProxyRequire, sip.HeaderUnsupported,
		sip.HeaderEvent, sip.HeaderAllowEvents, sip.HeaderSubscriptionState, sip.HeaderReason,
		sip.HeaderPrivacy, sip.HeaderContentDisposition, sip.HeaderSessionExpires, sip.HeaderMinSE:
		t.elements(h, func(sp sip.Span) { t.withParams(sp, t.word) })
	case sip.HeaderContentType, sip.HeaderAccept:
		t.elements(h, func(sp sip.Span) { t.withParams(sp, func(sp sip.Span) { t.add(sp, MediaToken) }) })
	case sip.HeaderWWWAuthenticate, sip.HeaderProxyAuthenticate, sip.HeaderAuthorization,
		sip.HeaderProxyAuthorization, sip.HeaderAuthenticationInfo:
		t.auth(h.Value)
	case sip.HeaderUserAgent, sip.HeaderServer, sip.HeaderSubject, sip.HeaderOrganization, sip.HeaderDate:
		// prose
	default:
		t.elements(h, func(sp sip.Span) { t.withParams(sp, t.nameAddr) })
	}
}

// elements calls f for the elements of a comma-separated list.
func (t *tokenizer) elements(h *sip.Header, f func(sip.Span)) {
	for p := range t.m.Params(h.Value, ',') {
		if whole := (sip.Span{Off: p.Name.Off, Len: max(p.Name.End(), p.Value.End()) - p.Name.Off}); t.needs(whole) {
			f(whole)
		}
	}
}

// withParams calls f for what stands before the parameters, and finds these.
func (t *tokenizer) withParams(element sip.Span, f func(sip.Span)) {
	first := true
	for p := range t.m.Params(element, ';') {
		if first {
			first = false
			f(sip.Span{Off: p.Name.Off, Len: max(p.Name.End(), p.Value.End()) - p.Name.Off})
			continue
		}
		t.parameter(p)
	}
}

func (t *tokenizer) parameter(p sip.Param) {
	name := t.m.Bytes(p.Name)
	if !sip.IsToken(name) {
		return
	}
	t.add(p.Name, ParameterToken)
	if sip.EqualFold(name, "tag") || sip.EqualFold(name, "branch") || len(name) > 4 && sip.EqualFold(name[len(name)-4:], "-tag") {
		t.add(p.Value, IdentifierToken)
		return
	}
	t.scalar(p.Value)
}

// scalar is a quoted string, a number, a URI in angle brackets, or nothing that is marked.
func (t *tokenizer) scalar(sp sip.Span) {
	b := t.m.Bytes(sp)
	switch {
	case len(b) == 0:
	case b[0] == '"':
		t.add(sp, StringToken)
	case b[0] == '<' && b[len(b)-1] == '>':
		t.add(sip.Span{Off: sp.Off + 1, Len: sp.Len - 2}, URIToken)
	case isNumber(b):
		t.add(sp, NumberToken)
	}
}

// isNumber reports whether b is made of digits, with one point perhaps.
func isNumber(b []byte) bool {
	whole, fraction, point := bytes.Cut(b, []byte("."))
	return allDigits(whole) && (!point || allDigits(fraction))
}

func allDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || '9' < c {
			return false
		}
	}
	return len(b) > 0
}

// word is a number or a word that a registry lists.
func (t *tokenizer) word(sp sip.Span) {
	switch b := t.m.Bytes(sp); {
	case isNumber(b):
		t.add(sp, NumberToken)
	case sip.IsToken(b):
		t.add(sp, WordToken)
	}
}

// words finds numbers and, last, a word of the kind.
func (t *tokenizer) words(sp sip.Span, kind TokenKind) {
	for w := range fieldsIn(t.m.Text, sp) {
		if isNumber(t.m.Bytes(w)) {
			t.add(w, NumberToken)
		} else {
			t.add(w, kind)
		}
	}
}

// nameAddr finds a display name and a URI (RFC 3261 section 25.1), or a number.
func (t *tokenizer) nameAddr(sp sip.Span) {
	b := t.m.Bytes(sp)
	if len(b) > 0 && b[0] == '"' {
		n := int32(quotedLen(b))
		t.add(sip.Span{Off: sp.Off, Len: n}, StringToken)
		sp = sip.Span{Off: sp.Off + n, Len: sp.Len - n}
		b = t.m.Bytes(sp)
	}
	if open := bytes.IndexByte(b, '<'); open >= 0 {
		rest := b[open+1:]
		n := bytes.IndexByte(rest, '>')
		if n < 0 {
			n = len(rest)
		}
		t.add(sip.Span{Off: sp.Off + int32(open) + 1, Len: int32(n)}, URIToken)
		return
	}
	switch {
	case isNumber(b):
		t.add(sp, NumberToken)
	case hasScheme(b):
		t.add(sp, URIToken)
	}
}

// hasScheme reports whether b begins with the scheme of a URI that telephones have.
func hasScheme(b []byte) bool {
	scheme, _, ok := bytes.Cut(b, []byte(":"))
	if !ok {
		return false
	}
	for _, s := range [...]string{"sip", "sips", "tel", "im", "pres", "urn", "http", "https"} {
		if sip.EqualFold(scheme, s) {
			return true
		}
	}
	return false
}

// quotedLen returns the length of the quoted string that b begins with, all of b if it never ends.
func quotedLen(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

// via finds the tokens of `SIP/2.0/UDP host:port;branch=...`.
func (t *tokenizer) via(element sip.Span) {
	t.withParams(element, func(sp sip.Span) {
		b := t.m.Bytes(sp)
		n := bytes.LastIndexByte(b, '/') + 1
		for n < len(b) && sip.IsToken(b[n:n+1]) {
			n++
		}
		if n == 0 || bytes.Count(b[:n], []byte("/")) != 2 {
			return
		}
		t.add(sip.Span{Off: sp.Off, Len: int32(n)}, VersionToken)
		t.hostPort(trim(t.m.Text, sip.Span{Off: sp.Off + int32(n), Len: sp.Len - int32(n)}))
	})
}

func (t *tokenizer) hostPort(sp sip.Span) {
	b := t.m.Bytes(sp)
	colon := bytes.LastIndexByte(b, ':')
	if colon < 0 || !isNumber(b[colon+1:]) || bytes.IndexByte(b[:colon], ':') >= 0 && b[colon-1] != ']' {
		t.add(sp, HostToken)
		return
	}
	t.add(trimRight(t.m.Text, sip.Span{Off: sp.Off, Len: int32(colon)}), HostToken)
	t.add(sip.Span{Off: sp.Off + int32(colon) + 1, Len: sp.Len - int32(colon) - 1}, NumberToken)
}

// auth finds the tokens of a challenge or of credentials (RFC 3261 section 25.1); the scheme may be left out.
func (t *tokenizer) auth(sp sip.Span) {
	first := true
	for p := range t.m.Params(sp, ',') {
		if first {
			first = false
			if words := slices.Collect(fieldsIn(t.m.Text, p.Name)); len(words) > 1 || len(words) == 1 && !p.HasValue {
				t.add(words[0], WordToken)
				if len(words) == 1 {
					continue
				}
				p.Name = words[len(words)-1]
			}
		}
		if t.needs(sip.Span{Off: p.Name.Off, Len: max(p.Name.End(), p.Value.End()) - p.Name.Off}) {
			t.parameter(p)
		}
	}
}

// fieldsIn calls yield for the words that blanks divide.
func fieldsIn(text []byte, sp sip.Span) func(yield func(sip.Span) bool) {
	return func(yield func(sip.Span) bool) {
		for i, end := sp.Off, sp.End(); i < end; {
			from := i
			for i < end && !isSpace(text[i]) {
				i++
			}
			if i > from && !yield(sip.Span{Off: from, Len: i - from}) {
				return
			}
			for i < end && isSpace(text[i]) {
				i++
			}
		}
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// isSDP reports whether the body of a message is a session description.
func isSDP(m *sip.Message) bool {
	if t := m.FirstToken(sip.HeaderContentType); t != nil {
		return sip.EqualFold(t, "application/sdp")
	}
	return bytes.HasPrefix(m.Bytes(m.Body), []byte("v=0"))
}

// sdp finds the tokens of a session description (RFC 8866).
func (t *tokenizer) sdp() {
	text, body := t.m.Text, t.m.Body
	at := max(body.Off, t.need.Off)
	for at > body.Off && text[at-1] != '\n' && text[at-1] != '\r' {
		at--
	}
	for at < body.End() && at < t.need.End() {
		line := firstLine(text, sip.Span{Off: at, Len: body.End() - at})
		if line.Len > 2 && text[at+1] == '=' {
			t.sdpLine(text[at], sip.Span{Off: at, Len: 1}, sip.Span{Off: at + 2, Len: line.Len - 2})
		}
		at = line.End() + 1
	}
}

func (t *tokenizer) sdpLine(letter byte, name, value sip.Span) {
	t.marks = append(t.marks, mark{name, Token{Kind: FieldToken, Known: knowledge.LookupSDPLine(string(letter)) != nil}})
	switch letter {
	case 'a':
		t.attribute(value)
	case 'm': // m=<media> <port>[/<number>] <proto> <fmt> ...
		n := 0
		for w := range fieldsIn(t.m.Text, value) {
			switch {
			case n == 0:
				t.add(w, MediaToken)
			case n == 2:
				t.add(w, VersionToken)
			case isNumber(t.m.Bytes(w)):
				t.add(w, NumberToken)
			}
			n++
		}
	case 'c', 'o': // ... IN IP4 <address>
		for w := range fieldsIn(t.m.Text, value) {
			switch b := t.m.Bytes(w); {
			case isNumber(b) && bytes.IndexByte(b, '.') < 0:
				t.add(w, NumberToken)
			case bytes.ContainsAny(b, ".:"):
				t.add(w, HostToken)
			}
		}
	case 's', 'i', 'u', 'e', 'p':
		// prose and addresses
	default:
		for w := range fieldsIn(t.m.Text, value) {
			if isNumber(t.m.Bytes(w)) {
				t.add(w, NumberToken)
			}
		}
	}
}

// attribute finds the tokens of an attribute, name[:value].
func (t *tokenizer) attribute(sp sip.Span) {
	b := t.m.Bytes(sp)
	name, _, hasValue := bytes.Cut(b, []byte(":"))
	known := knowledge.LookupSDPAttribute(string(name)) != nil
	if !sip.IsToken(name) {
		return
	}
	t.marks = append(t.marks, mark{sip.Span{Off: sp.Off, Len: int32(len(name))}, Token{Kind: AttributeToken, Known: known}})
	if !hasValue {
		return
	}
	encoding := string(name) == "rtpmap" // <payload type> <encoding name>/<clock rate>[/<channels>]
	for w := range fieldsIn(t.m.Text, sip.Span{Off: sp.Off + int32(len(name)) + 1, Len: sp.Len - int32(len(name)) - 1}) {
		switch b := t.m.Bytes(w); {
		case isNumber(b):
			t.add(w, NumberToken)
		case encoding:
			n := bytes.IndexByte(b, '/')
			if n < 0 {
				n = len(b)
			}
			t.add(sip.Span{Off: w.Off, Len: int32(n)}, MediaToken)
			if rate := b[min(n+1, len(b)):]; isNumber(rate) {
				t.add(sip.Span{Off: w.End() - int32(len(rate)), Len: int32(len(rate))}, NumberToken)
			}
		}
	}
}

// keywords cuts the [keywords] of a SIPp scenario out of the other tokens and makes tokens of them.
func (t *tokenizer) keywords() {
	// Lines are looked at as a whole, so that nothing depends on where the range begins and ends.
	text := t.m.Text
	at, end := t.need.Off, t.need.End()
	for at > 0 && text[at-1] != '\n' && text[at-1] != '\r' {
		at--
	}
	end += firstLine(text, sip.Span{Off: end, Len: int32(len(text)) - end}).Len

	var out []mark
	next := func() (sip.Span, bool) {
		for at < end {
			i := bytes.IndexByte(text[at:end], '[')
			if i < 0 {
				break
			}
			at += int32(i)
			if n := int32(keywordLen(text[at:end])); n > 0 {
				at += n
				return sip.Span{Off: at - n, Len: n}, true
			}
			at++
		}
		return sip.Span{}, false
	}
	var done int32 // no token begins before
	keyword, ok := next()
	take := func() {
		out = append(out, mark{keyword, Token{Kind: KeywordToken}})
		done = keyword.End()
		keyword, ok = next()
	}
	for _, k := range t.marks {
		for ok && keyword.Off < k.End() {
			if from := max(k.Off, done); from < keyword.Off {
				head := k
				head.Span = sip.Span{Off: from, Len: keyword.Off - from}
				out = append(out, head)
			}
			take()
		}
		if from := max(k.Off, done); from < k.End() {
			k.Span = sip.Span{Off: from, Len: k.End() - from}
			out = append(out, k)
		}
	}
	for ok {
		take()
	}
	t.marks = out
}

// keywordLen returns the length of the keyword that b, which begins with a bracket, begins with, 0 if
// it is none: [service], [$1], [len+4], [last_Via:], [field0 file="x.csv"]. An IPv6 reference is none.
func keywordLen(b []byte) int {
	i := 1
	for i < len(b) && (b[i] == '_' || b[i] == '$' || '0' <= b[i] && b[i] <= '9' || 'a' <= b[i]|0x20 && b[i]|0x20 <= 'z' || b[i] == '-') {
		i++
	}
	if i == 1 || i == len(b) || '0' <= b[1] && b[1] <= '9' || b[1] == '-' {
		return 0
	}
	switch b[i] {
	case ']':
		return i + 1
	case ':':
		if i+1 < len(b) && b[i+1] == ']' {
			return i + 2
		}
	case '+', ' ':
		shut := bytes.IndexAny(b[i:], "]\r\n")
		if shut > 0 && b[i+shut] == ']' {
			return i + shut + 1
		}
	}
	return 0
}
