package spide

import (
	"fmt"

	"couplet/internal/spike"
	"couplet/learning/layer"
)

// Engine runs the ticks of the two stages in place of an [Executor]'s arrays, one sample after another.
// The executor does what comes before and after them: masks, norms, constant currents, rates, gates,
// β, gradients, logits. Package event has one made of the event-driven simulator.
type Engine[F layer.Real] interface {
	// Run runs the ticks of a stage for a sample, from rest, and leaves in s.Layers what the neurons did.
	// When it is called for sample 0, the parameters of the maps may have changed; weights that derive
	// from them have been computed.
	Run(s *Sample[F]) error
}

// Sample is a sample in a stage: what an [Engine] runs and where it leaves the outcome. The slices are the
// executor's.
type Sample[F layer.Real] struct {
	Stage Stage
	// Number counts the samples of the batch from 0.
	Number int
	// Scales has, for each block in the order of the ring, the factor on all its weights: that of the
	// norm restriction and the 1/(1−p) of dropout. It is the same for all samples of a batch.
	Scales []float64
	// Masks has, for each block in the order of the ring, the entries 0 or 1/(1−p) of dropout by output
	// neuron, and nil for a block without. In the backward stage Open has them in already.
	Masks [][]F
	// Current flows in every tick, in the forward stage into layer 0, dropout included, in the backward
	// stage into layer N−1. It is nil where Frame gives the input.
	Current []F
	// Frame returns the input of tick t = 0, 1, … It is to be called once for every tick, in order.
	Frame func(t int) ([]F, error)
	// Layers has the neurons, layer 0 first.
	Layers []LayerState[F]
}

// LayerState has the neurons of a layer in a [Sample].
type LayerState[F layer.Real] struct {
	// Unit is what 1 means in the membrane, and in Current: see [Executor.Backward].
	Unit float64
	// Open tells whose spikes are sent on in the backward stage.
	Open []bool

	// The engine sets the following. Membrane is the potential after the last tick, in Unit.
	Membrane []F
	// Sum is Σ λ^(T−t)·s[t], with signs in the backward stage, and Counts the number of spikes of either
	// sign, whether or not they are sent on.
	Sum    []F
	Counts []int32
	// Last lists the spikes of the last tick that are sent on, ascending; the top bit marks those of
	// sign −1. The executor reads it before the next sample.
	Last []uint32
	// Updates is the number of times that a neuron was updated.
	Updates int64
}

// NewOn makes an executor whose ticks are run by an engine.
func NewOn[F layer.Real](c Config, r Ring[F], engine Engine[F]) (*Executor[F], error) {
	e, err := New(c, r)
	if err != nil {
		return nil, err
	}
	e.engine = engine
	blocks := len(r.blocks())
	e.sample = &Sample[F]{
		Layers: make([]LayerState[F], len(e.populations)),
		Scales: make([]float64, blocks), Masks: make([][]F, blocks),
	}
	return e, nil
}

// runSamples has the engine run a stage of all samples. rows has the constant current of each, of as many
// neurons as given; frame is the input where there is none.
func (e *Executor[F]) runSamples(stage Stage, rows []F, neurons int, frame func(t int) []F) error {
	e.setScales()
	for _, l := range e.populations {
		l.spikes.begin(stage == Backward)
	}
	for b := range e.batch {
		s := e.sampleOf(stage, b)
		if frame == nil {
			s.Current = rows[b*neurons:][:neurons]
		} else {
			s.Frame = e.framesOf(b, frame)
		}
		if err := e.engine.Run(s); err != nil {
			return err
		}
		for i, l := range e.populations {
			l.spikes.addWords(s.Layers[i].Last)
			l.spikes.end(b)
			l.updates[stage] += s.Layers[i].Updates
		}
	}
	return nil
}

// setScales sets the factors on the weights of all blocks, 0 for a feedback that is missing.
func (e *Executor[F]) setScales() {
	for _, p := range e.projections {
		e.sample.Scales[p.place] = p.factor / p.kept()
	}
}

// sampleOf fills the form of sample b.
func (e *Executor[F]) sampleOf(stage Stage, b int) *Sample[F] {
	s := e.sample
	s.Stage, s.Number, s.Current, s.Frame = stage, b, nil, nil
	for _, p := range e.projections {
		s.Masks[p.place] = nil
		if p.mask != nil {
			s.Masks[p.place] = p.mask[b*p.out:][:p.out]
		}
	}
	for i, l := range e.populations {
		lo, hi := b*l.neurons, (b+1)*l.neurons
		counts := l.count
		if stage == Backward {
			counts = l.total
		}
		s.Layers[i] = LayerState[F]{
			Unit: l.unit, Open: l.open[lo:hi],
			Membrane: l.u[lo:hi], Sum: l.sum[lo:hi], Counts: counts[lo:hi],
			Last: s.Layers[i].Last[:0],
		}
	}
	return s
}

// framesOf gives the frames of one sample, and adds them to the mean input.
func (e *Executor[F]) framesOf(b int, frame func(t int) []F) func(t int) ([]F, error) {
	return func(t int) ([]F, error) {
		x, err := e.takeFrame(t, frame)
		if err != nil {
			return nil, err
		}
		lo, hi := b*e.input.in, (b+1)*e.input.in
		if notFinite(x[lo:hi]) >= 0 {
			return nil, fmt.Errorf("spide: frame %d of sample %d of the batch is not finite", t, b)
		}
		e.noteInput(x, lo, hi)
		return x[lo:hi], nil
	}
}

// addWords lists spikes for the present sample, given as neurons with the sign in the top bit.
func (s *Spikes[F]) addWords(words []uint32) {
	for _, w := range words {
		s.index = append(s.index, spike.Index(w))
		sign := F(1)
		if w&spike.Negative != 0 {
			sign = -1
		}
		s.sign = append(s.sign, sign)
	}
}
