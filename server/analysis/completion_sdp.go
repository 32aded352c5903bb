package analysis

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sipls/knowledge"
	"sipls/server/check"
	"sipls/server/sip"
)

// body completes a line behind the header section: of a session description, or the start line of the next message.
// first is the first line of the body.
func (w *writing) body(first int) Completion {
	m, _ := w.message(true)
	described := sip.EqualFold(m.FirstToken(sip.HeaderContentType), "application/sdp")
	if m.Header(sip.HeaderContentType) == nil {
		described = bytes.HasPrefix(w.lines[first].text, []byte("v=")) || bytes.HasPrefix(w.lines[w.at].text, []byte("v"))
	}
	for i := first; i < w.at; i++ {
		if w.lines[i].blank() && i > first {
			described = false // an empty line ends a session description
		}
	}
	switch {
	case described:
		return w.description(first)
	case w.scenario, m.Header(sip.HeaderContentType) != nil && (w.at == first || !w.lines[w.at-1].blank()):
		return Completion{}
	}
	w.lines, w.at = w.lines[w.at:], 0
	return w.startLine()
}

// description completes a line of a session description (RFC 8866).
func (w *writing) description(first int) Completion {
	before, behind := w.before(), w.behind()
	if len(before) < 2 || before[1] != '=' {
		return w.list(0, len(before)+len(behind), w.descriptionLines(first))
	}
	value := string(before[2:])
	switch before[0] {
	case 'a':
		return w.attribute(value)
	case 'm':
		return w.fields(value, w.mediaFields)
	case 'c', 'o':
		return w.fields(value, addressFields(before[0]))
	case 'b':
		if !strings.Contains(value, ":") {
			return w.list(2, len(before), bandwidths())
		}
	}
	return Completion{}
}

// lineValues are lines as they usually are in SIP.
var lineValues = map[string]string{
	"v": "v=0",
	"o": "o=- {1} {1} IN IP4 {192.0.2.1}",
	"s": "s=-",
	"c": "c=IN IP4 {192.0.2.1}",
	"t": "t=0 0",
	"m": "m=audio {49170} RTP/AVP {0 8 101}",
	"b": "b=AS:{64}",
}

// descriptionLines returns the types of lines. The ones that have to be there and are not come first.
func (w *writing) descriptionLines(first int) []CompletionItem {
	var items []CompletionItem
	have := func(letter string) bool {
		for i := first; i < len(w.lines); i++ {
			if i != w.at && strings.HasPrefix(string(w.lines[i].text), letter+"=") {
				return true
			}
		}
		return false
	}
	for _, l := range knowledge.SDPLines() {
		if strings.Contains(l.Where, "obsolete") {
			continue
		}
		insert := lineValues[l.Type]
		if insert == "" {
			insert = l.Type + "="
		}
		item := templateItem(FieldCompletion, l.Type+"=", insert, l.Meaning, "sdp-line:"+l.Type)
		item.Note = l.Name
		if strings.Contains("vost", l.Type) && have(l.Type) {
			continue // one of each per description (RFC 8866 section 5)
		}
		items = append(items, item)
	}
	order := func(x CompletionItem) int {
		letter := x.Label[:1]
		switch {
		case strings.Contains("vostc", letter) && !have(letter):
			return 0
		case strings.Contains("ma", letter):
			return 1
		}
		return 2
	}
	slices.SortStableFunc(items, func(a, b CompletionItem) int { return order(a) - order(b) })
	return items
}

// attribute completes `name` and `name:value`.
func (w *writing) attribute(value string) Completion {
	line := w.lines[w.at].text
	name, rest, hasValue := strings.Cut(value, ":")
	if !hasValue {
		to := w.column()
		for to < len(line) && sip.IsToken(line[to:to+1]) {
			to++
		}
		inMedia := false
		for _, l := range w.lines[:w.at] {
			inMedia = inMedia || bytes.HasPrefix(l.text, []byte("m="))
		}
		named := bytes.HasPrefix(line[to:], []byte(":"))
		var items []CompletionItem
		for _, a := range knowledge.SDPAttributes() {
			if inMedia && !slices.Contains(a.Levels, "media") || !inMedia && !slices.Contains(a.Levels, "session") {
				continue
			}
			item := literalItem(ParameterCompletion, a.Name, a.Meaning, "a="+a.Name)
			if !named && strings.HasPrefix(a.Form, "a="+a.Name+":") {
				item.Insert = check.Literal(a.Name + ":")
			}
			items = append(items, item)
		}
		return w.list(2, to, items)
	}
	base := 2 + len(name) + 1
	switch name {
	case "rtpmap":
		return w.rtpmap(rest, base)
	case "fmtp":
		if !strings.Contains(rest, " ") {
			return w.list(base, w.column(), w.payloadTypes())
		}
	case "crypto":
		return w.fields(value, func(n int) []CompletionItem {
			if n == 1 {
				return cryptoSuites()
			}
			return nil
		})
	case "rtcp-fb":
		return w.fields(value, func(n int) []CompletionItem {
			if n == 1 {
				return plain("nack", "nack pli", "ccm fir", "ccm tmmbr", "goog-remb", "transport-cc")
			}
			return nil
		})
	case "group":
		if !strings.Contains(rest, " ") {
			return w.list(base, w.column(), plain("BUNDLE", "LS", "FID"))
		}
	case "fingerprint":
		if !strings.Contains(rest, " ") {
			return w.list(base, w.column(), plain("sha-256", "sha-384", "sha-512", "sha-1"))
		}
	default:
		if a := knowledge.LookupSDPAttribute(name); a != nil && !strings.Contains(rest, " ") {
			return w.list(base, w.column()+wordLen(w.behind()), plain(alternatives(strings.TrimPrefix(a.Form, "a="+name+":"))...))
		}
	}
	return Completion{}
}

// alternatives returns the words of a form that lists them: "active, passive, actpass or holdconn".
func alternatives(form string) (out []string) {
	if strings.ContainsAny(form, "<[:") {
		return nil
	}
	for _, w := range strings.Split(strings.ReplaceAll(form, " or ", ", "), ", ") {
		if strings.ContainsAny(w, " =") {
			return nil
		}
		out = append(out, w)
	}
	return out
}

func plain(labels ...string) (items []CompletionItem) {
	for _, l := range labels {
		items = append(items, literalItem(WordCompletion, l, "", ""))
	}
	return items
}

func wordLen(b []byte) int {
	if n := bytes.IndexAny(b, " \t\r\n"); n >= 0 {
		return n
	}
	return len(b)
}

// fields completes the n-th of the words that blanks divide.
func (w *writing) fields(value string, items func(n int) []CompletionItem) Completion {
	n := strings.Count(strings.TrimLeft(value, " "), " ")
	word := value[strings.LastIndexByte(value, ' ')+1:]
	column := w.column()
	return w.list(column-len(word), column+wordLen(w.behind()), items(n))
}

// mediaFields completes `m=<media> <port> <transport> <formats>`.
func (w *writing) mediaFields(n int) []CompletionItem {
	switch n {
	case 0: // RFC 8866 section 5.14
		return plain("audio", "video", "text", "application", "message", "image")
	case 2: // RFC 8866 section 5.14, RFC 4585, RFC 5124, RFC 5764, RFC 7345, RFC 8841, RFC 4975
		return plain("RTP/AVP", "RTP/SAVP", "RTP/AVPF", "RTP/SAVPF", "UDP/TLS/RTP/SAVP", "UDP/TLS/RTP/SAVPF", "udptl", "UDP/TLS/UDPTL", "UDP/DTLS/SCTP", "TCP/MSRP", "TCP/TLS/MSRP", "udp")
	}
	if n < 3 {
		return nil
	}
	media, _, _ := strings.Cut(string(w.lines[w.at].text[2:]), " ")
	var items []CompletionItem
	for _, p := range knowledge.PayloadTypes() {
		if p.Codec == "" || p.Number != p.Last || p.Media != "" && !strings.Contains(p.Media, media) {
			continue
		}
		item := literalItem(ValueCompletion, strconv.Itoa(p.Number), p.Meaning, fmt.Sprintf("payload-type:%d", p.Number))
		item.Note = p.Codec
		items = append(items, item)
	}
	return items
}

// addressFields completes `<nettype> <addrtype>` of c= and o= lines.
func addressFields(letter byte) func(n int) []CompletionItem {
	first := 0
	if letter == 'o' {
		first = 3
	}
	return func(n int) []CompletionItem {
		switch n - first {
		case 0:
			return plain("IN")
		case 1:
			return plain("IP4", "IP6")
		}
		return nil
	}
}

// bandwidths are the types of b= (RFC 8866 section 5.8, RFC 3556 section 2, RFC 3890 section 6.2).
func bandwidths() []CompletionItem {
	items := plain("AS", "CT", "TIAS", "RS", "RR")
	for i := range items {
		items[i].Insert = check.Literal(items[i].Label + ":")
	}
	return items
}

// cryptoSuites are those of RFC 4568 section 6.2 and RFC 7714 section 14.2.
func cryptoSuites() []CompletionItem {
	return plain("AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32", "F8_128_HMAC_SHA1_80", "AEAD_AES_128_GCM", "AEAD_AES_256_GCM")
}

// rtpmap completes `<payload type> <encoding>/<clock rate>`.
func (w *writing) rtpmap(rest string, base int) Completion {
	number, encoding, hasNumber := strings.Cut(rest, " ")
	if hasNumber {
		at := base + len(number) + 1
		at += len(encoding) - len(strings.TrimLeft(encoding, " "))
		return w.list(at, w.column()+wordLen(w.behind()), w.encodings())
	}
	items := w.payloadTypes()
	for i := range items {
		if n, err := strconv.Atoi(items[i].Label); err == nil && len(w.behind()) == 0 {
			if p := knowledge.LookupPayloadType(n); p != nil && p.Codec != "" {
				items[i].Insert = check.Literal(fmt.Sprintf("%d %s/%d", n, p.Codec, p.Clock))
			}
		}
	}
	return w.list(base, w.column()+wordLen(w.behind()), items)
}

// payloadTypes returns the formats of the m= line above.
func (w *writing) payloadTypes() []CompletionItem {
	var items []CompletionItem
	_, line := w.mediaLine()
	for i, f := range strings.Fields(line) {
		if i < 3 || !allDigits([]byte(f)) {
			continue
		}
		item := literalItem(ValueCompletion, f, "", "payload-type:"+f)
		if n, err := strconv.Atoi(f); err == nil {
			if p := knowledge.LookupPayloadType(n); p != nil {
				item.Note, item.Detail = p.Codec, p.Meaning
			}
		}
		items = append(items, item)
	}
	return items
}

// mediaLine returns the media and the rest of the m= line above the cursor, "" where there is none.
func (w *writing) mediaLine() (media, line string) {
	for i := w.at - 1; i > 0; i-- {
		if value, ok := strings.CutPrefix(string(w.lines[i].text), "m="); ok {
			media, _, _ = strings.Cut(value, " ")
			return media, value
		}
	}
	return "", ""
}

// encodings returns the codecs with their clock rates, those of the media section first.
func (w *writing) encodings() []CompletionItem {
	media, _ := w.mediaLine()
	var items []CompletionItem
	for _, c := range knowledge.Codecs() {
		rates := c.ClockRates
		if len(rates) == 0 {
			rates = []int{0}
		}
		for _, rate := range rates {
			label, insert := c.Name+"/"+strconv.Itoa(rate), c.Name+"/"+strconv.Itoa(rate)
			switch {
			case rate == 0:
				label, insert = c.Name, c.Name+"/{90000}"
				if c.Media == "audio" {
					insert = c.Name + "/{8000}"
				}
			case strings.EqualFold(c.Name, "opus"):
				label, insert = label+"/2", insert+"/2" // always two channels (RFC 7587 section 7)
			}
			item := templateItem(WordCompletion, label, insert, c.Meaning, "codec:"+c.Name)
			item.Note = c.Media
			items = append(items, item)
		}
	}
	slices.SortStableFunc(items, func(a, b CompletionItem) int {
		return boolOrder(a.Note != media) - boolOrder(b.Note != media)
	})
	return items
}

func boolOrder(b bool) int {
	if b {
		return 1
	}
	return 0
}
