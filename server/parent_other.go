//go:build !unix && !windows

package server

// processAlive cannot look at other processes here. The end of the input ends the server all the same.
func processAlive(int) bool { return true }
