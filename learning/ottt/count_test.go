package ottt_test

import (
	"testing"

	"couplet/learning/loss"
	"couplet/learning/ottt"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// §7.9: work follows what is not silent. Forward it is spikes times synapses, for the weight update
// presynaptic traces times postsynaptic errors, counted here one by one.
func TestCostFollowsActivity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawTask(t, 1, 3)
		c.net.CountSynapses(true)
		require.NoError(t, c.net.Begin(c.batch))
		layers := len(c.fc.Sizes) - 1
		want := make([]ottt.ProjectionActivity, layers)
		spikes := make([]int64, layers-1)
		inputTrace := make([]float64, len(c.at(0)))
		for tick := range c.batch.Loss.Ticks {
			logits, err := c.net.Tick(c.at(tick))
			require.NoError(t, err)
			_, err = c.net.Backward(c.labels)
			require.NoError(t, err)
			for i, x := range c.at(tick) {
				inputTrace[i] = c.fc.Neuron.Lambda*inputTrace[i] + x
			}
			populations := c.net.Populations()
			for k := range want {
				active, traced := c.at(tick), inputTrace
				if k > 0 {
					active, traced = populations[k-1].Spikes, populations[k-1].Trace
					spikes[k-1] += int64(nonzero(active))
				}
				if k == 0 && !c.fc.TraceInput || k == layers-1 && k > 0 && !c.fc.TraceReadout {
					traced = active
				}
				errors := readoutErrors(t, c, logits)
				if k < layers-1 {
					errors = populations[k].Errors
				}
				in, out := c.fc.Sizes[k], c.fc.Sizes[k+1]
				want[k].Forward += int64(nonzero(active) * out)
				if k > 0 {
					want[k].Backward += int64(nonzero(errors) * in)
				}
				for s := range c.batch.Samples {
					want[k].Update += int64(nonzero(traced[s*in:][:in]) * nonzero(errors[s*out:][:out]))
				}
			}
		}
		got := c.net.Activity()
		require.EqualValues(t, c.batch.Samples*c.batch.Loss.Ticks, got.SampleTicks)
		for k, p := range got.Projections {
			require.Equal(t, want[k].Forward, p.Forward, "events of %s", p.Name)
			require.Equal(t, want[k].Backward, p.Backward, "errors of %s", p.Name)
			require.Equal(t, want[k].Update, p.Update, "update of %s", p.Name)
			require.EqualValues(t, c.fc.Sizes[k]*c.fc.Sizes[k+1], p.Synapses)
			require.Equal(t, k == 0, p.Graded)
		}
		for k, p := range got.Populations {
			require.Equal(t, spikes[k], p.Spikes, p.Name)
			require.InDelta(t, float64(spikes[k])/float64(got.SampleTicks*int64(c.fc.Sizes[k+1])), p.Rate, 1e-12)
		}
		c.net.ResetActivity()
		require.Zero(t, c.net.Activity().SampleTicks)
		require.Zero(t, c.net.Activity().Projections[0].Forward)
		require.Zero(t, c.net.Activity().Populations[0].Spikes)
	})
}

func nonzero(x []float64) int {
	n := 0
	for _, v := range x {
		if v != 0 {
			n++
		}
	}
	return n
}

func readoutErrors(t require.TestingT, c *task, logits []float64) []float64 {
	errors := make([]float64, len(logits))
	_, err := loss.InstantaneousLoss(c.batch.Loss, logits, c.labels, errors)
	require.NoError(t, err)
	return errors
}

// A silent network costs nothing in the layers behind the silence, neither forward nor for the update.
func TestSilenceCostsNothing(t *testing.T) {
	network, err := ottt.NewFC(4, 6, 5, 3).Network()
	require.NoError(t, err)
	net, err := ottt.New[float32](network)
	require.NoError(t, err)
	require.NoError(t, net.Initialise(1))
	net.CountSynapses(true)
	batch := ottt.Batch{Samples: 2, Loss: loss.Instantaneous{Ticks: 3}}
	_, err = net.Learn(ottt.Accumulate, batch, make([]float32, 2*4), []int{0, 1}, func() error { return nil })
	require.NoError(t, err)
	for _, p := range net.Activity().Projections {
		require.Zero(t, p.Forward, p.Name)
		require.Zero(t, p.Update, p.Name)
	}
}
