package train

import (
	"fmt"

	"couplet/internal/dense"
	"couplet/learning/layer"
	"couplet/learning/loss"
	"couplet/learning/optim"
	"couplet/learning/spide"
	"couplet/learning/spide/event"
)

// Where the exact twin of SPIDE stops going round the ring: the rates are only known to 1/T.
const (
	exactTolerance = 1e-6
	exactTrips     = 1000
)

// spideLearner trains with the batched executor of SPIDE, an executor for each part.
type spideLearner[F layer.Real] struct {
	*weights[F]
	inputs[F]
	rule      SPIDE
	network   spide.Network
	executors []spideExecutor[F]
	rings     []spide.Ring[F] // the first one owns the parameters
	pool      *dense.Pool
	scaled    bool
	saturated string
}

// spideExecutor runs the two stages: *spide.Executor, or its form on the event engine.
type spideExecutor[F layer.Real] interface {
	Forward(pass spide.Pass, x []F, batch int) error
	ForwardFrames(pass spide.Pass, frame func(t int) []F, batch int) error
	Logits() ([]F, error)
	BackwardLogits(gLogits []F) error
	ExactLogits(gLogits []F, tolerance float64, trips int) error
	Accumulate() error
	Warning() string
	Activity() (spide.Activity, error)
	Layers() int
	Neurons(layer int) int
	Counts(layer int) []int32

	// watch has f called with the forward spikes of the last layer, sample by sample and tick by tick
	// from 0; nil ends that.
	watch(f func(sample, tick int, neurons []uint32))
}

// batchedSPIDE is the executor of many samples at once.
type batchedSPIDE[F layer.Real] struct{ *spide.Executor[F] }

func (e batchedSPIDE[F]) watch(f func(sample, tick int, neurons []uint32)) {
	if f == nil {
		e.Observe(nil)
		return
	}
	last := e.Layers() - 1
	e.Observe(func(t spide.Tick[F]) {
		if t.Stage != spide.Forward || t.Layer != last {
			return
		}
		for s := range t.Spikes.Samples() {
			neurons, _ := t.Spikes.Of(s)
			f(s, t.Tick-1, neurons)
		}
	})
}

// eventSPIDE is the executor on the event engine.
type eventSPIDE struct{ *event.Executor }

func (e eventSPIDE) watch(f func(sample, tick int, neurons []uint32)) {
	if f == nil {
		e.Observe(nil)
		return
	}
	last := e.Layers() - 1
	e.Observe(func(t event.Tick) {
		if t.Stage == spide.Forward && t.Layer == last {
			f(t.Sample, t.Tick-1, t.Spikes)
		}
	})
}

func newSPIDELearner[F layer.Real](c Config, network spide.Network, frames int, pool *dense.Pool) (*spideLearner[F], error) {
	return spideLearnerOn(c, network, frames, pool, func(c spide.Config, ring spide.Ring[F]) (spideExecutor[F], error) {
		e, err := spide.New(c, ring)
		return batchedSPIDE[F]{e}, err
	})
}

// newSPIDEEventLearner is the same on the event engine.
func newSPIDEEventLearner(c Config, network spide.Network, frames int, pool *dense.Pool) (*spideLearner[float64], error) {
	return spideLearnerOn(c, network, frames, pool, func(c spide.Config, ring spide.Ring[float64]) (spideExecutor[float64], error) {
		e, err := event.New(c, ring)
		return eventSPIDE{e}, err
	})
}

func spideLearnerOn[F layer.Real](c Config, network spide.Network, frames int, pool *dense.Pool,
	build func(spide.Config, spide.Ring[F]) (spideExecutor[F], error)) (*spideLearner[F], error) {
	l := &spideLearner[F]{rule: *c.Rule.SPIDE, network: network, pool: pool, inputs: inputs[F]{frames: frames}, scaled: undoesScale(c.Optimiser)}
	l.rule.Seed = c.Seed
	for range c.Parts {
		ring, err := spide.BuildRing[F](network)
		if err != nil {
			return nil, err
		}
		if err := spide.Initialise(network, ring, c.Seed); err != nil {
			return nil, err
		}
		e, err := build(l.rule.Config, ring)
		if err != nil {
			return nil, err
		}
		l.rings, l.executors = append(l.rings, ring), append(l.executors, e)
	}
	var err error
	l.weights, err = newWeights(c, l.rings[0].Params())
	return l, err
}

// undoesScale tells whether the step of an optimiser is proportional to the gradient, so that the
// loss scale can be taken back by the learning rate, as the reference does (spide.md §3). Others get
// gradients without the scale.
func undoesScale(c optim.Config) bool {
	switch c.(type) {
	case optim.SGD, optim.HeavyBall, optim.Nesterov:
		return true
	}
	return false
}

// learn implements learner.
func (l *spideLearner[F]) learn(b batch) (Outcome, error) {
	samples := len(b.labels)
	x := l.input(b.x, samples)
	parts := spans(samples, len(l.executors))
	losses, hits, works := make([]float64, len(parts)), make([]int, len(parts)), make([]Work, len(parts))
	err := sideBySide(l.pool, len(parts), func(i int) error {
		p := parts[i]
		for _, q := range l.rings[i].Params() {
			q.ZeroGrad()
		}
		logits, err := l.forward(i, spide.Pass{Train: true, Step: b.step, First: p.lo}, x, samples, p)
		if err != nil {
			return err
		}
		labels := b.labels[p.lo:p.hi]
		share := float64(p.hi-p.lo) / float64(samples)
		g := make([]F, len(logits))
		e, err := loss.CrossEntropy(logits, labels, g)
		if err != nil {
			return err
		}
		if !loss.Finite(e) {
			return fmt.Errorf("train: the loss at the readout is %g", e)
		}
		losses[i], hits[i] = e*share, correct(logits, labels)
		for k := range g {
			g[k] *= F(share)
		}
		if err := l.backward(l.executors[i], g); err != nil {
			return err
		}
		works[i], err = l.count(i, p.hi-p.lo)
		return err
	})
	o := Outcome{}
	for i := range parts {
		o.Loss += losses[i]
		o.Correct += hits[i]
		o.Work.add(works[i])
	}
	if err != nil {
		return o, err
	}
	l.warn(parts)
	return o, l.update(len(parts), b.factor)
}

// forward runs the forward stage of one part of a mini-batch.
func (l *spideLearner[F]) forward(i int, pass spide.Pass, x []F, samples int, p span) ([]F, error) {
	e := l.executors[i]
	size := len(x) / (samples * max(l.frames, 1))
	var err error
	if l.frames > 0 {
		err = e.ForwardFrames(pass, func(t int) []F {
			return x[(t*samples+p.lo)*size : (t*samples+p.hi)*size]
		}, p.hi-p.lo)
	} else {
		err = e.Forward(pass, x[p.lo*size:p.hi*size], p.hi-p.lo)
	}
	if err != nil {
		return nil, err
	}
	return e.Logits()
}

// backward runs the backward stage, or what the exact twin has in its place, and gathers gradients.
func (l *spideLearner[F]) backward(e spideExecutor[F], g []F) error {
	var err error
	if l.rule.Exact {
		err = e.ExactLogits(g, exactTolerance*l.rule.LossScale, exactTrips)
	} else {
		err = e.BackwardLogits(g)
	}
	if err != nil {
		return err
	}
	return e.Accumulate()
}

// update adds the gradients of all parts and makes an optimiser step.
func (l *spideLearner[F]) update(parts int, factor float64) error {
	for _, ring := range l.rings[1:parts] {
		l.addGradients(ring.Params())
	}
	if err := optim.CheckFinite(l.owned); err != nil {
		return err
	}
	if l.scaled {
		factor /= l.rule.LossScale
	} else {
		l.scaleGradients(F(1 / l.rule.LossScale))
	}
	if err := l.step(factor); err != nil {
		return err
	}
	l.follow()
	return nil
}

// follow gives the rings of the other parts the weights of the first one.
func (l *spideLearner[F]) follow() {
	for _, ring := range l.rings[1:] {
		for k, p := range ring.Params() {
			copy(p.Value, l.params[k].Value)
		}
	}
}

// warn keeps the warning of a mini-batch in which couples were saturated.
func (l *spideLearner[F]) warn(parts []span) {
	l.saturated = ""
	for i := range parts {
		if w := l.executors[i].Warning(); w != "" {
			l.saturated = w
		}
	}
}

// warning implements learner.
func (l *spideLearner[F]) warning() string { return l.saturated }

// count counts what a part has done.
func (l *spideLearner[F]) count(i, samples int) (Work, error) {
	e := l.executors[i]
	if l.rule.Exact {
		return l.countForward(e, samples), nil
	}
	a, err := e.Activity()
	if err != nil {
		return Work{}, err
	}
	return spideWork(a), nil
}

// countForward counts the spikes of a batch whose backward stage has none.
func (l *spideLearner[F]) countForward(e spideExecutor[F], samples int) Work {
	w := Work{Samples: int64(samples)}
	for i := range e.Layers() {
		layer := LayerWork{Name: layerName(i), Neurons: int64(e.Neurons(i)), Ticks: int64(samples * l.rule.ForwardTicks)}
		for _, n := range e.Counts(i) {
			layer.Spikes += int64(n)
		}
		w.Layers = append(w.Layers, layer)
	}
	return w
}

func layerName(i int) string { return fmt.Sprintf("layer%d", i) }

// spideWork brings the counts of package spide into the common form.
func spideWork(a spide.Activity) Work {
	w := Work{Samples: a.Samples}
	for i, l := range a.Layers {
		w.Layers = append(w.Layers, LayerWork{
			Name: layerName(i), Neurons: int64(l.Neurons), Spikes: l.Spikes, Errors: l.BackSpikes,
			Ticks: a.Samples * int64(a.ForwardTicks), ErrorTicks: a.Samples * int64(a.BackwardTicks),
		})
	}
	for i, b := range a.Blocks {
		if i > 0 { // the input block has real values; see spide.Activity.DriveMACs
			w.Forward += b.Events - b.InFlight
		}
		w.Backward += b.BackEvents - b.BackInFlight
		w.Update += b.UpdateMACs
	}
	return w
}

// classify implements learner. The outputs after a tick are the readout of the rates until then.
func (l *spideLearner[F]) classify(x []float32, samples int, course bool) ([]float64, Work, error) {
	in := l.input(x, samples)
	parts := spans(samples, len(l.executors))
	classes := l.network.Classes
	kept := 1
	if course {
		kept = l.rule.ForwardTicks
	}
	outputs, works := make([]float64, kept*samples*classes), make([]Work, len(parts))
	err := sideBySide(l.pool, len(parts), func(i int) error {
		p, e := parts[i], l.executors[i]
		put := func(sample, tick int, logits []F) {
			for k, v := range logits {
				outputs[(tick*samples+p.lo+sample)*classes+k] = float64(v)
			}
		}
		if course {
			r := newReadout(e, l.rings[i].Readout, l.rule.Config, p.hi-p.lo)
			r.see = put
			e.watch(r.take)
			defer e.watch(nil)
		}
		logits, err := l.forward(i, spide.Pass{}, in, samples, p)
		if err != nil {
			return err
		}
		for s := range p.hi - p.lo {
			put(s, kept-1, logits[s*classes:][:classes])
		}
		a, err := e.Activity()
		works[i] = spideWork(a)
		return err
	})
	var w Work
	for _, part := range works {
		w.add(part)
	}
	return outputs, w, err
}

// restore implements learner.
func (l *spideLearner[F]) restore(params, memory []optim.Column) error {
	if err := l.restoreAll(params, memory); err != nil {
		return err
	}
	l.follow()
	return nil
}
