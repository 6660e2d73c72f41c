package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/learning/report"
	"couplet/learning/train"
)

const evalRun = `train: taiji
data: {set: yinyang, samples: 100}
network: {fc: {hidden: [8]}}
rule: {ottt: {ticks: 3}}
optimiser: {sgd: {lr: 0.1}}
batch: 10
epochs: 1
`

// trainedModel trains a small network and returns its result directory.
func trainedModel(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	run, out := filepath.Join(dir, "taiji.yaml"), filepath.Join(dir, "taiji")
	require.NoError(t, os.WriteFile(run, []byte(evalRun), 0o666))
	code, _, stderr := command(t, t.Context(), "train", run, "--out", out, "--quiet")
	require.Equal(t, exitOK, code, stderr)
	return out
}

// Wherever an evaluation is stopped, it says so, prints nothing and writes nothing. The context is asked once
// for each of the ten mini-batches.
func TestStoppedEvaluation(t *testing.T) {
	model, out := trainedModel(t), filepath.Join(t.TempDir(), "out")
	for _, batches := range []int{0, 1, 5, 9} {
		code, stdout, stderr := command(t, &expiring{t.Context(), batches}, "eval", model, "--out", out)
		require.Equal(t, exitRun, code)
		require.Equal(t, "couplet: stopped before the evaluation was complete; nothing was written\n", stderr)
		require.Empty(t, stdout)
		require.NoDirExists(t, out)
	}
	code, stdout, _ := command(t, &expiring{t.Context(), 100}, "eval", model, "--out", out)
	require.Equal(t, exitOK, code)
	require.Contains(t, stdout, "accuracy")
	require.FileExists(t, filepath.Join(out, report.JSONFile))
}

// A model that is cut off anywhere is refused.
func TestDamagedModel(t *testing.T) {
	model := filepath.Join(trainedModel(t), modelArchive)
	whole, err := os.ReadFile(model)
	require.NoError(t, err)
	for _, n := range []int{0, 1, 100, len(whole) / 2, len(whole) - 1} {
		require.NoError(t, os.WriteFile(model, whole[:n], 0o666))
		code, stdout, stderr := command(t, t.Context(), "eval", model)
		require.Equal(t, exitInput, code)
		require.Contains(t, stderr, "couplet: "+model+": ")
		require.Empty(t, stdout)
	}
}

// An evaluation that cannot be written is a failed run, and leaves no file of numbers that would stand for a
// complete one.
func TestEvaluationThatCannotBeWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	r, err := report.New(report.Subject{}, &train.Evaluation{Classes: []string{"a"}, Confusion: [][]int{{1}}, Latency: []int{1}})
	require.NoError(t, err)
	require.NoError(t, writeEvaluation(dir, r))
	require.FileExists(t, filepath.Join(dir, report.JSONFile))
	// A directory that is not empty cannot be replaced by a file.
	require.NoError(t, os.Remove(filepath.Join(dir, "latency.csv")))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "latency.csv", "in the way"), 0o777))
	require.Error(t, writeEvaluation(dir, r))
	require.NoFileExists(t, filepath.Join(dir, report.JSONFile))
}
