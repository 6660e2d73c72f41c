package spide_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/learning/spide"
)

// script is an engine whose neurons do what a test tells them.
type script struct {
	run func(s *spide.Sample[float64]) error
}

func (e script) Run(s *spide.Sample[float64]) error { return e.run(s) }

// An executor on an engine gives it each sample with its currents, and makes rates, gates and β of what
// it leaves.
func TestExecutorOnEngine(t *testing.T) {
	n := newRandomNet(t, 71, []int{3, 2}, 2, 0.4)
	c := spide.NewConfig()
	c.ForwardTicks, c.BackwardTicks = 4, 8
	var seen []string
	e, err := spide.NewOn(c, n.ring, script{func(s *spide.Sample[float64]) error {
		seen = append(seen, s.Stage.String())
		require.Equal(t, []float64{1, 1, 1}, s.Scales)
		require.Len(t, s.Layers, 2)
		first, last := s.Layers[0], s.Layers[1]
		if s.Stage == spide.Forward {
			require.Len(t, s.Current, 3)
			require.Equal(t, 1.0, first.Unit)
			copy(last.Sum, []float64{1, 4})
			copy(last.Counts, []int32{1, 4})
			s.Layers[1].Last = append(last.Last, 1)
			return nil
		}
		require.Equal(t, []float64{0.5, 0}, s.Current, "g in the unit of the couples, θ_B/θ")
		require.Equal(t, []bool{true, false}, last.Open)
		last.Sum[0], last.Counts[0] = -2, 2
		return nil
	}})
	require.NoError(t, err)
	require.NoError(t, e.Forward(spide.Pass{}, n.x, 2))
	require.Equal(t, []float64{0.25, 1, 0.25, 1}, e.Rates(1))
	require.Equal(t, []bool{true, false, true, false}, e.Gate(1))
	require.NoError(t, e.Backward([]float64{0.25, 0, 0.25, 0}))
	require.Equal(t, []float64{-0.25, 0, -0.25, 0}, e.Beta(1))
	require.Equal(t, []string{"forward", "forward", "backward", "backward"}, seen)
	a, err := e.Activity()
	require.NoError(t, err)
	require.Equal(t, int64(2*5*3), a.Blocks[2].Events)
	require.Equal(t, int64(2*3), a.Blocks[2].InFlight)
	require.Equal(t, int64(2*2*3), a.Blocks[1].BackEvents)
}

// What an engine cannot do is told, and the batch has had no stage then.
func TestEngineErrors(t *testing.T) {
	n := newRandomNet(t, 73, []int{3}, 1, 0.4)
	broken := errors.New("broken")
	e, err := spide.NewOn(spide.NewConfig(), n.ring, script{func(*spide.Sample[float64]) error { return broken }})
	require.NoError(t, err)
	require.ErrorIs(t, e.Forward(spide.Pass{}, n.x, 1), broken)
	require.ErrorIs(t, e.ForwardFrames(spide.Pass{}, func(int) []float64 { return n.x }, 1), broken)
	require.ErrorContains(t, e.Backward(n.g), "no forward stage")
}
