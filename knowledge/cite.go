package knowledge

import (
	"fmt"
	"strings"
)

// Cite names a place in a standard.
type Cite struct {
	Standard string // "RFC 3261", "ATIS-1000099"
	Section  string // "22.3"; empty for the whole document
}

// ParseCite reads the form of the tables: "RFC3261 22.3".
func ParseCite(s string) Cite {
	doc, section, _ := strings.Cut(strings.TrimSpace(s), " ")
	if n, ok := strings.CutPrefix(doc, "RFC"); ok {
		doc = "RFC " + n
	}
	return Cite{Standard: doc, Section: section}
}

// parseCites reads a list separated by semicolons.
func parseCites(s string) []Cite {
	var out []Cite
	for _, c := range strings.Split(s, ";") {
		if c = strings.TrimSpace(c); c != "" && c != "-" {
			out = append(out, ParseCite(c))
		}
	}
	return out
}

func (c Cite) String() string {
	if c.Section == "" {
		return c.Standard
	}
	return c.Standard + " section " + c.Section
}

// URL returns the address of the section at the RFC Editor, "" for other standards.
func (c Cite) URL() string {
	n, ok := strings.CutPrefix(c.Standard, "RFC ")
	if !ok {
		return ""
	}
	u := "https://www.rfc-editor.org/rfc/rfc" + n
	if c.Section != "" {
		u += fmt.Sprintf("#section-%s", c.Section)
	}
	return u
}
