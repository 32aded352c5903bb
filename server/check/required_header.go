package check

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"sipls/knowledge"
	"sipls/server/sip"
)

// requiredHeaderRules makes one rule of each name in the table of required
// header fields (knowledge/required-headers.tsv). Rows that share a group are
// one rule, kept when one of their header fields is there.
func requiredHeaderRules() []*Rule {
	var out []*Rule
	byName := map[string]*requirement{}
	for _, row := range knowledge.Requirements() {
		if row.Rule == "" {
			continue
		}
		if q := byName[row.Rule]; q != nil {
			q.add(row)
			continue
		}
		q := &requirement{rule: &Rule{
			Name: row.Rule, Scope: Message, Needs: NeedFull | NeedHead, Severity: Hint, Cites: row.Cites,
		}}
		q.rule.Check, q.rule.Fix, q.rule.Cases = q.check, q.fix, q.cases
		if slug := requiredHeaderFailures[row.Rule]; slug != "" {
			q.rule.Failures = []string{slug}
		}
		byName[row.Rule] = q
		out = append(out, q.rule)
		q.add(row)
	}
	for _, q := range byName {
		q.document()
	}
	return out
}

// requirement is the rule made of one or more rows.
type requirement struct {
	rule *Rule
	rows []requirementRow
}

type requirementRow struct {
	*knowledge.Requirement
	id       sip.HeaderID
	when     []atom
	severity Severity
	old      Severity // for RFC 2543 peers
}

type atom struct {
	knowledge.Atom
	id sip.HeaderID
}

func (q *requirement) add(row *knowledge.Requirement) {
	r := requirementRow{Requirement: row, id: mustHeader(row.Header.Name)}
	for _, a := range row.When {
		w := atom{Atom: a}
		if a.Target.Name != "" {
			w.id = mustHeader(a.Target.Name)
		}
		if a.Kind == knowledge.Body && a.Not {
			q.rule.Needs |= NeedBody
		}
		r.when = append(r.when, w)
	}
	r.severity, r.old = mustSeverity(row.Severity), mustSeverity(row.SeverityOld)
	q.rule.Severity = min(q.rule.Severity, r.severity)
	q.rule.Messages = append(q.rule.Messages, row.Messages)
	q.rows = append(q.rows, r)
}

// mustHeader and mustSeverity panic on words of the table that the program does not know; a test reads the whole table.
func mustHeader(name string) sip.HeaderID {
	id := sip.LookupHeader([]byte(name))
	if id == sip.HeaderOther {
		panic(fmt.Sprintf("required-headers.tsv: header field %q is unknown", name))
	}
	return id
}

func mustSeverity(name string) Severity {
	s, err := ParseSeverity(name)
	if err != nil {
		panic("required-headers.tsv: " + err.Error())
	}
	return s
}

func (q *requirement) document() {
	r := q.rows[0]
	if len(q.rows) > 1 && r.Group != "" {
		q.rule.Doc.Title = fmt.Sprintf("%s without %s", rowName(r.Requirement), q.names(" or "))
	} else {
		q.rule.Doc.Title = fmt.Sprintf("%s %s %s", rowName(r.Requirement), withWord(r.Requirement), targetName(r.Header))
	}
	var b strings.Builder
	for i, r := range q.rows {
		if i > 0 && r.Condition == q.rows[i-1].Condition {
			continue
		}
		condition := strings.TrimSuffix(r.Condition, ".")
		if r.Group != "" {
			fmt.Fprintf(&b, "One of %s %s be there: %s.\n\n", q.names(" and "), mustWord(r.Strength), condition)
			continue
		}
		fmt.Fprintf(&b, "%s %s be there: %s.\n\n", targetName(r.Header), mustWord(r.Strength), condition)
	}
	fmt.Fprintf(&b, "%s %s", r.Consequence, r.Next)
	q.rule.Doc.Text = b.String()
}

func rowName(r *knowledge.Requirement) string {
	switch {
	case r.Messages.Request:
		for _, a := range r.When {
			if a.Kind == knowledge.Method && !a.Not {
				return strings.Join(a.Words, ", ")
			}
		}
		return "request"
	case r.Row == "all":
		return "response"
	}
	return r.Row
}

func withWord(r *knowledge.Requirement) string {
	if r.Forbidden() {
		return "with"
	}
	return "without"
}

func targetName(t knowledge.Target) string {
	switch {
	case t.Param == "tag":
		return t.Name + " tag"
	case t.Param != "" && t.Value != "":
		return fmt.Sprintf("%s=%s in %s", t.Param, t.Value, t.Name)
	case t.Param != "":
		return fmt.Sprintf("%s in %s", t.Param, t.Name)
	case t.Token != "":
		return t.Name + ": " + t.Token
	}
	return t.Name
}

func (q *requirement) names(or string) string {
	var names []string
	for _, r := range q.rows {
		names = append(names, targetName(r.Header))
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + or + names[n-1]
	}
	return names[0]
}

func (q *requirement) check(s *Subject, report func(Finding)) {
	if q.rows[0].Group != "" {
		for i := range q.rows {
			if r := &q.rows[i]; !r.applies(s) || r.present(s) {
				return
			}
		}
		r := &q.rows[0]
		f := r.finding(s)
		f.Title = fmt.Sprintf("%s without %s", name(s.Message), q.names(" or "))
		f.Evidence = fmt.Sprintf("%s has none of %s, one of which %s be there (%s).", describe(s.Message), q.names(" and "), mustWord(r.Strength), "every "+rowName(r.Requirement))
		f.At = at(s.Message.Start.Text)
		report(f)
		return
	}
	for i := range q.rows {
		r := &q.rows[i]
		if !r.applies(s) {
			continue
		}
		if where, wrong := r.violated(s); wrong {
			f := r.finding(s)
			f.At = at(where)
			report(f)
			return
		}
	}
}

// violated says where the row is broken. What is missing has no place of its own:
// a header field is missed on the start line, a parameter or token on its field.
func (r *requirementRow) violated(s *Subject) (where sip.Span, wrong bool) {
	m := s.Message
	if r.Forbidden() {
		h := r.find(s)
		if h == nil {
			return where, false
		}
		return h.element(m), true
	}
	if !s.facts.has(r.id) {
		return m.Start.Text, true
	}
	if r.Header.Param != "" {
		for v := range valuesOf(m, r.id) {
			if !paramIs(m, v.params, r.Header) {
				if r.id == sip.HeaderFrom || r.id == sip.HeaderTo {
					if _, err := m.AddressSyntax(v.span, sip.NameAddrOrSpec); err != nil {
						continue // the parameter may stand behind the defect, which is reported itself
					}
				}
				return field{v.header}.element(m), true
			}
		}
		return where, false
	}
	if r.Header.Token != "" && findTarget(m, r.id, r.Header) == nil {
		return field{m.Header(r.id)}.element(m), true
	}
	return where, false
}

// value is one value of a header field that may have parameters.
type value struct {
	header *sip.Header
	span   sip.Span
	params sip.Span
}

// valuesOf calls yield for each value that a parameter is asked of: all but
// "*", and of Via only the topmost, since the lower ones are not the sender's.
func valuesOf(m *sip.Message, id sip.HeaderID) func(yield func(value) bool) {
	return func(yield func(value) bool) {
		if id == sip.HeaderVia {
			v := m.TopVia()
			if !v.OK {
				return
			}
			// What a malformed Via lacks may stand behind the defect, which is reported itself.
			if _, ok := m.FindParam(v.Params, ';', "branch"); ok || m.ViaSyntax(v.Value) == nil {
				yield(value{m.Header(id), v.Value, v.Params})
			}
			return
		}
		for h, a := range m.Addresses(id) {
			if !a.Star && !yield(value{h, a.Value, a.Params}) {
				return
			}
		}
	}
}

// field is a header field as the place of a finding.
type field struct{ *sip.Header }

// element returns the field from its name to the end of its value.
func (h field) element(m *sip.Message) sip.Span {
	return sip.Span{Off: h.Line.Off, Len: max(h.Value.End(), h.Name.End()) - h.Line.Off}
}

// find returns the first field that has the row's target, nil if there is none.
func (r *requirementRow) find(s *Subject) *field {
	if h := findTarget(s.Message, r.id, r.Header); h != nil {
		return &field{h}
	}
	return nil
}

func (r *requirementRow) present(s *Subject) bool {
	return s.facts.has(r.id) && findTarget(s.Message, r.id, r.Header) != nil
}

// findTarget returns the first field with this ID that has what the target names.
func findTarget(m *sip.Message, id sip.HeaderID, t knowledge.Target) *sip.Header {
	switch {
	case t.Param != "":
		for v := range valuesOf(m, id) {
			if paramIs(m, v.params, t) {
				return v.header
			}
		}
		return nil
	case t.Token != "":
		for h, v := range m.Values(id) {
			token, _, _ := bytes.Cut(m.Bytes(v), []byte(";"))
			if sip.EqualFold(bytes.TrimSpace(token), t.Token) {
				return h
			}
		}
		return nil
	}
	return m.Header(id)
}

func paramIs(m *sip.Message, params sip.Span, t knowledge.Target) bool {
	p, ok := m.FindParam(params, ';', t.Param)
	return ok && (t.Value == "" || sip.EqualFold(m.Bytes(p.Value), t.Value))
}

func (r *requirementRow) applies(s *Subject) bool {
	if r.Messages.Request != s.Message.IsRequest() || !r.Messages.Request && !r.Messages.Has(s.Message.Start.Status) {
		return false
	}
	for i := range r.when {
		if !r.when[i].holds(s) {
			return false
		}
	}
	return true
}

// holds evaluates a condition. What it asks of an unknown request, or denies of a cut one, does not hold.
func (a *atom) holds(s *Subject) bool {
	m := s.Message
	var is bool
	switch a.Kind {
	case knowledge.Always:
		is = true
	case knowledge.Method:
		for _, w := range a.Words {
			is = is || string(s.facts.method) == w
		}
	case knowledge.Code:
		is = a.Lo <= m.Start.Status && m.Start.Status <= a.Hi
	case knowledge.Has:
		is = s.facts.has(a.id) && findTarget(m, a.id, a.Target) != nil
	case knowledge.RequestHas:
		if s.Request == nil || a.Not && s.Request.Head.Is != sip.Whole {
			return false
		}
		is = findTarget(s.Request, a.id, a.Target) != nil
	case knowledge.ToTag:
		is = s.facts.hasToTag()
	case knowledge.RequestToTag:
		if s.Request == nil || a.Not && s.Request.Head.Is != sip.Whole {
			return false
		}
		is = s.Request.Tag(sip.HeaderTo) != nil
	case knowledge.Body:
		n, _, announced := m.ContentLength()
		is = m.Body.Len > 0 && (n > 0 || !announced && m.Tail.Is == sip.Whole)
	case knowledge.Stream:
		t := m.Bytes(m.TopVia().Transport)
		is = sip.EqualFold(t, "TCP") || sip.EqualFold(t, "TLS")
	case knowledge.Phrase:
		is = sip.EqualFold(m.Bytes(m.Start.Reason), a.Words[0])
	case knowledge.Cookie:
		is = s.facts.hasCookie()
	case knowledge.Editable:
		is = s.Editable
	}
	return is != a.Not
}

func (r *requirementRow) finding(s *Subject) Finding {
	m := s.Message
	f := Finding{
		Severity:    r.severity,
		Cites:       r.Cites,
		Title:       fmt.Sprintf("%s %s %s", name(m), withWord(r.Requirement), targetName(r.Header)),
		Consequence: r.Consequence,
		Next:        r.Next,
		detail:      r,
	}
	if r.old != r.severity && !s.facts.hasCookie() {
		f.Severity = r.old
	}
	what, verb := r.Header.Name+" header field", "has no"
	switch {
	case r.Header.Param == "tag":
		what = "tag in " + r.Header.Name
	case r.Header.Param != "":
		what = r.Header.Param + " parameter in " + r.Header.Name
	case r.Header.Token != "":
		what = fmt.Sprintf("%s in %s", r.Header.Token, r.Header.Name)
	}
	if r.Forbidden() {
		verb = "has a"
		if r.Header.Token != "" {
			verb = "has"
		}
	}
	f.Evidence = fmt.Sprintf("%s %s %s, which %s be there (%s).", describe(m), verb, what, mustWord(r.Strength), r.Condition)
	return f
}

func mustWord(strength string) string {
	switch strength {
	case "MUST-NOT":
		return "must not"
	case "SHOULD":
		return "should"
	case "SHOULD-NOT":
		return "should not"
	}
	return "must"
}

func (q *requirement) fix(s *Subject, f *Finding) []Fix {
	if q.rows[0].Group != "" {
		var out []Fix
		for i := range q.rows {
			if fix, ok := q.rows[i].insert(s); ok {
				fix.Preferred = i == 0
				out = append(out, fix)
			}
		}
		return out
	}
	for i := range q.rows {
		r := &q.rows[i]
		if !r.applies(s) {
			continue
		}
		where, wrong := r.violated(s)
		if !wrong || where != f.At.At {
			continue
		}
		fix, ok := r.mend(s)
		if !ok {
			return nil
		}
		fix.Preferred = true
		return []Fix{fix}
	}
	return nil
}

func (r *requirementRow) mend(s *Subject) (Fix, bool) {
	m := s.Message
	switch {
	case r.Forbidden():
		h := r.find(s)
		if h == nil || r.Header.Param != "" || r.Header.Token != "" {
			return Fix{}, false
		}
		return Fix{Title: "Remove " + r.Header.Name, Edits: []Edit{{At: h.Line}}}, true
	case !s.facts.has(r.id):
		return r.insert(s)
	case r.Header.Param != "" && r.Insert != "":
		fix := Fix{Title: "Add " + r.Header.Param + " to " + r.Header.Name}
		for v := range valuesOf(m, r.id) {
			if !paramIs(m, v.params, r.Header) {
				fix.Edits = append(fix.Edits, Edit{At: sip.Span{Off: v.span.End()}, Text: r.template(s, r.Insert)})
			}
		}
		return fix, len(fix.Edits) > 0
	case r.Header.Token != "":
		h := m.Header(r.id)
		text := r.Header.Token
		if h.Value.Len > 0 {
			text = ", " + text
		}
		return Fix{Title: fmt.Sprintf("Add %s to %s", r.Header.Token, r.Header.Name), Edits: []Edit{{At: sip.Span{Off: h.Value.End()}, Text: Literal(text)}}}, true
	}
	return Fix{}, false
}

// insert adds the whole header field: with the values of the request where the
// standard says copy and the request is in the text, else with placeholders.
func (r *requirementRow) insert(s *Subject) (Fix, bool) {
	m := s.Message
	fix := Fix{Title: "Insert " + r.Header.Name}
	behind := insertionPoint(m, r.id)
	if r.FromRequest && s.Request != nil {
		fix.Title += " from the request"
		var lines []Edit
		for i := range s.Request.Headers {
			if h := &s.Request.Headers[i]; h.ID == r.id {
				lines = append(lines, Edit{At: behind, NewLine: true, Text: Literal(r.Header.Name + ": " + unfold(s.Request.Bytes(h.Value)))})
			}
		}
		if len(lines) > 0 {
			fix.Edits = lines
			return fix, true
		}
		fix.Title = "Insert " + r.Header.Name
	}
	value := r.Insert
	switch {
	case value == "" && r.Header.Token == "":
		return fix, false
	case r.Header.Token != "":
		value = r.Header.Token
	case r.Header.Param != "":
		return fix, false // the field itself is missing; its own rule inserts it
	}
	t := append(Template{{Text: r.Header.Name + ": "}}, r.template(s, value)...)
	fix.Edits = []Edit{{At: behind, NewLine: true, Text: t}}
	return fix, true
}

// template reads what the table says is to be inserted.
func (r *requirementRow) template(s *Subject, value string) Template {
	switch value {
	case "=length":
		_, n := bodyLength(s.Message)
		return Literal(strconv.Itoa(n))
	case "=media-type":
		if bytes.HasPrefix(s.Message.Bytes(s.Message.Body), []byte("v=0")) {
			return Literal("application/sdp")
		}
		value = "{text/plain}"
	}
	t := ParseTemplate(value)
	for i := range t {
		if t[i].Placeholder && t[i].Text == "method" {
			t[i] = TemplatePart{Text: string(s.Message.Method())}
		}
	}
	return t
}

func unfold(v []byte) string { return strings.Join(strings.Fields(string(v)), " ") }
