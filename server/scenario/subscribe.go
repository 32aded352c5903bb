package scenario

import (
	"fmt"
	"strconv"
	"time"
)

// Subscribe is a subscription of a phone to an event package (RFC 6665): SUBSCRIBE,
// the first NOTIFY with the state, and after [Talking] the end, an unsubscription
// and the last NOTIFY. [Refreshes] keeps it alive, [Terminated] lets the notifier
// end it; [Expires] of 0 fetches the state once. It is about the user of the
// notifier, or the phone's own when the notifier is a server.
func Subscribe(ua, notifier Party, event string, opts ...Option) Trace {
	d := newDialog("subscribe", ua, notifier, opts)
	about := notifier
	if about.User == "" {
		about.User, about.Domain = ua.User, ua.Domain
	}
	d.target = about.URI()
	d.addr[uas] = nameAddr("", d.target)
	d.event = event
	s := subscription{dialog: d, about: about}
	s.run()
	return d.trace()
}

// Terminated lets the notifier end the subscription after [Talking], for a reason
// of RFC 6665 section 4.1.3: deactivated, probation, rejected, timeout, giveup,
// noresource, invariant.
func Terminated(reason string) Option { return func(p *plan) { p.terminated = reason } }

// subscription is a dialog about the state of somebody.
type subscription struct {
	*dialog
	about    Party
	versions int
}

func (s *subscription) run() {
	d := s.dialog
	d.need.methods = []string{"SUBSCRIBE", "NOTIFY"}
	t, c, ok := d.obtain(s.ask)
	if !ok {
		return
	}
	d.tag[uas] = d.newTag(t)
	s.grant(t)
	if d.expires == 0 {
		return
	}
	for range d.refreshes {
		d.now = t.at + d.refreshEvery
		t = s.ask(c)
		s.grant(t)
	}
	d.now += d.talk
	if d.terminated != "" {
		s.notify("terminated;reason=" + d.terminated)
		return
	}
	d.expires = 0
	s.grant(s.ask(c))
}

// ask sends a SUBSCRIBE; with a challenge it carries credentials for it.
func (s *subscription) ask(c *challenge) *transaction {
	uri := s.target
	if s.tag[uas] != "" {
		uri = s.party[uas].ContactURI()
	}
	t := s.begin(uac, "SUBSCRIBE", uri)
	b := s.request(t, "SUBSCRIBE", uri)
	s.contact(b, uac)
	b.add(fExpires, "Expires", strconv.Itoa(s.expires))
	b.add(fOther, "Event", s.event)
	if kind, _ := s.state(); kind != "" {
		b.add(fOther, "Accept", kind)
	}
	s.abilities(b)
	if c != nil {
		s.authorize(b, t, *c)
	}
	if s.challenge == 0 || c != nil {
		s.earn(b, s.status)
	}
	s.send(b, "")
	return t
}

// grant answers a SUBSCRIBE; the state follows at once (RFC 6665 section 4.2.1.2).
func (s *subscription) grant(t *transaction) {
	s.wait(3 * time.Millisecond)
	b := s.respond(t, s.status, s.tag[uas])
	s.contact(b, uas)
	b.add(fExpires, "Expires", strconv.Itoa(s.expires))
	s.send(b, "")
	s.wait(2 * time.Millisecond)
	if s.expires == 0 {
		s.notify("terminated;reason=timeout")
	} else {
		s.notify("active;expires=" + strconv.Itoa(s.expires))
	}
}

func (s *subscription) notify(state string) {
	kind, body := s.state()
	s.sendNotify(uas, s.event, state, kind, body)
}

// sendNotify sends a NOTIFY from that side and answers it.
func (d *dialog) sendNotify(from side, event, state, contentType, body string) {
	uri := d.party[1-from].ContactURI()
	t := d.begin(from, "NOTIFY", uri)
	b := d.request(t, "NOTIFY", uri)
	d.contact(b, from)
	b.add(fOther, "Event", event)
	b.add(fOther, "Subscription-State", state)
	d.sendBody(b, contentType, body)
	d.sendPlain(t, 200, "", 4*time.Millisecond)
}

// state is a document of the package and its type; there is none for packages
// that nobody here knows.
func (s *subscription) state() (contentType, body string) {
	const xml = `<?xml version="1.0" encoding="UTF-8"?>` + "\r\n"
	uri := s.about.URI()
	switch s.event {
	case "message-summary": // RFC 3842
		return "application/simple-message-summary", "Messages-Waiting: no\r\nMessage-Account: " + uri + "\r\nVoice-Message: 0/0 (0/0)\r\n"
	case "presence": // RFC 3863
		return "application/pidf+xml", xml + fmt.Sprintf(`<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="%s">`+"\r\n"+
			`<tuple id="t1"><status><basic>open</basic></status></tuple>`+"\r\n</presence>\r\n", uri)
	case "dialog": // RFC 4235
		s.versions++
		return "application/dialog-info+xml", xml + fmt.Sprintf(`<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="%d" state="full" entity="%s"/>`+"\r\n", s.versions-1, uri)
	}
	return "", ""
}
