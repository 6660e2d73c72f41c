package dense

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"couplet/internal/kernel"
	"couplet/internal/limits"

	"github.com/stretchr/testify/require"
)

// best times f again and again and returns the shortest time in seconds: other programs on the machine
// lengthen some repetitions, and shorten none.
func best(b *testing.B, f func()) float64 {
	f() // scratch memory is allocated, caches are filled
	shortest := math.Inf(1)
	for b.Loop() {
		start := time.Now()
		f()
		shortest = min(shortest, max(time.Since(start), time.Nanosecond).Seconds())
	}
	b.ReportMetric(0, "ns/op")
	return shortest
}

// peaks are the measured limits of each level: operations per second of one thread that does nothing
// but fused multiply-adds.
var peaks = map[kernel.Level]float64{}

func peak(b *testing.B) float64 {
	level := kernel.Current()
	if peaks[level] == 0 {
		rates, err := limits.FMAPeak(context.Background(), limits.Options{Threads: []int{1}, Budget: 200 * time.Millisecond})
		require.NoError(b, err)
		peaks[level] = rates[0].Best
	}
	return peaks[level]
}

// reportFlops reports a speed and its share of the peak of all workers together.
func reportFlops(b *testing.B, operations, seconds float64, workers int) {
	b.ReportMetric(operations/seconds/1e9, "GFLOP/s")
	b.ReportMetric(100*operations/seconds/(peak(b)*float64(workers)), "%peak")
}

func benchLevels(b *testing.B, f func(b *testing.B)) {
	for _, l := range kernel.Levels() {
		b.Run("level="+l.String(), func(b *testing.B) {
			defer kernel.SetLevel(l)()
			f(b)
		})
	}
}

func benchPool(b *testing.B, workers int) *Pool {
	if workers == 1 {
		return nil
	}
	return pool(b, workers)
}

var arithmeticNames = map[Arithmetic]string{Reproducible: "reproducible", Fused: "fused"}

func BenchmarkProduct(b *testing.B) {
	shapes := []struct {
		form    string
		m, k, n int
	}{
		{"Mul", 256, 256, 256}, {"Mul", 512, 784, 512}, {"Mul", 1024, 1024, 1024}, {"Mul", 64, 512, 512},
		{"MulT", 128, 784, 512}, {"MulPacked", 128, 784, 512}, {"MulPacked", 128, 512, 10}, {"MulPacked", 1, 512, 512},
		{"TMul", 512, 128, 784},
	}
	benchLevels(b, func(b *testing.B) {
		for _, workers := range []int{1, 2} {
			for _, how := range []Arithmetic{Reproducible, Fused} {
				for _, s := range shapes {
					b.Run(fmt.Sprintf("workers=%d/%s/%s/%dx%dx%d", workers, arithmeticNames[how], s.form, s.m, s.k, s.n), func(b *testing.B) {
						benchProduct(b, NewWorkspace[float32](benchPool(b, workers), how), s.form, s.m, s.k, s.n, 1)
					})
				}
			}
		}
	})
}

// benchProduct measures one form; share is that of the numbers of A that are not zero.
func benchProduct(b *testing.B, w *Workspace[float32], form string, m, k, n int, share float64) {
	s := &source{}
	a, bm, c := MatrixOf(spikes[float32](s, m*k, share), m, k), MatrixOf(numbers[float32](s, k*n), k, n), NewMatrix[float32](m, n)
	if productForms[form].transposedA {
		a.Rows, a.Cols, a.Stride = k, m, m
	}
	if productForms[form].transposedB {
		bm.Rows, bm.Cols, bm.Stride = n, k, k
	}
	var p Packed[float32]
	w.Pack(&p, bm)
	t := best(b, func() {
		if form == "MulPacked" {
			w.MulPacked(c, a, &p)
		} else {
			multiplyAs(form, w, c, a, bm)
		}
	})
	reportFlops(b, 2*float64(m*k*n), t, w.Workers())
}

// Speeds of sparse forms are given as if the zeros had been multiplied, to be held against the dense
// ones.
func BenchmarkSparseProduct(b *testing.B) {
	benchLevels(b, func(b *testing.B) {
		for _, form := range []string{"MulSparse", "TMulSparse"} {
			for _, percent := range []float64{1, 2, 4, 8, 16, 32} {
				b.Run(fmt.Sprintf("%s/nonzero=%v%%", form, percent), func(b *testing.B) {
					m, k := 128, 512
					if form == "TMulSparse" {
						m, k = k, m
					}
					benchProduct(b, NewWorkspace[float32](nil, Reproducible), form, m, k, 512, percent/100)
				})
			}
		}
	})
}

func BenchmarkAddRows(b *testing.B) {
	benchLevels(b, func(b *testing.B) {
		for _, n := range []int{10, 128, 512, 4096} {
			const rows, count = 512, 100
			s := &source{}
			w, acc, scale := MatrixOf(numbers[float32](s, rows*n), rows, n), make([]float32, n), numbers[float32](s, count)
			list := make([]uint32, count)
			for i := range list {
				list[i] = uint32(i * rows / count)
			}
			for name, f := range map[string]func(){
				"AddRows":       func() { AddRows(acc, w, list) },
				"AddScaledRows": func() { AddScaledRows(acc, w, list, scale) },
				"AddScaled": func() {
					for k, i := range list {
						AddScaled(acc, scale[k], w.Row(int(i)))
					}
				},
			} {
				b.Run(fmt.Sprintf("%s/n=%d", name, n), func(b *testing.B) {
					b.ReportMetric(float64(count*n)/best(b, f)/1e9, "Gadds/s")
				})
			}
		}
	})
}

// Fire, Couple and Surrogate include the copy that brings their input back.
func BenchmarkElementwise(b *testing.B) {
	benchLevels(b, func(b *testing.B) {
		const n = 10_000
		s := &source{}
		fresh := numbers[float32](s, n)
		// Arrays of this size that are allocated one by one begin at the same place in a page, and
		// stores to one then hold up loads from another.
		block := make([]float32, 4*(n+16))
		array := func(i int) []float32 { return block[i*(n+16):][:n] }
		u, in, out, trace := array(0), array(1), array(2), array(3)
		m := &Membrane[float32]{Before: 0.5, Threshold: 1, Quantum: 1, After: 1, Trace: 0.5}
		psi := &Surrogate[float32]{Steepness: 4, Threshold: 1}
		index, value := make([]uint32, 0, n), make([]float32, 0, n)
		rare := spikes[float32](s, n, 0.02)
		for _, k := range []struct {
			name string
			f    func()
		}{
			{"Fire", func() { copy(in, fresh); m.Fire(u, in, out, trace) }},
			{"Couple", func() { copy(in, fresh); m.Couple(u, in, out, trace) }},
			{"Surrogate", func() { copy(out, fresh); psi.Apply(out, in) }},
			{"AppendNonzero, 2%", func() { AppendNonzero(index, value, rare) }},
			{"AvgPool2, 28x28", func() { AvgPool2(out, in, 12, 28, 28) }},
			{"AvgPool2Back, 28x28", func() { AvgPool2Back(in, fresh, 12, 28, 28) }},
		} {
			b.Run(k.name, func(b *testing.B) { b.ReportMetric(n/best(b, k.f)/1e9, "Gelements/s") })
		}
	})
}

func BenchmarkConv(b *testing.B) {
	shapes := []ConvShape{
		{Channels: 1, Height: 28, Width: 28, Filters: 16, Kernel: 3, Stride: 1, Padding: 1},
		{Channels: 16, Height: 14, Width: 14, Filters: 32, Kernel: 3, Stride: 1, Padding: 1},
		{Channels: 64, Height: 32, Width: 32, Filters: 64, Kernel: 3, Stride: 1, Padding: 1},
		{Channels: 512, Height: 4, Width: 4, Filters: 512, Kernel: 3, Stride: 1, Padding: 1},
		{Channels: 64, Height: 14, Width: 14, Filters: 64, Kernel: 5, Stride: 2, Padding: 2},
	}
	benchLevels(b, func(b *testing.B) {
		for _, s := range shapes {
			for _, percent := range []float64{100, 16, 4, 1} {
				benchConv(b, s, percent)
			}
		}
	})
}

// benchConv measures the dense passes at 100 % and the sparse ones below, as if the zeros had been
// multiplied.
func benchConv(b *testing.B, s ConvShape, percent float64) {
	const batch = 8
	r := &source{}
	conv, err := NewConv[float32](s)
	require.NoError(b, err)
	w, weights := NewWorkspace[float32](nil, Reproducible), conv.Weights(numbers[float32](r, s.WeightSize()))
	x, gy := spikes[float32](r, batch*s.InSize(), percent/100), spikes[float32](r, batch*s.OutSize(), percent/100)
	y, gx, gw := make([]float32, len(gy)), make([]float32, len(x)), make([]float32, s.WeightSize())
	passes := map[string]func(){
		"Forward":    func() { conv.Forward(w, y, weights, x, batch) },
		"BackInput":  func() { conv.BackInput(w, gx, weights, gy, batch) },
		"BackWeight": func() { conv.BackWeight(w, gw, nil, gy, x, batch) },
	}
	if percent < 100 {
		passes = map[string]func(){
			"ForwardSparse":    func() { conv.ForwardSparse(w, y, weights, x, batch) },
			"BackInputSparse":  func() { conv.BackInputSparse(w, gx, weights, gy, batch) },
			"BackWeightSparse": func() { conv.BackWeightSparse(w, gw, nil, gy, x, batch) },
		}
	}
	operations := 2 * float64(batch*s.OutSize()*s.Channels*s.Kernel*s.Kernel)
	for name, f := range passes {
		b.Run(fmt.Sprintf("%dC%ds%d-%dx%dx%d/%s/nonzero=%v%%", s.Filters, s.Kernel, s.Stride, s.Channels, s.Height, s.Width, name, percent), func(b *testing.B) {
			reportFlops(b, operations, best(b, f), 1)
		})
	}
}
