package spide

import (
	"errors"
	"fmt"

	"couplet/learning/layer"
)

// Activity counts what a batch took on event-driven hardware: additions where a spike meets a synapse,
// and the work of neurons. The counts follow from the spikes, not from how this package computed them.
// Dropout is not subtracted.
type Activity struct {
	Samples       int64
	ForwardTicks  int
	BackwardTicks int
	Layers        []LayerActivity
	// Blocks are the synapse blocks in the order of the ring, from the input block to the feedback.
	Blocks []BlockActivity

	// DriveMACs are the multiplications of a constant input with its weights, once per sample, and
	// DriveAdds the additions of the resulting currents, in every tick. Both are 0 for an input that
	// changes.
	DriveMACs, DriveAdds int64
	// ErrorAdds are the additions of the gradient g to the couples of layer N−1, in every tick.
	ErrorAdds int64
	// ReadoutMACs are the multiplications of the readout: the logits, and in training the gradient of
	// its weights and that of the rates.
	ReadoutMACs int64
}

// LayerActivity counts what the neurons of a layer did.
type LayerActivity struct {
	Neurons int
	// Spikes counts the spikes of the forward stage.
	Spikes int64
	// BackSpikes counts the spikes of the backward stage, of either sign; BackSent those of them that
	// the gates let through.
	BackSpikes, BackSent int64
	// Updates counts the updates of membranes that had input, or charge left: a reset and, if leaky, a
	// multiplication each.
	Updates, BackUpdates int64
	// Saturated counts couples whose error was cut off; see [Executor.Saturated].
	Saturated int64
}

// BlockActivity counts the synaptic events of a block: a spike counts once for every synapse that
// leaves its neuron in the direction of travel.
type BlockActivity struct {
	Name string
	// Events are those of the forward stage. For the input block they are the nonzero inputs of all
	// ticks times their fan-out: what recomputing a constant input in every tick would take, beside
	// DriveMACs and DriveAdds.
	Events int64
	// InFlight are those among Events of the last tick's feedback, which the stage does not receive.
	InFlight int64
	// BackEvents are those of the backward stage; BackWithheld those of the spikes behind closed gates
	// that an implementation without gates at the sender would cause on top.
	BackEvents, BackWithheld int64
	// BackInFlight are those among BackEvents of the last tick's feedback.
	BackInFlight int64
	// UpdateMACs are the multiplications of the weight update: synapses between a neuron with a rate
	// and one with an error.
	UpdateMACs int64
}

// Rate returns the mean number of spikes per neuron and tick of a stage, over all layers. In the
// backward stage it includes the spikes behind closed gates.
func (a Activity) Rate(s Stage) float64 {
	spikes, neurons := int64(0), int64(0)
	for _, l := range a.Layers {
		neurons += int64(l.Neurons)
		if s == Forward {
			spikes += l.Spikes
		} else {
			spikes += l.BackSpikes
		}
	}
	ticks := a.ForwardTicks
	if s == Backward {
		ticks = a.BackwardTicks
	}
	if spikes == 0 {
		return 0
	}
	return float64(spikes) / (float64(neurons) * float64(ticks) * float64(a.Samples))
}

// Add adds the counts of another batch of the same network.
func (a *Activity) Add(b Activity) {
	if a.Layers == nil {
		*a = Activity{
			ForwardTicks: b.ForwardTicks, BackwardTicks: b.BackwardTicks,
			Layers: make([]LayerActivity, len(b.Layers)), Blocks: make([]BlockActivity, len(b.Blocks)),
		}
	}
	a.Samples += b.Samples
	a.DriveMACs += b.DriveMACs
	a.DriveAdds += b.DriveAdds
	a.ErrorAdds += b.ErrorAdds
	a.ReadoutMACs += b.ReadoutMACs
	for i, l := range b.Layers {
		s := &a.Layers[i]
		s.Neurons = l.Neurons
		s.Spikes += l.Spikes
		s.BackSpikes += l.BackSpikes
		s.BackSent += l.BackSent
		s.Updates += l.Updates
		s.BackUpdates += l.BackUpdates
		s.Saturated += l.Saturated
	}
	for i, k := range b.Blocks {
		s := &a.Blocks[i]
		s.Name = k.Name
		s.Events += k.Events
		s.InFlight += k.InFlight
		s.BackEvents += k.BackEvents
		s.BackWithheld += k.BackWithheld
		s.BackInFlight += k.BackInFlight
		s.UpdateMACs += k.UpdateMACs
	}
}

// Activity counts the present batch: the forward stage, and as far as they have been, the backward
// stage and the update. It is an error to ask before the forward stage, after [Executor.FixedPoint] or
// [Executor.ExactBackward], which have no spikes, or for a network with a map of unknown synapses.
func (e *Executor[F]) Activity() (Activity, error) {
	if e.done != forwardDone && e.done != backwardDone {
		return Activity{}, errors.New("spide: the batch has no spikes to count: it has had no forward stage, or an exact one")
	}
	if err := e.countSynapses(); err != nil {
		return Activity{}, err
	}
	a := Activity{
		Samples:      int64(e.batch),
		ForwardTicks: e.config.ForwardTicks, BackwardTicks: e.config.BackwardTicks,
	}
	for _, l := range e.populations {
		a.Layers = append(a.Layers, l.activity())
	}
	for k, p := range e.projections {
		a.Blocks = append(a.Blocks, e.blockActivity(p, e.synapses[k]))
	}
	e.countConstant(&a)
	return a, nil
}

// countSynapses builds the tables of all blocks, once.
func (e *Executor[F]) countSynapses() error {
	if e.synapses != nil {
		return nil
	}
	var list []*synapses[F]
	for _, p := range e.projections {
		s, err := countSynapses(p.m)
		if err != nil {
			return fmt.Errorf("%w, in the %s", err, p.name)
		}
		list = append(list, s)
	}
	e.synapses = list
	return nil
}

// activity counts what the neurons of a layer did.
func (l *population[F]) activity() LayerActivity {
	a := LayerActivity{
		Neurons: l.neurons, Saturated: int64(l.saturated),
		Updates: l.updates[Forward], BackUpdates: l.updates[Backward],
	}
	for j, n := range l.count {
		a.Spikes += int64(n)
		a.BackSpikes += int64(l.total[j])
		if l.gate[j] {
			a.BackSent += int64(l.total[j])
		}
	}
	return a
}

// blockActivity counts the synaptic events of a block from the spike counts at its two ends.
func (e *Executor[F]) blockActivity(p *projection[F], s *synapses[F]) BlockActivity {
	a := BlockActivity{Name: p.name}
	before, after := e.ends(p)
	counts := e.inputCount
	if before != nil {
		counts = before.count
	}
	for b := range e.batch {
		for j, n := range counts[b*p.in:][:p.in] {
			a.Events += int64(n) * s.outgoing[j]
		}
	}
	if p == e.feedback {
		a.InFlight = events(e.inFlight[Forward], s.outgoing)
	}
	if e.done != backwardDone {
		return a
	}
	if before != nil { // no error leaves through the input block
		a.BackEvents, a.BackWithheld = after.backEvents(s.incoming)
		if p == e.feedback {
			a.BackInFlight = events(e.inFlight[Backward], s.incoming)
		}
	}
	a.UpdateMACs = e.updateMACs(p, s)
	return a
}

// ends returns the layers before and after a block; before is nil for the input block.
func (e *Executor[F]) ends(p *projection[F]) (before, after *population[F]) {
	switch p {
	case e.input:
		return nil, e.populations[0]
	case e.feedback:
		return e.last(), e.populations[0]
	}
	return e.populations[p.place-1], e.populations[p.place]
}

// backEvents counts the synaptic events of the couples of a layer: of those whose spikes are sent, and
// of those behind closed gates.
func (l *population[F]) backEvents(incoming []int64) (sent, withheld int64) {
	for j, n := range l.total {
		events := int64(n) * incoming[j%l.neurons]
		if l.open[j] {
			sent += events
		} else {
			withheld += events
		}
	}
	return sent, withheld
}

// events counts the synaptic events of so many spikes of each neuron.
func events(spikes []int32, synapses []int64) int64 {
	n := int64(0)
	for i, k := range spikes {
		n += int64(k) * synapses[i]
	}
	return n
}

// updateMACs counts the multiplications of the update of a block's weights.
func (e *Executor[F]) updateMACs(p *projection[F], s *synapses[F]) int64 {
	if len(p.m.Params()) == 0 {
		return 0
	}
	before, after := e.ends(p)
	x := e.x
	if before != nil {
		x = before.rate
	}
	e.weigh(p, after, !e.config.ReferenceDropout)
	n := int64(0)
	for b := range e.batch {
		n += s.pairs(x[b*p.in:][:p.in], after.delta[b*p.out:][:p.out])
	}
	return n
}

// countConstant counts the currents that do not come from spikes, and the readout.
func (e *Executor[F]) countConstant(a *Activity) {
	if !e.frames {
		a.DriveMACs = a.Blocks[0].Events / int64(e.config.ForwardTicks)
		a.DriveAdds = int64(e.config.ForwardTicks) * e.driven
	}
	if m := e.ring.Readout; m != nil {
		a.ReadoutMACs = int64(e.batch) * int64(layer.Size(m.InShape())) * int64(layer.Size(m.OutShape()))
	}
	if e.done == backwardDone {
		a.ErrorAdds = int64(e.config.BackwardTicks) * nonzero(e.g)
		a.ReadoutMACs *= 3
	}
}
