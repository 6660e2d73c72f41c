package sim

import (
	"fmt"
	"unsafe"

	"couplet/internal/mem"
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
		tables := p.tableBytes(q)
		count(tables+p.plasticBytes(q, tables)+p.historyBytes(q), fmt.Sprintf("projection %q", q.Name))
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

// tableBytes estimates the tables of a projection.
func (p *Program) tableBytes(q *projection) float64 {
	bytes := 0.0
	for shard := range p.shards {
		if lo, hi := q.targets(shard); lo >= hi {
			continue
		}
		for port := range q.to.info.Ports {
			bytes += synapse.EstimateBytes(p.spec(q, shard, port))
		}
	}
	return bytes
}

// plasticBytes estimates what a run of a plastic projection adds to its tables: for each synapse the
// weight as it is and as it was handed on last, for each row the traces of its source.
func (p *Program) plasticBytes(q *projection, tables float64) float64 {
	if q.plastic == nil {
		return 0
	}
	const perSynapse, perRow = 8 + 8, 4 * 8
	synapses := q.Rule.Expect(q.From.Len(), q.To.Len())
	rows := max(0, tables-12*synapses) / 4 // what is no synapse in the tables is an offset for each row
	return perSynapse*synapses + perRow*rows
}

// historyBytes estimates the rings that hold the spikes of a projection, and the cursors on its rows,
// until the longest delay has passed.
func (p *Program) historyBytes(q *projection) float64 {
	_, delay := synapse.StrengthOf(q.Rule, q.Synapse)
	_, longest := delay.Bounds()
	size := laneSize(int64(synapse.Ticks(longest, p.net.TickMs, 0)), maxWindow)
	perTick := unsafe.Sizeof(part{})
	if !isConst(delay) {
		perTick += unsafe.Sizeof([]synapse.Cursor{})
	}
	return float64(perTick) * float64(size) * float64(p.shards)
}
