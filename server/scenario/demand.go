package scenario

import (
	"strconv"
	"strings"
)

// demand adds what a response of that status must or should carry; the 2xx to
// INVITE and REGISTER are the business of their builders.
func (d *dialog) demand(b *draft, t *transaction, status int) {
	host := d.party[1-t.from].Addr.hostText()
	realm := d.party[uas].Domain
	switch status {
	case 300, 301, 302, 305: // RFC 3261 section 21.3
		user := d.dial
		if user == "" {
			user = "2001"
		}
		b.add(fContact, "Contact", "<"+sipURI(user, "203.0.113.30")+">")
	case 401: // RFC 3261 section 22.2
		value, _ := b.traits.challenge(d.source, realm)
		b.add(fCredentials, "WWW-Authenticate", value)
	case 407: // RFC 3261 section 22.3
		value, _ := b.traits.challenge(d.source, realm)
		b.add(fCredentials, "Proxy-Authenticate", value)
	case 405: // RFC 3261 section 21.4.6
		b.add(fAllow, "Allow", b.traits.allow)
	case 415: // RFC 3261 section 21.4.13
		b.add(fOther, "Accept", "application/sdp")
	case 420: // RFC 3261 section 21.4.15
		b.add(fOther, "Unsupported", strangeExtension)
	case 421: // RFC 3261 section 21.4.16
		b.add(fOther, "Require", "timer")
	case 422: // RFC 4028 section 6
		b.add(fOther, "Min-SE", "1800")
	case 423: // RFC 3261 section 10.2.8
		b.add(fOther, "Min-Expires", strconv.Itoa(max(d.expires+1, 300)))
	case 424: // RFC 6442 section 4.3
		b.add(fOther, "Geolocation-Error", `100 ; code="Cannot Process Location"`)
	case 469: // RFC 6086 section 4.2.2
		b.add(fOther, "Recv-Info", "")
	case 488: // RFC 3261 section 13.3.1.3
		b.add(fOther, "Warning", "305 "+host+` "Incompatible media format"`)
	case 489: // RFC 6665 section 8.2.2
		var allowed []string
		for _, event := range [...]string{"presence", "message-summary", "refer"} {
			if event != d.event {
				allowed = append(allowed, event)
			}
		}
		b.add(fOther, "Allow-Events", strings.Join(allowed, ", "))
	case 494: // RFC 3329 section 2.3.1
		b.add(fOther, "Security-Server", "tls;q=0.1")
	case 503: // RFC 3261 section 21.5.4
		b.add(fOther, "Retry-After", "30")
	case 606: // RFC 3261 section 21.6.4
		b.add(fOther, "Warning", "370 "+host+` "Insufficient bandwidth"`)
	}
}

// strangeExtension is an option tag that no agent here supports.
const strangeExtension = "resource-priority"

// earn adds to a request what makes that status a right answer to it.
func (d *dialog) earn(b *draft, status int) {
	switch status {
	case 420:
		b.add(fOther, "Require", strangeExtension)
	case 422:
		if d.sessionExpires == 0 {
			b.add(fOther, "Session-Expires", "120")
			b.add(fOther, "Min-SE", "90")
		}
	}
}
