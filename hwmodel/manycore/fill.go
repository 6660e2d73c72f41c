package manycore

import (
	"fmt"
	"slices"
	"strings"
)

// filler fills cores one after the other.
type filler struct {
	*layout
	options MapOptions
	order   []int   // cores
	at      int     // in order: the core being filled
	reach   []int64 // by neuron: how many cores it is taken to reach

	load    load
	marked  []int32        // by neuron: the entry of order at whose core it is known to arrive; -1 for none
	counted []int64        // by projection known by its counts: synapses on the core
	fresh   []int          // neurons that were marked for the neuron being tried
	full    map[string]int // cores that were closed because of a limit, by its key
	parts   []Part
}

// load is what the core being filled uses.
type load struct{ neurons, synapses, bits, axonsIn, axonsOut int64 }

func newFiller(c *Chip, d *Description, o MapOptions, reach []int64) *filler {
	l := newLayout(c, d)
	f := &filler{layout: l, options: o, order: c.order(o.Order), reach: reach, marked: make([]int32, len(l.core)), counted: make([]int64, len(d.Projections)), full: map[string]int{}}
	for i := range f.marked {
		f.marked[i] = -1
	}
	return f
}

// fill places every population; it returns why one neuron cannot be placed.
func (f *filler) fill() *Violation {
	for i := range f.d.Populations {
		if f.d.Populations[i].External {
			continue
		}
		if f.options.OwnCores && f.load.neurons > 0 {
			f.close()
		}
		if v := f.fillPopulation(i); v != nil {
			return v
		}
	}
	return nil
}

// The synapses of a range of targets are collected at once, as some wirings find those of a range faster than
// those of each neuron: of at most maxRange neurons, and of fewer if they have so many synapses that these
// would be more than about maxCollected.
const (
	minRange     = 32
	maxRange     = 1024
	maxCollected = 1 << 21
)

func (f *filler) fillPopulation(population int) *Violation {
	p := &f.d.Populations[population]
	length := minRange
	for lo := 0; lo < p.Size; {
		hi := min(lo+length, p.Size)
		rows := f.rows(population, lo, hi)
		for n := lo; n < hi; n++ {
			if v := f.place(population, n, rows.of(n-lo)); v != nil {
				return v
			}
		}
		degree := len(rows.synapses)/(hi-lo) + 1
		length = min(max(maxCollected/degree, minRange), maxRange)
		lo = hi
	}
	return nil
}

// rows are the synapses that end on a range of neurons, neuron by neuron.
type rows struct {
	start    []int
	synapses []incoming
}

// incoming is a synapse seen from its target.
type incoming struct{ source, projection int32 }

func (r *rows) of(i int) []incoming { return r.synapses[r.start[i]:r.start[i+1]] }

// rows collects the synapses of all projections with exact wiring.
func (f *filler) rows(population, lo, hi int) rows {
	r := rows{start: make([]int, hi-lo+1)}
	base := f.first[population] + lo
	var found []incoming
	var targets []int32
	for _, q := range f.into[population] {
		if p := &f.d.Projections[q]; p.Wiring != nil {
			f.visit(p, lo, hi, func(source, target int) {
				found = append(found, incoming{int32(source), int32(q)})
				targets = append(targets, int32(target-base))
				r.start[target-base+1]++
			})
		}
	}
	for i := range hi - lo {
		r.start[i+1] += r.start[i]
	}
	r.synapses = make([]incoming, len(found))
	next := slices.Clone(r.start)
	for i, t := range targets {
		r.synapses[next[t]] = found[i]
		next[t]++
	}
	return r
}

// place puts one neuron on the core being filled or, if it does not fit, on the next one.
func (f *filler) place(population, n int, synapses []incoming) *Violation {
	for {
		if f.at == len(f.order) {
			return f.noRoom(population, n)
		}
		with := f.add(population, n, synapses)
		key, used, limit := f.exceeded(&with)
		if key == "" {
			f.accept(population, n, with)
			return nil
		}
		f.forget()
		if f.load.neurons == 0 {
			return f.tooLarge(population, n, key, used, limit)
		}
		f.full[key]++
		f.close()
	}
}

// add returns the load with one more neuron, and marks the sources that are new to the core.
func (f *filler) add(population, n int, synapses []incoming) load {
	with := f.load
	with.neurons++
	with.synapses += int64(len(synapses))
	with.axonsOut += f.reach[f.first[population]+n]
	f.fresh = f.fresh[:0]
	for _, s := range synapses {
		with.bits += f.chip.Memory.bits(&f.d.Projections[s.projection])
		if f.marked[s.source] != int32(f.at) {
			f.marked[s.source] = int32(f.at)
			f.fresh = append(f.fresh, int(s.source))
			with.axonsIn++
		}
	}
	for _, q := range f.into[population] {
		p := &f.d.Projections[q]
		if p.Wiring == nil && n >= p.To.Lo && n < p.To.Hi {
			with.synapses += int64(p.FanIn)
			with.bits += int64(p.FanIn) * f.chip.Memory.bits(p)
			with.axonsIn += f.countedAxons(q, f.counted[q]+int64(p.FanIn)) - f.countedAxons(q, f.counted[q])
		}
	}
	return with
}

// countedAxons is the largest number of axons that a number of synapses of a projection can come from.
func (f *filler) countedAxons(projection int, synapses int64) int64 {
	return min(synapses, int64(f.d.Projections[projection].From.Len()))
}

// exceeded returns the first limit that a load does not keep.
func (f *filler) exceeded(w *load) (key string, used int64, limit Limit) {
	l := &f.chip.Limits
	neurons := l.NeuronsPerCore
	neurons.Value, _ = f.chip.NeuronsPerCore(f.order[f.at])
	for _, h := range []struct {
		key   string
		used  int64
		limit Limit
	}{
		{"neurons_per_core", w.neurons, neurons},
		{"synapses_per_core", w.synapses, l.SynapsesPerCore},
		{"synapse_bytes_per_core", (w.bits + 7) / 8, l.SynapseBytesPerCore},
		{"axons_in_per_core", w.axonsIn, l.AxonsInPerCore},
		{"axons_out_per_core", w.axonsOut, l.AxonsOutPerCore},
	} {
		if h.limit.Given() && h.used > h.limit.Value {
			return h.key, h.used, h.limit
		}
	}
	return "", 0, Limit{}
}

// accept takes the neuron that was tried.
func (f *filler) accept(population, n int, with load) {
	f.load = with
	for _, q := range f.into[population] {
		if p := &f.d.Projections[q]; p.Wiring == nil && n >= p.To.Lo && n < p.To.Hi {
			f.counted[q] += int64(p.FanIn)
		}
	}
	one := Part{Population: f.d.Populations[population].Name, Lo: n, Hi: n + 1, Core: f.order[f.at]}
	if k := len(f.parts); k > 0 && f.parts[k-1].continues(&one) {
		f.parts[k-1].Hi = one.Hi
		return
	}
	f.parts = append(f.parts, one)
}

// forget takes back the marks of a neuron that did not fit.
func (f *filler) forget() {
	for _, s := range f.fresh {
		f.marked[s] = -1
	}
}

// close goes on to the next core.
func (f *filler) close() {
	f.at++
	f.load = load{}
	clear(f.counted)
}

// tooLarge tells that a neuron does not fit on an empty core.
func (f *filler) tooLarge(population, n int, key string, used int64, limit Limit) *Violation {
	p := &f.d.Populations[population]
	return &Violation{
		Limit: key, Population: p.Name, Neuron: n, Core: f.chip.CoreName(f.order[f.at]),
		Used: used, Max: limit.Value, WorstCase: f.counts(population), Source: limit.Source, Place: p.Place,
	}
}

// counts tells whether a projection into the population is known by its counts only.
func (f *filler) counts(population int) bool {
	for _, q := range f.into[population] {
		if f.d.Projections[q].Wiring == nil {
			return true
		}
	}
	return false
}

// noRoom tells that all cores are full.
func (f *filler) noRoom(population, n int) *Violation {
	p := &f.d.Populations[population]
	return &Violation{
		Limit: "cores", Population: p.Name, Neuron: n, Core: f.chip.CoreName(f.order[len(f.order)-1]),
		Used: int64(len(f.order)) + 1, Max: int64(len(f.order)), Place: p.Place,
		Detail: fmt.Sprintf("only %d of %d neurons find room, all %d cores are in use%s; valid: a smaller network or a larger chip",
			n, p.Size, len(f.order), f.fullBy()),
	}
}

// fullBy says which limits have filled how many cores.
func (f *filler) fullBy() string {
	var list []string
	for _, n := range limitNames {
		if cores := f.full[n.key]; cores > 0 {
			list = append(list, fmt.Sprintf("%d by %s", cores, n.key))
		}
	}
	if len(list) == 0 {
		return ""
	}
	return " (filled: " + strings.Join(list, ", ") + ")"
}
