package check

// optionsTo is an OPTIONS with this To and these lines, for cases.
func optionsTo(to, lines string) string {
	return "OPTIONS sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: " + to +
		"\nCall-ID: 1@192.0.2.1\nCSeq: 1 OPTIONS\nAccept: application/sdp\n" + lines + "Content-Length: 0\n\n"
}

// cutOptions is an OPTIONS in a log that ends behind these lines, for cases.
func cutOptions(lines string) string {
	return "2026-11-22 10:00:00 a message:\nOPTIONS sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\n" + lines
}

func addressSyntaxCases() []Case {
	to := func(name, value, want, fixed string) Case {
		c := Case{Name: name, Text: optionsTo(value, "")}
		if want != "" {
			c.Want = []string{want}
		}
		if fixed != "" {
			c.Fixed = optionsTo(fixed, "")
		}
		return c
	}
	field := func(name, line, want, fixed string) Case {
		c := Case{Name: name, Text: optionsTo("<sip:b@example.com>", line+"\n")}
		if want != "" {
			c.Want = []string{want}
		}
		if fixed != "" {
			c.Fixed = optionsTo("<sip:b@example.com>", fixed+"\n")
		}
		return c
	}
	return []Case{
		to("a quote that is not closed", `"Bob <sip:b@example.com>`, `error: "Bob <sip:b@example.com>`, `"Bob" <sip:b@example.com>`),
		to("a comma in a display name", "Jones, Bob <sip:b@example.com>", "error: Jones, Bob", `"Jones, Bob" <sip:b@example.com>`),
		to("an at sign in a display name", "b@home <sip:b@example.com>", "warning: b@home", `"b@home" <sip:b@example.com>`),
		to("quotes of a text processor", "\u201cBob\u201d <sip:b@example.com>", "warning: \u201cBob\u201d", `"Bob" <sip:b@example.com>`),
		to("blanks in the brackets", "< sip:b@example.com >", "error:  ", "<sip:b@example.com>"),
		to("a bracket that is not closed", "<sip:b@example.com", "error: <sip:b@example.com", "<sip:b@example.com>"),
		to("a bracket that is not opened", "Bob sip:b@example.com>", "error: >", "Bob <sip:b@example.com>"),
		to("a URI without brackets behind a display name", "Bob sip:b@example.com", "error: Bob sip:b@example.com", "Bob <sip:b@example.com>"),
		to("a question mark without brackets", "sip:b@example.com?Subject=x", "error: sip:b@example.com?Subject=x", "<sip:b@example.com?Subject=x>"),
		to("a semicolon in a user part without brackets", "sip:b;day=1@example.com", "error: sip:b;day=1@example.com", ""),
		to("blanks beside a delimiter", "<sip:b@example.com; transport = tcp>", "error:  ", "<sip:b@example.com;transport=tcp>"),
		to("no scheme", "<b@example.com>", "error: b@example.com", "<sip:b@example.com>"),
		to("two semicolons", "<sip:b@example.com>;;x=1", "error: ;", "<sip:b@example.com>;x=1"),
		to("a semicolon at the end", "<sip:b@example.com>;", "warning: ;", "<sip:b@example.com>"),
		to("a value that needs quotes", "<sip:b@example.com>;x=a/b", "warning: a/b", `<sip:b@example.com>;x="a/b"`),
		to("a bracket among the parameters", "<sip:b@example.com>;user=phone>", "error: phone>", ""),
		field("a route without brackets", "Route: sip:proxy.example.com;lr", "error: sip:proxy.example.com", "Route: <sip:proxy.example.com;lr>"),
		field("the second of two contacts", "Contact: <sip:a@192.0.2.1>, sip:a b@192.0.2.2", "error:  ", ""),
		field("an empty contact", "Contact:", "warning: Contact", ""),
		field("words of a vendor in Alert-Info", "Alert-Info: Bellcore-dr1", "information: Bellcore-dr1", ""),
		{
			Name: "all forms of an address",
			Text: optionsTo(`"Jones, Bob \"B\"" <sip:b;day=1@example.com?Subject=x%2Cy>;x="a;b"`,
				"Contact: sip:a@192.0.2.1;expires=60, Alice <sips:a@[2001:db8::1]:5061>;q=0.5\nReply-To: <tel:+15550100>\nAlert-Info: <urn:alert:source:external>\n"),
		},
		{
			Name: "a log that was copied from a page with typographic quotes", Log: true,
			Text: "a message:\n" + optionsTo("\u201cBob\u201d <sip:b@example.com>", ""),
		},
		{Name: "cut off in the middle", Log: true, Text: cutOptions(`To: "Bob <sip:b@example.com>` + "\nFrom: <sip:a@exa")},
	}
}
