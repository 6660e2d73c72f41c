//go:build unix

package main

import (
	"syscall"
	"time"
)

// cpuTime is the time that processors have spent on this process so far, in all its threads. Other programs
// that have the processors meanwhile do not count.
func cpuTime() (time.Duration, bool) {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0, false
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), true
}
