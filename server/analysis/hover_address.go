package analysis

import (
	"fmt"
	"strconv"
	"strings"

	"sipls/knowledge"
	"sipls/server/explain"
	"sipls/server/sip"
)

// address explains what stands in a header field of addresses: display name, URI, parameters.
func (h *hovering) address(f *sip.Header) (told, bool) {
	v, ok := h.value(f)
	if !ok {
		return told{}, false
	}
	a := h.msg.ReadAddress(v)
	switch {
	case a.Star:
		x := explain.Element{Title: "Contact: *", Meaning: "All addresses of the user. With Expires: 0 in REGISTER it removes all of them; it has no other use."}
		x.Cites = []knowledge.Cite{{Standard: "RFC 3261", Section: "10.2.2"}}
		return tell(v, x)
	case a.URI.Len > 0 && (a.URI.Contains(h.at) || a.Angle && h.at == a.URI.Off-1):
		t, ok := h.uri(a.URI, h.role(f, v, a.URI))
		if h.at < a.URI.Off {
			t.at = sip.Span{Off: h.at, Len: min(a.URI.End()+1, v.End()) - h.at}
		}
		return t, ok
	case a.Display.Len > 0 && a.Display.Contains(h.at):
		x := explain.Element{Title: "Display name", Meaning: "Shown to people. The sender writes what it likes; nothing is routed by it."}
		x.Cites = []knowledge.Cite{{Standard: "RFC 3261", Section: "20.10"}}
		return tell(a.Display, x)
	}
	return h.addressParam(f, a)
}

// role says what the URI in a header field is for, where the field's name does not.
func (h *hovering) role(f *sip.Header, v, uri sip.Span) string {
	switch f.ID {
	case sip.HeaderRoute, sip.HeaderRecordRoute, sip.HeaderPath, sip.HeaderServiceRoute:
		words := ""
		if f.ID == sip.HeaderRoute && f == h.msg.Header(f.ID) && v.Off == f.Value.Off {
			words = "The next hop."
		}
		if u, err := h.msg.URI(uri); err == nil {
			if _, ok := h.msg.FindParam(u.Params, ';', "lr"); !ok {
				words += " Without lr it is a strict router, as RFC 2543 had them."
			}
		}
		return strings.TrimSpace(words)
	case sip.HeaderContact:
		switch {
		case h.msg.Start.Status/100 == 3:
			return "Try here instead."
		case string(h.msg.Method()) == "REGISTER":
			return "Calls for the user go here."
		case string(h.msg.Method()) == "INVITE" || string(h.msg.Method()) == "SUBSCRIBE":
			return "Requests inside the dialog go here."
		}
	}
	return ""
}

func (h *hovering) addressParam(f *sip.Header, a sip.Address) (told, bool) {
	t, ok := h.param(f, a.Params, func(x *explain.Element, name string, p sip.Param) {
		switch {
		case name == "tag":
			h.tagFacts(x, f)
		case f.ID == sip.HeaderContact && name == "expires":
			if h.msg.Start.Status/100 != 3 && string(h.msg.Method()) != "REGISTER" {
				x.Say("It says nothing here: it counts in registrations and redirections only.")
				break
			}
			h.lifetime(x, p.Value)
		case name == "q":
			x.Say(preference(string(h.bytes(p.Value))))
		case f.ID == sip.HeaderContact && x.Meaning == "":
			h.featureTag(x, name)
		}
	})
	if ok || a.Angle {
		return t, ok
	}
	// Without angle brackets a parameter of the URI belongs to the header field (RFC 3261 section 20).
	for p := range h.msg.Params(a.Params, ';') {
		at := paramSpan(p)
		if p.Name.Len == 0 || !at.Contains(h.at) {
			continue
		}
		if x, ok := h.uriParam(p); ok {
			x.Say("The URI has no angle brackets, so this belongs to the header field and not to the URI.")
			return tell(at, x)
		}
	}
	return told{}, false
}

func (h *hovering) tagFacts(x *explain.Element, f *sip.Header) {
	switch {
	case f.ID == sip.HeaderFrom:
	case h.msg.IsRequest():
		x.Say("A tag in To: the request belongs to a dialog.")
	default:
		x.Say("Chosen by whoever answers. Answers with different tags come from different branches of a forked request.")
	}
	if n := len(h.call()); n > 1 {
		x.Say(fmt.Sprintf("%d messages of this call stand in the text.", n))
	}
}

func preference(q string) string {
	if _, err := strconv.ParseFloat(q, 64); err != nil {
		return ""
	}
	return "The greater one comes first."
}

// featureTags are the media feature tags without a plus sign (RFC 3840 section 10).
var featureTags = map[string]struct{ meaning, section string }{
	"audio":       {"It can do audio.", "10.1"},
	"application": {"It can do media of type application.", "10.2"},
	"data":        {"It can do media of type data.", "10.3"},
	"control":     {"It can do media of type control.", "10.4"},
	"video":       {"It can do video.", "10.5"},
	"text":        {"It can do text.", "10.6"},
	"automata":    {"A machine answers, such as voice mail.", "10.7"},
	"class":       {"Whether it is used for business or at home.", "10.8"},
	"duplex":      {"Whether it sends and receives at the same time.", "10.9"},
	"mobility":    {"Whether it is fixed or mobile.", "10.10"},
	"description": {"What it is, in words for people.", "10.11"},
	"events":      {"Event packages that it understands.", "10.12"},
	"priority":    {"Priorities of calls that it takes.", "10.13"},
	"methods":     {"Methods that it understands.", "10.14"},
	"extensions":  {"Option tags that it understands.", "10.15"},
	"schemes":     {"URI schemes that it understands.", "10.16"},
	"actor":       {"Who answers: the user, an attendant, a message taker or an information service.", "10.17"},
	"isfocus":     {"It is the focus of a conference: whoever calls it joins.", "10.18"},
}

// featureTag explains a parameter of Contact that says what the user agent can do.
func (h *hovering) featureTag(x *explain.Element, name string) {
	if t, ok := featureTags[name]; ok {
		x.Title, x.Meaning = "Feature tag "+name, t.meaning
		x.Cites = []knowledge.Cite{{Standard: "RFC 3840", Section: t.section}}
		return
	}
	if strings.HasPrefix(name, "+") {
		x.Title, x.Meaning = "Feature tag "+name, "A capability of this user agent, by which callers may choose among several."
		x.Cites = []knowledge.Cite{{Standard: "RFC 3840", Section: "9"}}
	}
}
