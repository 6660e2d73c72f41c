package train

import (
	"couplet/internal/dense"
	"couplet/learning/layer"
	"couplet/learning/optim"
	"couplet/learning/ottt"
)

// otttLearner trains with the batched executor of OTTT, a twin of the network for each part.
type otttLearner[F layer.Real] struct {
	*weights[F]
	rule   OTTT
	seed   uint64
	nets   []*ottt.Net[F] // the first one owns the parameters
	pool   *dense.Pool
	x      []F
	frame  []F // ticks × samples × values
	frames int // of a sample; 0 for a constant input
}

func newOTTTLearner[F layer.Real](c Config, network ottt.Network, frames int, pool *dense.Pool) (*otttLearner[F], error) {
	l := &otttLearner[F]{rule: *c.Rule.OTTT, seed: c.Seed, pool: pool, frames: frames}
	net, err := ottt.New[F](network)
	if err != nil {
		return nil, err
	}
	if err := net.Initialise(c.Seed); err != nil {
		return nil, err
	}
	l.nets = append(l.nets, net)
	for range c.Parts - 1 {
		twin, err := net.Twin()
		if err != nil {
			return nil, err
		}
		l.nets = append(l.nets, twin)
	}
	for _, n := range l.nets {
		n.CountSynapses(true)
	}
	l.weights, err = newWeights(c, net.Params())
	return l, err
}

// learn implements learner.
func (l *otttLearner[F]) learn(b batch) (Outcome, error) {
	samples := len(b.labels)
	x := l.input(b.x, samples)
	parts := spans(samples, len(l.nets))
	losses := make([]float64, len(parts))
	logits := make([]F, samples*l.nets[0].Classes())
	l.clear()
	err := sideBySide(l.pool, len(parts), func(i int) error {
		p := parts[i]
		return l.nets[i].Begin(ottt.Batch{
			Samples: p.hi - p.lo, Training: true, Loss: l.rule.Loss, Seed: l.seed, Step: b.step, First: p.lo, Of: samples,
		})
	})
	ticks := l.rule.Loss.Ticks
	for t := 0; t < ticks && err == nil; t++ {
		err = sideBySide(l.pool, len(parts), func(i int) error {
			p, net := parts[i], l.nets[i]
			if err := l.show(net, x, t, samples, p, logits); err != nil {
				return err
			}
			e, err := net.Backward(b.labels[p.lo:p.hi])
			losses[i] += e
			return err
		})
		if err == nil && (l.rule.Mode == ottt.Online || t == ticks-1) {
			err = l.update(len(parts), b.factor)
		}
	}
	o := Outcome{Correct: correct(logits, b.labels), Work: l.work(samples)}
	for _, e := range losses {
		o.Loss += e
	}
	return o, err
}

// clear starts the sums of gradients and counts.
func (l *otttLearner[F]) clear() {
	for _, n := range l.nets {
		n.ZeroGrad()
		n.ResetActivity()
	}
}

// update makes an optimiser step from the gradients of all parts.
func (l *otttLearner[F]) update(parts int, factor float64) error {
	if err := sideBySide(l.pool, parts, func(i int) error { return l.nets[i].Finish() }); err != nil {
		return err
	}
	if err := l.nets[0].AddGradients(l.nets[1:parts]...); err != nil {
		return err
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

// show presents one tick of the input to a part and adds its logits.
func (l *otttLearner[F]) show(net *ottt.Net[F], x []F, t, samples int, p span, logits []F) error {
	size := net.InputSize()
	var o []F
	var err error
	switch {
	case l.frames > 0:
		o, err = net.Tick(x[(t*samples+p.lo)*size : (t*samples+p.hi)*size])
	case t == 0:
		o, err = net.Tick(x[p.lo*size : p.hi*size])
	default:
		o, err = net.Hold()
	}
	if err != nil {
		return err
	}
	sum := logits[p.lo*net.Classes() : p.hi*net.Classes()]
	for i, v := range o {
		sum[i] += v
	}
	return nil
}

// input converts a mini-batch and brings frames into the order of ticks.
func (l *otttLearner[F]) input(x []float32, samples int) []F {
	l.x = convert(l.x, x)
	if l.frames == 0 {
		return l.x
	}
	l.frame = byTick(l.frame, l.x, samples, l.frames)
	return l.frame
}

// classify implements learner.
func (l *otttLearner[F]) classify(x []float32, samples int) ([]float64, Work, error) {
	ticks, classes := l.rule.Loss.Ticks, l.nets[0].Classes()
	outputs := make([]float64, ticks*samples*classes)
	in := l.input(x, samples)
	parts := spans(samples, len(l.nets))
	l.clear()
	err := sideBySide(l.pool, len(parts), func(i int) error {
		p, net := parts[i], l.nets[i]
		if err := net.Begin(ottt.Batch{Samples: p.hi - p.lo}); err != nil {
			return err
		}
		sum := make([]F, samples*classes)
		for t := range ticks {
			if err := l.show(net, in, t, samples, p, sum); err != nil {
				return err
			}
			for k := p.lo * classes; k < p.hi*classes; k++ {
				outputs[t*samples*classes+k] = float64(sum[k])
			}
		}
		return nil
	})
	return outputs, l.work(samples), err
}

// work adds up the counts of all parts.
func (l *otttLearner[F]) work(samples int) Work {
	var w Work
	for _, n := range l.nets {
		w.add(otttWork(n.Activity()))
	}
	w.Samples = int64(samples)
	return w
}

// otttWork brings the counts of package ottt into the common form.
func otttWork(a ottt.Activity) Work {
	var w Work
	for _, p := range a.Populations {
		w.Layers = append(w.Layers, LayerWork{Name: p.Name, Neurons: int64(p.Neurons), Spikes: p.Spikes, Ticks: a.SampleTicks})
	}
	for _, p := range a.Projections {
		w.Forward += p.Forward
		w.Backward += p.Backward
		w.Update += p.Update
	}
	return w
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
