package sim_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// chain is a feed-forward network of layers in which spikes have no delay. The layers are described
// back to front, and every one reaches the next but one as well.
func chain(layers, width int) (net *sim.Network, first *sim.Population) {
	net = sim.NewNetwork("chain", sim.StepGrid())
	var all []*sim.Population
	for k := range layers {
		p := net.Population(fmt.Sprintf("layer%d", layers-1-k), width, neuron.StepIF{VTh: 1})
		all = append([]*sim.Population{p}, all...)
	}
	for k := 1; k < layers; k++ {
		net.Project(all[k-1], all[k], synapse.OneToOne{}, synapse.Fixed(1, 0))
		if k > 1 {
			net.Project(all[k-2], all[k], synapse.OneToOne{}, synapse.Fixed(0.25, 0))
		}
	}
	net.RecordSpikes(all[len(all)-1])
	return net, all[0]
}

// TestSpikesCrossAChainInOneTick: without delay a spike is in the last of 40 layers in the tick in which it
// was emitted in the first, in whatever shards its neurons lie.
func TestSpikesCrossAChainInOneTick(t *testing.T) {
	const layers, width = 40, 5
	net, first := chain(layers, width)
	for _, host := range hostings {
		for workers := 1; workers <= 3; workers++ {
			s := start(t, net, sim.Options{Workers: workers, Host: host})
			require.NoError(t, s.Inject(first, 0, 3, 4))
			run(t, s, 1)
			last := s.Spikes()[0]
			require.Equal(t, []int64{1, 1, 1}, last.Ticks)
			require.Equal(t, []uint32{0, 3, 4}, last.Neurons)
			run(t, s, 1)
			require.Equal(t, 3, last.Len(), "the spikes arrive once")
			for _, p := range s.Activity().Projections {
				require.EqualValues(t, 3, p.Events, p.Name)
			}
		}
	}
	d := compile(t, net, sim.Options{}).Describe()
	require.Equal(t, layers, d.Levels)
	require.EqualValues(t, 1, d.WindowTicks)
	for k, p := range d.Populations {
		require.Equal(t, layers-1-k, p.Level)
	}
}

// TestDelayCyclesAreRefused checks the sentence for cycles of one, two and three populations, among
// others that are in order.
func TestDelayCyclesAreRefused(t *testing.T) {
	for want, edges := range map[string][][2]int{
		`projections[0].delay: a cycle of projections without delay has no order: a -> a; give one of them a delay of at least one tick`:           {{0, 0}},
		`projections[2].delay: a cycle of projections without delay has no order: b -> c -> b; give one of them a delay of at least one tick`:      {{0, 1}, {1, 2}, {2, 1}, {2, 3}},
		`projections[3].delay: a cycle of projections without delay has no order: b -> d -> c -> b; give one of them a delay of at least one tick`: {{0, 1}, {1, 3}, {3, 2}, {2, 1}, {0, 4}, {3, 4}},
	} {
		net := sim.NewNetwork("cycle", sim.StepGrid())
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			net.Population(name, 1, neuron.NewParrot())
		}
		for _, e := range edges {
			net.Project(net.Populations[e[0]], net.Populations[e[1]], synapse.OneToOne{}, synapse.Fixed(1, 0))
		}
		_, err := sim.Compile(net, sim.Options{})
		require.EqualError(t, err, want)
		for _, p := range net.Projections { // the same with a delay is a network
			p.Synapse = synapse.Fixed(1, 1)
		}
		compile(t, net, sim.Options{})
	}
}

// TestTooManyLevels: the key of an event has room for 2048 levels.
func TestTooManyLevels(t *testing.T) {
	net, first := chain(2048, 1)
	s := start(t, net, sim.Options{Host: sim.LazyHosting})
	require.NoError(t, s.Inject(first, 0))
	run(t, s, 1)
	require.Equal(t, 1, s.Spikes()[0].Len())
	net, _ = chain(2049, 1)
	_, err := sim.Compile(net, sim.Options{})
	require.EqualError(t, err, "projections: chains of more than 2048 projections without delay are not supported")
}
