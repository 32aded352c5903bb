package sip

import "bytes"

// Event and Allow-Events name event packages; Subscription-State says how a
// subscription stands (RFC 6665 section 8.4).

const wantPackage = "an event package, as presence"

// eventTypeSyntax: event-package *( "." event-template ), each a token without a full stop.
func eventTypeSyntax(m *Message, v Span) *SyntaxError {
	if err := tokenSyntax(m, v, wantPackage, "event packages"); err != nil {
		return err
	}
	b := m.Bytes(v)
	if b[0] == '.' || b[len(b)-1] == '.' || bytes.Contains(b, []byte("..")) {
		return &SyntaxError{At: v, Want: "a name on both sides of each full stop"}
	}
	return nil
}

func eventSyntax(m *Message, v Span) *SyntaxError {
	w := m.ReadWorded(v)
	if err := tokenSyntax(m, w.Word, wantPackage, ""); err != nil {
		return err
	}
	if err := eventTypeSyntax(m, w.Word); err != nil {
		return err
	}
	if err := w.paramsSyntax(m); err != nil {
		return err
	}
	if p, ok := m.FindParam(w.Params, ';', "id"); ok && !IsToken(m.Bytes(p.Value)) {
		return paramError(p, "a token as id")
	}
	return nil
}

// SubscriptionState is the value of Subscription-State (RFC 6665 section 4.1.3).
type SubscriptionState struct {
	State      Span // active, pending, terminated or an extension
	Reason     Span // why it is over; Len 0 when it does not say
	Expires    Span // seconds, digits; Len 0 when it does not say
	RetryAfter Span // likewise
}

// ReadSubscriptionState reads the value of a Subscription-State field. The error is that of FieldSyntax.
func (m *Message) ReadSubscriptionState(v Span) (SubscriptionState, *SyntaxError) {
	w, err := wordSyntax(m, v, "a state, as active")
	if err != nil {
		return SubscriptionState{}, err
	}
	s := SubscriptionState{State: w.Word}
	for p := range m.Params(w.Params, ';') {
		name := m.Bytes(p.Name)
		switch {
		case EqualFold(name, "expires"):
			s.Expires = p.Value
			err = numberSyntax(m, p, "seconds in digits")
		case EqualFold(name, "retry-after"):
			s.RetryAfter = p.Value
			err = numberSyntax(m, p, "seconds in digits")
		case EqualFold(name, "reason"):
			s.Reason = p.Value
			if !IsToken(m.Bytes(p.Value)) {
				err = paramError(p, "a token as reason")
			}
		}
		if err != nil {
			return SubscriptionState{}, err
		}
	}
	return s, nil
}

func subscriptionStateSyntax(m *Message, v Span) *SyntaxError {
	_, err := m.ReadSubscriptionState(v)
	return err
}
