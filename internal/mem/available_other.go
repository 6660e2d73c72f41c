//go:build !linux

package mem

func available() (bytes uint64, ok bool) { return 0, false }
