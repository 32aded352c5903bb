package server

import (
	"errors"
	"syscall"
)

// processAlive reports whether a process with the id runs.
func processAlive(pid int) bool {
	const synchronize = 0x00100000
	h, err := syscall.OpenProcess(synchronize, false, uint32(pid))
	if err != nil {
		// Windows says "invalid parameter" for an id that nobody has; a process of another user
		// may be closed to us and runs.
		return !errors.Is(err, syscall.Errno(87))
	}
	defer syscall.CloseHandle(h)
	event, err := syscall.WaitForSingleObject(h, 0)
	return err != nil || event == syscall.WAIT_TIMEOUT
}
