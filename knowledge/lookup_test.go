package knowledge

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLookupUnderstandsWhatPeopleType(t *testing.T) {
	for what, want := range map[string]string{
		"407":                             "status:407",
		" 407 ":                           "status:407",
		"code 407":                        "status:407",
		"407 Proxy Authentication Needed": "status:407",
		"SIP/2.0 486 Busy Here":           "status:486",
		"busy here":                       "status:486",
		"v":                               "header:Via v=",
		"Via:":                            "header:Via",
		"via: SIP/2.0/UDP 192.0.2.1":      "header:Via",
		"invite":                          "method:INVITE",
		"refer":                           "method:REFER event:refer",
		"Q.850:34":                        "Q.850:34",
		"q850:34":                         "Q.850:34",
		"q.850 34":                        "Q.850:34",
		"cause=16":                        "Q.850:16",
		"Cause: 34":                       "Q.850:34",
		"Q.850;cause=16":                  "Q.850:16",
		"Reason: Q.850 ;cause=16 ;text=x": "Q.850:16",
		"Reason: SIP;cause=200":           "status:200",
		"cause=486":                       "status:486",
		"NORMAL_CLEARING":                 "Q.850:16",
		"normal clearing":                 "Q.850:16",
		"AST_CAUSE_NORMAL_CLEARING":       "Q.850:16",
		"SWITCH_CAUSE_USER_BUSY":          "Q.850:17",
		"34":                              "Q.850:34",
		"100REL":                          "option:100rel",
		"Require: 100rel":                 "option:100rel",
		"Supported: foo":                  "header:Supported",
		"Warning:399":                     "Warning:399",
		"warn:399":                        "Warning:399",
		"Warning: 399":                    "Warning:399",
		"399":                             "Warning:399",
		"302":                             "status:302 Warning:302",
		"Timer B":                         "timer:B",
		"timer t1":                        "timer:T1",
		"T1":                              "timer:T1",
		"presence":                        "event:presence",
		"Event: presence":                 "event:presence",
		"stale":                           "digest:stale",
		"rtpmap":                          "a=rtpmap",
		"a=rtpmap":                        "a=rtpmap",
		"a=rtpmap:8 PCMA/8000":            "a=rtpmap",
		"m=":                              "m=",
		"m=audio 49170 RTP/AVP 0":         "m=",
		"PT 8":                            "PT:8",
		"pt=8":                            "PT:8",
		"payload type 100":                "PT:96",
		"pcmu":                            "codec:PCMU PT:0",
		"Reason: Q.850":                   "reason:Q.850",
		"STIR":                            "reason:STIR",
		"Privacy: id":                     "privacy:id",
		"lr":                              "uri:lr",
		"Via;branch":                      "Via;branch",
		"v;BRANCH":                        "Via;branch",
		"via;branch=z9hG4bK1":             "Via;branch",
		"branch":                          "Via;branch",
		"Session-Expires;refresher=uac":   "Session-Expires;refresher=uac",
		"x;refresher=uac":                 "Session-Expires;refresher=uac",
		"Priority: emergency":             "Priority=emergency",
		"psap-callback":                   "Priority=psap-callback",
		"X-Whatever":                      "header:X-*",
		"privacy":                         "header:Privacy option:privacy Diversion;privacy",
		"header:privacy":                  "header:Privacy",
		"option:privacy":                  "option:privacy",
		"stale-nonce":                     "failure:stale-nonce",
		"Stale nonce":                     "failure:stale-nonce",
		"the nonce is too old":            "failure:stale-nonce",
		"failure:stale-nonce":             "failure:stale-nonce",
		"64*T1":                           "timer:64*T1",
		"header:407":                      "",
		"":                                "",
		":":                               "",
		"=":                               "",
		";":                               "",
		"a=":                              "a=",
		"nothing of the kind":             "",
		strings.Repeat("x", 10000):        "",
	} {
		if diff := cmp.Diff(want, strings.Join(keys(Lookup(what)), " ")); diff != "" {
			t.Errorf("Lookup(%.60q):\n%s", what, diff)
		}
	}
}

func TestTypedLookUpsKeepTheLetterCaseOfTheStandard(t *testing.T) {
	for name, found := range map[string]bool{
		"method INVITE":           LookupMethod("INVITE") != nil,
		"header vIA":              LookupHeaderField("vIA") != nil,
		"compact form F":          LookupHeaderField("F").Name == "From",
		"option tag 100REL":       LookupOptionTag("100REL") != nil,
		"event presence":          LookupEventPackage("presence") != nil,
		"SDP line m":              LookupSDPLine("m") != nil,
		"SDP attribute rtpmap":    LookupSDPAttribute("rtpmap") != nil,
		"codec pcmu":              LookupCodec("pcmu") != nil,
		"privacy ID":              LookupPrivacy("ID") != nil,
		"reason q.850":            LookupReasonProtocol("q.850") != nil,
		"URI parameter LR":        LookupURIParameter("LR") != nil,
		"header parameter branch": LookupHeaderParameter("v", "Branch") != nil,
		"timer b":                 LookupTimer("b") != nil,
		"digest STALE":            LookupDigest("STALE") != nil,
		"cause 16":                LookupCause(16).Name == "Normal call clearing",
		"payload type 101":        LookupPayloadType(101).Number == 96,
		"value":                   LookupValue("x", "refresher", "UAC") != nil,
		"warning 399":             LookupWarning("399") != nil,
		"cause of 486":            LookupCauseMapping(486).Cause == 17,
		"effect of 499":           LookupDialogEffect(499).Code == 400,
		"effect of 481":           LookupDialogEffect(481).Effect == "usage",
	} {
		if !found {
			t.Errorf("%s is not found", name)
		}
	}
	for name, found := range map[string]bool{
		"method invite":        LookupMethod("invite") != nil,
		"event Presence":       LookupEventPackage("Presence") != nil,
		"SDP line M":           LookupSDPLine("M") != nil,
		"SDP attribute RTPMAP": LookupSDPAttribute("RTPMAP") != nil,
		"payload type 128":     LookupPayloadType(128) != nil,
		"payload type -1":      LookupPayloadType(-1) != nil,
		"effect of 200":        LookupDialogEffect(200) != nil,
		"header field of none": LookupHeaderField("") != nil,
		"cause -1":             LookupCause(-1) != nil,
	} {
		if found {
			t.Errorf("%s is found", name)
		}
	}
}

func TestHeaderFieldSaysWhereItStands(t *testing.T) {
	for name, want := range map[string]string{
		"Via":           "all requests; all responses",
		"Proxy-Require": "all requests except ACK, CANCEL",
		"Min-SE":        "INVITE, UPDATE requests; 422 responses",
		"Flow-Timer":    "2xx responses to REGISTER",
		"Allow-Events":  "all requests; 2xx, 489 responses",
	} {
		if got := LookupHeaderField(name).Where(); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for _, c := range []struct {
		name, method string
		code         int
		want         bool
	}{
		{"Via", "INVITE", 0, true},
		{"Proxy-Require", "ACK", 0, false},
		{"Proxy-Require", "BYE", 0, true},
		{"RAck", "INVITE", 0, false},
		{"Flow-Timer", "REGISTER", 0, false},
		{"Flow-Timer", "REGISTER", 200, true},
		{"Flow-Timer", "INVITE", 200, false},
		{"Unsupported", "INVITE", 420, true},
		{"Unsupported", "INVITE", 421, false},
	} {
		h := LookupHeaderField(c.name)
		got := h.InRequest(c.method)
		if c.code != 0 {
			got = h.InResponse(c.method, c.code)
		}
		if got != c.want {
			t.Errorf("%s in %s %d: %v, want %v", c.name, c.method, c.code, got, c.want)
		}
	}
}

func TestCausesMapBothWays(t *testing.T) {
	c := LookupCause(17)
	if diff := cmp.Diff([]int{486}, c.SIP); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{486, 600}, c.FromSIP()); diff != "" {
		t.Error(diff)
	}
	for _, m := range CauseMappings() {
		if m.Cause != 0 && LookupCause(m.Cause) == nil {
			t.Errorf("sip-to-q850.tsv: %d: cause %d is not in q850-causes.tsv", m.Code, m.Cause)
		}
		if LookupStatus(m.Code) == nil {
			t.Errorf("sip-to-q850.tsv: %d has no explanation", m.Code)
		}
	}
	for _, c := range Causes() {
		for _, code := range c.SIP {
			if LookupStatus(code) == nil {
				t.Errorf("q850-causes.tsv: %d: code %d has no explanation", c.Value, code)
			}
		}
	}
}

func FuzzLookup(f *testing.F) {
	for _, s := range []string{"407", "v", "Q.850:34", "a=rtpmap:8", "Via;branch=x", "Reason: SIP;cause=200", "m=", "Timer B", "€"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, what string) {
		for _, e := range Lookup(what) {
			if again := Lookup(e.Key); len(again) != 1 || again[0].Key != e.Key {
				t.Errorf("Lookup(%q) gives %q, which gives %v", what, e.Key, keys(again))
			}
		}
		if n := len(Search(what, 5)); n > 5 {
			t.Errorf("Search(%q, 5) gives %d hits", what, n)
		}
		for _, name := range Nearest(what, 3) {
			if Lookup(name) == nil {
				t.Errorf("Nearest(%q) gives %q, which Lookup does not find", what, name)
			}
		}
	})
}
