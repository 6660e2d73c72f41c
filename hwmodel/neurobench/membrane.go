package neurobench

import "fmt"

// NeuronType is a spiking neuron of the benchmark's table of costs.
type NeuronType uint8

const (
	// Leaky integrates with a leak.
	Leaky NeuronType = iota
	// Synaptic has a synaptic current on top.
	Synaptic
	// Lapicque is the RC circuit.
	Lapicque
	// Alpha has two currents, whose difference is an alpha function.
	Alpha
)

// Reset is what a spike does to the membrane.
type Reset uint8

const (
	// Subtract takes the threshold off.
	Subtract Reset = iota
	// Zero sets the membrane to zero.
	Zero
)

// UpdateCost is the number of operations of one update of a neuron, as the benchmark fixes it.
func UpdateCost(n NeuronType, r Reset) (int64, error) {
	costs := [...][2]int64{Leaky: {4, 4}, Synaptic: {6, 8}, Lapicque: {11, 11}, Alpha: {18, 24}}
	if int(n) >= len(costs) || r > Zero {
		return 0, fmt.Errorf("neurobench: neuron type %d with reset %d has no cost", n, r)
	}
	return costs[n][r], nil
}

// Updates are the membrane updates of a layer of neurons in one batch.
type Updates struct {
	// Count is the number of updates.
	Count int64
	// Elements is the number of neurons times samples, Steps that of recorded steps.
	Elements, Steps int64
}

// MembraneUpdatesOf counts the updates of a layer from its membranes before and after each step: all
// elements of the first step, and in the later ones those that the step changed. Rows are steps, of
// samples × neurons. It is an error if the two do not have the same rows.
func MembraneUpdatesOf[F Real](before, after [][]F) (Updates, error) {
	if len(before) != len(after) {
		return Updates{}, fmt.Errorf("neurobench: membranes before %d steps and after %d, want the same steps", len(before), len(after))
	}
	if len(after) == 0 {
		return Updates{}, nil
	}
	u := Updates{Count: int64(len(after[0])), Elements: int64(len(after[0])), Steps: int64(len(after))}
	for t, row := range after {
		if len(row) != len(after[0]) || len(before[t]) != len(row) {
			return Updates{}, fmt.Errorf("neurobench: step %d has %d membranes before and %d after, want %d", t, len(before[t]), len(row), len(after[0]))
		}
		if t == 0 {
			continue
		}
		for i, v := range row {
			if v != before[t][i] {
				u.Count++
			}
		}
	}
	return u, nil
}

// MembraneUpdates is the metric of that name, over all batches. The zero value has seen none.
type MembraneUpdates struct {
	Total, Samples int64
}

// Add adds a batch of so many samples with the updates of all spiking layers.
func (m *MembraneUpdates) Add(samples int, layers ...Updates) error {
	if samples < 1 {
		return errNoSamples(samples)
	}
	sum := m.Total
	for _, u := range layers {
		if err := u.check(); err != nil {
			return err
		}
		if sum += u.Count; sum < 0 {
			return fmt.Errorf("neurobench: membrane updates: %w", errOverflow)
		}
	}
	m.Total, m.Samples = sum, m.Samples+int64(samples)
	return nil
}

// check reports counts that cannot be.
func (u Updates) check() error {
	most, err := times(max(u.Elements, 0), max(u.Steps, 0))
	if err == nil && (u.Count < 0 || u.Elements < 0 || u.Steps < 0 || u.Count > most) {
		err = fmt.Errorf("%d updates of %d membranes in %d steps, want 0 to all in each", u.Count, u.Elements, u.Steps)
	}
	if err != nil {
		return fmt.Errorf("neurobench: %w", err)
	}
	return nil
}

// Result is the number of updates per sample, not rounded; 0 if no batch was added.
func (m MembraneUpdates) Result() float64 { return perSample(m.Total, m.Samples) }

// NeuronOperations is the metric of that name, over all batches: updates times the cost of one, and what
// updating every membrane in every step would take. The zero value has seen none.
type NeuronOperations struct {
	Effective, Dense int64
	Samples          int64
}

// NeuronLayer is a layer of neurons in a batch.
type NeuronLayer struct {
	Type  NeuronType
	Reset Reset
	Updates
}

// Add adds a batch of so many samples with all spiking layers.
func (n *NeuronOperations) Add(samples int, layers ...NeuronLayer) error {
	if samples < 1 {
		return errNoSamples(samples)
	}
	sum := *n
	sum.Samples += int64(samples)
	for _, l := range layers {
		cost, err := UpdateCost(l.Type, l.Reset)
		if err != nil {
			return err
		}
		if err := l.check(); err != nil {
			return err
		}
		effective, err := times(l.Count, cost)
		if err != nil {
			return fmt.Errorf("neurobench: neuron operations: %w", err)
		}
		dense, err := times(l.Elements*l.Steps, cost)
		sum.Effective += effective
		sum.Dense += dense
		if err != nil || sum.Effective < 0 || sum.Dense < 0 {
			return fmt.Errorf("neurobench: neuron operations: %w", errOverflow)
		}
	}
	*n = sum
	return nil
}

// Result is the number of operations per sample, effective and dense, not rounded; 0 if no batch was
// added.
func (n NeuronOperations) Result() (effective, dense float64) {
	return perSample(n.Effective, n.Samples), perSample(n.Dense, n.Samples)
}
