package server

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"sipls/server/scenario"
	"sipls/server/text"
)

// response returns a response as a message file, without what its status asks for.
func response(status int, method string) string {
	return fmt.Sprintf("SIP/2.0 %d %s\r\n", status, scenario.Reason(status)) + strings.Join([]string{
		"Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK7a3f;rport=5060",
		"From: \"Alice\" <sip:alice@example.com>;tag=1a2b",
		"To: <sip:bob@example.com>;tag=9f8e",
		"Call-ID: 4a5b6c7d@192.0.2.10",
		"CSeq: 101 " + method,
		"Content-Length: 0",
	}, "\r\n") + "\r\n\r\n"
}

func decode(t testing.TB, raw json.RawMessage, into any) {
	t.Helper()
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
}

// diagnostic is what tests look at.
type diagnostic struct {
	Range           lspRange
	Severity        int
	Code            string
	CodeDescription struct{ Href string }
	Source          string
	Message         string
}

type report struct {
	Kind     string
	ResultID string
	Items    []diagnostic
}

// pull asks for the diagnostics of a document.
func (e *editor) pull(uri, previous string) report {
	e.t.Helper()
	params := map[string]any{"textDocument": identifier(uri)}
	if previous != "" {
		params["previousResultId"] = previous
	}
	var r report
	decode(e.t, e.mustRequest("textDocument/diagnostic", params), &r)
	return r
}

type action struct {
	Title       string
	Kind        *string
	IsPreferred bool
	Diagnostics []diagnostic
	Edit        struct {
		Changes         map[string][]edit
		DocumentChanges []struct {
			TextDocument struct {
				URI     string
				Version *int
			}
			Edits []edit
		}
	}
	Data    json.RawMessage
	Command json.RawMessage // an object in a code action, a string where the action is a command itself
}

type edit struct {
	Range   lspRange
	NewText string
	Snippet *struct{ Kind, Value string }
}

// codeActions asks for code actions and sends no diagnostics along.
func (e *editor) codeActions(uri string, r lspRange, only []string) (out []action) {
	e.t.Helper()
	context := map[string]any{"diagnostics": []any{}}
	if only != nil {
		context["only"] = only
	}
	decode(e.t, e.mustRequest("textDocument/codeAction", map[string]any{"textDocument": identifier(uri), "range": r, "context": context}), &out)
	return out
}

func titles(actions []action) (out []string) {
	for _, a := range actions {
		out = append(out, a.Title)
	}
	return out
}

// longLineDocument returns a document whose first line is longer than anybody looks at, and "last".
func longLineDocument() (*text.Document, text.Encoding) {
	return text.New([]byte(strings.Repeat("x", 3*maxSelection) + "\nlast")), text.UTF16
}
