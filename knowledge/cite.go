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

// ParseCite reads the form of the tables: "RFC3261 22.3". Other standards are
// cited whole: "3GPP TS 24.229", and so are RFCs with a blank before the number.
func ParseCite(s string) Cite {
	s = strings.TrimSpace(s)
	doc, section, _ := strings.Cut(s, " ")
	if n, ok := strings.CutPrefix(doc, "RFC"); ok && n != "" {
		return Cite{Standard: "RFC " + n, Section: section}
	}
	return Cite{Standard: s}
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

// RFCEditor is where the texts of RFCs stand.
const RFCEditor = "https://www.rfc-editor.org/rfc/rfc"

// URL returns the address of the section at the RFC Editor, "" for other standards.
func (c Cite) URL() string {
	n, ok := strings.CutPrefix(c.Standard, "RFC ")
	if !ok {
		return ""
	}
	u := RFCEditor + n
	if c.Section != "" {
		u += fmt.Sprintf("#section-%s", c.Section)
	}
	return u
}
