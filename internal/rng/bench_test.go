package rng

import "testing"

var (
	sinkU uint64
	sinkF float64
)

// Benchmarks report numbers per second; consecutive numbers are independent of
// each other, as they are in use.
func rate(b *testing.B, unit string) {
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "M"+unit+"/s")
}

func BenchmarkNewKey(b *testing.B) {
	for i := uint64(0); b.Loop(); i++ {
		sinkU += NewKey(1, Test, i).a
	}
	rate(b, "keys")
}

func BenchmarkSub(b *testing.B) {
	k := NewKey(1, Test, 0)
	for i := uint64(0); b.Loop(); i++ {
		sinkU += k.Sub(i).a
	}
	rate(b, "keys")
}

func BenchmarkUint64(b *testing.B) {
	k := NewKey(1, Test, 0)
	for i := uint64(0); b.Loop(); i++ {
		sinkU += k.Uint64(i)
	}
	rate(b, "numbers")
}

func BenchmarkBelow(b *testing.B) {
	k := NewKey(1, Test, 0)
	for i := uint64(0); b.Loop(); i++ {
		sinkU += k.Below(i, 10_000)
	}
	rate(b, "numbers")
}

func BenchmarkFloat64(b *testing.B) {
	k := NewKey(1, Test, 0)
	for i := uint64(0); b.Loop(); i++ {
		sinkF += k.Float64(i)
	}
	rate(b, "numbers")
}

func BenchmarkNormal(b *testing.B) {
	k := NewKey(1, Test, 0)
	for i := uint64(0); b.Loop(); i++ {
		sinkF += k.Normal(i)
	}
	rate(b, "numbers")
}

func BenchmarkExponential(b *testing.B) {
	k := NewKey(1, Test, 0)
	for i := uint64(0); b.Loop(); i++ {
		sinkF += k.Exponential(i)
	}
	rate(b, "numbers")
}

func BenchmarkPoisson(b *testing.B) {
	for _, c := range []struct {
		name string
		mean float64
	}{{"rare", 0.001}, {"mean2", 2}, {"mean100", 100}, {"mean1000", 1000}} {
		b.Run(c.name, func(b *testing.B) {
			table, err := NewPoissonTable(c.mean)
			if err != nil {
				b.Fatal(err)
			}
			k := NewKey(1, Test, 0)
			for i := uint64(0); b.Loop(); i++ {
				sinkU += uint64(table.Count(k.Uint64(i)))
			}
			rate(b, "counts")
		})
	}
}

func BenchmarkNewPoissonTable(b *testing.B) {
	for b.Loop() {
		t, err := NewPoissonTable(1000)
		if err != nil {
			b.Fatal(err)
		}
		sinkU += uint64(t.first)
	}
	rate(b, "tables")
}

func BenchmarkSplitMixBelow(b *testing.B) {
	for i := uint64(0); b.Loop(); i++ {
		sinkU += SplitMixBelow(1, i, 10_000)
	}
	rate(b, "numbers")
}
