package mem

import "os"

func available() (bytes uint64, ok bool) {
	root := os.DirFS("/")
	bytes, ok = machineAvailable(root)
	if left, limited := groupAvailable(root); limited && (!ok || left < bytes) {
		bytes, ok = left, true
	}
	return bytes, ok
}
