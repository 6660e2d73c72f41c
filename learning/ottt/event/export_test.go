package event_test

import (
	"context"
	"math"
	"path/filepath"
	"testing"

	"couplet/internal/rng"
	"couplet/learning/layer"
	"couplet/learning/ottt"
	"couplet/learning/ottt/event"
	"couplet/sim"
	"couplet/sim/netfile"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A network that was exported runs on the engine as the executor runs it: the same spikes of every neuron, the
// same logits, also after it was written to a file and read back, however it is hosted.
func TestExportIsTheNet(t *testing.T) {
	spikes := 0
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		c := drawTask(t)
		_, events := c.both(t)
		ticks := c.batch.Loss.Ticks
		x := c.sample(t, ticks)
		net, err := events.Export(x, ticks)
		require.NoError(t, err)
		want, logits := c.watch(t, events, x, ticks)
		path := filepath.Join(dir, "net.yaml")
		require.NoError(t, netfile.Save(path, net))
		saved, err := netfile.Load(path, netfile.Options{})
		require.NoError(t, err)
		var traces [][]float64
		for _, o := range []struct {
			net  *sim.Network
			host sim.Hosting
		}{{net, sim.Auto}, {saved, sim.Auto}, {saved, sim.LazyHosting}, {saved, sim.ClockedHosting}} {
			have, trace := simulate(t, o.net, sim.Options{Workers: 1, Host: o.host}, ticks)
			delete(have, ottt.InputName)
			require.Equal(t, want, have)
			traces = append(traces, trace)
			require.Equal(t, traces[0], trace)
		}
		near(t, 1e-9, logits, traces[0], "logits")
		for _, list := range want {
			spikes += len(list)
		}
	})
	require.Greater(t, spikes, 500, "spikes in all networks")
}

// sample draws the input of one sample: a frame that is held, or frames of events.
func (c *task) sample(t *rapid.T, ticks int) []float64 {
	size := layer.Size(c.network.Input)
	if rapid.Bool().Draw(t, "one frame") {
		return c.input[:size]
	}
	random := rng.NewKey(c.seed, rng.Test, 3).Stream()
	x := make([]float64, ticks*size)
	for i := range x {
		x[i] = float64(max(int(random.NextBelow(5))-2, 0))
	}
	return x
}

// spike is one of a population: its tick, from 1, and its neuron.
type spike struct{ tick, neuron int }

// watch runs a sample on the executor and gives all spikes and the logits, tick after tick.
func (c *task) watch(t *rapid.T, events *event.Net, x []float64, ticks int) (map[string][]spike, []float64) {
	size := layer.Size(c.network.Input)
	found, logits := map[string][]spike{}, []float64{}
	require.NoError(t, events.Begin(ottt.Batch{Samples: 1}))
	for tick := range ticks {
		o, err := events.Tick(x[tick*size%len(x):][:size])
		require.NoError(t, err)
		logits = append(logits, o...)
		populations, err := events.Populations()
		require.NoError(t, err)
		for _, p := range populations {
			for i, s := range p.Spikes {
				if s != 0 {
					found[p.Name] = append(found[p.Name], spike{tick + 1, i})
				}
			}
		}
	}
	return found, logits
}

// simulate runs a network and gives what was recorded.
func simulate(t require.TestingT, net *sim.Network, o sim.Options, ticks int) (map[string][]spike, []float64) {
	program, err := sim.Compile(net, o)
	require.NoError(t, err)
	require.EqualValues(t, ticks, net.RunMs)
	s := program.Start()
	require.NoError(t, s.Run(context.Background(), net.RunMs))
	found := map[string][]spike{}
	for _, train := range s.Spikes() {
		name := train.Recorder.From.Population.Name
		for k, tick := range train.Ticks {
			found[name] = append(found[name], spike{int(tick), int(train.Neurons[k])})
		}
	}
	require.Len(t, s.Traces(), 1)
	require.Equal(t, event.LogitsName, s.Traces()[0].Recorder.Name)
	return found, s.Traces()[0].Values
}

// A residual network: the classifier behind the sums becomes synapses from every branch.
func TestExportOfResidualNetwork(t *testing.T) {
	description := ottt.NewNFResNet([]int{2, 6, 6}, ottt.Stem{Channels: 3, Kernel: 3, Stride: 1}, []ottt.Stage{{Blocks: 2, Channels: 3}, {Blocks: 1, Channels: 4}}, 5)
	network, err := description.Network()
	require.NoError(t, err)
	batched, err := ottt.New[float64](network)
	require.NoError(t, err)
	c := &task{network: network, seed: 4}
	c.fill(batched.Params())
	batched.Changed()
	x := make([]float64, batched.InputSize())
	for i := range x {
		x[i] = math.Sin(float64(i))
	}
	net, err := event.Export(batched, x, 6)
	require.NoError(t, err)
	var heads []string
	for _, p := range net.Projections {
		if p.To.Population.Name == ottt.ReadoutName {
			heads = append(heads, p.From.Population.Name)
		}
	}
	require.Equal(t, []string{"b3.sn2", "b3.sn1"}, heads)
	found, trace := simulate(t, net, sim.Options{}, 6)
	require.Len(t, found, 6, "populations that fire")
	want := make([]float64, 5)
	for k, v := range trace {
		want[k%5] += v
	}
	logits, err := batched.Forward(x, 1, 6)
	require.NoError(t, err)
	near(t, 1e-9, logits, want, "logits")
}

// A network that is exported goes on as if it had not been, and what was exported does not follow it.
func TestExportLeavesTheNetAlone(t *testing.T) {
	network, err := ottt.NewFC(3, 4, 2).Network()
	require.NoError(t, err)
	net, err := event.New(network)
	require.NoError(t, err)
	require.NoError(t, net.Initialise(3))
	x := []float64{1, 0.5, 2}
	require.NoError(t, net.Begin(ottt.Batch{Samples: 1}))
	_, err = net.Tick(x)
	require.NoError(t, err)
	first, err := net.Export(x, 3)
	require.NoError(t, err)
	_, before := simulate(t, first, sim.Options{}, 3)
	_, err = net.Hold()
	require.NoError(t, err)
	for _, p := range net.Params() {
		for i := range p.Value {
			p.Value[i] += 0.25
		}
	}
	net.Changed()
	_, again := simulate(t, first, sim.Options{}, 3)
	require.Equal(t, before, again)
	second, err := net.Export(x, 3)
	require.NoError(t, err)
	_, after := simulate(t, second, sim.Options{}, 3)
	require.NotEqual(t, before, after)
}

func TestExportRefuses(t *testing.T) {
	network, err := ottt.NewFC(3, 4, 2).Network()
	require.NoError(t, err)
	net, err := event.New(network)
	require.NoError(t, err)
	small, err := event.New(network, event.MemoryLimit(40*4*2)) // room for the readout's synapses alone
	require.NoError(t, err)
	for _, c := range []struct {
		net   *event.Net
		x     []float64
		ticks int
		want  string
	}{
		{net, []float64{1, 2, 3}, 0, "event: a run of 0 ticks, want at least 1"},
		{net, []float64{1, 2}, 5, "event: an input of 2 values, want 3, or 15 for frames of 5 ticks"},
		{net, []float64{1, math.NaN(), 3}, 5, "event: the input is NaN (index 1)"},
		{net, []float64{1, 0, 0, 1, 0, 0.5}, 2, "wire: frame 2 has the value 0.5 (index 2); only whole numbers from 0 to 1024 are spikes"},
		{small, []float64{1, 0, 0, 1, 0, 0}, 2, "event: frames come as spikes, but the synapses of the input do not fit into 320 bytes (see MemoryLimit)"},
	} {
		_, err := c.net.Export(c.x, c.ticks)
		require.EqualError(t, err, c.want)
	}
	net.Params()[0].Value[1] = math.Inf(1)
	net.Changed()
	_, err = net.Export([]float64{1, 2, 3}, 5)
	require.ErrorContains(t, err, `is +Inf (index 1)`)
	require.ErrorContains(t, err, `event: the current into "lif0" is`)
}
