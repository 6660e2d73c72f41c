package main

import (
	"fmt"
	"io"
	"os"

	"couplet/learning/runfile"
)

// mostKindBytes is how much of a file is looked at to tell what it describes; run files are smaller.
const mostKindBytes = 1 << 20

// isRunFile tells run files of couplet train from network files. A file that cannot be read is neither; who
// opens it next says why.
func isRunFile(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, mostKindBytes))
	return err == nil && runfile.IsRun(data)
}

// refuseRunFile is the error of a command that takes networks and was given a training.
func refuseRunFile(path string) error {
	if !isRunFile(path) {
		return nil
	}
	return fmt.Errorf("%s describes a training, not a network; train it with: couplet train %s", path, path)
}
