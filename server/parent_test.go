package server

import (
	"encoding/json"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"
)

func TestServerEndsWithItsParent(t *testing.T) {
	for name, c := range map[string]struct {
		options Options
		params  string
	}{
		"named in initialize":  {Options{}, `{"processId":4711,"capabilities":{}}`},
		"named in the options": {Options{ParentPID: 4711}, `{"capabilities":{}}`},
	} {
		t.Run(name, func(t *testing.T) {
			var alive atomic.Bool
			alive.Store(true)
			e := connect(t, c.options, func(s *session) {
				s.parentPoll = time.Millisecond
				s.processAlive = func(pid int) bool { return pid != 4711 || alive.Load() }
			})
			e.mustRequest("initialize", json.RawMessage(c.params))
			select {
			case code := <-e.exit:
				t.Fatalf("the server ended with %d while its parent runs", code)
			case <-time.After(20 * time.Millisecond):
			}
			alive.Store(false)
			if code := e.exitCode(); code != 1 {
				t.Errorf("exit code %d", code)
			}
		})
	}
}

func TestServerWithoutParentGoesOn(t *testing.T) {
	for _, params := range []string{`{"capabilities":{}}`, `{"processId":null,"capabilities":{}}`, `{"processId":0,"capabilities":{}}`, `{"processId":-1,"capabilities":{}}`, `{"processId":"7","capabilities":{}}`} {
		e := connect(t, Options{}, func(s *session) {
			s.parentPoll = time.Millisecond
			s.processAlive = func(int) bool { return false }
		})
		e.mustRequest("initialize", json.RawMessage(params))
		time.Sleep(5 * time.Millisecond)
		e.mustRequest("shutdown", nil)
		e.hangUp()
	}
}

func TestProcessAlive(t *testing.T) {
	if !processAlive(os.Getpid()) {
		t.Error("this very process counts as ended")
	}
	if !processAlive(os.Getppid()) {
		t.Error("the parent counts as ended")
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(program, "-test.run=^$")
	if err := child.Run(); err != nil {
		t.Fatal(err)
	}
	if processAlive(child.Process.Pid) {
		t.Error("a process that has ended counts as running")
	}
}
