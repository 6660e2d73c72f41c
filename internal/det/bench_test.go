package det

import (
	"math"
	"testing"
)

// Benchmarks report results per second, on arguments that are not the same
// every time, so that the branches are not all foreseen.
func benchmark(b *testing.B, f func(float64) float64, lo, hi float64) {
	args := make([]float64, 1024)
	s := newSampler()
	for i := range args {
		args[i] = s.between(lo, hi)
	}
	total := 0.0
	i := 0
	for b.Loop() {
		total += f(args[i&1023])
		i++
	}
	if total != total {
		b.Fatal("not a number")
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "M/s")
}

func BenchmarkExp(b *testing.B)   { benchmark(b, Exp, -20, 0) }
func BenchmarkExpm1(b *testing.B) { benchmark(b, Expm1, -1, 1) }
func BenchmarkLog(b *testing.B)   { benchmark(b, Log, 0, 1) }
func BenchmarkPow(b *testing.B)   { benchmark(b, func(x float64) float64 { return Pow(x, 0.4) }, 0, 2) }
func BenchmarkPowInt(b *testing.B) {
	benchmark(b, func(x float64) float64 { return PowInt(x, 100) }, 0, 1)
}
func BenchmarkNormQuantile(b *testing.B) { benchmark(b, NormQuantile, 0, 1) }

// The same of package math, for comparison.
func BenchmarkMathExp(b *testing.B) { benchmark(b, math.Exp, -20, 0) }
func BenchmarkMathLog(b *testing.B) { benchmark(b, math.Log, 0, 1) }
func BenchmarkMathPow(b *testing.B) {
	benchmark(b, func(x float64) float64 { return math.Pow(x, 0.4) }, 0, 2)
}
