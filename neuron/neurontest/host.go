package neurontest

import (
	"cmp"
	"fmt"
	"slices"

	"couplet/neuron"
)

// host drives one state through a trial in one of the two hostings, as an engine does.
type host struct {
	trial
	state neuron.State
	lazy  bool
	in    []neuron.Input
	wake  []int64 // lazy: next tick at which a neuron has to be touched without arrivals
	now   int64
	from  int // population index of the state's first neuron minus that of the trial
	n     int
}

// fired is one spike.
type fired struct {
	tick   int64
	neuron uint32
	before float64
}

// newHost builds the state of neurons from … from+n-1 of a trial. It is nil if the model does not
// have the hosting.
func newHost(tr trial, lazy, wide bool, from, n int) (*host, error) {
	b := tr.build
	b.First, b.N, b.Lazy = b.First+from, n, lazy
	b.Each = make(map[string][]float64)
	for name, values := range tr.build.Each {
		b.Each[name] = values[from : from+n]
	}
	state, err := tr.model.Build(b)
	if err != nil {
		return nil, err
	}
	if lazy {
		if _, ok := state.(neuron.Lazy); !ok {
			return nil, nil
		}
	} else if _, ok := state.(neuron.Clocked); !ok {
		return nil, nil
	}
	h := &host{trial: tr, state: state, lazy: lazy, from: from, n: n, in: make([]neuron.Input, len(tr.model.Info().Ports))}
	for p, port := range tr.model.Info().Ports {
		switch {
		case port.Kind == neuron.Timed:
		case wide:
			h.in[p].Sum64 = make([]int64, n)
		default:
			h.in[p].Sum32 = make([]int32, n)
		}
		h.in[p].Quantum = tr.quantum
		if port.Kind == neuron.Counting {
			h.in[p].Quantum = 1
		}
	}
	h.rearm()
	return h, nil
}

// hosts builds the whole trial in every hosting that the model has.
func hosts(tr trial) ([]*host, error) {
	var list []*host
	for _, lazy := range []bool{false, true} {
		h, err := newHost(tr, lazy, false, 0, tr.build.N)
		if err != nil {
			return nil, err
		}
		if h != nil {
			list = append(list, h)
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s has neither a Clocked nor a Lazy state", tr.model.Info().Name)
	}
	return list, nil
}

// rearm asks for all wake-up ticks.
func (h *host) rearm() {
	if !h.lazy {
		return
	}
	h.wake = make([]int64, h.n)
	for i := range h.wake {
		h.wake[i] = h.state.(neuron.Lazy).Wake(i)
	}
}

// tick plays one tick of the trial and gives its spikes in order of neuron and time.
func (h *host) tick() []fired {
	h.now++
	for _, c := range h.currents {
		if c.tick == h.now && h.has(c.neuron) {
			h.setCurrent(c.neuron-h.from, c.amplitude)
		}
	}
	touched := make(map[uint32]bool)
	for _, a := range h.arrivals {
		if a.tick == h.now && h.has(a.neuron) {
			h.deliver(a)
			touched[uint32(a.neuron-h.from)] = true
		}
	}
	var out neuron.Spikes
	if !h.lazy {
		h.state.(neuron.Clocked).Step(h.now, h.in, &out)
		return h.spikes(&out)
	}
	var list []uint32
	for i := range h.wake {
		if touched[uint32(i)] || h.wake[i] <= h.now {
			list = append(list, uint32(i))
		}
	}
	if h.now%2 == 1 { // any order will do
		slices.Reverse(list)
	}
	l := h.state.(neuron.Lazy)
	if len(list) > 0 {
		l.Touch(h.now, list, h.in, &out)
	}
	for _, i := range list {
		h.wake[i] = l.Wake(int(i))
	}
	spikes := h.spikes(&out)
	slices.SortStableFunc(spikes, func(a, b fired) int { return cmp.Compare(a.neuron&^neuron.Negative, b.neuron&^neuron.Negative) })
	return spikes
}

func (h *host) has(neuron int) bool { return neuron >= h.from && neuron < h.from+h.n }

func (h *host) setCurrent(i int, amplitude float64) {
	if h.lazy {
		h.state.(neuron.Lazy).Advance(i, h.now-1)
	}
	h.state.SetCurrent(i, amplitude)
	if h.lazy {
		h.wake[i] = h.state.(neuron.Lazy).Wake(i)
	}
}

func (h *host) deliver(a arrival) {
	i, in := a.neuron-h.from, &h.in[a.port]
	switch {
	case in.Sum32 != nil:
		in.Sum32[i] += int32(a.units)
	case in.Sum64 != nil:
		in.Sum64[i] += a.units
	default:
		in.Timed = append(in.Timed, neuron.Arrival{Neuron: uint32(i), Before: a.before, Weight: float64(a.units) * in.Quantum})
	}
}

func (h *host) spikes(out *neuron.Spikes) []fired {
	list := make([]fired, len(out.Neurons))
	for k, i := range out.Neurons {
		list[k] = fired{tick: h.now, neuron: i}
		if h.model.Info().Precise && k < len(out.Before) {
			list[k].before = out.Before[k]
		}
	}
	return list
}

// read gives all variables of all neurons as they are after tick now.
func (h *host) read(now int64) []float64 {
	var values []float64
	for i := range h.n {
		for v := range h.model.Info().Variables {
			values = append(values, h.state.Read(v, i, now))
		}
	}
	return values
}

// snapshot copies the columns.
func (h *host) snapshot() []neuron.Column {
	columns := slices.Clone(h.state.Columns())
	for i, c := range columns {
		columns[i] = neuron.Column{
			Name: c.Name,
			F64:  slices.Clone(c.F64), F32: slices.Clone(c.F32), I64: slices.Clone(c.I64), I32: slices.Clone(c.I32),
		}
	}
	return columns
}

// restore fills the columns of the state, as an engine does when it resumes from a snapshot.
func (h *host) restore(from []neuron.Column, now int64) error {
	to := h.state.Columns()
	if len(to) != len(from) {
		return fmt.Errorf("a fresh state has %d columns, the old one had %d", len(to), len(from))
	}
	for i, c := range from {
		n := copy(to[i].F64, c.F64) + copy(to[i].F32, c.F32) + copy(to[i].I64, c.I64) + copy(to[i].I32, c.I32)
		if want := len(c.F64) + len(c.F32) + len(c.I64) + len(c.I32); n != want || to[i].Name != c.Name {
			return fmt.Errorf("column %q has %d values and fits %d of column %q", c.Name, want, n, to[i].Name)
		}
	}
	h.now = now
	h.rearm()
	return nil
}
