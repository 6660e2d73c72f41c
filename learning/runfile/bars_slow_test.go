//go:build slow

package runfile_test

import (
	"context"
	"fmt"
	"testing"

	"couplet/internal/dense"
	"couplet/learning/runfile"
	"couplet/learning/train"

	"github.com/stretchr/testify/require"
)

// accuracy trains a run file with overrides and returns the test accuracy in percent.
func accuracy(t *testing.T, file string, set ...string) float64 {
	c, err := runfile.Load("../../examples/"+file+".yaml", set...)
	require.NoError(t, err)
	ctx := context.Background()
	data, err := c.Data.Open(ctx, c.Seed)
	require.NoError(t, err)
	defer data.Close()
	pool, err := dense.NewPool(2)
	require.NoError(t, err)
	defer pool.Close()
	s, err := train.New(c, data, pool)
	require.NoError(t, err)
	for !s.Done() {
		for !s.EpochDone() {
			_, err := s.Step(ctx)
			require.NoError(t, err)
		}
		_, err := s.CloseEpoch(ctx, nil)
		require.NoError(t, err)
	}
	log := s.Log()
	return 100 * log[len(log)-1].Test.Accuracy()
}

// mean is the mean accuracy over the seeds 0 and 1, those of the reference's figures.
func mean(t *testing.T, name, file string, set ...string) float64 {
	a := accuracy(t, file, append(set, "seed=0")...)
	b := accuracy(t, file, append(set, "seed=1")...)
	fmt.Printf("%-8s %.2f %.2f, mean %.2f %%\n", name, a, b, (a+b)/2)
	return (a + b) / 2
}

// MNIST, first 10,000 training images, 3 epochs: the settings of ottt.md §9 and spide.md §12, whose
// figures for the reference code are OTTT_A 94.5, OTTT_O 92.9, BPTT 93.9, SPIDE 93.6 and 93.5 % for its
// twin with the exact gradient.
func TestMNISTBars(t *testing.T) {
	online := []string{"rule.ottt.mode=online", "optimiser.sgd.lr=0.02"}
	require.GreaterOrEqual(t, mean(t, "OTTT_A", "mnist-ottt"), 93.5)
	require.GreaterOrEqual(t, mean(t, "OTTT_O", "mnist-ottt", online...), 91.8)
	require.GreaterOrEqual(t, mean(t, "BPTT", "mnist-ottt", "rule={bptt: {ticks: 6, mse: 0.05}}"), 92.9)
	spide := mean(t, "SPIDE", "mnist-spide")
	twin := mean(t, "twin", "mnist-spide", "rule.spide.exact=true")
	require.GreaterOrEqual(t, spide, 92.5)
	require.InDelta(t, twin, spide, 0.7, "with the exact gradient")
}
