package scenario

import (
	"strconv"
	"strings"
)

// asteriskPJSIPSpec is Asterisk's console after `pjsip set logger on`:
//
//	<--- Received SIP request (541 bytes) from UDP:192.0.2.20:5060 --->
//	message, LF
//	an empty line
var asteriskPJSIPSpec = spec{
	name: "asterisk-pjsip",
	write: func(dst []byte, r *record) []byte {
		return append(appendLines(appendPJSIPMarker(dst, r), r.wire, ""), '\n')
	},
	chatter: func(dst []byte, r *record) []byte { return asteriskChatter(dst, r, false) },
}

// asteriskFullSpec is the full log: the same with a prefix on the marker line only.
//
//	[Mar 17 09:30:00] VERBOSE[2817] res_pjsip_logger.c: <--- Received ...
var asteriskFullSpec = spec{
	name: "asterisk-full",
	write: func(dst []byte, r *record) []byte {
		dst = append(appendAsteriskPrefix(dst, r, "VERBOSE", ""), "res_pjsip_logger.c: "...)
		return append(appendLines(appendPJSIPMarker(dst, r), r.wire, ""), '\n')
	},
	chatter: func(dst []byte, r *record) []byte { return asteriskChatter(dst, r, true) },
}

func appendPJSIPMarker(dst []byte, r *record) []byte {
	if r.sent {
		dst = append(dst, "<--- Transmitting SIP "...)
	} else {
		dst = append(dst, "<--- Received SIP "...)
	}
	if r.IsResponse() {
		dst = append(dst, "response ("...)
	} else {
		dst = append(dst, "request ("...)
	}
	dst = append(strconv.AppendInt(dst, int64(r.size), 10), " bytes) "...)
	if r.sent {
		dst = append(dst, "to "...)
	} else {
		dst = append(dst, "from "...)
	}
	dst = append(append(dst, r.peer.Transport...), ':')
	return append(r.peer.appendTo(dst), " --->\n"...)
}

// appendAsteriskPrefix appends "[Mar 17 09:30:00] LEVEL[thread][C-call] ".
func appendAsteriskPrefix(dst []byte, r *record, level, call string) []byte {
	_, month, day := r.time.Date()
	dst = append(append(append(dst, '['), month.String()[:3]...), ' ')
	if day < 10 {
		dst = append(dst, ' ', byte('0'+day))
	} else {
		dst = appendTwo(dst, day)
	}
	dst = appendClock(append(dst, ' '), r.time)
	dst = append(append(append(dst, "] "...), level...), "[28"...)
	dst = append(appendTwo(dst, r.peer.Port%100), ']')
	if call != "" {
		dst = append(append(append(dst, "[C-"...), call...), ']')
	}
	return append(dst, ' ')
}

// asteriskChatter writes the verbose lines of a call; on the console they have
// no prefix, NOTICE and WARNING have one everywhere.
func asteriskChatter(dst []byte, r *record, full bool) []byte {
	verbose := func(module, text string) {
		if full {
			call := ""
			if module != registrarModule {
				call = channelNumber(r)
			}
			dst = append(append(appendAsteriskPrefix(dst, r, "VERBOSE", call), module...), ": "...)
		}
		dst = append(append(dst, text...), '\n')
	}
	notice := func(from, text string) {
		dst = appendAsteriskPrefix(dst, r, "NOTICE", "")
		if !full {
			dst[len(dst)-1] = ':'
			dst = append(dst, ' ')
		}
		dst = append(append(append(append(dst, from...), ": "...), text...), '\n')
	}
	status, method := r.Status(), r.Method()
	switch method {
	case "INVITE":
		caller, callee := uriUser(r.Get("From")), uriUser(r.Get("To"))
		in := "PJSIP/" + caller + "-" + channelNumber(r)
		switch {
		case status == 100 && r.sent && !strings.Contains(r.Get("To"), ";tag="):
			verbose("pbx.c", "    -- Executing ["+callee+"@internal:1] Dial(\""+in+"\", \"PJSIP/"+callee+",30\") in new stack")
			verbose("app_dial.c", "    -- Called PJSIP/"+callee)
		case status == 180:
			verbose("app_dial.c", "    -- PJSIP/"+callee+"-"+channelNumber(r)+" is ringing")
		case status == 200:
			verbose("app_dial.c", "    -- PJSIP/"+callee+"-"+channelNumber(r)+" answered "+in)
		case status == 404:
			notice("res_pjsip_session.c", "new_invite: Call from '"+caller+"' ("+r.peer.Transport+":"+r.peer.String()+") to extension '"+callee+"' rejected because extension not found in context 'internal'.")
		case status == 486 || status == 480 || status == 488 || status == 503:
			verbose("app_dial.c", "  == Everyone is busy/congested at this time (1:"+busyCounters(status)+")")
		}
	case "BYE":
		if status == 0 && !r.sent {
			verbose("pbx.c", "  == Spawn extension (internal, "+uriUser(r.Get("To"))+", 1) exited non-zero on 'PJSIP/"+uriUser(r.Get("From"))+"-"+channelNumber(r)+"'")
		}
	case "REGISTER":
		user := uriUser(r.Get("From"))
		switch {
		case status == 200 && r.Get("Contact") != "":
			verbose(registrarModule, "    -- Added contact 'sip:"+user+"@"+r.peer.String()+"' to AOR '"+user+"' with expiration of "+expiresOf(r.Get("Contact"))+" seconds")
		case status == 403 || status == 404:
			notice("res_pjsip/pjsip_distributor.c", "log_failed_request: Request 'REGISTER' from '<sip:"+user+"@"+uriHost(r.Get("From"))+">' failed for '"+r.peer.String()+"' (callid: "+r.Get("Call-ID")+") - Failed to authenticate")
		}
	}
	return dst
}

// registrarModule logs registrations: its lines belong to no call.
const registrarModule = "res_pjsip_registrar.c"

// channelNumber is a channel number that belongs to the Call-ID.
func channelNumber(r *record) string {
	return "0000" + callSource(r).hex(4)
}

// busyCounters are the busy/congested/unavailable counters of app_dial.
func busyCounters(status int) string {
	switch status {
	case 486:
		return "1/0/0"
	case 503:
		return "0/1/0"
	}
	return "0/0/1"
}

func expiresOf(contact string) string {
	_, v, _ := strings.Cut(contact, ";expires=")
	return v
}
