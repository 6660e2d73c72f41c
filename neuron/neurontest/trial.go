package neurontest

import (
	"maps"
	"math"
	"slices"

	"couplet/neuron"

	"pgregory.net/rapid"
)

// trial is one experiment: a shard and everything that happens to it.
type trial struct {
	model     neuron.Model
	build     neuron.Build
	ticks     int64
	quantum   float64
	tolerance float64
	arrivals  []arrival // in order of tick
	currents  []current // in order of tick
}

// arrival is one input spike. Its weight is a whole number of quanta, so that it does not matter
// in which order arrivals are summed.
type arrival struct {
	tick, units  int64
	neuron, port int
	before       float64 // Timed ports: ms before the end of the tick
}

// current is a new stimulus current, in force from the update of its tick on.
type current struct {
	tick      int64
	neuron    int
	amplitude float64
}

// unitsPerWeight is the largest weight in quanta: enough for fine weights, and few enough for many
// of them in 32 bits.
const unitsPerWeight = 1 << 20

// draw makes a random trial. rapid shrinks a failing one to few neurons, arrivals and currents.
func draw(rt *rapid.T, m neuron.Model, o Options) trial {
	info := m.Info()
	tr := trial{model: m, ticks: o.Ticks, tolerance: o.Tolerance}
	tr.build = neuron.Build{
		First:  rapid.IntRange(0, 1000).Draw(rt, "first"),
		N:      rapid.IntRange(1, 6).Draw(rt, "neurons"),
		TickMs: o.TickMs,
		Single: rapid.Bool().Draw(rt, "single"),
		Each:   map[string][]float64{},
	}
	if tr.build.Single {
		tr.tolerance = o.SingleTolerance
	}
	if info.Precise { // times inside the tick need double precision
		tr.tolerance = o.Tolerance
	}
	if info.Source() {
		tr.build.First = 0
	}
	_, exponent := math.Frexp(o.Weight / unitsPerWeight)
	tr.quantum = math.Ldexp(1, exponent)
	for _, name := range slices.Sorted(maps.Keys(o.Vary)) {
		if rapid.Bool().Draw(rt, "vary "+name) {
			tr.build.Each[name] = drawValues(rt, m, name, o.Vary[name], tr.build.N)
		}
	}
	if !info.Source() {
		fewest, most := 0, 10
		if rapid.Bool().Draw(rt, "busy") {
			fewest, most = 20*tr.build.N, 30*tr.build.N
		}
		tr.arrivals = rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) arrival {
			return drawArrival(rt, info.Ports, tr.build.N, o)
		}), fewest, most).Draw(rt, "arrivals")
		slices.SortStableFunc(tr.arrivals, func(a, b arrival) int { return int(a.tick - b.tick) })
	}
	if o.Current != 0 {
		tr.currents = rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) current {
			return current{
				tick:      rapid.Int64Range(1, o.Ticks).Draw(rt, "tick"),
				neuron:    rapid.IntRange(0, tr.build.N-1).Draw(rt, "neuron"),
				amplitude: between(rt, "amplitude", -o.Current, o.Current),
			}
		}), 0, 3*tr.build.N).Draw(rt, "currents")
		slices.SortStableFunc(tr.currents, func(a, b current) int { return int(a.tick - b.tick) })
	}
	return tr
}

func drawArrival(rt *rapid.T, ports []neuron.Port, n int, o Options) arrival {
	a := arrival{
		tick:   rapid.Int64Range(1, o.Ticks).Draw(rt, "tick"),
		neuron: rapid.IntRange(0, n-1).Draw(rt, "neuron"),
		port:   rapid.IntRange(0, len(ports)-1).Draw(rt, "port"),
		units:  rapid.Int64Range(1, unitsPerWeight).Draw(rt, "units"),
	}
	switch ports[a.port].Kind {
	case neuron.Inhibitory:
		a.units = -a.units
	case neuron.Counting:
		a.units = 1
	case neuron.AnySign, neuron.Timed:
		if rapid.Bool().Draw(rt, "negative") {
			a.units = -a.units
		}
	}
	if ports[a.port].Kind == neuron.Timed {
		a.before = o.TickMs * float64(rapid.IntRange(0, 7).Draw(rt, "eighth")) / 8
	}
	return a
}

// drawValues draws one value per neuron; half of the neurons share one, so that classes of several
// neurons occur.
func drawValues(rt *rapid.T, m neuron.Model, name string, limits [2]float64, n int) []float64 {
	isSwitch := slices.ContainsFunc(neuron.Params(m), func(p neuron.Param) bool { return p.Name == name && p.Bool })
	shared := between(rt, name, limits[0], limits[1])
	values := make([]float64, n)
	for i := range values {
		values[i] = shared
		if rapid.Bool().Draw(rt, "own "+name) {
			values[i] = between(rt, name, limits[0], limits[1])
		}
		if isSwitch {
			values[i] = math.Round(values[i])
		}
	}
	return values
}

// between draws from one of 10,000 points inside a range. The points are odd ones on purpose: at
// round numbers a potential can creep towards its very threshold, and rounding decides whether it
// arrives.
func between(rt *rapid.T, name string, lo, hi float64) float64 {
	k := rapid.IntRange(0, 9999).Draw(rt, name)
	return lo + (hi-lo)*(float64(k)+0.381966)/10000
}
