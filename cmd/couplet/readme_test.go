package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// readme returns README.md.
func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	require.NoError(t, err)
	return string(text)
}

// requireReadme runs the command of the README that takes an example, and compares what it prints with
// what stands below it.
func requireReadme(t *testing.T, name, example string) {
	t.Helper()
	_, below, found := strings.Cut(readme(t), "go run ./cmd/couplet "+name+" examples/"+example+".yaml\n")
	require.True(t, found)
	block := regexp.MustCompile("(?s)```text\n(.*?)```").FindStringSubmatch(below)
	code, stdout, stderr := command(t, t.Context(), name, filepath.Join(examples, example+".yaml"), "--out", filepath.Join(t.TempDir(), "out"))
	require.Equal(t, exitOK, code, stderr)
	require.Equal(t, block[1], stdout)
}

func TestReadmeRun(t *testing.T) { requireReadme(t, "run", "nmnist") }

// The program of the README is the one of the example test of package sim.
func TestReadmeProgram(t *testing.T) {
	block := regexp.MustCompile("(?s)```go\n(.*?)```").FindStringSubmatch(readme(t))
	program, err := os.ReadFile(filepath.Join("..", "..", "sim", "example_test.go"))
	require.NoError(t, err)
	flush := regexp.MustCompile(`(?m)^\t`).ReplaceAllString(string(program), "")
	require.Contains(t, flush, strings.TrimSpace(block[1]))
}

// Every example stands in the README, and every link of it leads to a file.
func TestReadmeLinks(t *testing.T) {
	text := readme(t)
	links := regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(text, -1)
	require.Greater(t, len(links), 10)
	for _, link := range links {
		_, err := os.Stat(filepath.Join("..", "..", link[1]))
		require.NoError(t, err)
	}
	paths, err := filepath.Glob(filepath.Join(examples, "*.yaml"))
	require.NoError(t, err)
	for _, path := range paths {
		require.Contains(t, text, "(examples/"+filepath.Base(path)+")")
	}
}
