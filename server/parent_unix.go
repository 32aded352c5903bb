//go:build unix

package server

import (
	"errors"
	"syscall"
)

// processAlive reports whether a process with the id runs.
func processAlive(pid int) bool {
	// EPERM says that there is one, of another user.
	return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}
