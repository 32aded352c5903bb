package analysis

import (
	"bytes"
	"strings"

	"sipls/knowledge"
	"sipls/server/explain"
	"sipls/server/sip"
)

// valueHover explains what of the value of a header field stands at the place that is asked about.
type valueHover func(h *hovering, f *sip.Header) (told, bool)

// valueHoverOf returns the explanation for a header field; nil for fields that are a word with parameters, or text.
func valueHoverOf(id sip.HeaderID) valueHover {
	switch id {
	case sip.HeaderFrom, sip.HeaderTo, sip.HeaderContact, sip.HeaderRoute, sip.HeaderRecordRoute, sip.HeaderPath, sip.HeaderServiceRoute,
		sip.HeaderReferTo, sip.HeaderReferredBy, sip.HeaderReplyTo, sip.HeaderPAssertedIdentity, sip.HeaderPPreferredIdentity,
		sip.HeaderDiversion, sip.HeaderHistoryInfo, sip.HeaderRemotePartyID, sip.HeaderCallInfo, sip.HeaderAlertInfo, sip.HeaderErrorInfo,
		sip.HeaderPAssociatedURI, sip.HeaderPCalledPartyID, sip.HeaderPServedUser, sip.HeaderGeolocation, sip.HeaderPChargeInfo:
		return (*hovering).address
	case sip.HeaderVia:
		return (*hovering).via
	case sip.HeaderWWWAuthenticate, sip.HeaderProxyAuthenticate, sip.HeaderAuthorization, sip.HeaderProxyAuthorization, sip.HeaderAuthenticationInfo:
		return (*hovering).auth
	case sip.HeaderIdentity:
		return (*hovering).identity
	case sip.HeaderSupported, sip.HeaderRequire, sip.HeaderProxyRequire, sip.HeaderUnsupported:
		return (*hovering).optionTag
	case sip.HeaderAllow:
		return (*hovering).method
	case sip.HeaderEvent, sip.HeaderAllowEvents:
		return (*hovering).event
	case sip.HeaderSubscriptionState:
		return (*hovering).subscription
	case sip.HeaderPrivacy:
		return (*hovering).privacy
	case sip.HeaderReason:
		return (*hovering).reason
	case sip.HeaderWarning:
		return (*hovering).warning
	case sip.HeaderContentType, sip.HeaderAccept:
		return (*hovering).mediaType
	case sip.HeaderContentLength:
		return (*hovering).contentLength
	case sip.HeaderCSeq:
		return (*hovering).cseq
	case sip.HeaderCallID, sip.HeaderInReplyTo:
		return (*hovering).callID
	case sip.HeaderRAck:
		return (*hovering).rack
	case sip.HeaderRSeq:
		return (*hovering).rseq
	case sip.HeaderReplaces, sip.HeaderJoin, sip.HeaderTargetDialog:
		return (*hovering).dialogReference
	case sip.HeaderSessionID:
		return (*hovering).sessionID
	case sip.HeaderSessionExpires, sip.HeaderMinSE:
		return (*hovering).sessionInterval
	case sip.HeaderExpires, sip.HeaderMinExpires, sip.HeaderFlowTimer:
		return (*hovering).expires
	case sip.HeaderRetryAfter:
		return (*hovering).retryAfter
	case sip.HeaderDate:
		return (*hovering).date
	case sip.HeaderTimestamp:
		return (*hovering).timestamp
	case sip.HeaderMaxForwards:
		return (*hovering).maxForwards
	}
	return nil
}

// fields explains the header field at the place: its name, or a part of its value.
func (h *hovering) fields() (told, bool) {
	for i := range h.msg.Headers {
		f := &h.msg.Headers[i]
		switch {
		case h.at < f.Line.Off:
			return told{}, false
		case f.Name.Len > 0 && f.Name.Contains(h.at):
			if e := knowledge.LookupHeaderField(string(h.bytes(f.Name))); e != nil {
				return told{explain.EntryHover(e.Entry()), f.Name}, true
			}
			return told{}, false
		case f.Value.Len > 0 && f.Name.Len > 0 && f.Value.Contains(h.at):
			return h.valueOf(f)
		}
	}
	return told{}, false
}

func (h *hovering) valueOf(f *sip.Header) (told, bool) {
	if hover := valueHoverOf(f.ID); hover != nil {
		if t, ok := hover(h, f); ok {
			return t, true
		}
	} else if t, ok := h.worded(f); ok {
		return t, true
	}
	if at := int(h.at); at < len(h.msg.Text) && strings.IndexByte(" \t,;", h.msg.Text[at]) >= 0 {
		return told{}, false
	}
	// What has no meaning of its own is told by the name of the field; words of an unknown field mean what its inventor says.
	e := knowledge.LookupHeaderField(string(h.bytes(f.Name)))
	if e == nil || strings.HasSuffix(e.Name, "*") {
		return told{}, false
	}
	x := explain.ElementOf(e.Entry())
	return tell(f.Value, x)
}

// value returns the value at the place in a header field whose grammar is a list.
func (h *hovering) value(f *sip.Header) (sip.Span, bool) {
	for g, v := range h.msg.Values(f.ID) {
		if g == f && v.Contains(h.at) {
			return v, true
		}
	}
	return sip.Span{}, false
}

// worded explains a word that is one of the listed values of its header field, or a parameter behind it.
func (h *hovering) worded(f *sip.Header) (told, bool) {
	v, ok := h.value(f)
	if !ok {
		return told{}, false
	}
	w := h.msg.ReadWorded(v)
	if w.Word.Contains(h.at) {
		return h.listedValue(f, w.Word)
	}
	return h.param(f, w.Params, nil)
}

// listedValue explains a word of a header field that a table lists.
func (h *hovering) listedValue(f *sip.Header, word sip.Span) (told, bool) {
	e := knowledge.LookupValue(listedAs(f), "", string(h.bytes(word)))
	if f.ID == sip.HeaderResourcePriority || f.ID == sip.HeaderAcceptResourcePriority {
		namespace, _, _ := bytes.Cut(h.bytes(word), []byte("."))
		e = knowledge.LookupValue("Resource-Priority", "namespace", string(namespace))
	}
	if e == nil {
		return told{}, false
	}
	x := explain.ElementOf(e.Entry())
	x.Title = f.ID.String() + ": " + short(h.bytes(word))
	return tell(word, x)
}

// listedAs returns the header field under which the tables list the values of a field: several fields have the same ones.
func listedAs(f *sip.Header) string {
	switch f.ID {
	case sip.HeaderRecvInfo:
		return "Info-Package"
	case sip.HeaderSecurityServer, sip.HeaderSecurityVerify:
		return "Security-Client"
	}
	return f.ID.String()
}
