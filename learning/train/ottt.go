package train

import (
	"couplet/internal/dense"
	"couplet/learning/layer"
	"couplet/learning/optim"
	"couplet/learning/ottt"
	"couplet/learning/ottt/event"
)

// onlineNet is a network that learns online, tick by tick: *ottt.Net, or *event.Net, which takes one sample
// at a time.
type onlineNet[F layer.Real] interface {
	Params() []*layer.Param[F]
	InputSize() int
	Classes() int
	CountSynapses(on bool)

	Begin(b ottt.Batch) error
	Tick(x []F) ([]F, error)
	Hold() ([]F, error)
	Backward(labels []int) (float64, error)
	Finish() error
	ZeroGrad()
	Changed()

	Activity() ottt.Activity
	ResetActivity()
}

// otttLearner trains by OTTT, with a network for each part of a mini-batch.
type otttLearner[F layer.Real] struct {
	*weights[F]
	rule OTTT
	seed uint64
	runner[F]
}

func newOTTTLearner[F layer.Real](c Config, network ottt.Network, frames int, pool *dense.Pool) (*otttLearner[F], error) {
	nets, err := batchedNets[F](c, network)
	if err != nil {
		return nil, err
	}
	return newOnlineLearner(c, runner[F]{nets: nets, ticks: c.Rule.OTTT.Loss.Ticks, inputs: inputs[F]{frames: frames}, pool: pool})
}

// newEventLearner is the same on the event engine.
func newEventLearner(c Config, network ottt.Network, frames int, pool *dense.Pool) (*otttLearner[float64], error) {
	nets, err := eventNets(c, network)
	if err != nil {
		return nil, err
	}
	return newOnlineLearner(c, runner[float64]{nets: nets, ticks: c.Rule.OTTT.Loss.Ticks, inputs: inputs[float64]{frames: frames}, pool: pool, single: true})
}

func newOnlineLearner[F layer.Real](c Config, r runner[F]) (*otttLearner[F], error) {
	l := &otttLearner[F]{rule: *c.Rule.OTTT, seed: c.Seed, runner: r}
	var err error
	l.weights, err = newWeights(c, r.nets[0].Params())
	return l, err
}

// batchedNets builds a network and its twins, with initial weights.
func batchedNets[F layer.Real](c Config, network ottt.Network) ([]onlineNet[F], error) {
	net, err := ottt.New[F](network)
	if err != nil {
		return nil, err
	}
	if err := net.Initialise(c.Seed); err != nil {
		return nil, err
	}
	nets := []onlineNet[F]{net}
	for range c.Parts - 1 {
		twin, err := net.Twin()
		if err != nil {
			return nil, err
		}
		nets = append(nets, twin)
	}
	for _, n := range nets {
		n.CountSynapses(c.CountEvents)
	}
	return nets, nil
}

// eventNets is batchedNets on the event engine.
func eventNets(c Config, network ottt.Network) ([]onlineNet[float64], error) {
	net, err := event.New(network)
	if err != nil {
		return nil, err
	}
	if err := net.Initialise(c.Seed); err != nil {
		return nil, err
	}
	nets := []onlineNet[float64]{net}
	for range c.Parts - 1 {
		twin, err := net.Twin()
		if err != nil {
			return nil, err
		}
		nets = append(nets, twin)
	}
	return nets, nil
}

// learn implements learner.
func (l *otttLearner[F]) learn(b batch) (Outcome, error) {
	samples := len(b.labels)
	x := l.input(b.x, samples)
	parts := spans(samples, len(l.nets))
	logits := make([]F, samples*l.nets[0].Classes())
	losses := make([]float64, len(parts))
	l.clear()
	var err error
	if l.rule.Mode == ottt.Online {
		err = l.online(b, x, parts, losses, logits)
	} else {
		err = l.accumulate(b, x, parts, losses, logits)
	}
	o := Outcome{Correct: correct(logits, b.labels), Work: l.work(samples)}
	for _, e := range losses {
		o.Loss += e
	}
	return o, err
}

// accumulate is OTTT_A: the gradients of all ticks make one optimiser step.
func (l *otttLearner[F]) accumulate(b batch, x []F, parts []span, losses []float64, logits []F) error {
	samples := len(b.labels)
	err := sideBySide(l.pool, len(parts), func(i int) error {
		net := l.nets[i]
		for _, p := range l.shown(parts[i]) {
			if err := net.Begin(l.batch(b, p)); err != nil {
				return err
			}
			for t := range l.ticks {
				if err := l.show(net, x, t, samples, p, logits); err != nil {
					return err
				}
				e, err := net.Backward(b.labels[p.lo:p.hi])
				if err != nil {
					return err
				}
				losses[i] += e
			}
		}
		return net.Finish()
	})
	if err != nil {
		return err
	}
	return l.update(len(parts), b.factor)
}

// online is OTTT_O: every tick makes an optimiser step, for which all parts meet.
func (l *otttLearner[F]) online(b batch, x []F, parts []span, losses []float64, logits []F) error {
	samples := len(b.labels)
	for t := range l.ticks {
		err := sideBySide(l.pool, len(parts), func(i int) error {
			p, net := parts[i], l.nets[i]
			if t == 0 {
				if err := net.Begin(l.batch(b, p)); err != nil {
					return err
				}
			}
			if err := l.show(net, x, t, samples, p, logits); err != nil {
				return err
			}
			e, err := net.Backward(b.labels[p.lo:p.hi])
			if err != nil {
				return err
			}
			losses[i] += e
			return net.Finish()
		})
		if err != nil {
			return err
		}
		if err := l.update(len(parts), b.factor); err != nil {
			return err
		}
	}
	return nil
}

// batch is the description of some samples of a mini-batch for training.
func (l *otttLearner[F]) batch(b batch, p span) ottt.Batch {
	return ottt.Batch{
		Samples: p.hi - p.lo, Training: true, Loss: l.rule.Loss,
		Seed: l.seed, Step: b.step, First: p.lo, Of: len(b.labels),
	}
}

// update makes an optimiser step from the gradients of all parts and clears them.
func (l *otttLearner[F]) update(parts int, factor float64) error {
	for _, n := range l.nets[1:parts] {
		l.addGradients(n.Params())
	}
	if err := l.step(factor); err != nil {
		return err
	}
	return sideBySide(l.pool, len(l.nets), func(i int) error {
		l.nets[i].Changed()
		l.nets[i].ZeroGrad()
		return nil
	})
}

// restore implements learner.
func (l *otttLearner[F]) restore(params, memory []optim.Column) error {
	if err := l.restoreAll(params, memory); err != nil {
		return err
	}
	for _, n := range l.nets {
		n.Changed()
	}
	return nil
}

// warning implements learner.
func (l *otttLearner[F]) warning() string { return "" }
