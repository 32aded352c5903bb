package server

import (
	"encoding/json"
	"errors"
	"fmt"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"sipls/server/text"
)

// Parameters that name a document are decoded into types of our own: the
// protocol package rewrites URIs while it decodes them and fails on those that it
// cannot parse. A client finds its documents again only under its own spelling.

type wireDocument struct {
	URI *string `json:"uri"`
}

type wirePosition struct {
	Line      int64 `json:"line"`
	Character int64 `json:"character"`
}

type wireRange struct {
	Start wirePosition `json:"start"`
	End   wirePosition `json:"end"`
}

var errNoURI = errors.New("no URI of a document")

// uri returns the client's spelling.
func (d *wireDocument) uri() (string, error) {
	if d.URI == nil {
		return "", invalidParams(errNoURI)
	}
	return *d.URI, nil
}

// decodeParams decodes the parameters of a request.
func decodeParams(raw []byte, into any) error {
	if len(raw) == 0 {
		return jsonrpc2.NewError(jsonrpc2.InvalidParams, "parameters are missing")
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return invalidParams(err)
	}
	return nil
}

func invalidParams(err error) error {
	// Only what kind of mistake it is goes into the answer, and with it perhaps into
	// the client's log: the parameters may hold the user's text.
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		err = fmt.Errorf("parameter %s has the wrong type", wrong.Field)
	}
	return jsonrpc2.Errorf(jsonrpc2.InvalidParams, "%v", err)
}

// maxUnit is the highest line or character that can be asked for; documents are smaller.
const maxUnit = 1<<31 - 1

func (p wirePosition) position() text.Position {
	return text.Position{
		Line:      int(min(max(p.Line, 0), maxUnit)),
		Character: int(min(max(p.Character, 0), maxUnit)),
	}
}

// offsets returns where a range of the client begins and ends in the document.
func (r wireRange) offsets(doc *text.Document, enc text.Encoding) (from, to text.Offset) {
	return doc.Offset(r.Start.position(), enc), doc.Offset(r.End.position(), enc)
}

// protocolRange returns [from, to) as the client counts.
func protocolRange(doc *text.Document, from, to text.Offset, enc text.Encoding) protocol.Range {
	return protocol.Range{Start: protocolPosition(doc, from, enc), End: protocolPosition(doc, to, enc)}
}

func protocolPosition(doc *text.Document, off text.Offset, enc text.Encoding) protocol.Position {
	p := doc.Position(off, enc)
	return protocol.Position{Line: uint32(p.Line), Character: uint32(p.Character)}
}

// toResolve returns the members of what a client wants to be completed, and the data that it was sent with; nil when there
// is nothing to add.
func toResolve(params []byte) (members map[string]json.RawMessage, data json.RawMessage, err error) {
	if err := decodeParams(params, &members); err != nil {
		return nil, nil, err
	}
	if data = members["data"]; isNull(data) {
		data = nil
	}
	return members, data, nil
}
