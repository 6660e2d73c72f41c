package sim

import (
	"fmt"

	"couplet/internal/mem"
	"couplet/neuron"
	"couplet/synapse"
)

// MemoryError tells that a network does not fit; nothing was allocated.
type MemoryError struct {
	Need, Have uint64 // bytes
	Largest    string // the part that needs most
}

func (e *MemoryError) Error() string {
	return fmt.Sprintf("sim: the network needs about %s of memory (most of it for %s), this machine can give %s; make it smaller or give each synapse fewer bits (weight resolution, one delay)",
		mem.FormatBytes(e.Need), e.Largest, mem.FormatBytes(e.Have))
}

// checkMemory estimates the memory of a network and compares it with a limit or with the machine.
func (p *Program) checkMemory(limit uint64) error {
	need, largest := p.estimate()
	p.bytes = uint64(need)
	if limit == 0 {
		available, known := mem.Available()
		if !known {
			return nil
		}
		limit = available
	}
	if need > float64(limit) {
		return &MemoryError{uint64(min(need, 1<<62)), limit, largest}
	}
	return nil
}

// estimate returns the bytes that the network will need, from its description alone, and the name
// of the part that needs most of them.
func (p *Program) estimate() (bytes float64, largest string) {
	most := 0.0
	count := func(n float64, name string) {
		bytes += n
		if n > most {
			most, largest = n, name
		}
	}
	for _, q := range p.populations {
		count(q.stateBytes(), fmt.Sprintf("population %q", q.Name))
	}
	for _, q := range p.projections {
		count(q.estimateBytes(p.shards, p.net.TickMs), fmt.Sprintf("projection %q", q.Name))
	}
	return bytes, largest
}

// stateBytes estimates the state of a population: its variables, drive and refractory time, its
// input sums, and the marks of lazy hosting.
func (q *population) stateBytes() float64 {
	perNeuron := 8*len(q.info.Variables) + 8 + 4 + 8*len(q.info.Ports) + 8*len(q.Each)
	if q.lazy {
		perNeuron += 8 + 8 + 5
	}
	return float64(perNeuron) * float64(q.Size)
}

// estimateBytes estimates the tables of a projection.
func (q *projection) estimateBytes(shards int, tickMs float64) float64 {
	synapses := q.Rule.Expect(q.From.Len(), q.To.Len())
	weight, delay := synapse.StrengthOf(q.Rule, q.Synapse)
	_, sharedWeight := weight.(synapse.Const)
	_, sharedDelay := delay.(synapse.Const)
	if sharedDelay && q.implicitRule() && q.plastic == nil {
		if sharedWeight || q.Rule.Name() != "all_to_all" {
			return 0
		}
		return 8 * synapses
	}
	perSynapse := 4.0
	switch {
	case q.plastic != nil:
		perSynapse = 20 // target, initial weight, this run's weight
	case !sharedWeight && q.to.wideInput():
		perSynapse = 12
	case !sharedWeight:
		perSynapse = 8
	}
	classes := 1.0
	if !sharedDelay {
		lo, hi := delay.Bounds()
		classes = min(max(1, (hi-lo)/tickMs), synapses/shortRowEstimate/float64(q.From.Len())+1)
	}
	return perSynapse*synapses + 4*classes*float64(shards)*float64(q.From.Len()+1)
}

// shortRowEstimate is the row length from which rows are cut by delay class.
const shortRowEstimate = 16

func (q *projection) implicitRule() bool {
	_, stencil := q.Rule.(synapse.Stencil)
	return stencil || q.Rule.Name() == "all_to_all" || q.Rule.Name() == "one_to_one"
}

func (q *population) wideInput() bool {
	for port := range q.scales {
		if q.scales[port].Wide || q.info.Ports[port].Kind == neuron.Timed {
			return true
		}
	}
	return false
}
