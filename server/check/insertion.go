package check

import "sipls/server/sip"

// headerOrder is where a new header field goes: behind the last one there is of
// its own group or of an earlier one. RFC 3261 section 7.3.1 gives the order no
// meaning, but recommends what proxies need to stand first, and readers expect it so.
var headerOrder = func() map[sip.HeaderID]int {
	order := map[sip.HeaderID]int{}
	for i, group := range [][]sip.HeaderID{
		{sip.HeaderVia},
		{sip.HeaderRoute, sip.HeaderRecordRoute, sip.HeaderProxyRequire, sip.HeaderMaxForwards, sip.HeaderProxyAuthorization},
		{sip.HeaderFrom},
		{sip.HeaderTo},
		{sip.HeaderCallID},
		{sip.HeaderCSeq},
		{sip.HeaderContact},
	} {
		for _, id := range group {
			order[id] = i + 1
		}
	}
	return order
}()

const (
	orderOther = 50
	orderBody  = 90 // header fields about the body stand last
)

func orderOf(id sip.HeaderID) int {
	switch id {
	case sip.HeaderContentType, sip.HeaderContentLength, sip.HeaderContentDisposition, sip.HeaderContentEncoding, sip.HeaderContentLanguage, sip.HeaderMIMEVersion:
		return orderBody
	}
	if n, ok := headerOrder[id]; ok {
		return n
	}
	return orderOther
}

// insertionPoint returns the element behind which a new field with this ID belongs.
func insertionPoint(m *sip.Message, id sip.HeaderID) sip.Span {
	behind := m.Start.Line
	want := orderOf(id)
	for i := range m.Headers {
		if h := &m.Headers[i]; orderOf(h.ID) <= want {
			behind = h.Line
		}
	}
	return behind
}
