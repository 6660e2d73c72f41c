package aer

import (
	"archive/zip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The recordings in the repository, against the table that describes them.
func TestShippedRecordings(t *testing.T) {
	const folder = "../../testdata/events"
	table, err := os.ReadFile(filepath.Join(folder, "README.md"))
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(folder, "*.bin"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			rec, err := Open(file, Options{})
			require.NoError(t, err)
			require.Empty(t, rec.Warnings)
			require.Zero(t, rec.Disorder)
			require.Contains(t, string(table), "| "+filepath.Base(file)+" | "+rec.Summary().String()+" |")
		})
	}
}

// dataFile finds a file of the developers' data folder, which holds recordings
// whose licences do not allow shipping them.
func dataFile(t *testing.T, name string) string {
	t.Helper()
	folder := os.Getenv("COUPLET_DATA")
	if folder == "" {
		t.Skipf("needs %s, whose licence does not allow shipping it: set COUPLET_DATA to the data folder", name)
	}
	path := filepath.Join(folder, filepath.FromSlash(name))
	_, err := os.Stat(path)
	require.NoError(t, err, "COUPLET_DATA is set, but the file is not there")
	return path
}

func TestRealNMNISTSample(t *testing.T) {
	rec, err := Open(dataFile(t, "events/nmnist-sample.bin"), Options{})
	require.NoError(t, err)
	require.Empty(t, rec.Warnings)
	require.Zero(t, rec.Disorder)
	require.Equal(t, Summary{
		Events: 4325, On: 2145,
		SumT: TimeSum{low: 690487405}, SumX: 74457, SumY: 71931, SumP: 2145,
		First: Event{T: 654, X: 7, Y: 15, On: true},
		Last:  Event{T: 311175, X: 21, Y: 14, On: true},
	}, rec.Summary())
}

// A thousand recordings: 4,133,231 events, 1112 to 7152 each, all in order.
func TestRealNMNISTThousand(t *testing.T) {
	archive, err := zip.OpenReader(dataFile(t, "nmnist/nmnist-train1000.zip"))
	require.NoError(t, err)
	defer archive.Close()
	var recordings, events int
	fewest, most := 1<<30, 0
	for _, entry := range archive.File {
		if !strings.HasSuffix(entry.Name, ".bin") {
			continue
		}
		r, err := entry.Open()
		require.NoError(t, err)
		rec, err := Read(r, Options{})
		require.NoError(t, err, entry.Name)
		require.NoError(t, r.Close())
		require.Empty(t, rec.Warnings, entry.Name)
		require.Zero(t, rec.Disorder, entry.Name)
		n := len(rec.Events)
		recordings, events = recordings+1, events+n
		fewest, most = min(fewest, n), max(most, n)
	}
	require.Equal(t, []int{1000, 4133231, 1112, 7152}, []int{recordings, events, fewest, most})
}

// Whole files in formats without a reader are refused by name.
func TestFilesOfOtherFormatsAreRefused(t *testing.T) {
	for file, format := range map[string]string{
		"dvs-320x240.es":           "es",
		"generic.es":               "es",
		"dvxplorer-320x240.aedat4": "aedat4",
		"header-only.aedat":        "aedat2",
		"gen3-evt2.raw":            "evt2",
		"gen4-evt3.raw":            "evt3",
		"ncars-sample.dat":         "prophesee",
	} {
		_, err := Open(dataFile(t, "events/"+file), Options{})
		require.ErrorIs(t, err, ErrUnsupported, file)
		var located *FormatError
		require.ErrorAs(t, err, &located)
		require.Equal(t, format, located.Format, file)
	}
}
