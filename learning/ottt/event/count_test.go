package event_test

import (
	"slices"
	"testing"

	"couplet/learning/loss"
	"couplet/learning/ottt"
	"couplet/learning/ottt/event"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// §7.9: the counts of the engine and of the handlers are those of the batched executor. Where several ways lead
// from one neuron to another they are one synapse, and the engine has fewer events; where a matrix has synapses
// that lead nowhere, more.
func TestCountsAreBatched(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawTask(t)
		c.dyadic = false // errors of short binary fractions may add up to 0, or to a rounding of 0 in another order
		batched, events := c.both(t, options(t)...)
		for _, net := range []learner{batched, events} {
			net.CountSynapses(true)
			_, err := net.Learn(ottt.Accumulate, c.batch, c.input, c.labels, func() error { return nil })
			require.NoError(t, err)
		}
		want, got := batched.Activity(), events.Activity()
		require.Equal(t, want.SampleTicks, got.SampleTicks)
		require.Equal(t, want.Populations, got.Populations)
		if c.hasSums() {
			return
		}
		for k, w := range want.Projections {
			g := got.Projections[k]
			matrix := w.From != ottt.InputName && !folded(events, w)
			switch {
			case matrix && c.merges(w.Name): // either may have more
				require.False(t, w.Forward > 0 && g.Forward == 0, w.Name)
			case matrix:
				require.GreaterOrEqual(t, g.Forward, w.Forward, w.Name)
			case c.merges(w.Name):
				require.LessOrEqual(t, g.Forward, w.Forward, w.Name)
				require.LessOrEqual(t, g.Update, w.Update, w.Name)
				g.Update = w.Update
			default:
				require.Equal(t, w.Forward, g.Forward, w.Name)
			}
			g.Forward = w.Forward
			require.Equal(t, w, g)
		}
	})
}

// folded tells whether a projection has become synapses of one rule.
func folded(net *event.Net, p ottt.ProjectionActivity) bool {
	return slices.ContainsFunc(net.Lowered(), func(l event.Lowered) bool { return l.Way == p.From+" -> "+p.To && l.Folded })
}

// hasSums tells whether currents pass a Sum on their way.
func (c *task) hasSums() bool {
	for _, d := range c.network.Nodes[:len(c.network.Nodes)-1] {
		if d.Kind == ottt.Sum {
			return true
		}
	}
	return false
}

// merges tells whether a projection has several ways between two neurons.
func (c *task) merges(name string) bool {
	for _, d := range c.network.Nodes {
		for _, p := range d.From {
			for _, o := range p.Through {
				if p.Name == name && o.Kind == ottt.Upsample {
					return true
				}
			}
		}
	}
	return false
}

// A silent input to a network without biases costs nothing: no synaptic event, no update. With a bias neurons
// fire by themselves, and then it does.
func TestSilenceCostsNothing(t *testing.T) {
	for _, bias := range []bool{false, true} {
		fc := ottt.NewFC(6, 5, 700, 3)
		fc.Bias = bias
		network, err := fc.Network()
		require.NoError(t, err)
		net, err := event.New(network)
		require.NoError(t, err)
		require.NoError(t, net.Initialise(1))
		for _, p := range net.Params() {
			if len(p.Shape) == 1 {
				for i := range p.Value {
					p.Value[i] = 0.75
				}
			}
		}
		net.Changed()
		batch := ottt.Batch{Samples: 2, Loss: loss.Instantaneous{Ticks: 4, MSE: 0.05}}
		_, err = net.Learn(ottt.Accumulate, batch, make([]float64, 2*6), []int{0, 1}, func() error { return nil })
		require.NoError(t, err)
		w := net.Work()
		require.Equal(t, bias, w.Events > 0, "synaptic events")
		require.Equal(t, bias, w.Update > 0, "updates")
		require.Zero(t, w.Currents)
		require.Positive(t, w.Backward, "errors look for what is to blame all the same")
		if !bias {
			require.EqualValues(t, 2*4*(5+3), w.Updates, "of small populations, which are updated at every tick")
			for _, p := range net.Params() {
				require.Equal(t, make([]float64, len(p.Grad)), p.Grad, p.Name)
			}
		}
		for _, p := range net.Activity().Projections {
			require.Equal(t, bias && p.From != ottt.InputName, p.Forward > 0, p.Name)
		}
		net.ResetActivity()
		require.Zero(t, net.Work())
		require.Zero(t, net.Activity().SampleTicks)
		require.Zero(t, net.Activity().Populations[0].Spikes)
	}
}

// Real values and spikes of the input are counted apart: a held frame is multiplied once, its spikes arrive at
// every tick.
func TestWorkOfTheInput(t *testing.T) {
	fc := ottt.NewFC(4, 8, 2)
	network, err := fc.Network()
	require.NoError(t, err)
	for _, c := range []struct {
		frame            []float64
		options          []event.Option
		currents, events int64
	}{
		{frame: []float64{1, 0, 1, 1}, events: 3 * 3 * 8},
		{frame: []float64{1, 0, 0.5, 1}, currents: 3 * 8},
		{frame: []float64{1, 0, 1, 1}, options: []event.Option{event.CurrentInput()}, currents: 3 * 8},
	} {
		net, err := event.New(network, c.options...)
		require.NoError(t, err)
		require.Equal(t, len(c.options) == 0, net.InputSpikes())
		_, err = net.Forward(c.frame, 1, 3)
		require.NoError(t, err)
		require.Equal(t, c.currents, net.Work().Currents)
		require.Equal(t, c.events, net.Work().Events)
		require.EqualValues(t, 3*3*8, net.Activity().Projections[0].Forward, "what the rule asks for is the same")
	}
}
