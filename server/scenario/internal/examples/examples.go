// Package examples makes the logs and message files in editors/examples, and
// the logs in editors/testdata that the tests of the editors open. Its
// test fails when the committed files differ; `go generate` writes them again.
package examples

import (
	"time"

	"sipls/server/scenario"
)

//go:generate go test . -run UpToDate -update

// File is one example.
type File struct {
	Name string
	Data []byte
}

// Files returns all examples.
func Files() []File {
	return []File{
		{"asterisk-pjsip.log", asteriskPJSIP()},
		{"freeswitch-siptrace.log", freeswitchSiptrace()},
		{"sipp-messages.log", sippMessages()},
		{"sngrep.txt", sngrep()},
		{"json.log", jsonLines()},
		{"failed-calls.txt", failedCalls()},
		{"busy-call.sip", busyCall()},
		{"407-without-challenge.sip", without407Challenge()},
		{"wrong-content-length.sip", wrongContentLength()},
		{"options.sip", options()},
	}
}

func jsonLines() []byte {
	pbx := scenario.PBX(scenario.Kamailio)
	return scenario.Merge(
		scenario.Register(scenario.Alice, pbx, scenario.Challenged(401)),
		unchallenged(scenario.Alice, pbx, 12*time.Second),
	).Render(scenario.JSONLines)
}

func asteriskPJSIP() []byte {
	pbx := scenario.PBX(scenario.Asterisk)
	return scenario.Merge(
		scenario.Register(scenario.Alice, pbx, scenario.Challenged(401)),
		unchallenged(scenario.Alice, pbx, 12*time.Second),
		scenario.Bridge(scenario.Alice, pbx, scenario.Bob, scenario.Challenged(407), scenario.Start(31*time.Second)),
	).Render(scenario.AsteriskPJSIP, scenario.WithChatter())
}

// unchallenged is a call that gets a 407 without a challenge; the caller gives up.
func unchallenged(caller, callee scenario.Party, start time.Duration) scenario.Trace {
	return scenario.Call(caller, callee, scenario.Dial("1002"), scenario.Rejected(407), scenario.Start(start), scenario.Seed(407)).
		Without(scenario.Status(100)).
		With(scenario.Status(407), scenario.RemoveHeader("Proxy-Authenticate"))
}

func freeswitchSiptrace() []byte {
	pbx := scenario.PBX(scenario.FreeSWITCH)
	return scenario.Merge(
		scenario.Register(scenario.Alice, pbx, scenario.Challenged(401)),
		scenario.Call(scenario.Alice, pbx, scenario.Dial("1002"), scenario.Challenged(407), scenario.Codecs("G729"),
			scenario.Rejected(488), scenario.Start(8*time.Second), scenario.Seed(488)),
		scenario.Call(scenario.Alice, pbx, scenario.Dial("1002"), scenario.Challenged(407),
			scenario.Rejected(486), scenario.Start(20*time.Second), scenario.Seed(486)),
		scenario.Register(scenario.Bob, pbx, scenario.Expires(20), scenario.Rejected(423), scenario.Start(24*time.Second)).
			With(scenario.Status(423), scenario.RemoveHeader("Min-Expires")),
		scenario.Call(scenario.Alice, pbx, scenario.Dial("5000"), scenario.EarlyMedia(),
			scenario.Challenged(407), scenario.Start(40*time.Second)),
	).Render(scenario.FreeSWITCHSiptrace, scenario.WithChatter())
}

func sippMessages() []byte {
	tester, proxy := scenario.Tester(), scenario.PBX(scenario.Kamailio)
	call := func(n int, opts ...scenario.Option) scenario.Trace {
		opts = append([]scenario.Option{
			scenario.Seed(uint64(n)), scenario.Start(time.Duration(n-1) * 500 * time.Millisecond),
			scenario.Ringing(2 * time.Millisecond), scenario.Talking(300 * time.Millisecond),
		}, opts...)
		return scenario.Call(tester, proxy, opts...)
	}
	return scenario.Merge(
		call(1, scenario.ByeAnswered(404)),
		// The scenario file's BYE has the CSeq of its INVITE; the answer copies it.
		call(2, scenario.Challenged(407), scenario.ByeAnswered(400)).
			With(scenario.StatusTo("BYE", 400), scenario.WrongCSeqMethod("INVITE")).
			With(scenario.Request("BYE"), scenario.WrongCSeqMethod("INVITE")),
		call(3, scenario.Rejected(420)).
			With(scenario.Status(420), scenario.RemoveHeader("Unsupported")),
	).SeenBy(tester.Addr.Host).Render(scenario.SIPpMessages)
}

func sngrep() []byte {
	pbx := scenario.PBX(scenario.Asterisk)
	return scenario.Merge(
		scenario.Register(scenario.Bob, pbx, scenario.WrongPassword()),
		scenario.Keepalive(pbx, scenario.Alice, scenario.Rejected(405), scenario.Start(5*time.Second)).
			With(scenario.Status(405), scenario.RemoveHeader("Allow")),
		scenario.Call(scenario.Alice, pbx, scenario.Cancelled(), scenario.Start(9*time.Second)).
			With(scenario.Status(487), scenario.WrongCSeqMethod("CANCEL")),
		scenario.Call(scenario.Alice, pbx, scenario.Challenged(401), scenario.Hold(), scenario.CalleeHangsUp(),
			scenario.Start(20*time.Second), scenario.Seed(2)),
	).Render(scenario.Sngrep)
}

// failedCalls are calls of which only the sequence tells what is wrong.
func failedCalls() []byte {
	pbx := scenario.PBX(scenario.Asterisk)
	ok, again := scenario.StatusTo("INVITE", 200), []time.Duration{
		500 * time.Millisecond, 1500 * time.Millisecond, 3500 * time.Millisecond, 7500 * time.Millisecond, 15500 * time.Millisecond, 31500 * time.Millisecond,
	}
	return scenario.Merge(
		scenario.Call(scenario.Alice, pbx, scenario.CalleeHangsUp(), scenario.Talking(32*time.Second)).Without(scenario.Request("ACK")).Repeat(ok, again...),
		scenario.Call(scenario.Bob, pbx, scenario.Dial("3000"), scenario.Unanswered(), scenario.Start(50*time.Second), scenario.Seed(2)),
		scenario.Call(scenario.Alice, pbx, scenario.Dial("4000"), scenario.WrongPassword(), scenario.Challenged(407), scenario.Start(2*time.Minute), scenario.Seed(3)),
		scenario.Keepalive(pbx, scenario.Bob, scenario.Start(3*time.Minute), scenario.Seed(4)),
	).Render(scenario.Ngrep)
}

func busyCall() []byte {
	return scenario.Call(scenario.Alice, scenario.Bob, scenario.Rejected(486)).Render(scenario.Bare)
}

func without407Challenge() []byte {
	return unchallenged(scenario.Alice, scenario.PBX(scenario.Kamailio), 0).Render(scenario.Bare)
}

func wrongContentLength() []byte {
	return scenario.Call(scenario.Alice, scenario.Bob, scenario.Seed(3)).
		Only(scenario.Request("INVITE").First()).
		With(scenario.All, scenario.WrongContentLength(+24)).
		Render(scenario.Bare)
}

func options() []byte {
	return scenario.Keepalive(scenario.PBX(scenario.Kamailio), scenario.Alice).Render(scenario.Bare)
}

// EditorLogs returns a log of each format that every editor is tested with: one
// 407 that lacks its challenge.
func EditorLogs() []File {
	var out []File
	for _, f := range []scenario.Format{
		scenario.Bare, scenario.AsteriskPJSIP, scenario.FreeSWITCHSiptrace, scenario.SIPpMessages, scenario.Sngrep,
	} {
		call := scenario.Call(scenario.Alice, scenario.Bob, scenario.Challenged(407)).
			Only(scenario.Status(407)).
			With(scenario.Status(407), scenario.RemoveHeader("Proxy-Authenticate"))
		out = append(out, File{"407-" + f.String() + ".log", call.Render(f)})
	}
	return out
}
