package spide

import (
	"errors"
	"fmt"
)

// errOrder is the error of a call out of its turn.
var errOrder = errors.New("spide: the batch has had no forward stage")

// Backward runs the backward stage of T_B ticks on the gradient g of the loss with respect to the
// rates of layer N−1, batch × neurons. Every neuron becomes a couple, and the errors travel as signed
// spikes against the direction of the synapses: in each tick, with e = θ_B·q the value of a spike,
//
//	u_(N−1) += g + S_(N−1)ᵀ·(m_0 ⊙ e_0[t−1])/θ
//	u_i     += S_iᵀ·(m_(i+1) ⊙ e_(i+1)[t])/θ     i = N−2 … 0
//
// and each layer, as soon as it is charged, fires +1 where u ≥ V_B and −1 where u ≤ −V_B, gives off e
// there, and leaks. The mean of e is β.
//
// The membranes are held in units in which a spike adds its weights as they are: the constants θ_B/θ
// are in the threshold. An [Engine], whose neurons keep their parameters, has the factors of the
// norm restriction and of dropout in its weights instead.
func (e *Executor[F]) Backward(g []F) error {
	if err := e.takeGradient(g); err != nil {
		return err
	}
	e.restCouples()
	for first, size := 0, e.groupSize(); first < e.batch; first += size {
		e.enter(Backward, first, size)
		e.driveErrors()
		if err := e.runErrors(); err != nil {
			return err
		}
		e.leave(Backward)
	}
	return e.endBackward()
}

// driveErrors makes the gradient of the rates a constant current into a group.
func (e *Executor[F]) driveErrors() {
	last, g := e.last(), of(e.group, e.g, e.last().neurons)
	rows := e.driveRows[:len(g)]
	for j, v := range g {
		rows[j] = F(float64(v) / last.unit)
	}
	e.drive.set(rows, e.group.samples, last.neurons)
}

// runErrors runs all ticks of the backward stage of a group.
func (e *Executor[F]) runErrors() error {
	if e.engine != nil {
		return e.runSamples(Backward, e.drive.rows, e.drive.neurons, nil)
	}
	for t := range e.config.BackwardTicks {
		e.backwardTick(t)
	}
	return nil
}

// takeGradient checks that a gradient can be used and keeps it.
func (e *Executor[F]) takeGradient(g []F) error {
	if e.done == nothing {
		return errOrder
	}
	if len(g) != len(e.g) {
		return fmt.Errorf("spide: the gradient must have %d x %d values (%d)", e.batch, e.last().neurons, len(g))
	}
	if err := checkFinite("gradient", g, e.last().neurons); err != nil {
		return err
	}
	copy(e.g, g)
	return nil
}

// sender returns the block that layer i sends its errors through, which is the one that reaches it in
// the forward stage; nil for layer 0 of a feed-forward network.
func (e *Executor[F]) sender(i int) *projection[F] {
	if i > 0 {
		return e.between[i-1]
	}
	return e.feedback
}

// receiver returns the block through which errors reach layer i; nil for the last layer of a
// feed-forward network.
func (e *Executor[F]) receiver(i int) *projection[F] {
	if i < len(e.between) {
		return e.between[i]
	}
	return e.feedback
}

// restCouples puts the couples to rest and opens the gates of those that may send.
func (e *Executor[F]) restCouples() {
	c := e.config
	clear(e.inFlight[Backward])
	for i, l := range e.populations {
		l.unit = 1
		if p := e.receiver(i); p != nil {
			l.unit = c.BackTheta() / c.Theta()
			if e.engine == nil {
				l.unit = l.unit * p.factor / p.kept()
			}
		}
		l.rest(c.BackThreshold, c.BackTheta(), c.backLeak())
		l.updates[Backward] = 0
		clear(l.total)
		l.openGates(e.sender(i))
	}
}

// openGates opens the gates of the couples whose spikes the block p carries on.
func (l *population[F]) openGates(p *projection[F]) {
	if p == nil {
		clear(l.open)
		return
	}
	copy(l.open, l.gate)
	if p.mask == nil {
		return
	}
	for j, m := range p.mask {
		l.open[j] = l.open[j] && m != 0
	}
}

// backwardTick is one tick of all layers, from the last to the first. Each keeps the spikes that its
// gates let through.
func (e *Executor[F]) backwardTick(t int) {
	for i := len(e.populations) - 1; i >= 0; i-- {
		e.deliveries = e.deliveries[:0]
		c := &e.undriven
		if i < len(e.between) {
			from := e.populations[i+1].spikes
			e.deliveries = append(e.deliveries, e.courier.send(e.between[i], from, Backward, 1))
		} else {
			c = &e.drive
			if e.feedback != nil && t > 0 {
				from := e.populations[0].spikes
				e.deliveries = append(e.deliveries, e.courier.send(e.feedback, from, Backward, 1))
			}
		}
		e.tick(Backward, t, i, c)
		l := e.populations[i]
		l.spikes.gate(of(e.group, l.open, l.neurons))
	}
}

// endBackward turns signed counts into β and counts the couples that could not keep up.
func (e *Executor[F]) endBackward() error {
	if err := e.checkMembranes(Backward); err != nil {
		return err
	}
	c := e.config
	ticks := weightOfTicks(F(c.backLeak()), c.BackwardTicks)
	quantum := F(c.BackTheta())
	for _, l := range e.populations {
		for j := range l.beta {
			l.beta[j] = F(quantum*l.sum[j]) / ticks
		}
		l.countSaturated(float64(quantum), c.backLeak(), float64(ticks))
	}
	e.done = backwardDone
	return nil
}
