package netfile

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/internal/npz"
	"couplet/internal/rng"
	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// denseNetwork is a trained network: n inputs that fire now and then onto n neurons, with a weight
// for every pair.
func denseNetwork(n int) *sim.Network {
	net := sim.NewNetwork("dense", sim.StepGrid())
	net.RunMs = 5
	times := make([][]float64, n)
	for i := range times {
		times[i] = []float64{float64(1 + i%5)}
	}
	input := net.Population("input", n, neuron.SpikeSource{Times: times})
	cells := net.Population("cells", n, neuron.NewStepLIF())
	key, weights := rng.NewKey(1, rng.Test, 0), make(synapse.Listed, n*n)
	for k := range weights {
		weights[k] = key.Normal(uint64(k)) / math.Sqrt(float64(n))
	}
	net.Project(input, cells, synapse.AllToAll{}, synapse.Learned{Weight: weights, DelayMs: synapse.Const(0), Limit: 1})
	net.RecordSpikes(cells)
	return net
}

// A network of a million trained synapses goes to disk and comes back with the same weights, to the
// last bit, and the same spikes.
func TestAMillionSynapses(t *testing.T) {
	net := denseNetwork(1000)
	path := filepath.Join(t.TempDir(), "net.yaml")
	require.NoError(t, Save(path, net))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Less(t, info.Size(), int64(64<<10), "only lists of up to 64 numbers stand in the network file")
	back, err := Load(path, Options{})
	require.NoError(t, err)
	require.Equal(t, flatten(net), flatten(back))
	spikes := run(t, net, sim.Options{}).Spikes()
	require.Greater(t, spikes[0].Len(), 100)
	require.Equal(t, trainsText(spikes), trainsText(run(t, back, sim.Options{}).Spikes()))
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, entries, 2, "nothing unfinished is left")
}

// Lists stay in the file up to the given length; arrays have the extents of what they hold.
func TestArraysHoldLongLists(t *testing.T) {
	net, err := Load("testdata/valid/trainedconv.yaml", Options{})
	require.NoError(t, err)
	for _, c := range []struct {
		longest int
		want    []string
	}{
		{0, []string{}},
		{36, []string{}},
		{35, []string{"projections[1].weight", "projections[2].weight"}},
		{24, []string{"stimuli.image.amplitude", "projections[1].weight", "projections[2].weight"}},
		{1, []string{"stimuli.image.amplitude", "projections[1].weight", "projections[2].weight", "projections[3].weight"}},
	} {
		var text, archive bytes.Buffer
		arrays := Arrays{File: "w.npz", Longest: c.longest}
		require.NoError(t, WriteSplit(&text, net, &arrays))
		require.Equal(t, c.want, arrays.Names(), c.longest)
		require.Equal(t, len(c.want) == 0, arrays.Empty())
		require.NoError(t, arrays.Write(&archive))
		a, err := npz.Open(bytes.NewReader(archive.Bytes()), int64(archive.Len()), 1<<20)
		require.NoError(t, err)
		require.Equal(t, c.want, append([]string{}, a.Names()...))
		if c.longest == 1 {
			descr, shape, err := a.Header("projections[1].weight")
			require.NoError(t, err)
			require.Equal(t, []int{2, 2, 3, 3}, shape)
			require.Equal(t, "<f4", descr, "single precision holds these numbers")
			require.Contains(t, text.String(), `weight: {file: w.npz, array: "projections[1].weight"}`)
		}
	}
}

// Numbers that single precision does not hold are kept in double precision, and a zero keeps its sign.
func TestArraysAreExact(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   string
	}{
		{[]float64{0.5, math.Copysign(0, -1), math.SmallestNonzeroFloat32}, "<f4"},
		{[]float64{0.5, 0.1}, "<f8"},
		{[]float64{1e300, 1}, "<f8"},
		{[]float64{math.SmallestNonzeroFloat64, 1}, "<f8"},
	} {
		arrays := Arrays{list: []array{{"x", []int{len(c.values)}, c.values}}}
		var b bytes.Buffer
		require.NoError(t, arrays.Write(&b))
		a, err := npz.Open(bytes.NewReader(b.Bytes()), int64(b.Len()), 1<<20)
		require.NoError(t, err)
		descr, _, err := a.Header("x")
		require.NoError(t, err)
		require.Equal(t, c.want, descr)
		back, _, err := a.Floats("x")
		require.NoError(t, err)
		for i := range back {
			require.Equal(t, math.Float64bits(c.values[i]), math.Float64bits(back[i]))
		}
	}
}

// Names of populations and stimuli may hold what names of arrays should not.
func TestNamesOfArrays(t *testing.T) {
	net := sim.NewNetwork("net", sim.StepGrid())
	net.RunMs = 1
	for _, name := range []string{"../L2/3 E", "a.b"} {
		p := net.Population(name, 2, neuron.NewStepIF())
		p.Set("I_e", synapse.Listed{1, 2})
		net.Stimulate(p, sim.DC{Amplitude: synapse.Listed{3, 4}})
	}
	directory := t.TempDir()
	path := filepath.Join(directory, "net.yaml")
	arrays := requireSplitRoundTrip(t, path, net, Options{})
	require.Equal(t, []string{
		"populations...%2FL2%2F3%20E.params.I_e", "populations.a.b.params.I_e", "stimuli.dc.amplitude", "stimuli.dc%202.amplitude",
	}, arrays.Names())
}

// Rates per step are not in the unit inside couplet: they stay in the file, where their text is exact.
func TestRatesPerStepStayInTheFile(t *testing.T) {
	net := sim.NewNetwork("net", sim.StepGrid())
	net.RunMs = 1
	source, _ := neuron.ByName("poisson_source")
	p := net.Population("noise", 3, source)
	p.Set("rate", synapse.Listed{0.1, 0.2, 100.0 / 3})
	require.True(t, requireSplitRoundTrip(t, filepath.Join(t.TempDir(), "net.yaml"), net, Options{}).Empty())
}

// requireSplitRoundTrip writes a network with all its lists in an archive, and reads it back.
func requireSplitRoundTrip(t require.TestingT, path string, net *sim.Network, o Options) *Arrays {
	var text, archive bytes.Buffer
	arrays := &Arrays{File: filepath.Base(path) + ".npz", Longest: 1}
	require.NoError(t, WriteSplit(&text, net, arrays))
	require.NoError(t, arrays.Write(&archive))
	require.NoError(t, os.WriteFile(path+".npz", archive.Bytes(), 0o644))
	back, err := Read(path, text.Bytes(), o)
	require.NoError(t, err, text.String())
	want, got := flatten(net), flatten(back)
	for i := range got.Stimuli { // which files make unique
		want.Stimuli[i].Name, got.Stimuli[i].Name = "", ""
	}
	require.Equal(t, want, got, text.String())
	return arrays
}

func TestSplitRefusals(t *testing.T) {
	net := denseNetwork(10)
	require.EqualError(t, WriteSplit(&bytes.Buffer{}, net, &Arrays{}), `netfile: "" cannot be the name of a file of arrays in a network file`)
	arrays := Arrays{File: "w.npz"}
	require.NoError(t, WriteSplit(&bytes.Buffer{}, net, &arrays))
	require.EqualError(t, arrays.Write(brokenWriter{}), `netfile: disk full`)
	require.EqualError(t, Save("net.npz", net), "netfile: net.npz is the name of an archive; valid: the name of a network file, such as net.yaml")
	directory := t.TempDir()
	missing := filepath.Join(directory, "missing", "net.yaml")
	require.ErrorIs(t, Save(missing, net), os.ErrNotExist)
	broken := errors.New("broken")
	require.ErrorIs(t, replaceFile(filepath.Join(directory, "x"), func(w io.Writer) error { return broken }), broken)
	entries, err := os.ReadDir(directory)
	require.NoError(t, err)
	require.Empty(t, entries)
	net.TickMs = 0
	require.ErrorContains(t, Save(filepath.Join(directory, "net.yaml"), net), "the network is not valid")
}
