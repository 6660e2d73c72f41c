package ottt_test

import (
	"fmt"
	"testing"

	"couplet/internal/det"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// lazyNeuron is a neuron that is touched only when something reaches it.
type lazyNeuron struct {
	membrane, trace float64
	last            int // tick of the last touch
}

// touch brings the neuron to a tick: λ^Δt for what decayed unobserved, then charge, fire, reset.
func (n *lazyNeuron) touch(c *task, tick int, current float64) bool {
	gap := det.PowInt(c.fc.Neuron.Lambda, int64(tick-n.last))
	n.membrane, n.trace, n.last = n.membrane*gap+current, n.trace*gap, tick
	if n.membrane < c.fc.Neuron.Threshold {
		return false
	}
	n.membrane -= c.fc.Neuron.Threshold
	n.trace++
	return true
}

// §7.7: a run that follows spikes, decays lazily and skips everything silent gives the spikes, membranes and
// traces of the dense run, exactly where λ is a power of two. A neuron with a bias is reached by it at
// every tick.
func TestEventDrivenIsDense(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawTask(t, 1, 3)
		c.fc.Neuron.Lambda = rapid.SampledFrom([]float64{0.25, 0.5, 1}).Draw(t, "power of two")
		c.build(t, rapid.Uint64().Draw(t, "seed"))
		for _, p := range c.net.Params() {
			for i := range p.Value { // only some neurons have a bias
				if len(p.Shape) == 1 && i%2 == 0 {
					p.Value[i] = 0
				}
			}
		}
		c.net.Changed()
		c.batch.Samples, c.labels = 1, c.labels[:1]

		layers := bpttOf(c.fc.Sizes, c.net)
		neurons := make([][]lazyNeuron, len(c.fc.Sizes)-2)
		for l := range neurons {
			neurons[l] = make([]lazyNeuron, c.fc.Sizes[l+1])
		}
		require.NoError(t, c.net.Begin(c.batch))
		for tick := range c.batch.Loss.Ticks {
			_, err := c.net.Tick(c.at(tick))
			require.NoError(t, err)
			spikes := active(c.at(tick))
			for l, p := range c.net.Populations() {
				spikes = deliver(c, layers, neurons[l], l, tick, spikes)
				require.Equal(t, fmt.Sprint(active(p.Spikes)), fmt.Sprint(spikes), "spikes of %s at tick %d", p.Name, tick)
				for i, n := range neurons[l] {
					gap := det.PowInt(c.fc.Neuron.Lambda, int64(tick-n.last))
					require.Equal(t, p.Membrane[i], n.membrane*gap, "membrane %d of %s at tick %d", i, p.Name, tick)
					require.Equal(t, p.Trace[i], n.trace*gap, "trace %d of %s at tick %d", i, p.Name, tick)
				}
			}
		}
	})
}

// active lists what is not silent.
func active(x []float64) []int {
	var list []int
	for i, v := range x {
		if v != 0 {
			list = append(list, i)
		}
	}
	return list
}

// deliver walks the synapses of the given spikes, touches the neurons they reach, and lists those that fire.
func deliver(c *task, layers *bptt, neurons []lazyNeuron, l, tick int, spikes []int) []int {
	current := map[int]float64{}
	for o := range neurons {
		if b := layers.bias[l]; b != nil && b[o] != 0 {
			current[o] = b[o]
		}
		for _, i := range spikes {
			current[o] += layers.weights[l][o*c.fc.Sizes[l]+i]
		}
	}
	var fired []int
	for o := range neurons {
		n := &neurons[o]
		in, reached := current[o]
		crosses := n.last == tick-1 && n.membrane*c.fc.Neuron.Lambda >= c.fc.Neuron.Threshold
		if (reached || crosses) && n.touch(c, tick, in) {
			fired = append(fired, o)
		}
	}
	return fired
}
