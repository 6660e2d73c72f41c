package event_test

import (
	"testing"

	"couplet/internal/rng"
	"couplet/learning/internal/ottt/vectors"
	"couplet/learning/layer"
	"couplet/learning/loss"
	"couplet/learning/ottt"
	"couplet/learning/ottt/event"
)

// BenchmarkLearn trains with one sample of 6 ticks: the network of ottt.md §9, and a small convolutional one.
func BenchmarkLearn(b *testing.B) {
	conv := ottt.NewVGG([]int{1, 28, 28}, "16C3-AP2-32C3-AP2-GAP", 10)
	for _, c := range []struct {
		name  string
		build func() (ottt.Network, error)
	}{{"784-256-256-10", ottt.NewFC(784, 256, 256, 10).Network}, {"16C3-AP2-32C3", conv.Network}} {
		network, err := c.build()
		if err != nil {
			b.Fatal(err)
		}
		for _, mode := range []ottt.Mode{ottt.Accumulate, ottt.Online} {
			for _, input := range []string{"current", "spikes"} {
				b.Run(c.name+"/"+mode.String()+"/"+input, func(b *testing.B) { benchmark(b, network, mode, input == "spikes") })
			}
		}
	}
}

func benchmark(b *testing.B, network ottt.Network, mode ottt.Mode, spikes bool) {
	net, err := event.New(network)
	if err != nil {
		b.Fatal(err)
	}
	if err := net.Initialise(1); err != nil {
		b.Fatal(err)
	}
	step := vectors.SGD(b, net.Params(), 0.01, 0.9)
	batch := ottt.Batch{Samples: 1, Loss: loss.Instantaneous{Ticks: 6, MSE: 0.05}}
	random := rng.NewKey(1, rng.Test, 0).Stream()
	x := make([]float64, layer.Size(network.Input))
	for i := range x {
		x[i] = random.NextNormal()
		if spikes {
			x[i] = float64(random.NextBelow(2))
		}
	}
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		if _, err := net.Learn(mode, batch, x, []int{3}, step); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	b.ReportMetric(float64(net.Work().Events)/float64(b.N), "events/sample")
	b.ReportMetric(float64(net.Work().Update)/float64(b.N), "updates/sample")
}
