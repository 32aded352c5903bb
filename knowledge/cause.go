package knowledge

import (
	"fmt"
	"strconv"
	"strings"
)

// Cause is one row of q850-causes.tsv: a cause value of ISDN and ISUP, or one
// that only a PBX uses.
type Cause struct {
	Value      int
	Name       string // ITU-T Q.850
	Meaning    string
	Standard   bool     // false: no value of Q.850
	SIP        []int    // response codes that a gateway sends for it, the usual one first (RFC 3398 section 7.2.4.1)
	SIPNote    string   // when which of them
	FreeSWITCH []string // its names there, without SWITCH_CAUSE_
	Asterisk   []string // its names there, without AST_CAUSE_
	Cites      []Cite
	Verified   bool
}

var causeTable = table[*Cause]{
	file:    "q850-causes.tsv",
	columns: "cause name meaning standard sip sip_note freeswitch asterisk refs verified",
	read: func(f *fields) *Cause {
		return &Cause{f.number(), f.text(), f.sentence(), f.yes(), f.numbers(), f.optional(), f.list(), f.list(), f.cites(), f.yes()}
	},
	names: func(c *Cause) []string {
		v := strconv.Itoa(c.Value)
		names := []string{v, c.Name, v + " " + c.Name}
		return append(names, c.aliases()...)
	},
}

// LookupCause returns a cause by its value; nil when it is not known.
func LookupCause(value int) *Cause { return causeTable.find(strconv.Itoa(value)) }

// LookupCauseName returns a cause by its value in digits, its Q.850 name, or its name in
// FreeSWITCH or Asterisk, with or without the prefix, letter case ignored.
func LookupCauseName(name string) *Cause {
	for _, p := range []string{"AST_CAUSE_", "SWITCH_CAUSE_"} {
		if len(name) > len(p) && strings.EqualFold(name[:len(p)], p) {
			name = name[len(p):]
		}
	}
	return causeTable.find(name)
}

// Causes returns all causes, ascending.
func Causes() []*Cause { return causeTable.all() }

// aliases are the names in PBXs, as they stand in the source and with blanks.
func (c *Cause) aliases() []string {
	var out []string
	for _, names := range [][]string{c.FreeSWITCH, c.Asterisk} {
		for _, n := range names {
			out = append(out, n, strings.ReplaceAll(n, "_", " "))
		}
	}
	return out
}

// FromSIP returns the response codes that a gateway turns into this cause (RFC 3398 section 8.2.6.1).
func (c *Cause) FromSIP() []int {
	var out []int
	for _, m := range CauseMappings() {
		if m.Cause == c.Value && !m.Default {
			out = append(out, m.Code)
		}
	}
	return out
}

// Entry returns the common view.
func (c *Cause) Entry() Entry {
	var f facts
	if !c.Standard {
		f.add("Status", "no value of Q.850")
	}
	to := codesWithPhrases(c.SIP)
	if c.SIPNote != "" {
		to = strings.TrimPrefix(to+" ("+c.SIPNote+")", " ")
	}
	f.add("PSTN to SIP", to)
	f.add("SIP to PSTN", codesWithPhrases(c.FromSIP()))
	f.add("FreeSWITCH", join(c.FreeSWITCH))
	f.add("Asterisk", join(c.Asterisk))
	v := strconv.Itoa(c.Value)
	key := "Q.850:" + v
	if !c.Standard {
		key = "cause:" + v
	}
	return Entry{
		Kind: "cause", Key: key, Name: "Cause " + v + " " + c.Name, Summary: c.Meaning, Facts: f, Cites: c.Cites, Verified: c.Verified,
		aliases: append([]string{v, c.Name}, c.aliases()...),
	}
}

func codesWithPhrases(codes []int) string {
	var out []string
	for _, code := range codes {
		w := strconv.Itoa(code)
		if s := LookupStatus(code); s != nil {
			w += " " + s.Phrase
		}
		out = append(out, w)
	}
	return join(out)
}

// CauseMapping is one row of sip-to-q850.tsv: what a gateway makes of a response code.
type CauseMapping struct {
	Code       int
	Cause      int  // RFC 3398 section 8.2.6.1; 0 where the RFC gives none
	Default    bool // Cause is that of all codes the RFC does not list
	Note       string
	FreeSWITCH string // name of the cause there
	Asterisk   string // name of the cause in res_pjsip
	Cites      []Cite
	Verified   bool
}

var causeMappingTable = table[*CauseMapping]{
	file:    "sip-to-q850.tsv",
	columns: "code cause default note freeswitch asterisk refs verified",
	read: func(f *fields) *CauseMapping {
		m := &CauseMapping{Code: f.number()}
		switch ns := f.numbers(); len(ns) {
		case 0:
		case 1:
			m.Cause = ns[0]
		default:
			f.wrong("cause", "is more than one number")
		}
		m.Default, m.Note, m.FreeSWITCH, m.Asterisk, m.Cites, m.Verified = f.yes(), f.optional(), f.text(), f.text(), f.cites(), f.yes()
		return m
	},
	names: func(m *CauseMapping) []string { return []string{strconv.Itoa(m.Code)} },
}

// LookupCauseMapping returns what gateways make of a response code; nil when the table does not say.
func LookupCauseMapping(code int) *CauseMapping { return causeMappingTable.find(strconv.Itoa(code)) }

// CauseMappings returns all rows, ascending.
func CauseMappings() []*CauseMapping { return causeMappingTable.all() }

func (m *CauseMapping) words() string {
	if m.Cause == 0 {
		return m.Note
	}
	w := strconv.Itoa(m.Cause)
	if c := LookupCause(m.Cause); c != nil {
		w += " " + c.Name
	}
	if m.Note != "" {
		w = fmt.Sprintf("%s (%s)", w, m.Note)
	}
	return w
}
