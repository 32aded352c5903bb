package explain

import (
	"encoding/json"
	"slices"
)

// MarshalJSON writes blocks with their kind, so that programs can read the tree.
func (d Doc) MarshalJSON() ([]byte, error) {
	type inline struct {
		Text  string `json:"text"`
		Style string `json:"style,omitempty"`
		URL   string `json:"url,omitempty"`
	}
	type block struct {
		Kind  string     `json:"kind"`
		Level int        `json:"level,omitempty"`
		Text  []inline   `json:"text,omitempty"`
		Items [][]inline `json:"items,omitempty"`
		Lines []string   `json:"lines,omitempty"`
	}
	line := func(l Line) []inline {
		out := make([]inline, 0, len(l))
		for _, in := range l {
			out = append(out, inline{in.Text, [...]string{"", "strong", "code", "link"}[in.Style], in.URL})
		}
		return out
	}
	blocks := make([]block, 0, len(d.Blocks))
	for _, b := range d.Blocks {
		switch x := b.(type) {
		case Heading:
			blocks = append(blocks, block{Kind: "heading", Level: x.Level, Text: line(x.Text)})
		case Paragraph:
			blocks = append(blocks, block{Kind: "paragraph", Text: line(x.Text)})
		case List:
			out := block{Kind: "list"}
			if x.Numbered {
				out.Kind = "numbered"
			}
			for _, item := range x.Items {
				out.Items = append(out.Items, line(item))
			}
			blocks = append(blocks, out)
		case Verbatim:
			blocks = append(blocks, block{Kind: "verbatim", Lines: slices.Collect(x.lines)})
		}
	}
	return json.Marshal(blocks)
}
