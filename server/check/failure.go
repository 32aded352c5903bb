package check

import (
	"slices"
	"sync"

	"sipls/knowledge"
)

// requiredHeaderFailures are the failures that rules made of required-headers.tsv find, by the name of the rule.
var requiredHeaderFailures = map[string]string{
	"401-without-www-authenticate":   "challenge-header-missing",
	"407-without-proxy-authenticate": "challenge-header-missing",

	"request-without-via":          malformedHeader,
	"request-via-without-branch":   malformedHeader,
	"request-without-from":         malformedHeader,
	"request-without-from-tag":     malformedHeader,
	"request-without-to":           malformedHeader,
	"request-without-call-id":      malformedHeader,
	"request-without-cseq":         malformedHeader,
	"request-without-max-forwards": malformedHeader,
	"invite-without-contact":       malformedHeader,

	"stream-request-without-content-length":  "content-length-mismatch",
	"stream-response-without-content-length": "content-length-mismatch",

	"2xx-without-to-tag":             "missing-to-tag-in-response",
	"failure-without-to-tag":         "missing-to-tag-in-response",
	"dialog-response-without-to-tag": "missing-to-tag-in-response",
	"199-without-to-tag":             "missing-to-tag-in-response",

	"2xx-invite-without-contact":    "missing-contact-in-2xx",
	"2xx-subscribe-without-contact": "missing-contact-in-2xx",

	"2xx-invite-without-record-route":   "record-route-ignored-or-reversed",
	"1xx-reliable-without-record-route": "record-route-ignored-or-reversed",
	"1xx-without-record-route":          "record-route-ignored-or-reversed",

	"415-without-accept": "multipart-415",

	"422-without-min-se":      "422-min-se",
	"423-without-min-expires": "423-min-expires",

	"100-with-require-100rel":               "prack-100rel",
	"100-with-rseq":                         "prack-100rel",
	"1xx-reliable-without-rseq":             "prack-100rel",
	"1xx-rseq-without-require-100rel":       "prack-100rel",
	"prack-without-rack":                    "prack-100rel",
	"notify-without-event":                  "event-489-or-notify-481",
	"notify-without-subscription-state":     "event-489-or-notify-481",
	"489-without-allow-events":              "event-489-or-notify-481",
	"refer-without-refer-to":                "refer-transfer-fails",
	"refer-notify-without-sipfrag":          "refer-transfer-fails",
	"request-identity-without-date":         "stir-shaken-438-403",
	"2xx-session-expires-without-refresher": "session-timer-drop",
}

const malformedHeader = "malformed-header-400-or-drop"

// Finds returns the failures of failures.tsv that the rule finds, by their slugs: the one that it is named by first.
func (r *Rule) Finds() []string {
	if f := knowledge.LookupFailure(r.Name); f == nil || f.Slug != r.Name || slices.Contains(r.Failures, r.Name) {
		return r.Failures
	}
	return append([]string{r.Name}, r.Failures...)
}

// Failure returns the failure of failures.tsv that a finding of the rule belongs to, "" when it is none of them.
func (r *Rule) Failure() string {
	if all := r.Finds(); len(all) > 0 {
		return all[0]
	}
	return ""
}

// finders are the rules that find a failure, by its slug.
var finders = sync.OnceValue(func() map[string][]*Rule {
	out := map[string][]*Rule{}
	for _, r := range Rules() {
		for _, slug := range r.Finds() {
			out[slug] = append(out[slug], r)
		}
	}
	return out
})

// Finders returns the rules that find a failure of failures.tsv, sorted by name.
func Finders(slug string) []*Rule { return finders()[slug] }
