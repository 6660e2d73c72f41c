package neuron_test

import (
	"testing"

	"couplet/neuron"
)

// benchmarkModels are the models on the grid, each with a drive under which it fires now and then.
func benchmarkModels() []neuron.Model {
	delta, exp, alpha := neuron.NewPSCDelta(), neuron.NewPSCExp(), neuron.NewPSCAlpha()
	delta.Ie, exp.Ie, alpha.Ie = 400, 400, 400
	return []neuron.Model{delta, exp, alpha}
}

// BenchmarkClocked measures clocked updates of 10,000 neurons: as they are ("sum32", the vector kernel
// where there is one), with wide sums, in single precision, and with 7 thresholds.
func BenchmarkClocked(b *testing.B) {
	const n = 10_000
	thresholds := make([]float64, n)
	for i := range thresholds {
		thresholds[i] = -55 - float64(i%7)
	}
	for _, m := range benchmarkModels() {
		for _, c := range []struct {
			name  string
			wide  bool
			build neuron.Build
		}{
			{"sum32", false, neuron.Build{}},
			{"sum64", true, neuron.Build{}},
			{"single", false, neuron.Build{Single: true}},
			{"classes", false, neuron.Build{Each: map[string][]float64{"V_th": thresholds}}},
		} {
			b.Run(m.Info().Name+"/"+c.name, func(b *testing.B) {
				c.build.N, c.build.TickMs = n, 0.1
				state, err := m.Build(c.build)
				if err != nil {
					b.Fatal(err)
				}
				in := benchmarkInput(m, n, c.wide)
				var out neuron.Spikes
				now := int64(0)
				for b.Loop() {
					now++
					out.Neurons = out.Neurons[:0]
					state.(neuron.Clocked).Step(now, in, &out)
				}
				b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mupdates/s")
			})
		}
	}
}

// BenchmarkLazy measures lazy updates: every neuron gets a spike every 37 ticks, in turn, and is
// asked for its wake-up tick after it.
func BenchmarkLazy(b *testing.B) {
	const n, gap = 10_000 - 10_000%37, 37
	for _, m := range benchmarkModels() {
		b.Run(m.Info().Name, func(b *testing.B) {
			state, err := m.Build(neuron.Build{N: n, TickMs: 0.1, Lazy: true})
			if err != nil {
				b.Fatal(err)
			}
			lazy, in := state.(neuron.Lazy), benchmarkInput(m, n, false)
			var out neuron.Spikes
			var list []uint32
			now := int64(0)
			for b.Loop() {
				now++
				out.Neurons, list = out.Neurons[:0], list[:0]
				for i := int(now % gap); i < n; i += gap {
					in[0].Sum32[i]++
					list = append(list, uint32(i))
				}
				lazy.Touch(now, list, in, &out)
				for _, i := range list {
					lazy.Wake(int(i))
				}
			}
			b.ReportMetric(n/gap*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mtouches/s")
		})
	}
}

func benchmarkInput(m neuron.Model, n int, wide bool) []neuron.Input {
	in := make([]neuron.Input, len(m.Info().Ports))
	for p := range in {
		in[p].Quantum = 0.25
		if wide {
			in[p].Sum64 = make([]int64, n)
		} else {
			in[p].Sum32 = make([]int32, n)
		}
	}
	return in
}
