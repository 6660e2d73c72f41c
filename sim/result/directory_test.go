package result

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNothingIsLeftOfAFailure: an error while the files are written leaves no trace, and an earlier
// result stays what it was.
func TestNothingIsLeftOfAFailure(t *testing.T) {
	base := t.TempDir()
	dir := filepath.Join(base, "out")
	full := errors.New("disk full")
	fill := func(dir string) error {
		return errors.Join(os.WriteFile(filepath.Join(dir, configFile), []byte("half"), 0o666), full)
	}
	require.ErrorIs(t, replaceDirectory(dir, false, fill), full)
	entries, err := os.ReadDir(base)
	require.NoError(t, err)
	require.Empty(t, entries)

	require.NoError(t, os.Mkdir(dir, 0o777))
	earlier := []byte(`{"format": "couplet-result/0"}`)
	require.NoError(t, os.WriteFile(filepath.Join(dir, summaryFile), earlier, 0o666))
	require.ErrorIs(t, replaceDirectory(dir, true, fill), full)
	kept, err := os.ReadFile(filepath.Join(dir, summaryFile))
	require.NoError(t, err)
	require.Equal(t, earlier, kept)
	entries, err = os.ReadDir(base)
	require.NoError(t, err)
	require.Len(t, entries, 1)
}

// TestSwapPutsBack: if the new directory cannot take the place, the old one returns to it.
func TestSwapPutsBack(t *testing.T) {
	base := t.TempDir()
	target, old := filepath.Join(base, "out"), filepath.Join(base, "old")
	require.NoError(t, os.Mkdir(target, 0o777))
	require.Error(t, swap(filepath.Join(base, "missing"), target, old))
	require.DirExists(t, target)
	require.NoDirExists(t, old)
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

func TestWriteFileReportsTheWriter(t *testing.T) {
	broken := errors.New("broken")
	err := writeFile(filepath.Join(t.TempDir(), "x.csv"), func(io.Writer) error { return broken })
	require.ErrorIs(t, err, broken)
	require.ErrorContains(t, err, "result: x.csv: ")
}
