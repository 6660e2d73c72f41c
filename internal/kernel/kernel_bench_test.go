package kernel

import (
	"fmt"
	"testing"

	"couplet/internal/rng"
)

var benchSizes = []int{1_000, 10_000, 100_000}

// benchLevels runs tick for every level and size and reports neuron updates per second. setUp makes
// a population of n neurons and returns the function that advances it by a tick and tells how many
// neurons fired. The share of neurons that fire in a tick is reported too, in per mille: spikes cost
// time of their own.
func benchLevels(b *testing.B, setUp func(n int) (tick func() int)) {
	for _, l := range Levels() {
		for _, n := range benchSizes {
			b.Run(fmt.Sprintf("level=%v/n=%d", l, n), func(b *testing.B) {
				defer SetLevel(l)()
				tick := setUp(n)
				for range 1000 { // past the transient
					tick()
				}
				spikes := 0
				for b.Loop() {
					spikes += tick()
				}
				updates := float64(b.N) * float64(n)
				b.ReportMetric(updates/float64(b.Elapsed().Nanoseconds()), "Gupdates/s")
				b.ReportMetric(1000*float64(spikes)/updates, "fire_permille")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// scattered draws n numbers between low and high.
func scattered(n int, id uint64, low, high float64) []float64 {
	key := rng.NewKey(1, rng.Test, id)
	x := make([]float64, n)
	for i := range x {
		x[i] = low + (high-low)*key.Float64(uint64(i))
	}
	return x
}

// Neurons that constant current drives to about 20 spikes per second at ticks of 0.1 ms.
func BenchmarkDelta64(b *testing.B) {
	benchLevels(b, func(n int) func() int {
		v, drive := scattered(n, 1, 0, 20), scattered(n, 2, 0.10, 0.12)
		ref, in := make([]int32, n), make([]int32, n)
		c := DeltaConst{P: 0.9950124791926823, Quantum: 0.1, Vmin: -100, Vth: 20, Refractory: 20}
		var out []uint32
		return func() int {
			out = Delta64(v, drive, ref, in, &c, 0, out[:0])
			return len(out)
		}
	})
}

// Neurons that synaptic currents, held constant, and drive bring to about 20 spikes per second at
// ticks of 0.1 ms. Currents that decayed without arrivals would end as denormal numbers, which no
// network has and which are slow.
func BenchmarkExp64(b *testing.B) {
	benchLevels(b, func(n int) func() int {
		v, drive := scattered(n, 1, 0, 15), scattered(n, 2, 0.14, 0.16)
		iex, iin := scattered(n, 3, 0, 10), scattered(n, 4, 0, 10)
		ref, inEx, inIn := make([]int32, n), make([]int32, n), make([]int32, n)
		c := ExpConst{P: 0.9900498337491681, AEx: 3.6e-4, AIn: -3.9e-4, DecayEx: 1, DecayIn: 1, QuantumEx: 1, QuantumIn: 1,
			Vth: 15, Refractory: 20}
		var out []uint32
		return func() int {
			out = Exp64(v, iex, iin, drive, ref, inEx, inIn, &c, 0, out[:0])
			return len(out)
		}
	})
}

// Sums of which one in sixteen is not zero.
func BenchmarkNonzero32(b *testing.B) {
	benchLevels(b, func(n int) func() int {
		in, marks := make([]int32, n), make([]uint64, words(n))
		for i := 0; i < n; i += 16 {
			in[i] = 1
		}
		return func() int { Nonzero32(in, marks); return 0 }
	})
}

// The same of 64 bits.
func BenchmarkNonzero64(b *testing.B) {
	benchLevels(b, func(n int) func() int {
		in, marks := make([]int64, n), make([]uint64, words(n))
		for i := 0; i < n; i += 16 {
			in[i] = 1
		}
		return func() int { Nonzero64(in, marks); return 0 }
	})
}
