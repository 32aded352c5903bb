package analysis

import (
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/explain"
	"sipls/server/sip"
)

// via explains an element of one hop of a Via: transport, sent-by, parameters.
func (h *hovering) via(f *sip.Header) (told, bool) {
	vias := h.msg.Vias()
	for i, v := range vias {
		if !v.Value.Contains(h.at) || !f.Value.Contains(v.Value.Off) {
			continue
		}
		head := sip.Span{Off: v.Value.Off, Len: v.Value.Len}
		if v.Params.Off > 0 {
			head.Len = v.Params.Off - 1 - head.Off
		}
		if !head.Contains(h.at) {
			return h.param(f, v.Params, func(x *explain.Element, name string, p sip.Param) { h.viaParamFacts(x, name, p, v, i == 0) })
		}
		if v.Transport.Len > 0 && v.Transport.Contains(h.at) || v.Protocol.Len > 0 && v.Protocol.Contains(h.at) {
			if e := knowledge.LookupValue("Via", "transport", string(h.bytes(v.Transport))); e != nil {
				x := explain.ElementOf(e.Entry())
				x.Title = "Via transport " + e.Value
				at := v.Transport
				if !at.Contains(h.at) {
					at = sip.Span{Off: v.Protocol.Off, Len: at.End() - v.Protocol.Off}
				}
				return tell(at, x)
			}
		}
		if v.Host.Len == 0 {
			return told{}, false
		}
		return h.sentBy(v, i, len(vias))
	}
	return told{}, false
}

// sentBy explains the host and port of a hop.
func (h *hovering) sentBy(v sip.Via, i, n int) (told, bool) {
	at := sip.Span{Off: v.Host.Off, Len: max(v.Host.End(), v.Port.End()) - v.Host.Off}
	if !at.Contains(h.at) {
		at = sip.Span{Off: v.Value.Off, Len: at.End() - v.Value.Off}
	}
	x := explain.Element{Title: fmt.Sprintf("Via %d of %d: sent by %s", i+1, n, sentByText(h.bytes(v.Host), h.bytes(v.Port)))}
	switch {
	case n == 1:
		x.Say("The only hop: the client itself sent it.")
	case i == 0:
		x.Say("Topmost: the last one that sent the request on. The response goes to it first.")
	case i == n-1:
		x.Say("Lowest: the client that made the request.")
	}
	if about := aboutHost(string(h.bytes(v.Host))); about != "" {
		x.Say("It is " + strings.TrimPrefix(about, ", ") + ".")
	}
	h.natFacts(&x, v)
	x.Cites = []knowledge.Cite{{Standard: "RFC 3261", Section: "20.42"}}
	return tell(at, x)
}

func sentByText(host, port []byte) string {
	const most = 80
	s := string(host)
	if len(port) > 0 {
		s += ":" + string(port)
	}
	return s[:min(len(s), most)]
}

// natFacts tells where the request really came from.
func (h *hovering) natFacts(x *explain.Element, v sip.Via) {
	received, okR := h.msg.FindParam(v.Params, ';', "received")
	rport, okP := h.msg.FindParam(v.Params, ';', "rport")
	host, port := h.bytes(v.Host), h.bytes(v.Port)
	movedHost := okR && received.Value.Len > 0 && string(h.bytes(received.Value)) != strings.Trim(string(host), "[]")
	movedPort := okP && rport.Value.Len > 0 && string(h.bytes(rport.Value)) != defaultPort(port)
	if !movedHost && !movedPort {
		return
	}
	from := host
	if received.Value.Len > 0 {
		from = h.bytes(received.Value)
	}
	l := explain.Line{explain.Text("It came from "), explain.Mono(sentByText(from, h.bytes(rport.Value)))}
	switch _, isAddress := parseHost(string(host)); {
	case movedHost && isAddress:
		l = append(l, explain.Text(", another address than it names: there is NAT between, or it has several addresses."))
	case movedHost:
		l = append(l, explain.Text(", the address behind the name."))
	default:
		l = append(l, explain.Text(", another port than it names: there is NAT between, or it sends from a port of its own."))
	}
	x.Fact(l...)
}

func defaultPort(port []byte) string {
	if len(port) == 0 {
		return "5060"
	}
	return string(port)
}

func (h *hovering) viaParamFacts(x *explain.Element, name string, p sip.Param, v sip.Via, top bool) {
	switch name {
	case "branch":
		if !sip.HasCookie(h.bytes(p.Value)) {
			x.Say("Without z9hG4bK in front: the sender follows RFC 2543, and the branch alone does not tell transactions apart.")
		}
		if top {
			h.transactionFacts(x)
		}
	case "received", "rport":
		if name == "rport" && p.Value.Len == 0 && h.msg.IsRequest() {
			x.Say("Empty: the sender asks for it.")
		}
		h.natFacts(x, v)
	}
}

// transactionFacts tells where the messages of the transaction stand.
func (h *hovering) transactionFacts(x *explain.Element) {
	if h.isPart() {
		return
	}
	index, seq := h.s.Index(), int(h.in.ID.Seq)
	for _, part := range []struct {
		what string
		seqs []int
	}{{"Request", index.Transmissions(seq)}, {"Responses", index.Responses(seq)}} {
		if len(part.seqs) > 0 && (len(part.seqs) > 1 || part.seqs[0] != seq) {
			x.Say(part.what + " of this transaction: " + h.lines(part.seqs) + ".")
		}
	}
}

// lines names the lines of messages, the first ones where there are many.
func (h *hovering) lines(seqs []int) string {
	const most = 8
	word := "line "
	if len(seqs) > 1 {
		word = "lines "
	}
	for i, seq := range seqs {
		if i == most {
			return word + fmt.Sprintf(" and %d more", len(seqs)-most)
		}
		if i > 0 {
			word += ", "
		}
		word += fmt.Sprint(h.lineOf(seq))
	}
	return word
}
