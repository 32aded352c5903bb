package server

import (
	"slices"
	"strings"
	"testing"
)

const (
	eagerly  = `{"textDocument":{"diagnostic":{},"codeAction":{"codeActionLiteralSupport":{"codeActionKind":{"valueSet":["quickfix"]}}}},"workspace":{"workspaceEdit":{"documentChanges":true}}}`
	fixAll   = "Fix everything that is safe to fix"
	fixKind  = "Fix all in this file: content-length-mismatch"
	kindName = "content-length-mismatch"
)

// mended is a message file in which two lengths and a cookie can be mended and a challenge has to be written.
var mended = strings.NewReplacer("Content-Length: 0", "Content-Length: 9").Replace(response(200, "OPTIONS")+response(486, "INVITE")) +
	"OPTIONS sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=1\r\nMax-Forwards: 70\r\nFrom: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.com>\r\nCall-ID: 1@192.0.2.1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n" +
	response(407, "INVITE")

func TestFixAll(t *testing.T) {
	const uri = "file:///a.sip"
	for name, capabilities := range map[string]string{"eager": eagerly, "lazy": lazily, "without versions": strings.Replace(eagerly, `"documentChanges":true`, "", 1)} {
		for _, only := range [][]string{nil, {"source"}, {"source.fixAll"}, {"source.fixAll.sipls"}} {
			t.Run(name+strings.Join(only, ""), func(t *testing.T) {
				e := open(t, capabilities)
				e.didOpen(uri, "sip", mended)
				before := codes(e.pull(uri, "").Items)
				a := offered(t, e.codeActions(uri, lspRange{}, only), fixAll)
				if a.Kind == nil || *a.Kind != "source.fixAll.sipls" || a.IsPreferred {
					t.Errorf("offered: %+v", a)
				}
				if name == "lazy" {
					a = e.resolve(a)
				}
				e.apply(a)
				after := codes(e.pull(uri, "").Items)
				for _, c := range after {
					if !slices.Contains(before, c) {
						t.Errorf("new: %s", c)
					}
				}
				if slices.Contains(after, kindName) || slices.Contains(after, "via-branch-without-cookie") || !slices.Contains(after, challengeRule) {
					t.Errorf("before %v, after %v", before, after)
				}
				for _, again := range e.codeActions(uri, lspRange{}, []string{"source.fixAll"}) {
					t.Errorf("offered again: %+v", again)
				}
			})
		}
	}
}

func TestFixAllOfOneKind(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, lazily)
	e.didOpen(uri, "sip", mended)
	line := lspPosition{Line: strings.Count(mended[:strings.Index(mended, "Content-Length")], "\n")}
	a := offered(t, e.codeActions(uri, lspRange{line, line}, nil), fixKind)
	if *a.Kind != "quickfix" || len(a.Diagnostics) != 1 || a.Diagnostics[0].Code != kindName {
		t.Errorf("offered: %+v", a)
	}
	e.apply(e.resolve(a))
	after := codes(e.pull(uri, "").Items)
	if slices.Contains(after, kindName) || !slices.Contains(after, "via-branch-without-cookie") {
		t.Errorf("after: %v", after)
	}
}

func TestFixAllOfOneKindIsForSeveralFindings(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, lazily)
	e.didOpen(uri, "sip", strings.Replace(mended, "Content-Length: 9", "Content-Length: 0", 1))
	for _, a := range e.codeActions(uri, lspRange{End: lspPosition{Line: 99}}, nil) {
		if a.Title == fixKind {
			t.Errorf("offered: %+v", a)
		}
	}
}

func TestFixAllKeepsToWhatTheSettingsShow(t *testing.T) {
	const uri = "file:///a.sip"
	e := connect(t, Options{})
	e.initialize(`{"initializationOptions":{"severity":{"` + kindName + `":"off"}},"capabilities":` + lazily + `}`)
	e.didOpen(uri, "sip", mended)
	e.apply(e.resolve(offered(t, e.codeActions(uri, lspRange{}, nil), fixAll)))
	if text := string(e.buffers[uri].text); strings.Count(text, "Content-Length: 9") != 2 || !strings.Contains(text, "branch=z9hG4bK1\r\n") {
		t.Errorf("now\n%s", text)
	}
}

func TestNothingIsFixedInEvidence(t *testing.T) {
	const uri = "file:///a.log"
	e := open(t, lazily)
	e.didOpen(uri, "log", "a log:\r\n"+mended)
	for _, a := range e.codeActions(uri, lspRange{End: lspPosition{Line: 99}}, []string{"source", "quickfix"}) {
		t.Errorf("offered: %+v", a)
	}
}

func TestLargeTextsAreFixedOnRequestOnly(t *testing.T) {
	const uri = "file:///a.sip"
	e := open(t, eagerly)
	e.didOpen(uri, "sip", mended+strings.Repeat(response(486, "INVITE"), maxEager/len(response(486, "INVITE"))+1))
	if slices.Contains(titles(e.codeActions(uri, lspRange{}, nil)), fixAll) {
		t.Error("worked out unasked")
	}
	offered(t, e.codeActions(uri, lspRange{}, []string{"source.fixAll.sipls"}), fixAll)
}
