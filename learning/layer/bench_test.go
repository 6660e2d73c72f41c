package layer

import (
	"testing"

	"couplet/internal/rng"
)

// Benchmarks report samples per second of one goroutine, for the layers of the training benchmarks, at
// the share of spikes of a trained network and at that of the errors of implicit differentiation.
func benchmark(b *testing.B, m Map[float32], batch int) {
	key := rng.NewKey(1, rng.Test, 0)
	fill(m, key)
	in, out := sizes(m)
	y, gx := make([]float32, batch*out), make([]float32, batch*in)
	for _, c := range []struct {
		name   string
		silent float64
	}{{"dense", 0}, {"spikes", 0.8}, {"sparse", 0.97}} {
		x, g := as[float32](numbers(key, batch*in, c.silent)), as[float32](numbers(key, batch*out, c.silent))
		for _, pass := range []struct {
			name string
			run  func()
		}{
			{"forward", func() { m.Forward(x, y, batch) }},
			{"back", func() { m.Back(g, gx, batch) }},
			{"accumulate", func() { m.Accumulate(x, g, batch) }},
		} {
			b.Run(c.name+"/"+pass.name, func(b *testing.B) {
				for b.Loop() {
					pass.run()
				}
				b.ReportMetric(float64(batch)*float64(b.N)/b.Elapsed().Seconds(), "samples/s")
			})
		}
	}
}

func BenchmarkDense(b *testing.B) {
	m, err := NewDense[float32]("fc", 784, 512, true)
	if err != nil {
		b.Fatal(err)
	}
	benchmark(b, m, 128)
}

func BenchmarkConv2D(b *testing.B) {
	m, err := NewConv2D[float32]("conv", []int{16, 14, 14}, Convolution{Out: 32, Kernel: 3, Padding: 1, Bias: true})
	if err != nil {
		b.Fatal(err)
	}
	benchmark(b, m, 64)
}
