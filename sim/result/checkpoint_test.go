package result_test

import (
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
