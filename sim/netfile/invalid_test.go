package netfile

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the expected messages, the schema and the tables of the manual")

const invalidDir = "../../testdata/invalid"

// TestInvalid reads broken networks; the text beside each file is the whole message, one line for
// each fault. A comment "# set: path=value" in a file is an assignment.
func TestInvalid(t *testing.T) {
	files, err := filepath.Glob(invalidDir + "/*.yaml")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 65)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			_, err = Read(file, data, Options{Set: assignments(data)})
			require.Error(t, err)
			got := strings.ReplaceAll(err.Error(), file+":", name+".yaml:") + "\n"
			requireFile(t, filepath.Join(invalidDir, name+".txt"), got)
		})
	}
}

// assignments lists the texts behind "# set: ".
func assignments(data []byte) []string {
	var list []string
	for line := range strings.Lines(string(data)) {
		if text, ok := strings.CutPrefix(line, "# set: "); ok {
			list = append(list, strings.TrimSpace(text))
		}
	}
	return list
}

// requireFile compares a text with a file, or with -update writes it there.
func requireFile(t *testing.T, path, got string) {
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "%s: run go test with -update and look at the difference", path)
}

// Every message says after what is wrong what would be right, and no two files are alike.
func TestInvalidMessagesSayWhatIsValid(t *testing.T) {
	files, err := filepath.Glob(invalidDir + "/*.txt")
	require.NoError(t, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		base := strings.TrimSuffix(filepath.Base(file), ".txt")
		require.FileExists(t, filepath.Join(invalidDir, base+".yaml"))
		for line := range strings.Lines(string(data)) {
			require.Regexp(t, `^(`+base+`\.yaml|set ".*"):\d+:\d+: `, line)
		}
	}
}
