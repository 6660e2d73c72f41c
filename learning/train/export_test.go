package train

import (
	"context"
	"math"
	"path/filepath"
	"testing"

	"couplet/internal/dataset"
	"couplet/internal/dense"
	"couplet/learning/loss"
	"couplet/learning/optim"
	"couplet/learning/ottt"
	"couplet/learning/spide"
	"couplet/sim"
	"couplet/sim/netfile"

	"github.com/stretchr/testify/require"
)

// exportable are runs in float64 whose networks are exported, one of every rule and engine.
func exportable() map[string]Config {
	base := NewConfig()
	base.Name, base.Precision, base.Batch, base.Seed = "points", Float64, 10, 3
	base.Data = Data{Set: "yinyang", Samples: 60, Normalise: Measured}
	base.Optimiser = optim.NewAdan()
	fc := ottt.NewFC(12, 10)
	fc.Dropout = 0.2
	shown := loss.Instantaneous{Ticks: 4, MSE: 0.05}
	online := base
	online.Network.FC, online.Rule.OTTT = &fc, &OTTT{Mode: ottt.Accumulate, Loss: shown}
	onEvents := online
	onEvents.Engine = Event
	bptt := base
	plain := ottt.NewFC(12, 10)
	bptt.Network.FC, bptt.Rule.BPTT = &plain, &BPTT{Loss: shown}
	ring := base
	rule := spide.NewConfig()
	rule.ForwardTicks, rule.BackwardTicks, rule.LossScale, rule.FeedbackNorm = 10, 20, 20, 0.2
	ring.Network.Ring = &spide.Network{Plan: "12-10", Feedback: "dense", Dropout: 0.1}
	ring.Rule.SPIDE = &SPIDE{Config: rule}
	leaky := ring
	rule.Leak, rule.NormVectors = 0.9, 8
	leaky.Rule.SPIDE, leaky.Engine = &SPIDE{Config: rule}, Event
	return map[string]Config{"OTTT": online, "event OTTT": onEvents, "BPTT": bptt, "SPIDE": ring, "leaky event SPIDE": leaky}
}

// trained is a session after an epoch.
func trained(t *testing.T, c Config) *Session {
	data, err := c.Data.Open(context.Background(), c.Seed)
	require.NoError(t, err)
	pool, err := dense.NewPool(1)
	require.NoError(t, err)
	s, err := New(c, data, pool)
	require.NoError(t, err)
	for !s.EpochDone() {
		_, err := s.Step(context.Background())
		require.NoError(t, err)
	}
	return s
}

// An exported network predicts on the engine what the session predicts, from the same logits, with as many
// spikes of every population; also when it was written to a file, and in the middle of the run.
func TestExportedPredicts(t *testing.T) {
	for name, c := range exportable() {
		t.Run(name, func(t *testing.T) {
			s := trained(t, c)
			spikes, answers := 0, map[int]bool{}
			for sample := range 8 {
				e, err := s.Export(s.data.Test, sample)
				require.NoError(t, err)
				x, label, err := s.sample(s.data.Test, sample)
				require.NoError(t, err)
				single := make([]float32, len(x))
				for i, v := range x {
					single[i] = float32(v)
				}
				want, work, err := s.learner.classify(single, 1, true)
				require.NoError(t, err)
				require.Equal(t, s.data.Test.Classes(), e.Classes)
				require.Equal(t, label, e.Label)
				require.Equal(t, "points", e.Network.Name)

				path := filepath.Join(t.TempDir(), "net.yaml")
				require.NoError(t, netfile.Save(path, e.Network))
				saved, err := netfile.Load(path, netfile.Options{})
				require.NoError(t, err)
				run := runExported(t, e, e.Network, want)
				require.Equal(t, run.Spikes, runExported(t, e, saved, want).Spikes)
				for _, l := range work.Layers {
					require.Equal(t, l.Spikes, run.Spikes[l.Name], l.Name)
					spikes += int(l.Spikes)
				}
				outputs := want[len(want)-len(e.Classes):]
				answers[loss.Predict(outputs)] = true
				require.Equal(t, 1, evaluated(t, s, sample).Confusion[label][run.Predicted])
			}
			require.Greater(t, spikes, 50)
			require.Greater(t, len(answers), 1, "all samples are predicted alike")
		})
	}
}

// ran is what a run of an exported network has shown.
type ran struct {
	Spikes    map[string]int64
	Predicted int
}

// runExported runs a network tick by tick and compares its outputs.
func runExported(t *testing.T, e *Exported, net *sim.Network, want []float64) ran {
	program, err := sim.Compile(net, sim.Options{Workers: 1})
	require.NoError(t, err)
	s := program.Start()
	outputs, err := e.Outputs(s.Traces())
	require.NoError(t, err)
	require.Nil(t, outputs)
	for k := range len(want) / len(e.Classes) {
		require.NoError(t, s.RunTicks(context.Background(), 1))
		outputs, err = e.Outputs(s.Traces())
		require.NoError(t, err)
		require.InDeltaSlice(t, want[k*len(e.Classes):][:len(e.Classes)], outputs, 1e-9, "tick %d", k+1)
	}
	require.EqualValues(t, net.RunMs, s.Tick())
	r := ran{map[string]int64{}, loss.Predict(outputs)}
	for _, train := range s.Spikes() {
		r.Spikes[train.Recorder.From.Population.Name] = int64(train.Len())
	}
	return r
}

// one is a data set of one sample of another.
type one struct {
	dataset.Dataset
	sample int
}

func (o one) Len() int                                 { return 1 }
func (o one) Label(int) int                            { return o.Dataset.Label(o.sample) }
func (o one) Sample(_ int, dst []float32) (int, error) { return o.Dataset.Sample(o.sample, dst) }
func evaluated(t *testing.T, s *Session, n int) *Evaluation {
	e, err := s.Evaluate(context.Background(), one{s.data.Test, n}, nil)
	require.NoError(t, err)
	return e
}

// Weights that were trained in float32 are taken as they are.
func TestExportOfSinglePrecision(t *testing.T) {
	c := exportable()["OTTT"]
	c.Precision = Float32
	s := trained(t, c)
	double := c
	double.Precision = Float64
	data, err := c.Data.Open(context.Background(), c.Seed)
	require.NoError(t, err)
	d, err := New(double, data, nil)
	require.NoError(t, err)
	params, _ := s.learner.state()
	require.NoError(t, d.learner.restore(params, nil))
	for sample := range 4 {
		have, err := s.Export(data.Test, sample)
		require.NoError(t, err)
		want, err := d.Export(data.Test, sample)
		require.NoError(t, err)
		require.Equal(t, want.Network.Projections[1].Synapse, have.Network.Projections[1].Synapse)
		require.Equal(t, want.Network.Stimuli[0].Drive, have.Network.Stimuli[0].Drive)
	}
}

// frames is a data set of event frames.
type frames struct {
	dataset.Dataset
	shape []int
	x     []float32
}

func (f frames) Len() int                                 { return 1 }
func (f frames) Shape() []int                             { return f.shape }
func (f frames) Classes() []string                        { return []string{"a", "b"} }
func (f frames) Label(int) int                            { return 1 }
func (f frames) Sample(_ int, dst []float32) (int, error) { copy(dst, f.x); return 1, nil }

// Event frames are played as spikes; frames of other numbers are refused.
func TestExportOfFrames(t *testing.T) {
	c := exportable()["OTTT"]
	c.Data = Data{Set: "nmnist", Normalise: NoNormalisation}
	c.Network.FC = &ottt.FC{Sizes: []int{5}, Neuron: ottt.NewNeuron(), Bias: true}
	c.Batch, c.Parts = 1, 1
	d := frames{shape: []int{4, 2, 2, 2}, x: make([]float32, 32)}
	for i := range d.x {
		d.x[i] = float32(i % 3)
	}
	s, err := New(c, &Parts{Train: d, Test: d}, nil)
	require.NoError(t, err)
	params := s.Params()
	for _, p := range params {
		for i := range p.F64 {
			p.F64[i] = math.Sin(float64(7 * i))
		}
	}
	require.NoError(t, s.learner.restore(params, nil))
	e, err := s.Export(d, 0)
	require.NoError(t, err)
	want, work, err := s.learner.classify(d.x, 1, true)
	require.NoError(t, err)
	run := runExported(t, e, e.Network, want)
	require.EqualValues(t, 11*1+10*2, run.Spikes["input"])
	require.Positive(t, run.Spikes["lif0"])
	require.Equal(t, work.Layers[0].Spikes, run.Spikes["lif0"])

	d.x[9] = 0.5
	_, err = s.Export(d, 0)
	require.EqualError(t, err, "train: sample 0: frame 2 has the value 0.5 (index 1); only whole numbers from 0 to 1024 are spikes")
}

func TestExportRefuses(t *testing.T) {
	s := trained(t, exportable()["BPTT"])
	for _, sample := range []int{-1, 60} {
		_, err := s.Export(s.data.Test, sample)
		require.ErrorContains(t, err, "of 60; want one from 0 to 59")
	}
	e, err := s.Export(s.data.Test, 0)
	require.NoError(t, err)
	_, err = e.Outputs(nil)
	require.EqualError(t, err, `train: the run has not recorded "logits"`)
}
