package synapse

import (
	"fmt"
	"testing"

	"couplet/internal/rng"
)

// BenchmarkArrive measures a plastic row: 100 synapses onto random targets of 10 000, each of
// which fires with 5 spikes/s, as do the sources.
func BenchmarkArrive(b *testing.B) {
	const sources, targets, degree = 2000, 10_000, 100
	for _, m := range plasticModels() {
		b.Run(m.Name(), func(b *testing.B) {
			rows, k := &testRows{}, rng.NewKey(1, rng.Test, 0)
			for s := range sources {
				rows.delay, rows.source = append(rows.delay, 15), append(rows.source, s)
				targetList, weights := make([]uint32, degree), make([]float64, degree)
				for j := range targetList {
					targetList[j] = uint32(k.Below(uint64(s*degree+j), targets))
					weights[j] = 1
				}
				rows.targets, rows.weights = append(rows.targets, targetList), append(rows.weights, weights)
			}
			p, err := m.Plasticity(rows, targets, testTick)
			if err != nil {
				b.Fatal(err)
			}
			// 1 source and 5 targets spike per tick of 0.1 ms.
			now, draw := int64(30), uint64(0)
			for b.Loop() {
				now++
				p.Arrive(int(now%sources), now-15)
				for range 5 {
					draw++
					p.PostSpike(uint32(k.Below(draw, targets)), now)
				}
				if p.NeedsCatchUp() {
					p.CatchUp(now + 1)
				}
			}
			b.ReportMetric(degree*float64(b.N)/b.Elapsed().Seconds()/1e6, "Msynapses/s")
		})
	}
}

// BenchmarkRow measures the walk along the synapses of a convolution.
func BenchmarkRow(b *testing.B) {
	for _, channels := range []int{1, 16, 128} {
		c := Conv{In: Shape{2, 32, 32}, OutChannels: channels, Kernel: []int{3, 3}, Padding: []int{1, 1}}
		b.Run(fmt.Sprintf("3x3/%d", channels), func(b *testing.B) {
			taps, err := c.Compile()
			if err != nil {
				b.Fatal(err)
			}
			var buf []Tap
			source, events := uint32(0), 0
			for b.Loop() {
				buf = taps.Row(source, 0, uint32(channels*1024), buf[:0])
				events += len(buf)
				source = (source + 37) % 2048
			}
			b.ReportMetric(float64(events)/b.Elapsed().Seconds()/1e6, "Mevents/s")
		})
	}
}

// BenchmarkVisit measures the enumeration of synapses while compiling.
func BenchmarkVisit(b *testing.B) {
	for _, r := range []Rule{FixedInDegree(1000), InDegree{K: 1000, NoMultiple: true}, Bernoulli{P: 0.1}, AllToAll{}} {
		b.Run(r.Name(), func(b *testing.B) {
			w := Wiring{Key: rng.NewKey(1, rng.Connect, 0), Sources: 10_000, Targets: 10_000}
			n, sum := 0, uint32(0)
			for b.Loop() {
				r.Visit(w, 0, 10, func(s, _ uint32, _ uint64) { n++; sum += s })
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds()/1e6, "Msynapses/s")
		})
	}
}
