package server

import (
	"context"
	"time"
)

// watchParent ends the session when a process ends. pid 0 or less is none.
func (s *session) watchParent(pid int) {
	if pid <= 0 {
		return
	}
	s.spawn("watching the parent", func(ctx context.Context) {
		t := time.NewTicker(s.parentPoll)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-t.C:
				if !s.processAlive(pid) {
					s.log.Info("the parent process has ended")
					s.stop()
					return
				}
			}
		}
	})
}
