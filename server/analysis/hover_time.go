package analysis

import (
	"fmt"
	"time"

	"sipls/knowledge"
	"sipls/server/explain"
	"sipls/server/sip"
	"sipls/server/trace"
)

// fieldElement begins the explanation of a header field's value with what the field means.
func fieldElement(id sip.HeaderID) explain.Element {
	if e := knowledge.LookupHeaderField(id.String()); e != nil {
		return explain.ElementOf(e.Entry())
	}
	return explain.Element{Title: id.String()}
}

// later writes the time that lies so long behind the one at which the message was logged, in the log's form; "" where
// the log has none.
func (h *hovering) later(d time.Duration) string {
	c, ok := h.clock()
	if !ok || d > 400*24*time.Hour {
		return ""
	}
	return clockText(c, c.At.Add(d))
}

// clockText writes a time with as much of the date as the log does.
func clockText(c trace.Clock, at time.Time) string {
	switch {
	case c.Dated && at.Format(time.DateOnly) != c.At.Format(time.DateOnly):
		return at.Format(time.DateTime)
	case !c.Dated && !c.Daily && at.YearDay() != c.At.YearDay():
		return at.Format("Jan _2 15:04:05")
	}
	return at.Format(time.TimeOnly)
}

// until says in a clause when a number of seconds is over; "" where the log has no times.
func (h *hovering) until(n uint64) string {
	if n > 1<<32 {
		return ""
	}
	if at := h.later(time.Duration(n) * time.Second); at != "" {
		return ", until " + at + " by the log's clock"
	}
	return ""
}

// lifetime tells how long a binding or subscription lives. v holds its seconds.
func (h *hovering) lifetime(x *explain.Element, v sip.Span) {
	n, err := h.msg.Number(v)
	switch {
	case err != nil:
	case n == 0:
		x.Say(h.endsNow())
	default:
		x.Say(explain.Seconds(n) + h.until(n) + ".")
	}
}

func (h *hovering) endsNow() string {
	switch string(h.msg.Method()) {
	case "REGISTER":
		return "0: the binding is removed."
	case "SUBSCRIBE":
		return "0: the subscription ends; one notification still comes."
	case "PUBLISH":
		return "0: what was published is removed."
	}
	return "0: over at once."
}

// wait tells how long to wait.
func (h *hovering) wait(x *explain.Element, v sip.Span) {
	n, err := h.msg.Number(v)
	switch {
	case err != nil:
	case n == 0:
		x.Say("0: at once.")
	default:
		x.Say("Wait " + explain.Seconds(n) + h.until(n) + ".")
	}
}

func (h *hovering) expires(f *sip.Header) (told, bool) {
	n, err := h.msg.Number(f.Value)
	if err != nil {
		return told{}, false
	}
	x := fieldElement(f.ID)
	switch {
	case f.ID == sip.HeaderMinExpires:
		x.Say("Ask for " + explain.Seconds(n) + " at least.")
	case f.ID == sip.HeaderFlowTimer:
		x.Say("Keep-alives at least every " + explain.Seconds(n) + ".")
	default:
		h.lifetime(&x, f.Value)
		if f.ID == sip.HeaderExpires && string(h.msg.Method()) == "REGISTER" {
			h.contactExpires(&x)
		}
	}
	return tell(f.Value, x)
}

// contactExpires says that a Contact has a lifetime of its own.
func (h *hovering) contactExpires(x *explain.Element) {
	for _, a := range h.msg.Addresses(sip.HeaderContact) {
		if p, ok := h.msg.FindParam(a.Params, ';', "expires"); ok && p.Value.Len > 0 {
			x.Fact(explain.Text("It does not count for the Contact with a lifetime of its own, "), h.quote(paramSpan(p)), explain.Text("."))
			return
		}
	}
}

func (h *hovering) retryAfter(f *sip.Header) (told, bool) {
	r, err := h.msg.RetryAfter(f.Value)
	if err != nil {
		return told{}, false
	}
	if r.Params.Len > 0 && r.Params.Contains(h.at) {
		return h.param(f, r.Params, func(x *explain.Element, name string, p sip.Param) {
			if n, err := h.msg.Number(p.Value); name == "duration" && err == nil {
				x.Say("There for " + explain.Seconds(n) + " from then on.")
			}
		})
	}
	x := fieldElement(f.ID)
	h.wait(&x, r.Number)
	if r.Comment.Len > 0 {
		x.Fact(explain.Text("The sender's comment: "), h.quote(r.Comment))
	}
	at := r.Number
	if !at.Contains(h.at) {
		at = sip.Span{Off: r.Number.Off, Len: r.Comment.End() - r.Number.Off}
	}
	return tell(at, x)
}

// sessionInterval explains Session-Expires and Min-SE: how long, who refreshes, when.
func (h *hovering) sessionInterval(f *sip.Header) (told, bool) {
	i, err := h.msg.SessionInterval(f.Value)
	if err != nil {
		return told{}, false
	}
	if !i.Number.Contains(h.at) {
		return h.param(f, i.Params, nil)
	}
	x := fieldElement(f.ID)
	n := uint64(i.Seconds)
	if f.ID == sip.HeaderMinSE {
		x.Say("Not shorter than " + explain.Seconds(n) + ".")
		return tell(i.Number, x)
	}
	if h.msg.IsRequest() {
		x.Say(explain.Seconds(n) + " is proposed; the answer decides.")
	} else {
		x.Say(explain.Seconds(n) + h.until(n) + "; without a refresh the session ends then.")
		// Half the interval is what RFC 4028 section 10 recommends.
		words := "Refresh due after half of it, " + explain.Seconds(n/2)
		if at := h.later(time.Duration(n/2) * time.Second); at != "" {
			words += ", at " + at
		}
		x.Say(words + ".")
	}
	if p, ok := h.msg.Refresher(i); !ok {
		if h.msg.IsRequest() {
			x.Say("Who refreshes is left to the answer.")
		}
	} else if e := knowledge.LookupValue("Session-Expires", "refresher", string(h.bytes(p.Value))); e != nil {
		x.Fact(explain.Text("refresher "), explain.Mono(e.Value), explain.Text(": "+e.Meaning))
	}
	return tell(i.Number, x)
}

func (h *hovering) date(f *sip.Header) (told, bool) {
	at, err := h.msg.Date(f.Value)
	if err != nil {
		return told{}, false
	}
	x := fieldElement(f.ID)
	if c, ok := h.clock(); ok {
		x.Say(skew(at, c))
	}
	return tell(f.Value, x)
}

// zoneStep is the least difference between two time zones.
const zoneStep = 15 * time.Minute

// skew says how far the clock of a sender and that of a log are apart; "" where a time zone may be the reason.
func skew(date time.Time, c trace.Clock) string {
	if !c.Dated {
		return ""
	}
	d := date.Sub(c.At)
	if c.Zoned {
		if d.Abs() < 2*time.Second {
			return "The sender's clock and the log's agree."
		}
		return "The sender's clock is " + explain.TimeSpan(d) + aheadOrBehind(d) + " the log's."
	}
	// From UTC-12 to UTC+14; a log that lags some minutes behind is still of one of them.
	if d > 12*time.Hour+zoneStep || d < -14*time.Hour-zoneStep {
		return "The sender's clock is some " + explain.TimeSpan(d) + aheadOrBehind(d) + " the log's, more than any time zone."
	}
	rest := d - d.Round(zoneStep)
	if rest.Abs() < 2*time.Minute {
		return ""
	}
	return fmt.Sprintf("The log does not say its time zone; whichever it is, the clocks are %s or more apart.", explain.TimeSpan(rest))
}

func aheadOrBehind(d time.Duration) string {
	if d < 0 {
		return " behind"
	}
	return " ahead of"
}

func (h *hovering) timestamp(f *sip.Header) (told, bool) {
	t, err := h.msg.Timestamp(f.Value)
	if err != nil {
		return told{}, false
	}
	x := fieldElement(f.ID)
	if t.Delay.Len > 0 && t.Delay.Contains(h.at) {
		x.Title = "Timestamp: delay"
		x.Fact(explain.Text("The server took "), h.quote(t.Delay), explain.Text(" s to answer."))
		return tell(t.Delay, x)
	}
	x.Say("Seconds by a clock of the sender's; only its differences count.")
	return tell(t.Sent, x)
}

func (h *hovering) maxForwards(f *sip.Header) (told, bool) {
	n, err := h.msg.MaxForwards(f.Value)
	if err != nil {
		return told{}, false
	}
	x := fieldElement(f.ID)
	switch {
	case n == 0:
		x.Say("No hop is left: a proxy that would have to pass it on answers 483.")
	case n == 1:
		x.Say("One hop is left.")
	default:
		x.Say(fmt.Sprintf("%d hops are left.", n))
	}
	if n < 70 {
		x.Say(fmt.Sprintf("If it began at 70, as usual, %d lie behind.", 70-n))
	}
	return tell(f.Value, x)
}
