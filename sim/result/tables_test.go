package result_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/internal/npz"
	"couplet/sim"
	"couplet/sim/result"
)

// written makes a result of spike trains and traces and returns its directory.
func written(t *testing.T, o result.Outline, ticks int64, trains []*sim.SpikeTrain, traces []*sim.Trace) string {
	t.Helper()
	r := result.Run{Outline: o, Activity: activity(o, ticks, trains...), Spikes: trains, Traces: traces}
	dir := filepath.Join(t.TempDir(), "out")
	require.NoError(t, result.Write(dir, r))
	return dir
}

func train(v sim.View, ticks []int64, neurons []uint32) *sim.SpikeTrain {
	return &sim.SpikeTrain{Recorder: &sim.Recorder{What: "spikes", From: v}, Ticks: ticks, Neurons: neurons}
}

func TestSpikesOfAllRecordersAreMergedByTime(t *testing.T) {
	exc, inh := &sim.Population{Name: "exc", Size: 10}, &sim.Population{Name: `in,"h`, Size: 5}
	dir := written(t, outline("n", 0.1, false, exc, inh), 100, []*sim.SpikeTrain{
		train(exc.All(), []int64{3, 7, 100}, []uint32{1, 9, 0}),
		train(inh.Slice(2, 4), []int64{1, 7}, []uint32{2, 3}),
	}, nil)
	require.Equal(t, "time_ms,population,neuron\n"+
		"0.1,\"in,\"\"h\",2\n0.3,exc,1\n0.7,exc,9\n0.7,\"in,\"\"h\",3\n10,exc,0\n", files(t, dir)["spikes.csv"])
	rows, err := csv.NewReader(strings.NewReader(files(t, dir)["spikes.csv"])).ReadAll()
	require.NoError(t, err)
	require.Equal(t, `in,"h`, rows[1][1])
}

func TestSignsOfOneRecorderGiveAllASign(t *testing.T) {
	a, b := &sim.Population{Name: "a", Size: 2}, &sim.Population{Name: "b", Size: 2}
	signed := train(a.All(), []int64{1, 2}, []uint32{0, 1})
	signed.Signs = []int8{-1, 1}
	dir := written(t, outline("n", 1, true, a, b), 5, []*sim.SpikeTrain{signed, train(b.All(), []int64{2}, []uint32{0})}, nil)
	require.Equal(t, "step,population,neuron,sign\n1,a,0,-1\n2,a,1,1\n2,b,0,1\n", files(t, dir)["spikes.csv"])
}

func TestPreciseTimesKeepTheirDigits(t *testing.T) {
	a := &sim.Population{Name: "a", Size: 2}
	s := train(a.All(), []int64{10, 20}, []uint32{0, 1})
	s.Before = []float64{0.0625, 0}
	dir := written(t, outline("n", 0.1, false, a), 50, []*sim.SpikeTrain{s}, nil)
	require.Equal(t, "time_ms,population,neuron\n0.9375,a,0\n2,a,1\n", files(t, dir)["spikes.csv"])
}

func TestTracesAreOneValueALine(t *testing.T) {
	a := &sim.Population{Name: "a", Size: 9}
	tr := &sim.Trace{Recorder: &sim.Recorder{What: "V_m", From: a.Slice(3, 5), EveryMs: 0.2}, Unit: "mV",
		Ticks: []int64{2, 4}, Values: []float64{1, -2.5, 1e-7, 4}}
	dir := written(t, outline("n", 0.1, false, a), 4, nil, []*sim.Trace{tr})
	require.Equal(t, "time_ms,population,variable,neuron,value\n0.2,a,V_m,3,1\n0.2,a,V_m,4,-2.5\n0.4,a,V_m,3,1e-07\n0.4,a,V_m,4,4\n",
		files(t, dir)["traces.csv"])
	dir = written(t, outline("n", 1, true, a), 4, nil, []*sim.Trace{tr})
	require.Contains(t, files(t, dir)["traces.csv"], "step,population,variable,neuron,value\n2,a,V_m,3,1\n")
}

func archiveOf(t *testing.T, dir, name string) *npz.Archive {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, name))
	require.NoError(t, err)
	t.Cleanup(func() { f.Close() })
	info, err := f.Stat()
	require.NoError(t, err)
	a, err := npz.Open(f, info.Size(), 1<<30)
	require.NoError(t, err)
	return a
}

func array[T npz.Number](t *testing.T, a *npz.Archive, name string) ([]T, []int) {
	t.Helper()
	data, shape, err := npz.Get[T](a, name)
	require.NoError(t, err)
	return data, shape
}

func TestArraysOfARun(t *testing.T) {
	a := &sim.Population{Name: "a", Size: 9}
	plain := train(a.All(), []int64{3, 9}, []uint32{8, 1})
	rich := train(a.Slice(0, 2), []int64{3}, []uint32{1})
	rich.Signs, rich.Before = []int8{-1}, []float64{0.05}
	silent := train(a.Slice(5, 6), nil, nil)
	tr := &sim.Trace{Recorder: &sim.Recorder{Name: "potential", What: "V_m", From: a.Slice(3, 5)}, Unit: "mV",
		Ticks: []int64{2, 4, 6}, Values: []float64{1, 2, 3, 4, 5, 6}}
	dir := written(t, outline("n", 0.1, false, a), 10, []*sim.SpikeTrain{plain, rich, silent}, []*sim.Trace{tr})

	spikes := archiveOf(t, dir, "spikes.npz")
	require.Equal(t, []string{
		"a/tick", "a/neuron", "a/time_ms",
		"a_0-2/tick", "a_0-2/neuron", "a_0-2/sign", "a_0-2/before_ms", "a_0-2/time_ms",
		"a_5-6/tick", "a_5-6/neuron", "a_5-6/time_ms",
	}, spikes.Names())
	ticks, _ := array[int64](t, spikes, "a/tick")
	require.Equal(t, []int64{3, 9}, ticks)
	neurons, _ := array[uint32](t, spikes, "a/neuron")
	require.Equal(t, []uint32{8, 1}, neurons)
	times, _ := array[float64](t, spikes, "a/time_ms")
	require.Equal(t, []float64{0.3, 0.9}, times, "rounded once")

	traces := archiveOf(t, dir, "traces.npz")
	values, shape := array[float64](t, traces, "potential/values")
	require.Equal(t, tr.Values, values)
	require.Equal(t, []int{3, 2}, shape)
	neurons, _ = array[uint32](t, traces, "potential/neuron")
	require.Equal(t, []uint32{3, 4}, neurons)
}
