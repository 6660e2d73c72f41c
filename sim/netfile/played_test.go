package netfile

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Of a list of recordings the first that exists is played: beside the network file, in the data
// directory, or in its folder events. An earlier one that lies in the data directory comes before a
// later one beside the network file.
func TestPlayed(t *testing.T) {
	const text = `
populations:
  camera: {model: events, file: [best.csv, good.csv, sub/any.csv], origin: the camera's maker}
  copy: {like: camera, file: [good.csv]}
`
	recording, err := os.ReadFile("testdata/valid/camera.csv")
	require.NoError(t, err)
	home, data := t.TempDir(), t.TempDir()
	put := func(path ...string) {
		name := filepath.Join(path...)
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o777))
		require.NoError(t, os.WriteFile(name, recording, 0o666))
	}
	read := func(dataDir string) []Played {
		var list []Played
		net, err := Read(filepath.Join(home, "net.yaml"), []byte(text), Options{DataDir: dataDir, Played: func(p Played) { list = append(list, p) }})
		require.NoError(t, err)
		require.Equal(t, list[0].File, net.Populations[0].Model.(EventFile).File)
		return list
	}

	put(home, "sub", "any.csv")
	put(data, "events", "good.csv")
	require.Equal(t, []Played{
		{"camera", "good.csv", filepath.Join(data, "events", "good.csv"), []string{"best.csv"}, "the camera's maker"},
		{"copy", "good.csv", filepath.Join(data, "events", "good.csv"), []string{}, "the camera's maker"},
	}, read(data))
	put(home, "good.csv")
	require.Equal(t, filepath.Join(home, "good.csv"), read(data)[0].Path)
	require.Equal(t, []string{"best.csv"}, read("")[0].Missing)
	put(data, "best.csv")
	require.Equal(t, Played{"camera", "best.csv", filepath.Join(data, "best.csv"), []string{}, "the camera's maker"}, read(data)[0])
}
