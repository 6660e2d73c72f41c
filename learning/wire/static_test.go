package wire_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/learning/layer"
	"couplet/learning/wire"
	"couplet/neuron"
	"couplet/sim"
	"couplet/sim/netfile"
	"couplet/synapse"
)

// Static synapses bring what the map makes of a unit vector, in both directions, and a network file has
// words for all of them.
func TestStaticSynapsesAreTheMap(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				m := k.draw(t)
				fill(t, m)
				w, err := wire.Of(m)
				require.NoError(t, err)
				for _, d := range []wire.Direction{wire.Forward, wire.Back} {
					source := rapid.IntRange(0, w.Sources(d)-1).Draw(t, "source")
					require.InDeltaSlice(t, scaled(unit(m, d, source), -2), played(t, w, d, source), 1e-12, "%s from neuron %d", d, source)
				}
			})
		})
	}
}

// played runs the network in which a source sends one spike, after it was written to text and read back, and
// gives what arrives.
func played(t *rapid.T, w *wire.Wires[float64], d wire.Direction, source int) []float64 {
	frame := make([]float64, w.Sources(d))
	frame[source] = 1
	times, err := wire.Frames(frame, len(frame))
	require.NoError(t, err)
	net := sim.NewNetwork("static", sim.StepGrid())
	net.RunMs = 1
	from := net.Population("from", w.Sources(d), times)
	to := net.Population("to", w.Targets(d), neuron.StepLIF{VTh: 1e6})
	to.Precision = sim.Float64
	rule, s := wire.Static(w.Rule(d), w.Weights(d, -2, nil), 0)
	net.Project(from, to, rule, s)
	net.RecordVariable(to, "u_pre", 0)
	net = reread(t, net)
	program, err := sim.Compile(net, sim.Options{Workers: 1})
	require.NoError(t, err)
	simulator := program.Start()
	require.NoError(t, simulator.RunTicks(context.Background(), 1))
	return simulator.Traces()[0].Values
}

func reread(t *rapid.T, net *sim.Network) *sim.Network {
	var text writer
	require.NoError(t, netfile.Write(&text, net))
	again, err := netfile.Read("net.yaml", text, netfile.Options{})
	require.NoError(t, err)
	return again
}

type writer []byte

func (w *writer) Write(p []byte) (int, error) {
	*w = append(*w, p...)
	return len(p), nil
}

// Weights that are all the same are one number.
func TestEqualWeightsAreOne(t *testing.T) {
	rule, s := wire.Static(synapse.OneToOne{}, []float64{0.5, 0.5}, 1)
	require.Equal(t, synapse.OneToOne{}, rule)
	require.Equal(t, synapse.Fixed(0.5, 1), s)
	weights := []float64{0.5, 0.25}
	_, s = wire.Static(synapse.OneToOne{}, weights, 0)
	weights[0] = 7 // the caller's
	require.Equal(t, synapse.Static{Weight: synapse.Listed{0.5, 0.25}, DelayMs: synapse.Const(0)}, s)
}

// An enlargement of two channels reaches its own channel only, though the rule in its place has synapses between
// all of them.
func TestEnlargementKeepsChannelsApart(t *testing.T) {
	m, err := layer.NewUpsampleNearest[float64]([]int{2, 1, 1}, 2)
	require.NoError(t, err)
	w, err := wire.Of(m)
	require.NoError(t, err)
	rule, s := wire.Static(w.Rule(wire.Forward), w.Weights(wire.Forward, 3, nil), 0)
	require.Equal(t, "transposed_conv", rule.Name())
	require.Equal(t, synapse.Listed{3, 3, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 3, 3, 3, 3}, s.Weight)
}

func TestFrames(t *testing.T) {
	s, err := wire.Frames([]float64{1, 0, 0, 2, 1, 0}, 2)
	require.NoError(t, err)
	require.Equal(t, [][]float64{{1, 3}, {2, 2}}, s.Times)
	for _, x := range []float64{-1, 0.5, 1025} {
		_, err := wire.Frames([]float64{0, 1, 1, x}, 2)
		require.ErrorContains(t, err, "wire: frame 2 has the value")
		require.ErrorContains(t, err, "(index 1); only whole numbers from 0 to 1024 are spikes")
	}
	_, err = wire.Frames([]float64{1, 2, 3}, 2)
	require.ErrorContains(t, err, "wire: 3 numbers are no frames of 2 values")
}
