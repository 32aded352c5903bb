package analysis

import (
	"strings"

	"sipls/knowledge"
	"sipls/server/explain"
	"sipls/server/sip"
)

// paramFacts adds what a parameter says in this message. name is in lower case.
type paramFacts func(x *explain.Element, name string, p sip.Param)

// param explains the parameter of a header field that stands at the place; params are separated by semicolons.
func (h *hovering) param(f *sip.Header, params sip.Span, facts paramFacts) (told, bool) {
	for p := range h.msg.Params(params, ';') {
		if at := paramSpan(p); p.Name.Len > 0 && at.Contains(h.at) {
			return h.paramElement(f, p, at, facts)
		}
	}
	return told{}, false
}

func paramSpan(p sip.Param) sip.Span {
	return sip.Span{Off: p.Name.Off, Len: max(p.Name.End(), p.Value.End()) - p.Name.Off}
}

func (h *hovering) paramElement(f *sip.Header, p sip.Param, at sip.Span, facts paramFacts) (told, bool) {
	field, name := string(h.bytes(f.Name)), strings.ToLower(string(h.bytes(p.Name)))
	var x explain.Element
	if e := knowledge.LookupHeaderParameter(field, name); e != nil {
		x = explain.ElementOf(e.Entry())
	}
	value := string(sip.Unquote(h.bytes(p.Value)))
	if e := knowledge.LookupValue(field, name, value); e != nil {
		x.Fact(explain.Mono(e.Value), explain.Text(": "+e.Meaning))
	}
	if facts != nil {
		facts(&x, name, p)
	}
	if x.Title == "" {
		if len(x.Facts) == 0 && x.Meaning == "" {
			return told{}, false
		}
		x.Title = name
	}
	return tell(at, x)
}
