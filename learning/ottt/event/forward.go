package event

import (
	"context"
	"fmt"

	"couplet/learning/ottt"
)

// Begin starts a sample: membranes and traces at rest, a new choice of dropped neurons. Batch.Samples must
// be 1; First and Of tell the place of the sample in its batch, over which losses and gradients are averaged.
// Gradients of samples before add up with those to come until they are finished or cleared.
func (n *Net) Begin(b ottt.Batch) error {
	switch of := max(b.Of, 1); {
	case b.Samples != 1:
		return fmt.Errorf("event: a batch of %d samples, want 1: the engine shows one after the other (see Learn)", b.Samples)
	case b.Of < 0 || b.First < 0 || b.First >= of:
		return fmt.Errorf("event: sample %d of a batch of %d", b.First, of)
	}
	n.settle()
	n.harvest()
	n.batch, n.tick, n.started, n.backward, n.renew, n.injects = b, 0, true, false, true, false
	n.frame.clear()
	if n.traced != nil {
		n.traced.rest()
	}
	for _, d := range n.populations {
		before := d.lif.kept
		d.lif.rest()
		if d.lif.drop(b, d.spec.Dropout); d.lif.kept != before {
			n.outdate(d)
		}
	}
	for _, l := range n.links {
		l.inputWays = 0
	}
	if err := n.simulator.Reset(); err != nil {
		return fmt.Errorf("event: %w", err)
	}
	return n.mute()
}

// outdate marks the paths from a population whose spikes count something else than before.
func (n *Net) outdate(d *node) {
	for _, p := range n.paths {
		if p.source == d {
			p.derived, p.given = false, false
		}
	}
}

// mute lets nobody hear the dropped neurons. They go on firing by themselves, and the spikes of the others
// count more by their weights.
func (n *Net) mute() error {
	for _, d := range n.populations {
		if d.spec.Dropout == 0 {
			continue
		}
		var muted []bool
		if len(d.lif.mask) > 0 {
			muted = d.lif.mask
		}
		if err := n.simulator.Mute(d.population, muted); err != nil {
			return fmt.Errorf("event: %w", err)
		}
	}
	return nil
}

// Tick advances the network by one tick with the input x and returns the logits of this tick, which are
// valid until the next one. A frame that has only 0 and 1 comes as spikes, any other as constant currents.
func (n *Net) Tick(x []float64) ([]float64, error) {
	switch {
	case !n.started:
		return nil, errNotBegun
	case len(x) != len(n.frame.value):
		return nil, fmt.Errorf("event: an input of %d values, want %d", len(x), len(n.frame.value))
	}
	n.settle() // what is owed belongs to the frame that goes
	copy(n.frame.value, x)
	n.frame.collect()
	injects := n.input != nil && binary(x)
	if !injects || !n.injects { // biases stay when one list of spikes follows another
		n.renew = true
	}
	n.injects = injects
	for _, l := range n.links {
		if l.source == nil {
			l.inputWays = 0
			if !injects {
				l.inputWays = l.ways.Forward(x)
			}
		}
	}
	return n.advance()
}

// Hold advances the network by one tick with the input of the tick before, as an image shown as a constant
// current does. What the input gives through the weights is not computed again.
func (n *Net) Hold() ([]float64, error) {
	if !n.started || n.tick == 0 {
		return nil, fmt.Errorf("event: no input to hold: the first tick of a sample needs one")
	}
	return n.advance()
}

func (n *Net) advance() ([]float64, error) {
	if err := n.ready(); err != nil {
		return nil, err
	}
	training := n.batch.Training
	for _, d := range n.populations {
		if training {
			d.lif.remember(int64(n.tick))
		}
	}
	if err := n.simulator.Step(context.Background()); err != nil {
		return nil, fmt.Errorf("event: %w", err)
	}
	n.tick++
	n.backward = false
	n.counted.ticks++
	if training && n.traced != nil {
		for _, i := range n.frame.list {
			n.traced.add(i, int64(n.tick), n.frame.value[i])
		}
	}
	for _, d := range n.nodes {
		if d.lif != nil {
			d.lif.hear(n.simulator, d.population, int64(n.tick), training)
		} else if d.measured {
			if err := n.measure(d); err != nil {
				return nil, err
			}
		}
	}
	for _, l := range n.links {
		l.counted.Forward += l.inputWays
	}
	return n.readout().values.value, nil
}

// ready gives the engine what the coming tick needs: weights, currents, spikes of the input.
func (n *Net) ready() error {
	if n.tick == 0 && !n.fits() {
		if err := n.lower(); err != nil {
			return err
		}
		n.renew = true
		if err := n.mute(); err != nil {
			return err
		}
	}
	if err := n.refresh(); err != nil {
		return err
	}
	if n.tick == 1 && n.feedbackBias {
		n.renew = true
	}
	if err := n.setCurrents(); err != nil {
		return err
	}
	if n.injects && len(n.frame.list) > 0 {
		if err := n.simulator.Inject(n.input, n.frame.list...); err != nil {
			return fmt.Errorf("event: %w", err)
		}
	}
	return nil
}

// measure reads the values of a Sum after a tick: what its membranes have received, and on top what the
// real values of other Sums give through the projections from there.
func (n *Net) measure(d *node) error {
	if err := n.simulator.Read(d.population, "u_pre", d.values.value); err != nil {
		return fmt.Errorf("event: %w", err)
	}
	for _, l := range d.links {
		if !l.graded() {
			continue
		}
		out := l.source.values.value
		if l.Map != nil {
			out = n.scratch[:d.size]
			l.Map.Forward(l.source.values.value, out, 1)
		}
		factor := l.factor()
		for i, v := range out {
			d.values.value[i] += float64(factor * v)
		}
		ways := l.ways.Forward(l.source.values.value)
		l.counted.Forward += ways
		n.work.Graded += ways
	}
	d.values.collect()
	return nil
}
