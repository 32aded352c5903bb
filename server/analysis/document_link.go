package analysis

import (
	"context"

	"sipls/knowledge"
)

// Link is a piece of the text that a section of an RFC defines.
type Link struct {
	Extent
	Cite knowledge.Cite // has an address
}

// DocumentLinks returns the first limit links of the text: the codes of status
// lines. The names of header fields are none, since editors underline what is a link, and
// the start of nearly every line would be underlined; their hovers lead to the
// section. It returns the error of ctx when that ends first.
func (s *Snapshot) DocumentLinks(ctx context.Context, limit int) ([]Link, error) {
	var out []Link
	for m := range s.All {
		if m.ID.Seq%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if len(out) == limit {
			break
		}
		if m.IsRequest() || m.Start.Status == 0 {
			continue
		}
		if c := definition(m.Start.Status); c.Standard != "" {
			out = append(out, Link{s.rangeOf(m, m.Start.Code), c})
		}
	}
	return out, nil
}

// definition returns the section that defines a response code; the zero value when no RFC does.
func definition(code int) knowledge.Cite {
	if st := knowledge.LookupStatus(code); st != nil {
		for _, c := range st.Cites() {
			if c.URL() != "" {
				return c
			}
		}
	}
	return knowledge.Cite{}
}
