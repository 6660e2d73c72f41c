package manycore

import "fmt"

// MaxDelay is the longest delay of a [DelayedAccumulator], in time-steps.
const MaxDelay = 5

// dendrite keeps what synapses hand to one neuron until its soma asks for it.
type dendrite interface {
	// receive adds the weight of a synaptic event.
	receive(s *synapseEvent)
	// take returns the sum for the soma in this step, and whether there is one; it is called once per step.
	take() (sum float64, present bool)
}

// synapseEvent is what a dendrite is told about a synaptic event.
type synapseEvent struct {
	weight float64
	delay  int // steps beyond the one that every spike takes
	tap    int // compartment
}

// newDendrite makes the state of a neuron's dendrite.
func newDendrite(model DendriteModel, cable Cable) dendrite {
	switch model {
	case DelayedAccumulator:
		return &delayLine{}
	case Taps:
		return newCable(cable)
	}
	return &accumulator{}
}

// accumulator sums the weights of one step. A sum of 0 is still there: its neuron is updated.
type accumulator struct {
	sum     float64
	present bool
}

func (a *accumulator) receive(s *synapseEvent) {
	a.sum += s.weight
	a.present = true
}

func (a *accumulator) take() (float64, bool) {
	sum, present := a.sum, a.present
	*a = accumulator{}
	return sum, present
}

// delayLine is an accumulator for each of the next steps.
type delayLine struct {
	slots [MaxDelay + 1]accumulator
	now   int
}

func (d *delayLine) receive(s *synapseEvent) {
	d.slots[(d.now+s.delay)%len(d.slots)].receive(s)
}

func (d *delayLine) take() (float64, bool) {
	slot := &d.slots[d.now]
	d.now = (d.now + 1) % len(d.slots)
	return slot.take()
}

// Cable is a passive dendrite of compartments in a row; the first one drives the soma. In every step
// compartment k becomes
//
//	u[k] = Decay[k]·u[k] + Coupling[k-1]·(u[k-1]-u[k]) + Coupling[k]·(u[k+1]-u[k]) + input[k]
//
// with the potentials of the step before on the right-hand side: an explicit Euler step of the cable
// equation. The soma receives u[0].
type Cable struct {
	Decay    []float64 // of each compartment per step, between 0 and 1
	Coupling []float64 // between neighbours, one fewer than compartments
}

// maxCompartments bounds a cable.
const maxCompartments = 1 << 10

func (c Cable) validate() error {
	n := len(c.Decay)
	if n < 1 || n > maxCompartments {
		return fmt.Errorf("a cable of %d compartments; valid: 1 to %d", n, maxCompartments)
	}
	if len(c.Coupling) != n-1 {
		return fmt.Errorf("a cable of %d compartments has %d couplings; valid: %d", n, len(c.Coupling), n-1)
	}
	for k, g := range c.Coupling {
		if !(g >= 0) {
			return fmt.Errorf("coupling %g of compartments %d and %d must be at least 0", g, k, k+1)
		}
	}
	for k, d := range c.Decay {
		// With what flows to the neighbours below what remains, the explicit step is stable: potentials
		// without input stay between the smallest and the largest one and 0.
		if flow := c.outflow(k); !(d >= flow && d <= 1) {
			return fmt.Errorf("decay %g of compartment %d must lie between %g, the sum of its couplings, and 1", d, k, flow)
		}
	}
	return nil
}

// outflow is the sum of the couplings of a compartment.
func (c Cable) outflow(k int) (sum float64) {
	if k > 0 {
		sum += c.Coupling[k-1]
	}
	if k < len(c.Coupling) {
		sum += c.Coupling[k]
	}
	return sum
}

// cableState is a cable during a run.
type cableState struct {
	Cable
	u, next, input []float64
}

func newCable(c Cable) *cableState {
	n := len(c.Decay)
	return &cableState{Cable: c, u: make([]float64, n), next: make([]float64, n), input: make([]float64, n)}
}

func (c *cableState) receive(s *synapseEvent) { c.input[s.tap] += s.weight }

func (c *cableState) take() (float64, bool) {
	for k, u := range c.u {
		next := float64(c.Decay[k] * u)
		if k > 0 {
			next += float64(c.Coupling[k-1] * (c.u[k-1] - u))
		}
		if k+1 < len(c.u) {
			next += float64(c.Coupling[k] * (c.u[k+1] - u))
		}
		c.next[k] = next + c.input[k]
		c.input[k] = 0
	}
	c.u, c.next = c.next, c.u
	return c.u[0], c.u[0] != 0
}
