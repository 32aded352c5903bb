package server

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"sync"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"sipls/server/analysis"
	"sipls/server/text"
)

// maxTokenText is how many bytes of a text get tokens at one request. A range is what an editor
// shows, so it is less; the tokens of a whole text of this size are about 2 MB on the wire.
//
// A request for all tokens of a greater text is turned down if the client asks for ranges as well: any
// other answer, null too, ends the requests for ranges in VS Code, and most of the log would stay
// without colours. A client that cannot ask for ranges gets the tokens of the beginning.
const maxTokenText = 2 << 20

// tokenStyle says how a kind of token is called in LSP. The types are standard ones, so that
// every theme has colours for them. The modifiers for the classes of responses are ours: a client
// that does not know them shows all codes alike, one that does can tell them apart,
// as in `enumMember.success`. Types of our own would stay without any colour in most clients.
type tokenStyle struct {
	kind  protocol.SemanticTokenTypes
	known protocol.SemanticTokenTypes // the same where it is known to a standard, "" if that makes no difference
	mods  uint32
}

var tokenStyles = [...]tokenStyle{
	analysis.MethodToken:     {kind: protocol.SemanticTokenTypesMethod},
	analysis.VersionToken:    {kind: protocol.SemanticTokenTypesKeyword},
	analysis.StatusToken:     {kind: protocol.SemanticTokenTypesEnumMember},
	analysis.ReasonToken:     {kind: protocol.SemanticTokenTypesString},
	analysis.FieldToken:      {kind: protocol.SemanticTokenTypesProperty, known: protocol.SemanticTokenTypesKeyword},
	analysis.URIToken:        {kind: protocol.SemanticTokenTypesNamespace},
	analysis.HostToken:       {kind: protocol.SemanticTokenTypesNamespace},
	analysis.IdentifierToken: {kind: protocol.SemanticTokenTypesVariable, mods: readonlyModifier},
	analysis.ParameterToken:  {kind: protocol.SemanticTokenTypesParameter},
	analysis.NumberToken:     {kind: protocol.SemanticTokenTypesNumber},
	analysis.StringToken:     {kind: protocol.SemanticTokenTypesString},
	analysis.WordToken:       {kind: protocol.SemanticTokenTypesEnumMember},
	analysis.MediaToken:      {kind: protocol.SemanticTokenTypesType},
	analysis.AttributeToken:  {kind: protocol.SemanticTokenTypesProperty, known: protocol.SemanticTokenTypesDecorator},
	analysis.KeywordToken:    {kind: protocol.SemanticTokenTypesMacro},
}

var tokenTypes = []protocol.SemanticTokenTypes{
	protocol.SemanticTokenTypesMethod,
	protocol.SemanticTokenTypesKeyword,
	protocol.SemanticTokenTypesEnumMember,
	protocol.SemanticTokenTypesString,
	protocol.SemanticTokenTypesProperty,
	protocol.SemanticTokenTypesNamespace,
	protocol.SemanticTokenTypesVariable,
	protocol.SemanticTokenTypesParameter,
	protocol.SemanticTokenTypesNumber,
	protocol.SemanticTokenTypesType,
	protocol.SemanticTokenTypesDecorator,
	protocol.SemanticTokenTypesMacro,
}

// Bits in the order of tokenModifiers.
const (
	readonlyModifier uint32 = 1 << iota
	deprecatedModifier
	firstClassModifier // of the response classes 1xx to 6xx
)

var tokenModifiers = []string{
	string(protocol.SemanticTokenModifiersReadonly),
	string(protocol.SemanticTokenModifiersDeprecated),
	"provisional", "success", "redirection", "clientError", "serverError", "globalFailure",
}

// tokenIndexes are the places of the types in the legend, by kind: unknown and known.
var tokenIndexes = func() (out [len(tokenStyles)][2]uint32) {
	index := map[protocol.SemanticTokenTypes]uint32{}
	for i, t := range tokenTypes {
		index[t] = uint32(i)
	}
	for kind, style := range tokenStyles {
		out[kind][0], out[kind][1] = index[style.kind], index[style.kind]
		if style.known != "" {
			out[kind][1] = index[style.known]
		}
	}
	return out
}()

func tokenLegend() protocol.SemanticTokensLegend {
	legend := protocol.SemanticTokensLegend{TokenModifiers: tokenModifiers}
	for _, t := range tokenTypes {
		legend.TokenTypes = append(legend.TokenTypes, string(t))
	}
	return legend
}

// semanticTokensOptions returns what the client is offered, nil for nothing.
func (c *clientCapabilities) semanticTokensOptions() *protocol.SemanticTokensOptions {
	if !c.tokensRange && !c.tokensFull {
		return nil
	}
	out := &protocol.SemanticTokensOptions{Legend: tokenLegend()}
	if c.tokensRange {
		out.Range = protocol.Boolean(true)
	}
	if c.tokensFull {
		out.Full = protocol.Boolean(true)
	}
	if c.tokensDelta {
		out.Full = &protocol.SemanticTokensFullDelta{Delta: &c.tokensDelta}
	}
	return out
}

// semanticTokensRange handles textDocument/semanticTokens/range.
func (s *session) semanticTokensRange(ctx context.Context, docs view, params []byte) (any, error) {
	var p struct {
		TextDocument wireDocument `json:"textDocument"`
		Range        wireRange    `json:"range"`
	}
	if err := decodeParams(params, &p); err != nil {
		return nil, err
	}
	_, snap, err := s.asked(ctx, docs, p.TextDocument)
	if snap == nil {
		return nil, err
	}
	from, to := p.Range.offsets(snap.Document(), s.caps.encoding)
	data, err := s.tokens(ctx, snap, from, min(to, from+maxTokenText))
	if err != nil {
		return nil, err
	}
	return &protocol.SemanticTokens{Data: data}, nil
}

// semanticTokensFull handles textDocument/semanticTokens/full.
func (s *session) semanticTokensFull(ctx context.Context, docs view, params []byte) (any, error) {
	id, data, _, err := s.allTokens(ctx, docs, params)
	if id == "" {
		return nil, err
	}
	return &protocol.SemanticTokens{ResultID: &id, Data: data}, nil
}

// semanticTokensDelta handles textDocument/semanticTokens/full/delta.
func (s *session) semanticTokensDelta(ctx context.Context, docs view, params []byte) (any, error) {
	id, data, before, err := s.allTokens(ctx, docs, params)
	switch {
	case id == "":
		return nil, err
	case before == nil:
		return &protocol.SemanticTokens{ResultID: &id, Data: data}, nil
	}
	return &protocol.SemanticTokensDelta{ResultID: &id, Edits: diffTokens(before.data, data)}, nil
}

var errTooManyTokens = jsonrpc2.NewError(codeServerCancelled, "the text is too long to colour all of it; sipls colours ranges of it")

// allTokens works out the tokens of a whole document. The id is empty when there is
// no answer but null, or the error; before is what the client says it has, nil if we do not know it.
func (s *session) allTokens(ctx context.Context, docs view, params []byte) (id string, data []uint32, before *tokenResult, err error) {
	var p struct {
		TextDocument     wireDocument `json:"textDocument"`
		PreviousResultID string       `json:"previousResultId"`
	}
	if err := decodeParams(params, &p); err != nil {
		return "", nil, nil, err
	}
	r, snap, err := s.asked(ctx, docs, p.TextDocument)
	if snap == nil {
		return "", nil, nil, err
	}
	if snap.Document().Len() > maxTokenText && s.caps.tokensRange {
		if s.caps.tokensServerCancel {
			return "", nil, nil, errTooManyTokens
		}
		return "", nil, nil, nil
	}
	if data, err = s.tokens(ctx, snap, 0, maxTokenText); err != nil {
		return "", nil, nil, err
	}
	id = tokenResultID(r.opened, data)
	before = s.lastTokens.replace(s, r, &tokenResult{id, data})
	if before != nil && before.id != p.PreviousResultID {
		before = nil
	}
	return id, data, before, nil
}

// tokens returns the tokens that have a byte in [from, to), in the form of LSP: five numbers each,
// places counted from the token before.
func (s *session) tokens(ctx context.Context, snap *analysis.Snapshot, from, to text.Offset) ([]uint32, error) {
	at := ascending{doc: snap.Document(), enc: s.caps.encoding}
	data := []uint32{}
	var last, end protocol.Position
	err := snap.SemanticTokens(ctx, from, to, func(t analysis.Token) {
		r := at.span(t.Extent)
		if r.Start.Line != r.End.Line || r.Start.Character >= r.End.Character || isBefore(r.Start, end) {
			return // bytes of one character that belong to two tokens
		}
		end = r.End
		known := 0
		if t.Known {
			known = 1
		}
		mods := tokenStyles[t.Kind].mods
		if t.Deprecated {
			mods |= deprecatedModifier
		}
		if class := t.Status / 100; 1 <= class && class <= 6 {
			mods |= firstClassModifier << (class - 1)
		}
		line, char := r.Start.Line-last.Line, r.Start.Character
		if line == 0 {
			char -= last.Character
		}
		last = r.Start
		data = append(data, line, char, r.End.Character-r.Start.Character, tokenIndexes[t.Kind][known], mods)
	})
	return data, err
}

func isBefore(a, b protocol.Position) bool {
	return a.Line < b.Line || a.Line == b.Line && a.Character < b.Character
}

// diffTokens returns what makes b of a: nothing, or one replacement of whole tokens.
func diffTokens(a, b []uint32) []protocol.SemanticTokensEdit {
	const size = 5
	same := func(i, j int) bool { return [size]uint32(a[i:i+size]) == [size]uint32(b[j:j+size]) }
	start := 0
	for start < min(len(a), len(b)) && same(start, start) {
		start += size
	}
	endA, endB := len(a), len(b)
	for endA > start && endB > start && same(endA-size, endB-size) {
		endA -= size
		endB -= size
	}
	if start == endA && start == endB {
		return []protocol.SemanticTokensEdit{}
	}
	return []protocol.SemanticTokensEdit{{Start: uint32(start), DeleteCount: uint32(endA - start), Data: b[start:endB]}}
}

// tokenResults keeps what the client was told last about each open document.
type tokenResults struct {
	mu  sync.Mutex
	doc map[string]*tokenResult
}

type tokenResult struct {
	id   string
	data []uint32
}

// tokenResultID names a result by what it says, so that a client that keeps the name over a restart of the
// server or over closing a document never gets the difference to something else.
func tokenResultID(opened uint64, data []uint32) string {
	var h maphash.Hash
	h.SetSeed(resultSeed)
	_ = binary.Write(&h, binary.NativeEndian, data) // a hash does not fail
	return fmt.Sprintf("%x-%x", opened, h.Sum64())
}

// replace keeps the result for a revision and returns what was kept before, nil if there was nothing.
func (t *tokenResults) replace(s *session, r *revision, next *tokenResult) *tokenResult {
	t.mu.Lock()
	defer t.mu.Unlock()
	before := t.doc[r.uri]
	if now, open := s.docs.view()[r.uri]; !open || now.opened != r.opened {
		return before // closed in the meantime: nobody would take it away
	}
	if t.doc == nil {
		t.doc = map[string]*tokenResult{}
	}
	t.doc[r.uri] = next
	return before
}

// forget drops what is kept for a document that was closed.
func (t *tokenResults) forget(uri string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.doc, uri)
}
