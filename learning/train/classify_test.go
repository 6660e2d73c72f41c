package train

import (
	"context"
	"testing"

	"couplet/learning/loss"
	"couplet/learning/optim"
	"couplet/learning/ottt"
	"couplet/learning/spide"

	"github.com/stretchr/testify/require"
)

// The outcome alone, for which samples run in groups, is that of the last tick of the course.
func TestOutcomeIsEndOfCourse(t *testing.T) {
	base := NewConfig()
	base.Name, base.Batch, base.Epochs = "test", 20, 1
	base.Data = Data{Set: "yinyang", Samples: 40, Normalise: NoNormalisation}
	base.Optimiser = optim.NewSGD()
	online, ring := base, base
	fc := ottt.NewFC(12)
	online.Network.FC, online.Rule.OTTT = &fc, &OTTT{Loss: loss.Instantaneous{Ticks: 5}}
	rule := spide.NewConfig()
	rule.ForwardTicks = 12
	ring.Network.Ring, ring.Rule.SPIDE = &spide.Network{Plan: "12-9", Feedback: "dense"}, &SPIDE{Config: rule}
	for _, c := range []Config{online, ring} {
		data, err := c.Data.Open(context.Background(), c.Seed)
		require.NoError(t, err)
		s, err := New(c, data, nil)
		require.NoError(t, err)
		n, err := s.batches.Load(0, 0, s.x, s.labels)
		require.NoError(t, err)
		course, during, err := s.learner.classify(s.x, n, true)
		require.NoError(t, err)
		outcome, work, err := s.learner.classify(s.x, n, false)
		require.NoError(t, err)
		require.Equal(t, course[len(course)-len(outcome):], outcome)
		require.Equal(t, during, work)
	}
}
