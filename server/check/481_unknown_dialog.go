package check

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/sip"
)

var unknownDialog = &Rule{
	Name:     "481-unknown-dialog",
	Scope:    Dialog,
	Severity: Error,
	Statuses: []knowledge.Range{{Lo: 481, Hi: 481}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "12.2.2"}, {Standard: "RFC 3261", Section: "12.2.1.1"}, {Standard: "RFC 3261", Section: "15.1.2"}, {Standard: "RFC 5057", Section: "5.1"}},
	Doc: Doc{
		Title: "481 to a request inside a dialog, and why",
		Text: `481 says that the other side knows no dialog with this Call-ID and these two tags. The rule looks for the reason in the log: a tag that differs from those of the dialog, From and To not
swapped by the callee, a BYE or a final error that ended the dialog before, a branch of a forked call that did not win, an earlier failure after which the dialog is gone. Where the log
shows the dialog alive, another node or a restart is likely, and the rule says so.

It is an error where a tag is wrong, information where a BYE crossed the request or the beginning of the call is not in the log. CANCEL, PRACK and NOTIFY have rules of their own.`,
	},
	Scenes: unknownDialogScenes,
	CheckCall: func(s *CallSubject, report func(Finding)) {
		var told []uint64 // what was reported already: one finding for a dialog
		for x := range s.Exchanges {
			e := &s.Exchanges[x]
			switch e.Method {
			case call.CANCEL, call.PRACK, call.NOTIFY, call.ACK, call.REGISTER, call.PUBLISH:
				continue
			}
			if e.Initial {
				continue
			}
			final := s.FinalOf(int32(x))
			if final == call.None || s.Messages[final].Status != 481 {
				continue
			}
			r := s.RequestOf(final)
			if r == call.None || s.Messages[r].From == 0 || s.Messages[r].To == 0 || !s.Messages[r].Request {
				continue
			}
			m := &s.Messages[r]
			pair := min(m.From, m.To) ^ max(m.From, m.To)<<1
			if slices.Contains(told, pair) || len(told) == 16 {
				continue
			}
			told = append(told, pair)
			report(s.explainUnknown(int32(x), r, final))
		}
	},
}

// explainUnknown finds out why request r, of exchange x, was answered with 481.
func (s *CallSubject) explainUnknown(x, r, final int32) Finding {
	m := &s.Messages[r]
	name := s.Name(r)
	f := Finding{
		Severity:    Information,
		At:          s.At(final),
		Related:     []Related{s.Related(r, "the "+name+" that it answers")},
		Consequence: "The request had no effect; its sender has to take the call for ended and drop its state.",
	}
	if m.Method == call.BYE {
		f.Consequence = "The sender of the BYE takes the call for ended either way; the other side may still hold it."
	}
	if m.Dialog != call.None {
		if d := &s.Dialogs[m.Dialog]; d.Formed != call.None && d.Formed < r || d.Formed == call.None && s.usedBefore(d, x, r) {
			s.explainKnown(&f, d, x, r, final)
			return f
		}
	}
	if d, wrong := s.nearestDialog(r); d != nil {
		s.explainTags(&f, d, r, wrong)
		return f
	}
	if i := s.failedBefore(r); i != call.None {
		f.Severity = Warning
		f.Title = fmt.Sprintf("481: the %s belongs to a call that never came about", name)
		f.Evidence = fmt.Sprintf("The INVITE was answered with %s before the %s was sent, and no response formed a dialog.", s.Name(i), name)
		f.Related = append(f.Related, s.Related(i, "the end of the INVITE"))
		f.Next = "Let the sender drop the call when its INVITE fails; to give up before that, it sends CANCEL and not BYE."
		return f
	}
	f.Certainty = WeakHint
	f.Title = fmt.Sprintf("481: the other side does not know the call of this %s", name)
	f.Evidence = fmt.Sprintf("The message that formed the dialog is not in this log, so it does not tell whether the tags (From %s, To %s) are right.", s.tag(r, sip.HeaderFrom), s.tag(r, sip.HeaderTo))
	f.Next = "Compare Call-ID and both tags with the 200 to the INVITE in a log of the beginning of the call; if they agree, the call had ended, or another node than the one that owns it got the request."
	return f
}

func (s *CallSubject) tag(i int32, id sip.HeaderID) string {
	return clip(s.Messages[i].Msg.Tag(id))
}

// nearestDialog returns a dialog that was formed before request r whose tags are not those of r, one with a tag in common
// if there is one; wrong is the header field of r with the wrong tag, 0 when both are.
func (s *CallSubject) nearestDialog(r int32) (best *call.Dialog, wrong sip.HeaderID) {
	m := &s.Messages[r]
	for i := range s.Dialogs {
		d := &s.Dialogs[i]
		if d.Formed == call.None || d.Formed > r {
			continue
		}
		var bad sip.HeaderID
		switch {
		case m.To == d.UAC || m.To == d.UAS:
			bad = sip.HeaderFrom
		case m.From == d.UAC || m.From == d.UAS:
			bad = sip.HeaderTo
		}
		if best == nil || bad != 0 && (wrong == 0 || d.Confirmed != call.None && best.Confirmed == call.None) {
			best, wrong = d, bad
		}
	}
	return best, wrong
}

// failedBefore returns the final failure of the initial INVITE when it came before message r.
func (s *CallSubject) failedBefore(r int32) int32 {
	for x := range s.Exchanges {
		e := &s.Exchanges[x]
		if e.Method != call.INVITE || !e.Initial {
			continue
		}
		if i := s.FinalOf(int32(x)); i != call.None && i < r && s.Messages[i].Status >= 300 && s.Messages[i].Status != 401 && s.Messages[i].Status != 407 {
			return i
		}
	}
	return call.None
}

// explainTags tells which tag is not that of the dialog.
func (s *CallSubject) explainTags(f *Finding, d *call.Dialog, r int32, wrong sip.HeaderID) {
	m := &s.Messages[r]
	name := s.Name(r)
	formed := d.Formed
	if d.Confirmed != call.None {
		formed = d.Confirmed
	}
	f.Severity = Error
	if s.Partial() {
		f.Certainty = StrongHint
	}
	f.Related = append(f.Related, s.Related(formed, "it formed the dialog"))
	caller, callee := s.dialogTags(formed, d)
	dialog := fmt.Sprintf("The dialog that the %s formed has the tags %s (caller) and %s (callee)", s.Name(formed), clip(caller), clip(callee))
	f.Next = "Let the sender keep both tags of the dialog as they are: its own in From, that of the other side in To."
	switch wrong {
	case sip.HeaderFrom:
		f.Title = fmt.Sprintf("481: the From tag of the %s is not that of the dialog", name)
		f.Evidence = fmt.Sprintf("%s; the %s has %s in From, which is none of them, and %s in To.", dialog, name, s.tag(r, sip.HeaderFrom), s.tag(r, sip.HeaderTo))
	case sip.HeaderTo:
		f.Title = fmt.Sprintf("481: the To tag of the %s is not that of the dialog", name)
		f.Evidence = fmt.Sprintf("%s; the %s has %s in To, which is none of them.", dialog, name, s.tag(r, sip.HeaderTo))
		if m.From == d.UAC {
			f.Next = "Let the caller take the To tag from the 2xx that it has acknowledged and keep it as it is."
		}
	default:
		f.Title = fmt.Sprintf("481: neither tag of the %s is that of the dialog", name)
		f.Evidence = fmt.Sprintf("%s; the %s has %s in From and %s in To.", dialog, name, s.tag(r, sip.HeaderFrom), s.tag(r, sip.HeaderTo))
		f.Severity, f.Certainty = Warning, StrongHint // there may have been another dialog
	}
}

// dialogTags returns the tags of the caller and the callee of a dialog as message i has them.
func (s *CallSubject) dialogTags(i int32, d *call.Dialog) (caller, callee []byte) {
	m := &s.Messages[i]
	from, to := m.Msg.Tag(sip.HeaderFrom), m.Msg.Tag(sip.HeaderTo)
	if m.From == d.UAC {
		return from, to
	}
	return to, from
}

// explainKnown tells why the other side may have dropped a dialog that is in the log.
func (s *CallSubject) explainKnown(f *Finding, d *call.Dialog, x, r, final int32) {
	m := &s.Messages[r]
	name := s.Name(r)
	if s.explainSwapped(f, d, r) {
		return
	}
	bye, failure := call.None, call.None
	for _, i := range d.Messages {
		if i >= r {
			break
		}
		b := &s.Messages[i]
		if b.Transaction == call.None || s.Transactions[b.Transaction].Exchange == x || b.First != call.None {
			continue
		}
		switch {
		case b.Request && b.Method == call.BYE && bye == call.None:
			// Its own BYE ends the dialog for the other side when that one has accepted it.
			if t := &s.Transactions[b.Transaction]; b.From != m.From || t.Final != call.None && s.Messages[t.Final].Status < 300 {
				bye = i
			}
		case !b.Request && b.From == m.From && b.Status >= 300 && failure == call.None && d.Confirmed != call.None && i > d.Confirmed && endsDialog(int(b.Status), b.Method):
			failure = i
		}
	}
	switch {
	case bye != call.None:
		s.explainBye(f, bye, r)
	case failure != call.None:
		f.Title = fmt.Sprintf("481: the dialog of the %s was lost before", name)
		f.Evidence = fmt.Sprintf("An earlier %s of the same side got %s, which ends the dialog.", s.Messages[failure].Method, s.Name(failure))
		f.Related = append(f.Related, s.Related(failure, "the failure that ended the dialog"))
		f.Next = "Look at that earlier failure first; after it the sender should have ended the call."
		f.Severity = Warning
	case d.Formed != call.None && (d.Confirmed == call.None || d.Confirmed > r):
		s.explainEarly(f, d, r)
	default:
		s.explainAlive(f, d, r, final)
	}
}

// usedBefore reports whether another request inside the dialog was accepted before message r.
func (s *CallSubject) usedBefore(d *call.Dialog, x, r int32) bool {
	for _, i := range d.Messages {
		if i >= r {
			return false
		}
		if m := &s.Messages[i]; !m.Request && m.Status >= 200 && m.Status < 300 && m.Transaction != call.None && s.Transactions[m.Transaction].Exchange != x {
			return true
		}
	}
	return false
}

// endsDialog reports whether a failure ends the dialog of a request inside it, or its session (RFC 5057 section 5.1). That a
// method is not done, which ends a session by the letter, is left out: calls go on without UPDATE or INFO.
func endsDialog(code int, method call.Method) bool {
	if code == 405 || code == 501 {
		return false
	}
	d := knowledge.LookupDialogEffect(code)
	if d == nil {
		return false
	}
	ends := d.On(method.String())
	return ends == knowledge.ExtentDialog || ends == knowledge.ExtentUsage && inSession(method)
}

// explainSwapped tells that the callee has From and To the wrong way round.
func (s *CallSubject) explainSwapped(f *Finding, d *call.Dialog, r int32) bool {
	m := &s.Messages[r]
	if m.From != d.UAC || m.Vias != 1 || d.Request == call.None || d.Formed == call.None || s.Messages[d.Request].Vias != 1 {
		return false
	}
	from, answered := sentBy(m.Msg), contactOf(s.Messages[d.Formed].Msg)
	if !from.same(answered) || from.same(sentBy(s.Messages[d.Request].Msg)) {
		return false
	}
	f.Severity = Error
	f.Title = fmt.Sprintf("481: From and To of the %s are the wrong way round", s.Name(r))
	f.Evidence = fmt.Sprintf("The Via of this %s names the host of the callee's Contact, but its From has the tag of the caller, %s, and its To that of the callee.", s.Name(r), s.tag(r, sip.HeaderFrom))
	f.Related = append(f.Related, s.Related(d.Formed, "it formed the dialog"))
	f.Next = "Let the callee put its own address and tag into From and those of the caller into To when it sends a request."
	return true
}

// explainBye tells of a call that had ended, or ended at the same moment.
func (s *CallSubject) explainBye(f *Finding, bye, r int32) {
	m, b := &s.Messages[r], &s.Messages[bye]
	name := s.Name(r)
	t := &s.Transactions[b.Transaction]
	f.Related = append(f.Related, s.Related(bye, "the BYE that ended the call"))
	gap, timed := s.Since(bye, r)
	after := ""
	if timed && gap >= time.Millisecond {
		after = " " + Spell(gap) + " before"
	}
	f.Title = fmt.Sprintf("481: the call had ended before the %s", name)
	switch {
	case b.From == m.From:
		f.Evidence = fmt.Sprintf("The same side sent BYE%s, and it was accepted.", after)
		f.Next = fmt.Sprintf("Let the sender take the call for ended when it sends BYE, and send no %s behind it.", name)
		f.Severity = Warning
	case t.Final != call.None && t.Final < r && s.Messages[t.Final].Status < 300:
		f.Evidence = fmt.Sprintf("The other side sent BYE%s, and the sender of the %s had accepted it already.", after, name)
		f.Next = fmt.Sprintf("Let the sender take the call for ended when it has got BYE, and send no %s behind it.", name)
		f.Severity = Warning
	default:
		f.Title = fmt.Sprintf("481: the %s crossed a BYE", name)
		f.Evidence = fmt.Sprintf("The other side sent BYE%s, and the sender of the %s had not answered it yet.", after, name)
		f.Next = "Nothing is wrong: both did this at the same moment."
		f.Consequence = "The call ends as the BYE wants."
		f.Cites = []knowledge.Cite{{Standard: "RFC 5407", Section: "3.2"}, {Standard: "RFC 3261", Section: "15.1.2"}}
	}
	if m.Method == call.BYE {
		f.Severity = Information
		f.Consequence = "The call has ended; the second BYE does no harm."
	}
}

// explainEarly tells of a dialog that was never confirmed.
func (s *CallSubject) explainEarly(f *Finding, d *call.Dialog, r int32) {
	name := s.Name(r)
	f.Related = append(f.Related, s.Related(d.Formed, "it formed the early dialog"))
	for i := range s.Dialogs {
		// Another branch of the fork won.
		if o := &s.Dialogs[i]; o != d && o.UAC == d.UAC && o.Confirmed != call.None && o.Confirmed < r && s.sameExchange(o.Request, d.Request) {
			f.Severity = Error
			f.Title = fmt.Sprintf("481: the %s has the To tag of another branch", name)
			f.Evidence = fmt.Sprintf("Its dialog (To tag %s) was formed by a %s and never confirmed; the call was answered with the To tag %s.", s.tag(d.Formed, sip.HeaderTo), s.Name(d.Formed), s.tag(o.Confirmed, sip.HeaderTo))
			f.Related = append(f.Related, s.Related(o.Confirmed, "the answer, with another To tag"))
			f.Next = "Let the caller take the To tag of the 2xx for all requests behind it, not that of the ringing."
			f.Cites = []knowledge.Cite{{Standard: "RFC 3261", Section: "12.1.2"}, {Standard: "RFC 3261", Section: "13.2.2.4"}, {Standard: "RFC 3261", Section: "12.2.1.1"}}
			return
		}
	}
	if i := s.failedBefore(r); i != call.None {
		f.Severity = Warning
		f.Title = fmt.Sprintf("481: the early dialog of the %s had ended", name)
		f.Evidence = fmt.Sprintf("The INVITE was answered with %s before the %s; the dialog was never confirmed.", s.Name(i), name)
		f.Related = append(f.Related, s.Related(i, "the end of the INVITE"))
		f.Next = "Let the sender drop the call when its INVITE fails."
		return
	}
	f.Severity = Warning
	f.Certainty = StrongHint
	f.Title = fmt.Sprintf("481: the dialog of the %s is not confirmed", name)
	f.Evidence = fmt.Sprintf("A %s formed the early dialog; no 2xx to the INVITE precedes the %s.", s.Name(d.Formed), name)
	f.Next = "See whether the other side makes a dialog of its provisional response; a caller that gives up before the 2xx sends CANCEL."
	s.Missing(f)
}

// explainAlive tells of a dialog that the log shows alive.
func (s *CallSubject) explainAlive(f *Finding, d *call.Dialog, r, final int32) {
	m := &s.Messages[r]
	name := s.Name(r)
	f.Severity, f.Certainty = Warning, StrongHint
	f.Title = fmt.Sprintf("481 to %s though the log shows the call alive", name)
	f.Evidence = fmt.Sprintf("The tags of the %s are those of the dialog, and nothing before it in the log ended the call.", name)
	f.Related = append(f.Related, s.Related(d.Confirmed, "the dialog is in use"))
	f.Next = "See at the other side whether it was restarted, had dropped the call (no ACK, session timer, no media), or whether another node of it got the request than the one that owns the call."
	if invite := d.Invite; invite != call.None && m.From == d.UAC && s.Transactions[invite].ACK == call.None && s.Transactions[invite].Final != call.None && !s.Partial() {
		f.Severity = Information
		f.Evidence += " But no ACK to the 2xx is in this log: without it the callee drops the call after 32 s."
		f.Next = "Look first at why the ACK is missing."
		return
	}
	if span, ok := s.unrefreshed(d, r); ok {
		f.Severity = Information
		f.Evidence += fmt.Sprintf(" But the last refresh of the session is %s before, longer than its Session-Expires: the session timer has most likely ended it.", Spell(span))
		f.Next = "See why the refresher did not refresh the session in time."
		f.Cites = []knowledge.Cite{{Standard: "RFC 4028", Section: "10"}, {Standard: "RFC 3261", Section: "12.2.2"}}
		return
	}
	// The other side, as it named itself in its last message before.
	for k := len(d.Messages) - 1; k >= 0; k-- {
		i := d.Messages[k]
		p := &s.Messages[i]
		if i >= r || p.Request || p.From != m.From || p.Status < 200 || p.Status >= 300 {
			continue // not an answer of the other side
		}
		was, is := product(p.Msg), product(s.Messages[final].Msg)
		if len(was) > 0 && len(is) > 0 && !bytes.Equal(was, is) {
			f.Title = fmt.Sprintf("481 to %s from another program than the one in the call", name)
			f.Evidence += fmt.Sprintf(" The 481 names its sender %s, the other side called itself %s.", clip(is), clip(was))
			f.Next = "Find out who answered: a proxy, or another node than the one that owns the call; see where the Request-URI and Route of the request lead."
		}
		break
	}
}

// unrefreshed returns how long before message r the session was last refreshed, when that is longer than its interval.
func (s *CallSubject) unrefreshed(d *call.Dialog, r int32) (time.Duration, bool) {
	last := call.None
	var interval time.Duration
	for _, i := range d.Messages {
		if i >= r {
			break
		}
		m := &s.Messages[i]
		if m.Request || m.Status < 200 || m.Status >= 300 || m.Method != call.INVITE && m.Method != call.UPDATE {
			continue
		}
		last = i
		if h := m.Msg.Header(sip.HeaderSessionExpires); h != nil {
			if v, err := m.Msg.SessionInterval(h.Value); err == nil {
				interval = time.Duration(v.Seconds) * time.Second
			}
		}
	}
	if last == call.None || interval == 0 {
		return 0, false
	}
	span, ok := s.Since(last, r)
	return span, ok && span > interval
}

// sameExchange reports whether two messages belong to the same request on its several hops and branches.
func (s *CallSubject) sameExchange(a, b int32) bool {
	if a == call.None || b == call.None {
		return false
	}
	x, y := s.Messages[a].Transaction, s.Messages[b].Transaction
	return x != call.None && y != call.None && s.Transactions[x].Exchange == s.Transactions[y].Exchange
}

// product returns what the sender of a message calls itself.
func product(m *sip.Message) []byte {
	if v := m.Value(sip.HeaderServer); len(v) > 0 {
		return v
	}
	return m.Value(sip.HeaderUserAgent)
}
