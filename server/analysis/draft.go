package analysis

import (
	"bytes"
	"context"

	"sipls/server/check"
	"sipls/server/sip"
	"sipls/server/text"
	"sipls/server/trace"
)

// Draft returns a message of a log as a message file: its lines with CR LF, and
// what the rules found in the log mended with safe fixes, as far as wants accepts
// the findings. corrected says that there was something to mend. ok is false where the log does not show all of the message,
// for what is mended must not be what the logger did; and in texts that can be edited where they stand.
func (s *Snapshot) Draft(ctx context.Context, seq int, wants func(*check.Finding) bool) (draft []byte, corrected, ok bool, err error) {
	m := s.Message(seq)
	if s.Editable() || !isComplete(m.Message) {
		return nil, false, false, nil
	}
	found := map[*check.Rule]bool{}
	for _, f := range s.FindingsOf(m) {
		found[f.Rule] = wants(&f)
	}
	// Some fixes copy from the request, so it stands before the response while they are made.
	own := wireText(m.Message)
	before := []byte(nil)
	if q, has := s.Index().Request(seq); has && isComplete(s.Message(q).Message) {
		before = wireText(s.Message(q).Message)
	}
	file, ok := messageFile(before, own)
	if !ok {
		before = nil
		if file, ok = messageFile(nil, own); !ok {
			return own, false, true, nil
		}
	}
	last := uint32(file.Len() - 1)
	edits, err := file.FixAll(ctx, func(f *check.Finding) bool { return f.At.Msg.Seq == last && found[f.Rule] })
	if err != nil {
		return nil, false, false, err
	}
	b := file.Edit(editChanges(edits)).doc.Bytes()
	return b[len(before):], len(edits) > 0, true, nil
}

func isComplete(m *sip.Message) bool {
	return m.Form == sip.Full && m.Head.Is == sip.Whole && m.Tail.Is == sip.Whole
}

// messageFile reads one or two messages as a message file. ok is false when they are not found there as they were.
func messageFile(before, own []byte) (s *Snapshot, ok bool) {
	mode := trace.Bare
	s = New(Source{Name: "draft.sip", Language: languageSIP, Mode: &mode}, text.New(bytes.Join([][]byte{before, own}, nil)))
	want := 1
	if before != nil {
		want = 2
	}
	if s.Len() != want {
		return nil, false
	}
	from, _ := s.Range(s.Message(want-1), s.Message(want-1).Start.Text)
	return s, int(from) == len(before)
}

// wireText returns the text of a message with CR LF line ends, with the empty line behind
// its header section, and without line ends that a logger wrote behind the body.
func wireText(m *sip.Message) []byte {
	header := crlfText(m.Text[:m.Body.Off])
	if m.Body.Len == 0 {
		header = append(bytes.TrimRight(header, "\r\n"), "\r\n\r\n"...)
	}
	body := crlfText(m.Bytes(m.Body))
	if n, _, ok := m.ContentLength(); ok && n < len(body) && len(bytes.Trim(body[n:], "\r\n")) == 0 {
		body = body[:n]
	}
	return append(header, body...)
}

func crlfText(b []byte) []byte {
	out := make([]byte, 0, sip.WireLen(b))
	for i, c := range b {
		if c == '\n' && (i == 0 || b[i-1] != '\r') {
			out = append(out, '\r')
		}
		out = append(out, c)
	}
	return out
}
