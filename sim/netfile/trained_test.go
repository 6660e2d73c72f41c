package netfile

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/neuron"
	"couplet/sim"
	"couplet/sim/reference"
	"couplet/synapse"
)

// trainedFiles are networks of the kinds that learning rules train: feed-forward and recurrent, dense
// and convolutional, the forward and the backward stage of SPIDE.
var trainedFiles = []string{"trained", "trainedconv", "ring", "couples"}

// loadTrained reads one of them, in double precision, in which the reference computes.
func loadTrained(t *testing.T, name string) *sim.Network {
	net, err := Load("testdata/valid/"+name+".yaml", Options{})
	require.NoError(t, err)
	for _, p := range net.Populations {
		p.Precision = sim.Float64
	}
	return net
}

// trainsText writes spike trains down, recorder by recorder.
func trainsText(trains []*sim.SpikeTrain) string {
	text := ""
	for _, train := range trains {
		text += fmt.Sprintln(train.Recorder.From.Population.Name, train.Ticks, train.Neurons, train.Signs)
	}
	return text
}

// Trained networks run from their files as the slow simulator says, however they are hosted, and
// the same after they were saved with their weights in an archive.
func TestTrainedNetworksRun(t *testing.T) {
	for _, name := range trainedFiles {
		t.Run(name, func(t *testing.T) {
			net := loadTrained(t, name)
			slow, err := reference.New(net, 0)
			require.NoError(t, err)
			slow.Run(int64(net.RunMs))
			for _, train := range slow.Spikes() {
				require.NotEmpty(t, train.Ticks, "population %s is silent", train.Recorder.From.Population.Name)
			}
			want := trainsText(slow.Spikes())
			path := filepath.Join(t.TempDir(), "net.yaml")
			require.NoError(t, Save(path, net))
			saved, err := Load(path, Options{})
			require.NoError(t, err)
			for _, o := range []sim.Options{{Workers: 1}, {Workers: 2, Host: sim.LazyHosting}, {Workers: 2, Host: sim.ClockedHosting}} {
				require.Equal(t, want, trainsText(run(t, net, o).Spikes()), o)
				require.Equal(t, want, trainsText(run(t, saved, o).Spikes()), o)
			}
		})
	}
}

func run(t *testing.T, net *sim.Network, o sim.Options) *sim.Simulator {
	p, err := sim.Compile(net, o)
	require.NoError(t, err)
	s := p.Start()
	require.NoError(t, s.Run(context.Background(), net.RunMs))
	return s
}

// listOf is the numbers of a value that is a list.
func listOf(t *testing.T, v synapse.Value) []float64 {
	list, ok := v.(synapse.Listed)
	require.True(t, ok)
	return list
}

func weightsOf(t *testing.T, net *sim.Network, projection int) []float64 {
	weight, _ := net.Projections[projection].Synapse.Strength()
	return listOf(t, weight)
}

func currentOf(t *testing.T, net *sim.Network, stimulus int) []float64 {
	return listOf(t, net.Stimuli[stimulus].Drive.(sim.DC).Amplitude)
}

// plus adds W·s to a vector; W is a matrix with a row for each target.
func plus(to, matrix, s []float64) {
	for i := range to {
		for j := range s {
			to[i] += matrix[i*len(s)+j] * s[j]
		}
	}
}

// The equations of OTTT, written out: u_pre[t] = λ·u[t-1] + W·s_in[t] + R·s[t-1] + b, fire at
// u_pre ≥ V, u = u_pre - V·s; the readout is o[t] = W_out·s[t] + b_out (arXiv 2210.04195).
func TestTrainedNetworkFollowsItsEquations(t *testing.T) {
	net := loadTrained(t, "trained")
	s := run(t, net, sim.Options{})
	hidden := net.Populations[1]
	u, fired := append([]float64{}, listOf(t, hidden.Each["u"])...), make([]float64, 3)
	threshold := listOf(t, hidden.Each["V_th"])
	spikes, logits := map[[2]int64]bool{}, []float64{}
	for tick := int64(1); tick <= int64(net.RunMs); tick++ {
		input := inputOf(net, tick)
		pre := append([]float64{}, currentOf(t, net, 0)...)
		plus(pre, weightsOf(t, net, 0), input)
		plus(pre, weightsOf(t, net, 1), fired)
		for i := range pre {
			pre[i] += 0.5 * u[i]
			fired[i] = 0
			if pre[i] >= threshold[i] {
				fired[i] = 1
				spikes[[2]int64{tick, int64(i)}] = true
			}
			u[i] = pre[i] - threshold[i]*fired[i]
		}
		out := append([]float64{}, currentOf(t, net, 1)...)
		plus(out, weightsOf(t, net, 2), fired)
		logits = append(logits, out...)
	}
	require.Greater(t, len(spikes), 5)
	require.Equal(t, spikes, signedSpikes(s.Spikes()[0], +1))
	require.InDeltaSlice(t, logits, s.Traces()[0].Values, 1e-12)
}

// inputOf is the spikes of the source of a network in a tick.
func inputOf(net *sim.Network, tick int64) []float64 {
	s := make([]float64, net.Populations[0].Size)
	for i, times := range net.Populations[0].Model.(neuron.SpikeSource).Times {
		if slices.Contains(times, float64(tick)) {
			s[i] = 1
		}
	}
	return s
}

// signedSpikes are the spikes of one sign of a recorder, as pairs of tick and neuron.
func signedSpikes(train *sim.SpikeTrain, sign int8) map[[2]int64]bool {
	m := map[[2]int64]bool{}
	for i, tick := range train.Ticks {
		if train.Signs == nil || train.Signs[i] == sign {
			m[[2]int64{tick, int64(train.Neurons[i])}] = true
		}
	}
	return m
}

// The backward stage of SPIDE, written out: the last layer takes g and the feedback of the tick
// before, then the first one what the last one has just sent; q = ±1 at |u| ≥ V, u -= (V - V_rest)·q
// (arXiv 2302.00232). On average the couples of the last layer send what they are given.
func TestCouplesFollowTheirEquations(t *testing.T) {
	net := loadTrained(t, "couples")
	s := run(t, net, sim.Options{})
	last, first := newCouples(3, 0.5), newCouples(4, 0.25)
	for tick := int64(1); tick <= int64(net.RunMs); tick++ {
		in := append([]float64{}, currentOf(t, net, 0)...)
		plus(in, weightsOf(t, net, 1), first.sent)
		last.step(tick, in)
		in = make([]float64, 4)
		plus(in, weightsOf(t, net, 0), last.sent)
		first.step(tick, in)
	}
	for i, layer := range []*couples{last, first} {
		require.NotEmpty(t, layer.positive)
		require.NotEmpty(t, layer.negative)
		require.Equal(t, layer.positive, signedSpikes(s.Spikes()[i], +1))
		require.Equal(t, layer.negative, signedSpikes(s.Spikes()[i], -1))
	}
}

// couples is a layer of ternary couples with V_rest = -V.
type couples struct {
	threshold          float64
	u, sent            []float64
	positive, negative map[[2]int64]bool
}

func newCouples(n int, threshold float64) *couples {
	return &couples{threshold, make([]float64, n), make([]float64, n), map[[2]int64]bool{}, map[[2]int64]bool{}}
}

func (c *couples) step(tick int64, in []float64) {
	for i := range c.u {
		c.u[i] += in[i]
		c.sent[i] = 0
		if math.Abs(c.u[i]) >= c.threshold {
			c.sent[i] = math.Copysign(1, c.u[i])
			c.u[i] -= 2 * c.threshold * c.sent[i]
		}
		switch at := [2]int64{tick, int64(i)}; c.sent[i] {
		case 1:
			c.positive[at] = true
		case -1:
			c.negative[at] = true
		}
	}
}

// The limit of learned synapses bounds what a program may set later.
func TestLearnedSynapsesOfAFile(t *testing.T) {
	net := loadTrained(t, "trained")
	require.Equal(t, 8.0, net.Projections[0].Synapse.(synapse.Learned).Limit)
	require.Equal(t, synapse.NewLearned().Limit, net.Projections[2].Synapse.(synapse.Learned).Limit)
	p, err := sim.Compile(net, sim.Options{})
	require.NoError(t, err)
	s := p.Start()
	weights, err := s.LearnedWeights(net.Projections[0])
	require.NoError(t, err)
	require.Equal(t, weightsOf(t, net, 0), weights)
	next := make([]float64, 12)
	next[3] = -8
	require.NoError(t, s.SetLearnedWeights(net.Projections[0], next))
	next[3] = 8.5
	require.ErrorContains(t, s.SetLearnedWeights(net.Projections[0], next), "beyond the limit 8")
}
