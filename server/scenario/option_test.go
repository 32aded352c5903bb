package scenario

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSessionTimerSaysWhoRefreshes(t *testing.T) {
	pbx := PBX(Asterisk)
	tr := Call(Alice, pbx, SessionTimer(90, "uas"), Talking(2*time.Minute))
	if got := tr.Only(StatusTo("INVITE", 200)).Messages[0].Get("Session-Expires"); got != "90;refresher=uas" {
		t.Errorf("granted %s", got)
	}
	accepted := tr.Only(StatusTo("INVITE", 200)).Messages[0].At
	for i, m := range tr.Only(Request("UPDATE")).Messages {
		if m.From != pbx.Addr || m.Get("Session-Expires") != "90;refresher=uac" {
			t.Errorf("refreshed by %s with %s", m.From, m.Get("Session-Expires"))
		}
		if late := m.At - accepted - time.Duration(i+1)*45*time.Second; late < 0 || late > time.Second {
			t.Errorf("refresh %d is %v late", i+1, late)
		}
	}

	tr = Call(Alice, pbx, BelowMinSE(1800))
	invites := tr.Only(Request("INVITE")).Messages
	for i, want := range [...][2]string{{"900", "90"}, {"1800", "1800"}} {
		if m := invites[i]; m.Get("Session-Expires") != want[0] || m.Get("Min-SE") != want[1] {
			t.Errorf("INVITE %d has Session-Expires %s, Min-SE %s; want %v", i, m.Get("Session-Expires"), m.Get("Min-SE"), want)
		}
	}
}

// Offer and answer stand once each, wherever they go.
func TestWhereTheDescriptionsGo(t *testing.T) {
	for name, tt := range map[string]struct {
		opts []Option
		want string
	}{
		"usual":                {nil, "INVITE 200"},
		"early media":          {[]Option{EarlyMedia()}, "INVITE 183 200"},
		"reliable":             {[]Option{Reliable()}, "INVITE 200"},
		"reliable early media": {[]Option{Reliable(), EarlyMedia()}, "INVITE 183"},
		"late":                 {[]Option{LateOffer(), EarlyMedia()}, "200 ACK"},
		"late and reliable":    {[]Option{LateOffer(), Reliable()}, "180 PRACK"},
	} {
		var got []string
		for _, m := range Call(Alice, PBX(Asterisk), tt.opts...).Messages {
			if m.Body != "" {
				got = append(got, strings.Fields(strings.TrimPrefix(m.Start, "SIP/2.0 "))[0])
			}
		}
		if g := strings.Join(got, " "); g != tt.want {
			t.Errorf("%s: described in %s, want %s", name, g, tt.want)
		}
	}
}

func TestTelephoneEventIsOfferedAndAnswered(t *testing.T) {
	for payload, want := range map[int]string{0: "", 96: "a=rtpmap:96 telephone-event/8000\r\na=fmtp:96 0-16\r\n", 101: "a=rtpmap:101 "} {
		for _, m := range Call(Alice, PBX(Asterisk), TelephoneEvent(payload)).Messages {
			if m.Body != "" && (!strings.Contains(m.Body, want) || strings.Contains(m.Body, "telephone-event") != (payload != 0)) {
				t.Errorf("TelephoneEvent(%d):\n%s", payload, m.Body)
			}
		}
	}
}

func TestCredentialsAreCounted(t *testing.T) {
	tr := Register(Alice, PBX(Asterisk), Challenged(401), Refreshes(2, time.Minute))
	var got []string
	for _, m := range tr.Only(Request("REGISTER")).Messages[1:] {
		got = append(got, directive(m.Get("Authorization"), "nc"))
	}
	if want := []string{"00000001", "00000002", "00000003"}; !slices.Equal(got, want) {
		t.Errorf("nonce counts %v, want %v", got, want)
	}
}

func TestGlareIsRetriedByTheOwnerOfTheCallID(t *testing.T) {
	tr := Call(Alice, PBX(Asterisk), Glare())
	invites := tr.Only(Request("INVITE")).Messages
	pending := tr.Only(Status(491)).Messages
	if invites[1].From != Alice.Addr || invites[2].From == Alice.Addr || invites[3].From != Alice.Addr || invites[2].At > pending[0].At {
		t.Errorf("no glare: %v", tr.outline())
	}
	if wait := invites[3].At - pending[1].At; wait < 2100*time.Millisecond || wait > 4*time.Second+10*time.Millisecond {
		t.Errorf("tried again after %v", wait)
	}
}

func TestBehindNAT(t *testing.T) {
	tr := Register(Alice.BehindNAT("192.168.1.21:5060"), PBX(Kamailio))
	if m := tr.Messages[0]; m.From != Alice.Addr || m.Get("Contact") != "<sip:1001@192.168.1.21:5060>" {
		t.Errorf("sent from %s with Contact %s", m.From, m.Get("Contact"))
	}
	if via := tr.Messages[1].Get("Via"); !strings.HasSuffix(via, ";rport=5060;received=198.51.100.21") || !strings.Contains(via, " 192.168.1.21:5060;") {
		t.Errorf("answered with Via %s", via)
	}
	if body := Call(Alice.BehindNAT("192.168.1.21:5060"), PBX(Kamailio)).Messages[0].Body; !strings.Contains(body, "c=IN IP4 192.168.1.21\r\n") {
		t.Errorf("SDP:\n%s", body)
	}
}

func TestMoving(t *testing.T) {
	at := func(tr Trace) (all []int) {
		for _, m := range tr.Messages {
			all = append(all, int(m.At/time.Second))
		}
		return all
	}
	m := func(s int) Message {
		return Text(time.Duration(s)*time.Second, Alice.Addr, Bob.Addr, "OPTIONS sip:bob@example.com SIP/2.0")
	}
	tr := Of(Alice.Addr.Host, m(1), m(2), m(3))
	for name, tt := range map[string]struct {
		trace Trace
		want  []int
	}{
		"After":  {tr.After(time.Minute), []int{61, 62, 63}},
		"Delay":  {tr.Delay(All.Nth(2), time.Minute), []int{1, 62, 63}},
		"Move":   {tr.Move(All.Nth(2), time.Minute), []int{1, 3, 62}},
		"as was": {tr, []int{1, 2, 3}},
	} {
		if got := at(tt.trace); !slices.Equal(got, tt.want) {
			t.Errorf("%s: at %v, want %v", name, got, tt.want)
		}
	}
}
