package golden_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/sim/golden"
)

// TestFiles looks for the module's own files and for those of the folder in the environment.
func TestFiles(t *testing.T) {
	extra := t.TempDir()
	t.Setenv(golden.EnvVar, extra)
	own := golden.Files(t, "nest")
	require.NotEmpty(t, own)
	for _, f := range own {
		require.Regexp(t, "^nest/", f.Name)
		require.False(t, f.Extra)
		require.FileExists(t, f.Path)
	}

	require.NoError(t, os.Mkdir(filepath.Join(extra, "nest"), 0o755))
	for _, name := range []string{"b.json", "a.json", "README.md"} {
		require.NoError(t, os.WriteFile(filepath.Join(extra, "nest", name), nil, 0o644))
	}
	all := golden.Files(t, "nest")
	require.Equal(t, own, all[:len(own)])
	require.Equal(t, []golden.File{
		{Name: "extra/nest/a", Path: filepath.Join(extra, "nest", "a.json"), Extra: true},
		{Name: "extra/nest/b", Path: filepath.Join(extra, "nest", "b.json"), Extra: true},
	}, all[len(own):])
}

// TestOwnFilesLoad reads every file and checks the networks that come out.
func TestOwnFilesLoad(t *testing.T) {
	for _, f := range golden.Files(t, "nest") {
		c, err := golden.Load(f.Path)
		require.NoError(t, err, f.Name)
		require.NoError(t, c.Network.Validate(), f.Name)
		require.NotEmpty(t, c.Name)
		require.Positive(t, c.Ticks)
	}
	_, err := golden.Load(filepath.Join(t.TempDir(), "missing.json"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
