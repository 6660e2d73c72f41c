package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/learning/runfile"
)

// shipped is the directory of the trained models that come with the repository.
var shipped = filepath.Join("..", "..", "testdata", "models")

// shippedModels lists them with their accuracy in percent, as the table of their README has it.
func shippedModels(t *testing.T) map[string]string {
	text, err := os.ReadFile(filepath.Join(shipped, "README.md"))
	require.NoError(t, err)
	models := map[string]string{}
	for _, row := range regexp.MustCompile(`(?m)^\| \[([\w-]+)\]\([\w-]+\) \|.*\| ([0-9.]+) % \|$`).FindAllStringSubmatch(string(text), -1) {
		models[row[1]] = row[2]
	}
	require.NotEmpty(t, models)
	dirs, err := filepath.Glob(filepath.Join(shipped, "*", modelArchive))
	require.NoError(t, err)
	require.Len(t, models, len(dirs), "every model stands in the README")
	return models
}

// A model comes with the run that made it, its log and its accuracy, and is small.
func TestShippedModels(t *testing.T) {
	for name, accuracy := range shippedModels(t) {
		dir := filepath.Join(shipped, name)
		info, err := os.Stat(filepath.Join(dir, modelArchive))
		require.NoError(t, err)
		require.LessOrEqual(t, info.Size(), int64(2<<20), name)

		stored, err := readStored(filepath.Join(dir, modelArchive))
		require.NoError(t, err)
		run, err := os.ReadFile(filepath.Join(dir, trainRunFile))
		require.NoError(t, err)
		require.Equal(t, string(run), string(stored.RunFile), name)
		c, err := runfile.Read(name, run)
		require.NoError(t, err)
		require.Equal(t, name, c.Name)
		require.Empty(t, c.Data.Path, "a path of the machine that trained it")

		f, err := os.Open(filepath.Join(dir, trainLog))
		require.NoError(t, err)
		rows, err := csv.NewReader(f).ReadAll()
		require.NoError(t, f.Close())
		require.NoError(t, err)
		require.Len(t, rows, 1+c.Epochs, name)
		last, err := strconv.ParseFloat(rows[c.Epochs][3], 64)
		require.NoError(t, err)
		require.Equal(t, "test_accuracy", rows[0][3])
		require.Equal(t, accuracy, strconv.FormatFloat(100*last, 'f', 2, 64), name)
	}
}
