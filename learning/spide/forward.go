package spide

import "fmt"

// Forward runs the forward stage of T_F ticks with a constant input x, batch × in, that drives layer 0
// in every tick. In each tick
//
//	u_0 += F·x + b_F + S_(N−1)·s_(N−1)[t−1]
//	u_i += S_(i−1)·s_(i−1)[t] + b_i              i = 1 … N−1
//
// and each layer, as soon as it is charged, fires where u ≥ V, loses θ there, and leaks.
func (e *Executor[F]) Forward(pass Pass, x []F, batch int) error {
	if err := e.begin(pass, batch, false); err != nil {
		return err
	}
	if len(x) != len(e.x) {
		return fmt.Errorf("spide: the input must have %d x %d values (%d)", batch, e.input.in, len(x))
	}
	if err := checkFinite("input", x, e.input.in); err != nil {
		return err
	}
	copy(e.x, x)
	for first, size := 0, e.groupSize(); first < batch; first += size {
		e.enter(Forward, first, size)
		e.driveConstant()
		if err := e.runConstant(); err != nil {
			return err
		}
		e.leave(Forward)
	}
	return e.endForward()
}

// runConstant runs all ticks of a group with a constant input.
func (e *Executor[F]) runConstant() error {
	if e.engine != nil {
		return e.runSamples(Forward, e.drive.rows, e.drive.neurons, nil)
	}
	for t := range e.config.ForwardTicks {
		e.deliveries = e.deliveries[:0]
		e.forwardTick(t)
	}
	return nil
}

// ForwardFrames runs the forward stage with an input that changes: frame(t) is that of tick
// t = 0 … T_F−1, batch × in, and is not used after the next call. A frame of spikes, entries −1, 0 and
// 1, costs what there are spikes. The input block learns from the plain mean of the frames, also with
// leaky neurons. An [Engine], which runs sample by sample, has all frames called for each of them.
func (e *Executor[F]) ForwardFrames(pass Pass, frame func(t int) []F, batch int) error {
	if err := e.begin(pass, batch, true); err != nil {
		return err
	}
	clear(e.x)
	e.enter(Forward, 0, batch)
	if err := e.runFrames(frame); err != nil {
		return err
	}
	e.leave(Forward)
	for j := range e.x {
		e.x[j] /= F(e.config.ForwardTicks)
	}
	return e.endForward()
}

// runFrames runs all ticks with an input that changes.
func (e *Executor[F]) runFrames(frame func(t int) []F) error {
	if e.engine != nil {
		return e.runSamples(Forward, nil, 0, frame)
	}
	e.frameSpikes.hold(e.batch, e.input.in)
	for t := range e.config.ForwardTicks {
		x, err := e.takeFrame(t, frame)
		if err != nil {
			return err
		}
		if err := e.driveFrame(x); err != nil {
			return fmt.Errorf("%w in frame %d", err, t)
		}
		e.forwardTick(t)
	}
	return nil
}

// takeFrame returns the frame of a tick, of the right length.
func (e *Executor[F]) takeFrame(t int, frame func(t int) []F) ([]F, error) {
	x := frame(t)
	if len(x) != len(e.x) {
		return nil, fmt.Errorf("spide: frame %d must have %d x %d values (%d)", t, e.batch, e.input.in, len(x))
	}
	return x, nil
}

// noteInput adds the values lo to hi−1 of a frame to the mean input.
func (e *Executor[F]) noteInput(x []F, lo, hi int) {
	for j := lo; j < hi; j++ {
		e.x[j] += x[j]
		if x[j] != 0 {
			e.inputCount[j]++
		}
	}
}

// begin makes the network ready for a batch, whose input is constant or frames.
func (e *Executor[F]) begin(pass Pass, batch int, frames bool) error {
	if err := e.hold(batch); err != nil {
		return err
	}
	e.pass, e.frames, e.drive.rows = pass, frames, nil
	clear(e.inputCount)
	clear(e.inFlight[Forward])
	e.driven = 0
	for _, p := range e.projections {
		p.prepare((frames || p != e.input) && e.engine == nil)
		p.drawMask(e.config.Seed, pass, batch)
	}
	if e.ring.Readout != nil {
		prepare(e.ring.Readout)
	}
	if err := e.restrictFeedback(); err != nil {
		return err
	}
	c := e.config
	for i, l := range e.populations {
		l.unit = 1
		if i == 0 && e.feedback != nil && e.engine == nil {
			l.unit = e.feedback.factor
		}
		l.rest(c.Threshold, c.Theta(), c.Leak)
		l.updates, l.saturated = [stages]int64{}, 0
		clear(l.count)
		clear(l.total)
	}
	return nil
}

// inputGain brings input currents to the unit of layer 0.
func (e *Executor[F]) inputGain() F { return F(1 / e.populations[0].unit) }

// driveConstant computes the current of a constant input into a group once for all ticks.
func (e *Executor[F]) driveConstant() {
	first, n := e.populations[0], e.group.samples
	rows, x := e.driveRows[:n*first.neurons], of(e.group, e.x, e.input.in)
	clear(rows)
	d := e.courier.sendArray(e.input, x, n, e.inputGain())
	for k := range n {
		d.add(k, rows[k*first.neurons:][:first.neurons], &e.courier)
	}
	e.drive.set(rows, n, first.neurons)
	e.driven += nonzero(rows)
	counts := of(e.group, e.inputCount, e.input.in)
	for j, v := range x {
		if v != 0 {
			counts[j] = int32(e.config.ForwardTicks)
		}
	}
}

// driveFrame prepares the delivery of a frame to layer 0.
func (e *Executor[F]) driveFrame(x []F) error {
	if err := checkFinite("input", x, e.input.in); err != nil {
		return err
	}
	e.noteInput(x, 0, len(x))
	var d delivery[F]
	if e.input.lists != nil && e.frameSpikes.collect(x) {
		d = e.courier.send(e.input, &e.frameSpikes, Forward, e.inputGain())
	} else {
		d = e.courier.sendArray(e.input, x, e.batch, e.inputGain())
	}
	e.deliveries = append(e.deliveries[:0], d)
	return nil
}

// forwardTick is one tick of all layers. The current into layer 0, or the delivery of a frame, has
// been set.
func (e *Executor[F]) forwardTick(t int) {
	if e.feedback != nil && t > 0 {
		gain := F(e.feedback.factor / e.populations[0].unit)
		e.deliveries = append(e.deliveries, e.courier.send(e.feedback, e.last().spikes, Forward, gain))
	}
	e.tick(Forward, t, 0, &e.drive)
	for i, p := range e.between {
		e.deliveries = append(e.deliveries[:0], e.courier.send(p, e.populations[i].spikes, Forward, 1))
		e.tick(Forward, t, i+1, &e.undriven)
	}
}

// tick updates layer i after its deliveries have been prepared.
func (e *Executor[F]) tick(stage Stage, t, i int, c *current[F]) {
	e.populations[i].tick(stage, e.group, c, e.deliveries, &e.courier, &e.rows)
	e.show(stage, t, i)
}

// endForward turns counts into rates and gates.
func (e *Executor[F]) endForward() error {
	if err := e.checkMembranes(Forward); err != nil {
		return err
	}
	ticks := weightOfTicks(F(e.config.Leak), e.config.ForwardTicks)
	for _, l := range e.populations {
		for j := range l.rate {
			l.rate[j] = l.sum[j] / ticks
		}
		l.setGate()
	}
	e.done = forwardDone
	return nil
}

// setGate opens the gates where the rate can follow.
func (l *population[F]) setGate() {
	for j, a := range l.rate {
		l.gate[j] = 0 < a && a < 1
	}
}
