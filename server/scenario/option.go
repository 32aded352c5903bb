package scenario

import "time"

// Option says how a registration, a call or a ping goes.
type Option func(*plan)

// plan is what the options ask for.
type plan struct {
	seed          uint64
	start         time.Duration
	dial          string
	challenge     int
	wrongPassword bool
	status        int
	cancelled     bool
	unanswered    bool
	earlyMedia    bool
	hold          bool
	calleeHangsUp bool
	byeStatus     int
	alert         time.Duration // from the 100 to what comes next
	ring, talk    time.Duration
	expires       int
	codecs        []string

	reliable       bool
	sessionExpires int    // seconds, 0 without a session timer
	refresher      string // uac or uas of the INVITE
	refreshMethod  string
	belowMinSE     int
	lateOffer      bool
	telephoneEvent int // payload type, 0 when not offered
	inDialog       int // the challenge inside the dialog
	glare          bool

	belowMinExpires int
	refreshes       int
	refreshEvery    time.Duration
	terminated      string // why the notifier ends a subscription

	calleeTransfers bool
	referAnswer     int
	referResult     int
}

func newPlan(opts []Option) plan {
	p := plan{
		seed: 1, status: 200, byeStatus: 200, alert: 60 * time.Millisecond, ring: 4 * time.Second, talk: 23 * time.Second, expires: 3600,
		refreshMethod: "UPDATE", telephoneEvent: 101, referAnswer: 200, referResult: 200,
	}
	for _, o := range opts {
		o(&p)
	}
	return p
}

// Seed makes every identifier (Call-ID, tags, branches, nonces, ports) another
// one. Traces that are merged need different seeds; without it the seed is 1.
func Seed(n uint64) Option { return func(p *plan) { p.seed = n } }

// Start lets the first message be sent d after the base of the trace.
func Start(d time.Duration) Option { return func(p *plan) { p.start = d } }

// Dial is the user part that the caller dials; the callee's own by default,
// 2000 when the callee is a server without one.
func Dial(user string) Option { return func(p *plan) { p.dial = user } }

// Challenged lets the server ask for credentials first, with 401 or 407, and
// the client give them.
func Challenged(status int) Option { return func(p *plan) { p.challenge = status } }

// WrongPassword makes the credentials wrong: the server challenges again, the
// client gives up. It implies Challenged(401) unless that says otherwise.
func WrongPassword() Option {
	return func(p *plan) {
		p.wrongPassword = true
		if p.challenge == 0 {
			p.challenge = 401
		}
	}
}

// Rejected ends the request with a final response of 300 to 699. What RFCs demand
// of that response, and of a request that earns it, is there.
func Rejected(status int) Option { return func(p *plan) { p.status = status } }

// Cancelled lets the callee ring until the caller gives up: CANCEL, 487.
func Cancelled() Option { return func(p *plan) { p.cancelled = true } }

// Unanswered means that nothing ever comes back: the request is retransmitted
// until the transaction times out after 32 s (RFC 3261 section 17.1).
func Unanswered() Option { return func(p *plan) { p.unanswered = true } }

// EarlyMedia answers 183 with a session description where 180 would be.
func EarlyMedia() Option { return func(p *plan) { p.earlyMedia = true } }

// Hold puts the call on hold and takes it back, with re-INVITEs.
func Hold() Option { return func(p *plan) { p.hold = true } }

// CalleeHangsUp lets the callee send the BYE.
func CalleeHangsUp() Option { return func(p *plan) { p.calleeHangsUp = true } }

// ByeAnswered is the response to BYE, 200 by default.
func ByeAnswered(status int) Option { return func(p *plan) { p.byeStatus = status } }

// Ringing is the time from the ringing to what ends it, 4 s by default.
func Ringing(d time.Duration) Option { return func(p *plan) { p.ring = d } }

// Talking is the time from the ACK to the BYE, 23 s by default.
func Talking(d time.Duration) Option { return func(p *plan) { p.talk = d } }

// Expires is what a REGISTER or SUBSCRIBE asks for, in seconds; 3600 by default.
// 0 takes the binding away, or asks for the state once.
func Expires(seconds int) Option { return func(p *plan) { p.expires = seconds } }

// Codecs are what the caller offers, by name: PCMU, PCMA, G722, G729, GSM, opus.
func Codecs(names ...string) Option {
	return func(p *plan) {
		for _, n := range names {
			if _, ok := codecs[n]; !ok {
				panic("scenario: unknown codec " + n)
			}
		}
		p.codecs = names
	}
}
