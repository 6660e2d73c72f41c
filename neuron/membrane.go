package neuron

import (
	"couplet/internal/mem"
)

// membrane is what the shards of all iaf_psc models on the grid have in common: potentials,
// currents and refractory counters as arrays over the neurons.
type membrane[F real] struct {
	first  uint32    // index of the shard's first neuron in its population
	class  []uint32  // class of each neuron; nil when there is only one
	v      []F       // potential relative to E_L
	drive  []F       // G·(I_e + I), what constant currents add per tick
	ref    []int32   // updates left until the neuron is free
	last   []int64   // tick of the last update; nil when clocked
	steady []float64 // I_e
	cells  []cell[F] // constants of each class
	memory []any     // owners of the arrays above: a block is freed when its owner is dropped
}

// array makes an array over the neurons. Large ones lie on huge pages, because touched neurons are
// far apart and a miss of the page table costs as much as one of the cache.
func array[T mem.Element](memory *[]any, n int) []T {
	b := mem.Alloc[T](n)
	*memory = append(*memory, b)
	return b.Slice()
}

// cell holds the constants that neurons with equal parameters share; potentials are relative to
// E_L.
type cell[F real] struct {
	p                F // exp(-h/tau_m)
	threshold, reset F
	refractory       int32
	rest             float64 // E_L
	gain             float64 // G: mV that 1 pA adds per tick
	leak             leak
}

// cellParams are the parameters that all iaf_psc models have, under the names they have there.
type cellParams struct {
	Cm, TauM, EL, VTh, VReset, TRef float64
}

func newCell[F real](m cellParams, tickMs float64, table int) (cell[F], error) {
	refractory, err := refractoryTicks(m.TRef, tickMs)
	l := newLeak[F](m.TauM, tickMs, table)
	return cell[F]{
		p:          F(l.power(1)),
		threshold:  F(m.VTh - m.EL),
		reset:      F(m.VReset - m.EL),
		refractory: refractory,
		rest:       m.EL,
		gain:       m.TauM / m.Cm * l.loss,
		leak:       l,
	}, err
}

// newMembrane makes the arrays of a shard whose classes have the given constants, in the initial
// state: at rest or at the V_m given per neuron, not refractory, no stimulus.
func newMembrane[F real](b Build, class []uint32, cells []cell[F], steady float64) membrane[F] {
	m := membrane[F]{
		first: uint32(b.First), class: class, cells: cells, steady: make([]float64, b.N),
	}
	m.v, m.drive, m.ref = array[F](&m.memory, b.N), array[F](&m.memory, b.N), array[int32](&m.memory, b.N)
	if b.Lazy {
		m.last = array[int64](&m.memory, b.N)
	}
	for i := range m.v {
		rest := cells[m.classOf(i)].rest
		m.v[i] = F(b.value("V_m", i, rest) - rest)
		m.steady[i] = b.value("I_e", i, steady)
		m.SetCurrent(i, 0)
	}
	return m
}

func (m *membrane[F]) classOf(i int) uint32 {
	if m.class == nil {
		return 0
	}
	return m.class[i]
}

// SetCurrent sets the stimulus current of neuron i in pA.
func (m *membrane[F]) SetCurrent(i int, current float64) {
	m.drive[i] = F(m.cells[m.classOf(i)].gain * (m.steady[i] + current))
}

// columns lists the mutable arrays.
func (m *membrane[F]) columns() []Column {
	list := []Column{floats("V", m.v), floats("drive", m.drive), {Name: "refractory", I32: m.ref}}
	if m.last != nil {
		list = append(list, Column{Name: "last", I64: m.last})
	}
	return list
}

// gap is the number of ticks from the last update of neuron i to tick now; none when clocked.
func (m *membrane[F]) gap(i int, now int64) int64 {
	if m.last == nil {
		return 0
	}
	return now - m.last[i]
}

// fire appends the spike of neuron i.
func (m *membrane[F]) fire(i int, out *Spikes) {
	out.Neurons = append(out.Neurons, m.first+uint32(i))
}

// prefetchBlock is the number of touched neurons whose arrays are asked for together, one block
// ahead of their update: in a large population every one of them is a miss of the cache.
const prefetchBlock = 16

// ahead is the block of a list of touched neurons that follows the one at index k.
func ahead(list []uint32, k int) []uint32 {
	return list[min(k+prefetchBlock, len(list)):min(k+2*prefetchBlock, len(list))]
}

// floats is a column of either format.
func floats[F real](name string, x []F) Column {
	c := Column{Name: name}
	switch x := any(x).(type) {
	case []float32:
		c.F32 = x
	case []float64:
		c.F64 = x
	}
	return c
}

// doubles returns x if it is in double precision, else nil.
func doubles[F real](x []F) []float64 {
	d, _ := any(x).([]float64)
	return d
}
