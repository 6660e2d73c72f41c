package bptt_test

import (
	"testing"

	"couplet/internal/rng"
	"couplet/learning/bptt"
	"couplet/learning/loss"
	"couplet/learning/ottt"

	"github.com/stretchr/testify/require"
)

// BenchmarkLearn trains with batches of random images, the optimiser step left out, and reports samples per
// second and the memory that the history takes. The networks, the batches and T = 6 are those of the
// benchmark of package ottt.
func BenchmarkLearn(b *testing.B) {
	conv := ottt.NewVGG([]int{1, 28, 28}, "16C3-AP2-32C3-AP2", 10)
	conv.Standardised, conv.Scale = false, 1
	for _, c := range []struct {
		name    string
		network interface{ Network() (ottt.Network, error) }
		samples int
	}{
		{"mlp-784-512-512-10", ottt.NewFC(784, 512, 512, 10), 128},
		{"conv-16C3-AP2-32C3-AP2", conv, 32},
	} {
		b.Run(c.name, func(b *testing.B) {
			network, err := c.network.Network()
			require.NoError(b, err)
			net, err := bptt.New[float32](network)
			require.NoError(b, err)
			require.NoError(b, net.Initialise(1))
			x, labels := images(c.samples)
			batch := ottt.Batch{Samples: c.samples, Loss: loss.Instantaneous{Ticks: 6, MSE: 0.05}}
			b.ReportAllocs()
			for b.Loop() {
				_, err := net.Learn(batch, x, labels, func() error { return nil })
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.N*c.samples)/b.Elapsed().Seconds(), "samples/s")
			b.ReportMetric(float64(net.HistoryBytes(6, c.samples))/1e6, "history-MB")
			for _, p := range net.Activity().Populations {
				b.ReportMetric(p.Rate, p.Name+"-rate")
			}
		})
	}
}

// images draws images of 784 pixels, about as many of them dark as a digit has.
func images(samples int) (x []float32, labels []int) {
	random := rng.NewKey(1, rng.Test, 0).Stream()
	x, labels = make([]float32, samples*784), make([]int, samples)
	for i := range x {
		x[i] = -0.42
		if random.NextFloat64() < 0.2 {
			x[i] = float32(3 * random.NextFloat64())
		}
	}
	return x, labels
}
