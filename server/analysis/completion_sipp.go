package analysis

import (
	"bytes"
	"slices"
	"strings"

	"sipls/server/check"
	"sipls/server/explain"
	"sipls/server/sip"
)

// keywordTopic begins the topics of SIPp's keywords.
const keywordTopic = "sipp:"

// sippKeyword is a keyword that SIPp replaces when it sends a message, as its documentation lists them
// (https://sipp.readthedocs.io/en/latest/scenarios/keywords.html).
type sippKeyword struct {
	name    string
	insert  string // in brackets; "" for the name
	meaning string
}

var sippKeywords = []sippKeyword{
	{"call_id", "", "Call-ID of the call. A client has to use it, or SIPp does not find the call that an answer belongs to."},
	{"branch", "", "Branch with the magic cookie, a new one for each message of the scenario; [branch-1] is that of the message before."},
	{"cseq", "", "CSeq number of the last request; [cseq+1] is the next."},
	{"len", "", "Length of the body, for Content-Length."},
	{"service", "", "What -s says: the user that is called."},
	{"remote_ip", "", "Address of the peer."},
	{"remote_port", "", "Port of the peer, 5060 by default."},
	{"remote_host", "", "Host of the peer as on the command line."},
	{"local_ip", "", "Address of SIPp, an IPv6 one in brackets; not for session descriptions, see [media_ip]."},
	{"local_ip_type", "", "4 or 6, the version of the local address."},
	{"local_port", "", "Port of SIPp."},
	{"server_ip", "", "Local address of the socket that the call came in on."},
	{"transport", "", "Transport that -t says: UDP, TCP, TLS, SCTP, WS or WSS."},
	{"call_number", "", "Number of the call, from 1."},
	{"peer_tag_param", "", "The parameter ;tag= in To of the last response: for requests inside a dialog."},
	{"media_ip", "", "Address of the media, for session descriptions."},
	{"media_ip_type", "", "4 or 6, the version of the address of the media."},
	{"media_port", "", "Port of the media, 6000 by default; [media_port+2] for the next stream."},
	{"auto_media_port", "", "Port of the media, another one for each call."},
	{"rtpstream_audio_port", "", "Port of the audio that rtp_stream plays."},
	{"rtpstream_video_port", "", "Port of the video that rtp_stream plays."},
	{"last_Via:", "", "All Via of the last message received, name included."},
	{"last_From:", "", "From of the last message received, name included."},
	{"last_To:", "", "To of the last message received, name included."},
	{"last_Call-ID:", "", "Call-ID of the last message received, name included."},
	{"last_CSeq:", "", "CSeq of the last message received, name included."},
	{"last_Record-Route:", "", "Record-Route of the last message received, name included. Without one the line is left out."},
	{"last_cseq_number", "", "CSeq number of the last message received."},
	{"last_Request_URI", "", "URI in To of the last message received."},
	{"last_message", "", "The whole last message received."},
	{"routes", "", "Route made of the Record-Route of a message that was received with rrs=\"true\"."},
	{"next_url", "", "URI in Contact of a message that was received with rrs=\"true\": the Request-URI of requests inside a dialog."},
	{"authentication", "authentication username={alice} password={secret}", "Credentials for the challenge of a message that was received with auth=\"true\", as a whole header field."},
	{"field0", "field{0}", "Field of the current line of the file that -inf names."},
	{"file", "file name={file}", "Contents of a file."},
	{"fill", "fill variable={1} text=\"{x}\"", "Filler as long as a variable says."},
	{"$1", "${1}", "Variable of the call."},
	{"date", "", "Date and time in the form of Date."},
	{"timestamp", "", "Date and time in the form of SIPp's logs."},
	{"dynamic_id", "", "Number that is another one in each message."},
	{"pid", "", "Number of SIPp's process."},
	{"msg_index", "", "Number of the message in the scenario."},
	{"clock_tick", "", "Time inside SIPp in milliseconds."},
	{"sipp_version", "", "Version of SIPp."},
	{"tdmmap", "", "Circuit of the call: see -tdmmap."},
	{"users", "", "How many users there are: see -users."},
	{"userid", "", "Number of the user, from 0: see -users."},
}

// keyword completes a [keyword] of SIPp that has no closing bracket before the cursor.
func (w *writing) keyword() (c Completion, ok bool) {
	if !w.scenario {
		return c, false
	}
	before, behind := w.before(), w.behind()
	open := bytes.LastIndexByte(before, '[')
	if open < 0 || bytes.ContainsAny(before[open:], "] \t") {
		return c, false
	}
	to := len(before)
	if n := keywordLen(w.lines[w.at].text[open:]); open+n > to {
		to = open + n
	} else if len(behind) > 0 && behind[0] == ']' {
		to++
	}
	var items []CompletionItem
	for i := range sippKeywords {
		items = append(items, sippKeywords[i].item())
	}
	// Where only header fields stand, those that stand for whole ones come first.
	if w.at > 0 && open == 0 {
		slices.SortStableFunc(items, func(a, b CompletionItem) int { return lineOrder(a.Label) - lineOrder(b.Label) })
	}
	return w.list(open, to, items), true
}

func (k *sippKeyword) item() CompletionItem {
	item := CompletionItem{Label: "[" + k.name + "]", Kind: KeywordCompletion, Detail: k.meaning, Topic: keywordTopic + k.name}
	item.Insert = check.Literal(item.Label)
	if k.insert != "" {
		item.Insert = check.ParseTemplate("[" + k.insert + "]")
	}
	return item
}

// lineOrder puts keywords that stand for a whole header field before others.
func lineOrder(label string) int {
	if strings.HasSuffix(label, ":]") || label == "[routes]" || label == "[authentication]" {
		return 0
	}
	return 1
}

func keywordDoc(name string) (d explain.Doc, ok bool) {
	k := lookupKeyword(name)
	if k == nil {
		return d, false
	}
	d.Blocks = []explain.Block{
		explain.Heading{Level: 3, Text: explain.Line{explain.Text("[" + name + "]")}},
		explain.Paragraph{Text: explain.Line{explain.Text(k.meaning)}},
		explain.Paragraph{Text: explain.Line{explain.To("Keywords of SIPp", "https://sipp.readthedocs.io/en/latest/scenarios/keywords.html")}},
	}
	return d, true
}

// lookupKeyword returns the keyword that text between brackets names: an offset, arguments, or the number of a field or
// of a variable may be in it. nil when there is none.
func lookupKeyword(text string) *sippKeyword {
	find := func(name string) *sippKeyword {
		if i := slices.IndexFunc(sippKeywords, func(k sippKeyword) bool { return k.name == name }); i >= 0 {
			return &sippKeywords[i]
		}
		return nil
	}
	if k := find(text); k != nil {
		return k
	}
	name, _, _ := strings.Cut(text, " ")
	bare := strings.TrimRight(name, "0123456789")
	switch {
	case strings.HasPrefix(name, "$"):
		return find("$1")
	case bare == "field":
		return find("field0")
	case bare != name && strings.HasSuffix(bare, "+"), bare != name && strings.HasSuffix(bare, "-"):
		return find(bare[:len(bare)-1])
	case strings.HasPrefix(name, "last_") && strings.HasSuffix(name, ":"):
		return &sippKeyword{name: name, meaning: strings.TrimPrefix(name[:len(name)-1], "last_") + " of the last message received, name included."}
	}
	return find(name)
}

// nameKeywordLines gives the lines that are keywords the header fields that they stand for. It reports whether it
// could do so for all of them.
func nameKeywordLines(m *sip.Message) (all bool) {
	all = true
	for i := range m.Headers {
		h := &m.Headers[i]
		line := m.Bytes(h.Line)
		name, ok := bytes.CutPrefix(line, []byte("["))
		if !ok {
			continue
		}
		if n := bytes.IndexAny(name, ":] "); n >= 0 {
			name = name[:n]
		}
		last, isLast := bytes.CutPrefix(name, []byte("last_"))
		switch {
		case isLast:
			h.ID = sip.LookupHeader(last)
		case string(name) == "routes":
			h.ID = sip.HeaderRoute
		case string(name) == "authentication":
			h.ID = sip.HeaderAuthorization
		}
		all = all && h.ID != sip.HeaderOther
	}
	return all
}
