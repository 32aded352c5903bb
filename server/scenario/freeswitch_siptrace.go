package scenario

import (
	"hash/fnv"
	"strconv"
	"strings"
)

// freeswitchSiptraceSpec is FreeSWITCH's file log with siptrace on:
//
//	recv 326 bytes from udp/[192.0.2.10]:5060 at 05:47:55.530071:
//	   72 dashes
//	   message, LF, each line indented
//
// Console lines can follow at once.
var freeswitchSiptraceSpec = spec{
	name:    "freeswitch-siptrace",
	chatter: freeswitchChatter,
	write: func(dst []byte, r *record) []byte {
		dst = append(appendSiptraceHead(dst, r), siptraceIndent+siptraceRule...)
		return appendLines(dst, r.wire, siptraceIndent)
	},
}

// freeswitchConsoleSpec is the same in fs_cli, where nothing is indented.
var freeswitchConsoleSpec = spec{
	name:    "freeswitch-console",
	chatter: freeswitchChatter,
	write: func(dst []byte, r *record) []byte {
		dst = append(appendSiptraceHead(dst, r), siptraceRule...)
		return appendLines(dst, r.wire, "")
	},
}

// freeswitchChatter writes the console lines of a channel:
//
//	2026-03-17 09:30:00.000000 97.83% [NOTICE] switch_channel.c:1142 New Channel ...
func freeswitchChatter(dst []byte, r *record) []byte {
	log := func(level, from, text string) {
		dst = append(appendDate(dst, r.time, '-'), ' ')
		dst = append(appendClockMicros(dst, r.time), ' ')
		idle := r.time.Second()*7 + r.time.Nanosecond()/1_000_000
		dst = append(dst, '9', byte('5'+idle%4), '.')
		dst = append(appendTwo(dst, idle%100), "% ["...)
		dst = append(append(append(dst, level...), "] "...), from...)
		dst = append(append(append(dst, ' '), text...), '\n')
	}
	status, method := r.Status(), r.Method()
	switch method {
	case "INVITE":
		initial := !strings.Contains(r.Get("To"), ";tag=")
		switch {
		case status == 0 && initial:
			log("NOTICE", "switch_channel.c:1142", "New Channel "+channel(r)+" ["+callSource(r, r.Get("CSeq")).uuid()+"]")
			log("DEBUG", "switch_core_state_machine.c:581", "("+channel(r)+") Running State Change CS_NEW (Cur 4 Tot 117)")
			log("DEBUG", "sofia.c:7499", "Channel "+channel(r)+" entering state [received][100]")
		case status == 180 || status == 183:
			log("NOTICE", "mod_sofia.c:2432", "Ring-Ready "+channel(r)+"!")
		case status == 200:
			log("DEBUG", "sofia.c:7499", "Channel "+channel(r)+" entering state [completed][200]")
			log("NOTICE", "mod_dptools.c:1406", "Channel ["+channel(r)+"] has been answered")
		case status == 401 || status == 407:
			log("DEBUG", "sofia.c:10279", channel(r)+" asking for credentials")
		case status >= 300:
			cause := causeOf(status)
			log("NOTICE", "switch_core_state_machine.c:385", "Hangup "+channel(r)+" [CS_EXECUTE] ["+cause+"]")
			log("DEBUG", "mod_sofia.c:469", "Channel "+channel(r)+" hanging up, cause: "+cause)
			if r.sent {
				log("DEBUG", "mod_sofia.c:564", "Responding to INVITE with: "+strconv.Itoa(status))
			}
		}
	case "BYE":
		if status == 0 {
			log("NOTICE", "sofia.c:1065", "Hangup "+channel(r)+" [CS_EXECUTE] [NORMAL_CLEARING]")
			log("NOTICE", "mod_sofia.c:469", "Channel "+channel(r)+" hanging up, cause: NORMAL_CLEARING")
		}
	case "REGISTER":
		from := r.Get("From")
		who := " (REGISTER) on sofia profile 'internal' for [" + uriUser(from) + "@" + uriHost(from) + "] from ip " + r.peer.Host
		switch status {
		case 401, 407:
			log("DEBUG", "sofia_reg.c:1729", "SIP auth challenge"+who)
		case 403:
			log("WARNING", "sofia_reg.c:1842", "SIP auth failure"+who)
		}
	}
	return dst
}

func channel(r *record) string {
	from := r.Get("From")
	return "sofia/internal/" + uriUser(from) + "@" + uriHost(from)
}

// callSource makes what a producer calls a call of that Call-ID.
func callSource(r *record, salt ...string) source {
	h := fnv.New64a()
	h.Write([]byte(r.Get("Call-ID")))
	return newSource(h.Sum64(), salt...)
}

// causeOf is how FreeSWITCH names the end of a call that a status code stands for.
func causeOf(status int) string {
	switch status {
	case 404, 604:
		return "UNALLOCATED_NUMBER"
	case 408, 480:
		return "NO_USER_RESPONSE"
	case 486, 600:
		return "USER_BUSY"
	case 487:
		return "ORIGINATOR_CANCEL"
	case 415, 488, 606:
		return "INCOMPATIBLE_DESTINATION"
	case 403, 603:
		return "CALL_REJECTED"
	case 484:
		return "INVALID_NUMBER_FORMAT"
	case 503:
		return "NORMAL_TEMPORARY_FAILURE"
	}
	return "NORMAL_UNSPECIFIED"
}

// uriUser returns the user part of the URI in an address, uriHost its host.
func uriUser(address string) string {
	_, uri, _ := strings.Cut(address, "sip:")
	user, _, ok := strings.Cut(uri, "@")
	if !ok {
		return ""
	}
	return user
}

func uriHost(address string) string {
	_, uri, _ := strings.Cut(address, "sip:")
	if _, host, ok := strings.Cut(uri, "@"); ok {
		uri = host
	}
	if end := strings.IndexAny(uri, ">;?"); end >= 0 {
		uri = uri[:end]
	}
	return uri
}
