package ottt_test

import (
	"testing"

	"couplet/learning/layer"
	"couplet/learning/ottt"

	"github.com/stretchr/testify/require"
)

// Ways counts for others what the executor counts for itself: forward, backward, and for the update.
func TestWays(t *testing.T) {
	network, err := ottt.NewVGG([]int{2, 6, 6}, "3C3-AP2-4C3-GAP", 3).Network()
	require.NoError(t, err)
	net := ready(t, network)
	net.CountSynapses(true)
	require.NoError(t, net.Begin(ottt.Batch{Samples: 1, Training: true}))
	x := noise(layer.Size(network.Input))
	for i := range x {
		x[i] *= 5 // for spikes everywhere, with the weights below
	}
	fill(net, 1)
	x[5], x[40] = 0, 0
	_, err = net.Tick(x)
	require.NoError(t, err)
	e := []float64{1, 0, -1}
	require.NoError(t, net.BackwardFrom(e))

	shapes := append([][]int{network.Input}, net.Shapes()...)
	populations := net.Populations()
	for k, a := range net.Activity().Projections {
		spikes, traces, errors := x, x, e
		if k > 0 {
			spikes, traces = populations[k-1].Spikes, populations[k-1].Trace
		}
		if k < len(populations) {
			errors = populations[k].Errors
		}
		w := network.Nodes[k].From[0].Ways(shapes[k])
		require.Equal(t, a.Synapses, w.Total(), a.Name)
		require.Equal(t, a.Forward, w.Forward(spikes), a.Name)
		require.Equal(t, a.Update, w.Update(traces, errors), a.Name)
		if k > 0 {
			require.Equal(t, a.Backward, w.Backward(errors), a.Name)
		}
		require.Positive(t, a.Forward)
	}
}
