package event_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/learning/layer"
	"couplet/learning/spide"
	"couplet/learning/spide/event"
	"couplet/sim"
	"couplet/sim/netfile"
)

// firing is one of a layer: its tick, from 1, and its neuron.
type firing struct{ tick, neuron int }

// A ring that was exported runs on the engine as the executor runs it: the same spikes of every neuron, and the
// potential of the readout comes to the logits, also after it was written to a file and read back.
func TestExportIsTheExecutor(t *testing.T) {
	spikes := 0
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		r := drawTrial(t)
		r.batch = 1
		last := r.ring.Input.Map
		if n := len(r.ring.Between); n > 0 {
			last = r.ring.Between[n-1].Map
		}
		readout := must(layer.NewDense[float64]("readout", layer.Size(last.OutShape()), 3, rapid.Bool().Draw(t, "readout bias")))
		for i, p := range readout.Params() {
			copy(p.Value, r.numbers(uint64(50+i), len(p.Value)))
		}
		r.ring.Readout = readout
		e, err := event.New(r.config, r.ring)
		require.NoError(t, err)
		want := map[int][]firing{}
		e.Observe(func(tick event.Tick) {
			for _, n := range tick.Spikes {
				want[tick.Layer] = append(want[tick.Layer], firing{tick.Tick, int(n)})
			}
		})
		x := r.show(t, e)
		logits, err := e.Logits()
		require.NoError(t, err)

		net, err := event.Export(r.config, r.ring, x)
		require.NoError(t, err)
		path := filepath.Join(dir, "net.yaml")
		require.NoError(t, netfile.Save(path, net))
		saved, err := netfile.Load(path, netfile.Options{})
		require.NoError(t, err)
		for _, net := range []*sim.Network{net, saved} {
			host := rapid.SampledFrom([]sim.Hosting{sim.Auto, sim.LazyHosting, sim.ClockedHosting}).Draw(t, "host")
			have, trace := simulate(t, net, host)
			require.Equal(t, want, have)
			require.Len(t, trace, 3*r.config.ForwardTicks)
			require.InDeltaSlice(t, logits, trace[len(trace)-3:], 1e-9)
		}
		for _, list := range want {
			spikes += len(list)
		}
	})
	require.Greater(t, spikes, 500, "spikes in all rings")
}

// show runs the forward stage with a frame that is held or with frames of 0 and 1, and gives the input.
func (r trial) show(t *rapid.T, e *event.Executor) []float64 {
	n := layer.Size(r.ring.Input.Map.InShape())
	if !r.frames {
		x := r.numbers(101, n)
		require.NoError(t, e.Forward(spide.Pass{}, x, 1))
		return x
	}
	x := make([]float64, n*r.config.ForwardTicks)
	for k := range x {
		if r.key.Sub(200).Bernoulli(uint64(k), 0.4) {
			x[k] = 1
		}
	}
	require.NoError(t, e.ForwardFrames(spide.Pass{}, func(tick int) []float64 { return x[tick*n:][:n] }, 1))
	return x
}

// simulate runs a network and gives the spikes of its layers and the potentials of its readout.
func simulate(t require.TestingT, net *sim.Network, host sim.Hosting) (map[int][]firing, []float64) {
	program, err := sim.Compile(net, sim.Options{Workers: 1, Host: host})
	require.NoError(t, err)
	s := program.Start()
	require.NoError(t, s.Run(context.Background(), net.RunMs))
	found := map[int][]firing{}
	for _, train := range s.Spikes() {
		name := train.Recorder.From.Population.Name
		if name == "input" {
			continue
		}
		for k, tick := range train.Ticks {
			i := int(name[len("layer")] - '0')
			found[i] = append(found[i], firing{int(tick), int(train.Neurons[k])})
		}
	}
	require.Len(t, s.Traces(), 1)
	require.Equal(t, event.LogitsName, s.Traces()[0].Recorder.Name)
	return found, s.Traces()[0].Values
}

// After t ticks of leaky neurons the potential of the readout is Z_t/Z times the logits of the rates until then.
func TestReadoutBeforeTheEnd(t *testing.T) {
	c := spide.NewConfig()
	c.ForwardTicks, c.Leak = 9, 0.75
	ring, err := spide.BuildRing[float64](spide.Network{Input: []int{2}, Plan: "6-5", Feedback: "dense", Classes: 3})
	require.NoError(t, err)
	require.NoError(t, spide.Initialise(spide.Network{Plan: "6-5"}, ring, 2))
	copy(ring.Readout.Params()[1].Value, []float64{0.5, -0.25, 1})
	x := []float64{2, 1.5}
	net, err := event.Export(c, ring, x)
	require.NoError(t, err)
	found, trace := simulate(t, net, sim.Auto)
	require.Len(t, found, 2, "layers that fire")
	for ticks := 1; ticks <= c.ForwardTicks; ticks++ {
		short := c
		short.ForwardTicks = ticks
		e, err := event.New(short, ring)
		require.NoError(t, err)
		require.NoError(t, e.Forward(spide.Pass{}, x, 1))
		logits, err := e.Logits()
		require.NoError(t, err)
		for k, want := range logits {
			have := trace[3*(ticks-1)+k] * event.RateWeight(c.Leak, c.ForwardTicks) / event.RateWeight(c.Leak, ticks)
			require.InDelta(t, want, have, 1e-12, "tick %d", ticks)
		}
	}
}

func TestExportRefuses(t *testing.T) {
	c := spide.NewConfig()
	c.ForwardTicks = 3
	network := spide.Network{Input: []int{2}, Plan: "6-5", Feedback: "dense", Classes: 3}
	ring, err := spide.BuildRing[float64](network)
	require.NoError(t, err)
	for _, tc := range []struct {
		x    []float64
		want string
	}{
		{[]float64{1}, "event: an input of 1 values, want 2, or 6 for frames of 3 ticks"},
		{[]float64{1, 0, 1, 1, 0, -1}, "wire: frame 3 has the value -1 (index 1); only whole numbers from 0 to 1024 are spikes"},
	} {
		_, err := event.Export(c, ring, tc.x)
		require.EqualError(t, err, tc.want)
	}
	ring.Readout = nil
	_, err = event.Export(c, ring, []float64{1, 1})
	require.EqualError(t, err, "event: the ring has no readout to export")
}
