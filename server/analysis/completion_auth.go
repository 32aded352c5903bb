package analysis

import (
	"sipls/knowledge"
	"sipls/server/check"
	"sipls/server/sip"
)

// quotedParameters are the parameters of challenges and credentials that are quoted strings in both (RFC 3261
// section 25.1).
var quotedParameters = map[string]bool{
	"realm": true, "nonce": true, "opaque": true, "domain": true, "username": true, "uri": true, "response": true, "cnonce": true, "auts": true,
}

func (v *valueWriter) isChallenge() bool {
	return v.id == sip.HeaderWWWAuthenticate || v.id == sip.HeaderProxyAuthenticate
}

// schemes completes the word that challenges and credentials begin with.
func (v *valueWriter) schemes() []CompletionItem {
	var items []CompletionItem
	for _, d := range knowledge.DigestRules() {
		if d.Type != "scheme" {
			continue
		}
		item := literalItem(WordCompletion, d.Name, d.Rule, "digest:"+d.Name)
		switch {
		case !v.only:
		case d.Name == "Digest" && v.isChallenge():
			item.Insert = check.ParseTemplate(`Digest realm="{realm}", nonce="{nonce}", algorithm=MD5, qop="auth"`)
		case d.Name == "Digest":
			item.Insert = check.ParseTemplate(`Digest username="{alice}", realm="{realm}", nonce="{nonce}", uri="{sip:example.com}", response="{00000000000000000000000000000000}"`)
		case v.isChallenge():
			item.Insert = check.ParseTemplate(d.Name + ` realm="{realm}"`)
		default:
			item.Insert = check.ParseTemplate(d.Name + ` {credentials}`)
		}
		items = append(items, item)
	}
	return items
}

// digestArguments completes values of parameters of the scheme Digest; nil for parameters without a list of values.
func (v *valueWriter) digestArguments(param string) []CompletionItem {
	var items []CompletionItem
	switch param {
	case "algorithm":
		for _, d := range knowledge.DigestRules() {
			if d.Type == "algorithm" {
				items = append(items, literalItem(WordCompletion, d.Name, d.Rule, "digest:"+d.Name))
			}
		}
	case "qop": // a list in quotes in challenges, one word without quotes in credentials (RFC 7616 sections 3.3, 3.4)
		for _, x := range [...][2]string{{"auth", "Method and Request-URI are protected."}, {"auth-int", "The body is protected as well."}} {
			item := literalItem(WordCompletion, x[0], x[1], "digest:qop")
			if v.isChallenge() {
				item = v.quote(item)
			}
			items = append(items, item)
		}
	}
	return items
}
