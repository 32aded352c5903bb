package analysis

import (
	"context"

	"sipls/knowledge"
	"sipls/server/sip"
)

// Link is a piece of the text that a section of an RFC defines.
type Link struct {
	Extent
	Cite knowledge.Cite // has an address
}

// DocumentLinks returns the first limit links of the text: the codes of status lines and, in a
// text that may be edited, the names of header fields. In a log these would
// make a link of the start of nearly every line. It returns the error of ctx when that ends first.
func (s *Snapshot) DocumentLinks(ctx context.Context, limit int) ([]Link, error) {
	var out []Link
	defined := definitions{}
	add := func(m Message, sp sip.Span, c knowledge.Cite) {
		if sp.Len > 0 && c.Standard != "" && len(out) < limit {
			out = append(out, Link{s.rangeOf(m, sp), c})
		}
	}
	fields := s.Editable()
	for m := range s.All {
		if m.ID.Seq%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if m.Start.Status != 0 {
			add(m, m.Start.Code, defined.status(m.Start.Status))
		}
		if fields {
			for i := range m.Headers {
				add(m, m.Headers[i].Name, defined.field(m.Bytes(m.Headers[i].Name)))
			}
		}
		if len(out) == limit {
			break
		}
	}
	return out, nil
}

// definitions remembers where header fields are defined, by their names as written.
type definitions map[string]knowledge.Cite

// status returns the section that defines a response code; the zero value when no RFC does.
func (d definitions) status(code int) knowledge.Cite {
	if st := knowledge.LookupStatus(code); st != nil {
		return firstRFC(st.Cites())
	}
	return knowledge.Cite{}
}

// field returns the section that defines a header field.
func (d definitions) field(name []byte) knowledge.Cite {
	c, ok := d[string(name)]
	if !ok {
		// What is in the table under another name, X-*, is not defined anywhere.
		if h := knowledge.LookupHeaderField(string(name)); h != nil && (sip.EqualFold(name, h.Name) || sip.EqualFold(name, h.Compact)) {
			c = firstRFC(h.Cites)
		}
		d[string(name)] = c
	}
	return c
}

func firstRFC(cites []knowledge.Cite) knowledge.Cite {
	for _, c := range cites {
		if c.URL() != "" {
			return c
		}
	}
	return knowledge.Cite{}
}
