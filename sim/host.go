package sim

import (
	"cmp"
	"fmt"
	"slices"

	"couplet/internal/mem"
	"couplet/internal/spike"
	"couplet/neuron"
	"couplet/synapse"
)

// host is one shard of a population in one run: its neurons' state, what arrives at them and when
// they are due.
type host struct {
	*population
	lo, n    int
	state    neuron.State
	clocked  neuron.Clocked // set if the population is hosted clocked
	lazily   neuron.Lazy    // set if it is hosted lazily
	inputs   []neuron.Input
	sinks    []synapse.Sink
	touched  *synapse.Touched
	wakes    wakes // lazy: the pending wake events
	updateAt int64 // lazy: the tick for which an update event is pending
	plastic  []*synapse.PlasticTable
	injected [][]uint32
	muted    []bool // neurons whose spikes nobody hears; nil if all are heard
	// withheld are the spikes of muted neurons in tick withheldAt.
	withheld   []uint32
	withheldAt int64
	initial    []neuron.Column
	timed      []timedSpike // room for sorting
	activity   PopulationActivity
	census     *census // nil unless active neurons are told from idle ones
	memory     []any   // owners of the input sums
}

// array makes an array over the neurons of a shard, on huge pages if it is large.
func array[T mem.Element](memory *[]any, n int) []T {
	b := mem.Alloc[T](n)
	*memory = append(*memory, b)
	return b.Slice()
}

// newHost builds the state of a shard and the inputs that feed it.
func (q *population) newHost(p *Program, shard int) (*host, error) {
	h := &host{population: q, lo: q.bounds[shard], n: q.bounds[shard+1] - q.bounds[shard]}
	if h.n == 0 {
		return h, nil
	}
	state, err := q.newState(p, shard)
	if err != nil {
		return nil, err
	}
	h.state = state
	if q.lazy {
		h.lazily = state.(neuron.Lazy)
		h.touched = synapse.NewTouched(h.n)
		h.wakes = newWakes(h.n)
	} else {
		h.clocked = state.(neuron.Clocked)
	}
	for port, kind := range q.info.Ports {
		in := neuron.Input{Quantum: q.scales[port].Quantum}
		switch {
		case kind.Kind == neuron.Timed:
		case q.scales[port].Wide:
			in.Sum64 = array[int64](&h.memory, h.n)
		default:
			in.Sum32 = array[int32](&h.memory, h.n)
		}
		h.inputs = append(h.inputs, in)
		h.sinks = append(h.sinks, synapse.Sink{Sum32: in.Sum32, Sum64: in.Sum64, Lazy: h.touched})
	}
	if p.countActive {
		h.census = newCensus(h)
	}
	return h, nil
}

// update brings the neurons to a tick and appends their spikes to out.
func (h *host) update(tick int64, out *neuron.Spikes) error {
	for port := range h.sinks {
		h.inputs[port].Timed = h.sinks[port].Timed
	}
	if h.census != nil {
		h.census.before(h)
	}
	from := len(out.Neurons)
	if h.clocked != nil {
		h.clocked.Step(tick, h.inputs, out)
		h.activity.Updates += int64(h.n)
	} else {
		h.lazily.Touch(tick, h.touched.List, h.inputs, out)
		h.activity.Updates += int64(len(h.touched.List))
		h.sort(out, from)
	}
	if h.census != nil {
		h.activity.Active += h.census.after(h, tick, out.Neurons[from:])
	}
	for port := range h.sinks {
		h.sinks[port].Timed = h.inputs[port].Timed[:0]
	}
	return h.note(tick, out.Neurons[from:])
}

// note counts the spikes of an update and tells them to the plastic synapses that end here.
func (h *host) note(tick int64, spikes []uint32) error {
	h.activity.Spikes += int64(len(spikes))
	if h.info.Signed {
		for _, s := range spikes {
			if s&spike.Negative != 0 {
				h.activity.Negative++
			}
		}
	}
	for _, t := range h.plastic {
		if t.NeedsPost() {
			for _, s := range spikes {
				t.PostSpike(s-uint32(h.lo), tick)
			}
		}
	}
	if h.info.Multiple {
		return h.checkMultiplicity(tick, spikes)
	}
	return nil
}

// checkMultiplicity refuses more spikes of one neuron in one tick than input sums have room for.
func (h *host) checkMultiplicity(tick int64, spikes []uint32) error {
	for k := mostMultiple; k < len(spikes); k++ {
		if spikes[k] == spikes[k-mostMultiple] {
			return fmt.Errorf("sim: neuron %d of population %q emits more than %d spikes in tick %d", spikes[k], h.Name, mostMultiple, tick)
		}
	}
	return nil
}

// timedSpike is a spike with its time before the end of the tick.
type timedSpike struct {
	neuron uint32
	before float64
}

// sort puts the spikes from index from on in order of (neuron, time, sign).
func (h *host) sort(s *neuron.Spikes, from int) {
	list := s.Neurons[from:]
	if len(s.Before) == 0 {
		slices.SortFunc(list, func(a, b uint32) int {
			return cmp.Or(cmp.Compare(spike.Index(a), spike.Index(b)), cmp.Compare(a, b))
		})
		return
	}
	h.timed = h.timed[:0]
	for k, n := range list {
		h.timed = append(h.timed, timedSpike{n, s.Before[from+k]})
	}
	slices.SortFunc(h.timed, func(a, b timedSpike) int {
		return cmp.Or(cmp.Compare(a.neuron, b.neuron), cmp.Compare(b.before, a.before))
	})
	for k, t := range h.timed {
		list[k], s.Before[from+k] = t.neuron, t.before
	}
}
