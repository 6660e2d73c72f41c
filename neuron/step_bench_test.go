package neuron_test

import (
	"testing"

	"couplet/neuron"
)

// BenchmarkStepCoded measures clocked updates of step-coded and precise neurons, without arrivals.
func BenchmarkStepCoded(b *testing.B) {
	precise := neuron.NewPSCExpPS()
	precise.Ie = 400
	for _, tc := range []struct {
		name   string
		model  neuron.Model
		single bool
	}{
		{"lif/float32", neuron.StepLIF{VTh: 1, Lambda: 0.5, Ie: 0.55}, true},
		{"lif/float64", neuron.StepLIF{VTh: 1, Lambda: 0.5, Ie: 0.55}, false},
		{"couple/float32", neuron.Couple{VTh: 0.5, VRest: -0.5, Lambda: 1, Ie: 0.01}, true},
		{"precise", precise, false},
	} {
		b.Run(tc.name, func(b *testing.B) {
			const n = 4096
			state, err := tc.model.Build(neuron.Build{N: n, TickMs: 0.1, Single: tc.single})
			if err != nil {
				b.Fatal(err)
			}
			in := []neuron.Input{{Sum32: make([]int32, n), Quantum: 0x1p-16}}
			if tc.model.Info().Precise {
				in[0].Sum32 = nil
			}
			var out neuron.Spikes
			now := int64(0)
			for b.Loop() {
				now++
				out.Neurons, out.Before = out.Neurons[:0], out.Before[:0]
				state.(neuron.Clocked).Step(now, in, &out)
			}
			b.ReportMetric(float64(now)*n/b.Elapsed().Seconds()/1e6, "Mupdates/s")
		})
	}
}

// BenchmarkPreciseWake measures a lazy touch of a precise neuron with an arrival, and the search for
// its next possible crossing.
func BenchmarkPreciseWake(b *testing.B) {
	for _, tc := range []struct {
		name    string
		current float64
	}{{"far from threshold", 0}, {"crossing predicted", 400}} {
		b.Run(tc.name, func(b *testing.B) {
			m := neuron.NewPSCExpPS()
			m.Ie = tc.current
			state, err := m.Build(neuron.Build{N: 1, TickMs: 0.1, Lazy: true})
			if err != nil {
				b.Fatal(err)
			}
			lazy := state.(neuron.Lazy)
			in := []neuron.Input{{}}
			list := []uint32{0}
			var out neuron.Spikes
			now := int64(0)
			for b.Loop() {
				now += 7
				out.Neurons, out.Before = out.Neurons[:0], out.Before[:0]
				in[0].Timed = append(in[0].Timed, neuron.Arrival{Before: 0.03, Weight: 1})
				lazy.Touch(now, list, in, &out)
				if lazy.Wake(0) <= now {
					b.Fatal("wake-up in the past")
				}
			}
		})
	}
}
