package server

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"sipls/server/explain"
)

// pageScheme is the scheme of the URIs of pages: "sipls:/explain/407.md".
const pageScheme = "sipls"

// page is a text that the server can show. Its path tells what is on it.
type page struct {
	path string // "explain/407.md", "compare/401-407.md", "rule/NAME.md"
	doc  explain.Doc
}

func (p page) uri() string { return pageScheme + ":/" + p.path }

// textDocumentContent handles workspace/textDocumentContent (3.18).
func (s *session) textDocumentContent(_ context.Context, _ view, params []byte) (any, error) {
	var p wireDocument
	if err := decodeParams(params, &p); err != nil {
		return nil, err
	}
	address, err := p.uri()
	if err != nil {
		return nil, err
	}
	pg, err := pageAt(address)
	if err != nil {
		return nil, err
	}
	return &protocol.TextDocumentContentResult{Text: explain.Markdown(pg.doc)}, nil
}

var comparedCodes = regexp.MustCompile(`^(\d{3})-(\d{3})$`)

// pageAt returns the page that a URI names.
func pageAt(address string) (page, error) {
	path, ok := strings.CutPrefix(address, pageScheme+":")
	path = strings.TrimLeft(path, "/") // clients write one, two or three slashes
	kind, name, _ := strings.Cut(path, "/")
	name, isMarkdown := strings.CutSuffix(name, ".md")
	if ok && isMarkdown {
		switch kind {
		case "explain":
			if code, err := strconv.Atoi(name); err == nil {
				return statusPage(code)
			}
		case "compare":
			if m := comparedCodes.FindStringSubmatch(name); m != nil {
				a, _ := strconv.Atoi(m[1])
				b, _ := strconv.Atoi(m[2])
				return comparePage(a, b)
			}
		case "rule":
			return rulePage(name)
		}
	}
	return page{}, jsonrpc2.NewError(jsonrpc2.InvalidParams, fmt.Sprintf("sipls has no page at this address; they look like %s:/explain/407.md", pageScheme))
}
