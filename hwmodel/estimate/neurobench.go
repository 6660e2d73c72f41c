package estimate

import (
	"fmt"
	"math/bits"

	"couplet/hwmodel/neurobench"
	"couplet/hwmodel/opcount"
	"couplet/sim"
)

// weightBytes is the size of a weight in NeuroBench's footprint: single precision, as models are trained.
const weightBytes = 4

// Metrics are the metrics of NeuroBench for a run, with its definitions and its rounding.
type Metrics struct {
	Parameters           int64           `json:"parameters"`
	Footprint            int64           `json:"footprint_bytes"`
	ConnectionSparsity   float64         `json:"connection_sparsity"` // to four decimals
	ActivationSparsity   float64         `json:"activation_sparsity"`
	SparsityByLayer      []LayerSparsity `json:"activation_sparsity_by_layer"`
	EffectiveMACs        float64         `json:"effective_macs"` // per inference, as the following
	EffectiveACs         float64         `json:"effective_acs"`
	Dense                float64         `json:"dense_operations"`
	MembraneUpdatesBound float64         `json:"membrane_updates_at_most"`
	Notes                []string        `json:"notes"`
}

// LayerSparsity is the activation sparsity of a population.
type LayerSparsity struct {
	Layer    string  `json:"layer"`
	Sparsity float64 `json:"sparsity"`
}

// NeuroBench computes the metrics that follow from a run.
//
// Connection layers are all projections but poolings and transposed convolutions, which the benchmark
// does not count. One that is no dense map and no convolution is a dense layer in which the missing synapses
// are weights of 0. Activation layers are the populations of neurons, save those that never spike and that
// nothing listens to: readouts of membranes. What a membrane did in a step is not recorded, so that the
// updates are a bound: all that the engine made.
func NeuroBench(r Run) (*Metrics, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	t := tally{run: r}
	for i, p := range r.Network.Projections {
		if err := t.connection(p, r.Activity.Projections[i]); err != nil {
			return nil, err
		}
	}
	updates := neurobench.MembraneUpdates{Samples: r.inferences()}
	for i, p := range r.Network.Populations {
		a := r.Activity.Populations[i]
		if p.Model.Info().Source() {
			continue
		}
		updates.Total += a.Updates
		if a.Spikes == 0 && !r.listened(p) {
			continue
		}
		outputs := int64(p.Size) * r.Activity.Ticks
		if err := t.activations.Count(p.Name, outputs, min(a.Spikes, outputs)); err != nil {
			return nil, fmt.Errorf("estimate: %w", err)
		}
	}
	return t.metrics(updates), nil
}

// tally collects what the metrics are made of.
type tally struct {
	run            Run
	weights, zeros int64
	effective      int64
	dense          int64
	activations    neurobench.Activations
}

// connection adds a projection.
func (t *tally) connection(p *sim.Projection, a sim.ProjectionActivity) error {
	m := mapOf(p)
	switch m.(type) {
	case opcount.Pool, opcount.TransposedConv:
		return nil
	case nil:
		all := max(int64(p.From.Len())*int64(p.To.Len()), a.Synapses)
		t.zeros, t.effective = t.zeros+all-a.Synapses, t.effective+a.Events
		return t.grow(p, all, all)
	}
	s, err := opcount.Analyse(m)
	if err != nil {
		return fmt.Errorf("estimate: projection %q: %w", p.Name, err)
	}
	t.zeros += s.ZeroWeights
	if err := t.grow(p, s.Weights, s.All); err != nil {
		return err
	}
	spikes, _, ok := t.run.perSource(p.From)
	if !ok {
		t.effective += a.Events
		return nil
	}
	for k, n := range spikes {
		t.effective += n * s.FanOut[k]
	}
	return nil
}

// mostOperations bounds the dense operations of all projections, so that nothing overflows.
const mostOperations = 1 << 60

// grow adds the weights of a projection and the products that all its synapses make in every tick.
func (t *tally) grow(p *sim.Projection, weights, synapses int64) error {
	high, low := bits.Mul64(uint64(synapses), uint64(t.run.Activity.Ticks))
	if high != 0 || low > mostOperations-uint64(t.dense) {
		return fmt.Errorf("estimate: projection %q: more than %g dense operations cannot be counted", p.Name, float64(mostOperations))
	}
	t.weights, t.dense = t.weights+weights, t.dense+int64(low)
	return nil
}

// listened tells whether a projection begins at a population.
func (r Run) listened(p *sim.Population) bool {
	for _, q := range r.Network.Projections {
		if q.From.Population == p {
			return true
		}
	}
	return false
}

func (t *tally) metrics(updates neurobench.MembraneUpdates) *Metrics {
	ops := neurobench.SynapticOperations{ACs: t.effective, Dense: t.dense, Samples: t.run.inferences()}.Result()
	m := &Metrics{
		Parameters: t.weights, Footprint: t.weights * weightBytes,
		ActivationSparsity: t.activations.Sparsity(),
		EffectiveMACs:      ops.EffectiveMACs, EffectiveACs: ops.EffectiveACs, Dense: ops.Dense,
		MembraneUpdatesBound: updates.Result(),
		Notes: []string{
			"parameters are the weights of connection layers in 32 bits; biases, which the run has as currents, are not among them",
			"the operations that turn an input into currents are not part of the network",
			"membrane updates are a bound: all updates that the engine made, changed or not",
		},
	}
	if t.weights > 0 {
		m.ConnectionSparsity = neurobench.SparsityOf(t.zeros, t.weights)
	}
	for _, l := range t.activations.ByLayer() {
		m.SparsityByLayer = append(m.SparsityByLayer, LayerSparsity{l.Layer, l.Value()})
	}
	return m
}
