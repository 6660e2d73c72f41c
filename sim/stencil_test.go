package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// picture is a stencil with the synapse that goes with it.
type picture struct {
	name    string
	rule    synapse.Stencil
	synapse synapse.Static
}

// pictures are convolutions and poolings of one to three dimensions, with their adjoints.
func pictures() []picture {
	weights := synapse.Rounded{Value: synapse.Uniform{Lo: -0.5, Hi: 0.75}, Step: 1. / 32}
	own := synapse.Static{Weight: weights, DelayMs: synapse.Const(1)}
	now := synapse.Static{Weight: weights, DelayMs: synapse.Const(0)}
	mean := synapse.Static{Weight: synapse.Const(1), DelayMs: synapse.Const(2)}
	strong := synapse.Static{Weight: synapse.Const(4), DelayMs: synapse.Const(2)}
	line := synapse.Conv{In: synapse.Shape{3, 17}, OutChannels: 4, Kernel: []int{5}, Stride: []int{2}, Padding: []int{2}}
	plane := synapse.Conv{In: synapse.Shape{2, 9, 7}, OutChannels: 3, Kernel: []int{3, 2}, Padding: []int{1, 0}}
	volume := synapse.Conv{In: synapse.Shape{1, 4, 6, 5}, OutChannels: 2, Kernel: []int{2, 3, 3}, Stride: []int{1, 2, 1}}
	pool := synapse.AvgPool{In: synapse.Shape{3, 8, 8}, Kernel: []int{2, 2}}
	overlap := synapse.AvgPool{In: synapse.Shape{2, 9, 9}, Kernel: []int{3, 3}, Stride: []int{2, 2}}
	return []picture{
		{"line", line, own}, {"plane", plane, now}, {"volume", volume, own},
		{"line back", line.Transpose(), own}, {"plane back", plane.Transpose(), own}, {"volume back", volume.Transpose(), own},
		{"pool", pool, mean}, {"overlapping pool", overlap, mean}, {"pool back", pool.Transpose(), strong},
	}
}

// TestStencilsEqualExplicitProjections replaces every stencil by the list of its synapses, as Visit
// enumerates them, with the weights written out: membranes and spikes stay the same to the last bit, in
// both hostings and however the pictures are cut into shards.
func TestStencilsEqualExplicitProjections(t *testing.T) {
	for _, p := range pictures() {
		t.Run(p.name, func(t *testing.T) {
			stencil, explicit := p.network(p.rule, p.synapse), p.network(p.explicit())
			want := start(t, explicit, sim.Options{Workers: 1, Host: sim.ClockedHosting})
			run(t, want, 40)
			require.Greater(t, want.Spikes()[1].Len(), 20, "the second picture is silent")
			for _, host := range hostings {
				for workers := 1; workers <= 3; workers++ {
					s := start(t, stencil, sim.Options{Workers: workers, Host: host})
					run(t, s, 40)
					requireSameSpikes(t, want, s, "%v, %d workers", host, workers)
					require.Equal(t, want.Traces()[0].Values, s.Traces()[0].Values)
					require.Equal(t, want.Activity().Projections[0].Synapses, s.Activity().Projections[0].Synapses)
					require.Equal(t, want.Activity().Projections[0].Events, s.Activity().Projections[0].Events)
				}
			}
		})
	}
}

// network connects two pictures: the first emits signed spikes.
func (p picture) network(rule synapse.Rule, s synapse.Synapse) *sim.Network {
	net := sim.NewNetwork("pictures", sim.StepGrid())
	first := net.Population("first", p.rule.InShape().Size(), neuron.NewCouple())
	second := net.Population("second", p.rule.OutShape().Size(), neuron.StepLIF{VTh: 0.5, Lambda: 0.5})
	first.Set("I_e", synapse.Rounded{Value: synapse.Uniform{Lo: -0.25, Hi: 0.75}, Step: 1. / 32})
	net.Project(first, second, rule, s)
	net.RecordSpikes(first, second)
	net.RecordVariable(second, "u", 0)
	return net
}

// explicit writes all synapses of the stencil down.
func (p picture) explicit() (synapse.Explicit, synapse.Static) {
	weight, delay := synapse.StrengthOf(p.rule, p.synapse)
	key := sim.WeightKey(1, 0)
	var list synapse.Explicit
	var weights synapse.Listed
	in, out := p.rule.InShape().Size(), p.rule.OutShape().Size()
	p.rule.Visit(synapse.Wiring{Sources: in, Targets: out}, 0, out, func(source, target uint32, ordinal uint64) {
		list.Source, list.Target = append(list.Source, source), append(list.Target, target)
		weights = append(weights, weight.Draw(key, ordinal))
	})
	return list, synapse.Static{Weight: weights, DelayMs: delay}
}

// TestStencilsIntoTwoPorts: a kernel of both signs onto neurons that keep excitatory and inhibitory input
// apart is shared between the ports.
func TestStencilsIntoTwoPorts(t *testing.T) {
	p := picture{"two ports", synapse.Conv{In: synapse.Shape{1, 6, 6}, OutChannels: 2, Kernel: []int{3, 3}}, synapse.Static{
		Weight: synapse.Uniform{Lo: -800, Hi: 3000}, DelayMs: synapse.Const(1),
	}}
	build := func(rule synapse.Rule, s synapse.Synapse) *sim.Network {
		net := sim.NewNetwork("two ports")
		m := restless()
		m.Ie = 2
		first := net.Population("first", 36, m).Set("V_m", synapse.Uniform{Lo: 0, Hi: 20})
		second := net.Population("second", 32, neuron.NewPSCExp())
		net.Project(first, second, rule, s)
		net.RecordSpikes(first, second)
		net.RecordVariable(second, "I_syn_ex", 1)
		net.RecordVariable(second, "I_syn_in", 1)
		return net
	}
	want := start(t, build(p.explicit()), sim.Options{Workers: 1})
	run(t, want, 3000)
	require.Greater(t, want.Spikes()[1].Len(), 20)
	for workers := 1; workers <= 3; workers++ {
		s := start(t, build(p.rule, p.synapse), sim.Options{Workers: workers})
		run(t, s, 3000)
		requireSameSpikes(t, want, s)
		for k, trace := range want.Traces() {
			require.Equal(t, trace.Values, s.Traces()[k].Values, trace.Recorder.What)
		}
	}
}
