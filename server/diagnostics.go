package server

import (
	"cmp"
	"context"
	"fmt"
	"hash/maphash"
	"slices"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"sipls/server/analysis"
	"sipls/server/check"
)

// diagnosticSource is what clients show beside a diagnostic.
const diagnosticSource = "sipls"

// diagnostic handles textDocument/diagnostic. The result id is made of a hash of the
// diagnostics, so the answer is short as long as an edit leaves them where they are.
func (s *session) diagnostic(ctx context.Context, docs view, params []byte) (any, error) {
	var p struct {
		TextDocument     wireDocument `json:"textDocument"`
		PreviousResultID *string      `json:"previousResultId"`
	}
	if err := decodeParams(params, &p); err != nil {
		return nil, err
	}
	uri, err := p.TextDocument.uri()
	if err != nil {
		return nil, err
	}
	items := []protocol.Diagnostic{}
	var opened uint64
	if r, ok := docs[uri]; ok {
		opened = r.opened
		if items, err = s.diagnostics(ctx, r); err != nil {
			return nil, err
		}
	}
	hash, err := hashDiagnostics(items)
	if err != nil {
		return nil, err
	}
	// Clients keep the name of a result when they close a document and open it
	// again, but not what it named, so the opening is part of it.
	id := fmt.Sprintf("%x-%x", opened, hash)
	if p.PreviousResultID != nil && *p.PreviousResultID == id {
		return &protocol.RelatedUnchangedDocumentDiagnosticReport{
			UnchangedDocumentDiagnosticReport: protocol.UnchangedDocumentDiagnosticReport{
				Kind:     string(protocol.DocumentDiagnosticReportKindUnchanged),
				ResultID: id,
			},
		}, nil
	}
	return &protocol.RelatedFullDocumentDiagnosticReport{
		FullDocumentDiagnosticReport: protocol.FullDocumentDiagnosticReport{
			Kind:     string(protocol.DocumentDiagnosticReportKindFull),
			ResultID: &id,
			Items:    items,
		},
	}, nil
}

// resultSeed differs from process to process, so that an id of another server never matches.
var resultSeed = maphash.MakeSeed()

func hashDiagnostics(items []protocol.Diagnostic) (uint64, error) {
	raw, err := protocol.Marshal(&protocol.FullDocumentDiagnosticReport{Items: items})
	if err != nil {
		return 0, err
	}
	return maphash.Bytes(resultSeed, raw), nil
}

// diagnostics returns what is to be shown for a revision under the settings in force.
func (s *session) diagnostics(ctx context.Context, r *revision) ([]protocol.Diagnostic, error) {
	s.config.wait(ctx)
	snap, err := s.snapshot(ctx, r)
	if err != nil {
		return nil, err
	}
	findings, err := snap.Findings(ctx)
	if err != nil {
		return nil, err
	}
	set := s.settings.Load()
	findings = shown(findings, set)
	if len(findings) > set.MaxDiagnostics {
		s.tellOnce(topicCapped(r.uri), messageInfo, fmt.Sprintf(
			"%s: %d findings, of which the gravest %d are shown. The setting sipls.maxDiagnostics is the limit.",
			r.uri, len(findings), set.MaxDiagnostics))
		findings = gravest(findings, set.MaxDiagnostics)
	}
	out := make([]protocol.Diagnostic, len(findings))
	for i := range findings {
		out[i] = s.protocolDiagnostic(snap, r.uri, &findings[i])
	}
	return out, nil
}

func topicCapped(uri string) string { return "capped " + uri }

// shown returns the findings that the settings do not hide, as grave as they want them, in the memory of the argument.
func shown(findings []check.Finding, set *inForce) []check.Finding {
	out := findings[:0]
	for _, f := range findings {
		if set.policy.Apply(&f) {
			out = append(out, f)
		}
	}
	return out
}

// gravest returns n of the findings in the order of the text: graver ones before others, earlier ones before later ones.
func gravest(findings []check.Finding, n int) []check.Finding {
	order := make([]int, len(findings))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(findings[a].Severity, findings[b].Severity) })
	order = order[:n]
	slices.Sort(order)
	out := make([]check.Finding, n)
	for i, k := range order {
		out[i] = findings[k]
	}
	return out
}

var protocolSeverity = [...]protocol.DiagnosticSeverity{
	check.Error:       protocol.DiagnosticSeverityError,
	check.Warning:     protocol.DiagnosticSeverityWarning,
	check.Information: protocol.DiagnosticSeverityInformation,
	check.Hint:        protocol.DiagnosticSeverityHint,
}

// protocolDiagnostic turns a finding into what a client shows.
func (s *session) protocolDiagnostic(snap *analysis.Snapshot, docURI string, f *check.Finding) protocol.Diagnostic {
	doc := snap.Document()
	from, to := snap.RefRange(f.At)
	d := protocol.Diagnostic{
		Range:    protocolRange(doc, from, to, s.caps.encoding),
		Severity: protocolSeverity[f.Severity],
		Code:     protocol.String(f.Rule.Name),
		Source:   protocol.NewOptional(diagnosticSource),
		Message:  protocol.String(f.Message()),
	}
	for _, c := range f.Cites {
		if href := c.URL(); href != "" {
			d.CodeDescription = protocol.CodeDescription{Href: uri.URI(href)}
			break
		}
	}
	if s.caps.relatedInformation {
		for _, r := range f.Related {
			from, to := snap.RefRange(r.At)
			d.RelatedInformation = append(d.RelatedInformation, protocol.DiagnosticRelatedInformation{
				Location: protocol.Location{URI: uri.URI(docURI), Range: protocolRange(doc, from, to, s.caps.encoding)},
				Message:  r.Text,
			})
		}
	}
	return d
}
