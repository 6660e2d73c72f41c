package result_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/sim/result"
)

// A partial result with its checkpoint is replaced like any other result.
func TestCheckpointIsNoStranger(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	partial := balanced(20, 100)
	partial.Partial = true
	partial.Extra = map[string][]byte{result.CheckpointFile: []byte("state")}
	require.NoError(t, result.Write(dir, partial))
	require.FileExists(t, filepath.Join(dir, result.CheckpointFile))
	require.ErrorContains(t, result.CheckTarget(dir, false), "holds an earlier result")

	whole := balanced(20, 100)
	whole.Force = true
	require.NoError(t, result.Write(dir, whole))
	require.NoFileExists(t, filepath.Join(dir, result.CheckpointFile))
}

// A place where nothing can be written is found out before the run, and trying leaves nothing behind.
func TestCheckTargetTries(t *testing.T) {
	base := t.TempDir()
	require.NoError(t, result.CheckTarget(filepath.Join(base, "not", "yet", "there"), false))
	entries, err := os.ReadDir(base)
	require.NoError(t, err)
	require.Empty(t, entries)

	file := filepath.Join(base, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o666))
	require.ErrorContains(t, result.CheckTarget(filepath.Join(file, "out"), false), "result: ")
}

// The arrays of a network belong to a result.
func TestArraysOfTheNetworkAreNoStrangers(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	run := balanced(20, 100)
	run.Extra = map[string][]byte{result.NetworkArraysFile: []byte("weights")}
	require.NoError(t, result.Write(dir, run))
	require.FileExists(t, filepath.Join(dir, result.NetworkArraysFile))
	run.Force, run.Extra = true, nil
	require.NoError(t, result.Write(dir, run))
	require.NoFileExists(t, filepath.Join(dir, result.NetworkArraysFile))
}
