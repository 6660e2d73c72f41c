package sim_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// layered is a small feed-forward network on a step grid whose synapses are learned: an input that is
// driven by a current, a hidden layer reached without delay and a convolution behind it.
type layered struct {
	net             *sim.Network
	input, hidden   *sim.Population
	last            *sim.Population
	drive           *sim.Stimulus
	dense, conv     *sim.Projection
	denseW, kernelW []float64
}

func newLayered(t *rapid.T) layered {
	l := layered{net: sim.NewNetwork("layered", sim.StepGrid())}
	conv := synapse.Conv{In: synapse.Shape{2, 3, 3}, OutChannels: 2, Kernel: []int{3, 3}, Padding: []int{1, 1}}
	l.denseW, l.kernelW = weights(t, 5*18), weights(t, 2*2*9)
	l.input = l.net.Population("input", 5, neuron.StepIF{VTh: 1})
	l.hidden = l.net.Population("hidden", 18, neuron.StepLIF{VTh: 1, Lambda: 0.5})
	l.last = l.net.Population("last", 18, neuron.StepLIF{VTh: 1, Lambda: 0.5})
	l.drive = l.net.Stimulate(l.input, sim.DC{Amplitude: synapse.Listed(weights(t, 5))})
	l.dense = l.net.Project(l.input, l.hidden, synapse.AllToAll{}, synapse.Learned{Weight: synapse.Listed(l.denseW), DelayMs: synapse.Const(0), Limit: 8})
	l.conv = l.net.Project(l.hidden, l.last, conv, synapse.Learned{Weight: synapse.Listed(l.kernelW), DelayMs: synapse.Const(1), Limit: 8})
	l.net.RecordSpikes(l.input, l.hidden, l.last)
	return l
}

// weights draws multiples of 1/64.
func weights(t *rapid.T, n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = float64(rapid.IntRange(-32, 96).Draw(t, "w")) / 64
	}
	return w
}

// TestSettingEqualsBuilding changes weights and currents of a running network and compares it with a
// network that was built with them: after a reset both give the same spikes, in every hosting and for
// any number of workers.
func TestSettingEqualsBuilding(t *testing.T) {
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		first, second := newLayered(t), newLayered(t)
		o := sim.Options{Workers: rapid.IntRange(1, 3).Draw(t, "workers"), Host: rapid.SampledFrom([]sim.Hosting{sim.ClockedHosting, sim.LazyHosting}).Draw(t, "host")}
		p, err := sim.Compile(first.net, o)
		require.NoError(t, err)
		s := p.Start()
		require.NoError(t, s.RunTicks(ctx, 7))
		require.NoError(t, s.SetLearnedWeights(first.dense, second.denseW))
		require.NoError(t, s.SetLearnedWeights(first.conv, second.kernelW))
		amplitudes := second.drive.Drive.(sim.DC).Amplitude.(synapse.Listed)
		require.NoError(t, s.SetCurrent(first.drive, amplitudes))
		if rapid.Bool().Draw(t, "branch") {
			s, err = s.Branch()
			require.NoError(t, err)
		}
		require.NoError(t, s.Reset())

		q, err := sim.Compile(second.net, sim.Options{Workers: 1})
		require.NoError(t, err)
		want := q.Start()
		require.NoError(t, s.RunTicks(ctx, 20))
		require.NoError(t, want.RunTicks(ctx, 20))
		for k := range want.Spikes() {
			require.Equal(t, want.Spikes()[k].Ticks, s.Spikes()[k].Ticks)
			require.Equal(t, want.Spikes()[k].Neurons, s.Spikes()[k].Neurons)
		}
		have, err := s.LearnedWeights(first.dense)
		require.NoError(t, err)
		require.Equal(t, second.denseW, have)
	})
}

// TestCurrentsActFromTheNextTick changes a current in the middle of a run: an integrator shows it.
func TestCurrentsActFromTheNextTick(t *testing.T) {
	for _, host := range []sim.Hosting{sim.ClockedHosting, sim.LazyHosting} {
		net := sim.NewNetwork("ramp", sim.StepGrid())
		q := net.Population("q", 2, neuron.StepIF{VTh: 100})
		drive := net.Stimulate(q, sim.DC{Amplitude: synapse.Const(1)})
		p, err := sim.Compile(net, sim.Options{Host: host})
		require.NoError(t, err)
		s := p.Start()
		u := make([]float64, 2)
		require.NoError(t, s.RunTicks(context.Background(), 3))
		require.NoError(t, s.SetCurrent(drive, []float64{10, 0}))
		require.NoError(t, s.RunTicks(context.Background(), 2))
		require.NoError(t, s.Read(q, "u", u))
		require.Equal(t, []float64{23, 3}, u)
		require.Error(t, s.SetCurrent(drive, []float64{1}))
		require.Error(t, s.Read(q, "V_m", u))
	}
}

// TestMutedNeuronsFireUnheard: a muted neuron keeps its own dynamics and counts, and nothing hears it.
func TestMutedNeuronsFireUnheard(t *testing.T) {
	net := sim.NewNetwork("mute", sim.StepGrid())
	a := net.Population("a", 3, neuron.StepIF{VTh: 1})
	b := net.Population("b", 3, neuron.StepIF{VTh: 1000})
	net.Stimulate(a, sim.DC{Amplitude: synapse.Const(1)})
	net.Project(a, b, synapse.OneToOne{}, synapse.Fixed(1, 0))
	net.RecordSpikes(a)
	for workers := 1; workers <= 3; workers++ {
		p, err := sim.Compile(net, sim.Options{Workers: workers})
		require.NoError(t, err)
		s := p.Start()
		require.NoError(t, s.Mute(a, []bool{false, true, false}))
		require.NoError(t, s.RunTicks(context.Background(), 4))
		u := make([]float64, 3)
		require.NoError(t, s.Read(b, "u", u))
		require.Equal(t, []float64{4, 0, 4}, u)
		activity := s.Activity().Populations[0]
		require.EqualValues(t, 12, activity.Spikes)
		require.EqualValues(t, 4, activity.Muted)
		require.Equal(t, 8, s.Spikes()[0].Len())
		require.Equal(t, []uint32{0, 2}, s.Emitted(a, nil))
		require.Equal(t, []uint32{7, 1}, s.Withheld(a, []uint32{7}))
		require.Empty(t, s.Withheld(b, nil))

		var saved bytes.Buffer
		require.NoError(t, s.Snapshot(&saved))
		again, err := p.Restore(&saved)
		require.NoError(t, err)
		require.NoError(t, again.RunTicks(context.Background(), 1))
		require.EqualValues(t, 5, again.Activity().Populations[0].Muted)
		require.NoError(t, s.Mute(a, nil))
		require.NoError(t, s.RunTicks(context.Background(), 1))
		require.Equal(t, []uint32{0, 1, 2}, s.Emitted(a, nil))
		require.Empty(t, s.Withheld(a, nil))
	}
}

// TestLearnedSynapsesRefuse checks the sentences about learned synapses.
func TestLearnedSynapsesRefuse(t *testing.T) {
	net := sim.NewNetwork("refused", sim.StepGrid())
	a := net.Population("a", 4, neuron.StepIF{VTh: 1})
	net.Project(a, a, synapse.FixedInDegree(2), synapse.Learned{Weight: synapse.Const(0.5), DelayMs: synapse.Const(1), Limit: 1})
	net.Project(a, a, synapse.AllToAll{}, synapse.Learned{Weight: synapse.Const(2), DelayMs: synapse.Const(1), Limit: 1})
	err := net.Validate()
	require.ErrorContains(t, err, "need one delay and an all_to_all, one_to_one or stencil rule, not fixed_indegree")
	require.ErrorContains(t, err, "initial weights in [2, 2] must not exceed the limit 1")

	net.Projections = net.Projections[:0]
	q := net.Project(a, a, synapse.AllToAll{}, synapse.Learned{Weight: synapse.Const(0.5), DelayMs: synapse.Const(1), Limit: 1})
	p, err := sim.Compile(net, sim.Options{})
	require.NoError(t, err)
	s := p.Start()
	w := make([]float64, 16)
	w[3] = -1.5
	require.ErrorContains(t, s.SetLearnedWeights(q, w), "weight 3 of projection \"a->a\" is -1.5, beyond the limit 1")
	require.ErrorContains(t, s.SetLearnedWeights(q, w[:2]), "has 16 weights, not 2")
}
