package mem

import (
	"testing"
	"unsafe"
)

// BenchmarkRandomUpdate adds to random places of an array of 64 MiB, the pure
// form of spike delivery, on huge pages and on those that make gives.
func BenchmarkRandomUpdate(b *testing.B) {
	const n = 16 << 20
	run := func(b *testing.B, target []float32) {
		for i := range target { // touch every page before
			target[i] = 1
		}
		const batch = 1 << 12
		x := uint32(1)
		for b.Loop() {
			for range batch {
				x = x*1664525 + 1013904223
				target[x>>8&(n-1)] += 0.5
			}
		}
		b.ReportMetric(float64(b.N)*batch/b.Elapsed().Seconds()/1e6, "Mupdates/s")
	}
	b.Run("block", func(b *testing.B) {
		block := Alloc[float32](n)
		defer block.Free()
		run(b, block.Slice())
	})
	b.Run("words32", func(b *testing.B) {
		w := Words32(n)
		run(b, unsafe.Slice((*float32)(unsafe.Pointer(&w[0])), n))
	})
	b.Run("make", func(b *testing.B) { run(b, make([]float32, n)) })
}

// BenchmarkAllocFree allocates, touches and frees 8 MiB.
func BenchmarkAllocFree(b *testing.B) {
	const n = 2 << 20
	for b.Loop() {
		block := Alloc[uint32](n)
		s := block.Slice()
		for i := 0; i < n; i += 1024 {
			s[i] = 1
		}
		block.Free()
	}
	b.ReportMetric(float64(b.N)*4*n/b.Elapsed().Seconds()/(1<<30), "GiB/s")
}
