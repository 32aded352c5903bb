package analysis

import (
	"time"

	"sipls/knowledge"
	"sipls/server/explain"
	"sipls/server/sip"
)

// identity explains an element of an Identity: the PASSporT, decoded, or one of the parameters.
func (h *hovering) identity(f *sip.Header) (told, bool) {
	for id := range h.msg.Identities {
		if id.Header != f || !id.Value.Contains(h.at) {
			continue
		}
		switch {
		case id.Digest.Len > 0 && id.Digest.Contains(h.at):
			return h.passport(id)
		case id.Info.Len > 0 && id.Info.Contains(h.at):
			x := explain.Element{Title: "Certificate of the signer"}
			if e := knowledge.LookupHeaderParameter("Identity", "info"); e != nil {
				x = explain.ElementOf(e.Entry())
			}
			return tell(id.Info, x)
		}
		w := h.msg.ReadWorded(id.Value)
		return h.param(f, w.Params, nil)
	}
	return told{}, false
}

// attestations are the values of the claim attest (RFC 8588 section 4, ATIS-1000074).
var attestations = map[string]string{
	"A": "full: the provider knows the caller and that the caller may use the number",
	"B": "partial: the provider knows the caller, but not whether the caller may use the number",
	"C": "gateway: the provider only passed the call on, as from abroad",
}

func (h *hovering) passport(id sip.Identity) (told, bool) {
	x := explain.Element{Title: "PASSporT, not verified", Cites: []knowledge.Cite{{Standard: "RFC 8225"}, {Standard: "RFC 8224", Section: "4"}}}
	if id.Old {
		x.Title = "Signature of RFC 4474"
		x.Meaning = "RFC 8224 replaced this form of Identity; receivers of today do not verify it."
		x.Cites = []knowledge.Cite{{Standard: "RFC 8224", Section: "4"}}
		return tell(id.Digest, x)
	}
	p, err := h.msg.PASSporT(id)
	if p.Compact {
		x.Say("Compact form: only the signature. The receiver takes the claims from the message.")
		return tell(id.Digest, x)
	}
	if p.Attest != "" {
		l := explain.Line{explain.Text("Attestation "), explain.Bold(clipWord(p.Attest))}
		if a := attestations[p.Attest]; a != "" {
			l = append(l, explain.Text(", "+a+"."))
		}
		x.Fact(l...)
	}
	numbersFact(&x, "Caller (orig): ", p.Orig)
	numbersFact(&x, "Called (dest): ", p.Dest)
	if p.HasIat {
		h.issuedFact(&x, p.IssuedAt)
	}
	for _, w := range []struct{ label, value string }{
		{"Origination (origid): ", p.OrigID}, {"Certificate (x5u): ", p.X5U}, {"Extension (ppt): ", p.PPT}, {"Algorithm: ", p.Alg},
	} {
		if w.value != "" {
			x.Fact(explain.Text(w.label), explain.Mono(clipWord(w.value)))
		}
	}
	if err != nil {
		x.Say("Not all of it can be read: there should be " + err.Want + ".")
	}
	x.Meaning = "What the caller's provider signed. The signature is not checked here."
	return tell(id.Digest, x)
}

func clipWord(s string) string {
	const most = 120
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

func numbersFact(x *explain.Element, label string, n sip.PASSporTNumbers) {
	l := explain.Line{explain.Text(label)}
	const most = 5
	for i, w := range append(append([]string(nil), n.TN...), n.URI...) {
		if i == most {
			l = append(l, explain.Text(", …"))
			break
		}
		if i > 0 {
			l = append(l, explain.Text(", "))
		}
		l = append(l, explain.Mono(clipWord(w)))
	}
	if len(l) > 1 {
		x.Fact(l...)
	}
}

// issuedFact tells when a PASSporT was made and how that fits to the Date of the message: RFC 8224 section 6.2
// recommends sixty seconds as the most that a receiver tolerates.
func (h *hovering) issuedFact(x *explain.Element, iat int64) {
	at := time.Unix(iat, 0).UTC()
	if at.Year() < 1970 || at.Year() > 9999 {
		return
	}
	words := "Issued (iat) at " + at.Format("2006-01-02 15:04:05 UTC")
	if f := h.msg.Header(sip.HeaderDate); f != nil {
		if date, err := h.msg.Date(f.Value); err == nil {
			words += ", " + apart(at.Sub(date), "Date")
			if at.Sub(date).Abs() > time.Minute {
				words += "; more than a minute makes receivers refuse it"
			}
		}
	}
	x.Say(words + ".")
}

// apart says how far a time is from that of something else.
func apart(d time.Duration, what string) string {
	switch {
	case d.Abs() < time.Second:
		return "the time of " + what
	case d < 0:
		return explain.TimeSpan(d) + " before " + what
	}
	return explain.TimeSpan(d) + " after " + what
}
