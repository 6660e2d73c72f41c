package train_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"couplet/internal/dense"
	"couplet/learning/loss"
	"couplet/learning/optim"
	"couplet/learning/ottt"
	"couplet/learning/spide"
	"couplet/learning/train"

	"github.com/stretchr/testify/require"
)

// base is a run on generated points, which a small network learns within a second.
func base() train.Config {
	c := train.NewConfig()
	c.Name = "test"
	c.Data = train.Data{Set: "yinyang", Samples: 130, Normalise: train.NoNormalisation}
	c.Batch, c.Epochs = 20, 2
	return c
}

func withOTTT(mode ottt.Mode) train.Config {
	c := base()
	fc := ottt.NewFC(12, 10)
	fc.Dropout = 0.2
	c.Network.FC = &fc
	c.Rule.OTTT = &train.OTTT{Mode: mode, Loss: loss.Instantaneous{Ticks: 4, MSE: 0.05}}
	c.Optimiser = optim.NewAdan()
	return c
}

func withBPTT() train.Config {
	c := withOTTT(ottt.Accumulate)
	c.Network.FC.Dropout = 0
	c.Rule = train.Rule{BPTT: &train.BPTT{Loss: c.Rule.OTTT.Loss}}
	return c
}

func withSPIDE() train.Config {
	c := base()
	c.Network.Ring = &spide.Network{Plan: "12-10", Feedback: "dense", Dropout: 0.1}
	rule := spide.NewConfig()
	rule.ForwardTicks, rule.BackwardTicks, rule.LossScale = 10, 20, 20
	c.Rule.SPIDE = &train.SPIDE{Config: rule}
	o := optim.NewSGD()
	o.LR, o.Momentum = 0.1, 0.9
	c.Optimiser = o
	return c
}

func start(t testing.TB, c train.Config, workers int) *train.Session {
	data, err := c.Data.Open(context.Background(), c.Seed)
	require.NoError(t, err)
	pool, err := dense.NewPool(workers)
	require.NoError(t, err)
	s, err := train.New(c, data, pool)
	require.NoError(t, err)
	return s
}

// finish trains to the end.
func finish(t testing.TB, s *train.Session) {
	for !s.Done() {
		for !s.EpochDone() {
			_, err := s.Step(context.Background())
			require.NoError(t, err)
		}
		_, err := s.CloseEpoch(context.Background(), nil)
		require.NoError(t, err)
	}
}

func model(t testing.TB, s *train.Session) []byte {
	var b bytes.Buffer
	require.NoError(t, s.SaveModel(&b, []byte("run")))
	return b.Bytes()
}

// runs are one run of every kind.
var runs = map[string]func() train.Config{
	"OTTT_A": func() train.Config { return withOTTT(ottt.Accumulate) },
	"OTTT_O": func() train.Config { return withOTTT(ottt.Online) },
	"BPTT":   withBPTT,
	"SPIDE":  withSPIDE,
	"twin": func() train.Config {
		c := withSPIDE()
		c.Rule.SPIDE.Exact = true
		return c
	},
	"event OTTT_A": func() train.Config {
		c := withOTTT(ottt.Accumulate)
		c.Engine = train.Event
		return c
	},
	"event OTTT_O": func() train.Config {
		c := withOTTT(ottt.Online)
		c.Engine, c.Batch, c.Parts = train.Event, 1, 1
		return c
	},
	"event SPIDE": func() train.Config {
		c := withSPIDE()
		c.Engine = train.Event
		return c
	},
	"NIO": func() train.Config {
		c := withOTTT(ottt.Accumulate)
		i := train.NewInitial()
		i.Iterations, i.Batch = 2, 10
		c.Initial = &i
		return c
	},
}

// The weights depend neither on the number of workers, nor on whether training was cut in the middle of an
// epoch and resumed from the checkpoint.
func TestSameWeights(t *testing.T) {
	for name, config := range runs {
		t.Run(name, func(t *testing.T) {
			whole := start(t, config(), 1)
			finish(t, whole)
			want := model(t, whole)

			workers := start(t, config(), 3)
			finish(t, workers)
			require.Equal(t, want, model(t, workers))

			cut := start(t, config(), 2)
			for range cut.Steps() / 2 {
				_, err := cut.Step(context.Background())
				require.NoError(t, err)
			}
			var kept bytes.Buffer
			require.NoError(t, cut.SaveCheckpoint(&kept, []byte("run")))
			stored, err := train.ReadStored(bytes.NewReader(kept.Bytes()), int64(kept.Len()))
			require.NoError(t, err)
			require.True(t, stored.Partial())
			resumed := start(t, config(), 2)
			require.NoError(t, resumed.Resume(stored))
			finish(t, resumed)
			require.Equal(t, want, model(t, resumed))
			requireSameLog(t, whole.Log(), resumed.Log())
		})
	}
}

// requireSameLog compares logs but for the wall-clock time.
func requireSameLog(t *testing.T, a, b []train.Epoch) {
	require.Len(t, b, len(a))
	for i := range a {
		a[i].Train.Seconds, b[i].Train.Seconds = 0, 0
	}
	require.Equal(t, a, b)
}

// The two engines train alike: the spikes and counts of an epoch are the same, the weights equal but for the order of sums.
func TestEnginesAgree(t *testing.T) {
	for name, config := range map[string]func() train.Config{
		"OTTT_A": func() train.Config { return withOTTT(ottt.Accumulate) },
		"OTTT_O": func() train.Config {
			c := withOTTT(ottt.Online)
			c.Batch, c.Parts = 1, 1
			return c
		},
		"SPIDE": withSPIDE,
	} {
		t.Run(name, func(t *testing.T) {
			c := config()
			c.Precision = train.Float64
			batched := start(t, c, 1)
			finish(t, batched)
			c.Engine = train.Event
			events := start(t, c, 1)
			finish(t, events)
			for i, e := range batched.Log() {
				other := events.Log()[i]
				require.Equal(t, e.Train.Work.Layers, other.Train.Work.Layers, "spikes of epoch %d", e.Epoch)
				require.Equal(t, e.Train.Correct, other.Train.Correct)
				require.InDelta(t, e.Train.Loss, other.Train.Loss, 1e-6)
				require.Equal(t, e.Test, other.Test)
				if c.Network.FC != nil {
					require.Equal(t, e.Train.Work, other.Train.Work, "events of epoch %d", e.Epoch)
				}
			}
			for i, p := range batched.Params() {
				require.InDeltaSlice(t, p.F64, events.Params()[i].F64, 1e-7, p.Name)
			}
		})
	}
}

// A network that learns: after some epochs the points are told apart far better than by chance.
func TestLearns(t *testing.T) {
	for name, config := range map[string]func() train.Config{
		"OTTT_A": func() train.Config { return withOTTT(ottt.Accumulate) }, "BPTT": withBPTT, "SPIDE": withSPIDE,
	} {
		t.Run(name, func(t *testing.T) {
			c := config()
			c.Epochs, c.Data.Samples = 12, 600
			if c.Network.FC != nil {
				c.Network.FC.Dropout = 0
				o := optim.NewAdam()
				o.LR = 0.01
				c.Optimiser = o
			} else {
				c.Network.Ring.Dropout = 0
				c.Rule.SPIDE.ForwardTicks = 30
			}
			s := start(t, c, 2)
			finish(t, s)
			require.Greater(t, s.Log()[11].Test.Accuracy(), 0.6, "a guess is right in a third of the cases")
			require.Less(t, s.Log()[11].Train.Mean(), s.Log()[0].Train.Mean())
			require.Positive(t, s.Log()[11].Train.Work.Rate())
		})
	}
}

// The evaluation counts every sample once, and its last tick is the prediction.
func TestEvaluate(t *testing.T) {
	for name, config := range runs {
		t.Run(name, func(t *testing.T) {
			c := config()
			data, err := c.Data.Open(context.Background(), c.Seed)
			require.NoError(t, err)
			s := start(t, c, 1)
			told := 0
			e, err := s.Evaluate(context.Background(), data.Test, func(done int) { told = done })
			require.NoError(t, err)
			require.Equal(t, 130, told)
			require.Equal(t, 130, e.Score().Samples)
			require.Len(t, e.Latency, c.Rule.Ticks())
			right := 0
			for k, row := range e.Confusion {
				right += row[k]
			}
			require.Equal(t, right, e.Score().Correct)
			require.Positive(t, e.Loss)
			require.EqualValues(t, 130, e.Work.Samples)
			require.NotEmpty(t, e.Work.Layers)
			require.Positive(t, e.Work.Layers[0].Spikes)
		})
	}
}

func TestRefusals(t *testing.T) {
	c := withOTTT(ottt.Accumulate)
	c.Batch = 1000
	data, err := c.Data.Open(context.Background(), c.Seed)
	require.NoError(t, err)
	_, err = train.New(c, data, nil)
	require.EqualError(t, err, "train: batch: 1000 samples, but there are only 130 to learn from; want at most that")

	for name, spoil := range map[string]func(c *train.Config){
		"batch: 0, want at least 1":                func(c *train.Config) { c.Batch, c.Parts = 0, 1 },
		"epochs: 0, want at least 1":               func(c *train.Config) { c.Epochs = 0 },
		"parts: 30 parts of a batch of 20":         func(c *train.Config) { c.Parts = 30 },
		`precision: "half"`:                        func(c *train.Config) { c.Precision = "half" },
		`engine: "gpu"`:                            func(c *train.Config) { c.Engine = "gpu" },
		"optimiser: missing":                       func(c *train.Config) { c.Optimiser = nil },
		"rule: 0 rules":                            func(c *train.Config) { c.Rule = train.Rule{} },
		"network: 0 networks":                      func(c *train.Config) { c.Network = train.Network{} },
		"network: rule spide trains a ring":        func(c *train.Config) { c.Rule = withSPIDE().Rule },
		"network: a ring is trained by rule spide": func(c *train.Config) { c.Network = withSPIDE().Network },
		"data.set: \"nothing\"":                    func(c *train.Config) { c.Data.Set = "nothing" },
		"data.test: yinyang has a test part":       func(c *train.Config) { c.Data.Test = 0.1 },
		"nothing is usual for yinyang":             func(c *train.Config) { c.Data.Normalise = train.Usual },
		"back-propagation through time has no event form": func(c *train.Config) {
			c.Engine, c.Rule = train.Event, withBPTT().Rule
		},
		"want batch 1, not 20": func(c *train.Config) { c.Engine, c.Rule.OTTT.Mode = train.Event, ottt.Online },
		"samples are compared with each other": func(c *train.Config) {
			i := train.NewInitial()
			i.Batch = 1
			c.Initial = &i
		},
	} {
		c := withOTTT(ottt.Accumulate)
		spoil(&c)
		require.ErrorContains(t, c.Validate(), name)
	}
}

// A class without samples cannot be learned, and a label beyond the classes is none.
func TestBadData(t *testing.T) {
	table := func(labels ...int) train.Config {
		c := withOTTT(ottt.Accumulate)
		text := ""
		for _, l := range labels {
			for i := range 64 {
				text += fmt.Sprintf("%d,", (i+l)%17)
			}
			text += fmt.Sprintf("%d\n", l)
		}
		path := filepath.Join(t.TempDir(), "digits.csv")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		c.Data = train.Data{Set: "digits", Path: path, Test: 2, Normalise: train.NoNormalisation}
		return c
	}
	c := table(0, 1, 2, 3, 3, 3, 3)
	_, err := c.Data.Open(context.Background(), 1)
	require.ErrorContains(t, err, "class without samples")
	c = table(0, 1, 12)
	_, err = c.Data.Open(context.Background(), 1)
	require.ErrorContains(t, err, "label is 12; valid is 0 to 9")
}

// A run whose loss explodes stops, and says where.
func TestExplosion(t *testing.T) {
	for name, config := range runs {
		if name == "NIO" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			c := config()
			o := optim.NewSGD()
			o.LR = 1e30
			c.Optimiser = o
			s := start(t, c, 1)
			var err error
			for err == nil && !s.EpochDone() {
				_, err = s.Step(context.Background())
			}
			require.ErrorContains(t, err, "epoch 1, step ")
			require.Regexp(t, `lin\.|lif|layer|readout`, err.Error(), "the layer")
		})
	}
}

// Checkpoints of other runs, and files that are none, are refused.
func TestForeignCheckpoint(t *testing.T) {
	s := start(t, withOTTT(ottt.Accumulate), 1)
	var kept bytes.Buffer
	require.NoError(t, s.SaveCheckpoint(&kept, nil))
	stored, err := train.ReadStored(bytes.NewReader(kept.Bytes()), int64(kept.Len()))
	require.NoError(t, err)
	require.ErrorContains(t, start(t, withSPIDE(), 1).Resume(stored), "parameters, want")

	m := model(t, s)
	plain, err := train.ReadStored(bytes.NewReader(m), int64(len(m)))
	require.NoError(t, err)
	require.False(t, plain.Partial())
	require.ErrorContains(t, s.Resume(plain), "a model has no place to go on from")
	require.NoError(t, s.Load(plain))
	_, err = train.ReadStored(bytes.NewReader([]byte("nothing")), 7)
	require.Error(t, err)
}

// Rates of work without any place are 0 and not NaN.
func TestEmptyWork(t *testing.T) {
	require.Zero(t, train.Work{}.Rate())
	require.Zero(t, train.LayerWork{}.ErrorRate())
	require.False(t, math.IsNaN(train.Tally{}.Mean()))
}
