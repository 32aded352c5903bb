//go:build acceptance

package knowledge

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every row of the shared tables is found here, whatever our own tables look like.
func TestEveryRowOfTheReferenceIsFound(t *testing.T) {
	shared := os.Getenv("SIPLS_SHARED")
	if shared == "" {
		shared = "../../shared"
	}
	for file, name := range map[string]func(c []string) []string{
		"header-fields.tsv":     func(c []string) []string { return prefixed("header:", c[0], " / ") },
		"header-parameters.tsv": func(c []string) []string { return []string{c[0] + ";" + c[1]} },
		"uri-parameters.tsv":    func(c []string) []string { return prefixed("uri:", c[0], " / ") },
		"methods.tsv":           func(c []string) []string { return prefixed("method:", c[0], " / ") },
		"option-tags.tsv":       func(c []string) []string { return prefixed("option:", c[0], " / ") },
		"event-packages.tsv":    func(c []string) []string { return prefixed("event:", c[0], " / ") },
		"warn-codes.tsv":        func(c []string) []string { return prefixed("Warning:", c[0], " / ") },
		"reason-protocols.tsv":  func(c []string) []string { return prefixed("reason:", c[0], " / ") },
		"privacy-values.tsv":    func(c []string) []string { return prefixed("privacy:", c[0], " / ") },
		"q850-causes.tsv":       func(c []string) []string { return prefixed("cause:", c[0], " / ") },
		"sip-to-q850.tsv":       func(c []string) []string { return prefixed("status:", c[0], " / ") },
		"status-codes.tsv":      func(c []string) []string { return prefixed("status:", c[0], " / ") },
		"timers.tsv":            func(c []string) []string { return prefixed("timer:", c[0], " / ") },
		"failures.tsv":          func(c []string) []string { return prefixed("failure:", c[1], " / ") },
		"dialog-effects.tsv":    func(c []string) []string { return prefixed("status:", c[0][:3], " / ") },
		"enumerated-values.tsv": func(c []string) []string {
			return prefixed("value:", valueTarget(c[0])+"="+strings.ReplaceAll(c[1], " / ", ", "), ", ")
		},
	} {
		t.Run(file, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(shared, "reference", file))
			if err != nil {
				t.Fatal(err)
			}
			rows := 0
			for i, cells := range tsv(string(text)) {
				if i == 0 {
					continue
				}
				rows++
				for _, key := range name(cells) {
					if strings.HasSuffix(key, "*") || key == "Warning:1xx" {
						continue // a group of names, no name
					}
					if len(Lookup(key)) == 0 {
						t.Errorf("row %q: Lookup(%q) finds nothing", cells[0], key)
					}
				}
			}
			if rows < 5 {
				t.Errorf("%d rows", rows)
			}
		})
	}
}

// prefixed splits cells that hold several names.
func prefixed(prefix, cell, sep string) []string {
	var out []string
	for name := range strings.SplitSeq(cell, sep) {
		out = append(out, prefix+strings.TrimPrefix(name, prefix))
	}
	return out
}

// valueTarget turns the words of the shared table into a header field and parameter.
func valueTarget(field string) string {
	switch field {
	case "Subscription-State value":
		return "Subscription-State"
	case "Security mechanism":
		return "Security-Client"
	case "Info Package":
		return "Info-Package"
	case "Reason location (Q.850)":
		return "Reason;location"
	case "Resource-Priority namespace":
		return "Resource-Priority;namespace"
	case "Feature capability":
		return "Feature-Caps;feature"
	}
	header, parameter, ok := strings.Cut(field, " ")
	if ok {
		return header + ";" + parameter
	}
	return field
}
