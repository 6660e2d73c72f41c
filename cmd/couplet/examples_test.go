package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/learning/runfile"
	"couplet/sim/result"
)

// examples is the directory of runnable networks.
var examples = filepath.Join("..", "..", "examples")

// shortRuns are durations for examples that take longer than a test should.
var shortRuns = map[string]string{"brunel": "20 ms", "brunel-dc": "20 ms", "sparse": "500 ms", "stdp": "2 s"}

// trains tells the run files among the examples from the network files.
var trains = regexp.MustCompile(`(?m)^train: `)

// Every example is what the program takes, and begins with a comment that says what it shows. Networks are run; the
// trainings that the README gives figures for are run by its slow test.
func TestExamples(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(examples, "*.yaml"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(paths), 7)
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			require.True(t, strings.HasPrefix(string(text), "# "))
			if trains.Match(text) {
				c, err := runfile.Load(path)
				require.NoError(t, err)
				require.Equal(t, name, c.Name)
				return
			}
			run := runExample(t, name, "--run", shortRuns[name])
			require.Equal(t, name, run.Outline.Name)
			require.Positive(t, run.Totals().Spikes)
			require.Positive(t, run.Totals().SynapticEvents)
			require.NotEmpty(t, run.Spikes)
		})
	}
}

// runExample runs an example and reads its result back.
func runExample(t *testing.T, name string, flags ...string) *result.Run {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	args := append([]string{"run", filepath.Join(examples, name+".yaml"), "--out", dir}, flags...)
	code, _, stderr := command(t, t.Context(), args...)
	require.Equal(t, exitOK, code, stderr)
	run, err := result.Load(dir)
	require.NoError(t, err)
	return run
}

// A recorded digit of N-MNIST arrives event by event: its 4325 events are 4325 spikes.
func TestRecordedDigit(t *testing.T) {
	data := os.Getenv("COUPLET_DATA")
	if data == "" {
		t.Skip("needs events/nmnist-sample.bin, which may not be shipped: set COUPLET_DATA to the data folder")
	}
	run := runExample(t, "nmnist", "--data", data)
	require.EqualValues(t, 4325, run.Activity.Populations[0].Spikes)
	require.Equal(t, 4325, run.Spikes[0].Len())
	require.Positive(t, run.Activity.Populations[1].Spikes)
}

// signedCounts sums the signs of the spikes of every neuron of a population.
func signedCounts(t *testing.T, run *result.Run, population string) []int {
	t.Helper()
	for _, train := range run.Spikes {
		if p := train.Recorder.From.Population; p.Name == population {
			counts := make([]int, p.Size)
			for k, n := range train.Neurons {
				sign := 1
				if train.Signs != nil {
					sign = int(train.Signs[k])
				}
				counts[n] += sign
			}
			return counts
		}
	}
	t.Fatalf("no spikes of %s", population)
	return nil
}

// The couples of examples/couple.yaml count out the solution of their equations, out = g/0.7 and
// hidden = 0.6 g/0.7, to within two spikes; and the pairs do the same spike for spike.
func TestCoupleExample(t *testing.T) {
	run := runExample(t, "couple")
	const steps = 250
	out, hidden := signedCounts(t, run, "out"), signedCounts(t, run, "hidden")
	for i, g := range []float64{-0.6, -0.4, -0.2, -0.05, 0.05, 0.2, 0.4, 0.6} {
		require.InDelta(t, g/0.7*steps, out[i], 2)
		require.InDelta(t, 0.6*g/0.7*steps, hidden[i], 2)
	}
	signed := map[string][]string{}
	for _, row := range spikeTable(t, run) {
		population, pairs := strings.CutSuffix(row[1], " pairs")
		neuron, err := strconv.Atoi(row[2])
		require.NoError(t, err)
		sign := row[3]
		if pairs && neuron >= 8 {
			neuron, sign = neuron-8, "-1"
		}
		key := population
		if pairs {
			key += " pairs"
		}
		signed[key] = append(signed[key], strings.Join([]string{row[0], strconv.Itoa(neuron), sign}, ","))
	}
	require.ElementsMatch(t, signed["out"], signed["out pairs"])
	require.ElementsMatch(t, signed["hidden"], signed["hidden pairs"])
}

// spikeTable reads spikes.csv of a result that is written once more.
func spikeTable(t *testing.T, run *result.Run) [][]string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "again")
	require.NoError(t, result.Write(dir, *run))
	f, err := os.Open(filepath.Join(dir, "spikes.csv"))
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	return rows[1:]
}

// The upright line of examples/conv.yaml drives the unit of its orientation most.
func TestConvExample(t *testing.T) {
	counts := signedCounts(t, runExample(t, "conv"), "orientation")
	require.Greater(t, counts[0], 3*max(counts[1], counts[2], counts[3]))
}

// In examples/sparse.yaml every kick fires its hundred neurons and nobody else, and a neuron is updated
// only when a spike reaches it.
func TestSparseExample(t *testing.T) {
	run := runExample(t, "sparse", "--run", "500 ms")
	kicks, neurons := run.Activity.Populations[0], run.Activity.Populations[1]
	require.InDelta(t, 100*kicks.Spikes, neurons.Spikes, 0.05*float64(neurons.Spikes), "kicks in the last millisecond, and refractory targets")
	require.LessOrEqual(t, neurons.Updates, run.Totals().SynapticEvents)
	require.Less(t, neurons.Updates, int64(neurons.Neurons)*run.Activity.Ticks/1000)
}

// The neuron of examples/stdp.yaml learns its common inputs: all of them end near the bound of 150 pA,
// and most of the others near zero.
func TestSTDPExample(t *testing.T) {
	run := runExample(t, "stdp")
	last := make([]float64, 200)
	for k, source := range run.Weights[0].Sources {
		last[source] = run.Weights[0].Weights[k]
	}
	weak := 0
	for i, w := range last {
		if i < 100 {
			require.Greater(t, w, 135.0, "input %d", i)
		} else if w < 30 {
			weak++
		}
	}
	require.Greater(t, weak, 50)
}
