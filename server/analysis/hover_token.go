package analysis

import (
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/explain"
	"sipls/server/sip"
)

// optionTag explains one tag of Supported, Require, Proxy-Require or Unsupported.
func (h *hovering) optionTag(f *sip.Header) (told, bool) {
	v, ok := h.value(f)
	if !ok || v.Len == 0 {
		return told{}, false
	}
	x := explain.Element{Title: "Option tag " + short(h.bytes(v))}
	if e := knowledge.LookupOptionTag(string(h.bytes(v))); e != nil {
		x = explain.ElementOf(e.Entry())
		x.Title = "Option tag " + e.Name
	} else {
		x.Meaning = "Not a tag of the standards: the receiver has to know what it means."
	}
	switch f.ID {
	case sip.HeaderSupported:
		x.Say("Supported: the sender can do it and demands nothing.")
	case sip.HeaderRequire:
		if h.msg.IsRequest() {
			x.Say("Required: a server that cannot do it answers 420.")
		} else {
			x.Say("Required: what the answer says works with this extension only.")
		}
	case sip.HeaderProxyRequire:
		x.Say("Required of every proxy on the path: one that cannot do it answers 420.")
	case sip.HeaderUnsupported:
		x.Say("Unsupported: the sender of this answer cannot do it.")
	}
	return tell(v, x)
}

// method explains one method of Allow.
func (h *hovering) method(f *sip.Header) (told, bool) {
	v, ok := h.value(f)
	if !ok {
		return told{}, false
	}
	return h.methodAt(v)
}

func (h *hovering) methodAt(v sip.Span) (told, bool) {
	e := knowledge.LookupMethod(string(h.bytes(v)))
	if e == nil {
		return told{}, false
	}
	return told{explain.EntryHover(e.Entry()), v}, true
}

// event explains an event package of Event or Allow-Events, or a parameter behind it.
func (h *hovering) event(f *sip.Header) (told, bool) {
	v, ok := h.value(f)
	if !ok {
		return told{}, false
	}
	w := h.msg.ReadWorded(v)
	if !w.Word.Contains(h.at) {
		return h.param(f, w.Params, nil)
	}
	name := string(h.bytes(w.Word))
	e := knowledge.LookupEventPackage(name)
	var template *knowledge.EventPackage
	if base, t, ok := strings.Cut(name, "."); ok && e == nil {
		e, template = knowledge.LookupEventPackage(base), knowledge.LookupEventPackage(t)
	}
	if e == nil {
		return told{}, false
	}
	x := explain.ElementOf(e.Entry())
	x.Title = "Event package " + e.Name
	if template != nil && template.Template {
		x.Title += "." + template.Name
		x.Fact(explain.Mono(template.Name), explain.Text(": "+template.Meaning))
	}
	return tell(w.Word, x)
}

// subscription explains the state of a subscription or a parameter behind it.
func (h *hovering) subscription(f *sip.Header) (told, bool) {
	w := h.msg.ReadWorded(f.Value)
	if w.Word.Contains(h.at) {
		return h.listedValue(f, w.Word)
	}
	return h.param(f, w.Params, func(x *explain.Element, name string, p sip.Param) {
		switch name {
		case "expires":
			h.lifetime(x, p.Value)
		case "retry-after":
			h.wait(x, p.Value)
		}
	})
}

func (h *hovering) privacy(f *sip.Header) (told, bool) {
	for g, v := range h.msg.PrivacyValues {
		if g != f || !v.Contains(h.at) {
			continue
		}
		if e := knowledge.LookupPrivacy(string(h.bytes(v))); e != nil {
			x := explain.ElementOf(e.Entry())
			x.Title = "Privacy: " + e.Name
			return tell(v, x)
		}
	}
	return told{}, false
}

// mediaType explains a type of Content-Type or Accept, or a parameter behind it.
func (h *hovering) mediaType(f *sip.Header) (told, bool) {
	v, ok := h.value(f)
	if !ok {
		return told{}, false
	}
	w := h.msg.ReadWorded(v)
	if !w.Word.Contains(h.at) {
		t, ok := h.param(f, w.Params, func(x *explain.Element, name string, p sip.Param) {
			switch name {
			case "q":
				x.Say(preference(string(h.bytes(p.Value))))
			case "boundary":
				x.Title, x.Meaning = "Boundary", "The line between the parts of the body, behind two hyphens; with two more behind it, the end."
				x.Cites = []knowledge.Cite{{Standard: "RFC 2046", Section: "5.1.1"}}
				if n := len(h.msg.ReadBody().Parts); f.ID == sip.HeaderContentType && f == h.msg.Header(f.ID) {
					x.Say(fmt.Sprintf("It separates %d parts here.", n))
				}
			case "charset":
				x.Title, x.Meaning = "Charset", "How the bytes of the text are read; UTF-8 where it is missing."
				x.Cites = []knowledge.Cite{{Standard: "RFC 3261", Section: "7.4.1"}}
			}
		})
		return t, ok
	}
	x := explain.Element{Title: short(h.bytes(w.Word))}
	for _, t := range mediaTypeTable {
		if h.is(w.Word, t.name) {
			x.Title, x.Meaning = t.name, t.meaning
		}
	}
	if x.Meaning == "" {
		return told{}, false
	}
	if f.ID == sip.HeaderAccept {
		x.Say("The sender understands bodies of this type.")
	}
	return tell(w.Word, x)
}

// short makes text of a message fit into a title.
func short(b []byte) string { return clipWord(string(b)) }
