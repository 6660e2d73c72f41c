package sim_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/neuron"
	"couplet/sim"
	"couplet/sim/reference"
	"couplet/synapse"
)

// oddNetworks are networks at the edges of what the engine is made for.
var oddNetworks = map[string]struct {
	ticks int64
	build func() *sim.Network
}{
	"delays around the horizon of the queue": {3500, func() *sim.Network {
		net, source, echo := oddPair(40)
		for _, d := range []float64{1, 1022, 1023, 1024, 1025, 2047, 2048, 2049} {
			net.Project(source, echo, synapse.FixedInDegree(1), synapse.Fixed(1, d))
		}
		return net
	}},
	"delays around the sizes of rings": {900, func() *sim.Network {
		net, source, echo := oddPair(40)
		for _, d := range []float64{7, 8, 9, 120, 121, 127, 128, 129, 249, 255, 256, 257} {
			net.Project(source, echo, synapse.FixedInDegree(1), synapse.Fixed(1, d))
		}
		return net
	}},
	"a loop of 100,000 ticks": {250_000, func() *sim.Network {
		net, source, echo := oddPair(3)
		net.Project(source, echo, synapse.OneToOne{}, synapse.Fixed(1, 5000))
		net.Project(echo, echo, synapse.OneToOne{}, synapse.Fixed(1, 100_000))
		net.Project(echo.Slice(0, 1), echo.Slice(2, 3), synapse.AllToAll{}, synapse.Fixed(1, 99_999))
		return net
	}},
	"delays from 1 to 20,000 ticks in one row": {21_000, func() *sim.Network {
		net, source, echo := oddPair(10)
		net.Project(source, echo, synapse.FixedOutDegree(30), synapse.Static{Weight: synapse.Const(1), DelayMs: synapse.Uniform{Lo: 1, Hi: 20_000}})
		return net
	}},
	"no delay, short delays and long ones": {2500, func() *sim.Network {
		net, source, first := oddPair(12)
		second := net.Population("second", 12, neuron.StepLIF{VTh: 1, Lambda: 0.5})
		third := net.Population("third", 12, neuron.StepLIF{VTh: 1, Lambda: 0.5})
		net.Project(source, first, synapse.OneToOne{}, synapse.Fixed(1, 0))
		net.Project(first, second, synapse.FixedInDegree(3), synapse.Fixed(0.75, 0))
		net.Project(second, third, synapse.FixedInDegree(3), synapse.Fixed(0.75, 0))
		net.Project(first, third, synapse.FixedInDegree(2), synapse.Fixed(0.5, 1100))
		net.Project(third, second, synapse.FixedInDegree(2), synapse.Static{Weight: synapse.Const(0.5), DelayMs: synapse.Uniform{Lo: 1, Hi: 300}})
		net.Project(third, third, synapse.FixedInDegree(1), synapse.Fixed(-0.25, 1))
		net.RecordSpikes(second, third)
		return net
	}},
	"1,000 populations": {1600, func() *sim.Network {
		net, _, _ := oddPair(1)
		for k := range 998 {
			p := net.Population(fmt.Sprint("p", k), 1, neuron.NewParrot())
			net.Project(net.Populations[k+1], p, synapse.OneToOne{}, synapse.Fixed(1, float64(1+k%2)))
		}
		net.Project(net.Populations[0], net.Populations[1], synapse.OneToOne{}, synapse.Fixed(1, 1))
		for k := 2; k < 1000; k += 50 {
			net.RecordSpikes(net.Populations[k])
		}
		return net
	}},
	"views that overlap, of one population": {300, func() *sim.Network {
		net, source, _ := oddPair(10)
		cells := net.Population("cells", 100, neuron.StepLIF{VTh: 1, Lambda: 0.8})
		net.Project(source.Slice(2, 9), cells.Slice(10, 90), synapse.FixedInDegree(2), synapse.Fixed(0.75, 1))
		net.Project(cells.Slice(5, 60), cells.Slice(40, 95), synapse.OneToOne{}, synapse.Fixed(0.5, 2))
		net.Project(cells.Slice(30, 31), cells, synapse.AllToAll{}, synapse.Fixed(0.25, 1))
		net.Project(cells, cells.Slice(99, 100), synapse.AllToAll{NoSelf: false}, synapse.Fixed(0.125, 1))
		net.Project(cells, cells, synapse.AllToAll{NoSelf: true}, synapse.Fixed(-1./128, 3))
		net.RecordSpikes(cells.Slice(20, 70), cells)
		net.RecordVariable(cells.Slice(33, 34), "u", 7)
		return net
	}},
	"stimuli that start, stop and come late": {400, func() *sim.Network {
		net, _, _ := oddPair(2)
		p := net.Population("p", 37, neuron.StepIF{VTh: 1})
		for k, d := range []sim.Drive{
			sim.DC{Amplitude: synapse.Const(0.125), StartMs: 10, StopMs: 10}, // never
			sim.DC{Amplitude: synapse.Const(0.125), StartMs: 10.4, StopMs: 50.6},
			sim.DC{Amplitude: synapse.Uniform{Lo: -0.25, Hi: 0.25}, StartMs: 390},
			sim.StepCurrent{TimesMs: []float64{0, 0.25, 99.5, 99.75, 200}, Amplitudes: []float64{1, 0.25, 5, -0.25, 0}}, // two in one tick
			sim.Poisson{RateHz: 300, StartMs: 20, StopMs: 20},                                                           // never
			sim.Poisson{RateHz: 300, StartMs: 20, StopMs: 70},
			sim.Poisson{RateHz: 40, StartMs: 20, StopMs: 170},
			sim.Poisson{RateHz: 12_000, StartMs: 380},
			sim.Poisson{RateHz: 0},
		} {
			s := net.Stimulate(p.Slice(k, 37-k), d)
			s.DelayMs, s.Weight = float64(k%4*11), 0.0625
		}
		net.RecordSpikes(p)
		return net
	}},
	"several spikes of a source in one tick": {60, func() *sim.Network {
		net := sim.NewNetwork("odd", sim.StepGrid())
		source := net.Population("source", 3, neuron.NewSpikeSource([]float64{1, 1, 1, 2, 50, 50}, nil, []float64{1, 50, 50, 50, 50}))
		echo := net.Population("echo", 4, neuron.NewParrot())
		cells := net.Population("cells", 4, neuron.StepIF{VTh: 1})
		net.Project(source, echo, synapse.FixedTotalNumber(9), synapse.Fixed(1, 2))
		net.Project(echo, cells, synapse.FixedInDegree(2), synapse.Fixed(0.375, 1))
		net.Project(source, cells, synapse.FixedOutDegree(2), synapse.Fixed(0.25, 5))
		net.RecordSpikes(source, echo, cells)
		return net
	}},
	"populations without projections": {100, func() *sim.Network {
		net, _, _ := oddPair(5)
		for _, name := range []string{"lonely", "silent"} {
			p := net.Population(name, 7, neuron.StepIF{VTh: 1})
			if name == "lonely" {
				net.Stimulate(p, sim.DC{Amplitude: synapse.Uniform{Lo: 0, Hi: 1}})
			}
			net.RecordSpikes(p)
		}
		return net
	}},
	"projections without synapses": {100, func() *sim.Network {
		net, source, echo := oddPair(5)
		net.Project(source, echo, synapse.FixedTotalNumber(0), synapse.Fixed(1, 1))
		net.Project(source, echo, synapse.Bernoulli{P: 0}, synapse.Fixed(1, 70))
		net.Project(echo, echo, synapse.Explicit{}, synapse.Fixed(1, 2))
		return net
	}},
}

// oddPair is a step network of a source, every neuron of which emits a few spikes, and of parrots.
func oddPair(n int) (net *sim.Network, source, echo *sim.Population) {
	net = sim.NewNetwork("odd", sim.StepGrid())
	times := make([][]float64, n)
	for i := range times {
		times[i] = []float64{float64(1 + i%7), float64(9 + i%5), float64(40 + 3*i)}
	}
	source = net.Population("source", n, neuron.SpikeSource{Times: times})
	echo = net.Population("echo", n, neuron.NewParrot())
	net.RecordSpikes(source, echo)
	return net, source, echo
}

// TestOddNetworksMatchReference runs them in both hostings, with 1 to 3 workers, in one piece and, from a
// restored snapshot on, in two; every run has to give the spikes of the reference simulator.
func TestOddNetworksMatchReference(t *testing.T) {
	for name, odd := range oddNetworks {
		t.Run(name, func(t *testing.T) {
			net := odd.build()
			want, err := reference.New(net, 0)
			require.NoError(t, err)
			want.Run(odd.ticks)
			total := 0
			for _, train := range want.Spikes() {
				total += train.Len()
			}
			require.Greater(t, total, 10)
			for _, host := range hostings {
				for workers := 1; workers <= 3; workers++ {
					p := compile(t, net, sim.Options{Host: host, Workers: workers})
					for _, stop := range []int64{0, odd.ticks / 3} {
						s := p.Start()
						run(t, s, stop)
						s, err = s.Branch()
						require.NoError(t, err)
						run(t, s, odd.ticks-stop)
						for i, train := range want.Spikes() {
							require.NoError(t, compareSpikes(s.Spikes()[i], train), "%v, %d workers, stop at %d", host, workers, stop)
						}
						for i, trace := range want.Traces() {
							require.NoError(t, compareTraces(s.Traces()[i], trace))
						}
					}
				}
			}
		})
	}
}

// TestEmptyLists: a list of no synapses, with weights and delays listed, is a projection like any other.
func TestEmptyLists(t *testing.T) {
	for _, s := range []synapse.Static{
		{Weight: synapse.Listed{}, DelayMs: synapse.Const(1)},
		{Weight: synapse.Const(1), DelayMs: synapse.Listed{}},
		{Weight: synapse.Listed{}, DelayMs: synapse.Listed{}},
	} {
		for _, m := range []neuron.Model{neuron.NewPSCDelta(), neuron.NewPSCExp(), neuron.NewPSCExpPS(), neuron.NewParrot()} {
			net := sim.NewNetwork("empty")
			p := net.Population("p", 3, m)
			net.Project(p, p, synapse.Explicit{}, s)
			simulator := start(t, net, sim.Options{Workers: 2})
			require.NoError(t, simulator.Inject(p, 1))
			run(t, simulator, 20)
			require.Equal(t, sim.ProjectionActivity{Name: "p->p", Spikes: 1}, simulator.Activity().Projections[0])
		}
	}
}
