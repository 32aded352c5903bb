package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// variants are the options worth combining with every pair of agents.
var variants = map[string][]Option{
	"answered":           nil,
	"challenged 401":     {Challenged(401)},
	"challenged 407":     {Challenged(407)},
	"wrong password":     {WrongPassword()},
	"busy":               {Challenged(407), Rejected(486)},
	"not found":          {Rejected(404)},
	"moved":              {Rejected(302)},
	"method not allowed": {Rejected(405)},
	"media type":         {Rejected(415)},
	"bad extension":      {Challenged(407), Rejected(420)},
	"extension required": {Rejected(421)},
	"interval too small": {Rejected(422)},
	"too brief":          {Rejected(423)},
	"not acceptable":     {Codecs("G729"), Rejected(488)},
	"unavailable":        {Rejected(503)},
	"declined":           {Rejected(603)},
	"gives up at 401":    {Rejected(401)},
	"gives up at 407":    {Rejected(407)},
	"cancelled":          {Challenged(407), Cancelled()},
	"unanswered":         {Unanswered()},
	"early media":        {EarlyMedia()},
	"hold":               {Challenged(407), Hold()},
	"callee hangs up":    {CalleeHangsUp()},
	"bye refused":        {ByeAnswered(481)},
	"unregister":         {Challenged(401), Expires(0)},
	"other seed":         {Seed(99), Start(time.Hour)},

	"reliable":             {Reliable()},
	"reliable early media": {Reliable(), EarlyMedia(), Challenged(407)},
	"reliable, cancelled":  {Reliable(), Cancelled()},
	"late offer":           {LateOffer(), Challenged(407)},
	"late offer, reliable": {LateOffer(), Reliable()},
	"session timer":        {SessionTimer(90, "uac"), Talking(3 * time.Minute)},
	"refreshed by callee":  {SessionTimer(90, "uas"), Talking(3 * time.Minute), Hold()},
	"refreshed by INVITE":  {SessionTimer(1800, "uas"), RefreshedByInvite(), Talking(time.Hour)},
	"interval raised":      {Challenged(407), BelowMinSE(1800)},
	"no telephone-event":   {TelephoneEvent(0)},
	"BYE challenged":       {InDialogChallenged(407)},
	"callee's challenged":  {InDialogChallenged(401), CalleeHangsUp()},
	"re-INVITE challenged": {InDialogChallenged(407), Hold()},
	"glare":                {Glare()},
	"expiry raised":        {Challenged(401), BelowMinExpires(7200)},
	"refreshed":            {Challenged(401), Refreshes(3, 30*time.Minute)},
	"terminated":           {Terminated("deactivated")},
	"transferred":          {CalleeTransfers(), Hold()},
	"transfer busy":        {ReferResult(486), SessionTimer(90, "uac")},
	"transfer refused":     {ReferAnswered(603)},
}

// everyTrace calls f for the builders of two parties, every variant and agent.
func everyTrace(t *testing.T, f func(t *testing.T, tr Trace)) {
	everyCast(t, func(t *testing.T, phone, other, pbx Party, opts []Option) {
		f(t, Register(phone, pbx, opts...))
		f(t, Call(phone, pbx, opts...))
		f(t, Call(phone, other, opts...))
		f(t, Bridge(phone, pbx, other, opts...))
		f(t, Keepalive(pbx, phone, opts...))
	})
}

// everyFlow calls f for the other builders.
func everyFlow(t *testing.T, f func(t *testing.T, tr Trace)) {
	everyCast(t, func(t *testing.T, phone, other, pbx Party, opts []Option) {
		f(t, Subscribe(phone, pbx, "message-summary", opts...))
		f(t, Subscribe(phone, other, "dialog", opts...))
		f(t, Chat(phone, other, "Hello", opts...))
		f(t, Transfer(phone, pbx, Tester(), opts...))
		f(t, Transfer(phone, other, Tester(), opts...))
		natted := phone.BehindNAT("192.168.1.21:5060")
		f(t, Register(natted, pbx, opts...))
		f(t, Call(natted, pbx, opts...))
		f(t, Call(pbx, natted, opts...))
		if pbx.Agent != SIPp { // which is no proxy
			f(t, Proxied(phone, pbx, other, opts...))
			f(t, Proxied(natted, pbx, other, opts...))
			f(t, Forked(phone, pbx, []Party{other, carol}, opts...))
		}
	})
}

func everyCast(t *testing.T, f func(t *testing.T, phone, other, pbx Party, opts []Option)) {
	agents := []Agent{Asterisk, FreeSWITCH, Kamailio, SIPp, Yealink, Linphone, Baresip}
	for name, opts := range variants {
		t.Run(name, func(t *testing.T) {
			for i, agent := range agents {
				phone, other := Alice, Bob
				phone.Agent, other.Agent = agent, agents[(i+3)%len(agents)]
				f(t, phone, other, PBX(agents[(i+5)%len(agents)]), opts)
			}
		})
	}
}

// carol has a phone that rings along with others.
var carol = Party{Name: "Carol", User: "1003", Domain: "example.com", Addr: UDP("198.51.100.23:5060"), Agent: Baresip, Password: "carol"}

func TestEveryMessageKeepsTheRules(t *testing.T) {
	check := func(t *testing.T, tr Trace) {
		for _, p := range broken(tr) {
			t.Error(p)
		}
	}
	everyTrace(t, check)
	everyFlow(t, check)
}

// broken lists where messages break RFC 3261 and what it builds on. It knows
// nothing of the builders: only the messages.
func broken(tr Trace) (problems []string) {
	type sent struct {
		m  *Message
		at int
	}
	requests := map[string]sent{} // by branch and CSeq
	lastCSeq := map[string]int{}
	lastInvite := map[string]int{}
	seen := map[string]string{} // retransmissions are the same bytes
	for i := range tr.Messages {
		m := &tr.Messages[i]
		bad := func(format string, args ...any) {
			problems = append(problems, fmt.Sprintf(format, args...)+"\n"+string(m.Wire()))
		}
		if i > 0 && m.At < tr.Messages[i-1].At {
			bad("goes back in time")
		}
		wire := string(m.Wire())
		if len(wire) > 1300+proxyAdds(m) {
			bad("%d bytes over UDP (RFC 3261 section 18.1.1)", len(wire))
		}
		for _, name := range []string{"Via", "From", "To", "Call-ID", "CSeq", "Content-Length"} {
			if n := count(m, name); n != 1 && (name != "Via" || n == 0 || m.From.Host != pbxHost && m.To.Host != pbxHost) {
				bad("%d times %s", n, name)
			}
		}
		if n, err := strconv.Atoi(strings.TrimSpace(m.Get("Content-Length"))); err != nil || n != len(m.Body) {
			bad("Content-Length %q, body has %d bytes", m.Get("Content-Length"), len(m.Body))
		}
		if (m.Get("Content-Type") != "") != (m.Body != "") {
			bad("Content-Type and body do not go together")
		}
		if strings.Contains(strings.ReplaceAll(wire, "\r\n", ""), "\n") {
			bad("a bare LF")
		}
		if !strings.Contains(m.Get("From"), ";tag=") {
			bad("From without a tag")
		}
		for _, h := range m.Headers {
			if h.Value == "" && h.Name != "Recv-Info" {
				bad("empty %s", h.Name)
			}
		}
		number, method, _ := strings.Cut(m.Get("CSeq"), " ")
		branch := param(m.Get("Via"), "branch")
		if !strings.HasPrefix(branch, cookie) {
			bad("branch %q without the cookie", branch)
		}
		key := branch + "|" + m.Get("CSeq")

		if !m.IsResponse() {
			if m.Method() != method {
				bad("CSeq contradicts the request line")
			}
			if m.Get("Max-Forwards") == "" {
				bad("no Max-Forwards")
			}
			if first, ok := requests[key]; ok {
				if seen[key] != wire {
					bad("branch and CSeq of another request:\n%s", first.m.Wire())
				}
				continue
			}
			requests[key], seen[key] = sent{m, i}, wire
			if !strings.Contains(m.Get("Via"), m.From.String()) && !strings.Contains(m.Get("Via"), " 192.168.1.21:") {
				bad("Via does not name the sender %s", m.From)
			}
			n, _ := strconv.Atoi(number)
			flow := m.Get("Call-ID") + "|" + toTag(m.Get("From")) + "|" + m.From.String() + "|" + m.To.String()
			switch method {
			case "ACK", "CANCEL":
				if n != lastInvite[flow] {
					bad("%s with another number than the INVITE", method)
				}
			default:
				if method == "INVITE" {
					lastInvite[flow] = n
				}
				if n <= lastCSeq[flow] {
					bad("CSeq does not increase")
				}
				lastCSeq[flow] = n
			}
			problems = append(problems, brokenRequest(tr.Messages[:i], m, branch, number)...)
			continue
		}

		r, ok := requests[key]
		if !ok {
			bad("answers no request")
			continue
		}
		if m.From != r.m.To || m.To != r.m.From {
			bad("comes from somewhere else")
		}
		if m.Get("From") != r.m.Get("From") || m.Get("Call-ID") != r.m.Get("Call-ID") {
			bad("From or Call-ID changed")
		}
		if !strings.HasPrefix(m.Get("To"), r.m.Get("To")) {
			bad("To changed")
		}
		if tagged := strings.Contains(m.Get("To"), ";tag="); !tagged && m.Status() != 100 {
			bad("no To tag")
		}
		if strings.Contains(r.m.Get("Via"), ";rport") && param(m.Get("Via"), "rport") != strconv.Itoa(r.m.From.Port) {
			bad("rport not filled (RFC 3581 section 4)")
		}
		for _, name := range required(method, m) {
			if m.Get(name) == "" && name != "Recv-Info" && !(name == "Content-Type" && describedReliably(tr.Messages[:i], m)) {
				bad("lacks %s", name)
			}
		}
		if wanted := r.m.Get("Session-Expires"); wanted != "" && m.Status() == 200 {
			granted, who, _ := strings.Cut(m.Get("Session-Expires"), ";")
			if first, _, _ := strings.Cut(wanted, ";"); granted != first || who != "refresher=uac" && who != "refresher=uas" || m.Get("Require") != "timer" {
				bad("no session timer as asked for: %s", wanted)
			}
		}
		if method == "REGISTER" && m.Status() == 200 && r.m.Get("Expires") != "0" && param(m.Get("Contact"), "expires") == "" {
			bad("lacks Contact;expires")
		}
	}
	return problems
}

const pbxHost = "192.0.2.10"

// proxyAdds is room for what a message gets on its way through a proxy.
func proxyAdds(m *Message) int {
	if count(m, "Via") > 1 || m.Get("Record-Route")+m.Get("Route") != "" {
		return 300
	}
	return 0
}

// describedReliably reports whether a reliable provisional response has had the
// session description that m does not repeat.
func describedReliably(before []Message, m *Message) bool {
	return slices.ContainsFunc(before, func(b Message) bool {
		return b.Get("Call-ID") == m.Get("Call-ID") && b.Get("CSeq") == m.Get("CSeq") && b.Get("RSeq") != "" && b.Body != ""
	})
}

// required lists the header fields that a response must or should have
// (RFC 3261 sections 13.3.1, 21; RFC 4028; RFC 3261 section 11.2).
func required(method string, m *Message) []string {
	switch m.Status() {
	case 180, 183:
		return []string{"Contact"}
	case 200:
		switch method {
		case "INVITE":
			return []string{"Contact", "Allow", "Supported", "Content-Type"}
		case "OPTIONS":
			return []string{"Allow", "Accept", "Accept-Encoding", "Accept-Language", "Supported"}
		case "REGISTER":
			return []string{"Date"}
		}
	case 302:
		return []string{"Contact"}
	case 401:
		return []string{"WWW-Authenticate"}
	case 405:
		return []string{"Allow"}
	case 407:
		return []string{"Proxy-Authenticate"}
	case 415:
		return []string{"Accept"}
	case 420:
		return []string{"Unsupported"}
	case 421:
		return []string{"Require"}
	case 422:
		return []string{"Min-SE"}
	case 423:
		return []string{"Min-Expires"}
	case 488:
		return []string{"Warning"}
	case 503:
		return []string{"Retry-After"}
	}
	return nil
}

func brokenRequest(before []Message, m *Message, branch, number string) (problems []string) {
	bad := func(format string, args ...any) {
		problems = append(problems, fmt.Sprintf(format, args...)+"\n"+string(m.Wire()))
	}
	uri := strings.Fields(m.Start)[1]
	invite, final := inviteOf(before, m, number)
	switch m.Method() {
	case "INVITE", "OPTIONS":
		if m.Get("Contact") == "" {
			bad("no Contact")
		}
	case "BYE":
		if !slices.ContainsFunc(before, func(b Message) bool {
			return b.Status() == 200 && b.Method() == "INVITE" && b.Get("Call-ID") == m.Get("Call-ID") &&
				(b.Get("To") == m.Get("To") || b.Get("To") == m.Get("From"))
		}) {
			bad("BYE without a dialog")
		}
	case "SUBSCRIBE", "NOTIFY", "REFER", "UPDATE":
		for _, name := range map[string][]string{"SUBSCRIBE": {"Event", "Expires"}, "NOTIFY": {"Event", "Subscription-State"}, "REFER": {"Refer-To"}}[m.Method()] {
			if m.Get(name) == "" {
				bad("no %s", name)
			}
		}
		if m.Get("Contact") == "" {
			bad("no Contact")
		}
	case "MESSAGE":
		if m.Get("Contact") != "" {
			bad("Contact in a MESSAGE (RFC 3428 section 4)")
		}
	case "PRACK":
		if !slices.ContainsFunc(before, func(b Message) bool {
			return b.To == m.From && b.From == m.To && b.Get("To") == m.Get("To") && b.Get("RSeq")+" "+b.Get("CSeq") == m.Get("RAck")
		}) {
			bad("PRACK of nothing")
		}
	case "REGISTER":
		if strings.Contains(uri, "@") {
			bad("user part in the Request-URI of a REGISTER")
		}
	case "ACK":
		if invite == nil || final == nil {
			bad("ACK without an INVITE and its final response")
			break
		}
		if m.Get("To") != final.Get("To") {
			bad("To is not that of the response")
		}
		same := branch == param(invite.Get("Via"), "branch")
		if final.Status() < 300 {
			if same {
				bad("ACK to a 2xx has the branch of the INVITE")
			}
			if "<"+uri+">" != final.Get("Contact") {
				bad("ACK to a 2xx does not go to the Contact %s", final.Get("Contact"))
			}
			for _, h := range []string{"Authorization", "Proxy-Authorization"} {
				if m.Get(h) != invite.Get(h) {
					bad("ACK to a 2xx lacks the credentials of the INVITE")
				}
			}
		} else if !same || uri != strings.Fields(invite.Start)[1] {
			bad("ACK to a failure has another branch or Request-URI than the INVITE")
		}
	case "CANCEL":
		switch {
		case invite == nil:
			bad("CANCEL without an INVITE")
		case branch != param(invite.Get("Via"), "branch") || uri != strings.Fields(invite.Start)[1] || m.Get("To") != invite.Get("To"):
			bad("CANCEL is not like the INVITE")
		case final != nil:
			bad("CANCEL after the final response")
		}
	}
	for _, h := range []string{"Authorization", "Proxy-Authorization"} {
		if v := m.Get(h); v != "" && m.Method() != "ACK" && !answersChallenge(before, m, v, uri) {
			bad("%s is no right answer to a challenge", h)
		}
	}
	return problems
}

// inviteOf finds the INVITE that an ACK or a CANCEL belongs to, and its final response.
func inviteOf(before []Message, m *Message, number string) (invite, final *Message) {
	for i := range before {
		b := &before[i]
		if b.Get("Call-ID") != m.Get("Call-ID") || b.Get("CSeq") != number+" INVITE" {
			continue
		}
		if b.IsResponse() && b.Status() >= 200 && b.To == m.From && b.From == m.To {
			final = b
		} else if !b.IsResponse() && b.From == m.From && b.To == m.To {
			invite = b
		}
	}
	return invite, final
}

// answersChallenge computes the digest again from the challenge of that nonce.
func answersChallenge(before []Message, m *Message, credentials, uri string) bool {
	asked := slices.ContainsFunc(before, func(b Message) bool {
		c := b.Get("WWW-Authenticate") + b.Get("Proxy-Authenticate")
		return b.Get("Call-ID") == m.Get("Call-ID") && c != "" &&
			directive(c, "nonce") == directive(credentials, "nonce") && directive(c, "realm") == directive(credentials, "realm")
	})
	d := func(name string) string { return directive(credentials, name) }
	right := func(password string) bool {
		return d("response") == digestResponse(d("username"), d("realm"), password, m.Method(), uri, d("nonce"), d("nc"), d("cnonce"))
	}
	passwords := []string{Alice.Password, Tester().Password, "secret-" + d("username"), Bob.Password, ""}
	sameURI := d("uri") == uri
	if count(m, "Via") > 1 { // the proxy has looked up where it goes
		sameURI, uri = true, d("uri")
	}
	return asked && sameURI && slices.ContainsFunc(passwords, func(p string) bool {
		return right(p) || right(p+"-mistyped")
	})
}

func count(m *Message, name string) (n int) {
	for _, h := range m.Headers {
		if strings.EqualFold(h.Name, name) {
			n++
		}
	}
	return n
}

func param(value, name string) string {
	_, v, _ := strings.Cut(value, ";"+name+"=")
	if end := strings.IndexAny(v, ";,> "); end >= 0 {
		v = v[:end]
	}
	return v
}

func directive(value, name string) string {
	for _, sep := range []string{" ", ","} {
		if _, v, ok := strings.Cut(value, sep+name+"="); ok {
			if strings.HasPrefix(v, `"`) {
				v, _, _ = strings.Cut(v[1:], `"`)
				return v
			}
			v, _, _ = strings.Cut(v, ",")
			return v
		}
	}
	return ""
}

// The check above must be able to fail.
func TestBrokenFindsFaults(t *testing.T) {
	call := Call(Alice, PBX(Asterisk), Challenged(407))
	for name, tr := range map[string]Trace{
		"no challenge":        call.With(Status(407), RemoveHeader("Proxy-Authenticate")),
		"CSeq method":         call.With(Request("BYE"), WrongCSeqMethod("INVITE")),
		"Content-Length":      call.With(Request("INVITE").Nth(2), WrongContentLength(7)),
		"no To tag":           call.With(Status(180), ReplaceInHeader("To", ";tag=", ";other=")),
		"response out of air": call.Without(Request("BYE")),
		"wrong digest":        call.With(Request("INVITE").Nth(2), ReplaceInHeader("Proxy-Authorization", `username="1001"`, `username="1009"`)),
		"ACK to the wrong":    call.With(Request("ACK").Nth(2), SetStart("ACK sip:nobody@192.0.2.99 SIP/2.0")),
		"order":               call.Swap(Status(100), Request("BYE")),
	} {
		if len(broken(tr)) == 0 {
			t.Errorf("%s: not noticed", name)
		}
	}
}

func TestDigestOfTheRFCs(t *testing.T) {
	// RFC 2617 section 3.5, RFC 7616 section 3.9.1.
	if got, want := digestResponse("Mufasa", "testrealm@host.com", "Circle Of Life", "GET", "/dir/index.html",
		"dcd98b7102dd2f0e8b11d0f600bfb0c093", "00000001", "0a4f113b"), "6629fae49393a05397450978507c4ef1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := digestResponse("Mufasa", "http-auth@example.org", "Circle of Life", "GET", "/dir/index.html",
		"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "00000001", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"), "8ca523f5e9506fed4657c9700eebdbec"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestOutcomes(t *testing.T) {
	pbx := PBX(Asterisk)
	tests := []struct {
		name  string
		trace Trace
		want  string
	}{
		{"registration", Register(Alice, pbx), "REGISTER 200"},
		{"registration challenged", Register(Alice, pbx, Challenged(401)), "REGISTER 401 REGISTER 200"},
		{"registration with a wrong password", Register(Alice, pbx, WrongPassword()), "REGISTER 401 REGISTER 401"},
		{"answered call", Call(Alice, pbx), "INVITE 100 180 200 ACK BYE 200"},
		{"challenged call", Call(Alice, pbx, Challenged(407)), "INVITE 407 ACK INVITE 100 180 200 ACK BYE 200"},
		{"busy", Call(Alice, pbx, Rejected(486)), "INVITE 100 486 ACK"},
		{"declined after ringing", Call(Alice, pbx, Rejected(603)), "INVITE 100 180 603 ACK"},
		{"cancelled", Call(Alice, pbx, Cancelled()), "INVITE 100 180 CANCEL 200 487 ACK"},
		{"unanswered INVITE", Call(Alice, pbx, Unanswered()), "INVITE INVITE INVITE INVITE INVITE INVITE INVITE"},
		{"unanswered OPTIONS", Keepalive(pbx, Alice, Unanswered()), strings.TrimSpace(strings.Repeat("OPTIONS ", 11))},
		{"unanswered over TCP", Call(Alice, Party{User: "1009", Domain: "example.com", Addr: TCP("192.0.2.30:5060"), Agent: Asterisk}, Unanswered()), "INVITE"},
		{"early media", Call(Alice, pbx, EarlyMedia()), "INVITE 100 183 200 ACK BYE 200"},
		{"hold", Call(Alice, pbx, Hold()), "INVITE 100 180 200 ACK INVITE 100 200 ACK INVITE 100 200 ACK BYE 200"},
		{"BYE refused", Call(Alice, pbx, ByeAnswered(481)), "INVITE 100 180 200 ACK BYE 481"},
		{"bridged", Bridge(Alice, pbx, Bob), "INVITE 100 INVITE 100 180 180 200 ACK 200 ACK BYE 200 BYE 200"},
		{"bridged and cancelled", Bridge(Alice, pbx, Bob, Cancelled()), "INVITE 100 INVITE 100 180 180 CANCEL 200 487 ACK CANCEL 200 487 ACK"},
		{"keepalive", Keepalive(pbx, Alice), "OPTIONS 200"},

		{"reliable", Call(Alice, pbx, Reliable()), "INVITE 100 180 PRACK 200 200 ACK BYE 200"},
		{"session timer", Call(Alice, pbx, SessionTimer(90, "uas"), Talking(2*time.Minute)), "INVITE 100 180 200 ACK UPDATE 200 UPDATE 200 BYE 200"},
		{"refreshed by INVITE", Call(Alice, pbx, SessionTimer(90, "uac"), RefreshedByInvite(), Talking(time.Minute)), "INVITE 100 180 200 ACK INVITE 100 200 ACK BYE 200"},
		{"interval raised", Call(Alice, pbx, Challenged(407), BelowMinSE(600)), "INVITE 407 ACK INVITE 422 ACK INVITE 100 180 200 ACK BYE 200"},
		{"late offer", Call(Alice, pbx, LateOffer()), "INVITE 100 180 200 ACK BYE 200"},
		{"BYE challenged", Call(Alice, pbx, InDialogChallenged(407)), "INVITE 100 180 200 ACK BYE 407 BYE 200"},
		{"re-INVITE challenged", Call(Alice, pbx, InDialogChallenged(401), Hold()), "INVITE 100 180 200 ACK INVITE 401 ACK INVITE 100 200 ACK INVITE 100 200 ACK BYE 200"},
		{"glare", Call(Alice, pbx, Glare()), "INVITE 100 180 200 ACK INVITE INVITE 491 491 ACK ACK INVITE 100 200 ACK BYE 200"},
		{"refreshed registration", Register(Alice, pbx, Challenged(401), Refreshes(2, time.Minute)), "REGISTER 401 REGISTER 200 REGISTER 200 REGISTER 200"},
		{"expiry raised", Register(Alice, pbx, BelowMinExpires(7200)), "REGISTER 423 REGISTER 200"},
		{"subscription", Subscribe(Alice, pbx, "presence", Refreshes(1, time.Minute)), "SUBSCRIBE 200 NOTIFY 200 SUBSCRIBE 200 NOTIFY 200 SUBSCRIBE 200 NOTIFY 200"},
		{"subscription terminated", Subscribe(Alice, pbx, "presence", Terminated("noresource")), "SUBSCRIBE 200 NOTIFY 200 NOTIFY 200"},
		{"state fetched", Subscribe(Alice, pbx, "presence", Expires(0)), "SUBSCRIBE 200 NOTIFY 200"},
		{"transfer", Transfer(Alice, Bob, carol), "INVITE 100 180 200 ACK REFER 200 NOTIFY 200 NOTIFY 200 BYE 200"},
		{"transfer refused", Transfer(Alice, Bob, carol, ReferAnswered(603)), "INVITE 100 180 200 ACK REFER 603 BYE 200"},
		{"text", Chat(Alice, Bob, "Hello"), "MESSAGE 200"},
		{"proxied", Proxied(Alice, pbx, Bob), "INVITE 100 INVITE 100 180 180 200 200 ACK ACK BYE BYE 200 200"},
		{"proxied and challenged", Proxied(Alice, pbx, Bob, Challenged(407), Rejected(486)), "INVITE 407 ACK INVITE 100 INVITE 100 486 ACK 486 ACK"},
		{"proxied and cancelled", Proxied(Alice, pbx, Bob, Cancelled()), "INVITE 100 INVITE 100 180 180 CANCEL 200 CANCEL 200 487 ACK 487 ACK"},
		{"proxied, unanswered", Proxied(Alice, pbx, Bob, Unanswered()), "INVITE 100 INVITE INVITE INVITE INVITE INVITE INVITE INVITE 408 ACK"},
		{"forked", Forked(Alice, pbx, []Party{Bob, carol}), "INVITE 100 INVITE INVITE 100 100 180 180 180 180 200 200 CANCEL 200 487 ACK ACK ACK BYE BYE 200 200"},
		{"forked and cancelled", Forked(Alice, pbx, []Party{Bob, carol}, Cancelled()), "INVITE 100 INVITE INVITE 100 100 180 180 180 180 CANCEL 200 CANCEL CANCEL 200 200 487 ACK 487 ACK 487 ACK"},
		{"forked and declined", Forked(Alice, pbx, []Party{Bob, carol}, Rejected(603)), "INVITE 100 INVITE INVITE 100 100 180 180 180 180 603 ACK CANCEL 200 487 ACK 603 ACK"},
	}
	for _, tt := range tests {
		var got []string
		for i := range tt.trace.Messages {
			if m := &tt.trace.Messages[i]; m.IsResponse() {
				got = append(got, strconv.Itoa(m.Status()))
			} else {
				got = append(got, m.Method())
			}
		}
		if g := strings.Join(got, " "); g != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.name, g, tt.want)
		}
	}
}

func TestRetransmissionsFollowTheTimers(t *testing.T) {
	for name, tt := range map[string]struct {
		trace Trace
		want  []float64
	}{
		"INVITE":  {Call(Alice, Bob, Unanswered()), []float64{0, .5, 1.5, 3.5, 7.5, 15.5, 31.5}},
		"OPTIONS": {Keepalive(Alice, Bob, Unanswered()), []float64{0, .5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5}},
	} {
		if len(tt.trace.Messages) != len(tt.want) {
			t.Fatalf("%s: sent %d times, want %d", name, len(tt.trace.Messages), len(tt.want))
		}
		for i, m := range tt.trace.Messages {
			if late := m.At.Seconds() - tt.want[i]; late < 0 || late > 0.002 {
				t.Errorf("%s: number %d sent at %v, want %v s", name, i, m.At, tt.want[i])
			}
		}
	}
}

func TestTwoCallsShareNoIdentifier(t *testing.T) {
	ids := map[string]int{}
	for seed := range uint64(300) {
		tr := Call(Alice, PBX(FreeSWITCH), Challenged(407), Seed(seed))
		for _, id := range []string{
			tr.Messages[0].Get("Call-ID"), param(tr.Messages[0].Get("From"), "tag"),
			param(tr.Messages[0].Get("Via"), "branch"), tr.Messages[1].Get("Proxy-Authenticate"),
		} {
			ids[id]++
		}
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("%q is in %d calls", id, n)
		}
	}
	if len(ids) != 4*300 {
		t.Errorf("%d identifiers, want %d", len(ids), 4*300)
	}
}

func TestTextReadsAnIndentedMessage(t *testing.T) {
	m := Text(time.Second, UDP("192.0.2.1:5060"), UDP("192.0.2.2:5060"), `
		OPTIONS sip:bob@example.com SIP/2.0
		Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKa
		Subject: folded
		  here
		broken line
		l: 4

		ab
		`)
	want := "OPTIONS sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKa\r\n" +
		"Subject: folded\r\n  here\r\nbroken line\r\nl: 4\r\n\r\nab\r\n"
	if got := string(m.Wire()); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestFaults(t *testing.T) {
	call := Call(Alice, PBX(Asterisk), Challenged(407))
	invite := func(faults ...Fault) Message { return call.With(Request("INVITE").First(), faults...).Messages[0] }
	before := string(call.Messages[0].Wire())

	for name, tt := range map[string]struct {
		m    Message
		has  string
		lost string
	}{
		"header removed":      {invite(RemoveHeader("contact")), "From: ", "Contact: "},
		"header set":          {invite(SetHeader("Subject", "x")), "Subject: x\r\nContent-Length:", ""},
		"header replaced":     {invite(SetHeader("Max-Forwards", "0")), "Max-Forwards: 0\r\n", "Max-Forwards: 70"},
		"header added twice":  {invite(AddHeader("Supported", "y")), "Supported: y\r\n", ""},
		"malformed row":       {invite(AddHeader("", "no colon here")), "\r\nno colon here\r\n", ""},
		"header renamed":      {invite(RenameHeader("Via", "Vai")), "Vai: SIP/2.0/UDP", "\nVia:"},
		"compact forms":       {invite(CompactHeaders()), "\r\nv: SIP", "\r\nVia: "},
		"folded":              {invite(FoldHeader("Allow")), "Allow: INVITE,\r\n INFO", "INVITE, INFO"},
		"start line":          {invite(SetStart("INVITE SIP/2.0")), "INVITE SIP/2.0\r\n", "INVITE sip:"},
		"CSeq method":         {invite(WrongCSeqMethod("BYE")), "CSeq: 1 BYE\r\n", "CSeq: 1 INVITE"},
		"Content-Length":      {invite(WrongContentLength(-9)), "Content-Length: 300\r\n", "Content-Length: 309"},
		"body replaced":       {invite(SetBody("text/plain", "hi")), "Content-Length: 2\r\n\r\nhi", "v=0"},
		"body removed":        {invite(SetBody("", "")), "Content-Length: 0\r\n\r\n", "Content-Type"},
		"replaced in a value": {invite(ReplaceInHeader("Via", ";rport", "")), "Via: ", ";rport"},
	} {
		wire := string(tt.m.Wire())
		if !strings.Contains(wire, tt.has) || (tt.lost != "" && strings.Contains(wire, tt.lost)) {
			t.Errorf("%s:\n%s", name, wire)
		}
	}
	if m := call.With(Status(407), SetReason("")).Messages[1]; m.Start != "SIP/2.0 407 " {
		t.Errorf("empty reason phrase: %q", m.Start)
	}
	if string(call.Messages[0].Wire()) != before {
		t.Error("With changed the trace it was called on")
	}
}

func TestCuts(t *testing.T) {
	call := Call(Alice, PBX(Asterisk))
	for name, tt := range map[string]struct {
		fault Fault
		want  string // how the log ends
	}{
		"after bytes": {CutAfter(10), "INVITE sip\r\n\n\n"},
		"in a header": {CutInHeader("Max-Forwards"), "\r\nMax-Forwards: 7\r\n\n\n"},
		"in the body": {CutBody(), "m=audio"},
	} {
		tr := call.Only(Request("INVITE")).With(All, tt.fault)
		got := string(tr.Render(Sngrep))
		if name == "in the body" {
			if !strings.Contains(got, "v=0") || strings.Contains(got, "a=sendrecv") {
				t.Errorf("%s: %q", name, got)
			}
		} else if !strings.HasSuffix(got, tt.want) {
			t.Errorf("%s: log ends in %q, want %q", name, got[max(0, len(got)-60):], tt.want)
		}
		if size := fmt.Sprintf("(%d bytes)", len(tr.Messages[0].Wire())); !strings.Contains(string(tr.Render(AsteriskPJSIP)), size) {
			t.Errorf("%s: the marker does not count the whole message, want %s", name, size)
		}
	}
}

func TestSelectingNothingPanics(t *testing.T) {
	call := Call(Alice, PBX(Asterisk))
	for name, f := range map[string]func(){
		"With":         func() { call.With(Status(407), RemoveHeader("Proxy-Authenticate")) },
		"Without":      func() { call.Without(Request("PRACK")) },
		"Only":         func() { call.Only(StatusTo("BYE", 404)) },
		"Nth":          func() { call.Only(Request("INVITE").Nth(2)) },
		"RemoveHeader": func() { call.With(Status(200), RemoveHeader("Min-SE")) },
		"CutAfter":     func() { call.With(All, CutAfter(1<<20)) },
		"observer":     func() { call.SeenBy("203.0.113.77").Render(AsteriskPJSIP) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func TestMergeRepeatAndSwap(t *testing.T) {
	tr := Merge(Keepalive(PBX(Asterisk), Alice, Start(time.Second)), Register(Alice, PBX(Asterisk)))
	if got := tr.Messages[0].Method(); got != "REGISTER" {
		t.Errorf("first is %s, want the earlier REGISTER", got)
	}
	tr = tr.Repeat(Request("OPTIONS"), 500*time.Millisecond, 1500*time.Millisecond)
	var at []time.Duration
	for _, m := range tr.Only(Request("OPTIONS")).Messages {
		at = append(at, m.At)
	}
	if want := []time.Duration{time.Second, 1500 * time.Millisecond, 2500 * time.Millisecond}; !slices.Equal(at, want) {
		t.Errorf("OPTIONS sent at %v, want %v", at, want)
	}
	swapped := tr.Swap(Request("REGISTER"), StatusTo("REGISTER", 200))
	if swapped.Messages[0].Status() != 200 || swapped.Messages[0].At != tr.Messages[0].At {
		t.Errorf("first is %s", swapped.Messages[0].describe())
	}
}
