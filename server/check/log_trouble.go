package check

import (
	"bytes"

	"sipls/server/call"
	"sipls/server/sip"
	"sipls/server/trace"
)

// trouble is what a line that a program logs beside its messages tells of why a request went nowhere.
type trouble uint8

const (
	noTrouble trouble = iota
	tlsTrouble
	nameTrouble       // a name could not be resolved
	connectionTrouble // a connection failed
)

// logTrouble is such a line next to a message.
type logTrouble struct {
	kind   trouble
	line   []byte
	at     int32 // the response that the program made itself, or the request without an answer
	behind bool  // the line stands behind the message, which is a request
	// certainty is that the line belongs to the call.
	certainty Certainty
}

// troubleBeside finds the first line that tells of trouble with TLS, names or connections beside a call that failed: in front of a failure
// that the program whose log it is made itself, when what stands before that line belongs to the same call; or behind a request that gets no answer.
func (t *TraceSubject) troubleBeside(c int) logTrouble {
	s := t.Calls[c]
	r := &s.Result
	if r.Exchange == call.None || t.Lines == nil {
		return logTrouble{}
	}
	if r.Decided != call.None {
		if !madeHere(s, r.Exchange, r.Decided) {
			return logTrouble{}
		}
		before, _ := t.Lines(c, r.Decided)
		kind, line := troubleIn(before)
		if kind == noTrouble {
			return logTrouble{}
		}
		x := logTrouble{kind: kind, line: line, at: r.Decided, certainty: StrongHint}
		if !bytes.Contains(line, s.Messages[r.Decided].Msg.CallID()) {
			follows, known := t.follows(c, r.Decided, before)
			if known && !follows {
				return logTrouble{}
			}
			if !known {
				x.certainty = WeakHint
			}
		}
		return x
	}
	last := call.None
	for _, i := range s.Exchanges[r.Exchange].Transactions {
		tx := &s.Transactions[i]
		if tx.Request == call.None || tx.Trying != call.None || tx.Final != call.None || s.Messages[tx.Request].Direction == trace.Received {
			return logTrouble{}
		}
		for _, k := range tx.Messages {
			if s.Messages[k].Request {
				last = max(last, k)
			}
		}
	}
	if last == call.None {
		return logTrouble{}
	}
	_, behind := t.Lines(c, last)
	kind, line := troubleIn(behind)
	switch {
	case kind == noTrouble:
		return logTrouble{}
	case kind == tlsTrouble && !isOver(s.Messages[last].Msg, "TLS", "WSS"), kind == nameTrouble && !bytes.Contains(line, s.Messages[last].Msg.CallID()):
		return logTrouble{} // this request has been sent
	}
	return logTrouble{kind: kind, line: line, at: last, behind: true, certainty: StrongHint}
}

// madeHere reports whether a failure is one that an element makes when it cannot reach the next one, and nothing shows that it came from
// elsewhere.
func madeHere(s *CallSubject, exchange, final int32) bool {
	m := &s.Messages[final]
	switch m.Status {
	case 408, 477, 478, 480, 500, 502, 503, 504:
	default:
		return false
	}
	if m.Direction == trace.Received {
		return false
	}
	for _, i := range s.Exchanges[exchange].Transactions {
		if s.Transactions[i].Ringing != call.None {
			return false // somebody was reached
		}
		if f := s.Transactions[i].Final; f != call.None && i != m.Transaction && s.Messages[f].Status >= 300 {
			return false // it came from the next hop
		}
	}
	return true
}

// manyLines is how many bytes of lines in a row are so many that TraceSubject.Lines may not hold all of them.
const manyLines = 4 << 10

// follows reports whether no message of another call stands between a message and the one of its call before it. It is not known where there
// are too many lines between.
func (t *TraceSubject) follows(c int, i int32, before []byte) (yes, known bool) {
	if i == 0 {
		return false, true
	}
	_, behind := t.Lines(c, i-1)
	if len(before) >= manyLines && len(behind) >= manyLines {
		return false, false
	}
	return bytes.Equal(before, behind), true
}

// troubleIn finds the first line that tells of trouble.
func troubleIn(lines []byte) (trouble, []byte) {
	for len(lines) > 0 {
		line := lines
		if end := bytes.IndexByte(lines, '\n'); end >= 0 {
			line, lines = lines[:end], lines[end+1:]
		} else {
			lines = nil
		}
		if kind := troubleOf(bytes.ToLower(line)); kind != noTrouble {
			return kind, bytes.TrimSpace(line)
		}
	}
	return noTrouble, nil
}

// troubleOf says what trouble a line in small letters tells of.
func troubleOf(line []byte) trouble {
	if !has(line, aboutTLS) && !has(line, unresolved) && !has(line, unconnected) || has(line, aboutOthers) {
		return noTrouble
	}
	switch {
	case has(line, aboutTLS) && has(line, failing):
		return tlsTrouble
	case has(line, unresolved):
		return nameTrouble
	case has(line, unconnected):
		return connectionTrouble
	}
	return noTrouble
}

var (
	aboutTLS    = []string{" tls", "[tls", "tls_", "tlsc0", "ssl", "certificate", "x509"}
	failing     = []string{"error", "fail", "alert", "expired", "unknown ca", "self signed", "self-signed", "not trusted", "untrusted", "refused", "does not match", "mismatch", "problem", "rejected"}
	unresolved  = []string{"could not resolve", "couldn't resolve", "cannot resolve", "can't resolve", "unable to resolve", "failed to resolve", "failure to resolve", "unresolvable", "name or service not known", "no such host", "nxdomain", "name resolution", "host not found", "dns error", "dns failure", "dns lookup", "dns query", "enotfound", "no address associated", "unknown host", "unknownhost", "nodename nor servname"}
	unconnected = []string{"connection refused", "econnrefused", "no route to host", "ehostunreach", "network is unreachable", "enetunreach", "host is unreachable", "connection timed out", "connect timed out", "connect timeout", "port unreachable"}
	// aboutOthers are words of lines about media, databases and other servers, and of lines that report no failure.
	aboutOthers = []string{"dtls", "udp/tls", "srtp", "mysql", "mariadb", "postgres", "odbc", "redis", "mongo", "http", "curl", "ldap", "stun", "turn server", "rtpengine", "rtpproxy", "database", "radius", "amqp", "rabbit", "snmp", "ami ", "securityevent", "no error", "error: 0", "accept", "incoming", "error=0", "err=0", "success"}
)

func has(line []byte, words []string) bool {
	for _, w := range words {
		if bytes.Contains(line, []byte(w)) {
			return true
		}
	}
	return false
}

// quoteLine shortens a line of a log for use in a sentence.
func quoteLine(line []byte) string {
	const most = 160
	if len(line) > most {
		line = append(append(make([]byte, 0, most+3), line[:most]...), "…"...)
	}
	return string(bytes.ToValidUTF8(line, []byte("?")))
}

// saidIn returns what a failure itself says of such trouble, in its reason phrase, Reason or Warning; nil when it says nothing of it.
func saidIn(m *sip.Message, kind trouble) []byte {
	for _, text := range [...][]byte{m.Bytes(m.Start.Reason), m.Value(sip.HeaderReason), m.Value(sip.HeaderWarning)} {
		if len(text) > 0 && troubleOf(append([]byte{' '}, bytes.ToLower(text)...)) == kind {
			return text
		}
	}
	return nil
}
