package result

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A partial result with its checkpoint is replaced like any other result.
func TestCheckpointIsNoStranger(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	partial := sample()
	partial.Partial = true
	partial.Extra = map[string][]byte{CheckpointFile: []byte("state")}
	require.NoError(t, Write(dir, *partial))
	require.FileExists(t, filepath.Join(dir, CheckpointFile))
	require.ErrorContains(t, CheckTarget(dir, false), "holds an earlier result")

	whole := sample()
	whole.Force = true
	require.NoError(t, Write(dir, *whole))
	require.NoFileExists(t, filepath.Join(dir, CheckpointFile))
}

// Two directories change places, in one step or in several.
func TestSwap(t *testing.T) {
	base := t.TempDir()
	made, target, old := filepath.Join(base, "made"), filepath.Join(base, "target"), filepath.Join(base, "old")
	for name, content := range map[string]string{made: "new", target: "earlier"} {
		require.NoError(t, os.Mkdir(name, 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(name, "file"), []byte(content), 0o666))
	}
	require.NoError(t, swap(made, target, old))
	content, err := os.ReadFile(filepath.Join(target, "file"))
	require.NoError(t, err)
	require.Equal(t, "new", string(content))
}
