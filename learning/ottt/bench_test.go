package ottt_test

import (
	"testing"

	"couplet/internal/rng"
	"couplet/learning/loss"
	"couplet/learning/ottt"

	"github.com/stretchr/testify/require"
)

// BenchmarkLearn trains with batches of random images at T = 6, the optimiser step left out, and reports
// samples per second.
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
		for _, mode := range []ottt.Mode{ottt.Accumulate, ottt.Online} {
			b.Run(c.name+"/"+mode.String(), func(b *testing.B) {
				network, err := c.network.Network()
				require.NoError(b, err)
				net, err := ottt.New[float32](network)
				require.NoError(b, err)
				require.NoError(b, net.Initialise(1))
				random := rng.NewKey(1, rng.Test, 0).Stream()
				x, labels := make([]float32, c.samples*784), make([]int, c.samples)
				for i := range x { // about as many dark pixels as a digit has
					if x[i] = -0.42; random.NextFloat64() < 0.2 {
						x[i] = float32(3 * random.NextFloat64())
					}
				}
				batch := ottt.Batch{Samples: c.samples, Loss: loss.Instantaneous{Ticks: 6, MSE: 0.05}}
				b.ReportAllocs()
				for b.Loop() {
					_, err := net.Learn(mode, batch, x, labels, func() error { return nil })
					require.NoError(b, err)
				}
				b.ReportMetric(float64(b.N*c.samples)/b.Elapsed().Seconds(), "samples/s")
				for _, p := range net.Activity().Populations {
					b.ReportMetric(p.Rate, p.Name+"-rate")
				}
			})
		}
	}
}
