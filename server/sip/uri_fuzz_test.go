package sip

import "testing"

func FuzzAddressSyntax(f *testing.F) {
	for _, s := range []string{
		`"A \" b" <sip:a:b@[2001:db8::1]:5060;lr;maddr=192.0.2.1?Subject=a%20b>;tag=1;q="x"`, "sip:a@b?x,y", "<tel:+1-2;phone-context=a.b;isub=1>",
		`"a`, "<", "<>;", "a=", ";;", "*", "urn:a:b", "\r\n ;a \t= [", "sip:@", "sip:[", "a.b:1", `<sip:a@b>;"`, `;a="\`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		text := append(append([]byte("x;"), b...), " y"...)
		m := &Message{Text: text}
		s := Span{2, int32(len(b))}
		inside := func(p Span, what string) {
			if p.Len != 0 && (p.Off < s.Off-1 || p.End() > s.End()) || p.Len < 0 || p.Off < 0 || int(p.End()) > len(text) {
				t.Errorf("%s of %q is %v", what, b, p)
			}
		}
		u, err := m.URI(s)
		for _, p := range []Span{u.Scheme, u.User, u.Password, u.Host, u.Port, u.Params, u.Headers, u.Context, u.Opaque} {
			inside(p, "a part")
		}
		if err != nil {
			inside(err.At, err.Want)
		}
		for _, form := range []AddressForm{NameAddrOrSpec, NameAddr, BracketedURI} {
			if _, err := m.AddressSyntax(trim(text, 2, 2+len(b)), form); err != nil {
				inside(err.At, err.Want)
			}
		}
		for _, sep := range []byte{';', ','} {
			if err := m.ParamsSyntax(s, sep); err != nil {
				inside(err.At, err.Want)
			}
		}
	})
}
