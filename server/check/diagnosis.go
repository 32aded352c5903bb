package check

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/sip"
	"sipls/server/trace"
)

// Diagnosis says why a call went wrong. Places in it name messages by their index in the call: At.Msg.Seq.
type Diagnosis struct {
	Title   string // a short clause: "Call failed: 403 Forbidden after credentials were sent"
	At      int32  // message: the deciding one, or the first request where nothing came back
	Decided int32  // message: the final response that decided; None where none did

	Cause    string // the root cause, one sentence
	Evidence string // what the log shows for it
	Origin   string // who made the deciding response, and how one sees it; "" where no response decided
	Next     string
	Chain    []Related // what led to it, in the order of the wire
	Cites    []knowledge.Cite

	Certainty Certainty
	Finding   *Finding // that of another rule which is the root cause; nil where none is
	// Open says that the log ends before it shows whether the call failed.
	Open bool
}

// How says in words how sure the diagnosis is.
func (d *Diagnosis) How() string {
	return [...]string{
		"Certain: the log shows it.",
		"Most likely: nothing else explains well what the log shows.",
		"Only a hint: the log fits it, and other causes too.",
	}[d.Certainty]
}

// Diagnose says why the call failed; ok is false for a call that did not. A call that was answered has a diagnosis
// where a rule over calls found something at warning or above. more is what rules over the whole trace found in the call.
func (s *CallSubject) Diagnose(more ...Finding) (d Diagnosis, ok bool) {
	if len(s.Messages) == 0 {
		return d, false
	}
	if s.Failed() {
		f := newFailure(s)
		f.more = more
		return f.diagnose(), true
	}
	return s.diagnoseTrouble(more)
}

// Failed reports whether the call went wrong: it was refused, or nobody answered. A call that was busy, cancelled or
// redirected did not.
func (s *CallSubject) Failed() bool {
	r := &s.Result
	if r.Status >= 300 && r.Status < 400 {
		return false
	}
	return r.TimedOut || r.Outcome == call.Failed || r.Outcome == call.NoAnswer || r.Outcome == call.Refused
}

// diagnoseTrouble explains a call that came about by the gravest finding in it.
func (s *CallSubject) diagnoseTrouble(more []Finding) (d Diagnosis, ok bool) {
	var worst *Finding
	for f := range s.allFound(more) {
		if f.Rule.Last || f.Severity > Warning {
			continue
		}
		if worst == nil || cmp.Or(cmp.Compare(rank(f), rank(worst)), cmp.Compare(f.Certainty, worst.Certainty), cmp.Compare(f.Severity, worst.Severity)) < 0 {
			worst = f
		}
	}
	if worst == nil {
		return d, false
	}
	d = Diagnosis{Title: worst.Title, At: int32(worst.At.Msg.Seq), Decided: s.Result.Decided}
	d.blame(worst)
	d.Chain = append([]Related{{At: worst.At, Text: "here it shows"}}, worst.Related...)
	sortChain(d.Chain)
	return d, true
}

// allFound yields the findings in the call, without symptoms that rules over the whole trace explain, then those of these rules.
func (s *CallSubject) allFound(more []Finding) iter.Seq[*Finding] {
	return func(yield func(*Finding) bool) {
		for _, list := range [...][]Finding{s.Found, more} {
			for i := range list {
				if list[i].Rule.Symptom && slices.ContainsFunc(more, func(f Finding) bool { return slices.Contains(f.InsteadOf, list[i].At.Msg) }) {
					continue
				}
				if !yield(&list[i]) {
					return
				}
			}
		}
	}
}

// symptoms are rules that tell that something failed, not why.
var symptoms = []string{
	"invite-without-response", "request-without-response", "invite-without-final-response", "2xx-retransmit-not-reacked", "ack-missing-200-retransmit-bye-32s",
	"487-never-sent-after-cancel",
}

// rank puts what most likely is the cause first, then symptoms, then what is only a hint.
func rank(f *Finding) int {
	switch {
	case f.Certainty == WeakHint:
		return 2
	case slices.Contains(symptoms, f.Rule.Name):
		return 1
	}
	return 0
}

// blame makes the finding of another rule the root cause.
func (d *Diagnosis) blame(f *Finding) {
	d.Finding, d.Cause, d.Evidence, d.Next, d.Certainty, d.Cites = f, upperFirst(f.Title)+".", f.Evidence, f.Next, f.Certainty, f.Cites
	if f.Consequence != "" {
		d.Evidence = strings.TrimSpace(d.Evidence + " " + f.Consequence)
	}
}

// failure is what a failed call is judged by.
type failure struct {
	s         *CallSubject
	r         *call.Result
	method    call.Method
	decided   int32 // message, None
	m         *call.Message
	status    int
	request   int32         // message: the request that failed; None where it is not in the trace
	took      time.Duration // from the request to the deciding response
	timed     bool          // took is known
	challenge int32         // message: the challenge before the request; None
	// credentials are those that the request carries; nil where it has none.
	credentials *sip.AuthValue
	phrase      string // reason phrase where it says more than the standard one
	progress    int32  // message: the first of 101 to 199 in the exchange; None
	trying      bool   // something provisional came
	cause       *knowledge.Cause
	more        []Finding           // what rules over the whole trace found
	near        *call.Transaction   // the one whose answer decided, or that nobody answered; nil
	far         []*call.Transaction // of the same exchange on hops further from its sender
	same        *call.Transaction   // of these the last one with the answer that decided; nil
	behind      []*call.Transaction // of these those on hops behind that one
	chain       []Related
}

func newFailure(s *CallSubject) *failure {
	r := &s.Result
	f := &failure{s: s, r: r, method: r.Method, decided: r.Decided, status: r.Status, request: call.None, challenge: call.None, progress: call.None}
	if r.Exchange == call.None {
		return f
	}
	e := &s.Exchanges[r.Exchange]
	near := e.Upstream
	if f.decided != call.None {
		f.m = &s.Messages[f.decided]
		near = f.m.Transaction
		f.phrase = tellingPhrase(f.m.Msg)
	}
	f.near = &s.Transactions[near]
	f.request = f.near.Request
	for _, t := range e.Transactions {
		x := &s.Transactions[t]
		f.trying = f.trying || x.Trying != call.None
		if x.Ringing != call.None && (f.progress == call.None || x.Ringing < f.progress) {
			f.progress = x.Ringing
		}
		if t != near && x.Request != call.None && x.Vias > f.near.Vias {
			f.far = append(f.far, x)
		}
	}
	if f.request == call.None && f.m != nil && f.m.Vias == 0 {
		// Nothing but the CSeq joins an answer that its own program made.
		for _, t := range e.Transactions {
			if q := s.Transactions[t].Request; q != call.None {
				f.request = q
				break
			}
		}
	}
	f.hops()
	if f.request != call.None && f.decided != call.None {
		f.took, f.timed = s.Since(f.request, f.decided)
		// A clock that tells whole seconds does not tell whether an answer came at once.
		f.timed = f.timed && (f.took >= time.Second || f.took >= 0 && s.finelyTimed())
	}
	for x := r.Exchange - 1; x >= 0; x-- {
		if s.Exchanges[x].Method != f.method {
			continue
		}
		if c := s.FinalOf(x); c != call.None && isChallenge(&s.Messages[c]) {
			f.challenge = c
		}
		break
	}
	if f.request != call.None {
		f.credentials = credentialsOf(s.Messages[f.request].Msg)
	}
	if f.m != nil {
		for x := range f.m.Msg.Reasons {
			if x.Err == nil && x.Cause.Len > 0 && sip.EqualFold(f.m.Msg.Bytes(x.Protocol), "Q.850") {
				f.cause = knowledge.LookupCause(digits(f.m.Msg.Bytes(x.Cause)))
				break
			}
		}
	}
	return f
}

// finelyTimed reports whether the clock of the log tells parts of a second.
func (s *CallSubject) finelyTimed() bool {
	for i := range min(len(s.Messages), 64) {
		if m := &s.Messages[i]; m.Timed && m.Clock.At.Nanosecond() != 0 {
			return true
		}
	}
	return false
}

func isChallenge(m *call.Message) bool { return m.Status == 401 || m.Status == 407 }

// credentialsOf returns the first credentials of a request, nil when it has none.
func credentialsOf(m *sip.Message) *sip.AuthValue {
	values := m.AuthValues()
	for v := (sip.AuthValue{}); values.Next(&v); {
		if !v.IsChallenge() {
			return &v
		}
	}
	return nil
}

func (f *failure) diagnose() Diagnosis {
	d := Diagnosis{Decided: f.decided, At: f.decided, Certainty: WeakHint}
	if d.At == call.None {
		d.At = f.r.First
		if f.request != call.None {
			d.At = f.request
		}
	}
	f.links()
	d.Origin = f.origin()
	x := f.read()
	d.Cause, d.Evidence, d.Next, d.Certainty, d.Cites, d.Open = x.cause, x.evidence, x.next, x.certainty, x.cites, x.open
	if found, whole := f.found(); found != nil {
		if found.Certainty <= x.certainty || x.certainty == WeakHint {
			d.blame(found)
		} else {
			d.Finding = found // it says less surely what the response itself says
		}
		if f.decided == call.None && found.Rule.Scope == Message {
			// That it is wrong is proved, that nobody answers because of it is not.
			d.Certainty = max(d.Certainty, StrongHint)
			d.Evidence = strings.TrimSpace(d.Evidence + " " + x.evidence)
		}
		if whole && d.Open {
			d.Open, x.title, x.suffix = false, "", ""
		}
		for _, r := range found.Related {
			f.link(int32(r.At.Msg.Seq), r.Text)
		}
		if int32(found.At.Msg.Seq) != d.At {
			f.link(int32(found.At.Msg.Seq), "what is wrong")
		}
	}
	d.Evidence = strings.TrimSpace(d.Evidence + x.extra)
	if d.Cites == nil {
		if k := knowledge.LookupStatus(f.status); k != nil {
			d.Cites = k.Cites()[:min(2, len(k.Cites()))]
		} else {
			d.Cites = []knowledge.Cite{{Standard: "RFC 3261", Section: "17.1"}}
		}
	}
	d.Title = f.title(x)
	sortChain(f.chain)
	d.Chain = f.chain
	return d
}

// link adds a message to the chain of evidence, once.
func (f *failure) link(i int32, words string) {
	if i == call.None || slices.ContainsFunc(f.chain, func(r Related) bool { return int32(r.At.Msg.Seq) == i }) {
		return
	}
	f.chain = append(f.chain, f.s.Related(i, words))
}

func sortChain(chain []Related) {
	slices.SortStableFunc(chain, func(a, b Related) int { return cmp.Compare(a.At.Msg.Seq, b.At.Msg.Seq) })
}

// links gathers the messages that tell the story.
func (f *failure) links() {
	s := f.s
	if f.challenge != call.None {
		if q := s.RequestOf(f.challenge); q != call.None {
			f.link(s.Transactions[s.Messages[q].Transaction].Request, "the first request")
		}
		f.link(f.challenge, "the challenge")
	}
	if ok := f.lastSuccess(); ok != call.None {
		f.link(ok, "the last time it went well")
	}
	if f.request != call.None {
		words := "the request that failed"
		if f.decided != call.None && isChallenge(f.m) {
			words = "the request"
		}
		if n := s.Messages[f.request].Times; n > 0 {
			words += fmt.Sprintf(", sent %d times", n+1)
		}
		if f.credentials != nil {
			words = "the request with credentials"
			if n := s.Messages[f.request].Times; n > 0 {
				words += fmt.Sprintf(", sent %d times", n+1)
			}
		}
		f.link(f.request, words)
	}
	if f.progress != call.None {
		words := "the first sign of progress"
		if f.rang() != call.None {
			words = "it begins to ring"
		}
		f.link(f.progress, words)
	} else if f.near != nil && f.near.Trying != call.None && f.timed && f.took > soon {
		f.link(f.near.Trying, "the request is taken on")
	}
	switch {
	case f.decided == call.None:
	case isChallenge(f.m) && f.credentials == nil:
		f.link(f.decided, "the challenge")
	default:
		f.link(f.decided, "the answer that decided")
	}
	if f.near != nil && f.near.Canceled != call.None {
		if c := s.Transactions[f.near.Canceled].Request; c != call.None && (f.decided == call.None || c < f.decided) {
			f.link(c, "the caller gives up")
		}
	}
}

// lastSuccess returns the 2xx of the last try of a registration or the like before this one that went well, None where there is none.
func (f *failure) lastSuccess() int32 {
	if f.method == call.INVITE {
		return call.None
	}
	for x := f.r.Exchange - 1; x >= 0; x-- {
		if f.s.Exchanges[x].Method != f.method {
			continue
		}
		if i := f.s.FinalOf(x); i != call.None && f.s.Messages[i].Status < 300 {
			return i
		}
	}
	return call.None
}

func (f *failure) title(x reading) string {
	var t string
	switch f.method {
	case call.INVITE:
		t = "Call failed"
	case call.REGISTER:
		t = "Registration failed"
	case call.SUBSCRIBE:
		t = "Subscription failed"
	default:
		t = f.word() + " failed"
	}
	if x.title != "" {
		return x.title
	}
	if f.decided != call.None {
		t += ": " + f.s.Name(f.decided)
	}
	return t + x.suffix
}

// word names the request: "INVITE".
func (f *failure) word() string {
	if f.request != call.None {
		return f.s.Name(f.request)
	}
	if w := f.method.String(); w != "" {
		return w
	}
	return "Request"
}

// found returns the finding of another rule that explains the failure best; nil where none does. certain says that
// it holds whether or not the log ends too early.
func (f *failure) found() (best *Finding, certain bool) {
	type candidate struct {
		f        *Finding
		distance int
	}
	var list []candidate
	for x := range f.s.allFound(f.more) {
		if x.Rule.Last || x.Severity > Information {
			continue
		}
		if dist, ok := f.distance(x); ok {
			list = append(list, candidate{x, dist})
		}
	}
	for _, x := range f.messageFindings() {
		list = append(list, candidate{&x, 1})
	}
	if len(list) == 0 {
		return nil, false
	}
	b := slices.MinFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(rank(a.f), rank(b.f)), cmp.Compare(a.f.Certainty, b.f.Certainty), cmp.Compare(a.f.Severity, b.f.Severity), cmp.Compare(a.distance, b.distance))
	})
	return b.f, b.f.Certainty <= StrongHint && b.f.Severity <= Warning
}

// distance tells how far a finding of a rule over calls is from what decided; ok is false where it can't be the cause.
func (f *failure) distance(x *Finding) (d int, ok bool) {
	if !slices.Contains(codesOf(x.Rule), f.status) {
		return 0, false
	}
	touches := func(i int32) bool {
		if i == call.None {
			return false
		}
		return int32(x.At.Msg.Seq) == i || slices.ContainsFunc(x.Related, func(r Related) bool { return int32(r.At.Msg.Seq) == i })
	}
	at := &f.s.Messages[x.At.Msg.Seq]
	same := f.r.Exchange != call.None && at.Transaction != call.None && f.s.Transactions[at.Transaction].Exchange == f.r.Exchange
	switch {
	case touches(f.decided):
		return 0, true
	case touches(f.request):
		return 1, true
	case same:
		return 2, true
	}
	return 0, false
}

// codesOf returns the codes of failures that what a rule finds may cause, 0 among them for no answer at all.
func codesOf(r *Rule) []int {
	if codes, ok := causesOf[r.Name]; ok {
		return codes
	}
	for _, slug := range r.Failures {
		if codes, ok := causesOf[slug]; ok {
			return codes
		}
	}
	return nil
}

// causesOf are the rules, or the failures that they find, that cause failures of calls, with the codes that come of them; 0
// stands for no answer at all. What others find explains no failure.
var causesOf = map[string][]int{
	"auth-loop-bad-credentials":       {401, 407, 403},
	"retry-after-challenge-malformed": {400, 401, 403, 407, 482, 500},
	"stale-nonce":                     {401, 403, 407},
	"reinvite-challenged-not-handled": {401, 407},
	"challenge-never-answered":        {401, 407},
	"digest-algorithm-unsupported":    {401, 403, 407},
	"no-common-codec-488":             {406, 415, 488, 606},
	"media-profile-mismatch-webrtc":   {488, 606},
	"late-offer-mishandled":           {488, 500},
	"multipart-415":                   {400, 415, 488},
	"t38-reinvite-rejected":           {415, 488, 606},
	"rport-missing-response-lost":     {0},
	"481-unknown-dialog":              {481},
	"422-min-se":                      {422},
	"423-min-expires":                 {423},
	"register-404-403-unknown-aor":    {403, 404},
	"number-format-404-484":           {403, 404, 484, 604},
	"options-keepalive-down":          {0, 408, 503},
	"udp-message-too-large":           {0, 408},
	"request-too-large":               {0},
	"transport-param-mismatch":        {0, 408, 503},
	"tls-failure-local-503":           {0, 408, 503},
	"dns-srv-or-target-timeout":       {0, 408, 478, 480, 503},
	"prack-100rel":                    {408, 420, 421, 500, 504},
	"491-glare":                       {491},
	"loop-or-max-forwards":            {482, 483},
	"cseq-out-of-order-500":           {400, 500},
	"malformed-header-400-or-drop":    {0, 400},
	"tcp-framing":                     {0, 400},
	"ip-family-mismatch":              {488, 606},
	"event-489-or-notify-481":         {481, 489},
	"stir-shaken-438-403":             {403, 428, 436, 437, 438},
	"websocket-invalid-contact":       {0, 408, 478, 480},
	"wrong-cause-mapping":             {},
	"ack-not-matched-407-retransmit":  {},
	"2xx-retransmit-not-reacked":      {},
	"cancel-vs-200-race":              {},
	"487-never-sent-after-cancel":     {0},
	"forked-early-dialogs":            {},
	"missing-to-tag-in-response":      {},
	"ack-2xx-not-matched":             {},
	"answer-without-offered-codec":    {},
}

// messageFindings are those of the rules over messages that explain the failure: the challenge that nobody can answer, the
// request that nobody can read.
func (f *failure) messageFindings() (out []Finding) {
	keep := func(i int32, most Severity) {
		if i == call.None || f.s.judge == nil {
			return
		}
		m := &f.s.Messages[i]
		subject := Subject{Message: m.Msg}
		if !m.Request && f.request != call.None {
			subject.Request = f.s.Messages[f.request].Msg
		}
		f.s.judge(&subject, func(x Finding) {
			if x.Severity <= most {
				x.At.Msg.Seq = uint32(i)
				x.Related = slices.Clone(x.Related)
				for k := range x.Related {
					x.Related[k].At.Msg.Seq = uint32(i)
				}
				out = append(out, x)
			}
		})
	}
	switch f.status {
	case 401, 407, 420, 421, 422, 423:
		if f.credentials == nil {
			keep(f.decided, Error)
		}
	case 0, 400:
		// What nobody answered, or was called bad, is judged only where nothing of it is missing here.
		if f.request != call.None && !f.trying && f.s.Messages[f.request].Whole {
			keep(f.request, Error)
		}
	}
	return out
}

// header returns a header field of a message for a sentence, "" where it is not there.
func (f *failure) header(i int32, id sip.HeaderID) string {
	if i == call.None {
		return ""
	}
	return onOneLine(f.s.Messages[i].Msg.Value(id))
}

// sender returns what a message calls its sender: Server, or User-Agent.
func (f *failure) sender(i int32) string {
	if v := f.header(i, sip.HeaderServer); v != "" {
		return v
	}
	return f.header(i, sip.HeaderUserAgent)
}

// sentBy returns the host of the topmost Via of a message, "" where it has none.
func (f *failure) sentBy(i int32) string {
	m := f.s.Messages[i].Msg
	if v := m.TopVia(); v.OK {
		return clip(m.Bytes(v.Host))
	}
	return ""
}

// origin tells who made the deciding response.
func (f *failure) origin() string {
	if f.decided == call.None {
		return ""
	}
	if f.m.Vias == 0 && f.m.Whole {
		return "The response has no Via: it never crossed the network, the program that wrote this log made it itself."
	}
	if len(f.far) > 0 {
		return f.originInProxy()
	}
	var out []string
	who := f.sender(f.decided)
	switch {
	case f.m.Direction == trace.Sent:
		made := "The host that wrote this log" + inBrackets(who) + " answered itself: it sent nothing on under this Call-ID"
		if f.s.OneSided {
			made = "The host that wrote this log" + inBrackets(who) + " sent the answer"
		}
		if f.timed && f.took < atOnce {
			out = append(out, made+", and it answered at once, so it asked nobody.")
		} else if f.method != call.OPTIONS && !ownBusiness(f.status) {
			out = append(out, made+". If it is a B2BUA or gateway, the cause may stand on its other leg, under another Call-ID.")
		} else {
			out = append(out, made+".")
		}
	case f.m.Vias > 1:
		out = append(out, fmt.Sprintf("It still has %d Via here, so it passed from behind this point towards the caller%s.", f.m.Vias, saysItIs(who)))
	case who != "":
		out = append(out, "The sender of the answer calls itself "+quoted(who)+"; with one Via left it is the next hop, or something behind it.")
		if c := f.challengeSender(); c != "" && c != who {
			out = append(out, "The challenge came from another one, "+quoted(c)+": the call got past that.")
		}
	default:
		out = append(out, "With one Via left the answer comes from the next hop or from behind it; it does not say what it is, so only a log taken there can tell which.")
	}
	for w := range f.m.Msg.Warnings {
		if agent := clip(f.m.Msg.Bytes(w.Agent)); w.Err == nil && agent != "" {
			out = append(out, "Its Warning was written by "+agent+".")
			break
		}
	}
	return strings.Join(out, " ")
}

// ownBusiness reports whether a back-to-back user agent decides on such an answer by itself and does not take it from its other leg.
func ownBusiness(status int) bool {
	switch status {
	case 401, 405, 407, 413, 414, 416, 420, 421, 422, 423, 481, 482, 483, 489, 491, 501, 505, 513:
		return true
	}
	return false
}

func (f *failure) challengeSender() string {
	if f.challenge == call.None {
		return ""
	}
	return f.sender(f.challenge)
}

func inBrackets(who string) string {
	if who == "" {
		return ""
	}
	return " (" + clip([]byte(who)) + ")"
}

func saysItIs(who string) string {
	if who == "" {
		return ""
	}
	return "; its sender calls itself " + quoted(who)
}

func quoted(s string) string { return strconv.Quote(clip([]byte(s))) }

// originInProxy compares the response on the hops of one proxy or several.
func (f *failure) originInProxy() string {
	s := f.s
	proxy := func(before *call.Transaction) string {
		if by := f.sentBy(before.Request); by != "" {
			return " at " + by
		}
		return ""
	}
	if f.same != nil {
		f.link(f.same.Final, "the same answer one hop further")
	}
	if len(f.behind) == 0 {
		return fmt.Sprintf("The proxy%s only passed it on: the same %d stands on the hop behind it%s.", proxy(f.far[0]), f.status, saysItIs(f.sender(f.same.Final)))
	}
	out := fmt.Sprintf("The proxy%s made it itself: it stands only between the caller and the proxy", proxy(f.behind[0]))
	var codes []string
	silent := 0
	for _, x := range f.behind {
		switch {
		case x.Final != call.None:
			f.link(x.Final, "what the hop behind the proxy answered")
			codes = append(codes, strconv.Itoa(int(s.Messages[x.Final].Status)))
		case x.Trying == call.None:
			silent++
			words := "the proxy sends it on, nothing answers"
			if n := s.Messages[x.Request].Times; n > 0 {
				words = fmt.Sprintf("the proxy sends it on %d times, nothing answers", n+1)
			}
			f.link(x.Request, words)
		}
	}
	switch {
	case len(codes) > 0:
		out += "; behind it the answer was " + strings.Join(codes, ", ")
	case silent > 0:
		out += "; behind it nothing answered"
	default:
		out += "; behind it no final answer came"
	}
	return out + "."
}

// hops tells the hops behind the deciding one apart: the last one with the same answer, and those further on.
func (f *failure) hops() {
	last := f.near.Vias
	for _, x := range f.far {
		if x.Final != call.None && f.decided != call.None && f.s.Messages[x.Final].Status == f.m.Status && x.Vias > last {
			f.same, last = x, x.Vias
		}
	}
	for _, x := range f.far {
		if x.Vias > last {
			f.behind = append(f.behind, x)
		}
	}
}
