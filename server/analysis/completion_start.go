package analysis

import (
	"bytes"
	"fmt"
	"strings"

	"sipls/knowledge"
	"sipls/server/sip"
)

// startLine completes the first line of a message: where nothing stands behind it, also by a whole message.
func (w *writing) startLine() Completion {
	line := w.lines[w.at].text
	before := string(w.before())
	method, uri, hasURI := strings.Cut(before, " ")
	if hasURI && !strings.HasPrefix(strings.ToUpper(method), "SIP/") && sip.IsToken([]byte(method)) && !allDigits([]byte(method)) {
		return w.requestURI(method, []byte(uri))
	}
	if !hasURI && bytes.IndexByte(w.behind(), ' ') >= 0 && !strings.HasPrefix(strings.ToUpper(string(line)), "SIP/") {
		// The method of a request line that is there.
		to := w.column() + bytes.IndexByte(w.behind(), ' ')
		return w.list(0, to, methods(""))
	}
	d := newDrafts(w)
	var items []CompletionItem
	alone := len(bytes.TrimSpace(w.behind())) == 0
	for _, m := range knowledge.Methods() {
		if !m.Registered {
			continue
		}
		item := templateItem(MethodCompletion, m.Name, d.requestLine(m.Name), m.Meaning, "method:"+m.Name)
		item.Note = "request line"
		items = append(items, item)
	}
	if alone && w.startsMessage() {
		items = append(items, d.messages(before)...)
	}
	for _, code := range knowledge.StatusCodes() {
		st := knowledge.LookupStatus(code)
		if st == nil {
			continue
		}
		item := literalItem(StatusCompletion, fmt.Sprintf("SIP/2.0 %d %s", code, st.Phrase), st.Short, fmt.Sprintf("status:%d", code))
		item.Filter = statusFilter(before, code, st.Phrase)
		item.Deprecated = st.Deprecated
		if !st.Registered {
			item.Note = unregisteredNote
		}
		items = append(items, item)
	}
	return w.list(0, len(line), items)
}

// statusFilter is what a status line is found by: the code alone will do.
func statusFilter(typed string, code int, phrase string) string {
	if typed != "" && '0' <= typed[0] && typed[0] <= '9' {
		return fmt.Sprintf("%d %s", code, phrase)
	}
	return fmt.Sprintf("SIP/2.0 %d %s", code, phrase)
}

// startsMessage reports whether no header fields stand below the cursor.
func (w *writing) startsMessage() bool {
	return w.at+1 >= len(w.lines) || w.lines[w.at+1].blank()
}

// requestLine returns the request line of a method as a template.
func (d *drafts) requestLine(method string) string {
	return method + " " + d.target(method) + " SIP/2.0"
}

// target returns the Request-URI of a method: that of a registration is a domain (RFC 3261 section 10.2).
func (d *drafts) target(method string) string {
	switch {
	case method == "REGISTER":
		return "sip:{example.com}"
	case d.w.scenario:
		return "sip:[service]@[remote_ip]:[remote_port]"
	}
	return "sip:{bob@example.com}"
}
