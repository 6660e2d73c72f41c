package train

import (
	"couplet/internal/dense"
	"couplet/learning/bptt"
	"couplet/learning/layer"
	"couplet/learning/optim"
	"couplet/learning/ottt"
)

// bpttLearner trains by back-propagation through time. It classifies as online training does: both rules
// have the same networks.
type bpttLearner[F layer.Real] struct {
	*weights[F]
	rule BPTT
	seed uint64
	keep []*bptt.Net[F] // of the networks in runner, with their history
	runner[F]
}

func newBPTTLearner[F layer.Real](c Config, network ottt.Network, frames int, pool *dense.Pool) (*bpttLearner[F], error) {
	l := &bpttLearner[F]{rule: *c.Rule.BPTT, seed: c.Seed, runner: runner[F]{ticks: c.Rule.BPTT.Loss.Ticks, inputs: inputs[F]{frames: frames}, pool: pool}}
	net, err := bptt.New[F](network)
	if err != nil {
		return nil, err
	}
	if err := net.Initialise(c.Seed); err != nil {
		return nil, err
	}
	l.keep = append(l.keep, net)
	for range c.Parts - 1 {
		twin, err := net.Twin()
		if err != nil {
			return nil, err
		}
		l.keep = append(l.keep, twin)
	}
	for _, n := range l.keep {
		l.nets = append(l.nets, n.Online())
	}
	l.weights, err = newWeights(c, net.Params())
	return l, err
}

// learn implements learner.
func (l *bpttLearner[F]) learn(b batch) (Outcome, error) {
	samples := len(b.labels)
	x := l.input(b.x, samples)
	parts := spans(samples, len(l.keep))
	losses, hits := make([]float64, len(parts)), make([]int, len(parts))
	for _, n := range l.keep {
		n.ResetActivity()
	}
	err := sideBySide(l.pool, len(parts), func(i int) error {
		p, net := parts[i], l.keep[i]
		part := ottt.Batch{Samples: p.hi - p.lo, Loss: l.rule.Loss, Seed: l.seed, Step: b.step, First: p.lo, Of: samples}
		r, err := net.Learn(part, l.part(x, p, samples), b.labels[p.lo:p.hi], nil)
		if err != nil {
			return err
		}
		losses[i], hits[i] = r.Loss, correct(r.Logits, b.labels[p.lo:p.hi])
		return nil
	})
	o := Outcome{Work: l.trained(samples)}
	for i := range parts {
		o.Loss += losses[i]
		o.Correct += hits[i]
	}
	if err != nil {
		return o, err
	}
	return o, l.update(len(parts), b.factor)
}

// trained adds up the counts of a mini-batch. Synaptic events are not counted, as errors that travel through
// time are none.
func (l *bpttLearner[F]) trained(samples int) Work {
	var w Work
	for _, n := range l.keep {
		w.add(otttWork(n.Activity()))
	}
	w.Samples = int64(samples)
	return w
}

// part cuts the samples of a part out of the input.
func (l *bpttLearner[F]) part(x []F, p span, samples int) []F {
	size := len(x) / (samples * max(l.frames, 1))
	if l.frames == 0 {
		return x[p.lo*size : p.hi*size]
	}
	var cut []F
	for t := range l.frames {
		cut = append(cut, x[(t*samples+p.lo)*size:(t*samples+p.hi)*size]...)
	}
	return cut
}

// update makes an optimiser step from the gradients of all parts.
func (l *bpttLearner[F]) update(parts int, factor float64) error {
	for _, n := range l.keep[1:parts] {
		l.addGradients(n.Params())
	}
	if err := l.step(factor); err != nil {
		return err
	}
	l.changed()
	return nil
}

func (l *bpttLearner[F]) changed() {
	for _, n := range l.keep {
		n.Changed()
	}
}

// restore implements learner.
func (l *bpttLearner[F]) restore(params, memory []optim.Column) error {
	if err := l.restoreAll(params, memory); err != nil {
		return err
	}
	l.changed()
	return nil
}

// warning implements learner.
func (l *bpttLearner[F]) warning() string { return "" }
