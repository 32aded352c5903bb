package check

import (
	"fmt"
	"strings"
	"time"

	"sipls/knowledge"
	"sipls/server/call"
	"sipls/server/scenario"
)

var retryAfterChallengeMalformed = &Rule{
	Name:     "retry-after-challenge-malformed",
	Scope:    Transaction,
	Severity: Error,
	Statuses: []knowledge.Range{{Lo: 401, Hi: 401}, {Lo: 407, Hi: 407}},
	Cites:    []knowledge.Cite{{Standard: "RFC 3261", Section: "22.2"}, {Standard: "RFC 3261", Section: "8.1.3.5"}},
	Doc: Doc{
		Title: "Request with credentials that does not fit the challenge it answers",
		Text: `Who answers a challenge sends the request again as a new transaction: the next CSeq number, a new branch, the To without the tag of the 401 or 407 (inside a dialog its tag stays),
Authorization for WWW-Authenticate and Proxy-Authorization for Proxy-Authenticate, with the realm and the nonce of the challenge. The rule compares the request that carries the nonce
with the challenge and with the request that was challenged. It is an error when the server refuses that request, else a warning. A nonce that nobody gave
counts only in the request right behind the challenge, and when it is challenged again. A new From tag is left alone, which many clients use for each REGISTER.

Each fault is told once for a call.`,
	},
	Scenes:    retryScenes,
	CheckCall: checkRetry,
}

func checkRetry(s *CallSubject, report func(Finding)) {
	trail := s.trail()
	type seen struct {
		g     *credentialsGiven
		times int
	}
	var first [8]seen // by the fault that is told
	for i := range trail.credentials {
		g := &trail.credentials[i]
		fault := g.faults &^ (faultFromTag | faultAlgorithm)
		m := &s.Messages[g.message]
		if fault == 0 || g.answers == call.None || m.Transaction == call.None || !s.firstHop(&s.Transactions[m.Transaction]) {
			continue
		}
		if fault == faultNonce && g.verdict != authRefused && g.verdict != authStale {
			continue
		}
		n := 0
		for fault&1 == 0 {
			fault >>= 1
			n++
		}
		if first[n].times++; first[n].g == nil {
			first[n].g = g
		}
	}
	told := map[int32]bool{}
	for n := range first {
		if g := first[n].g; g != nil && !told[g.message] {
			told[g.message] = true
			report(retryFinding(s, trail, g, first[n].times))
		}
	}
}

func retryFinding(s *CallSubject, trail *authTrail, g *credentialsGiven, times int) Finding {
	m := &s.Messages[g.message]
	c := &trail.challenges[g.answers]
	f := Finding{
		Severity: Warning,
		At:       s.At(g.message),
		Related:  []Related{s.Related(c.message, "the challenge")},
		Next:     "Make the client send the request anew: the same Call-ID, From and To, the next CSeq number, a new branch, and credentials for the challenge as it stands.",
	}
	if t := s.Messages[c.message].Transaction; t != call.None && s.Transactions[t].Request != call.None {
		f.Related = append(f.Related, s.Related(s.Transactions[t].Request, "the request that was challenged"))
	}
	final := s.finalBehind(g.message)
	if final != call.None && s.Messages[final].Status >= 300 {
		f.Severity = Error
		f.Related = append(f.Related, s.Related(final, "the answer to it"))
	}
	var titles, facts []string
	section := func(number string) { f.Cites = append(f.Cites, knowledge.Cite{Standard: "RFC 3261", Section: number}) }
	if g.faults&faultCSeq != 0 {
		titles = append(titles, "the old CSeq number")
		facts = append(facts, fmt.Sprintf("its CSeq number is %d as before", m.CSeq))
		section("22.2")
		f.Consequence = "The server takes it for the old request or for one out of order: it answers 500, 482 or the old challenge."
	}
	if g.faults&faultBranch != 0 {
		titles = append(titles, "the old branch")
		facts = append(facts, "its Via has the branch of the request that was challenged")
		section("8.1.1.7")
		f.Consequence = "The server takes it for a retransmission of the old request and sends the old challenge again."
	}
	if g.faults&faultToTag != 0 {
		titles = append(titles, "the To tag of the challenge")
		facts = append(facts, "its To carries the tag of the "+fmt.Sprint(s.Messages[c.message].Status))
		section("8.1.3.5")
		f.Consequence = "With a To tag it is a request inside a dialog that nobody knows: the server answers 481."
	}
	if g.faults&faultHeader != 0 {
		titles = append(titles, "the wrong header field")
		asks, gives := "WWW-Authenticate", "Proxy-Authorization"
		if c.proxy {
			asks, gives = "Proxy-Authenticate", "Authorization"
		}
		facts = append(facts, fmt.Sprintf("it answers %s with %s", asks, gives))
		section("22.2")
		section("22.3")
		f.Consequence = "The server does not find its credentials and challenges again."
	}
	if g.faults&faultRealm != 0 {
		titles = append(titles, "another realm")
		facts = append(facts, fmt.Sprintf("it uses the nonce of realm %s for realm %s", s.realmAt(c.message, c.at), s.realmAt(g.message, g.at)))
		section("22.1")
		f.Consequence = "The realm is part of what is hashed: the server refuses the credentials, whatever the password."
	}
	if g.faults&faultNonce != 0 {
		titles = append(titles, "a nonce that is not that of the challenge")
		facts = append(facts, "its nonce is neither that of the challenge nor of any other one in this call")
		f.Cites = append(f.Cites, knowledge.Cite{Standard: "RFC 7616", Section: "3.4"})
		f.Consequence = "The server does not know the nonce, or takes it for too old, and challenges again."
	}
	f.Title = fmt.Sprintf("%s with credentials has %s", s.Name(g.message), strings.Join(titles, " and "))
	f.Evidence = fmt.Sprintf("The %s carries credentials for the %s, but %s.", s.Name(g.message), s.Name(c.message), strings.Join(facts, ", and "))
	if f.Severity == Error {
		f.Evidence += " The answer to it is " + s.phraseOf(final) + "."
	}
	if times > 1 {
		f.Evidence += fmt.Sprintf(" So it goes %d times in this call.", times)
	}
	return f
}

// finalBehind returns the first final response of the transaction of a request behind it; None where there is none.
func (s *CallSubject) finalBehind(request int32) int32 {
	t := &s.Transactions[s.Messages[request].Transaction]
	for _, i := range t.Messages {
		if m := &s.Messages[i]; i > request && !m.Request && m.Status >= 200 {
			return i
		}
	}
	return call.None
}

func retryScenes() []Scene {
	pbx := scenario.PBX(scenario.Asterisk)
	call := scenario.Call(scenario.Alice, pbx, scenario.Challenged(407))
	register := scenario.Register(scenario.Alice, pbx, scenario.Challenged(401))
	proxied := scenario.Proxied(scenario.Alice, scenario.PBX(scenario.Kamailio), scenario.Bob, scenario.Challenged(407))
	first, second := scenario.Request("INVITE").First(), scenario.Request("INVITE").Nth(2)
	challenged := scenario.Status(407)
	// The call with the retry and its refusal alone.
	refused := func(start string, faults ...scenario.Fault) scenario.Trace {
		t := call
		t.Messages = call.Messages[:5]
		t = t.With(second, faults...)
		trying := scenario.Status(100)
		return t.With(trying, scenario.SetStart(start), scenario.SetHeader("CSeq", t.Messages[3].Get("CSeq")), scenario.SetHeader("Via", t.Messages[3].Get("Via")), scenario.SetHeader("To", t.Messages[1].Get("To")+"9"))
	}
	sameCSeq := refused("SIP/2.0 500 Invalid CSeq", scenario.SetHeader("CSeq", call.Messages[0].Get("CSeq")))
	toTag := refused("SIP/2.0 481 Call/Transaction Does Not Exist", scenario.SetHeader("To", call.Messages[1].Get("To")))
	sameBranch := refused("SIP/2.0 500 Server Internal Error", scenario.SetHeader("CSeq", call.Messages[0].Get("CSeq")), scenario.SetHeader("Via", call.Messages[0].Get("Via")))
	wrong := scenario.Register(scenario.Alice, pbx, scenario.WrongPassword())
	registers := func(n int) scenario.Select { return scenario.Request("REGISTER").Nth(n) }
	all := []scenario.Select{challenged, first, scenario.Status(500)}
	refusal := []scenario.Select{scenario.Status(401).First(), registers(1), scenario.Status(401).Nth(2)}
	return []Scene{
		{
			Name: "the old CSeq number", Trace: sameCSeq,
			Want: []Sighting{{Severity: Error, At: second, Related: all}},
		},
		{
			Name: "the To tag of the challenge", Trace: toTag,
			Want: []Sighting{{Severity: Error, At: second, Related: []scenario.Select{challenged, first, scenario.Status(481)}}},
		},
		{
			Name: "the old branch and CSeq number", Trace: sameBranch,
			Want: []Sighting{{Severity: Error, At: second, Related: all}},
		},
		{
			Name: "the wrong header field", Trace: wrong.With(registers(2), scenario.RenameHeader("Authorization", "Proxy-Authorization")),
			Want: []Sighting{{Severity: Error, At: registers(2), Related: refusal}},
		},
		{
			Name: "another realm", Trace: wrong.With(registers(2), scenario.ReplaceInHeader("Authorization", `realm="`, `realm="b.`)),
			Want: []Sighting{{Severity: Error, At: registers(2), Related: refusal}},
		},
		{
			Name: "another nonce", Trace: wrong.With(registers(2), scenario.ReplaceInHeader("Authorization", `nonce="`, `nonce="b`)),
			Want: []Sighting{{Severity: Error, At: registers(2), Related: refusal}},
		},
		{
			Name: "the old CSeq number, and the log ends", Trace: sameCSeq.Without(scenario.Status(500)),
			Want: []Sighting{{Severity: Warning, At: second, Related: []scenario.Select{challenged, first}}},
		},
		{
			Name: "the old CSeq number, sent twice", Trace: sameCSeq.Repeat(second, 500*time.Millisecond),
			Want: []Sighting{{Severity: Error, At: second, Related: all}},
		},
		{Name: "a call as it should be", Trace: call},
		{Name: "a registration as it should be", Trace: register},
		{Name: "refreshes with the same nonce", Trace: scenario.Register(scenario.Alice, pbx, scenario.Challenged(401), scenario.Refreshes(2, time.Minute))},
		{Name: "a call through a proxy", Trace: proxied},
		{Name: "a call through a proxy, as the caller sees it", Trace: proxied.SeenBy(scenario.Alice.Addr.Host).Only(scenario.Where("of the caller", func(m *scenario.Message) bool {
			return m.From == scenario.Alice.Addr || m.To == scenario.Alice.Addr
		}))},
		{Name: "a challenge inside the dialog", Trace: scenario.Call(scenario.Alice, pbx, scenario.Challenged(407), scenario.Hold(), scenario.InDialogChallenged(407))},
		{Name: "the log begins behind the challenge", Trace: sameCSeq.Without(challenged), Ill: true},
		{Name: "a wrong password", Trace: wrong, Ill: true},
		{Name: "a client that was given a nonce before", Trace: refreshedAgain(10*time.Minute, true)},
	}
}
