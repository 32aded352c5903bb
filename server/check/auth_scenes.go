package check

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"sipls/server/scenario"
)

// sameCall makes one call of several traces in which the same side asks: one Call-ID, one From, rising CSeq numbers.
func sameCall(traces ...scenario.Trace) scenario.Trace {
	first := traces[0].Messages[0]
	var all []scenario.Trace
	last := 0
	for _, t := range traces {
		t.Messages = slices.Clone(t.Messages)
		shift := 0
		for i := range t.Messages {
			m := &t.Messages[i]
			m.Headers = slices.Clone(m.Headers)
			text, method, _ := strings.Cut(m.Get("CSeq"), " ")
			number, _ := strconv.Atoi(text)
			if i == 0 && last > 0 {
				shift = last + 1 - number
			}
			scenario.SetHeader("CSeq", strconv.Itoa(number+shift)+" "+method)(m)
			scenario.SetHeader("Call-ID", first.Get("Call-ID"))(m)
			scenario.SetHeader("From", first.Get("From"))(m)
		}
		text, _, _ := strings.Cut(t.Messages[len(t.Messages)-1].Get("CSeq"), " ")
		last, _ = strconv.Atoi(text)
		all = append(all, t)
	}
	return scenario.Merge(all...)
}

// registerLoop is a registration whose credentials are refused n times.
func registerLoop(n int) scenario.Trace {
	pbx := scenario.PBX(scenario.Asterisk)
	all := scenario.Register(scenario.Alice, pbx, scenario.WrongPassword())
	for k := 2; k <= n; k++ {
		// The second half of a new registration, with the credentials for the last challenge of the ones before.
		next := scenario.Register(scenario.Alice, pbx, scenario.WrongPassword(), scenario.Seed(uint64(k)), scenario.Start(time.Duration(k)*time.Second))
		asked, given := next.Messages[1].Get("WWW-Authenticate"), all.Messages[len(all.Messages)-1].Get("WWW-Authenticate")
		next = next.Without(scenario.Request("REGISTER").First()).Without(scenario.Status(401).First())
		next = next.With(scenario.Request("REGISTER"), scenario.ReplaceInHeader("Authorization", authParamText(asked, "nonce"), authParamText(given, "nonce")))
		all = sameCall(all, next)
	}
	return all
}

// authParamText returns a parameter of a challenge or of credentials as it stands there: `nonce="1"`.
func authParamText(value, name string) string {
	_, rest, ok := strings.Cut(value, name+"=")
	if !ok {
		panic("no " + name + " in " + value)
	}
	if strings.HasPrefix(rest, `"`) {
		quoted, _, _ := strings.Cut(rest[1:], `"`)
		return name + `="` + quoted + `"`
	}
	word, _, _ := strings.Cut(rest, ",")
	return name + "=" + word
}

// refreshedAgain is a registration, and its refresh after that long with the old nonce, which gets a new challenge and is repeated.
// The challenge says stale=true or nothing of that.
func refreshedAgain(after time.Duration, sayStale bool) scenario.Trace {
	pbx := scenario.PBX(scenario.Asterisk)
	first := scenario.Register(scenario.Alice, pbx, scenario.Challenged(401))
	next := scenario.Register(scenario.Alice, pbx, scenario.Challenged(401), scenario.Seed(2), scenario.Start(after))
	next = next.With(scenario.Request("REGISTER").First(), scenario.SetHeader("Authorization", strings.Replace(first.Messages[2].Get("Authorization"), "nc=00000001", "nc=00000002", 1)))
	if sayStale {
		next = next.With(scenario.Status(401), stale)
	}
	return sameCall(first, next)
}

// stale makes a challenge say that the nonce was too old.
func stale(m *scenario.Message) {
	name := "WWW-Authenticate"
	if m.Get(name) == "" {
		name = "Proxy-Authenticate"
	}
	scenario.SetHeader(name, m.Get(name)+", stale=true")(m)
}

// laterPing is a sign that a log goes on: an OPTIONS of another call, that much later.
func laterPing(after time.Duration) scenario.Trace {
	return scenario.Keepalive(scenario.Bob, scenario.PBX(scenario.Asterisk), scenario.Start(after), scenario.Seed(99))
}

// withoutCSeq takes all messages with one of these CSeq values out.
func withoutCSeq(t scenario.Trace, cseqs ...string) scenario.Trace {
	return t.Without(scenario.Where("CSeq "+strings.Join(cseqs, ", "), func(m *scenario.Message) bool { return slices.Contains(cseqs, m.Get("CSeq")) }))
}

// wideResponse gives credentials a response as long as that of SHA-256.
func wideResponse(credentials string) string {
	short := authParamText(credentials, "response")
	return strings.Replace(credentials, short, short[:len(short)-1]+short[len(short)-33:], 1)
}
