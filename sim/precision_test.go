package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// TestSinglePrecision runs every model that can be kept in float32. Its spikes are the same to the last
// bit of its membranes in both hostings and for any number of workers; those of float64 are others, as
// the networks are chaotic enough to show a difference in the last bit.
func TestSinglePrecision(t *testing.T) {
	ms := []neuron.Model{neuron.NewPSCDelta(), neuron.NewPSCExp(), neuron.NewPSCAlpha()}
	steps := []neuron.Model{
		neuron.StepLIF{VTh: 1, Lambda: 0.7}, neuron.RestLIF{VTh: 0.5, VRest: -0.5, Lambda: 0.7}, neuron.Couple{VTh: 0.5, VRest: -0.5, Lambda: 0.7},
	}
	for _, m := range append(ms, steps...) {
		t.Run(m.Info().Name, func(t *testing.T) {
			net, traces := recurrent(m), map[sim.Precision][]float64{}
			for _, precision := range []sim.Precision{sim.Float32, sim.Float64} {
				net.Populations[0].Precision = precision
				for _, host := range hostings {
					for workers := 1; workers <= 3; workers++ {
						p := compile(t, net, sim.Options{Host: host, Workers: workers})
						require.Equal(t, precision.String(), p.Describe().Populations[0].Precision)
						s := p.Start()
						run(t, s, 800)
						require.Greater(t, totalSpikes(s), int64(100))
						values := s.Traces()[0].Values
						if traces[precision] == nil {
							traces[precision] = values
						}
						requireSameTrace(t, precision, traces[precision], values)
					}
				}
			}
			require.NotEqual(t, traces[sim.Float32], traces[sim.Float64])
			for i, x := range traces[sim.Float32] {
				if m.Info().Step && float64(float32(x)) != x { // others have E_L added to them
					require.Fail(t, "no float32", "value %d, %v", i, x)
				}
			}
		})
	}
}

// requireSameTrace: float32 membranes agree to the bit, float64 ones to rounding, as lazy hosting takes
// the decay over a gap in one step.
func requireSameTrace(t *testing.T, p sim.Precision, want, have []float64) {
	t.Helper()
	if p == sim.Float32 {
		require.Equal(t, want, have)
		return
	}
	for i := range want {
		require.InDelta(t, want[i], have[i], 1e-9)
	}
}

// recurrent is a small network of one population that keeps itself active.
func recurrent(m neuron.Model) *sim.Network {
	net, weight, delay, variable := sim.NewNetwork("recurrent"), 150.0, 1.0, "V_m"
	p := net.Population("p", 60, m)
	drive := synapse.Value(synapse.Uniform{Lo: 350, Hi: 450})
	if m.Info().Step {
		net = sim.NewNetwork("recurrent", sim.StepGrid())
		net.Populations = append(net.Populations, p)
		weight, variable, drive = 0.15, "u", synapse.Uniform{Lo: 0.1, Hi: 0.35}
	} else if _, delta := m.(neuron.PSCDelta); delta {
		weight = 1.1
	}
	net.Stimulate(p, sim.DC{Amplitude: drive})
	net.Project(p, p, synapse.FixedInDegree(6), synapse.Fixed(weight, delay))
	net.Project(p, p, synapse.FixedInDegree(3), synapse.Fixed(-weight, 2*delay))
	net.RecordVariable(p, variable, 0)
	return net
}

// TestDefaultPrecision: models on milliseconds are kept in float64, step-coded ones in float32.
func TestDefaultPrecision(t *testing.T) {
	for _, m := range neuron.All() {
		info := m.Info()
		if info.Source() || info.Name == "parrot_neuron" {
			continue
		}
		net := sim.NewNetwork("default")
		want := "float64"
		if info.Step {
			net, want = sim.NewNetwork("default", sim.StepGrid()), "float32"
		}
		net.Population("p", 2, m)
		require.Equal(t, want, compile(t, net, sim.Options{}).Describe().Populations[0].Precision, info.Name)
	}
}
